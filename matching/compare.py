"""Candidate pairs to levels of agreement, cheap before costly, each costly pair of values looked at once.

A person's other name counts as theirs, and each of their residences: the best level holds. A pair whose names are of two people,
and whose numbers and birth dates do not meet, is nobody's candidate: it is dropped before places are compared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from matching import pairs as sides
from matching.arrays import Array, Bools, crossed, one_of
from matching.block import Pairs
from matching.columns import fetch
from matching.comparisons import COMPARISONS, comparison
from matching.keys import World
from matching.load import load_records
from matching.pairs import Side

_WORST = 127


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs with the level of each comparison; the register's name and the kind of residence (1 to 3) that agree best; -1 and 0: none."""

    record: Array
    resident: Array
    rule: Array
    levels: dict[str, Array]
    register_name: Array
    residence: Array

    def at(self, keep: Array) -> Compared:
        """Some of the pairs."""
        levels = {name: values[keep] for name, values in self.levels.items()}
        return Compared(self.record[keep], self.resident[keep], self.rule[keep], levels, self.register_name[keep], self.residence[keep])


def compare_pairs(world: World, records: dict[str, Array], pairs: Pairs, minimum_age: int, prune: bool = True) -> Compared:
    """The levels of all pairs, or with `prune` of those that may be somebody's candidates."""
    levels = dict.fromkeys(COMPARISONS, np.zeros(0, np.int8))
    levels["name"], register_name = _names(world, records, pairs)
    person = sides.Pairs(Side(records, {}, pairs.record), world.register.side(pairs.resident), minimum_age, {"slip": pairs.slip})
    for name in ("number", "birth"):
        levels[name] = comparison(name).reached(person)
    keep = np.flatnonzero(met(levels) | _told(pairs)) if prune else np.arange(len(pairs.record))
    person, pairs = person.at(keep), pairs.at(keep)
    for name in ("name", "number", "birth"):
        levels[name] = levels[name][keep]
    for name in ("sex", "age"):
        levels[name] = comparison(name).reached(person)
    levels["place"], residence = _places(world, records, pairs)
    return Compared(pairs.record, pairs.resident, pairs.rule, levels, register_name[keep], residence)


def some_levels(world: World, records: dict[str, Array], pairs: Pairs, minimum_age: int, names: Collection[str]) -> dict[str, Array]:
    """The levels of all pairs in the comparisons that have these names."""
    person = sides.Pairs(Side(records, {}, pairs.record), world.register.side(pairs.resident), minimum_age, {"slip": pairs.slip})
    ways = {"name": lambda: _names(world, records, pairs)[0], "place": lambda: _places(world, records, pairs)[0]}
    return {name: ways[name]() if name in ways else comparison(name).reached(person) for name in names}


def _told(pairs: Pairs) -> Bools:
    return pairs.told if len(pairs.told) else np.zeros(len(pairs.record), np.bool_)


def met(levels: dict[str, Array]) -> Bools:
    """Whether a pair may be one person: the names do not speak against it, or number or birth date speak for it."""
    positions = {name: comparison(name).level_names.index for name in ("name", "number", "birth")}
    unmet = one_of(levels["number"], [positions["number"](level) for level in ("household", "others", "else", "null")])
    born = one_of(levels["birth"], [positions["birth"](level) for level in ("exact", "swapped")])
    found: Bools = (levels["name"] != positions["name"]("else")) | ~unmet | born
    return found


def _names(world: World, records: dict[str, Array], pairs: Pairs) -> tuple[Array, Array]:
    """The best level over a resident's names, and that name; of equals the one with the smaller number."""
    people = world.register.people
    mine, theirs = records["name"][pairs.record], people["name"][pairs.resident]
    first = comparison("name").reached(sides.Pairs(world.names.side(mine), world.names.side(theirs)))
    more = np.flatnonzero(people["other_name"][pairs.resident] >= 0)
    other = people["other_name"][pairs.resident[more]]
    second = comparison("name").reached(sides.Pairs(world.names.side(mine[more]), world.names.side(other)))
    old = theirs[more]
    better = (old < 0) | (_ranked(second) < _ranked(first[more])) | ((second == first[more]) & (other < old))
    names = theirs.copy()
    first[more[better]], names[more[better]] = second[better], other[better]
    return first, np.where(mine >= 0, names, -1)


def _ranked(levels: Array) -> Array:
    """Levels in order of agreement: nothing to compare comes last."""
    return np.where(levels == 0, _WORST, levels)


def _places(world: World, records: dict[str, Array], pairs: Pairs) -> tuple[Array, Array]:
    """The best level over a resident's residences, and which of them it is; of equals the first kind."""
    whose, address, kind = world.register.living
    counts = np.bincount(whose, minlength=world.register.size)
    at, row = crossed(whose, pairs.resident, world.register.size) if len(counts) else (whose, whose)
    here = records["place"][pairs.record[row]]
    known = np.flatnonzero(here >= 0)
    at, row, here = at[known], row[known], here[known]
    found = comparison("place").reached(sides.Pairs(world.addresses.side(here), world.addresses.side(address[at])))
    best = np.full(len(pairs.record), _WORST, np.int16)
    some = found > 0
    np.minimum.at(best, row[some], found[some].astype(np.int16) * 4 + kind[at[some]])
    none = best == _WORST
    return np.where(none, 0, best // 4).astype(np.int8), np.where(none, 0, best % 4).astype(np.int8)


def chosen_pairs(con: duckdb.DuckDBPyConnection, records: dict[str, Array], query: str) -> Pairs:
    """The pairs of a query (l, r, rule, slip), which gives them sorted."""
    given = fetch(con, query)
    return Pairs(np.searchsorted(records["l"], given["l"]), given["r"].astype(np.int64), given["rule"], given["slip"])


def compare(con: duckdb.DuckDBPyConnection, world: World, minimum_age: int) -> None:
    """Make the table `compared` (l, r, rule, register_name, residence, and a level a comparison, as positions) from `pairs` (l, r, rule, slip).

    For whoever wants to see levels of pairs of their own choice; the standardised views are there.
    """
    records = load_records(con, world)
    pairs = chosen_pairs(con, records, "SELECT l, r, rule, slip FROM pairs ORDER BY l, r")
    found = compare_pairs(world, records, pairs, minimum_age, prune=False)
    table = pa.table({
        "l": records["l"][found.record], "r": found.resident.astype(np.int32), "rule": found.rule, **found.levels,
        "register_name": pa.array(found.register_name, mask=found.register_name < 0),
        "residence": pa.array(found.residence, mask=found.residence == 0),
    })  # fmt: skip
    con.register("compared_pairs", table)
    con.execute("CREATE OR REPLACE TABLE compared AS SELECT * FROM compared_pairs")
    con.unregister("compared_pairs")
