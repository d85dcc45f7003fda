"""One part of an address (between commas, units taken out) -> facts: doors, alleys, streets, hamlets, buildings, groups.

A part is cut at the words that say what follows (ngõ, đường, tổ, thôn, tầng). What stands before the first such word is a
door when it begins with a number, and a bare name when it does not. Parts repeat, so what they say is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from matching.standardise.addresses.buildings import before_complex, read_building
from matching.standardise.addresses.cues import BEHIND_DOOR, CUE, DOOR_BETWEEN, START_ONLY, WRITTEN
from matching.standardise.addresses.lexicon import HAMLET_PHRASES, HAMLET_WORDS, NOT_UNIT_WORDS, words
from matching.standardise.addresses.numbers import CHAIN, NUMBER, ROOM, chain_of, small_number
from matching.standardise.addresses.streets import DAYS, street_key
from matching.standardise.addresses.tokens import fold_aligned

EDGES = " .,-:/'"
Fact = tuple[str, ...]
"""What a piece says: ("door", numbers...), ("alley", kind, numbers...), ("street", key, written), ("name", key, written, folded),
("building", text), ("group", number), ("hamlet", kind, name, written)."""

_LEADING = re.compile(
    rf"\W*(?!(?:kp|tdp|ql|tl|dt|hl|kv|tk|sn|to|cc|km|xa|so|ap|xom|khu|doi|ban|lo|ngo|hem)[\s.:-]?\d|[a-z]{{1,2}}\d{{1,2}}\.\d|{ROOM})(?P<chain>{CHAIN})(?=[\s.,;:)]|$|[-/]\s?(?:[a-z][a-z.]|$))\W*"
)
_DOOR_INSIDE = re.compile(rf"(?<=[a-z] ){NUMBER}(?:\s?/\s?{NUMBER})*(?= (?!thang|noi)[a-z]+ [a-z])")
_HOUSE = re.compile(r"[ ]*(?:so nha|nha so|sn|so)[ .:]+(?=[a-z]{0,2}\d)")
_ALLEY = re.compile(r"(ngo|ngach|hem|kiet)[ .:]+(?=\d)")
"""The commonest beginnings, `số nhà 24 ngõ 12`, taken off before the words are looked at one by one: what remains repeats."""
_ALLEYS = words("ngõ ngách hẻm kiệt ngo ngach hem kiet")
_KIET = re.compile(r"(\b[kK]\d+) ([hH]\d+)")
_DATE = re.compile(r"\d{1,2}\s?(?:thang|th\.?)\s?\d")
_MILESTONE = re.compile(r"km[ .]?\d+(?:[ ,.+]\d+)?")
"""Km 12: how far along a road, neither a street nor a hamlet."""
_SO = re.compile(r"so[\s.:]*")
_COUNTED = re.compile(r"(?:so[\s.:]*)?(\d+(?:\s?[a-z](?![a-z0-9.]))?(?![a-z0-9])|[ivx]+\b)(?![/\d])[\s.,-]*")
_SIGNS = re.compile(r"[^a-z0-9]+")
_BRACKETS = re.compile(r"\([^)]*\)?")
_NOISE = re.compile(
    r"(?:(?:cu|moi|nay|la|thuoc|tai|o|viet nam|vietnam|vn|\d{5,6}|hien|truoc|day)[ ).(]*)+$"
    r"|(?:phuong|xa|thi tran|quan|huyen(?! tran cong)|thi xa|thanh pho|tinh|tp|tx|p\.(?! ?[a-z]\.)|h\.)(?![a-z])[^0-9/]{1,30}$|(?:q|quan|p|phuong)[. ]*\d{1,2}$"
)
"""What is left of the units' part when they are taken out, and units that do not exist: no street is called so."""
_FORMER = re.compile(
    r"(?<=[a-z0-9])(?:[ .]+(?P<kind>phuong|xa|thi tran|[pxf]\.)[ .]*(?:[a-z0-9][a-z0-9 ]{0,30} cu|(?<=phuong )\d{1,2})| nay (?:la|thuoc))\W*$"
)
"""Behind a street or hamlet, the old commune beside today's: `thôn 6 xã Khau Tinh cũ`, `Tôn Đản phường 1 (nay là ...)`."""


