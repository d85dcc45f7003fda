"""What records and residents share is looked for by key: the key rows of each, from the standardised tables as columns of integers.

A text becomes its 64-bit hash (among a million texts two share one with a chance of 1 to 30 million), so that equality of names,
streets and doors is equality of integers; a text is touched again only where an edit distance must be taken. Numbers of names,
addresses and residents are positions; -1 is nobody and nothing, and looks up 0. `matching.load` reads the columns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matching.arrays import Array, Texts, crossed, expanded
from matching.pairs import Side

NAME_KEYS = ("key_sorted", "key_regional", "given", "given_initial", "ends", "head", "head_first", "head_last", "tail_first", "tail_last")
NAME_COLUMNS = (
    "canonical", "key", "key_sorted", "key_regional", "key2", "ends", "given", "key_first", "letters", "length", "middle", "middle_words", "middles",
    "organisation", "sex_hint", "abbreviated", "has_tones",
)  # fmt: skip
PLACE_KEYS = ("commune", "province", "locality", "door", "unplaced")
RESIDENCES = ("permanent", "temporary", "current")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Columns of a table of distinct names or addresses by their number, its texts, and its key rows.

    A name of two joint holders, and a place that may lie in several communes, has several key rows: `count` from `start` on.
    """

    columns: dict[str, Array]
    texts: dict[str, Texts]
    keys: dict[str, Array]
    start: Array
    count: Array

    def side(self, rows: Array) -> Side:
        """These rows as one side of pairs."""
        return Side(self.columns, self.texts, rows)


@dataclass(frozen=True, slots=True)
class Register:
    """Residents by number, with their names (resident, name), and their residences (resident, address, kind), in their order."""

    people: dict[str, Array]
    size: int
    named: tuple[Array, Array]
    living: tuple[Array, Array, Array]

    def side(self, rows: Array) -> Side:
        """These residents as one side of pairs."""
        return Side(self.people, {}, rows)


@dataclass(frozen=True, slots=True)
class Rows:
    """Whom the keys belong to (records or residents), a row for each name and place of theirs, and the columns to be keyed by."""

    numbers: Array
    columns: dict[str, tuple[Array, Array]]

    def column(self, name: str) -> Array:
        """A column, a value a row; 0 where nothing is known."""
        values, rows = self.columns[name]
        found: Array = values[rows]
        return found

    def at(self, keep: Array, wanted: Collection[str]) -> Rows:
        """Some of the rows, with the columns that are wanted."""
        columns = {name: self.columns[name] for name in wanted}
        several = {id(rows): rows for rows in (self.numbers, *(rows for _, rows in columns.values()))}
        some = {number: rows[keep] for number, rows in several.items()}
        return Rows(some[id(self.numbers)], {name: (values, some[id(rows)]) for name, (values, rows) in columns.items()})


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is the same for all records of a run."""

    names: Dictionary
    addresses: Dictionary
    register: Register

    def rows(self, numbers: Array, names: tuple[Array, Array], places: tuple[Array, Array], own: dict[str, Array]) -> Rows:
        """Key rows of whoever has these `numbers`; `names` and `places` are (position in `numbers`, which), `own` columns by number."""
        called = _keyed(self.names, *names, len(numbers))
        at = _keyed(self.addresses, *places, len(numbers))
        left, right = crossed(called[0], at[0], len(numbers))
        who, name, place = at[0][right], called[1][left], at[1][right]
        columns = {key: (self.names.keys[key], name) for key in NAME_KEYS}
        columns |= {key: (self.addresses.keys[key], place) for key in PLACE_KEYS}
        whose = numbers[who]
        columns |= {key: (values, whose) for key, values in own.items()}
        return Rows(whose, columns)


def _keyed(table: Dictionary, who: Array, which: Array, size: int) -> tuple[Array, Array]:
    """(who, key row) for each key row of what they have; -1 beside those who have none. Sorted by who."""
    rows, source = expanded(table.start[which], table.count[which])
    without = np.flatnonzero(np.bincount(who, minlength=size) == 0)
    everybody = np.concatenate([who[source], without])
    if not len(without):
        return everybody, rows
    order = np.argsort(everybody, kind="stable")
    return everybody[order], np.concatenate([rows, np.full(len(without), -1)])[order]


def register_rows(world: World) -> Rows:
    """The key rows of all residents, by each name and each residence."""
    register = world.register
    own = {"birth": _birth(register.people)}
    return world.rows(np.arange(register.size), register.named, register.living[:2], own)


def record_rows(world: World, records: dict[str, Array], chosen: Array) -> Rows:
    """The key rows of the records at the positions `chosen`; numbered by position."""
    names, places = (_known(records[column][chosen]) for column in ("name", "place"))
    own = {"birth": _birth(records), "abbreviated": world.names.columns["abbreviated"][records["name"]]}
    return world.rows(chosen, names, places, own)


def _known(values: Array) -> tuple[Array, Array]:
    there = np.flatnonzero(values >= 0)
    return there, values[there]


def _birth(columns: dict[str, Array]) -> Array:
    """A whole birth date as one number, 0 where it is not whole."""
    day = columns["birth_day"].astype(np.int64)
    return np.where(day != 0, columns["birth_year"].astype(np.int64) * 10_000 + day, 0)
