"""Typing slips in names of units: looked for only among the units of the district or province that is already recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.standardise.addresses.index import Index, Name
from matching.standardise.addresses.lexicon import BEFORE_STREET, COMMUNE_KINDS, DISTRICT_KINDS, PROVINCE_KINDS
from matching.standardise.addresses.mentions import LONGEST, Mention, is_hamlet_word, left_of, right_of
from matching.standardise.addresses.places import leftover
from matching.standardise.addresses.reading import Reading
from matching.standardise.addresses.tokens import Tokens, accent_key
from matching.standardise.syllables import is_plain_syllable

Kinds = list[tuple[str, int]]
Span = tuple[int, int, int, str]


FIRM = 6
"""Letters from which a commune's name with its kind word is known by all but one, even in a district that it is not in."""
COMMA = 3
"""The break that no name goes across; a dash it may (Lâm Viên - Đà Lạt)."""


def allowed(length: int) -> int:
    """How many letters of a name may be wrong: none in short ones, one from four letters on, two from eight."""
    return 0 if length < 4 else 1 if length < 8 else 2


def slipped(tokens: Tokens, kinds: Kinds, index: Index, best: Reading | None) -> list[Mention]:
    """Mentions of units whose names are a slip away, for the levels that the best reading lacks."""
    found: list[Mention] = []
    spans = list(_spans(tokens, kinds, best))
    if best is None or best.province is None:
        outer = [s for s in spans if s[3] in PROVINCE_KINDS or (not s[3] and (s[2] == len(tokens.words) or s[0] == 0))]
        found += _matches(tokens, kinds, outer, index.provinces, lambda key: Name(provinces=index.provinces[key]))
    if not found and (
        best is None or (best.province is None and best.district is None and best.at_commune and best.at_commune.right == "word")
    ):
        named = [s for s in spans if s[3] in COMMUNE_KINDS]
        return _matches(tokens, kinds, named, index.glued, lambda key: Name(communes=index.glued[key].communes))
    bucket = _bucket(best)
    return found + _in_bucket(tokens, kinds, index, best, bucket, spans) if best and bucket else found


def one_letter_off(tokens: Tokens, kinds: Kinds, index: Index, best: Reading) -> list[Mention]:
    """Communes one letter from the name at the best reading's mention, accents counted: a slip weighs what other accents weigh."""
    at, bucket = best.at_commune, _bucket(best)
    if at is None or bucket is None or at.cost:
        return []
    communes = index.by_district.get(best.district.code, {}) if best.district else index.by_bucket.get(bucket, {})
    written = accent_key(tokens.accented(at.start, at.end))

    def close(key: str) -> Name:
        """Of the communes with that key, those whose accents are at most one letter away."""
        near = [c for c in communes[key] if c.accent and OSA.distance(written, c.accent, score_cutoff=1) <= 1]
        return Name(communes={bucket: near} if near else {})

    found = _matches(tokens, kinds, [(at.begin, at.start, at.end, at.kind)], communes, close)
    return [mention for mention in found if mention.cost and mention.name.communes]


def _in_bucket(tokens: Tokens, kinds: Kinds, index: Index, best: Reading, bucket: str, spans: list[Span]) -> list[Mention]:
    """Slips and initials among the districts of the province, and the communes of the district (or province) that is known."""
    found = _initials(tokens, kinds, spans, index, bucket, best.district.code if best.district else "")
    if best.district is None:
        districts = index.districts_by_bucket.get(bucket, {})
        wanted = [s for s in spans if s[3] in DISTRICT_KINDS or not s[3]]
        found += _matches(tokens, kinds, wanted, districts, lambda key: Name(districts=districts[key]))
    if best.commune is None or best.contradicts or best.at_district is None or leftover(best):
        communes = index.by_district.get(best.district.code, {}) if best.district else index.by_bucket.get(bucket, {})
        wanted = [s for s in spans if s[3] in COMMUNE_KINDS or not s[3]]
        near = _matches(tokens, kinds, wanted, communes, lambda key: Name(communes={bucket: communes[key]}))
        found += near or _strays(tokens, kinds, index, best, bucket, wanted)
    return found


