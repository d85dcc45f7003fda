"""Columns of integers, and the few ways in which they are matched: everything the linkage does to millions of rows at once.

0 stands for "nothing known" in every column of hashes and numbers. Everything here is exact integer work whose outcome does not
depend on the order of rows or the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Bools: TypeAlias = npt.NDArray[np.bool_]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_BLANK = np.uint8(32)


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: its bytes, and where each begins (pyarrow's own `take` imports pyarrow.compute, which takes as long as a join)."""

    whole: str
    starts: Array
    wide: Bools  # where a letter takes several bytes

    def at(self, rows: Array) -> list[str]:
        """The texts at these rows, which mostly come several times; "" where there is none."""
        whole, starts = self.whole, self.starts
        each, _, which = coded(rows)
        found = np.empty(len(each), object)
        found[:] = [whole[begin:end] for begin, end in zip(starts[each].tolist(), starts[each + 1].tolist(), strict=True)]
        for row in np.flatnonzero(self.wide[each]).tolist():
            found[row] = found[row].encode("latin-1").decode()
        texts: list[str] = found[which].tolist()
        return texts

    def initials(self, rows: Array) -> Array:
        """The first letters of the words of each of these texts as one key, which two texts share that have the same."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        at, row = expanded(self.starts[rows], lengths)
        written = np.frombuffer(self.whole.encode("latin-1"), np.uint8)[at]
        first = np.flatnonzero((written != _BLANK) & (firsts(row) | (np.append(_BLANK, written[:-1]) == _BLANK)))
        row, key = row[first], np.zeros(len(rows), np.uint64)
        begins = np.searchsorted(row, np.arange(len(rows)))
        nth = np.arange(len(row)) - begins[row]
        for place in range(int(nth.max(initial=-1)) + 1):
            there = np.flatnonzero(nth == place)
            key[row[there]] = mixed(key[row[there]], written[first[there]])
        for wide in np.flatnonzero(self.wide[rows]):  # a letter takes several bytes
            key[wide] = 0
            for word in self.at(rows[wide : wide + 1])[0].split():
                key[wide : wide + 1] = mixed(key[wide : wide + 1], np.array([ord(word[0])]))
        return key

    def letters(self) -> Array:
        """Which letters each text has an odd number of times, as a set of 32 bits; 0 where that is not known: a letter takes several bytes.

        An edit puts one letter in and takes one out at most: texts whose sets differ in more than two bits an edit are further apart.
        """
        if not self.whole:
            return np.zeros(len(self.wide), np.uint32)
        letter = np.uint32(1) << (np.arange(256, dtype=np.uint32) & np.uint32(31))
        written = letter[np.frombuffer(self.whole.encode("latin-1"), np.uint8)]
        found: Array = np.bitwise_xor.reduceat(written, np.minimum(self.starts[:-1], len(written) - 1))
        found[self.wide | (self.starts[1:] == self.starts[:-1])] = 0
        return found


def text_column(whole: str, starts: Array) -> Texts:
    """Texts out of their bytes, a letter each, and where each begins; the last is where the last one ends."""
    wide = np.zeros(len(starts) - 1, np.bool_)
    if not whole.isascii():
        letters = np.frombuffer(whole.encode("latin-1"), np.uint8)
        wide[np.searchsorted(starts, np.flatnonzero(letters > 127), "right") - 1] = True
    return Texts(whole, starts, wide)


def numbered(numbers: Array | slice, values: Array, size: int) -> Array:
    """`values` at the places that `numbers` say, 0 elsewhere; the last place stays 0, so that -1 looks nothing up."""
    found = np.zeros(size + 1, values.dtype)
    found[numbers] = values
    return found


def same(a: Array, b: Array) -> Bools:
    """Both are known and equal."""
    equal: Bools = (a == b) & (a != 0)
    return equal


def ranked(values: Array) -> Array:
    """The order of numbers that are not negative; equals stay as they stand.

    Sixteen bits after another, the lowest first: these are the only integers that numpy sorts by counting, several times as fast.
    """
    rest = values.astype(np.uint64, copy=False)
    order = np.argsort(rest.astype(np.uint16), kind="stable")
    for bits in range(16, int(rest.max()).bit_length() if len(rest) else 0, 16):
        digit = (rest >> np.uint64(bits)).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order


def once(values: Array) -> Array:
    """The values, each once, sorted (numpy's own hashes them, which takes ten times as long)."""
    ordered = np.sort(values)
    found: Array = ordered[firsts(ordered)]
    return found


def coded(values: Array) -> tuple[Array, Array, Array]:
    """The values, which are not negative, each once, sorted; where the first of each stands; and for every row which of them it is."""
    order = ranked(values)
    ordered = values[order]
    new = firsts(ordered)
    which = np.empty(len(values), np.int64)
    which[order] = np.cumsum(new) - 1
    return ordered[new], order[new], which


def grouped(values: Array) -> tuple[Array, Array]:
    """Where one of each value stands, and for every row which of them it is; in an order that means nothing, in half the time of `coded`."""
    slot = _slots(len(values), 4)
    own = _slotted(values, slot)
    table = np.empty(1 << (64 - int(slot)), np.int32)
    table[own] = np.arange(len(values), dtype=np.int32)
    which = table[own].astype(np.int64)  # the row whose slot it is
    other = np.flatnonzero(values[which] != values)
    first = np.flatnonzero(which == np.arange(len(values)))
    number = np.zeros(len(values), np.int64)
    number[first] = np.arange(len(first))
    which = number[which]
    if len(other):
        _, more, again = coded(values[other])
        which[other] = len(first) + again
        first = np.append(first, other[more])
    return first, which


def one_of(positions: Array, wanted: Sequence[int]) -> Bools:
    """Which of these small numbers, 0 to 127, are wanted."""
    table = np.zeros(128, np.bool_)
    table[list(wanted)] = True
    found: Bools = table[positions]
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
    return mixed_in(np.zeros(len(columns[0]), np.uint64), *columns)


def mixed_in(key: Array, *columns: Array) -> Array:
    """The key of the values that `key` is of and of those of more columns."""
    found: Array = key.copy()
    for column in columns:
        found ^= column.astype(np.uint64, copy=False)
        found *= _MULTIPLIER
        found ^= found >> _HALF
    return found


def crossed(left: Array, right: Array, size: int) -> tuple[Array, Array]:
    """Every row of `left` with every row of `right` that has the same number: positions in both. `left` is sorted."""
    counts = np.bincount(left, minlength=size)
    starts = np.cumsum(counts) - counts
    return expanded(starts[right], counts[right])


def expanded(starts: Array, counts: Array) -> tuple[Array, Array]:
    """For row n the positions starts[n] .. starts[n] + counts[n] - 1: those positions, and n beside each."""
    rows = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts)
    before -= counts
    positions = (starts - before)[rows]
    positions += np.arange(len(rows))
    return positions, rows


