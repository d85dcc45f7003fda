"""How a file has to be read, judged on its first mebibyte: format, compression, encoding, delimiter, header.

Nothing is guessed that the run file states; nothing stated is believed against the bytes. Imports nothing heavy, since
`doisoat check` calls it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from flows.ingest.declare import FilePlan, InputFile, InputOptions
from flows.ingest.dialect import DELIMITER_NAMES, BadLine, detect_delimiter, split_line, usual_surplus
from flows.ingest.encoding import ENCODINGS, bom, canonical, detect, to_utf8, utf16_without_bom
from flows.ingest.files import chunks
from flows.ingest.headers import count_known, flat, map_headers
from flows.ingest.heading import Row, find_heading
from flows.ingest.limits import HEAD, HEADING_ROWS, MAX_COLUMNS
from matching.errors import InputRefused, Problem
from matching.sources import Source

Compression = Literal["gzip", "zstd"]
_COMPRESSIONS: tuple[tuple[bytes, Compression], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_OTHER_FORMATS = (
    (b"%PDF", "a PDF document"), (b"\xd0\xcf\x11\xe0", "an old Office file (.xls, .doc) or one with a password: save it as .xlsx without one"),
    (b"SQLite format 3", "an SQLite database"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7z archive"),
    (b"BZh", "bzip2 data"), (b"\xfd7zXZ", "xz data"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"), (b"\x7fELF", "a program"), (b"{\\rtf", "an RTF document"), (b"ARROW1", "an Arrow file"),
    (b"\x1f\x8b", "gzip data"), (b"\x28\xb5\x2f\xfd", "zstd data"), (b"PK\x03\x04", "a ZIP archive"),
    (b"PAR1", "Parquet data"),
)  # fmt: skip
_MARKUP = re.compile(rb"\s*(<!doctype|<html|<\?xml|<table|<head|<body|<style|<script|<!--)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*"|\[\s*[\[{])')
_SEPARATOR_LINE = re.compile(r"sep=(.)")  # Excel's own first line, which names the delimiter
_SAMPLE_LINES = 200
_BROKEN = 12  # lines that one line of a header may be broken over


def sniff(source: Source, file: InputFile, options: InputOptions) -> tuple[FilePlan | None, list[Problem]]:
    """The plan for one file, or None and why it is refused. No cell of the file is in a problem, only headers."""
    with file.real.open("rb") as stream:
        magic = stream.read(8)
    try:
        if magic.startswith(b"PAR1"):
            from flows.ingest.columnar import plan_parquet  # noqa: PLC0415 - pyarrow is heavy

            return plan_parquet(source, file, options)
        if magic.startswith(b"PK\x03\x04"):
            from flows.ingest.workbook import plan_workbook  # noqa: PLC0415 - only for spreadsheets

            return plan_workbook(source, file, options)
        return _plan_delimited(source, file, options, next((c for mark, c in _COMPRESSIONS if magic.startswith(mark)), None))
    except InputRefused as refused:
        return None, list(refused.problems)


def _plan_delimited(
    source: Source, file: InputFile, options: InputOptions, compression: Compression | None
) -> tuple[FilePlan, list[Problem]]:
    head, whole = _head(file, compression)
    if wrong := _not_text(head):
        raise InputRefused(
            Problem(
                file.name,
                f"{wrong} / không phải tệp bảng",
                "tệp CSV, TSV, XLSX hoặc / or Parquet",
                "mở bằng Excel rồi lưu thành XLSX hoặc CSV UTF-8 / save it as XLSX or CSV UTF-8",
            )
        )
    name, ascii_head = _encoding(file, head, options)
    lines = _lines(head, whole, name)
    if not lines:
        raise InputRefused(
            Problem(file.name, f"dòng đầu quá dài / the first line does not end within {HEAD} bytes", "dòng văn bản / lines of text")
        )
    if not any(line.strip() for line in lines):
        raise InputRefused(Problem(file.name, "only blank lines / tệp rỗng", "tiêu đề và ít nhất một dòng / a header and at least one row"))
    skip = next(at for at, line in enumerate(lines) if line.strip())
    stated = options.delimiter
    if named := _SEPARATOR_LINE.fullmatch(lines[skip].strip('" ')):
        stated, skip = stated or named[1], skip + 1
    sample = [(at + 1, line) for at, line in enumerate(lines) if at >= skip and line.strip()][:_SAMPLE_LINES]
    if not sample:
        raise InputRefused(
            Problem(file.name, "không có dữ liệu / only a `sep=` line", "tiêu đề và ít nhất một dòng / a header and at least one row")
        )
    delimiter = _delimiter(source, file, options, stated, [line for _, line in sample])
    plan = FilePlan(file, "delimited", (), 0, 0, 0, compression, name, delimiter, ascii_head, allow=options.allow)
    return _with_header(source, plan, options, sample, whole)


def _with_header(
    source: Source, plan: FilePlan, options: InputOptions, sample: list[tuple[int, str]], whole: bool
) -> tuple[FilePlan, list[Problem]]:
    delimiter, name = plan.delimiter or ",", plan.file.name
    rows = list(_rows(sample, delimiter))
    if not rows or (rows[0].line == sample[0][0] and _unclosed(sample[0][1], delimiter)):
        raise InputRefused(Problem(name, "dấu ngoặc kép chưa đóng / the header line has a quote that is not closed",
                                   "tiêu đề trọn vẹn / a whole header", "sửa dòng đầu / repair the first line"))  # fmt: skip
    heading = find_heading(source, rows, options.columns)
    columns, problems = map_headers(source, heading.cells, options.columns, f"{name}, line {heading.line}", heading.later)
    lines = [line for _, line in sample]
    problems += [*_other_delimiter(source, options, lines, delimiter, name)] if problems else []
    below = [line for number, line in sample if number > heading.skip]
    if whole and not below and not problems:
        problems = [
            Problem(
                name,
                "chỉ có dòng tiêu đề / a header and no row",
                "ít nhất một dòng / at least one row",
                "xin lại tệp / ask for the file again",
            )
        ]
    width = len(heading.cells)
    surplus = usual_surplus(below, delimiter, width) if width < MAX_COLUMNS else 0
    plan = replace(plan, columns=tuple(columns), width=width, skip=heading.skip, surplus=min(surplus, 64), notes=heading.notes)
    return plan, problems


def _rows(sample: Sequence[tuple[int, str]], delimiter: str) -> Iterator[Row]:
    """The first rows that hold anything. A cell of a header may be broken over lines; a line without one reading is one cell."""
    at = 0
    for _ in range(HEADING_ROWS + 3):
        if at >= len(sample):
            return
        taken = next((n for n in range(1, _BROKEN) if not _unclosed(_joined(sample, at, n), delimiter)), 1)
        text = _joined(sample, at, taken)
        at += taken
        row = Row(sample[at - 1][0], [text] if _unclosed(text, delimiter) else split_line(text, delimiter))
        if row.filled:
            yield row


def _joined(sample: Sequence[tuple[int, str]], at: int, count: int) -> str:
    return "\n".join(line for _, line in sample[at : at + count])


def _unclosed(text: str, delimiter: str) -> bool:
    try:
        split_line(text, delimiter)
    except BadLine:
        return True
    return False


def _head(file: InputFile, compression: str | None) -> tuple[bytes, bool]:
    """The first HEAD bytes, decompressed, and whether that is all."""
    head = b""
    for piece in chunks(file, compression):
        head += piece
        if len(head) > HEAD:
            return head[:HEAD], False
    return head, True


def _not_text(head: bytes) -> str | None:
    """What the bytes are, if they are no text table."""
    if not head:
        return "nothing after unpacking"
    for mark, what in _OTHER_FORMATS:
        if head.startswith(mark):
            return what
    if head[257:262] == b"ustar":
        return "a TAR archive"
    plain = head.replace(b"\0", b"")[:4096].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if _MARKUP.match(plain):
        return "a web page or XML"
    if _JSON.match(plain):
        return "JSON"
    if bom(head) in ("utf-16-le", "utf-16-be") or utf16_without_bom(head):
        return None
    control = sum(head[:65536].count(code) for code in range(32) if code not in (9, 10, 12, 13))
    return "binary data" if control > 0.05 * len(head[:65536]) + 8 else None


def _encoding(file: InputFile, head: bytes, options: InputOptions) -> tuple[str, bool]:
    """The encoding stated or found; InputRefused if the bytes contradict what is stated, or none fits."""
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    found, ascii_head = detect(whole_lines)
    if options.encoding is None:
        if found is None:
            what = "the text is neither UTF-8, UTF-16 nor cp1258, or mixes encodings / không nhận ra bảng mã"
            fix = 'lưu lại bằng UTF-8; phông cũ (TCVN3, VNI) thì ghi / save it as UTF-8; for legacy fonts state: encoding = "cp1252"'
            raise InputRefused(Problem(file.name, what, "một bảng mã cho cả tệp / one encoding for the whole file", fix))
        return found, ascii_head
    stated = canonical(options.encoding)
    marked = bom(head) or utf16_without_bom(head)
    if stated is None:
        raise InputRefused(
            Problem(
                file.name, f"không có bảng mã / encoding {options.encoding!r} is not known", f"một trong / one of: {', '.join(ENCODINGS)}"
            )
        )
    unicode_text = marked == "utf-8-sig" or (found == "utf-8" and not ascii_head)
    if (marked and stated[:6] != marked[:6] and stated[:5] != marked[:5]) or (unicode_text and stated[:3] != "utf"):
        what = f"stated as {stated}, but the bytes are {marked or found} / khai sai bảng mã"
        raise InputRefused(
            Problem(file.name, what, "bảng mã thật của tệp / the encoding that the file has", "sửa hoặc bỏ / correct or remove `encoding`")
        )
    return marked if marked and stated[:3] == "utf" else stated, ascii_head


def _lines(head: bytes, whole: bool, name: str) -> list[str]:
    """The head as decoded lines, the last one left out if it may be cut."""
    data = b"".join(to_utf8(iter([head]), name)).decode("utf-8", "replace")
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and (not whole or not lines[-1]):
        lines.pop()
    return lines[: 50 * _SAMPLE_LINES]


def _delimiter(source: Source, file: InputFile, options: InputOptions, stated: str | None, sample: list[str]) -> str:
    if stated is None:
        return detect_delimiter(sample, lambda headers: count_known(source, headers, flat(options.columns)))
    wanted = {"tab": "\t", "\\t": "\t"}.get(stated.lower(), stated)
    if len(wanted) != 1 or wanted in '"\r\n\0' or ord(wanted) > 127 or wanted.isalnum():
        raise InputRefused(Problem(file.name, f"delimiter {stated!r} / dấu phân cách sai", "một dấu / one ASCII sign: , ; | \\t"))
    return wanted


def _other_delimiter(source: Source, options: InputOptions, sample: list[str], used: str, name: str) -> Iterator[Problem]:
    """A hint, when the header is wrong under the delimiter that was stated but right under another."""
    known: Callable[[Sequence[str]], int] = lambda headers: count_known(source, headers, flat(options.columns))  # noqa: E731
    best = detect_delimiter(sample, known)
    here, there = (max(known(line.split(sign)) for line in sample[:HEADING_ROWS]) for sign in (used, best))
    if best != used and there > here:
        yield Problem(name, f"read with delimiter {DELIMITER_NAMES.get(used, repr(used))} / sai dấu phân cách",
                      f"{DELIMITER_NAMES[best]}, which gives {there} known headers", "sửa hoặc bỏ / correct or remove `delimiter`")  # fmt: skip
