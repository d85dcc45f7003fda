"""The work list split by who works on it: the partner's own unit, else the province of the place, with an index.

A unit is read off the first characters of the record id and counts only if the packaged list knows it; file names are
codes of that list or of provinces, never anything out of a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.report.addresses import Names
from flows.report.columns import INDEX
from flows.report.csv_files import append_csv, start_csv, write_csv
from flows.report.settings import ReportSettings

NO_UNIT = "other"
_BUFFERED = 20_000  # rows kept in memory before they are appended to their units' files


@dataclass(frozen=True, slots=True)
class Unit:
    """A work unit: its code (a province is `province-79`), its name, and how many mismatches of each severity it has."""

    code: str
    name: str
    field: int
    review: int

    @property
    def mismatches(self) -> int:
        """All its mismatches."""
        return self.field + self.review


@dataclass(slots=True)
class UnitFiles:
    """Appends rows of the work list to one CSV a unit, a block of rows at a time, in the order of the work list."""

    folder: Path
    header: Sequence[str]
    settings: ReportSettings
    known: dict[str, str]
    waiting: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    buffered: int = 0

    def add(self, record_id: str, province: str | None, severity: str, cells: Sequence[str]) -> None:
        """Put a row into its unit's file."""
        code = unit_of(record_id, province, self.settings.source.unit_prefix, self.known)
        self.waiting.setdefault(code, []).append(cells)
        counts = self.counts.setdefault(code, {"field": 0, "review": 0})
        counts[severity] += 1
        self.buffered += 1
        if self.buffered >= _BUFFERED:
            self.flush()

    def flush(self) -> None:
        """Write out what waits."""
        for code, lines in sorted(self.waiting.items()):
            path = self.folder / f"{code}.csv"
            if not path.exists():
                start_csv(path, self.header, self.settings.delimiter)
            append_csv(path, lines, self.settings.delimiter)
        self.waiting.clear()
        self.buffered = 0

    def finish(self) -> tuple[Unit, ...]:
        """Write the rest and the index; the units by code."""
        self.flush()
        names = Names(self.settings.as_of)
        units = tuple(Unit(code, self._name(code, names), **counts) for code, counts in sorted(self.counts.items()))
        write_csv(self.folder / "index.csv", INDEX, _index(units), self.settings.delimiter)
        return units

    def _name(self, code: str, names: Names) -> str:
        if code.startswith("province-"):
            return names.province(code.removeprefix("province-"))
        return self.known.get(code, "Không rõ đơn vị / unit unknown")


def unit_files(folder: Path, header: Sequence[str], settings: ReportSettings) -> UnitFiles:
    """An empty folder of unit files; the list of units is that of the settings."""
    folder.mkdir(mode=0o700)
    known = json.loads(settings.unit_names.read_text(encoding="utf-8")) if settings.source.unit_prefix else {}
    return UnitFiles(folder, header, settings, known)


def unit_of(record_id: str, province: str | None, prefixes: Sequence[int], known: dict[str, str]) -> str:
    """The code of the unit: `PB0301...` -> `PB0301`; else `province-79`; else `other`."""
    start = record_id.strip().upper()
    for length in prefixes:
        if start[:length] in known:
            return start[:length]
    return f"province-{province}" if province and province.isalnum() else NO_UNIT


def _index(units: Sequence[Unit]) -> Iterator[tuple[str, ...]]:
    for unit in units:
        counts = (str(n) for n in (unit.mismatches, unit.field, unit.review))
        yield (unit.code, unit.name, f"{unit.code}.csv", f"{unit.code}.xlsx", *counts)
