"""The part of an address below the commune: what its parts say, put together into one `Detail`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from matching.standardise.addresses.buildings import complex_of, lot_of_estate
from matching.standardise.addresses.model import EMPTY_DETAIL, Detail
from matching.standardise.addresses.numbers import join_alleys, kiet, small_number
from matching.standardise.addresses.pieces import DAYS, EDGES, Fact, hamlet_key, read_part
from matching.standardise.addresses.shortened import in_full
from matching.standardise.addresses.streets import ABBREVIATED, ROAD, street_key
from matching.standardise.text import squeeze


def parse_detail(parts: Iterable[tuple[str, str]], rural: bool | None) -> Detail:
    """The detail that the parts say, each as (written, folded) of the same length.

    A name that nothing explains is the street; in a rural commune, where there is no house number, it is the hamlet. `rural`
    is None where no commune is known.
    """
    facts: dict[str, list[Fact]] = {}
    lettered: list[Fact] = []
    before: Sequence[Fact] = ()
    for part in parts:
        text, folded = part if rural is None else _without_letters(part, rural, lettered, facts)
        said = read_part(text, folded) if folded.strip(EDGES) else ()
        if said and said[0][0] == "building" and _is_flat(before, said[0][1]):
            facts["building"], facts["door"] = [("building", f"can {before[0][1].lower()}")], []
        for fact in said:
            facts.setdefault(fact[0], []).append(fact)
        before = said
    groups = [found for found in lettered if _is_group(found)]
    for found in [found for found in lettered if not _is_group(found)] + groups[::-1]:  # T.14, T.2: the outer one last
        _add_lettered(found, facts)
    return _assembled(facts, bool(rural)) if facts else EMPTY_DETAIL


_FLAT = re.compile(r"\d{3,4}[A-Z]?")
_TOWER = ("toa", "chung cu", "tang")


def _is_flat(before: Sequence[Fact], layer: str) -> bool:
    """Whether a part was only a number of three or four digits, right before its tower or block: `2503, nhà B, chung cư X`."""
    return (
        len(before) == 1
        and before[0][0] == "door"
        and len(before[0]) == 2
        and layer.startswith(_TOWER)
        and _FLAT.fullmatch(before[0][1]) is not None
    )


def _without_letters(part: tuple[str, str], rural: bool, lettered: list[Fact], facts: dict[str, list[Fact]]) -> tuple[str, str]:
    """The part without a hamlet or group that is said by a letter; the hamlet is put into `lettered`, the group into `facts`."""
    text, folded = part
    found, end = _find_lettered(text, folded, rural)
    if found:
        lettered.append(found)
        text, folded = text[:end], folded[:end]
    group = _GROUP_BEFORE.match(folded) if folded.startswith(_SHORT_T) else None
    if group:
        facts.setdefault("group", []).append(("group", group[1]))
        return text[group.end() :], folded[group.end() :]
    return text, folded


def _find_lettered(text: str, folded: str, rural: bool) -> tuple[Fact | None, int]:
    """The hamlet by its letter that a part is, or ends with behind a door (`97 T.1`, `260B A.Bưng Chụm`), and where it begins."""
    if folded.lstrip(EDGES)[:1] in _FIRST_LETTERS and (letter := _LETTERED.match(folded)):
        return _by_letter(letter, text, rural, False), 0
    if "." in folded and (door := _DOOR_BEFORE.match(folded)) and (letter := _LETTERED.match(folded, door.end())):
        return _by_letter(letter, text[door.end() :], rural, True), door.end()
    return None, 0


def _by_letter(letter: re.Match[str], text: str, rural: bool, behind_door: bool) -> Fact | None:
    """A part that is a letter and a number or a name: the hamlet's kind is short (`X28`, `T. 9`, `Th.5`, `B.Nà Tong`), or it is none.

    In a town a name behind a door is a street, its first word short: `12 T.Hưng Đạo`.
    """
    first, sign, number, name = letter["letter"], letter["sign"], letter["number"], letter["name"]
    if name and in_full(f"{first} {name}") != f"{first} {name}":
        return None  # T.Hưng Đạo
    long = len(first) > 1
    if name:
        initials = any(len(word) == 1 for word in (name.split()[:-1] if "." in sign else name.split()))
        glued = not sign and _NO_SYLLABLE.match(first + name) is not None and _VOWEL.search(name.split()[0]) is not None
        meant = not initials and (
            ("." in sign and (rural or long or not behind_door)) or (first == "x" and " " in sign) or (glued and not long)
        )
    else:
        meant = first in ("x", "t") or bool(sign) or (first == "k" and rural)
    dotted = "." if "." in sign else ""
    return (
        ("hamlet", _LETTERS[first], hamlet_key(name) if name else small_number(number) or number, text.strip(EDGES), dotted)
        if meant
        else None
    )


def _is_group(lettered: Fact) -> bool:
    """Whether a short T. with a number is rather the group (tổ) of a hamlet that is named too."""
    return lettered[1] == "thon" and lettered[2].isdigit() and lettered[3][:2].lower() != "th"


def _is_inner(hamlet: Fact) -> bool:
    """Whether a hamlet is a numbered xóm or đội, which a thôn may hold: `Đội 2, Th. Phước Đức`."""
    return hamlet[1] in _INNER_FIRST and hamlet[2].isdigit()


def _add_lettered(lettered: Fact, facts: dict[str, list[Fact]]) -> None:
    """A hamlet by its letter where none is named; beside a street it is a group (T. 9: tổ 9), or a door (B 12) if no dot says that it is short."""
    _, kind, name, written, dotted = lettered
    said = "street" in facts or (_is_group(lettered) and "name" in facts)
    if "hamlet" not in facts and (not said or (dotted and not _is_group(lettered))):
        facts["hamlet"] = [("hamlet", kind, name, written)]
    elif "hamlet" in facts and _is_inner(facts["hamlet"][-1]) and kind not in _INNER_FIRST and not _is_group(lettered):
        facts["hamlet"].append(("hamlet", kind, name, written))
    elif kind == "thon":
        facts.setdefault("group", []).append(("group", name))
    elif kind in ("", "ap") and "door" not in facts:
        facts["door"] = [("door", f"{kind[:1] or 'b'}{name}".upper())]


def _assembled(facts: dict[str, list[Fact]], rural: bool) -> Detail:
    house, alley, day = _door(facts, rural)
    street, street_display = _street(facts, day)
    if street is None and "landmark" in facts and (house or alley) and "name" not in facts:
        _, street, street_display = facts["landmark"][0]
    hamlets = [fact[1:] for fact in facts.get("hamlet", ())]
    if street and hamlets and not house and not alley and ROAD.fullmatch(street):
        street = street_display = None  # QL 14, thôn 7: where the hamlet lies
    if rural and not hamlets and street and street_display and street.startswith("doi "):
        hamlets, street, street_display = [("doi", street[4:], street_display)], None, None
    for _, key, written, folded in facts.get("name", ()):
        troop = rural and folded[:4] == "doi "
        if street is None and key and not troop and not (rural and not house and not alley):
            street, street_display = key, written
        elif not hamlets and rural:
            hamlets.append(_lettered(folded, written))
    groups = [fact[1] for fact in facts.get("group", ())]
    if len(hamlets) > 1:
        groups += _inner_hamlets(hamlets)
    buildings = list(dict.fromkeys(fact[1] for fact in facts.get("building", ())))
    if (
        buildings
        and not alley
        and (lot := lot_of_estate(buildings, ["/".join(fact[1:]) for fact in facts.get("door", ())], street is not None))
    ):
        buildings, house = lot, None
    if found := complex_of(buildings):
        groups += [f"{said[0]} {said[1]}" for said in hamlets if said[0]]
        hamlets, buildings = [(*found, "")], [layer for layer in buildings if layer != " ".join(found)]
    kind, name, display = hamlets[0] if hamlets else (None, None, None)
    return Detail(
        house, alley, street, "; ".join(buildings) or None, groups[0] if groups else None,
        name, kind or None, squeeze(street_display) if street_display else None, squeeze(display) if display else None,
    )  # fmt: skip


def _street(facts: dict[str, list[Fact]], day: str | None) -> tuple[str | None, str | None]:
    if "street" in facts:
        return facts["street"][0][1], facts["street"][0][2]
    return (street_key(day.lower(), day), day) if day else (None, None)


_LETTER = re.compile(r"([txb])(?:\.\s?|\s)(?=[a-z]{2})")
_LETTERED = re.compile(
    r"\W*(?P<letter>th(?=\.)|kh(?=\.)|[txbak])(?P<sign>[\s.:]{0,3})"
    r"(?:(?:so[ .:]{1,2})?(?:0*(?P<number>\d{1,2}[a-z]?|(?<=[.: ])[ivx](?![a-z])))"
    r"|(?P<name>(?!pho )[a-z]{2}[a-z' ]{0,30}(?: \d{1,2})?))[\s.,:/-]*(?:\([\s(),.-]*(?:cu|moi)?[\s(),.-]*)?$"
)
_SHORT_T = ("t.", " t.")
_GROUP_BEFORE = re.compile(r"\W*t\. ?0*(\d{1,3})(?: ?[,-] ?| )(?=(?:thon|ap|xom|ban|buon|lang|khoi|khom|khu|kp|doi|to dan|tdp)(?![a-z])|$)")
_DOOR_BEFORE = re.compile(
    r"\W*(?:(?:so nha|nha so|sn|so|nha)[ .:]*)?(?:\d+[a-z]?(?:/\d+[a-z]?)*(?: |, ?|- ?))?"
    r"(?:(?:to[ .]*(?:so )?|t\. ?)\d+(?: |, ?|- ?))?(?=(?:th|kh|[txbak])\.)"
)
_VOWEL = re.compile("[aeiouy]")
_NO_SYLLABLE = re.compile(r"[xb](?![aeiouy])|t(?![aeiouyhr])")
"""No Vietnamese word begins so: XTRUNG TIẾN is xóm Trung Tiến."""
_LETTERS = {"t": "thon", "x": "xom", "b": "", "a": "ap", "k": "khu", "th": "thon", "kh": "khom"}
"""One or two letters for the kind of a hamlet; b is bản, buôn or bon."""
_FIRST_LETTERS = frozenset("txbak")


def _lettered(folded: str, written: str) -> tuple[str, ...]:
    """A bare name as a hamlet; a letter before it stands for its kind: `T. Nội`, `X Minh Sơn`."""
    letter = _LETTER.match(folded)
    if folded[:4] == "doi " and written[:3].lower() in ("đội", "doi"):
        return "doi", hamlet_key(folded[4:]), written
    kind = _LETTERS[letter[1]] if letter else ""
    return kind, hamlet_key(folded[letter.end() :] if letter else folded), written


_INNER_FIRST = ("to dan pho", "doi", "xom", "khoi")


def _inner_hamlets(hamlets: list[tuple[str, ...]]) -> list[str]:
    """Take out the hamlets that lie inside another (a people's group in a quarter, a xóm in a thôn); they are groups."""
    groups = []
    while len(hamlets) > 1:
        inner = min(
            hamlets[:-1] if hamlets[-1][0] not in _INNER_FIRST else hamlets,
            key=lambda h: _INNER_FIRST.index(h[0]) if h[0] in _INNER_FIRST else 9,
        )
        hamlets.remove(inner)
        groups.append(inner[1] if inner[0] == "to dan pho" else f"{inner[0]} {inner[1]}".strip())
    return groups


def _door(facts: dict[str, list[Fact]], rural: bool) -> tuple[str | None, str | None, str | None]:
    """House number and alley chain, outermost first, from doors and alleys as written; a second door `3/2` or `D2` is a street."""
    doors = facts.get("door", [])
    alleys = join_alleys([(fact[1], list(fact[2:])) for fact in facts["alley"]]) if "alley" in facts else []
    streets = [] if "street" in facts else [fact for fact in doors if _is_street(fact, doors[0], facts, rural)]
    street = "/".join(streets[-1][1:]) if streets else None
    rest = [fact for fact in doors if not streets or fact is not streets[-1]]
    house, chain = _numbers(list(rest[0][1:]) if rest else [], alleys, facts)
    return house, "/".join(chain) or None, street


_CODE = re.compile(r"[A-Z]{1,2}\d{1,2}[A-Z]?")


def _is_street(door: Fact, first: Fact, facts: dict[str, list[Fact]], rural: bool) -> bool:
    """Whether what looks like a door is a street: a day or a code beside another door, CMT8, a day that is all a town's address says."""
    said = "/".join(door[1:])
    if said.lower() in ABBREVIATED:
        return True
    if said in DAYS:
        return len(facts["door"]) > 1 or "alley" in facts or (not rural and len(facts) == 1)
    return door is not first and first[1][:1].isdigit() and "building" not in facts and _CODE.fullmatch(said) is not None


def _numbers(chain: list[str], alleys: list[str], facts: dict[str, list[Fact]]) -> tuple[str | None, list[str]]:
    named = kiet(chain)
    if named:
        return named[1], [*alleys, *named[0]]
    if not chain:
        if alleys and facts["alley"][-1][1] == "kiet" and len(alleys) > 1:
            return alleys[-1], [alley.removeprefix("K").removeprefix("H") for alley in alleys[:-1]]
        return None, alleys
    inner = chain[:-1]
    if alleys and inner[: len(alleys)] == alleys:
        return chain[-1], inner
    if alleys and inner and alleys[-len(inner) :] == inner:
        return chain[-1], alleys
    return chain[-1], [*alleys, *inner]


__all__ = ["EDGES", "parse_detail"]
