"""Rows on their way from a reader to the raw table: a piece of a file as text columns, and what was refused in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class Reject(NamedTuple):
    """A line that is no row of the table: its number, the rule, and its text."""

    line: int
    rule: str
    raw: str
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A piece of a file. `table` has `line` and the used columns by table name; `rows` is counted apart from both lists.

    `undecodable` keeps the bytes of lines whose encoding is wrong, for judging which it is.
    """

    table: pa.Table
    rejects: list[Reject]
    rows: int
    blank: int = 0
    boms: int = 0
    undecodable: list[bytes] = field(default_factory=list)


def text_table(cells: Sequence[Sequence[str | None]], used: Sequence[tuple[int, str]], lines: npt.NDArray[np.int64]) -> pa.Table:
    """A table of `line` and the used columns from rows of cells; an empty cell is null."""
    columns = {name: pa.array([row[at] or None for row in cells], pa.string()) for at, name in used}
    return pa.table({"line": pa.array(lines, pa.int64()), **columns})


def raw_schema(fields: Sequence[str], carried: Sequence[str]) -> pa.Schema:
    """The schema of a raw table: file, line, every field of the source, then the carried columns."""
    texts = [pa.field(name, pa.string()) for name in (*fields, *carried)]
    return pa.schema([pa.field("file", pa.string()), pa.field("line", pa.int64()), *texts])


QUARANTINE = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("rule", pa.string()),
        ("raw", pa.string()),
        ("record_id", pa.string()),
    ]
)


def shaped(table: pa.Table, schema: pa.Schema, file: str) -> pa.Table:
    """The table with exactly the columns of the schema: the file's name put in, null where the file has no such column."""
    count = table.num_rows
    have = set(table.column_names)
    columns = [
        pa.repeat(pa.scalar(file, pa.string()), count) if item.name == "file"
        else table[item.name] if item.name in have else pa.nulls(count, item.type)
        for item in schema
    ]  # fmt: skip
    return pa.table(columns, schema=schema)
