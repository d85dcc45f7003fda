"""One file -> its rows, whatever its format: the only place that knows which reader a format has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.ingest.columnar import read_parquet
from flows.ingest.declare import FilePlan
from flows.ingest.delimited import read_delimited
from flows.ingest.dialect import join_cells
from flows.ingest.files import Digest, chunks
from flows.ingest.joining import with_joined
from flows.ingest.tables import Reject, Rows, text_table
from matching.sources import Source


def read(source: Source, plan: FilePlan, digest: Digest) -> Iterator[Rows]:
    """All rows of the file in order, fields in parts put together; `digest` has seen the whole file when they are read."""
    for rows in _read(source, plan, digest):
        yield replace(rows, table=with_joined(source, plan, rows.table))


def _read(source: Source, plan: FilePlan, digest: Digest) -> Iterator[Rows]:
    if plan.kind == "delimited":
        yield from read_delimited(source, plan, digest)
        return
    for _ in chunks(plan.file, None, digest):
        pass
    yield from _sheet_rows(plan, source.key) if plan.kind == "xlsx" else _parquet_rows(plan)


def _sheet_rows(plan: FilePlan, key: str) -> Iterator[Rows]:
    from flows.ingest.workbook import read_workbook  # noqa: PLC0415 - only for spreadsheets

    used = [(column.position, column.name) for column in plan.columns if column.name is not None]
    for numbers, cells, rows, blank in read_workbook(plan, key):
        rejects, good = [], []
        for number, row in zip(numbers, cells, strict=True):
            rule = _row_rule(row, plan.width)
            if rule is None:
                good.append((number, row))
            else:
                rejects.append(Reject(number, rule, join_cells(row, ",")))
        lines = np.array([number for number, _ in good], np.int64)
        yield Rows(text_table([row for _, row in good], used, lines), rejects, rows, blank)


def _row_rule(cells: list[str], width: int) -> str | None:
    if any(cells[width:]):
        return "ragged_row"
    return "nul_byte" if any("\0" in cell for cell in cells) else None


def _parquet_rows(plan: FilePlan) -> Iterator[Rows]:
    names = [column.name for column in plan.columns if column.name is not None]
    first = 1
    for columns in read_parquet(plan):
        count = len(columns[0])
        lines = pa.array(np.arange(first, first + count, dtype=np.int64))
        first += count
        table = pa.table([lines, *columns], names=["line", *names])
        bad = _unreadable(columns)
        rejects = [_reject(row) for row in table.filter(bad).to_pylist()] if pc.any(bad).as_py() else []
        good = table.filter(pc.invert(bad)) if rejects else table
        texts = [_text_or_null(good[name]) for name in names]
        yield Rows(pa.table([good["line"], *texts], names=["line", *names]), rejects, count)


def _unreadable(columns: list[pa.Array]) -> pa.Array:
    """Rows with a NUL or with bytes that are no UTF-8."""
    bad = np.zeros(len(columns[0]), np.bool_)
    for column in columns:
        bad |= pc.fill_null(pc.match_substring(column, "\0"), False).to_numpy(zero_copy_only=False)
        try:
            column.cast(pa.string())
        except pa.ArrowInvalid:
            bad |= [value is not None and not _decodes(value) for value in column.to_pylist()]
    return pa.array(bad)


def _decodes(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _reject(row: dict[str, object]) -> Reject:
    number = row["line"]
    values = [value for name, value in row.items() if name != "line"]
    cells = [value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else None for value in values]
    bad = any(isinstance(value, bytes) and not _decodes(value) for value in values)
    assert isinstance(number, int)
    return Reject(number, "bad_encoding" if bad else "nul_byte", join_cells(cells, ","))


def _text_or_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
