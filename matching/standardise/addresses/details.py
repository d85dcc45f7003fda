"""The part of an address below the commune: house, alleys, street, building, group and hamlet.

The text is cut at commas and at words that say what follows (ngõ, đường, tổ, thôn, tầng); each piece goes to its level. What
stands before the first such word is a door when it begins with a number, and a name when it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from matching.standardise.addresses.lexicon import HAMLET_PHRASES, HAMLET_WORDS, NOT_UNIT_WORDS
from matching.standardise.addresses.model import EMPTY_DETAIL, Detail
from matching.standardise.addresses.numbers import CHAIN, NUMBER, chain_of, join_alleys, kiet, number_of, small_number
from matching.standardise.addresses.streets import DAYS, street_key
from matching.standardise.text import squeeze

_CUES = {
    "near": r"(?:doi dien|canh|gan|sau lung|phia sau|ke ben|ben canh|dau duong|cuoi duong)\b",
    "hamlet": r"(?:khu pho|khoi pho|khoi xom|k\.? ?pho|k\.p|kp|kpho|to dan pho|to dp|t\.?d\.?p|tieu khu|khu vuc|kv(?=\W?\d)|thon van hoa|ap van hoa|thon ban|thon buon"
    r"|thon|ap|xom|buon|khom|phum|plei|play|soc|ban|bon|lang|khoi|doi(?=\W*\d)|khu(?=\W*(?:so\W*)?(?:\d|[ivx]+\b|[a-z]\b))|tk(?=\W?\d))(?=[\W\d]|$|[ivx]+\b)",
    "building": r"(?:chung cu|c/c|cc(?=\W)|khu dan cu|khu do thi(?: moi)?|khu tap the|khu nha o|khu cong nghiep|khu che xuat|khu phuc hop|khu cu xa|cu xa|toa nha|kdc|kdt[mn]?|ktt|kcn"
    r"|can ho|biet thu|lien ke|nha o xa hoi|noxh|ky tuc xa|ktx|shophouse|ki ?ot|kiosk?|penthouse"
    r"|(?:toa|block|blk|tang|lau|can|phong|lo|day|ch|chcc)(?=\W*(?:so\W*)?(?:[a-z]{0,3}\W?\d|[a-z]{1,2}\d?\b)))(?![a-z])",
    "alley": rf"(?:ngo|ngach|hem|hxh|kiet|duong hem)(?=[\s.:]*(?:so[\s.:]*)?{NUMBER})",
    "group": r"to(?=[\s.:]*(?:so[\s.:]*)?(?:\d|[ivx]+\b))",
    "house": rf"(?:so nha|nha so|sn|so)(?=[\s.:]*{NUMBER})",
    "road": r"(?:quoc lo|ql|tinh lo|duong tinh|tl|dt|huong lo|duong huyen|hl)(?=[\s.]*(?:so\s*)?\d)",
    "street": r"(?:duong|pho|dai lo|ngo|ngach|hem|kiet|street)(?![a-z])|d(?=[. ]{1,2}[a-z]{2})|p(?=\. ?[a-z]{2})",
    "place": r"(?:uy ban|ubnd|hdnd|tru so|dang uy|cong ty|cty|tnhh|benh vien|tram y te|ngan hang|buu dien|sieu thi|tttm|trung tam|ben xe|nha van hoa|nha hang|khach san"
    r"|nha tro|nha nghi|nha tho|nha may|cua hang|truong(?= tieu hoc| thcs| thpt| th | mam non| mn | dai hoc| dh| cao dang| mau giao| trung)|chua(?= [a-z])|van phong|cafe|ca phe"
    r"|quan(?= an| cafe| com| pho)|cho(?= [a-z]))(?![a-z])",
}  # fmt: skip
_CUE = re.compile(r"(?<![a-z0-9'])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _CUES.items()) + r")[\s.:]*")
_ACCENTED_CUES = frozenset(
    "phố đường ngõ ngách hẻm kiệt tổ số thôn ấp xóm bản buôn làng khối khóm đội sóc tòa toà tầng lầu căn phòng lô dãy chùa chợ trường quán cạnh gần đại đối tiểu hương tỉnh "
    "chung khu nhà cư biệt liền ký cửa văn công ngân bưu siêu bến trụ uỷ ủy đảng bệnh trạm kế phía sau cuối đầu sau lưng cà quốc vực xá".split()
)
_LEADING = re.compile(rf"^\W*(?P<chain>{CHAIN})(?=[\s.,;:)]|$)\W*")
_AT_START_ONLY = frozenset(("ban", "lang", "bon", "soc", "khoi", "doi", "khu", "cho", "chua", "canh", "gan"))
_EDGES = " .,-:/'"
_DOOR = re.compile(rf"\W*(?:{CHAIN})?\W*")
_KIET = re.compile(r"(\bk\d+) (h\d+)")
_DOOR_INSIDE = re.compile(rf"(?<=[a-z] ){NUMBER}(?:\s?/\s?{NUMBER})*(?= (?!thang|noi)[a-z]+ [a-z])")
_PAREN = re.compile(r"\([^)]*\)?")
_NOISE = re.compile(
    r"^(?:(?:cu|moi|nay|la|thuoc|tai|o|viet nam|vietnam|vn|\d{5,6}|hien|truoc|day)[ ).(]*)+$"
    r"|^(?:phuong|xa|thi tran|quan|huyen(?! tran cong)|thi xa|thanh pho|tinh|tp|tx|p\.|h\.)(?![a-z])[^0-9/]{1,30}$|^(?:q|quan|p|phuong)[. ]*\d{1,2}$"
)
"""What is left of the units' part when they are taken out, and units that do not exist: no street is called so."""


