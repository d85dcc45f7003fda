"""Streets, alleys, hamlets and doors of a commune, with the line under which the register knows each door.

A door is one object: two households at one door share it, so "the same place" is identity. A hamlet without house numbers
has one door for all, because nobody who reads the two files could tell its houses apart.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache

from flows.generate.dice import Dice
from flows.generate.letters import DATA
from flows.generate.units import PEOPLE_A_COMMUNE, Commune
from matching.standardise.admin_units import OldUnit

STREETS_A_COMMUNE = 45
PEOPLE_A_HAMLET = 900


@dataclass(frozen=True, eq=False)
class Spot:
    """A street (`kind` đường or phố) or a hamlet (any other kind) within one old commune; `people` is its size."""

    commune: Commune
    old: OldUnit
    kind: str
    name: str
    people: int
    numbered: bool
    group: str

    @property
    def street(self) -> bool:
        """True for a street, False for a hamlet."""
        return self.kind in ("đường", "phố")


@dataclass(frozen=True, slots=True)
class OldStreet:
    """A street of one commune (by its place in the world) that the commune's second office still writes by the name it bore before."""

    commune: int
    name: str
    old: str

    def door(self, door: Door) -> Door:
        """The same house under the old name."""
        return replace(door, spot=replace(door.spot, name=self.old))


@dataclass(frozen=True, eq=False)
class Door:
    """Where somebody lives: house and alley chain (outermost first) at a spot, or a unit of a building; compared by identity."""

    spot: Spot
    house: str = ""
    alley: tuple[str, ...] = ()
    building: str = ""
    text: str = ""