def likely(keys: Array, wanted: Array) -> Array:
    """Positions of the rows of `keys` that may be among `wanted`: all that are, and few others."""
    return np.flatnonzero(among_likely(keys, wanted))


def among_likely(keys: Array, wanted: Array) -> Bools:
    """Which of `keys` may be among `wanted`: all that are, and few others."""
    slot = _slots(len(wanted), 16)
    bitmap = np.zeros(1 << (64 - int(slot)), np.bool_)
    bitmap[_slotted(wanted, slot)] = True
    found: Bools = bitmap[_slotted(keys, slot)]
    return found


class Index:
    """Keys, each once, to look others up in. Each has a slot; the few whose slot is also another's are searched for."""

    def __init__(self, wanted: Array) -> None:
        self.wanted, self.slot = wanted, _slots(len(wanted), 4)
        own = _slotted(wanted, self.slot)
        self.table = np.full(1 << (64 - int(self.slot)), -1, np.int32)
        self.table[own] = np.arange(len(wanted), dtype=np.int32)
        self.clashing = np.flatnonzero(self.table[own] != np.arange(len(wanted)))
        self.clashing = self.clashing[np.argsort(wanted[self.clashing])]
        self.shared = np.zeros(len(wanted), np.bool_)  # whose slot is also another's
        self.shared[self.table[own[self.clashing]]] = True

    def find(self, keys: Array) -> tuple[Array, Array]:
        """Positions of the rows of `keys` that are wanted, and which each is."""
        places = self.table[_slotted(keys, self.slot)]
        rows = np.flatnonzero(places >= 0)
        places = places[rows].astype(np.int64)
        there = self.wanted[places] == keys[rows]
        other = np.flatnonzero(~there & self.shared[places])
        if len(other):
            names, key = self.wanted[self.clashing], keys[rows[other]]
            found = np.minimum(np.searchsorted(names, key), len(names) - 1)
            there[other], places[other] = names[found] == key, self.clashing[found]
        there = np.flatnonzero(there)
        return rows[there], places[there]


def lookup(keys: Array, wanted: Array) -> tuple[Array, Array]:
    """Positions of the rows of `keys` that are among `wanted` (each once), and where in it."""
    if not len(wanted):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return Index(wanted).find(keys)


def _slots(wanted: int, each: int) -> np.uint64:
    """By how many bits a spread key is shifted to find its slot: there are `each` slots and more for each wanted key."""
    return np.uint64(64 - max(12, (wanted * each).bit_length()))


def _slotted(keys: Array, slot: np.uint64) -> Array:
    spread = keys.astype(np.uint64, copy=False) * _MULTIPLIER
    spread >>= slot
    found: Array = spread.view(np.int64)  # numpy takes other positions over into these first
    return found
