"""Which communes a world consists of, what was there before the reform, and how people of its province write and are called.

Administrative units are real (the gazetteer of the package), everything in them is invented. The choice of communes
does not depend on the seed, so two worlds of one size differ in people and not in places.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from flows.generate.dice import table
from flows.generate.letters import DATA, fold, new_tone_place
from matching.standardise.admin_units import Gazetteer, OldUnit
from matching.standardise.admin_units import split_kind as _split_kind

AS_OF = date(2026, 10, 31)
REFORM = date(2025, 7, 1)
PEOPLE_A_COMMUNE = 30_000
SMALLEST_WORLD = 6


@dataclass(frozen=True)
class Habits:
    """What people of a province (of before the reform, by code) share: surnames, alley words, numbers, customer codes, hamlets."""

    code: str
    names: str
    way: str
    old_number: str
    units: tuple[str, ...]
    hamlets: tuple[str, ...]
    peoples: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Commune:
    """A commune of the world: the unit in force, the old ones its residents lived in (with weight), and its habits."""

    index: int
    code: str
    province_code: str
    olds: tuple[tuple[OldUnit, float], ...]
    habits: Habits

    @cached_property
    def name(self) -> str:
        """The full name in force on the as-of date."""
        return Gazetteer.load().commune_name(self.code, AS_OF) or ""

    @cached_property
    def province(self) -> str:
        """The full name of its province in force on the as-of date."""
        return Gazetteer.load().province_name(self.province_code, AS_OF) or ""

    def name_on(self, day: date) -> tuple[str, str]:
        """Commune and province by their names on a day since the reform."""
        return _names_on(self.code, self.province_code, sum(change <= day for change in _days_of_change()))

    @cached_property
    def urban(self) -> bool:
        """True for a phường whose predecessors were mostly phường: streets and doors with numbers."""
        wards = sum(weight for old, weight in self.olds if old.kind == "phường")
        return wards * 2 > sum(weight for _, weight in self.olds)

    @cached_property
    def way(self) -> str:
        """How alleys are written: north (ngõ, ngách), central (kiệt), south (hẻm, slash)."""
        return self.habits.way

    @cached_property
    def peoples(self) -> tuple[str, ...]:
        """A weighted table of the peoples of its households; `kinh` for the majority. Towns have few of the others."""
        factor = 0.2 if self.urban else 1.0
        others = [(name, share * factor) for name, share in self.habits.peoples]
        return table([*others, ("kinh", 1 - sum(share for _, share in others))], 1000)


split_kind = cache(_split_kind)
"""The gazetteer's split of a unit's name into kind and name, remembered: a world asks it for the same few names."""


@cache
def habits() -> dict[str, Habits]:
    """Habits by province code of before the reform."""
    with (DATA / "provinces.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    return {row[0]: _habits(row) for row in rows}


def _habits(row: list[str]) -> Habits:
    kinds = ("khu phố", "tổ dân phố")
    hamlets = tuple(kind for kind in kinds if kind in row[5]) + tuple(w for w in row[5].replace("khu phố", "").split() if w)
    peoples = tuple((name, float(share)) for name, _, share in (item.partition(":") for item in row[6].split()))
    return Habits(row[0], row[1], row[2], row[3], tuple(row[4].split()), hamlets, peoples)


def how_many(people: int) -> int:
    """The number of communes of a world: one to 30,000 people, and not fewer than six, of different kinds."""
    return min(max(SMALLEST_WORLD, round(people / PEOPLE_A_COMMUNE)), 1000)


def communes(count: int) -> tuple[Commune, ...]:
    """The first `count` communes: the chosen ones, then every n-th of the country, always the same order."""
    with (DATA / "places.toml").open("rb") as file:
        first: list[str] = tomllib.load(file)["first"]
    others = [code for code in sorted(Gazetteer.load().new_units) if code not in first]
    # 1,277 shares no factor with the number of communes, so stepping by it visits each once and jumps between provinces.
    order = [others[(step * 1277 + 640) % len(others)] for step in range(len(others))]
    usable = (commune for commune in (*first, *order) if _olds(commune))
    return tuple(_commune(index, code) for index, code in zip(range(count), usable, strict=False))


def _olds(code: str) -> tuple[tuple[OldUnit, float], ...]:
    gazetteer = Gazetteer.load()
    edges = [edge for edge in gazetteer.predecessors.get(code, ()) if edge.resident != "no"]
    olds = [(gazetteer.old_units[edge.old_code], 2.0 if edge.resident == "yes" else 1.0) for edge in edges]
    return tuple((old, weight) for old, weight in olds if old.kind and len(old.code) == 5)


def _commune(index: int, code: str) -> Commune:
    unit = Gazetteer.load().new_units[code]
    olds = _olds(code)
    return Commune(index, code, unit.province_code, olds, habits()[olds[0][0].province_code])


@cache
def _days_of_change() -> tuple[date, ...]:
    return tuple(sorted({REFORM, *(change.effective for change in Gazetteer.load().changes)}))


@cache
def _names_on(commune: str, province: str, changes: int) -> tuple[str, str]:
    """Names after so many days of change; few enough to remember."""
    gazetteer, day = Gazetteer.load(), _days_of_change()[max(changes, 1) - 1]
    return gazetteer.commune_name(commune, day) or "", gazetteer.province_name(province, day) or ""


@cache
def _names(province_code: str) -> dict[str, frozenset[str]]:
    """Names of communes, folded and with accents, with and without kind, of a province of today -> the communes of today they can mean."""
    gazetteer = Gazetteer.load()
    found: dict[str, set[str]] = {}
    for unit in gazetteer.new_units.values():
        if unit.province_code == province_code:
            for name in (unit.name, unit.base):
                for key in (fold(name), _accented(name)):
                    found.setdefault("new " + key, set()).add(unit.code)
    for old in gazetteer.old_units.values():
        if gazetteer.provinces_old[old.province_code].new_code == province_code:
            for name in (old.name, old.base):
                for key in (fold(name), _accented(name)):
                    found.setdefault("old " + key, set()).update(gazetteer.resident_successors(old.code))
    return {name: frozenset(codes) for name, codes in found.items()}


def _accented(name: str) -> str:
    """What two names are compared by when accents can be seen: lower case, tone marks in one place."""
    return "accented " + new_tone_place(name.lower())


def readings(name: str, province_code: str, accents: bool = False) -> frozenset[str]:
    """The communes of today that a commune's name without a district can mean, by either era, in a province of today.

    With `accents` to be seen, Thuận Hóa is not Thuận Hòa.
    """
    names = _names(province_code)
    key = _accented(name) if accents else fold(name)
    return names.get("new " + key, frozenset()) | names.get("old " + key, frozenset())


def in_district(name: str, district_code: str) -> bool:
    """Whether an old district had a commune of that name (folded, without kind), on its last day or before a merger."""
    return fold(name) in _district_names().get(district_code, frozenset())


@cache
def _district_names() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for old in Gazetteer.load().old_units.values():
        found.setdefault(old.district_code, set()).add(fold(old.base))
    for retired in Gazetteer.load().retired:
        for code in retired.targets if retired.level == "commune" else ():
            if code in Gazetteer.load().old_units:
                found.setdefault(Gazetteer.load().old_units[code].district_code, set()).add(retired.name)
    return {code: frozenset(names) for code, names in found.items()}
