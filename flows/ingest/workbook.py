"""XLSX -> the same tables of text. Numbers come out with every digit, dates as ISO text; line = row of the sheet.

The sheet is the first that holds a table of the source. A workbook is a ZIP of XML, and the reader
allocates the whole bounding box of a sheet: both are bounded before it is called.
"""

from __future__ import annotations

import datetime
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO

import python_calamine as calamine

from flows.ingest.declare import FilePlan, InputFile, InputOptions
from flows.ingest.headers import flat, is_header, map_headers, same_header
from flows.ingest.heading import Row, find_heading
from flows.ingest.limits import FREE_INFLATION, HEADING_ROWS, MAX_RATIO, MAX_SHEET_CELLS
from matching.errors import InputRefused, Problem
from matching.sources import Source

_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3})([0-9]{1,7})["']""")
_BATCH = 20_000


def plan_workbook(source: Source, file: InputFile, options: InputOptions) -> tuple[FilePlan | None, list[Problem]]:
    """The plan for a workbook, or why it is refused."""
    _refuse_bombs(file)
    names = _open(file).sheet_names
    sheets = [(at, rows) for at in range(len(names)) if (rows := _first_rows(file, at))]
    if not sheets:
        return None, [
            Problem(file.name, "bảng tính rỗng / an empty workbook", "tiêu đề và ít nhất một dòng / a header and at least one row")
        ]
    headings = [(at, rows, find_heading(source, rows, options.columns)) for at, rows in sheets]
    tables = [one for one in headings if is_header(source, one[2].cells, flat(options.columns))]
    sheet, rows, heading = (tables or headings)[0]
    columns, problems = map_headers(source, heading.cells, options.columns, f"{file.name}, row {heading.line}", heading.later)
    doubles = [other for _, _, other in tables[1:] if same_header(source, other.cells, heading.cells)]
    if doubles:
        what = f"một bảng nằm trên {len(doubles) + 1} trang tính / the same table on several sheets"
        fix = "lưu mỗi trang tính thành một tệp riêng / save each sheet as a file of its own"
        problems.append(Problem(file.name, what, "mỗi tệp một bảng / one table a workbook", fix))
    if len(rows) == heading.rest and not problems:
        problems = [Problem(file.name, "chỉ có dòng tiêu đề / a header and no row", "ít nhất một dòng / at least one row")]
    others = f"đọc trang tính thứ {sheet + 1}; {len(sheets) - 1} trang khác không đọc / {len(sheets) - 1} further sheets not read"
    tall = len(_tall(file, sheet, heading.skip))
    merged = f"{tall} ô gộp nhiều dòng: giá trị tính cho mỗi dòng / {tall} cells merged over rows: their value counts for each row"
    notes = (*([others] if len(sheets) > 1 else []), *heading.notes, *([merged] if tall else []))
    plan = FilePlan(file, "xlsx", tuple(columns), len(heading.cells), heading.skip, sheet=sheet, notes=notes)
    return plan, problems


def read_workbook(plan: FilePlan, key: str) -> Iterator[tuple[list[int], list[list[str]], int, int]]:
    """Batches of row numbers, their cells, the number of rows and of blank rows; all below the header. `key`: the source's."""
    numbered = enumerate(_rows(plan.file, plan.sheet), 1)
    keys = {column.position for column in plan.columns if column.name == key}
    remaining = _filled_down(
        islice(numbered, plan.skip, None), [one for one in _tall(plan.file, plan.sheet, plan.skip) if one[2] not in keys]
    )
    while batch := list(islice(remaining, _BATCH)):
        filled = [(number, cells) for number, cells in batch if any(cells)]
        yield [number for number, _ in filled], [cells for _, cells in filled], len(filled), len(batch) - len(filled)


