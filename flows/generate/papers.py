"""The number in a contract: the right one, an old one, one that lost its zeros, somebody else's, mistyped, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.generate.dice import Dice, table
from flows.generate.neighbours import Neighbourhood
from flows.generate.numbers import STRANGERS, surely_free, well_formed
from flows.generate.people import Person
from flows.generate.places import Door
from flows.generate.units import AS_OF

MISSING = 0.20
TWELVE_DIGITS = ((date(2021, 3, 1), 0.93), (date(2016, 1, 1), 0.55), (date(1900, 1, 1), 0.44))
ERRORS_12 = {"zero_lost": 0.070, "typo": 0.030, "borrowed": 0.020, "not_in_register": 0.010, "invalid": 0.012}
ERRORS_9 = {"old_zero_lost": 0.150, "borrowed": 0.015, "invalid": 0.010}
TABLE_12 = table([*ERRORS_12.items(), ("ok", 1 - sum(ERRORS_12.values()))], 1000)
TABLE_9 = table([*ERRORS_9.items(), ("old", 1 - sum(ERRORS_9.values()))], 1000)
FORMS = table([("{}", 0.955), ("{} ", 0.01), (" {}", 0.01), ("'{}", 0.01), ("spaced", 0.012), ("CCCD {}", 0.003)], 1000)
NOTHING = ("",) * 30 + ("0", "chưa có", "-", "không có")  # how clerks write that there is no number
BROKEN = ("123", "000000000000", "1.23457E+11", "B1234567", "12345678901234")


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of a number and what became of it: `condition` says so, `plain` has the digits only."""

    text: str
    condition: str
    plain: str = ""

    @property
    def usable(self) -> bool:
        """True if the number leads to the holder: their own, repaired or one slip away."""
        return self.condition in ("ok", "zero_lost", "old", "old_zero_lost", "typo")


def no_paper(dice: Dice) -> Paper:
    """No number in the row."""
    return Paper(dice.pick(NOTHING), "missing")


def paper(holder: Person, door: Door, signed: date, here: Neighbourhood, dice: Dice) -> Paper:
    """The number written for a holder on that day. One registered in another commune always leaves one that can be traced:
    without it nobody could tell who is meant, and the truth would be a guess."""
    far = holder.household.home.spot.commune is not here.commune
    if not far and dice.chance(MISSING):
        return no_paper(dice)
    share = next(share for since, share in TWELVE_DIGITS if signed >= since)
    modern = dice.chance(share) or not holder.old_number or (far and not holder.old_number_known)
    condition = dice.pick(TABLE_12 if modern else TABLE_9)
    if far and condition in ("borrowed", "not_in_register", "invalid"):
        condition = "ok" if modern else "old"
    if condition == "borrowed" and not any(residence is door for _, residence in holder.doors):
        condition = "ok" if modern else "old"
    return _WRITERS[condition](holder, here, dice)


def _form(digits: str, dice: Dice) -> str:
    form = dice.pick(FORMS)
    if form == "spaced":
        return " ".join((digits[:3], digits[3:6], digits[6:])) if len(digits) == 12 else digits
    return form.format(digits)


def _own(holder: Person, _: Neighbourhood, dice: Dice) -> Paper:
    return Paper(_form(holder.number, dice), "ok", holder.number)


def _old(holder: Person, _: Neighbourhood, dice: Dice) -> Paper:
    condition = "old" if holder.old_number_known else "not_in_register"
    return Paper(_form(holder.old_number, dice), condition, holder.old_number)


def _zero_lost(holder: Person, _: Neighbourhood, __: Dice) -> Paper:
    return Paper(holder.number.lstrip("0"), "zero_lost", holder.number)


def _old_zero_lost(holder: Person, here: Neighbourhood, dice: Dice) -> Paper:
    number = holder.old_number
    if not number.startswith("0") or number.startswith("00") or not holder.old_number_known:
        return _old(holder, here, dice)
    return Paper(number[1:], "old_zero_lost", number)


def _borrowed(holder: Person, here: Neighbourhood, dice: Dice) -> Paper:
    """The number of the one who went to the office: a spouse, a child, or a neighbour who holds a contract too."""
    kin = [member for member in holder.household.members if member is not holder and member.age_on(AS_OF) > 17]
    owner = dice.pick(kin) if kin and dice.chance(0.65) else dice.pick(here.households).members[0]
    return Paper(owner.number, "borrowed", owner.number) if owner is not holder else _own(holder, here, dice)


def _not_in_register(holder: Person, here: Neighbourhood, dice: Dice) -> Paper:
    number = here.counters.personal(holder.number[:3], holder.sex, holder.birth.year, STRANGERS)
    return Paper(_form(number, dice), "not_in_register", number)


def _invalid(holder: Person, _: Neighbourhood, dice: Dice) -> Paper:
    if dice.chance(0.4):
        return Paper(holder.number[: dice.between(4, 7)], "invalid")
    return Paper(dice.pick(BROKEN), "invalid")


def _typo(holder: Person, here: Neighbourhood, dice: Dice) -> Paper:
    """One slip of the hand in the holder's own number, such that the result is nobody else's."""
    number = holder.number
    for _ in range(30):
        roll, place = dice.random(), dice.between(3, 11)
        if roll < 0.55:
            digit = str((int(number[place]) + dice.between(1, 9)) % 10)
            slip = number[:place] + digit + number[place + 1 :]
        elif roll < 0.80:
            place = min(place, 10)
            slip = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        elif roll < 0.92:
            slip = number[:place] + number[place + 1 :]
        else:
            slip = number[:place] + str(dice.below(10)) + number[place:]
        if slip != number and (len(slip) != 12 or not well_formed(slip) or surely_free(slip, here.counters, here.numbers)):
            return Paper(slip, "typo", slip)
    return _own(holder, here, dice)


def organisation_paper(dice: Dice) -> Paper:
    """A tax code, or nothing."""
    if dice.chance(0.45):
        return no_paper(dice)
    return Paper(f"0{dice.between(100000000, 399999999)}", "invalid")


def passport(dice: Dice) -> Paper:
    """A foreigner's passport number, or nothing."""
    if dice.chance(MISSING):
        return no_paper(dice)
    return Paper(f"{dice.pick('MEPAXG')}{dice.between(1000000, 99999999)}", "invalid")


def stranger_paper(sex: str, year: int, here: Neighbourhood, dice: Dice) -> Paper:
    """A number that no resident in the register bears, of someone of that sex and year, or nothing."""
    if dice.chance(MISSING):
        return no_paper(dice)
    habits, counters = here.commune.habits, here.counters
    old = dice.chance(0.3)
    number = counters.identity_card(habits.old_number, guest=True) if old else counters.personal(f"0{habits.code}", sex, year, STRANGERS)
    return Paper(_form(number, dice), "not_in_register", number)


_WRITERS = {"ok": _own, "old": _old, "zero_lost": _zero_lost, "old_zero_lost": _old_zero_lost, "borrowed": _borrowed,
            "not_in_register": _not_in_register, "invalid": _invalid, "typo": _typo}  # fmt: skip
