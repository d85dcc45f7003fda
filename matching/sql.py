"""Values and names that stand in the text of an SQL statement, where none can be bound: COPY, CREATE VIEW, lists of columns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def quoted(value: str | Path) -> str:
    """A value or a path as an SQL string literal: `Đào's` -> `'Đào''s'`."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted_list(values: Iterable[str]) -> str:
    """Values as SQL string literals with commas between them, for IN and for lists of files; empty if there is none."""
    return ", ".join(map(quoted, values))


def identifier(name: str) -> str:
    """The name of a column or a table as a quoted SQL identifier: `x:Ghi chú` -> `"x:Ghi chú"`."""
    return '"' + name.replace('"', '""') + '"'
