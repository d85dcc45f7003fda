"""Where the header of a table stands. Offices put a title above it, write it on two lines, and number its columns below.

What stands above a header is no row only if it cannot be one: it fills at most half as many cells. What is passed over
is counted in a note, so that nothing goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flows.ingest.headers import Columns, count_known, flat, is_header, known_field, map_headers
from flows.ingest.limits import HEADING_ROWS, MAX_COLUMNS
from flows.ingest.parts import names_part
from matching.sources import Source

_NUMBERED = re.compile(r"[(\[]?(\d{1,3}|[A-Za-z])[)\]]?\.?(\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the head of a file that holds anything: the line it ends on, and its cells."""

    line: int
    cells: list[str]

    @property
    def filled(self) -> list[int]:
        """The places of the cells that hold anything."""
        return [place for place, cell in enumerate(self.cells) if cell.strip()]


@dataclass(frozen=True, slots=True)
class Heading:
    """A header: the line it begins on, the last line that is no row yet, its cells, the rows after it, and what was passed over.

    `later` is the line of a header that stands below rows (0: there is none): then the file is wrong, and `cells` is its first row.
    """

    line: int
    skip: int
    cells: list[str]
    rest: int
    notes: tuple[str, ...] = ()
    later: int = 0


def find_heading(source: Source, rows: Sequence[Row], columns: Columns) -> Heading:
    """The header among the first rows of a file (at least one): the first that has all that is needed, else the one that knows most, else the first row."""
    overrides = flat(columns)
    if is_header(source, _bare(rows[0].cells), overrides):
        return _heading(source, rows, 0, overrides)
    known: dict[int, Heading] = {}
    for at in range(min(len(rows), HEADING_ROWS)):
        found = _heading(source, rows, at, overrides)
        if len(found.cells) > MAX_COLUMNS or not is_header(source, found.cells, overrides):
            continue
        below_rows = any(len(row.filled) > max(1, len(rows[at].filled) // 2) for row in rows[:at])
        if _complete(source, found.cells, columns):
            return replace(_heading(source, rows, 0, overrides), later=found.line) if below_rows else found
        if not below_rows and (count := count_known(source, found.cells, overrides)) > 1:
            known.setdefault(count, found)
    return known[max(known)] if known else _heading(source, rows, 0, overrides)


def _heading(source: Source, rows: Sequence[Row], at: int, overrides: Sequence[str]) -> Heading:
    """The header that begins with row `at`: one row or two, and the row of column numbers below it."""
    top, last = rows[at], at
    cells = _bare(top.cells)
    notes = [f"{at} dòng phía trên tiêu đề không đọc / {at} rows above the header not read"] if at else []
    below = rows[at + 1].cells if at + 1 < len(rows) else []
    if (spans := _spans(top.cells, below)) is not None and _words_of_groups(source, top.cells, below, spans):
        cells = _two_lines(source, top.cells, below, spans, overrides)
        notes.append("tiêu đề hai dòng / a header of two lines")
        last = at + 1
    if last + 1 < len(rows) and numbers_columns(rows[last + 1].cells):
        last += 1
        notes.append("một dòng đánh số cột không đọc / a row of column numbers not read")
    return Heading(top.line, rows[last].line, _named(cells, rows[last + 1 :]), last + 1, tuple(notes))


def _named(cells: list[str], below: Sequence[Row]) -> list[str]:
    """The cells of a header, an empty one over an empty column (a table that begins at B) as its number: what turns up there is carried through."""
    empty = [not cell.strip() and bool(below) and not any(place in row.filled for row in below) for place, cell in enumerate(cells)]
    return [f"cột {place + 1}" if empty[place] else cell for place, cell in enumerate(cells)]


def _bare(cells: Sequence[str]) -> list[str]:
    """The cells without the empty ones at the end."""
    end = max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=1)
    return list(cells[:end])


def _complete(source: Source, cells: Sequence[str], columns: Columns) -> bool:
    """True if every field that the source needs has a header among the cells, or is put together from some."""
    mapped, _ = map_headers(source, cells, columns, "")
    found = {column.part.field if column.part else column.name for column in mapped}
    return all(field.name in found for field in source.fields if field.required)


def _spans(top: Sequence[str], below: Sequence[str]) -> dict[int, int] | None:
    """Place -> place of its group, if `below` is the second line of the header `top`; None if it is not.

    Then it has words only below a group (a cell over empty ones, as merged cells come), and nowhere else.
    """
    width = max(len(_bare(top)), len(_bare(below)))
    upper = [cell.strip() for cell in [*top, *[""] * width][:width]]
    lower = [cell.strip() for cell in [*below, *[""] * width][:width]]
    spans: dict[int, int] = {}
    for place in range(width):
        if upper[place] and place + 1 < width and not upper[place + 1] and lower[place] and lower[place + 1]:
            spans[place] = place
        elif not upper[place] and lower[place] and place - 1 in spans:
            spans[place] = spans[place - 1]
        elif lower[place]:
            return None
    data = any(sum(char.isdigit() for char in cell) >= 4 for cell in lower)
    alone = any(upper[place] and place not in spans for place in range(width))  # else it is a title over the header
    return spans if spans and alone and not data else None


def _words_of_groups(source: Source, top: Sequence[str], below: Sequence[str], spans: Mapping[int, int]) -> bool:
    """True unless a group is a field by itself and no cell below it says which part: then that is a row without a key, and a person's."""
    for group in set(spans.values()):
        words = [below[place] for place, of in spans.items() if of == group]
        if known_field(source, top[group]) is not None and not any(names_part(word) for word in words):
            return False
    return True


def _two_lines(source: Source, top: Sequence[str], below: Sequence[str], spans: Mapping[int, int], overrides: Sequence[str]) -> list[str]:
    """One header for each column: what a group and the word below it say together, in the form that is known."""
    width = max(len(_bare(top)), len(_bare(below)))
    words = [below[place].strip() if place in spans else "" for place in range(width)]
    cells = []
    for place in range(width):
        if place not in spans:
            cells.append(top[place])
            continue
        group, word = top[spans[place]].strip(), words[place]
        forms = [f"{word} {group}", f"{group} {word}", *([word] if words.count(word) == 1 else [])]
        known: Callable[[str], int] = lambda form: count_known(source, [form], overrides)  # noqa: E731
        cells.append(next(filter(known, forms), f"{group} - {word}"))
    return cells


def numbers_columns(cells: Sequence[str]) -> bool:
    """True if the cells are the numbers or letters of the columns: "(1) (2) (3)", "A B 1 2 3", "6=4+5"; never a row of data."""
    bare = _bare(cells)
    first = next((place for place, cell in enumerate(bare) if cell.strip()), 0)
    found = [_NUMBERED.fullmatch(cell.strip()) for cell in bare[first:]]
    if len(found) < 3 or None in found:
        return False
    marks = [match[1].upper() for match in found if match]
    letters = [mark for mark in marks if mark.isalpha()]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    in_order = letters == [chr(65 + at) for at in range(len(letters))] and all(b == a + 1 for a, b in pairwise(numbers))
    return in_order and marks[: len(letters)] == letters and (not numbers or numbers[0] in (1, 2))
