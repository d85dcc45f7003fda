"""A person in what reviewers said: the files they dropped, and the log of their decisions.

A row that goes leaves an empty one, so that the others keep their numbers; the log then knows the file by its new hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from flows.decisions.files import decision_files
from flows.decisions.log import log_file
from flows.erase.person import Person
from flows.erase.rows import names_person
from flows.erase.unread import Unread
from flows.manifest import file_sha256
from flows.sealed import Line, json_line, read_sealed, write_sealed

NOTE_LINES = 200  # lines that a note may have before it is taken for a quote that was never closed
_BOOKS = (b"PK", b"\xd0\xcf\x11\xe0")  # XLSX and ODS, XLS
_PACKED = (b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"%PDF")  # nothing that a run reads decisions from
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def erase_decisions(root: Path, person: Person, unread: Unread, write: bool = True) -> int:
    """Rows and lines taken out of the decision files below `root` and of the log, if they are to be written; `unread`: what could not be read."""
    renamed, rows = {}, 0
    for file in decision_files(root / "decisions"):
        with unread.reading(file):
            before = file_sha256(file)
            if gone := _erase_file(file, person, write):
                rows += gone
                renamed[before] = file_sha256(file)
    with unread.reading(log_file(root)):
        lines = read_sealed(log_file(root))
        kept = [_with_file(line, renamed) for line in lines if not _about(line, person)]
        if kept != lines and write:
            write_sealed(log_file(root), kept)
        rows += len(lines) - len(kept)
    return rows


def _about(line: Line, person: Person) -> bool:
    return names_person({name: value if isinstance(value, str) else json_line({"": value}) for name, value in line.items()}, person)


def _with_file(line: Line, renamed: dict[str, str]) -> Line:
    return {**line, "file": renamed.get(line["file"], line["file"])} if "file" in line else line


def _erase_file(file: Path, person: Person, write: bool) -> int:
    content = file.read_bytes()
    pattern = person.pattern
    if pattern is None:
        return 0
    if content.startswith(_PACKED):
        raise ValueError("packed")  # it may name him: a person has to look
    done, gone = _sheets(content, pattern) if content.startswith(_BOOKS) else _lines(content, pattern)
    if gone and write:
        draft = file.with_name(f".{file.name}")
        draft.touch(mode=0o600)
        draft.write_bytes(done)
        draft.replace(file)
    return gone


def _lines(content: bytes, pattern: re.Pattern[str]) -> tuple[bytes, int]:
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "latin-1", content.decode("latin-1")  # ids are ASCII, every byte comes out as it went in
    lines = re.split(r"(\r\n|\n|\r)", text)
    found = [record for record in _records(lines) if pattern.search("".join(lines[record.start : record.stop]))]
    for record in found:
        # the line ends stay: others keep their numbers
        lines[record.start : record.stop : 2] = [""] * len(range(record.start, record.stop, 2))
    return "".join(lines).encode(encoding), len(found)


def _records(lines: list[str]) -> Iterator[range]:
    """Where each record stands among `lines` (texts and line ends in turn): a note may hold line breaks between its quotes."""
    start = 0
    while start < len(lines):
        stop, quotes = start + 1, lines[start].count('"')
        while quotes % 2 and stop + 1 < len(lines) and stop - start < 2 * NOTE_LINES:
            quotes += lines[stop + 1].count('"')
            stop += 2
        yield range(start, stop if quotes % 2 == 0 else start + 1)
        start = (stop if quotes % 2 == 0 else start + 1) + 1


def _sheets(content: bytes, pattern: re.Pattern[str]) -> tuple[bytes, int]:
    """The workbook's cells as text, without the rows that name him; its looks are lost with them."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    gone = sum(bool(pattern.search(" | ".join(map(str, row)))) for rows in sheets.values() for row in rows)
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                if not pattern.search(" | ".join(map(str, row))):
                    for column, value in enumerate(row):
                        sheet.write_string(number, column, str(value))
    return out.getvalue(), gone
