"""Typing slips in names of units: looked for only among the units of the district or province that is already recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.standardise.addresses.index import Index, Name
from matching.standardise.addresses.lexicon import COMMUNE_KINDS, DISTRICT_KINDS, PROVINCE_KINDS
from matching.standardise.addresses.mentions import LONGEST, Mention, left_of, right_of
from matching.standardise.addresses.readings import Reading
from matching.standardise.addresses.tokens import Tokens
from matching.standardise.syllables import is_plain_syllable

Kinds = list[tuple[str, int]]
Span = tuple[int, int, int, str]


def allowed(length: int) -> int:
    """How many letters of a name may be wrong: none in short ones, one from four letters on, two from eight."""
    return 0 if length < 4 else 1 if length < 8 else 2


def slipped(tokens: Tokens, kinds: Kinds, index: Index, best: Reading | None) -> list[Mention]:
    """Mentions of units whose names are a slip away, for the levels that the best reading lacks."""
    found: list[Mention] = []
    spans = list(_spans(tokens, kinds, best))
    if best is None or best.province is None:
        found += _matches(tokens, kinds, [s for s in spans if not s[3] or s[3] in PROVINCE_KINDS], _as_names(index.provinces, "provinces"))
    bucket = _bucket(best)
    if best is None and not found:
        everywhere = _Choices({key: name for key, name in index.glued.items() if name.communes}, "names", "")
        return _matches(tokens, kinds, [s for s in spans if s[3] in COMMUNE_KINDS], everywhere)
    if bucket and best:
        found += _initials(tokens, kinds, spans, index, bucket, best.district.code if best.district else "")
    if bucket and (best is None or best.district is None):
        choices = _as_names(index.districts_by_bucket.get(bucket, {}), "districts")
        found += _matches(tokens, kinds, [s for s in spans if s[3] in DISTRICT_KINDS or not s[3]], choices)
    if bucket and (best is None or best.commune is None or best.contradicts or best.at_district is None):
        in_district = best.district.code if best and best.district else None
        by_key = index.by_district.get(in_district, {}) if in_district else index.by_bucket.get(bucket, {})
        choices = _as_names(by_key, "communes", bucket)
        found += _matches(tokens, kinds, [s for s in spans if s[3] in COMMUNE_KINDS or not s[3]], choices)
    return found


def _initials(tokens: Tokens, kinds: Kinds, spans: Iterable[Span], index: Index, bucket: str, district: str) -> list[Mention]:
    """`Q.BT`, `NK, Cần Thơ`: capitals that are the first letters of a district's name; of a commune's beside its district."""
    found = []
    for begin, start, end, kind in spans:
        word = tokens.words[start]
        name = index.initials.get(word) if end == start + 1 and 2 <= len(word) <= 4 and not is_plain_syllable(word) else None
        if name is None or kind in PROVINCE_KINDS - DISTRICT_KINDS:
            continue
        districts = [d for d in name.districts if d.bucket == bucket and d.source == "official"]
        communes = [c for c in name.communes.get(bucket, ()) if c.district == district and district and c.source == "official"]
        if districts or communes:
            meant = Name(districts=districts, communes={bucket: communes} if communes else {})
            found.append(Mention(begin, start, end, kind, left_of(tokens, begin), right_of(tokens, end, kinds), meant, 1, word))
    return found


def _bucket(best: Reading | None) -> str | None:
    if best is None:
        return None
    return best.province.bucket if best.province else best.district.bucket if best.district else None


class _Choices:
    """Names of one level under their keys, made into `Name` only when one is hit."""

    def __init__(self, by_key: Mapping[str, list], level: str, bucket: str) -> None:  # type: ignore[type-arg]
        self.by_key, self.level, self.bucket = by_key, level, bucket

    def name(self, key: str) -> Name:
        found = self.by_key[key]
        if self.level == "names":
            return Name(communes=found.communes)
        if self.level == "communes":
            return Name(communes={self.bucket: found})
        return Name(provinces=found) if self.level == "provinces" else Name(districts=found)


def _as_names(by_key: Mapping[str, list], level: str, bucket: str = "") -> _Choices:  # type: ignore[type-arg]
    return _Choices(by_key, level, bucket)


def _matches(tokens: Tokens, kinds: Kinds, spans: Iterable[Span], choices: _Choices) -> list[Mention]:
    found = []
    for begin, start, end, kind in spans:
        key = "".join(tokens.canon[start:end])
        limit = allowed(len(key)) if kind else 0 if len(key) < 6 else 1 if len(key) < 10 else 2
        if not limit:
            continue
        for near, distance, _ in process.extract(key, choices.by_key.keys(), scorer=OSA.distance, score_cutoff=limit, limit=4):
            if distance or near != tokens.canon[start]:
                found.append(Mention(begin, start, end, kind, left_of(tokens, begin), right_of(tokens, end, kinds), choices.name(near), distance, near))
    return found


def _spans(tokens: Tokens, kinds: Kinds, best: Reading | None) -> Iterable[Span]:
    """Where a slipped name can stand: after a kind word, a whole part between commas, beside the units that are known."""
    taken = [(m.begin, m.end) for m in best.mentions] if best and not best.contradicts else []
    count = len(tokens.words)
    firm = [(m.begin, m.end) for m in best.mentions if m is not best.at_commune and (m.kind or m is best.at_province)] if taken and best else []
    for i in range(1, count):
        kind, begin = kinds[i]
        if kind and tokens.breaks[i] < 2 and _free(begin, i + 1, firm):
            for j in _ends(tokens, kinds, i, firm):
                yield begin, i, j, kind
    for i in range(count):
        if (i == 0 or tokens.breaks[i] >= 2) and not kinds[min(i + 1, count)][0] and tokens.words[i][0] > "9":
            ends = [j for j in _ends(tokens, kinds, i, taken) if j == count or tokens.breaks[j] >= 2]
            yield from ((i, i, j, "") for j in ends)
    if best is None or (best.district is None and best.commune is None and best.province is not None):
        return
    edge = min((b for b, _ in taken), default=count)
    for i in range(max(0, edge - 4), edge):
        if tokens.words[i][0] > "9" and all(tokens.breaks[k] < 2 for k in range(i + 1, edge)) and not kinds[i][0] and not kinds[i + 1][0]:
            yield i, i, edge, ""


def _ends(tokens: Tokens, kinds: Kinds, i: int, taken: list[tuple[int, int]]) -> Iterable[int]:
    """Where a name that starts at token i may end: up to the next comma, kind word or unit already used."""
    for j in range(i + 1, min(len(tokens.words), i + LONGEST) + 1):
        if not _free(i, j, taken):
            return
        yield j
        if j == len(tokens.words) or tokens.breaks[j] >= 2:
            return


def _free(begin: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(end <= b or begin >= e for b, e in taken)
