"""Numbers one slip away: every digit changed, neighbours swapped, a surplus digit dropped, a missing one put in; as integer arithmetic.

That is 119 look-ups a number instead of a fuzzy join over all residents.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Array, likely


def slips_of(numbers: Array, digits: Array, length: int) -> tuple[Array, Array]:
    """Numbers of `length` digits one slip away from each of `numbers`, which have so many `digits`; beside each its position.

    (123, 3 digits), length 3 -> 023, 223, ... 129, 213, 132; with 2 digits a digit is put in, with 4 one is dropped.
    """
    found = [_changed, _swapped], [_put_in], [_dropped]
    ways = {length: found[0], length - 1: found[1], length + 1: found[2]}
    parts = []
    for count, made in ways.items():
        rows = np.flatnonzero(digits == count)
        for way in made:
            variants = way(numbers[rows], count)
            of = np.broadcast_to(rows, variants.shape)
            parts.append((variants[variants >= 0], of[variants >= 0]))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def among(numbers: Array, of: Array, known: Array) -> tuple[Array, Array]:
    """Those of `numbers` that may be among `known`, with what stands beside them."""
    rows = likely(numbers, known)
    return numbers[rows], of[rows]


def _powers(count: int) -> Array:
    """1, 10, 100, ... as a column."""
    return (10 ** np.arange(count, dtype=np.int64))[:, None]


def _changed(numbers: Array, count: int) -> Array:
    powers = _powers(count)[:, None]
    digit = numbers // powers % 10
    other = np.arange(10, dtype=np.int64)[None, :, None]
    return np.where(digit == other, -1, numbers + (other - digit) * powers)


def _swapped(numbers: Array, count: int) -> Array:
    powers = _powers(count - 1)
    low, high = numbers // powers % 10, numbers // (powers * 10) % 10
    return np.where(low == high, -1, numbers + (low - high) * powers * 9)


def _put_in(numbers: Array, count: int) -> Array:
    powers = _powers(count + 1)[:, None]
    other = np.arange(10, dtype=np.int64)[None, :, None]
    made: Array = numbers // powers * powers * 10 + other * powers + numbers % powers
    return made


def _dropped(numbers: Array, count: int) -> Array:
    powers = _powers(count)
    made: Array = numbers // (powers * 10) * powers + numbers % powers
    return made
