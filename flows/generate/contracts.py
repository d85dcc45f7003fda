"""Electricity contracts: whose name stands on the one for each door, and why it is not always who lives there.

A branch only chooses holder and door. What is true of the contract is found out later from the facts (`truth.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.generate.dice import Dice, table
from flows.generate.neighbours import Neighbourhood
from flows.generate.people import Household, Person
from flows.generate.places import Door
from flows.generate.units import AS_OF

SHARES = {"organisation": 0.032, "stranger": 0.042, "second_home": 0.024, "renumbered": 0.010, "sold": 0.024, "child_place": 0.012,
          "duplicate": 0.010, "nameless": 0.001, "repeated": 0.001, "guest": 0.080}  # fmt: skip
RESIDENT = "resident"
SHARE_TABLE = table([*SHARES.items(), (RESIDENT, 1 - sum(SHARES.values()))], 10_000)
REJECTED = ("nameless", "repeated")
DECEASED_HOLDER = 0.30
UNDERAGE = 0.003
TENANT_HOLDS = 0.6
TRIES = 60
OFFICES = ("Hành chính sự nghiệp", "Kinh doanh", "Sản xuất", "Bơm nước tưới tiêu", "Chiếu sáng công cộng")


@dataclass(frozen=True, slots=True)
class Case:
    """Who holds the contract of which door; `holder` is None for organisations and strangers to the register."""

    kind: str
    holder: Person | None
    door: Door
    purpose: str = ""


class Cases:
    """The cases of one commune, drawn one after another; households take turns, so that each holds about one contract."""

    def __init__(self, here: Neighbourhood, dice: Dice) -> None:
        self.here, self.dice = here, dice
        self.free: list[Household] = []
        self.held: list[Case] = []
        self.guests = [guest for guest in dice.shuffled(here.guests) if guest.tie != "tenant" or dice.chance(TENANT_HOLDS)]
        self.makers: dict[str, Callable[[], Case]] = {
            "organisation": self._organisation, "stranger": self._stranger, "second_home": self._second_home, "renumbered": self._renumbered,
            "sold": self._sold, "child_place": self._child_place, "duplicate": self._duplicate, "guest": self._guest,
        }  # fmt: skip

    def next(self) -> Case:
        """One more case; where a kind is not to be had (no child lives away), a resident's own."""
        kind = self.dice.pick(SHARE_TABLE)
        return self.makers[kind]() if kind in self.makers else self._resident(kind)

    def _resident(self, kind: str = RESIDENT) -> Case:
        household = self._turn()
        case = Case(kind, self._holder(household), household.home)
        self.held.append(case)
        return case

    def _turn(self) -> Household:
        if not self.free:
            self.free = self.dice.shuffled(self.here.households)
        return self.free.pop()

    def _holder(self, household: Household) -> Person:
        """Mostly the head, or the spouse; somebody who died, if nobody changed the contract; another adult; rarely a child."""
        dice, members = self.dice, household.members
        dead = [member for member in members if member.status == "deceased" and member.age_on(AS_OF) > 25]
        if dead and dice.chance(DECEASED_HOLDER):
            return dice.pick(dead)
        if dice.chance(UNDERAGE):
            return dice.pick(members)
        adults = household.adults(AS_OF)
        if not adults:
            return members[0]
        roll = dice.random()
        return adults[0] if roll < 0.72 or len(adults) == 1 else adults[1] if roll < 0.92 else dice.pick(adults)

    def _organisation(self) -> Case:
        return Case("organisation", None, self._empty_door(), self.dice.pick(OFFICES))

    def _stranger(self) -> Case:
        door = self.dice.pick(self.here.households).home if self.dice.chance(0.3) else self._empty_door()
        return Case("stranger", None, door)

    def _second_home(self) -> Case:
        door = self._empty_door()
        return Case("second_home", self._holder(self._living_elsewhere(door)), door)

    def _sold(self) -> Case:
        """The house changed hands, the contract did not: another household is registered there."""
        door = self._turn().home
        return Case("sold", self._holder(self._living_elsewhere(door)), door)

    def _renumbered(self) -> Case:
        """The contract still has the number that the house bore before the street was renumbered."""
        household = self._turn()
        return Case("renumbered", self._holder(household), self.here.layout.door(self.dice, household.home.spot))

    def _living_elsewhere(self, door: Door) -> Household:
        """A household of the commune that is registered at another door (in another hamlet, where doors bear no number)."""
        for _ in range(TRIES):
            household = self.dice.pick(self.here.households)
            if household.home is not door:
                break
        return household

    def _empty_door(self) -> Door:
        return self.here.layout.door(self.dice, self.dice.pick(self.here.layout.spots))

    def _child_place(self) -> Case:
        """A grown child lives there, the parent at home holds the contract."""
        for _ in range(TRIES):
            members = self.dice.pick(self.here.households).members
            away = next((member.current for member in members[1:] if member.current), None)
            if away:
                return Case("child_place", members[0], away)
        return self._resident()

    def _duplicate(self) -> Case:
        """A second household contract of a household at its own door."""
        if not self.held:
            return self._resident()
        household = self.dice.pick(self.held).holder
        assert household is not None
        return Case("duplicate", self._holder(household.household), household.household.home, "Sinh hoạt")

    def _guest(self) -> Case:
        if not self.guests:
            return self._second_home()
        guest = self.guests.pop()
        return Case("guest", self._holder(guest.household), guest.door)