def read_part(text: str, folded: str) -> Sequence[Fact]:
    """The facts of one part; `folded` is its aligned fold. The door is read first, since what follows it repeats."""
    if "(" in folded:
        text, folded = _without_brackets(text, folded)
    if (former := _FORMER.search(folded)) and (former["kind"] is None or text[slice(*former.span("kind"))].lower() not in NOT_UNIT_WORDS):
        text, folded = text[: former.start()], folded[: former.start()]
    if "k" in folded and _KIET.search(text):
        text, folded = _KIET.sub(r"\1/\2", text), _KIET.sub(r"\1/\2", folded)
    said = _HOUSE.match(folded)
    match = _LEADING.match(folded, said.end() if said else 0)
    if match is None or _DATE.match(folded, match.start("chain")):
        return _read_kept(text.strip(EDGES), False)
    layers = before_complex(match["chain"], folded[match.end() :])
    facts: list[Fact] = [("building", layer) for layer in layers] or [("door", *chain_of(match["chain"]))]
    end = match.end()
    if folded.endswith("dai") and folded[end:].strip(EDGES) in ("noi dai", "keo dai"):
        return facts  # a street called D5
    while (alley := _ALLEY.match(folded, end)) and (match := _LEADING.match(folded, alley.end())):
        if text[alley.start() : alley.end()].strip(EDGES).lower() not in _ALLEYS:
            break
        facts.append(("alley", alley[1], *chain_of(match["chain"])))
        end = match.end()
    rest = text[end:].strip(EDGES)
    if rest:
        facts += _read_kept(rest, not layers)
    return facts


@lru_cache(maxsize=100_000)
def _read_kept(text: str, after_door: bool) -> tuple[Fact, ...]:
    """Facts of a part without its leading number; kept for the next part that says the same."""
    folded = fold_aligned(text)
    cues = list(_cues(text, folded, "door" if after_door else ""))
    first = cues[0][1] if cues else len(folded)
    facts: list[Fact] = []
    if folded[:first].strip(EDGES):
        facts += _read_street(text[:first], folded[:first], 0) if after_door else _read_lead(text[:first], folded[:first])
    for i, (cue, start, body) in enumerate(cues):
        end = cues[i + 1][1] if i + 1 < len(cues) else len(folded)
        facts += _READERS[cue](text[start:end], folded[start:end], body - start)
    return tuple(facts)


def _without_brackets(text: str, folded: str) -> tuple[str, str]:
    for match in reversed(list(_BRACKETS.finditer(folded))):
        text = text[: match.start()] + " " + text[match.end() :]
        folded = folded[: match.start()] + " " + folded[match.end() :]
    return text, folded


def _cues(text: str, folded: str, last_cue: str) -> Iterator[tuple[str, int, int]]:
    """Cue words with their place and where what they announce begins; a word is none when its accents say a name."""
    last_end = 0
    for match in CUE.finditer(folded):
        cue, start = match.lastgroup or "", match.start()
        between = folded[last_end:start].strip(" .:-")
        if last_cue in ("near", "place"):
            return
        if cue == "place" and last_cue == "hamlet" and not between:
            last_cue, last_end = "name", match.end()
            continue  # ấp Nhà Thờ, ấp Bến Xe
        if not match.group() and (last_cue or between):
            continue  # a tower's code says so by itself only at the beginning: S1.02 Vinhomes
        if last_cue == "street" and not between:
            last_end = match.end() if cue == "street" else last_end
            continue
        if cue == "house" and last_cue in ("group", "hamlet") and not between:
            last_end = match.end()
            continue  # tổ số 12
        word = match.group().strip(" .:")
        written = text[start : start + len(word)].lower()
        if _is_cue(cue, word, written, between, last_cue, folded[match.end() : match.end() + 1], text.isascii()):
            yield cue, start, match.end()
            last_cue, last_end = cue, match.end()


def _is_cue(cue: str, word: str, written: str, between: str, last_cue: str, after: str, ascii_text: bool) -> bool:
    """Whether a word is a cue here, or part of a name: Ngô Quyền, Lý Thường Kiệt, An Dương Vương, Chùa Láng, Phổ Quang."""
    plain = written.isascii()
    if not plain and written[:1] != "đ" and not WRITTEN.intersection(written.replace(".", " ").split()):
        return False
    door_before = DOOR_BETWEEN.fullmatch(between) is not None
    if (
        word in BEHIND_DOOR
        and (last_cue in ("door", "group", "house", "alley") or (last_cue == "hamlet" and between))
        and (not between or door_before)
        and written in (BEHIND_DOOR[word], word if ascii_text and word != "lang" else "")
    ):
        return True
    if word in START_ONLY and (between or last_cue):
        return word not in ("cho", "chua", "canh", "gan") and (after.isdigit() or (not plain and (not between or not door_before)))
    if cue != "street":
        return (word not in ("nha", "thap", "p", "ph") and not (word == "phong" and plain)) or not between or last_cue == "building"
    inside = bool(between) and not door_before and last_cue in ("", "door", "street", "house", "alley")
    if word in ("ngo", "kiet", "hem", "ngach"):
        return not inside and (not plain or after.isdigit())
    return not (inside and (plain or word in ("d", "p")))


def _read_lead(text: str, folded: str) -> list[Fact]:
    """What stands before any cue word: a door and perhaps the street, or a bare name."""
    bare = folded.strip(EDGES)
    if _NOISE.match(bare) and text.strip(EDGES).split(" ")[0].lower() not in NOT_UNIT_WORDS:
        return []
    match = _LEADING.match(folded)
    if match is None:
        return _read_name(text, folded)
    if _DATE.match(bare):
        return _read_street(text, folded, 0)
    facts: list[Fact] = [("door", *chain_of(match["chain"]))]
    if folded[match.end() :].strip(EDGES):
        facts += _read_street(text[match.end() :], folded[match.end() :], 0)
    return facts


