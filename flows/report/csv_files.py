"""CSV as a spreadsheet opens it: UTF-8 with a byte order mark, CRLF, all text quoted, one line a row."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from flows.report.cells import cell

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a quarantined line may be one very long cell


def write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]], delimiter: str) -> int:
    """Write a file of its own; `lines` are cells as `cells.cell` gives them. Returns how many lines were written."""
    start_csv(path, header, delimiter)
    written = 0
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        for line in lines:
            writer.writerow(line)
            written += 1
    return written


def start_csv(path: Path, header: Sequence[str], delimiter: str) -> None:
    """Write the header only; `append_csv` goes on."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([cell(name) for name in header])


def append_csv(path: Path, lines: Iterable[Sequence[str]], delimiter: str) -> None:
    """Write further lines to a file that was started."""
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)


def read_csv(path: Path, delimiter: str) -> Iterator[list[str]]:
    """The lines of a written file, header first, cells still guarded."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file, delimiter=delimiter)


def count_lines(path: Path) -> int:
    """How many lines stand below the header: counted in the file's bytes, since no cell holds a line break."""
    with path.open("rb") as file:
        return sum(block.count(b"\r\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
