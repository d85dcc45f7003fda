"""Pairs that are hardly ever one person, drawn from both files alike in every training on them: what agreement by chance is learned from."""

from __future__ import annotations

import duckdb
import numpy as np

from matching.arrays import Array, coded, lookup, numbered, once, ranked
from matching.block import Pairs
from matching.columns import fetch
from matching.keys import World

SAMPLE, SEED = 400_000, 20250701
EACH = 4  # residents of the same given name for a record
_SIDE = 32  # bits of a resident's number


def drawn(con: duckdb.DuckDBPyConnection, world: World, partner: dict[str, Array]) -> dict[str, Pairs]:
    """Pairs at random, of one given name, and behind one door, without organisations and what may be matches.

    The views std_name, std_address, std_register, std_partner and candidates are there; `partner` are all its records.
    """
    person = np.zeros(len(world.names.start) + 1, np.bool_)
    person[fetch(con, "SELECT name FROM std_name WHERE kind = 'person'")["name"]] = True
    matches = fetch(con, "SELECT l, r FROM candidates WHERE match_probability >= 0.01")
    at = numbered(partner["l"], np.arange(len(partner["l"])), int(partner["l"].max(initial=-1)) + 1)
    matching = once(at[matches["l"]] << _SIDE | matches["r"])
    door = fetch(con, _SAME_DOOR)
    given = {"random": _random(len(partner["l"]), world.register.size), "given": _same_given(world, partner)}
    given["door"] = at[door["l"]], door["r"].astype(np.int64)
    return {name: _without(person[partner["name"]], matching, *pairs) for name, pairs in given.items()}


def _without(person: Array, matching: Array, record: Array, resident: Array) -> Pairs:
    """The pairs of people's records, each once, sorted, but for those that may be matches."""
    keep = np.flatnonzero(person[record])
    pairs = once(record[keep] << _SIDE | resident[keep])
    unmatched = np.ones(len(pairs), np.bool_)
    unmatched[lookup(pairs, matching)[0]] = False
    pairs = pairs[np.flatnonzero(unmatched)]
    return Pairs(pairs >> _SIDE, pairs & (2**_SIDE - 1), np.zeros(len(pairs), np.int8), np.zeros(len(pairs), np.bool_))


def _random(records: int, residents: int) -> tuple[Array, Array]:
    dice, size = np.random.default_rng(SEED), SAMPLE if records and residents else 0
    record, resident = (dice.integers(0, max(1, side), size) for side in (records, residents))
    return record, resident


def _same_given(world: World, partner: dict[str, Array]) -> tuple[Array, Array]:
    """For each record some residents of its given name, one here and one there in their order."""
    given = world.names.columns["given"]
    theirs = given[world.register.people["name"][:-1]]
    known = np.flatnonzero(theirs)
    names, _, which = coded(theirs[known])
    bearers, size = known[ranked(which)], np.bincount(which, minlength=len(names))
    record, name = lookup(given[partner["name"]], names)
    dice = partner["l"][record].astype(np.int64) * 2654435761
    each = [(np.cumsum(size) - size)[name] + (dice + n * 97003) % size[name] for n in range(EACH)]
    return np.tile(record, EACH), bearers[np.concatenate(each)]


_SAME_DOOR = """
SELECT l, r FROM std_partner p JOIN std_address a ON a.address = p.place JOIN std_address b ON b.door_key = a.door_key
JOIN std_register g ON g.permanent = b.address ORDER BY (l::BIGINT * 2654435761 + r::BIGINT * 97003) % 1000003, l, r LIMIT 200000
"""
