"""Parquet -> the same tables of text; line = number of the row in the file, from 1.

A few kilobytes of Parquet may stand for terabytes of text: a long value is stored once and named a billion times. So values are
read as the file has them, each once, and measured before they are written out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.ingest.declare import FilePlan, InputFile, InputOptions
from flows.ingest.headers import map_headers, shown
from flows.ingest.limits import FREE_INFLATION, FREE_ROWS, MAX_COLUMNS, MAX_LINE, MAX_RATIO
from matching.errors import InputRefused, Problem
from matching.sources import Source

_BATCH = 20_000
_PIECE = 32 << 20


def plan_parquet(source: Source, file: InputFile, options: InputOptions) -> tuple[FilePlan | None, list[Problem]]:
    """The plan for a Parquet file, or why it is refused."""
    with _open(file) as parquet:
        schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
    if len(schema) > MAX_COLUMNS:
        return None, [Problem(file.name, f"{len(schema)} columns / quá nhiều cột", f"nhiều nhất / at most {MAX_COLUMNS}")]
    if rows > max(FREE_ROWS, file.size):
        return None, [
            Problem(file.name, f"{rows} rows in {file.size} bytes / quá nhiều dòng", "dòng có nội dung / rows that hold something")
        ]
    if rows == 0:
        return None, [
            Problem(file.name, "no rows / không có dòng nào", "ít nhất một dòng / at least one row", "xin lại tệp / ask for the file again")
        ]
    columns, problems = map_headers(source, list(schema.names), options.columns, file.name)
    for column in columns:
        if column.name is not None and pa.types.is_nested(schema.types[column.position]):
            problems.append(
                Problem(
                    file.name,
                    f"cột có danh sách hoặc cấu trúc / column {shown(column.header)} holds lists or structures",
                    "giá trị đơn / plain values",
                )
            )
    return FilePlan(file, "parquet", tuple(columns), len(schema)), problems


def read_parquet(plan: FilePlan) -> Iterator[list[pa.Array]]:
    """Batches as the used columns in the order of the plan, each as binary text (not yet known to be UTF-8)."""
    used = [column.position for column in plan.columns if column.name is not None]
    total = 0
    try:
        with _open(plan.file, dictionaries=True) as parquet:
            for batch in parquet.iter_batches(batch_size=_BATCH):
                columns = [batch.column(position) for position in used]
                ends = np.cumsum(_row_sizes(columns, batch.num_rows, plan.file))
                total += int(ends[-1]) if len(ends) else 0
                if total > max(FREE_INFLATION, MAX_RATIO * plan.file.size):
                    raise InputRefused(
                        Problem(
                            plan.file.name, f"giải nén ra quá lớn / unpacks to over {MAX_RATIO} times its size", "tệp dữ liệu / a data file"
                        )
                    )
                for start, stop in _pieces(ends):
                    yield [as_text(column.slice(start, stop - start)) for column in columns]
    except (pa.ArrowException, OSError):
        raise _damaged(plan.file) from None


def _row_sizes(columns: list[pa.Array], rows: int, file: InputFile) -> npt.NDArray[np.int64]:
    """The bytes of text that each row comes to; InputRefused if one value is longer than a line may be."""
    sizes = np.full(rows, len(columns), np.int64)
    for column in columns:
        if not pa.types.is_dictionary(column.type) or not len(column.dictionary):
            continue
        lengths = pc.fill_null(pc.binary_length(column.dictionary), 0).to_numpy(zero_copy_only=False)
        if lengths.max() > MAX_LINE:
            raise InputRefused(Problem(file.name, f"a value of {lengths.max()} bytes / ô quá dài", f"nhiều nhất / at most {MAX_LINE}"))
        sizes += np.where(column.is_valid(), lengths[pc.fill_null(column.indices, 0).to_numpy(zero_copy_only=False)], 0)
    return sizes


def _pieces(ends: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of rows that come to some megabytes each, at least one row long."""
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _PIECE, "right")))
        yield start, stop
        start = stop


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


def _open(file: InputFile, dictionaries: bool = False) -> pq.ParquetFile:
    """The file; with `dictionaries` its texts come as the distinct ones and which of them stands where."""
    try:
        if not dictionaries:
            return pq.ParquetFile(file.real)
        with pq.ParquetFile(file.real) as found:
            texts = [name for name, kind in zip(found.schema_arrow.names, found.schema_arrow.types, strict=True) if _is_text(kind)]
        return pq.ParquetFile(file.real, read_dictionary=texts)
    except (pa.ArrowException, OSError):
        raise _damaged(file) from None


def _is_text(kind: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(is_one(kind) for is_one in texts)


def _damaged(file: InputFile) -> InputRefused:
    return InputRefused(
        Problem(
            file.name,
            "the Parquet data are damaged / tệp Parquet hỏng",
            "tệp Parquet nguyên vẹn / a whole Parquet file",
            "xin lại tệp / ask for it again",
        )
    )
