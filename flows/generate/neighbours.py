"""A commune with everybody who matters in it: its residents, and the people registered elsewhere who have a place here.

Every commune is a pure function of the seed and its own index, so a world streams one commune at a time. People registered
in another commune are numbered by the commune where they have a place; the other one can make them again to know them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

from flows.generate.dice import Dice, table
from flows.generate.numbers import Counters
from flows.generate.people import Household, Registrar
from flows.generate.places import Door, Layout, OldStreet, layout
from flows.generate.units import AS_OF, Commune

GUEST_SHARE = 0.024
GUEST_TIES = {"tenant": 0.30, "settled": 0.22, "unregistered": 0.26, "landlord": 0.14, "child_here": 0.08}
TIE_TABLE = table(list(GUEST_TIES.items()), 1000)
SHARED_DOOR = 0.17
AWAY = 0.02


@dataclass(frozen=True, eq=False)
class Plan:
    """What a world is made of: its seed, its communes with the people of each, and a street that an office has under an old name."""

    seed: int
    communes: tuple[Commune, ...]
    people: tuple[int, ...]
    old_street: OldStreet | None = None

    @cached_property
    def homes(self) -> tuple[tuple[int, ...], ...]:
        """For each commune those where people who have a place in it are registered: one of its province if there is one, and one far off."""
        count, provinces = len(self.communes), [commune.province_code for commune in self.communes]
        near = [[i for i in (*range(index + 1, count), *range(index)) if provinces[i] == provinces[index]] for index in range(count)]
        return tuple((*near[index][:1], (index + 1 + count // 2) % count) for index in range(count))

    def sources(self, index: int) -> list[int]:
        """The communes in which people registered in commune `index` have a place."""
        return [source for source, homes in enumerate(self.homes) if index in homes]

    def counters(self, index: int) -> Counters:
        """Fresh counters for a commune's numbers; its rank is among the communes that share the first digits of old numbers."""
        digits = self.communes[index].habits.old_number
        rank = sum(commune.habits.old_number == digits for commune in self.communes[:index])
        return Counters(index, rank, len(self.communes))


@dataclass(frozen=True, eq=False)
class Guest:
    """A household registered in another commune that has a place here: why (`tie`), and at which door."""

    household: Household
    tie: str
    door: Door


@lru_cache(maxsize=8)
def place_of(plan: Plan, index: int) -> Layout:
    """The empty streets and hamlets of a commune: the same objects for all who ask, so that a place is one by identity."""
    return layout(plan.seed, plan.communes[index], plan.people[index])


def visitors(plan: Plan, index: int, counters: Counters) -> list[tuple[Household, str]]:
    """Households registered elsewhere that have a place in this commune, and why; a pure function of plan and index."""
    dice = Dice(plan.seed, "guests", index)
    registrar = Registrar(dice, plan.communes[index], counters, guest=True)
    homes = [place_of(plan, home) for home in plan.homes[index]]
    found = []
    for _ in range(round(plan.people[index] * GUEST_SHARE)):
        home = dice.pick(homes)
        household = registrar.household(home.guest_door(dice, dice.pick(home.spots)))
        if household.adults(AS_OF):
            found.append((household, dice.pick(TIE_TABLE)))
    return found


def _guest(household: Household, tie: str, households: list[Household], place: Layout, dice: Dice) -> Guest:
    """A visitor with a door here: tenants and landlords often share one with a household that is registered there."""
    shared = tie in ("landlord", "tenant") and dice.chance(0.5)
    door = dice.pick(households).home if shared else place.door(dice, dice.pick(place.spots))
    guest = Guest(household, tie, door)
    settle(guest, dice)
    return guest


def settle(guest: Guest, dice: Dice) -> None:
    """Give a guest its residences here: what the register knows depends on the tie, and of some it knows nothing."""
    living = [member for member in guest.household.members if member.status != "deceased"]
    if guest.tie == "tenant":
        until = AS_OF + timedelta(days=dice.between(-60, 700))
        for member in living:
            member.temporary, member.until = guest.door, until
    elif guest.tie == "settled":
        for member in living:
            member.current = guest.door
    elif guest.tie == "child_here" and len(living) > 1:
        young = min(living[1:], key=lambda member: (abs(member.age_on(AS_OF) - 23), member.id))
        if dice.chance(0.5):
            young.temporary, young.until = guest.door, AS_OF + timedelta(days=dice.between(30, 700))
        else:
            young.current = guest.door


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """One commune ready for contracts: residents, guests, and people registered here who have a place in another commune."""

    plan: Plan
    index: int
    layout: Layout
    households: list[Household]
    guests: list[Guest]
    others: list[Household]
    counters: Counters
    numbers: set[str]

    @property
    def commune(self) -> Commune:
        """The commune itself."""
        return self.plan.communes[self.index]


def neighbourhood(plan: Plan, index: int) -> Neighbourhood:
    """Make one commune: visitors first, since residents fill what is left of its number of people."""
    counters, place = plan.counters(index), place_of(plan, index).empty()
    visiting = visitors(plan, index, counters)
    people = plan.people[index] - sum(len(household.members) for household, _ in visiting)
    dice = Dice(plan.seed, "residents", index)
    households = _residents(dice, plan.communes[index], place, people, counters)
    guests = [_guest(household, tie, households, place, dice) for household, tie in visiting]
    numbers = {member.number for household in households for member in household.members}
    numbers |= {member.number for household, _ in visiting for member in household.members}
    return Neighbourhood(plan, index, place, households, guests, _registered_here(plan, index), counters, numbers)


def _registered_here(plan: Plan, index: int) -> list[Household]:
    """The households of this commune that have a place in another one, which numbered them and writes them."""
    return [household for source in plan.sources(index) for household, _ in visitors(plan, source, plan.counters(source))
            if household.home.spot.commune is plan.communes[index]]  # fmt: skip


def _residents(dice: Dice, commune: Commune, place: Layout, people: int, counters: Counters) -> list[Household]:
    registrar = Registrar(dice, commune, counters)
    shares = dice.split(people, [spot.people for spot in place.spots])
    households: list[Household] = []
    for spot, share in zip(place.spots, shares, strict=True):
        left, door = share, place.door(dice, spot)
        while left > 0:
            household = registrar.household(door)
            del household.members[left:]
            left -= len(household.members)
            households.append(household)
            _away(dice, household, place)
            if not dice.chance(SHARED_DOOR):
                door = place.door(dice, spot)
    return households


def _away(dice: Dice, household: Household, place: Layout) -> None:
    """Some grown children live at another door of the commune, and have said so."""
    for member in household.members[1:]:
        if member.relation == "Con" and member.status == "alive" and dice.chance(AWAY) and member.age_on(AS_OF) >= 19:
            member.current = place.guest_door(dice, dice.pick(place.spots))
