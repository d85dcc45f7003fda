"""Numbers on papers: personal numbers and old identity numbers that nobody else in the world bears, phones, customer codes.

A personal number is PPP G YY NNNNNN (Decree 137/2015, Art. 13). The last six digits are a shuffled counter: each commune has
a block of its own in every (PPP, G, YY), so numbers are unique in the whole world without a table of those given out, and
whether a mistyped number belongs to somebody can be told from the number itself.
"""

from __future__ import annotations

from datetime import date

from flows.generate.dice import Dice
from flows.generate.units import AS_OF, habits

SPACE = 1_000_000
BLOCK = 1_000
GUESTS, STRANGERS = 640, 840
STEP = 387_421
BACK = pow(STEP, -1, SPACE)
OLD_SPACE, OLD_STEP = 10_000_000, 3_874_209
OLD_BLOCK, OLD_GUESTS = 40_000, 5_000_000
MOBILE_NEW = ("032", "033", "034", "035", "036", "037", "038", "039", "070", "079", "077", "076", "078", "083", "084", "085",
              "081", "082", "056", "058", "090", "091", "093", "094", "096", "097", "098", "086", "089", "088")  # fmt: skip
MOBILE_OLD = ("0162", "0163", "0164", "0165", "0166", "0167", "0168", "0169", "0120", "0121", "0122", "0126", "0128", "0123",
              "0124", "0125", "0127", "0129", "0186", "0188", "0199")  # fmt: skip
MOBILE_BOTH = ("090", "091", "093", "094", "096", "097", "098", "089", "088", "086")
PROVINCES = frozenset(f"0{code}" for code in habits())


def _shift(head: str) -> int:
    return int(head) * 7_919 % SPACE


class Counters:
    """Gives out the numbers of one commune: to residents, to those registered elsewhere, to strangers to the register."""

    def __init__(self, index: int, rank: int, communes: int) -> None:
        self.index, self.rank, self.communes = index, rank, communes
        self.given: dict[tuple[str, int], int] = {}
        self.old: dict[tuple[str, int], int] = {}

    def personal(self, province: str, sex: str, year: int, start: int = 0) -> str:
        """The next personal number for someone born in that year and registered at birth in that province."""
        head = f"{province}{2 * (year // 100 - 19) + (sex == 'female')}{year % 100:02d}"
        used = self.given.get((head, start), 0)
        self.given[head, start] = used + 1
        if start + used >= BLOCK:
            raise ValueError(f"more than {BLOCK - start} people of one commune born in one year in one province")
        return f"{head}{(STEP * (self.index * BLOCK + start + used) + _shift(head)) % SPACE:06d}"

    def identity_card(self, digits: str, guest: bool = False) -> str:
        """The next old number of nine digits, issued where `digits` is the beginning."""
        used = self.old.get((digits, guest), 0)
        self.old[digits, guest] = used + 1
        place = OLD_GUESTS + self.index * 4_000 + used if guest else self.rank * OLD_BLOCK + used
        return f"{digits}{OLD_STEP * place % OLD_SPACE:07d}"


def surely_free(number: str, counters: Counters, known: set[str]) -> bool:
    """Whether a twelve-digit number belongs to nobody in the world: by its block, or by the numbers known of this commune."""
    place = BACK * (int(number[6:]) - _shift(number[:6])) % SPACE
    block, within = divmod(place, BLOCK)
    if block == counters.index:
        return number not in known
    return block >= counters.communes or 500 < within < GUESTS


def well_formed(number: str) -> bool:
    """Whether twelve digits can be a personal number: province, century and sex, a year that has been."""
    if len(number) != 12 or not number.isdigit() or number[:3] not in PROVINCES or number[3] > "3":
        return False
    return birth_year(number) <= AS_OF.year


def birth_year(number: str) -> int:
    """The year of birth that a personal number carries."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def phone(dice: Dice, signed: date) -> tuple[str, bool]:
    """A phone number as a clerk wrote it on that day, and whether it still bears an 11-digit prefix of before 2018-09-15."""
    if dice.chance(0.24):
        return "", False
    if signed < date(2018, 9, 15) and dice.chance(0.22):
        return f"{dice.pick(MOBILE_OLD)}{dice.below(10**7):07d}", True
    digits = f"{dice.pick(MOBILE_BOTH if dice.chance(0.5) else MOBILE_NEW)}{dice.below(10**7):07d}"
    form = dice.random()
    if form < 0.84:
        return digits, False
    if form < 0.90:
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}", False
    if form < 0.95:
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}", False
    return (f"+84{digits[1:]}" if form < 0.98 else digits[1:]), False
