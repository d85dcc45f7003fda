"""Parquet -> the same tables of text; line = number of the row in the file, from 1."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.ingest.declare import FilePlan, InputFile, InputOptions
from flows.ingest.headers import map_headers
from flows.ingest.limits import MAX_COLUMNS
from matching.errors import InputRefused, Problem
from matching.sources import Source

_BATCH = 20_000


def plan_parquet(source: Source, file: InputFile, options: InputOptions) -> tuple[FilePlan | None, list[Problem]]:
    """The plan for a Parquet file, or why it is refused."""
    with _open(file) as parquet:
        schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
    if len(schema) > MAX_COLUMNS:
        return None, [Problem(file.name, f"{len(schema)} columns / quá nhiều cột", f"at most {MAX_COLUMNS}")]
    if rows == 0:
        return None, [Problem(file.name, "no rows / không có dòng nào", "at least one row", "Ask for the file again")]
    columns, problems = map_headers(source, list(schema.names), options.columns, file.name)
    for column in columns:
        if column.name is not None and pa.types.is_nested(schema.types[column.position]):
            problems.append(Problem(file.name, f"column {column.header!r} holds lists or structures", "plain values"))
    return FilePlan(file, "parquet", tuple(columns), len(schema)), problems


def read_parquet(plan: FilePlan) -> Iterator[list[pa.Array]]:
    """Batches as the used columns in the order of the plan, each as binary text (not yet known to be UTF-8)."""
    try:
        with _open(plan.file) as parquet:
            for batch in parquet.iter_batches(batch_size=_BATCH):
                yield [as_text(batch.column(column.position)) for column in plan.columns if column.name is not None]
    except (pa.ArrowException, OSError):
        raise _damaged(plan.file) from None


def as_text(values: pa.Array) -> pa.Array:
    """A column as bytes of text: 7.0 -> "7", dates in ISO form, midnight left out; null stays null."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type):
        whole = pc.and_(pc.equal(values, pc.floor(values)), pc.less(pc.abs(values), 2.0**53))
        integers = pc.if_else(whole, values, None).cast(pa.int64()).cast(pa.string())
        values = pc.coalesce(integers, values.cast(pa.string()))
    if pa.types.is_timestamp(values.type):
        values = pc.replace_substring_regex(values.cast(pa.string()), r" 00:00:00(\.0+)?$", "")
    if not pa.types.is_binary(values.type) and not pa.types.is_large_binary(values.type):
        values = values.cast(pa.string())
    return values.cast(pa.binary())


def _open(file: InputFile) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file.real)
    except (pa.ArrowException, OSError):
        raise _damaged(file) from None


def _damaged(file: InputFile) -> InputRefused:
    return InputRefused(
        Problem(
            file.name, "the Parquet data are damaged / tệp Parquet hỏng", "a whole Parquet file", "Ask for it again"
        )
    )