@dataclass(frozen=True, eq=False)
class Layout:
    """The spots of one commune, the style in which its office writes addresses, and the one door of each hamlet without numbers."""

    commune: Commune
    spots: tuple[Spot, ...]
    style: int
    common: dict[int, Door]
    _doors: dict[int, _Doors] = field(default_factory=dict)

    def empty(self) -> Layout:
        """The same streets and hamlets with nobody in them yet."""
        return replace(self, _doors={})

    def door(self, dice: Dice, spot: Spot) -> Door:
        """A door of the spot that nobody had yet (the hamlet's one door where houses bear no number)."""
        if not spot.numbered:
            return self.common[id(spot)]
        if id(spot) not in self._doors:
            self._doors[id(spot)] = _Doors(spot, self.style)
        return self._doors[id(spot)].next(dice)

    def guest_door(self, dice: Dice, spot: Spot) -> Door:
        """A door for people who own or rent elsewhere: numbers above those that `door` gives, so no other household is there."""
        if not spot.numbered:
            return self.common[id(spot)]
        # A street's own numbers reach about an eighth of its people, a hamlet's about half.
        house = str((spot.people // 4 if spot.street else spot.people) + 2 + 2 * dice.below(100))
        return _with_text(Door(spot, house), self.style)


class _Doors:
    """The doors of one spot in the order in which they fill: the street itself first, then alley after alley."""

    def __init__(self, spot: Spot, style: int) -> None:
        self.spot, self.style = spot, style
        self.used: set[tuple[str, tuple[str, ...], str]] = set()
        self.front = 0
        self.alley: tuple[str, ...] = ()
        self.left = 0
        self.house = 0

    def next(self, dice: Dice) -> Door:
        """A door of the spot that nobody has got yet."""
        while True:
            house, alley, building = self._number(dice)
            if (house, alley, building) not in self.used:
                self.used.add((house, alley, building))
                return _with_text(Door(self.spot, house, alley, building), self.style)

    def _number(self, dice: Dice) -> tuple[str, tuple[str, ...], str]:
        if not self.spot.street:
            self.front += dice.between(1, 3)
            return str(self.front), (), ""
        roll = dice.random()
        if roll < 0.04:
            tower = dice.pick(("A", "B", "CT1", "CT2"))
            return "", (), f"{dice.between(2, 25):d}{dice.between(1, 12):02d}/{tower}"
        if roll < 0.38:
            self.front += dice.between(1, 2)
            return _lettered(dice, self.front), (), ""
        if self.left <= 0:
            self._open_alley(dice)
        self.left -= 1
        self.house += dice.between(1, 2)
        return _lettered(dice, self.house), self.alley, ""

    def _open_alley(self, dice: Dice) -> None:
        self.left, self.house = dice.between(6, 30), 0
        if self.alley and dice.chance(0.35):
            self.alley = (self.alley[0], str(dice.between(1, 40)))
            return
        letter = dice.pick(("A", "B")) if dice.chance(0.06) else ""
        self.alley = (f"{dice.between(2, max(30, self.front * 2))}{letter}",)


def _lettered(dice: Dice, number: int) -> str:
    return f"{number}{dice.pick('ABC')}" if dice.chance(0.06) else str(number)


def _with_text(door: Door, style: int) -> Door:
    """The door with the line under which the register knows it, in the form in force on the as-of date."""
    commune = door.spot.commune
    line = ", ".join(part for part in (*local_parts(door, style), commune.name, commune.province) if part)
    return Door(door.spot, door.house, door.alley, door.building, line)


def local_parts(door: Door, style: int) -> list[str]:
    """House, alleys, street and hamlet of a door as an office writes them: style 0 with a word before each, 1 short."""
    spot = door.spot
    if not spot.street:
        hamlet = f"{spot.kind[:1].upper()}{spot.kind[1:]} {spot.name}"
        return [f"Số {door.house}" if style == 0 else door.house, hamlet] if door.house else [hamlet]
    street = f"{spot.kind} {spot.name}"
    group = [spot.group] if spot.group and style == 0 else []
    if door.building:
        unit, _, tower = door.building.partition("/")
        return [f"Căn hộ {unit}", f"tòa {tower}", street, *group]
    return [*numbered(door, style), street, *group] if style == 0 else [f"{numbered(door, style)[0]} {street}", *group]


def numbered(door: Door, style: int) -> list[str]:
    """House and alley chain by the way of the region: `Số 5, ngách 34/7, ngõ 34` or `34/7/5`."""
    way = door.spot.commune.way
    if not door.alley:
        return [f"Số {door.house}" if style == 0 else door.house]
    slash = "/".join((*door.alley, door.house))
    if way == "south" or style == 1:
        return [f"Số {slash}" if style == 0 else slash]
    inner = ("kiệt", "hẻm") if way == "central" else ("ngõ", "ngách")
    chain = [f"{inner[0]} {door.alley[0]}"]
    if len(door.alley) > 1:
        chain.insert(0, f"{inner[1]} {'/'.join(door.alley)}")
    return [f"Số {door.house}", *chain]


@cache
def _words(table: str, name: str) -> tuple[str, ...]:
    with (DATA / "places.toml").open("rb") as file:
        listing: str = tomllib.load(file)[table][name]
    return tuple(word.strip() for word in listing.replace("\n", "").split("|"))


def layout(seed: int, commune: Commune, people: int) -> Layout:
    """The spots of a commune of so many people: as many streets or hamlets as keep the country's density on each."""
    dice = Dice(seed, "layout", commune.code)
    count = STREETS_A_COMMUNE * people / PEOPLE_A_COMMUNE if commune.urban else people / PEOPLE_A_HAMLET
    count = max(2, round(count))
    sizes = dice.split(people, [0.4 + dice.random() for _ in range(count)])
    olds = _old_of_each(dice, commune, count)
    make = _streets if commune.urban else _hamlets
    spots = make(dice, commune, list(zip(sizes, olds, strict=True)))
    style = 1 if dice.chance(0.3) else 0
    return Layout(commune, spots, style, {id(spot): _with_text(Door(spot), style) for spot in spots})


def _old_of_each(dice: Dice, commune: Commune, count: int) -> list[OldUnit]:
    """An old commune for each spot, in proportion to the weights; divided ones first, so that a small world has some too."""
    ranked = sorted(dice.shuffled(commune.olds), key=lambda pair: len({e.new_code for e in pair[0].successors}), reverse=True)
    shares = dice.split(count, [weight for _, weight in ranked])
    spread = [old for (old, _), share in zip(ranked, shares, strict=True) for old in [old] * share]
    return spread


def _streets(dice: Dice, commune: Commune, sizes: list[tuple[int, OldUnit]]) -> tuple[Spot, ...]:
    names = dice.shuffled(list(dict.fromkeys((*_words("streets", "common"), *_words("streets", commune.way)))))
    kinds = ("phố", "phố", "đường") if commune.way == "north" else ("đường",)
    spots = []
    for place, (people, old) in enumerate(sizes):
        group = f"{'tổ dân phố' if commune.way != 'south' else 'khu phố'} {dice.between(1, 12)}" if dice.chance(0.3) else ""
        spots.append(Spot(commune, old, dice.pick(kinds), names[place % len(names)], people, True, group))
    return tuple(spots)


def _hamlets(dice: Dice, commune: Commune, sizes: list[tuple[int, OldUnit]]) -> tuple[Spot, ...]:
    kinds = commune.habits.hamlets
    if commune.name.startswith("Phường"):
        kinds = ("khu phố", *kinds) if commune.way == "south" else ("tổ dân phố", *kinds)
    named = {"bản": "mountain", "buôn": "highland", "làng": "highland", "bon": "highland"}
    free = {kind: dice.shuffled(_words("hamlets", named.get(kind, _region(commune)))) for kind in kinds}
    spots = []
    for place, (people, old) in enumerate(sizes):
        kind = kinds[place % len(kinds)]
        by_name = kind in named or (kind not in ("khu phố", "tổ dân phố") and dice.chance(0.45))
        name = free[kind].pop() if by_name and free[kind] else str(place + 1)
        spots.append(Spot(commune, old, kind, name, people, commune.way == "south" and dice.chance(0.5), ""))
    return tuple(spots)


def _region(commune: Commune) -> str:
    if commune.way == "south":
        return "south"
    return commune.habits.names if commune.habits.names in ("north_central", "central") else "north"
