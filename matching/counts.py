"""What agreement by chance depends on, counted over the register: who bears a name, lives in a commune, street, or behind a door."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Array, expanded, grouped, lookup, mixed, numbered
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
    several = np.bincount(row, minlength=world.register.size)[row] > 1  # who lives in several places is looked at alone
    once_, again = np.flatnonzero(~several), np.flatnonzero(several)
    sizes, home_size = {}, np.zeros(0, np.int64)
    for key in PLACE_COUNTS:
        values = addresses.keys[key]
        first, which = grouped(values)
        counted = np.bincount(which[at[once_]], minlength=len(first)) + _distinct(which[at[again]], row[again], len(first))
        counted[values[first] == 0] = 0
        of_row = counted[which]
        sizes[key] = _largest(of_row, addresses.start, addresses.count)
        if key == "commune":
            home_size = of_row[np.minimum(addresses.start, len(of_row) - 1)]  # of several communes the first is `home`
            home_size[addresses.columns["home"] == 0] = 0
    first, province = grouped(addresses.columns["province"])
    lives = province[permanent]
    people_of = np.bincount(lives, minlength=len(first))
    people_of[addresses.columns["province"][first] == 0] = 0
    return Counts(
        residents=max(1, world.register.size), at_address=sizes, province=people_of[lives], home=addresses.columns["home"][permanent],
        home_size=home_size[permanent], bearers=np.bincount(people["name"][:-1][people["name"][:-1] >= 0], minlength=len(world.names.start)),
    )  # fmt: skip


def _living_keys(world: World) -> tuple[Array, Array]:
    """For each key row of each residence: the key row, and the resident; residents with several rows come as often."""
    whose, address, _ = world.register.living
    rows, source = expanded(world.addresses.start[address], world.addresses.count[address])
    return rows, whose[source]


def _distinct(which: Array, who: Array, values: int) -> Array:
    """How many people each value has, also where one comes more than once; the rows of each stand together."""
    again = np.zeros(len(which), np.bool_)
    for apart in range(1, int(np.bincount(who).max(initial=1))):  # nobody has more than a few
        again[apart:] |= (which[apart:] == which[:-apart]) & (who[apart:] == who[:-apart])
    return np.bincount(which[np.flatnonzero(~again)], minlength=values)


def _largest(values: Array, start: Array, count: Array) -> Array:
    """The largest value among the key rows of each entry, 0 where it has none."""
    found = np.zeros(len(start), values.dtype)
    one, several = np.flatnonzero(count == 1), np.flatnonzero(count > 1)
    found[one] = values[start[one]]
    if len(several):
        rows, _ = expanded(start[several], count[several])
        found[several] = np.maximum.reduceat(values[rows], np.cumsum(count[several]) - count[several])
    return found


def bearers(world: World, counts: Counts, kind: str, names: Array, homes: Array) -> tuple[Array, Array]:
    """How many residents bear what these `names` are under `kind`: in the country, and in the commune `homes`."""
    column = world.names.columns[kind]
    value = column[names]
    first, which = grouped(value)
    values = value[first]
    rows, place = lookup(column[:-1], values)
    total = np.bincount(place, weights=counts.bearers[rows], minlength=len(values)).astype(np.int64)
    of_name = numbered(rows, place + 1, len(column) - 1)
    bearer = of_name[world.register.people["name"][:-1]]
    there = np.flatnonzero(bearer > 0)
    here = mixed(values[bearer[there] - 1], counts.home[there])
    both = mixed(value, homes)
    wanted, asked = grouped(both)
    _, found = lookup(here, both[wanted])
    total[values == 0] = 0
    return total[which], np.bincount(found, minlength=len(wanted))[asked]
