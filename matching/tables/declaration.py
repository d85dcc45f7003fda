"""What a declared table is: its columns in order, what a row of it is, and by what a row is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its DuckDB type, whether it may be null, and what it means (null included)."""

    name: str
    type: str
    meaning: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a run: one row is `row`, identified by `key`; sorted by `key`."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    """Columns from (name, type, meaning); a type that ends with `!` may not be null."""
    return tuple(Column(name, kind.rstrip("!"), meaning, not kind.endswith("!")) for name, kind, meaning in rows)
