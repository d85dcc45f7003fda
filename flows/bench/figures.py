"""What a benchmark finds: figures with the aim they are held against, and tables; printed, or written as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

Cell = str | int | float | None
MISSING = "-"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: a share has `right` and `of`; `target` is the least it should be, or with `at_most` the most.

    `value` is None where there was nothing to count.
    """

    name: str
    value: float | None
    unit: str = ""
    target: float | None = None
    at_most: bool = False
    right: int | None = None
    of: int | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the aim is reached; None without an aim or a value."""
        if self.value is None or self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to print: a float is a share, an int a count."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The figures and tables about one thing, with what has to be known to read them."""

    title: str
    figures: tuple[Figure, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    notes: tuple[str, ...] = ()


def share(name: str, right: int, of: int, target: float | None = None, *, at_most: bool = False) -> Figure:
    """`right` of `of` in percent."""
    value = 100 * right / of if of else None
    return Figure(name, value, "%", target, at_most, right, of)


def show(part: Part, console: Console) -> None:
    """Print a part as plain aligned text, which stays readable in a file."""
    lines = [f"\n== {part.title}", *part.notes]
    if part.figures:
        header = ("", "kết quả / result", "mục tiêu / aim", "", "số ca / cases")
        lines += _aligned([header, *(_figure_row(figure) for figure in part.figures)])
    for sheet in part.sheets:
        rows = [tuple(_cell(cell) for cell in row) for row in sheet.rows]
        lines += ["", f"-- {sheet.title}", *_aligned([sheet.columns, *rows])]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def write_json(path: Path, settings: dict[str, Cell], parts: Sequence[Part]) -> None:
    """Write all parts for a machine: each figure also says whether its aim is reached."""
    written = [{**asdict(part), "figures": [{**asdict(figure), "ok": figure.ok} for figure in part.figures]} for part in parts]
    text = json.dumps({"settings": settings, "parts": written}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _figure_row(figure: Figure) -> tuple[str, ...]:
    sign = "<=" if figure.at_most else ">="
    aim = f"{sign} {_number(figure.target, figure.unit)}" if figure.target is not None else ""
    verdict = {True: "đạt / met", False: "CHƯA ĐẠT / MISSED", None: ""}[figure.ok]
    cases = f"{figure.right:,} / {figure.of:,}" if figure.right is not None and figure.of is not None else ""
    return figure.name, _number(figure.value, figure.unit), aim, verdict, cases


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return MISSING
    digits = {"%": 3, "x": 1, "s": 1, "µs": 1}.get(unit, 0)
    return f"{value:,.{digits}f} {unit}".rstrip()


def _cell(cell: Cell) -> str:
    if cell is None:
        return MISSING
    if isinstance(cell, float):
        return f"{100 * cell:.2f} %"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with columns of one width: the first column to the left, numbers to the right."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _padded(cell: str, width: int) -> str:
    blanks = " " * (width - _width(cell))
    return blanks + cell if cell[:1].isdigit() or cell == MISSING else cell + blanks


def _width(text: str) -> int:
    return sum(not unicodedata.combining(char) for char in text)