def _strays(tokens: Tokens, kinds: Kinds, index: Index, best: Reading, bucket: str, spans: Iterable[Span]) -> list[Mention]:
    """`P. Võ Tịh Sáu, Q. Bình Thạnh`: nothing near it is in the district, but one letter away lies a commune of another one."""
    if best.district is None or best.at_district is None or not best.at_district.kind:
        return []
    communes = index.by_bucket.get(bucket, {})
    named = [s for s in spans if s[3]]
    found = _matches(tokens, kinds, named, communes, lambda key: Name(communes={bucket: communes[key]}))
    return [m for m in found if m.cost == 1 and len(m.key) >= FIRM and m.right != "word"]


def _initials(tokens: Tokens, kinds: Kinds, spans: Iterable[Span], index: Index, bucket: str, district: str) -> list[Mention]:
    """`Q.BT`, `NK, Cần Thơ`: capitals that are the first letters of a district's name; of a commune's beside its district."""
    found = []
    for begin, start, end, kind in spans:
        word = tokens.words[start]
        name = index.initials.get(word) if end == start + 1 and _is_initials(word) else None
        if name is None or kind in PROVINCE_KINDS - DISTRICT_KINDS:
            continue
        districts = [d for d in name.districts if d.bucket == bucket and d.source == "official"]
        beside = name.communes.get(bucket, ()) if district else ()
        communes = [c for c in beside if c.district == district and c.source == "official"]
        if districts or communes:
            meant = Name(districts=districts, communes={bucket: communes} if communes else {})
            found.append(Mention(begin, start, end, kind, left_of(tokens, begin), right_of(tokens, end, kinds), meant, 1, word))
    return found


def _is_initials(word: str) -> bool:
    return 2 <= len(word) <= 4 and word not in ("vn", "tp", "tx", "tt") and not is_plain_syllable(word)


def _bucket(best: Reading | None) -> str | None:
    if best is None:
        return None
    return best.province.bucket if best.province else best.district.bucket if best.district else None


def _matches(
    tokens: Tokens, kinds: Kinds, spans: Iterable[Span], choices: Mapping[str, object], named: Callable[[str], Name]
) -> list[Mention]:
    """Mentions at the spans whose glued key is near one of the choices."""
    found = []
    for begin, start, end, kind in spans:
        key = "".join(tokens.canon[start:end])
        limit = allowed(len(key)) if kind else 0 if len(key) < 5 else 1 if len(key) < 10 else 2
        if not limit:
            continue
        for near, distance in _nearest(key, limit, choices):
            if distance or near != tokens.canon[start]:
                sides = left_of(tokens, begin), right_of(tokens, end, kinds)
                found.append(Mention(begin, start, end, kind, *sides, named(near), distance, near))
    return found


_found: dict[tuple[str, int, int], tuple[tuple[str, int], ...]] = {}
_FOUND_LIMIT = 50_000