@dataclass(slots=True)
class _Found:
    """What the pieces said so far; numbers and names in the order they were written."""

    doors: list[list[str]] = field(default_factory=list)
    alleys: list[tuple[str, list[str]]] = field(default_factory=list)
    streets: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    buildings: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    hamlets: list[tuple[str, str, str]] = field(default_factory=list)


def parse_detail(parts: Sequence[tuple[str, str]], rural: bool) -> Detail:
    """The detail that the parts say, each as (written, folded) of the same length.

    A name that nothing explains is the street; in a rural commune, where there is no house number, it is the hamlet.
    """
    found = _Found()
    for text, folded in parts:
        if "(" in folded:
            text, folded = _without_brackets(text, folded)
        _read_part(text, folded, found)
    return _assembled(found, rural)


def _without_brackets(text: str, folded: str) -> tuple[str, str]:
    for match in reversed(list(_PAREN.finditer(folded))):
        text = text[: match.start()] + " " + text[match.end() :]
        folded = folded[: match.start()] + " " + folded[match.end() :]
    return text, folded


def _read_part(text: str, folded: str, found: _Found) -> None:
    """Cut one part at its cue words and read each piece."""
    cues = list(_cues(text, folded))
    first = cues[0][1] if cues else len(folded)
    if folded[:first].strip(" .-/:"):
        _read_lead(text[:first], folded[:first], found)
    for i, (cue, start, body) in enumerate(cues):
        end = cues[i + 1][1] if i + 1 < len(cues) else len(folded)
        _READERS[cue](text[start:end], folded[start:end], body - start, found)


def _cues(text: str, folded: str) -> Iterable[tuple[str, int, int]]:
    """Cue words with their place and where what they announce begins; a word is none when its accents say a name."""
    last_cue, last_end = "", 0
    for match in _CUE.finditer(folded):
        cue, start = match.lastgroup or "", match.start()
        word = folded[start : match.end()].strip(" .:")
        between = folded[last_end:start].strip(" .:-")
        if last_cue in ("near", "place"):
            continue
        if last_cue == "street" and not between:
            last_end = match.end() if cue == "street" else last_end
            continue
        written = text[start : start + len(word)].lower()
        if word in _AT_START_ONLY and (between or last_cue) and not _is_counted(word, folded[match.end() :], between, written):
            continue
        if not written.isascii() and not _ACCENTED_CUES.intersection(written.replace(".", " ").split()) and written[:1] != "đ":
            continue
        if cue == "street" and _is_name(word, folded[match.end() :], between, written, last_cue):
            continue
        yield cue, start, match.end()
        last_cue, last_end = cue, match.end()


def _is_counted(word: str, rest: str, between: str, written: str) -> bool:
    """A word that often begins a street's name (Láng Hạ, Chùa Láng) is a hamlet's only before a number, or with its accents."""
    if word in ("cho", "chua", "canh", "gan"):
        return False
    return rest[:1].isdigit() or (not written.isascii() and not _DOOR.fullmatch(between))


