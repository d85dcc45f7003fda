"""The work list split by who works on it: the partner's own unit, else the province, with an index.

The province is that of the place; of the resident's permanent residence, where the record states no place. A unit is
read off the first characters of the record id and counts only if the packaged list knows it; file names are codes of that list
or of provinces, never anything out of a record. A unit with more rows than a file may have gets several files, dealt out like
cards: equal within one row, each with its share of the worst, each still worst first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

from flows.report.addresses import Names
from flows.report.columns import INDEX
from flows.report.csv_files import append_csv, start_csv, write_csv
from flows.report.settings import ReportSettings
from flows.report.xlsx_files import MOST_ROWS

NO_UNIT = "other"
_BUFFERED = 5_000  # rows kept in memory before they are appended to their units' files


@dataclass(frozen=True, slots=True)
class Unit:
    """A file of a work unit: the unit's code (a province is `province-79`) and name, its mismatches of each severity.

    `part` of `parts`: a unit with many rows has several files, one has `part` 1 of 1.
    """

    code: str
    name: str
    field: int
    review: int
    part: int = 1
    parts: int = 1

    @property
    def stem(self) -> str:
        """The file's name without its ending: `PD03`, `PD03-2`."""
        return self.code if self.parts == 1 else f"{self.code}-{self.part}"

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
        """Write the rest, deal out what is too long for one file, and write the index; the units by code and part."""
        self.flush()
        names = Names(self.settings.as_of)
        units: list[Unit] = []
        for code, counts in sorted(self.counts.items()):
            parts = -(-sum(counts.values()) // min(self.settings.rows_per_file, MOST_ROWS))
            units += _parts(Unit(code, self._name(code, names), **counts), parts)
            if parts > 1:
                _deal(self.folder, code, parts)
        write_csv(self.folder / "index.csv", INDEX, _index(units), self.settings.delimiter)
        return tuple(units)

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


def _parts(unit: Unit, parts: int) -> list[Unit]:
    """The unit in `parts` files: rows are dealt in turn and the work list has `field` first, so the counts follow."""
    rows = range(unit.field + unit.review)
    field = [sum(1 for _ in rows[: unit.field][at::parts]) for at in range(parts)]
    return [Unit(unit.code, unit.name, field[at], len(rows[at::parts]) - field[at], at + 1, parts) for at in range(parts)]


def _deal(folder: Path, code: str, parts: int) -> None:
    """Deal the lines of `code`.csv out to `code`-1.csv and so on, and remove it: no cell holds a line break."""
    whole = folder / f"{code}.csv"
    with whole.open("rb") as source, ExitStack() as stack:
        header = source.readline()
        files = [stack.enter_context(_new(folder / f"{code}-{part}.csv")) for part in range(1, parts + 1)]
        for file in files:
            file.write(header)
        for line, file in zip(source, cycle(files), strict=False):  # the files have no end
            file.write(line)
    whole.unlink()


def _new(path: Path) -> BinaryIO:
    path.touch(mode=0o600)
    return path.open("wb")


def _index(units: Sequence[Unit]) -> Iterator[tuple[str, ...]]:
    for unit in units:
        part = f"{unit.part}/{unit.parts}"
        counts = (str(n) for n in (unit.mismatches, unit.field, unit.review))
        yield (unit.code, unit.name, part, f"{unit.stem}.csv", f"{unit.stem}.xlsx", *counts)
