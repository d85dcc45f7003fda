"""What the run file says of how far an extract may differ from the last one, and of what may pass all the same."""

from __future__ import annotations

from dataclasses import dataclass

# What `[drift] allow` may let pass: changes since the last accepted extract, and what a reader of files would refuse.
OF_EXTRACTS = ("rows", "columns", "nulls", "values", "swapped", "older")
OF_FILES = ("overlap", "repeated_header", "cut_off")
ALLOWABLE = (*OF_EXTRACTS, *OF_FILES)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Above which change an extract is stopped; reported from two fifths of it on. `allow` names groups that may pass all the same."""

    rows_fewer: float = 0.20
    rows_more: float = 1.00
    nulls: float = 0.20
    values: float = 0.25
    older_days: int = 7
    overlap: float = 0.05
    allow: tuple[str, ...] = ()
