"""Columns of integers, and the few ways in which they are matched: everything the linkage does to millions of rows at once.

0 stands for "nothing known" in every column of hashes and numbers. Everything here is exact integer work whose outcome does not
depend on the order of rows or the number of threads.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Array: TypeAlias = npt.NDArray[Any]
Bools: TypeAlias = npt.NDArray[np.bool_]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def fetch(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Array]:
    """The columns of a query as arrays; the query leaves no null in a column of numbers."""
    table = con.execute(query).to_arrow_table()
    return {name: array(table.column(name)) for name in table.column_names}


def array(column: pa.ChunkedArray) -> Array:
    """A column of numbers without nulls as an array; pyarrow's own `to_numpy` imports pandas, which takes as long as reading a register."""
    whole = column.combine_chunks()
    if pa.types.is_boolean(whole.type):  # they are bits there
        return np.from_dlpack(whole.cast(pa.int8())).astype(np.bool_)
    found: Array = np.from_dlpack(whole)
    return found


def numbered(numbers: Array | slice, values: Array, size: int) -> Array:
    """`values` at the places that `numbers` say, 0 elsewhere; the last place stays 0, so that -1 looks nothing up."""
    found = np.zeros(size + 1, values.dtype)
    found[numbers] = values
    return found


def same(a: Array, b: Array) -> Bools:
    """Both are known and equal."""
    equal: Bools = (a == b) & (a != 0)
    return equal


def once(values: Array) -> Array:
    """The values, each once, sorted (numpy's own hashes them, which takes ten times as long)."""
    ordered = np.sort(values)
    found: Array = ordered[firsts(ordered)]
    return found


def firsts(*ordered: Array) -> Bools:
    """Which rows of sorted columns differ from the row before them."""
    new = np.zeros(len(ordered[0]), np.bool_)
    new[:1] = True
    for column in ordered:
        new[1:] |= column[1:] != column[:-1]
    return new


def inside(values: Array, ordered: Array) -> Bools:
    """Which values are among those of a sorted column."""
    if not len(ordered):
        return np.zeros(len(values), np.bool_)
    places = np.searchsorted(ordered, values)
    places[places == len(ordered)] = 0
    found: Bools = ordered[places] == values
    return found


def mixed(*columns: Array) -> Array:
    """One key for the values of several columns side by side."""
    key = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        key = (key ^ column.astype(np.uint64, copy=False)) * _MULTIPLIER
        key ^= key >> _HALF
    return key


def crossed(left: Array, right: Array, size: int) -> tuple[Array, Array]:
    """Every row of `left` with every row of `right` that has the same number: positions in both. `left` is sorted."""
    counts = np.bincount(left, minlength=size)
    starts = np.cumsum(counts) - counts
    return expanded(starts[right], counts[right])


def expanded(starts: Array, counts: Array) -> tuple[Array, Array]:
    """For row n the positions starts[n] .. starts[n] + counts[n] - 1: those positions, and n beside each."""
    rows = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[rows] + within, rows


def likely(keys: Array, wanted: Array) -> Array:
    """Positions of the rows of `keys` that may be among `wanted`: all that are, and few others."""
    return np.flatnonzero(among_likely(keys, wanted))


def among_likely(keys: Array, wanted: Array) -> Bools:
    """Which of `keys` may be among `wanted`: all that are, and few others."""
    slot = _slots(len(wanted))
    bitmap = np.zeros(1 << (64 - int(slot)), np.bool_)
    bitmap[_spread(wanted) >> slot] = True
    found: Bools = bitmap[_spread(keys) >> slot]
    return found


def lookup(keys: Array, wanted: Array) -> tuple[Array, Array]:
    """Positions of the rows of `keys` that are among `wanted` (sorted, each once), and where in it.

    Each wanted key has a slot, few share one; only rows that fall into a shared slot cost a search.
    """
    if not len(wanted):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    slot = _slots(len(wanted))
    table = np.full(1 << (64 - int(slot)), -1, np.int32)
    table[_spread(wanted) >> slot] = np.arange(len(wanted), dtype=np.int32)
    places = table[_spread(keys) >> slot]
    rows = np.flatnonzero(places >= 0)
    places = places[rows].astype(np.int64)
    other = np.flatnonzero(wanted[places] != keys[rows])
    places[other] = np.minimum(np.searchsorted(wanted, keys[rows[other]]), len(wanted) - 1)
    there = wanted[places] == keys[rows]
    return rows[there], places[there]


def _slots(wanted: int) -> np.uint64:
    """By how many bits a spread key is shifted to find its slot: there are 16 slots and more for each wanted key."""
    return np.uint64(64 - max(16, wanted.bit_length() + 4))


def _spread(keys: Array) -> Array:
    spread: Array = keys.astype(np.uint64, copy=False) * _MULTIPLIER
    return spread