def _is_name(word: str, rest: str, between: str, written: str, last_cue: str) -> bool:
    """Words that are no road words here: ngo quyen, ly thuong kiet, an duong vuong, duong dinh nghe."""
    inside = bool(between) and not _DOOR.fullmatch(between) and last_cue in ("", "street", "house", "alley")
    if word in ("ngo", "kiet", "hem", "ngach"):
        return inside or (written.isascii() and not rest[:1].isdigit())
    return inside and (written.isascii() or word == "d" or word == "p")


def _read_lead(text: str, folded: str, found: _Found) -> None:
    """What stands before any cue word: a door and perhaps the street, or a bare name."""
    folded = _KIET.sub(r"\1/\2", folded)
    bare = folded.strip(_EDGES)
    if _is_noise(bare, text):
        return
    match = _LEADING.match(folded)
    if match is None:
        _read_name(text, folded, found)
        return
    chain, rest = match["chain"], folded[match.end() :]
    if chain.replace(" ", "").replace("-", "/") in DAYS and not rest.strip() and (found.doors or found.alleys):
        found.streets.append((text.strip(), folded))
        return
    if re.match(r"\d{1,2}\s?(?:thang|th\.?)\s?\d", folded.strip()):
        found.streets.append((text.strip(), folded))
        return
    found.doors.append(chain_of(chain))
    if rest.strip(_EDGES):
        found.streets.append((text[len(text) - len(rest) :], rest))


def _is_noise(bare: str, text: str) -> bool:
    first = text.strip(_EDGES).split(" ")[0].lower()
    return first not in NOT_UNIT_WORDS and _NOISE.match(bare) is not None


def _read_name(text: str, folded: str, found: _Found) -> None:
    """A name before any number: a street or a hamlet; before a door it is a shop or a house's name."""
    door = _DOOR_INSIDE.search(folded)
    if door:
        _read_lead(text[door.start() :], folded[door.start() :], found)
        return
    name = squeeze(text.strip(_EDGES))
    if name:
        found.names.append((name, folded.strip(_EDGES)))


def _read_house(text: str, folded: str, body: int, found: _Found) -> None:
    _read_lead(text[body:], folded[body:], found)


def _read_alley(text: str, folded: str, body: int, found: _Found) -> None:
    rest = re.sub(r"^so[\s.:]*", "", folded[body:])
    match = _LEADING.match(rest)
    if match is None:
        return
    kind = folded[:body].strip(" .:")
    found.alleys.append((kind, chain_of(match["chain"])))
    after = rest[match.end() :]
    if after.strip(_EDGES):
        found.streets.append((text[len(text) - len(after) :], after))


def _read_street(text: str, folded: str, body: int, found: _Found) -> None:
    if folded[body:].strip(_EDGES):
        found.streets.append((text, folded))


def _read_building(text: str, folded: str, body: int, found: _Found) -> None:
    name = " ".join(re.sub(r"[^a-z0-9/.-]+", " ", folded).split()).strip(" .-/")
    found.buildings.append(_BUILDING_KIND.sub(lambda m: _BUILDING_SHORT.get(m[0].strip(" .:"), m[0].strip(" .:")) + " ", name + " ").strip())


_BUILDING_SHORT = {"cc": "chung cu", "c/c": "chung cu", "toa nha": "toa", "blk": "block", "lau": "tang", "can ho": "can", "ch": "can", "chcc": "can", "khu dan cu": "kdc", "khu do thi": "kdt",
                   "khu do thi moi": "kdt", "kdtm": "kdt", "khu tap the": "ktt", "ky tuc xa": "ktx", "phong": "can", "block": "toa"}  # fmt: skip
_BUILDING_KIND = re.compile(r"^(?:" + "|".join(sorted(_BUILDING_SHORT, key=len, reverse=True)) + r")(?![a-z])[\s.:]*(?:so\s)?")


def _read_group(text: str, folded: str, body: int, found: _Found) -> None:
    match = re.match(r"(?:so[\s.:]*)?(\d+\s?[a-z]?\b|[ivx]+\b)[\s.,-]*", folded[body:])
    if match:
        number = small_number(match[1])
        found.groups.append(number or match[1])
        rest = folded[body + match.end() :]
        if rest.strip(_EDGES):
            _read_lead(text[len(text) - len(rest) :], rest, found)