def _nearest(key: str, limit: int, choices: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """The four nearest choices within `limit` letters; kept, since streets that are no units are asked about again and again."""
    asked = (key, limit, id(choices))
    if asked not in _found:
        if len(_found) >= _FOUND_LIMIT:
            _found.clear()
        near = process.extract(key, _as_long(len(key), limit, choices), scorer=OSA.distance, score_cutoff=limit, limit=4)
        _found[asked] = tuple((name, int(distance)) for name, distance, _ in near)
    return _found[asked]


_as_long_found: dict[tuple[int, int, int], tuple[Mapping[str, object], list[str]]] = {}
"""By length, limit and choices; with the choices themselves, so that no others take their place in memory."""


def _as_long(length: int, limit: int, choices: Mapping[str, object]) -> list[str]:
    """The choices that can be within `limit` letters by their length alone, in their order."""
    asked = (length, limit, id(choices))
    if asked not in _as_long_found:
        if len(_as_long_found) >= _FOUND_LIMIT:
            _as_long_found.clear()
        _as_long_found[asked] = choices, [choice for choice in choices if -limit <= len(choice) - length <= limit]
    return _as_long_found[asked][1]


def _spans(tokens: Tokens, kinds: Kinds, best: Reading | None) -> Iterable[Span]:
    """Where a slipped name can stand: after a kind word, a whole part between commas, beside the units that are known."""
    taken = [(m.begin, m.end) for m in best.mentions] if best and not best.contradicts else []
    count = len(tokens.words)
    firm = (
        [(m.begin, m.end) for m in best.mentions if m is not best.at_commune and (m.kind or m is best.at_province)]
        if taken and best
        else []
    )
    parts = sum(sign >= 2 for sign in tokens.breaks)
    for i in range(1, count):
        kind, begin = kinds[i]
        if begin == 0 and kind == "X" and tokens.words[0] == "x" and parts > 1 and not tokens.headed:
            continue  # a xóm
        if begin == 0 and kind == "TI" and tokens.words[0] == "t" and parts and not tokens.headed:
            continue  # a thôn
        if kind and tokens.breaks[i] < 2 and _free(begin, i + 1, firm):
            for j in _ends(tokens, kinds, i, firm):
                yield begin, i, j, kind
    for i in range(count):
        if (i == 0 or tokens.breaks[i] >= 2) and not kinds[min(i + 1, count)][0] and tokens.words[i][0] > "9":
            if _says_local(tokens, i):
                continue
            ends = [j for j in _ends(tokens, kinds, i, taken) if j == count or tokens.breaks[j] >= 2]
            yield from ((i, i, j, "") for j in ends)
    if best is None:
        return
    alone = best.district is None and best.commune is None and best.province is not None
    edge = min((b for b, _ in taken), default=count)
    for i in range(max(0, edge - 4), edge):
        if (
            tokens.words[i][0] > "9"
            and (len(tokens.words[i]) > 1 or i + 1 == edge)
            and all(tokens.breaks[k] < 2 for k in range(i + 1, edge))
            and not kinds[i][0]
            and not kinds[i + 1][0]
            and (left_of(tokens, i) == "group" if alone else not _in_local(tokens, i, edge))
        ):
            yield i, i, edge, ""


def _says_local(tokens: Tokens, i: int) -> bool:
    """Whether a part that begins at token i says a hamlet or a door: `B. Vĩnh Phước` is not Vĩnh Phúc, `số nhà 1` not the xã Sơn Hà."""
    count = len(tokens.words)
    if is_hamlet_word(tokens, i) or (i + 1 < count and is_hamlet_word(tokens, i + 1, i)):
        return True
    return (len(tokens.words[i]) == 1 and i + 1 < count) or tokens.words[i : i + 2] == ("so", "nha")


def _in_local(tokens: Tokens, i: int, edge: int) -> bool:
    """Whether a span up to `edge` is the name of a hamlet or a street, or its end: `Bản Cang | Mường, Thuận Châu`.

    Of a street at least two words must stand before it: `Đ. Phạm | Văn Đồng Thuận Hóa` is one street.
    """
    if i > 1 and tokens.breaks[i] < 2 and tokens.breaks[i - 1] < 2:
        before = tokens.words[i - 2]
        if (before[0] <= "9" or before in BEFORE_STREET) and tokens.words[i - 1][0] > "9" and len(tokens.words[i - 1]) > 1:
            return True
    k = i
    while k >= 0 and tokens.words[k][0] > "9":
        if is_hamlet_word(tokens, k):
            closed = edge < len(tokens.words) and tokens.breaks[edge] >= 2
            return closed or i - k < 2 or edge - i < 2
        if tokens.breaks[k] >= 2:
            return False
        k -= 1
    return False


def _ends(tokens: Tokens, kinds: Kinds, i: int, taken: list[tuple[int, int]]) -> Iterable[int]:
    """Where a name that starts at token i may end: up to the next comma, kind word or unit already used."""
    for j in range(i + 1, min(len(tokens.words), i + LONGEST) + 1):
        if not _free(i, j, taken):
            return
        yield j
        if j == len(tokens.words) or tokens.breaks[j] >= COMMA:
            return


def _free(begin: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(end <= b or begin >= e for b, e in taken)
