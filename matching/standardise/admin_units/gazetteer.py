"""The one gazetteer in memory: units of both eras, edges between them, names on a day, the act beside each change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from matching.standardise.admin_units.model import (
    REFORM,
    Change,
    District,
    Edge,
    NewUnit,
    OldUnit,
    Province,
    Retired,
    split_kind,
)

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """All units by code, one mapping for each era; built once for a process by `Gazetteer.load()`."""

    version: str
    provinces_old: Mapping[str, Province]
    provinces_new: Mapping[str, Province]
    districts: Mapping[str, District]
    old_units: Mapping[str, OldUnit]
    new_units: Mapping[str, NewUnit]
    predecessors: Mapping[str, tuple[Edge, ...]]
    changes: tuple[Change, ...]
    variants: Mapping[str, tuple[str, ...]]
    retired: tuple[Retired, ...]
    acts: Mapping[str, str]

    @staticmethod
    def load() -> Gazetteer:
        """The gazetteer of the package; the same object at every call."""
        return _load()

    def successors(self, old_code: str) -> tuple[Edge, ...]:
        """Edges from an old commune; empty for a code that was no commune on 30 June 2025."""
        unit = self.old_units.get(old_code)
        return unit.successors if unit else ()

    def resident_successors(self, old_code: str) -> tuple[str, ...]:
        """The communes of today that a resident of the old commune can be in: those edges that carry people, sorted."""
        return tuple(sorted(e.new_code for e in self.successors(old_code) if e.resident != "no"))

    def commune_name(self, code: str, as_of: date) -> str | None:
        """The full name of a new-era commune on a day, `Phường Ba Đình`; None for an unknown code."""
        unit = self.new_units.get(code)
        return self._renamed("commune", code, unit.name, as_of) if unit else None

    def province_name(self, code: str, as_of: date) -> str | None:
        """The full name of a new-era province on a day: `75` is tỉnh Đồng Nai until 29 April 2026, then thành phố."""
        province = self.provinces_new.get(code)
        return self._renamed("province", code, province.name, as_of) if province else None

    def display(self, commune_code: str, as_of: date) -> str | None:
        """`00004` -> `Phường Ba Đình, Thành phố Hà Nội`; None for an unknown code."""
        unit = self.new_units.get(commune_code)
        if unit is None:
            return None
        return f"{self.commune_name(commune_code, as_of)}, {self.province_name(unit.province_code, as_of)}"

    def old_display(self, old_code: str) -> str | None:
        """`00004` -> `Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội`: the form of 30 June 2025."""
        unit = self.old_units.get(old_code)
        return f"{unit.name}, {unit.district_name}, {unit.province_name}" if unit else None

    def act(self, change: str | Edge | Change) -> str:
        """The act of an edge, of a change, or of a new-era code (its latest change); empty when nothing is known."""
        if isinstance(change, Change):
            return change.act
        code = change.new_code if isinstance(change, Edge) else change
        later = [] if isinstance(change, Edge) else [c for c in self.changes if c.code == code]
        if later:
            return max(later, key=lambda c: c.effective).act
        unit = self.new_units.get(code)
        return self.acts.get(unit.province_code if unit else code, "")

    def communes(self, as_of: date) -> list[NewUnit]:
        """The communes in force on a day from 1 July 2025 on, by code, each by its name and kind of that day."""
        if as_of < REFORM:
            raise ValueError(f"the new-era communes are in force from {REFORM}; asked for {as_of}: use old_units")
        return [self._on_day(unit, as_of) for _, unit in sorted(self.new_units.items())]

    def _on_day(self, unit: NewUnit, as_of: date) -> NewUnit:
        name = self._renamed("commune", unit.code, unit.name, as_of)
        return NewUnit(unit.code, name, split_kind(name)[0], unit.province_code)

    def _renamed(self, level: str, code: str, name: str, as_of: date) -> str:
        for change in self.changes:
            if change.code == code and change.level == level and change.effective <= as_of:
                name = change.name
        return name


@lru_cache(maxsize=1)
def _load() -> Gazetteer:
    provinces = [Province(r["code"], r["name"], "old" if r["era"] == "old" else "new", r["new_code"]) for r in _rows("provinces")]
    old_provinces = {p.code: p for p in provinces if p.era == "old"}
    districts = {r["code"]: District(r["code"], r["name"], r["province_code"]) for r in _rows("districts")}
    old_units = {unit.code: unit for unit in (_old_unit(row, districts, old_provinces) for row in _rows("communes_old"))}
    predecessors: dict[str, list[Edge]] = {}
    for unit in old_units.values():
        for edge in unit.successors:
            predecessors.setdefault(edge.new_code, []).append(edge)
    return Gazetteer(
        version=json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))["version"],
        provinces_old=old_provinces,
        provinces_new={p.code: p for p in provinces if p.era == "new"},
        districts=districts,
        old_units=old_units,
        new_units={r["code"]: NewUnit(r["code"], r["name"], split_kind(r["name"])[0], r["province_code"]) for r in _rows("communes_new")},
        predecessors={code: tuple(edges) for code, edges in predecessors.items()},
        changes=tuple(sorted((_change(row) for row in _rows("changes")), key=lambda c: (c.effective, c.level, c.code))),
        variants=_variants(),
        retired=tuple(_retired(row) for row in _rows("retired")),
        acts={row["province_code"]: row["act"] for row in _rows("acts")},
    )


def _rows(table: str) -> list[dict[str, str]]:
    header, *lines = (DATA / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def _old_unit(row: Mapping[str, str], districts: Mapping[str, District], provinces: Mapping[str, Province]) -> OldUnit:
    district = districts[row["district_code"]]
    edges = tuple(Edge(row["code"], *edge.split(":")) for edge in row["successors"].split(" "))
    province = provinces[district.province_code]
    return OldUnit(
        row["code"],
        row["name"],
        split_kind(row["name"])[0],
        district.code,
        district.name,
        province.code,
        province.name,
        edges,
    )


def _change(row: Mapping[str, str]) -> Change:
    level = "province" if row["level"] == "province" else "commune"
    return Change(level, row["code"], date.fromisoformat(row["effective"]), row["name"], row["act"])  # type: ignore[arg-type]


def _retired(row: Mapping[str, str]) -> Retired:
    level = "district" if row["level"] == "district" else "commune"
    return Retired(level, row["name"], row["kind"], tuple(row["targets"].split(" ")), row["source"])  # type: ignore[arg-type]


def _variants() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in _rows("variants"):
        found.setdefault(row["code"], []).append(row["name"])
    return {code: tuple(names) for code, names in found.items()}
