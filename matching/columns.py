"""Columns of Arrow to arrays of numbers and back, without a copy where that can be.

pyarrow's own ways (`to_numpy`, `pyarrow.array`, `take`) import pandas or pyarrow.compute first, which takes as long as reading a register.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from matching.arrays import Array, Bools, Texts, text_column


def fetch(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Array]:
    """The columns of a query as arrays; the query leaves no null in a column of numbers."""
    table = con.execute(query).to_arrow_table()
    return {name: array(table.column(name)) for name in table.column_names}


def array(column: pa.ChunkedArray) -> Array:
    """A column of numbers without nulls as an array; pyarrow's own `to_numpy` imports pandas, which takes as long as reading a register."""
    if not column.num_chunks:
        return np.zeros(0, column.type.to_pandas_dtype())
    whole = _whole(column)
    if pa.types.is_boolean(whole.type):  # they are bits there
        return np.from_dlpack(whole.cast(pa.int8())).astype(np.bool_)
    found: Array = np.from_dlpack(whole)
    return found


def texts(column: pa.ChunkedArray) -> Texts:
    """A column of texts, whose nulls become empty ones."""
    if not len(column):
        return text_column("", np.zeros(1, np.int32))
    whole = _whole(column)
    _, offsets, data = whole.buffers()
    starts = np.frombuffer(offsets, np.int32)[whole.offset : whole.offset + len(whole) + 1]
    return text_column(str(memoryview(data or b"")[: int(starts[-1])], "latin-1"), starts)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column that has chunks in one piece; pyarrow's own way copies the only one, too."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def arrow(values: Array, known: Bools | None = None) -> pa.Array:
    """An array of numbers as a column, without copying it (`pyarrow.array` imports pandas); null where they are not `known`."""
    whole = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(whole.dtype), len(whole), [_there(known), pa.py_buffer(whole)])


def _there(known: Bools | None) -> pa.Buffer | None:
    return None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))


def listed(starts: Array, values: Array) -> pa.Array:
    """A column of lists of numbers: `values` on end, where each list begins, and last where the last one ends."""
    whole = np.ascontiguousarray(starts.astype(np.int32))
    kind = pa.list_(pa.from_numpy_dtype(values.dtype))
    return pa.Array.from_buffers(kind, len(whole) - 1, [None, pa.py_buffer(whole)], children=[arrow(values)])


def words(positions: Array, named: Sequence[str], known: Bools | None = None) -> pa.DictionaryArray:
    """Positions in `named` as a column of those words; null where they are not `known`."""
    texts = [word.encode() for word in named]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    dictionary = pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))])
    whole = np.ascontiguousarray(positions)
    codes = pa.Array.from_buffers(pa.from_numpy_dtype(whole.dtype), len(whole), [_there(known), pa.py_buffer(whole)])
    return pa.DictionaryArray.from_arrays(codes, dictionary)


def decimal_millionths(values: Array, precision: int, known: Bools | None = None) -> pa.Array:
    """Integers of millionths as a column of decimals with six digits behind the point; null where they are not `known`."""
    wide = np.stack([values.astype(np.int64), values.astype(np.int64) >> 63], axis=1)  # the low and the high half of 128 bits
    return pa.Array.from_buffers(pa.decimal128(precision, 6), len(values), [_there(known), pa.py_buffer(np.ascontiguousarray(wide))])


def positions(column: pa.ChunkedArray, named: Sequence[str]) -> Array:
    """A column of words without nulls, read as a dictionary, as their positions in `named` (what `words` has made), -1 for another word."""
    found = [np.zeros(0, np.int8)]
    for chunk in column.chunks:
        place = np.array([named.index(word) if word in named else -1 for word in chunk.dictionary.to_pylist()], np.int8)
        found.append(place[np.from_dlpack(chunk.indices)])
    return np.concatenate(found)


def millionths(column: pa.ChunkedArray) -> Array:
    """A column of decimals without nulls, with six digits behind the point, as integers of millionths: what `decimal_millionths` has made."""
    found = [np.zeros(0, np.int64)]
    for chunk in column.chunks:
        found.append(np.frombuffer(chunk.buffers()[1], np.int64)[2 * chunk.offset : 2 * (chunk.offset + len(chunk)) : 2])
    return np.concatenate(found)