def _read_hamlet(text: str, folded: str, body: int, found: _Found) -> None:
    words = tuple(re.sub(r"[^a-z]+", " ", folded[:body]).split())
    kind = HAMLET_PHRASES.get(words) or HAMLET_WORDS.get("".join(words)) or HAMLET_WORDS.get(words[0], words[0])
    name = folded[body:].strip(_EDGES)
    match = re.match(r"(?:so[\s.:]*)?(\d+\s?[a-z]?\b|[ivx]+\b)(?![/\d])[\s.,-]*", name)
    display = squeeze(text.strip(_EDGES))
    if match and (number := small_number(match[1])):
        rest = name[match.end() :]
        if len(rest.split()) >= 2:
            tail = text.rstrip(_EDGES)
            _read_lead(tail[len(tail) - len(rest) :], rest, found)
            display = squeeze(tail[: len(tail) - len(rest)].strip(_EDGES))
            rest = ""
        found.hamlets.append((kind, " ".join([number, *rest.split()]), display))
    elif name:
        found.hamlets.append((kind, hamlet_key(name), display))


def hamlet_key(folded: str) -> str:
    """The name of a hamlet as one key: signs dropped, numbers without zeros, Roman ones in figures."""
    words = re.sub(r"[^a-z0-9]+", " ", folded.replace("'", "")).split()
    last = small_number(words[-1]) if len(words) > 1 and (words[-1][0].isdigit() or words[-1] in ("i", "ii", "iii", "iv", "v", "vi")) else None
    return " ".join([*words[:-1], last or words[-1]]) if words else ""


def _read_nothing(text: str, folded: str, body: int, found: _Found) -> None:
    """A landmark (opposite the market, the people's committee): says nothing about the door."""


_READERS = {"near": _read_nothing, "place": _read_nothing, "hamlet": _read_hamlet, "building": _read_building, "alley": _read_alley, "group": _read_group, "house": _read_house,
            "road": _read_street, "street": _read_street}  # fmt: skip


def _assembled(found: _Found, rural: bool) -> Detail:
    house, alley = _door(found)
    street = next(((t, k) for t, f in found.streets if (k := street_key(f, t))), None)
    hamlets = list(found.hamlets)
    for name, folded in found.names:
        if street is None and not (rural and not house and not alley):
            key = street_key(folded, name)
            street = (name, key) if key else None
        elif not hamlets and rural:
            letter = _HAMLET_LETTER.match(folded)
            hamlets.append((_LETTERS.get(letter[1], "") if letter else "", hamlet_key(folded[letter.end() :] if letter else folded), name))
    groups = list(found.groups)
    while len(hamlets) > 1:
        kind, name, _ = _inner(hamlets)
        groups.append(name if kind == "to dan pho" else f"{kind} {name}".strip())
    kind, name, display = hamlets[0] if hamlets else ("", "", "")
    if not (house or street or name or found.buildings or groups or alley):
        return EMPTY_DETAIL
    return Detail(
        house=house,
        alley="/".join(alley) or None,
        street=street[1] if street else None,
        building="; ".join(dict.fromkeys(b for b in found.buildings if b)) or None,
        unit_group=groups[0] if groups else None,
        hamlet=name or None,
        hamlet_kind=kind or None,
        street_display=squeeze(street[0].strip(_EDGES)) if street else None,
        hamlet_display=display or None,
    )


_HAMLET_LETTER = re.compile(r"([txb])(?:\.\s?|\s)(?=[a-z]{2})")
_LETTERS = {"t": "thon", "x": "xom"}
_INNER_FIRST = ("to dan pho", "doi", "xom", "khoi")


def _inner(hamlets: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Take out the hamlet that lies inside another: a people's group in a quarter, a xóm in a thôn; else the first."""
    for kind in _INNER_FIRST:
        for i, hamlet in enumerate(hamlets):
            if hamlet[0] == kind:
                return hamlets.pop(i)
    return hamlets.pop(0)


def _door(found: _Found) -> tuple[str | None, list[str]]:
    """House number and alley chain, outermost first, from doors and alleys as written."""
    alleys = join_alleys(found.alleys)
    chain = found.doors[0] if found.doors else []
    named = kiet(chain)
    if named:
        return named[1], [*alleys, *named[0]]
    if not chain:
        if found.alleys and found.alleys[-1][0] == "kiet" and len(alleys) > 1:
            return alleys[-1], [a.removeprefix("K").removeprefix("H") for a in alleys[:-1]]
        return None, alleys
    inner = chain[:-1]
    if alleys and inner[: len(alleys)] == alleys:
        return chain[-1], inner
    if alleys and inner and alleys[-len(inner) :] == inner:
        return chain[-1], alleys
    return chain[-1], [*alleys, *inner]


__all__ = ["hamlet_key", "number_of", "parse_detail"]
