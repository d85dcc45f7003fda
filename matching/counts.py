"""What agreement by chance depends on, counted over the register: who bears a name, lives in a commune, street, or behind a door."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Array, coded, expanded, lookup, mixed, numbered, once
from matching.keys import World

NAME_COUNTS = ("canonical", "key", "key_sorted", "key_regional", "ends")
PLACE_COUNTS = ("commune", "locality", "door")


@dataclass(frozen=True, slots=True)
class Counts:
    """Residents by address (of its largest commune, locality, door), by the province and the commune of their permanent residence.

    `home` is the commune of a resident, 0 if there is none, `home_size` its residents; `bearers` the residents of each name.
    """

    residents: int
    at_address: dict[str, Array]
    province: Array
    home: Array
    home_size: Array
    bearers: Array


def count_register(world: World) -> Counts:
    """Count the register, once a run."""
    people, addresses = world.register.people, world.addresses
    permanent = people["permanent"][:-1]
    at, row = _living_keys(world)
    sizes, by_commune = {}, (np.zeros(0, np.uint64), np.zeros(0, np.int64))
    for key in PLACE_COUNTS:
        values, _, which = coded(addresses.keys[key])
        counted = _distinct(which[at], row, len(values), world.register.size)
        counted[values == 0] = 0
        sizes[key] = _largest(counted[which], addresses.start, addresses.count)
        if key == "commune":
            by_commune = values, counted
    home = addresses.columns["home"][permanent]
    values, _, province = coded(addresses.columns["province"])
    lives = province[permanent]
    people_of = np.bincount(lives, minlength=len(values))
    people_of[values == 0] = 0
    return Counts(
        residents=max(1, world.register.size), at_address=sizes, province=people_of[lives], home=home,
        home_size=_looked_up(home, *by_commune), bearers=np.bincount(people["name"][:-1][people["name"][:-1] >= 0], minlength=len(world.names.start)),
    )  # fmt: skip


def _living_keys(world: World) -> tuple[Array, Array]:
    """For each key row of each residence: the key row, and the resident; residents with several rows come as often."""
    whose, address, _ = world.register.living
    rows, source = expanded(world.addresses.start[address], world.addresses.count[address])
    return rows, whose[source]


def _distinct(which: Array, who: Array, values: int, people: int) -> Array:
    """How many people each value has; who comes more than once is looked at alone."""
    several = np.bincount(who, minlength=people)[who] > 1
    counted = np.bincount(which[~several], minlength=values)
    again = once(which[several].astype(np.int64) * max(1, people) + who[several])
    return counted + np.bincount(again // max(1, people), minlength=values)


def _largest(values: Array, start: Array, count: Array) -> Array:
    """The largest value among the key rows of each entry, 0 where it has none."""
    found = np.zeros(len(start), values.dtype)
    there = np.flatnonzero(count > 0)
    if len(there):
        found[there] = np.maximum.reduceat(values, start[there])
    return found


def _looked_up(keys: Array, known: Array, values: Array) -> Array:
    found = np.zeros(len(keys), np.int64)
    if len(known):
        rows, places = lookup(keys, known)
        found[rows] = values[places]
    return found


def bearers(world: World, counts: Counts, kind: str, names: Array, homes: Array) -> tuple[Array, Array]:
    """How many residents bear what these `names` are under `kind`: in the country, and in the commune `homes`."""
    column = world.names.columns[kind]
    values, _, which = coded(column[names])
    rows, place = lookup(column[:-1], values)
    total = np.bincount(place, weights=counts.bearers[rows], minlength=len(values)).astype(np.int64)
    of_name = numbered(rows, place + 1, len(column) - 1)
    bearer = of_name[world.register.people["name"][:-1]]
    there = np.flatnonzero(bearer > 0)
    here = mixed(values[bearer[there] - 1], counts.home[there])
    wanted, _, asked = coded(mixed(column[names], homes))
    _, found = lookup(here, wanted)
    total[values == 0] = 0
    return total[which], np.bincount(found, minlength=len(wanted))[asked]
