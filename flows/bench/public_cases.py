"""Public collections of addresses with their answers, curated: a case without truth is left out, with the reason beside it.

The tables are those of the tests. What is left out is counted by reason, and it is shown how many of those come out right all
the same, so that nobody has to believe the curation.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.bench.figures import Part, Sheet, share
from matching.standardise.addresses import Address, AddressParser
from matching.standardise.addresses.streets import street_key
from matching.standardise.admin_units import Gazetteer
from matching.standardise.text import fold

DATA = Path(__file__).parent / "data"
AIM = 95.0
LARGEST_SET = 3


@dataclass(frozen=True, slots=True)
class PublicCase:
    """One case: the text, its answer in the collection's own shape, and why it is left out (empty if it counts)."""

    text: str
    expected: dict[str, str]
    left_out: str


Check = Callable[[AddressParser, PublicCase], bool]


def seats() -> list[PublicCase]:
    """The seats of the communes as published in 2025."""
    return [PublicCase(row["text"], row, row["left_out"] or "") for row in _table("addresses_seats.tsv")]


def nqbao() -> list[PublicCase]:
    """The cases of a converter."""
    return [PublicCase(row["text"], row, row["left_out"] or "") for row in _table("addresses_nqbao.tsv")]


def map4d() -> list[PublicCase]:
    """The cases of another parser."""
    listed: list[dict[str, Any]] = json.loads((DATA / "addresses_map4d.json").read_text(encoding="utf-8"))["cases"]
    return [PublicCase(case["text"], case["expected"], case.get("left_out", "")) for case in listed]


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def seat_right(parser: AddressParser, case: PublicCase) -> bool:
    """The commune of the seat is among at most three."""
    communes = parser.parse(case.text).communes
    return case.expected["commune"] in communes and len(communes) <= LARGEST_SET


def nqbao_right(parser: AddressParser, case: PublicCase) -> bool:
    """The commune's name is right, and the street where the case has one."""
    address = parser.parse(case.text)
    names = {parser.gazetteer.new_units[code].name for code in address.communes}
    return case.expected["commune"] in names and case.expected["street"] in ("", address.detail.street)


def map4d_right(parser: AddressParser, case: PublicCase) -> bool:
    """Every level of the answer is found; levels 2 to 4 are folded names of the old province, district and commune."""
    address, expected = parser.parse(case.text), case.expected
    if "housenumber" in expected:
        door = parser.parse(f"{expected['housenumber']} Lê Lợi").detail
        if (door.house, door.alley) != (address.detail.house, address.detail.alley):
            return False
    if "street" in expected and street_key(expected["street"], expected["street"]) != address.detail.street:
        return False
    alias = "alias" in address.place.assumptions
    names = _names(parser.gazetteer, address)
    return all(level not in expected or expected[level] in names[level] or (alias and level == "level4") for level in names)


def _names(gazetteer: Gazetteer, address: Address) -> dict[str, set[str]]:
    """The folded names that the found place has, or had before the reform, by level of the collection."""
    place = address.place
    provinces = {fold(p.base) for p in gazetteer.provinces_old.values() if p.new_code == place.province}
    districts, district = set(provinces), gazetteer.districts.get(place.district or "")
    if district:
        districts |= {fold(district.base), fold(district.name)}
    districts |= {f"{fold(r.kind)} {r.name}" for r in gazetteer.retired if r.level == "district" and place.district in r.targets}
    if place.written_commune:
        districts.add(fold(gazetteer.old_units[place.written_commune].district_name.split(" ", 1)[1]))
    communes = {fold(gazetteer.new_units[code].base) for code in place.communes}
    for code in place.communes:
        for edge in gazetteer.predecessors.get(code, ()):
            old = gazetteer.old_units[edge.old_code]
            communes |= {fold(old.base), fold(old.name)}
    return {"level2": provinces, "level3": districts, "level4": communes}


COLLECTIONS: tuple[tuple[str, date, Callable[[], list[PublicCase]], Check], ...] = (
    ("new_ward_seats_2025", date(2025, 9, 1), seats, seat_right),
    ("map4d_cases", date(2025, 6, 1), map4d, map4d_right),
    ("nqbao_cases", date(2025, 9, 1), nqbao, nqbao_right),
)


def public_cases(examples: int) -> Part:
    """All collections: the share right against the aim, what was left out and why, and some that are wrong."""
    figures, left_out, wrong = [], [], []
    for name, as_of, read, right in COLLECTIONS:
        parser, cases = AddressParser(Gazetteer.load(), as_of), read()
        counted = [case for case in cases if not case.left_out]
        bad = [case for case in counted if not right(parser, case)]
        figures.append(share(name, len(counted) - len(bad), len(counted), AIM))
        reasons = Counter(case.left_out for case in cases if case.left_out)
        anyway = Counter(case.left_out for case in cases if case.left_out and right(parser, case))
        left_out += [(name, reason, count, anyway[reason]) for reason, count in reasons.most_common()]
        wrong += [
            (name, case.text, " ".join(f"{v}" for k, v in case.expected.items() if k not in ("text", "left_out")))
            for case in bad[:examples]
        ]
    sheets = [Sheet("Không tính, và vì sao / Left out, and why", ("", "", "số ca / cases", "vẫn đúng / right anyway"), tuple(left_out))]
    if wrong:
        sheets.append(Sheet("Sai / Wrong", ("", "viết / written", "đúng / expected"), tuple(wrong)))
    return Part("Bộ ca công khai / Public cases", tuple(figures), tuple(sheets))
