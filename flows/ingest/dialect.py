"""One line of text -> its cells, and which delimiter a file uses.

The rules are those of RFC 4180 by physical line: a cell that begins with a quote ends with one, and a quote inside it is
doubled. Real extracts differ in one harmless way, which is taken literally: a quote inside a cell that does not begin
with one (`Cty "ABC"`). What has no one reading is quarantined: a quote that is never closed, text after a closing quote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.ingest.limits import HEADING_ROWS

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma (,)", ";": "semicolon (;)", "\t": "TAB", "|": "bar (|)"}


class BadLine(ValueError):
    """A line that is no row; `rule` is the quarantine's name for the reason. Its text holds nothing of the line."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of a line: `a,"b, c"` gives `a` and `b, c`. Linear in its length. BadLine: its quotes have no one reading."""
    if '"' not in line:
        return line.split(delimiter)
    cells: list[str] = []
    at = 0
    while True:
        if line.startswith('"', at):
            end = _closing_quote(line, at + 1)
            cells.append(line[at + 1 : end].replace('""', '"'))
            at = _after_blanks(line, end + 1, delimiter)
        else:
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            cells.append(line[at:end])
            at = end
        if at == len(line):
            return cells
        at += 1


def _closing_quote(line: str, start: int) -> int:
    end = line.find('"', start)
    while end >= 0 and line.startswith('"', end + 1):
        end = line.find('"', end + 2)
    if end < 0:
        raise BadLine("unclosed_quote")
    return end


def _after_blanks(line: str, start: int, delimiter: str) -> int:
    """The place of the delimiter (or the end) that must follow a closing quote; blanks between carry nothing."""
    at = start
    while at < len(line) and line[at] in " \t" and line[at] != delimiter:
        at += 1
    if at < len(line) and line[at] != delimiter:
        raise BadLine("stray_quote")
    return at


def join_cells(cells: Sequence[str | None], delimiter: str) -> str:
    """A row as one line of text, for the quarantine's `raw`: quoted only where needed, None as nothing."""
    return delimiter.join(_quoted(cell or "", delimiter) for cell in cells)


def _quoted(cell: str, delimiter: str) -> str:
    if delimiter in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def detect_delimiter(lines: Sequence[str], known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter that makes the most headers of a line `known`; among equals the one that splits the lines below most evenly."""
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter, known))


def _fit(lines: Sequence[str], delimiter: str, known: Callable[[Sequence[str]], int]) -> tuple[int, float, int]:
    rows = [_cells_or_none(line, delimiter) for line in lines]
    counts = [known(row) if row and len(row) > 1 else 0 for row in rows[:HEADING_ROWS]]
    best = counts.index(max(counts))
    header, below = rows[best], rows[best + 1 :]
    if header is None or len(header) == 1:
        return 0, 0.0, 0
    even = sum(row is not None and len(row) >= len(header) for row in below) / max(1, len(below))
    return counts[best], even, len(header)


def _cells_or_none(line: str, delimiter: str) -> list[str] | None:
    try:
        return split_line(line, delimiter)
    except BadLine:
        return None


def usual_surplus(lines: Sequence[str], delimiter: str, width: int) -> int:
    """How many cells most lines have beyond the `width` named ones, as when every row ends with a delimiter."""
    rows = [_cells_or_none(line, delimiter) for line in lines]
    counts = sorted(len(row) - width for row in rows if row is not None)
    return max(0, counts[len(counts) // 2]) if counts else 0