def _read_name(text: str, folded: str) -> list[Fact]:
    """A name before any number: a street or a hamlet; before a door it is a shop's or a house's name."""
    door = _DOOR_INSIDE.search(folded)
    if door:
        return _read_lead(text[door.start() :], folded[door.start() :])
    written = text.strip(EDGES)
    if _MILESTONE.fullmatch(folded.strip(EDGES)):
        return []
    return [("name", street_key(folded, text) or "", written, folded.strip(EDGES))] if written else []


def _read_house(text: str, folded: str, body: int) -> list[Fact]:
    return _read_lead(text[body:], folded[body:])


def _read_alley(text: str, folded: str, body: int) -> list[Fact]:
    so = _SO.match(folded, body)
    start = so.end() if so else body
    match = _LEADING.match(folded[start:])
    if match is None:
        return []
    facts: list[Fact] = [("alley", folded[:body].strip(" .:"), *chain_of(match["chain"]))]
    after = start + match.end()
    return facts + (_read_street(text[after:], folded[after:], 0) if folded[after:].strip(EDGES) else [])


def _read_street(text: str, folded: str, body: int) -> list[Fact]:
    key = street_key(folded, text) if folded[body:].strip(EDGES) else None
    return [("street", key, text.strip(EDGES))] if key else []


def _read_building(text: str, folded: str, body: int) -> list[Fact]:
    """A building by its code or name; what follows a code (`tòa A Lê Quý Đôn`, `căn hộ 5 tầng 3`) is read by itself."""
    layers, end = read_building(text, folded, body)
    facts: list[Fact] = [("building", layer) for layer in layers]
    return facts + (_read_lead(text[end:], folded[end:]) if folded[end:].strip(EDGES) else [])


def _read_group(text: str, folded: str, body: int) -> list[Fact]:
    match = _COUNTED.match(folded, body)
    if match is None:
        return []
    facts: list[Fact] = [("group", small_number(match[1]) or match[1])]
    return facts + (_read_lead(text[match.end() :], folded[match.end() :]) if folded[match.end() :].strip(EDGES) else [])


def _read_hamlet(text: str, folded: str, body: int) -> list[Fact]:
    words = tuple(_SIGNS.sub(" ", folded[:body]).split())
    kind = HAMLET_PHRASES.get(words) or HAMLET_WORDS.get("".join(words)) or HAMLET_WORDS.get(words[0], words[0])
    match = _COUNTED.match(folded, body)
    number = small_number(match[1]) if match else None
    if match and number and len(folded[match.end() :].strip(EDGES).split()) >= 2:
        return [
            ("hamlet", kind, number, text[: match.end()].strip(EDGES)),
            *_read_lead(text[match.end() :], folded[match.end() :]),
        ]
    name = f"{number} {folded[match.end() :]}" if match and number else folded[body:]
    key = hamlet_key(name)
    return [("hamlet", kind, key, text.strip(EDGES))] if key else []


def hamlet_key(folded: str) -> str:
    """The name of a hamlet as one key: signs dropped, numbers without zeros, Roman ones in figures."""
    words = _SIGNS.sub(" ", folded.replace("'", "")).split()
    if len(words) == 2 and words[0] == "so" and words[1][0] <= "9":
        words = words[1:]  # thôn số 12
    if len(words) > 1 and (words[-1][0].isdigit() or words[-1] in ("i", "ii", "iii", "iv", "v", "vi")):
        words[-1] = small_number(words[-1]) or words[-1]
    elif len(words) == 1 and (words[0][0] <= "9" or len(words[0]) > 1):
        words[0] = small_number(words[0]) or words[0]
    return " ".join(words)


def _read_nothing(text: str, folded: str, body: int) -> list[Fact]:
    """A landmark (opposite the market, the people's committee) says nothing about the door."""
    return []


def _read_place(text: str, folded: str, body: int) -> list[Fact]:
    """A pagoda or a market: a street is called after it where a door is named (`ngõ 27, Chùa Bộc`), else a landmark."""
    called = _CALLED_AFTER.match(folded)
    return [("landmark", street_key(folded, text) or "", text.strip(EDGES))] if called else []


_CALLED_AFTER = re.compile(r"(?:chua|cho)[\s.]+[a-z]+(?: [a-z]+)?[\s.]*$")


_READERS: dict[str, Callable[[str, str, int], list[Fact]]] = {
    "near": _read_nothing, "place": _read_place, "hamlet": _read_hamlet, "building": _read_building, "alley": _read_alley, "group": _read_group,
    "house": _read_house, "road": _read_street, "street": _read_street,
}  # fmt: skip

__all__ = ["DAYS", "EDGES", "Fact", "hamlet_key", "read_part"]
