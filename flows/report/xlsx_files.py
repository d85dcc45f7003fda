"""A written CSV as a spreadsheet file: all cells text (an id loses no digit), frozen header, filters, decisions to pick from.

XlsxWriter makes the workbook with its header and layout; the rows are then streamed into its sheet, since the writer's own
cell path costs 13 µs a cell (150 s for a work list of 200,000 by unit and as a whole) and this one 1 µs. A cell is always an
inline string, never a formula, a number or a link. The cells are those of the CSV, guard included, so both are read back the
same way. Nothing in the file depends on when or where it was written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from flows.report.cells import sheet_cell
from flows.report.columns import MISMATCH_DECISIONS
from flows.report.csv_files import read_csv
from flows.report.guide import SHEET, guide_rows

MOST_ROWS = 1_048_575
"""Rows that a sheet of a spreadsheet holds below its header (ECMA-376: 1,048,576 rows in all)."""
_SHEET = "xl/worksheets/sheet1.xml"
_WIDTHS = {
    "mismatch_id": 27, "evidence_hash": 9, "status": 11, "first_seen": 12, "severity": 9, "primary_finding": 26, "confidence": 11,
    "reason_vi": 56, "reason_en": 48, "suggested_action": 48, "suggested_source": 32, "also_vi": 48, "also_en": 48,
    "name_partner": 24, "name_register": 24, "name_diff": 30, "address_diff": 48, "decision": 18, "note": 32,
}  # fmt: skip
_WIDE, _NORMAL = 36, 18
_PARTNER_BLUE = "#DCE9F5"
_HEADER_GREY = "#ECEFF1"
_DECIDE_AMBER = "#FFF1CC"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FLUSH = 500  # rows that are compressed at once
# What XML 1.0 cannot hold, and texts that look like its escape in a spreadsheet (ECMA-376, 22.9.2.19).
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class SheetJob:
    """The `rows` rows of a CSV from `first` on, to be written as one spreadsheet file; plain values, so that a worker process can be handed it."""

    source: Path
    target: Path
    rows: int
    delimiter: str
    title: str
    as_of: date
    first: int = 0


def write_xlsx(job: SheetJob) -> None:
    """Write the spreadsheet of `job`, row by row in bounded memory."""
    lines = read_csv(job.source, job.delimiter)
    skeleton = ZipFile(io.BytesIO(_skeleton(job, next(lines))))
    wanted = islice(lines, job.first, job.first + job.rows)
    job.target.touch(mode=0o600)
    with ZipFile(job.target, "w", ZIP_DEFLATED) as archive:
        for name in skeleton.namelist():
            part = ZipInfo(name, _ZIP_DATE)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            with archive.open(part, "w", force_zip64=True) as out:
                if name == _SHEET:
                    _write_sheet(out, skeleton.read(name).decode("utf-8"), wanted, job.rows)
                else:
                    out.write(skeleton.read(name))
    job.target.chmod(0o600)


def _skeleton(job: SheetJob, header: list[str]) -> bytes:
    """The workbook with its header row only, but with the layout of all rows."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": job.title, "created": datetime(job.as_of.year, job.as_of.month, job.as_of.day)})
        sheet = book.add_worksheet("doisoat")
        text = book.add_format({"num_format": "@", "valign": "top"})
        for column, name in enumerate(header):
            sheet.set_column(column, column, _WIDTHS.get(name, _WIDE if "address" in name else _NORMAL), text)
            style = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": _colour(name)}
            sheet.write_string(0, column, name, book.add_format(style))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, job.rows, len(header) - 1)
        _offer_decisions(sheet, header, job.rows)
        _add_guide(book)
    return buffer.getvalue()


def _colour(name: str) -> str:
    if name.startswith("decision") or name in ("decided_by", "decided_at", "note"):
        return _DECIDE_AMBER
    return _PARTNER_BLUE if name.endswith(("_partner", "_register", "_diff")) else _HEADER_GREY


def _add_guide(book: xlsxwriter.Workbook) -> None:
    """A second sheet that says what the columns, the marks, the decisions and the findings mean."""
    sheet = book.add_worksheet(SHEET)
    bold, text = (
        book.add_format({"bold": True, "bg_color": _HEADER_GREY}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for column, width in enumerate((40, 72, 64)):
        sheet.set_column(column, column, width)
    for at, row in enumerate(guide_rows()):
        for column, told in enumerate(row):
            sheet.write_string(at, column, told, text if row[2] else bold)


def _offer_decisions(sheet: xlsxwriter.worksheet.Worksheet, header: list[str], rows: int) -> None:
    """A drop-down in the column `decision`; other words are refused with the list of those allowed."""
    if "decision" not in header or not rows:
        return
    column = header.index("decision")
    allowed = {
        "validate": "list",
        "source": list(MISMATCH_DECISIONS),
        "error_title": "decision",
        "error_message": "Chọn một trong / choose one of: " + ", ".join(MISMATCH_DECISIONS),
    }
    sheet.data_validation(1, column, rows, column, allowed)


def _write_sheet(out: IO[bytes], sheet: str, lines: Iterable[list[str]], rows: int) -> None:
    """The skeleton's sheet with `lines` put in behind its header row."""
    head, tail = sheet.split("</sheetData>")
    style = re.search(r'<col [^>]*style="(\d+)"', head)
    assert style, "XlsxWriter writes every column with its style"
    head = re.sub(r'<dimension ref="A1(?::([A-Z]+)1)?"/>', lambda old: f'<dimension ref="A1:{old[1] or "A"}{rows + 1}"/>', head)
    out.write(head.encode("utf-8"))
    block: list[str] = []
    for row in _rows(lines, style[1]):
        block.append(row)
        if len(block) == _FLUSH:
            out.write("".join(block).encode("utf-8"))
            block.clear()
    out.write("".join(block).encode("utf-8"))
    out.write(f"</sheetData>{tail}".encode())


def _rows(lines: Iterable[list[str]], style: str) -> Iterator[str]:
    names: list[str] = []
    for number, line in enumerate(lines, start=2):
        names = names or [xl_col_to_name(column) for column in range(len(line))]
        cells = [
            f'<c r="{name}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>'
            for name, text in zip(names, line, strict=True)
            if text
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _xml(text: str) -> str:
    """A cell's text as XML: `a<b` -> `a&lt;b`; a control character as `_x0007_`."""
    text = sheet_cell(text)
    if not text.isprintable() or "_x" in text:
        text = _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def count_rows(path: Path) -> int:
    """How many rows the sheet of a written file holds below its header: counted in the file itself."""
    with ZipFile(path) as archive, archive.open(_SHEET) as sheet:
        found, tail = 0, b""
        while block := sheet.read(1 << 20):
            found += (tail + block).count(b"<row ")
            tail = (tail + block)[-4:]
    return found - 1
