"""A reviewer's file as rows of cells, however a spreadsheet saved it: encoding, delimiter and format are found out.

CSV or TSV in UTF-8 (with its mark or without), UTF-16 or the code page of Windows, by `,` `;` TAB or `|`; XLSX. A row has the
number that the spreadsheet shows. A line whose quotes do not close is one refused row, never a cell that swallows the rest.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.ingest.encoding import bom, utf16_without_bom, valid_utf8

MAX_BYTES = 512 << 20  # of a file, and of what a workbook unpacks to: a work list of a million rows is below it
DELIMITERS = (",", ";", "\t", "|")
_CELL_LINES = 200  # lines that a note with line breaks may have before it is taken for a quote that was never closed
_LINE = re.compile("\r\n|\n|\r")
_ID_LINE = re.compile(r"""["'\s]*(?:MM|RV|RC)-[0-9A-Z]{4,}""")  # how a row of ours begins: no continuation of a note
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*')


class Unreadable(Exception):
    """A file that is no table; `reason` is a code of `words.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number in the spreadsheet, its cells as written; None: its quotes cannot be read."""

    row: int
    cells: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; where a workbook has several, its name, and its `number` among the sheets (else 0)."""

    name: str
    lines: tuple[Line, ...]
    number: int = 0


def read_sheets(path: Path, headers: frozenset[str]) -> tuple[Sheet, ...]:
    """The tables of the file; `headers` are what the header line is known by. Unreadable if it is none."""
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable("too_large")
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        return _workbook(path)
    text = _text(data)
    return (Sheet("", tuple(_lines(text, headers))),)


def _text(data: bytes) -> str:
    marked = bom(data) or utf16_without_bom(data)
    if marked:
        return data.decode(marked, "replace").removeprefix("\ufeff")
    if b"\0" in data[:65536] or data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf")):
        raise Unreadable("unreadable")
    if valid_utf8(data):
        return data.decode("utf-8")
    return data.decode("cp1258", "replace")  # what a Vietnamese Windows calls "CSV": ids and decisions are ASCII


def _lines(text: str, headers: frozenset[str]) -> Iterator[Line]:
    physical = _LINE.split(text)
    if physical and not physical[-1]:
        physical.pop()
    delimiter, start = _delimiter(physical, headers)
    at, row = start, 0
    while at < len(physical):
        row += 1
        cells, used = _record(physical, at, delimiter)
        at += used
        yield Line(row, cells)


def _record(physical: Sequence[str], at: int, delimiter: str) -> tuple[tuple[str, ...] | None, int]:
    """The cells of the row that begins at line `at`, and how many lines it takes; None where its quotes make no sense."""
    chunk = physical[at]
    used = 1
    while chunk.count('"') % 2:
        following = at + used
        if following >= len(physical) or used >= _CELL_LINES or _ID_LINE.match(physical[following]):
            return None, 1
        chunk += "\n" + physical[following]
        used += 1
    cells = _cells(chunk, delimiter)
    return (cells, used) if cells is not None else (None, 1)


def _cells(chunk: str, delimiter: str) -> tuple[str, ...] | None:
    try:
        (cells,) = csv.reader([chunk], delimiter=delimiter, strict=True) if chunk else ([],)
    except (csv.Error, ValueError):
        return None
    return tuple(cells)


def _delimiter(physical: Sequence[str], headers: frozenset[str]) -> tuple[str, int]:
    """The delimiter that finds the most of our headers among the first lines, and the line to start at."""
    named = _SEPARATOR.fullmatch(physical[0]) if physical else None
    start = 1 if named else 0
    best = max(DELIMITERS, key=lambda sign: max((_known(line, sign, headers) for line in physical[start : start + 20]), default=0))
    if named and not any(_known(line, best, headers) for line in physical[start : start + 20]):
        best = named[1]
    return best, start


def _known(line: str, delimiter: str, headers: frozenset[str]) -> int:
    return sum(header(cell) in headers for cell in _cells(line, delimiter) or ())


def header(cell: str) -> str:
    """A header as it is compared: `" Decision "` -> `decision`."""
    return cell.strip("\ufeff\u200b'\" \t\xa0").casefold()


def _workbook(path: Path) -> tuple[Sheet, ...]:
    import python_calamine as calamine  # noqa: PLC0415 - only for spreadsheets

    from flows.report.guide import SHEET  # noqa: PLC0415 - explains the work list, holds no decisions

    try:
        with zipfile.ZipFile(path) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_BYTES:
                raise Unreadable("too_large")
        book = calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        tables = [book.get_sheet_by_index(at).to_python(skip_empty_area=False) for at in range(len(names))]
    except (calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError, KeyError):
        raise Unreadable("unreadable") from None
    filled = [
        (name, number, _rows(rows)) for number, (name, rows) in enumerate(zip(names, tables, strict=True), 1) if rows and name != SHEET
    ]
    return tuple(Sheet("", lines) if len(filled) == 1 else Sheet(name, lines, number) for name, number, lines in filled)


def _rows(rows: Sequence[Sequence[object]]) -> tuple[Line, ...]:
    from flows.ingest.workbook import cell_text  # noqa: PLC0415

    return tuple(Line(at, tuple(map(cell_text, row))) for at, row in enumerate(rows, 1))
