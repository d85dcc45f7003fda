"""Reads the tables of examples in tests/cases."""

from __future__ import annotations

import re
from pathlib import Path

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\t")
CASES = Path(__file__).parents[2] / "cases"


def cases(name: str, width: int) -> list[list[str]]:
    """Rows of a table; "\\u00a0" stands for what an editor would not show, missing last cells are empty."""
    lines = (CASES / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [[_unescaped(cell) for cell in row] + [""] * (width - len(row)) for row in rows]


def _unescaped(cell: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else "\t", cell)


def maybe(cell: str) -> str | None:
    """ "-" is null."""
    return None if cell == "-" else cell
