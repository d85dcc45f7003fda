"""Columns of integers, and the few ways in which they are matched: everything the linkage does to millions of rows at once.

0 stands for "nothing known" in every column of hashes and numbers. Everything here is exact integer work whose outcome does not
depend on the order of rows or the number of threads.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Bools: TypeAlias = npt.NDArray[np.bool_]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def fetch(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Array]:
    """The columns of a query as arrays; the query leaves no null in a column of numbers."""
    table = con.execute(query).to_arrow_table()
    return {name: table.column(name).to_numpy() for name in table.column_names}


def numbered(numbers: Array, values: Array, size: int) -> Array:
    """`values` at the places that `numbers` say, 0 elsewhere; the last place stays 0, so that -1 looks nothing up."""
    found = np.zeros(size + 1, values.dtype)
    found[numbers] = values
    return found


def same(a: Array, b: Array) -> Bools:
    """Both are known and equal."""
    equal: Bools = (a == b) & (a != 0)
    return equal


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


def lookup(keys: Array, wanted: Array) -> tuple[Array, Array]:
    """Positions of the rows of `keys` that are among `wanted` (sorted, each once), and where in it.

    A bitmap takes out nearly all others before they cost a search.
    """
    bits = max(16, len(wanted).bit_length() + 4)
    shift = np.uint64(64 - bits)
    bitmap = np.zeros(1 << bits, np.bool_)
    bitmap[_spread(wanted) >> shift] = True
    likely = np.flatnonzero(bitmap[_spread(keys) >> shift])
    places = np.searchsorted(wanted, keys[likely])
    places[places == len(wanted)] = 0
    there = wanted[places] == keys[likely] if len(wanted) else np.zeros(len(likely), np.bool_)
    return likely[there], places[there]


def _spread(keys: Array) -> Array:
    spread: Array = keys.astype(np.uint64, copy=False) * _MULTIPLIER
    return spread