def _filled_down(rows: Iterator[tuple[int, list[str]]], tall: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, list[str]]]:
    """The rows, a cell merged over several (the address of a household) in each of them; a blank row stays blank."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for first, last, place in tall:
        starts.setdefault(first, []).append((last, place))
    held: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        if held and any(cells):
            for place, (last, value) in held.items():
                cells[place] = cells[place] or (value if number <= last else "")
        held |= {place: (last, cells[place]) for last, place in starts.get(number, ()) if place < len(cells)}
        yield number, cells


def _tall(file: InputFile, sheet: int, skip: int) -> list[tuple[int, int, int]]:
    """First row, last row and column of the cells that are merged over rows below the header, from row and column 1 and 0."""
    try:
        merged = _open(file).get_sheet_by_index(sheet).merged_cell_ranges or []
    except (calamine.CalamineError, OSError, ValueError, KeyError):
        raise _damaged(file) from None
    found = ((top + 1, bottom + 1, left) for (top, left), (bottom, right) in merged if left == right and bottom > top)
    return sorted(one for one in found if one[0] > skip)


def _open(file: InputFile) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_path(str(file.real))
    except (calamine.CalamineError, OSError, ValueError, KeyError):
        raise _damaged(file) from None


def _damaged(file: InputFile) -> InputRefused:
    return InputRefused(
        Problem(
            file.name,
            "the workbook cannot be opened / tệp bảng tính hỏng",
            "tệp XLSX / an XLSX workbook",
            "mở ra và lưu lại / save it again",
        )
    )


def _rows(file: InputFile, sheet: int) -> Iterator[list[str]]:
    """All rows from row 1 on, as text."""
    try:
        for row in _open(file).get_sheet_by_index(sheet).to_python(skip_empty_area=False):
            yield [cell_text(value) for value in row]
    except (calamine.CalamineError, OSError, ValueError, KeyError):
        raise _damaged(file) from None


def _first_rows(file: InputFile, sheet: int) -> list[Row]:
    """The first rows that hold anything, with their numbers: what a header is looked for among."""
    rows = (Row(number, cells) for number, cells in enumerate(_rows(file, sheet), 1))
    return list(islice((row for row in rows if row.filled), HEADING_ROWS + 3))


def cell_text(value: object) -> str:
    """A cell as text: 79090001234.0 -> "79090001234", 31 January 2020 -> "2020-01-31", nothing -> ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".0f") if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def _refuse_bombs(file: InputFile) -> None:
    """Refuse a package that unpacks to far more than it is, or a sheet whose bounding box is out of all proportion."""
    try:
        with zipfile.ZipFile(file.real) as package, file.real.open("rb") as stream:
            names = package.namelist()
            for entry in package.infolist():
                _refuse_ways_out(file, entry)
            if "xl/workbook.xml" not in names and not any(name.startswith("xl/worksheets/") for name in names):
                raise InputRefused(
                    Problem(file.name, "a ZIP archive / tệp nén ZIP", "tệp CSV, XLSX hoặc / or Parquet", "giải nén trước / unpack it first")
                )
            total = 0
            for entry in package.infolist():
                total = _measure(file, stream, entry, total)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, NotImplementedError, ValueError):
        raise _damaged(file) from None


def _refuse_ways_out(file: InputFile, entry: zipfile.ZipInfo) -> None:
    """No workbook has a link in it, or a name that leads out of it. Nothing is ever unpacked: but whoever sends this means harm."""
    way = PurePosixPath(entry.filename.replace("\\", "/"))
    if way.is_absolute() or ".." in way.parts or ":" in way.parts[0] or stat.S_ISLNK(entry.external_attr >> 16):
        what = "an archive whose entries lead out of it / tệp nén có đường dẫn ra ngoài"
        raise InputRefused(
            Problem(file.name, what, "tệp XLSX / an XLSX workbook", "đừng mở; hỏi lại người gửi / don't open it; ask who sent it")
        )


def _measure(file: InputFile, stream: BinaryIO, entry: zipfile.ZipInfo, total: int) -> int:
    """`total` plus what the entry really unpacks to: the sizes that the archive states of itself may lie."""
    stream.seek(entry.header_offset + 26)
    name, extra = struct.unpack("<HH", stream.read(4))
    stream.seek(name + extra, 1)
    engine = zlib.decompressobj(wbits=-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    box, rest = _Box(), b""
    left = entry.compress_size
    while left > 0 and (data := stream.read(min(left, 65536))):
        left -= len(data)
        text = engine.decompress(data) if engine else data
        total += len(text)
        if total > max(FREE_INFLATION, MAX_RATIO * file.size):
            raise InputRefused(
                Problem(file.name, f"giải nén ra quá lớn / unpacks to over {MAX_RATIO} times its size", "tệp XLSX / an XLSX workbook")
            )
        if entry.filename.startswith("xl/worksheets/"):
            rest = box.take(rest + text)
            if box.cells() > MAX_SHEET_CELLS:
                what = f"a sheet whose cells span {box.cells()} places / ô nằm quá xa"
                raise InputRefused(
                    Problem(
                        file.name,
                        what,
                        f"nhiều nhất / at most {MAX_SHEET_CELLS}",
                        "xóa ô thừa hoặc gửi CSV / remove stray cells or send CSV",
                    )
                )
    return total


class _Box:
    """The rows and columns that a sheet's cells reach; the first ones do not count, since reading starts at A1."""

    def __init__(self) -> None:
        self.row = 0
        self.columns: set[bytes] = set()

    def take(self, text: bytes) -> bytes:
        """Look at the cells named in the text; gives back its end, where a name may be cut."""
        for letters, digits in _PLACE.findall(text):
            self.columns.add(letters)
            self.row = max(self.row, int(digits))
        return text[-16:] if len(text) > 16 else text

    def cells(self) -> int:
        """The size of the box."""
        widest = max(self.columns, key=lambda letters: (len(letters), letters), default=b"")
        column = 0
        for letter in widest:
            column = column * 26 + letter - 64
        return self.row * max(1, column)
