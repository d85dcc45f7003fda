"""Residents: households with the ages, kin, surnames and fortunes that Vietnamese households have.

Spouses keep their own surnames, children take their father's (their mother's among the Ê Đê); families of one hamlet share
few surnames; twins share a birthday and often all but one letter of the name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flows.generate.dice import Dice, table
from flows.generate.names import full_name, surname
from flows.generate.numbers import GUESTS, PROVINCES, Counters
from flows.generate.places import Door
from flows.generate.units import AS_OF, Commune

TODAY = AS_OF.toordinal()
HERE_BORN = 0.86
TWINS = 0.012
OLD_NUMBER_KNOWN = 0.93
NUMBER_CONTRADICTS = 0.001
OTHER_NAME = 0.025
STATUSES = (("absent", 0.004), ("missing", 0.0006), ("left", 0.0025))
DEATH_BY_AGE = ((75, 0.17), (65, 0.075), (50, 0.034), (30, 0.012), (0, 0.003))
DISTRIBUTION = table([("elder", 0.05), ("single", 0.045), ("old_couple", 0.085), ("couple", 0.07), ("family", 0.47),
                      ("three", 0.20), ("one_parent", 0.08)], 1000)  # fmt: skip
CHILDREN = table([(1, 0.26), (2, 0.5), (3, 0.18), (4, 0.06)], 1000)


@dataclass(eq=False, slots=True)
class Person:
    """A resident. Filled in step by step while the world is made; `birth_form` is how exactly the register knows the birth date."""

    id: str
    name: str
    sex: str
    birth: date
    household: Household
    relation: str
    number: str = ""
    old_number: str = ""
    old_number_known: bool = False
    other_name: str = ""
    birth_form: str = "day"
    status: str = "alive"
    status_date: date | None = None
    temporary: Door | None = None
    current: Door | None = None
    until: date | None = None

    @property
    def doors(self) -> tuple[tuple[str, Door | None], ...]:
        """The residences the register knows, by kind, in the order in which they count."""
        temporary = self.temporary if self.until is None or self.until >= AS_OF else None
        return (("permanent", self.household.home), ("temporary", temporary), ("current", self.current))

    def age_on(self, day: date) -> int:
        """Full years on a day."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


@dataclass(eq=False, slots=True)
class Household:
    """People registered together at one door; the first member is its head."""

    id: str
    home: Door
    people: str
    members: list[Person] = field(default_factory=list)

    def adults(self, day: date) -> list[Person]:
        """Members who are alive and at least 20 on a day."""
        return [member for member in self.members if member.status != "deceased" and member.age_on(day) >= 20]


class Registrar:
    """Makes the households of one commune, numbering people and households as it goes; `guest` for those of another one."""

    def __init__(self, dice: Dice, commune: Commune, counters: Counters, guest: bool = False) -> None:
        self.dice, self.commune, self.counters, self.guest = dice, commune, counters, guest
        self.clans: dict[tuple[int, str], tuple[str, ...]] = {}
        self.people = self.households = 0

    def household(self, home: Door) -> Household:
        """A new household at a door, with everyone in it."""
        dice, commune = self.dice, home.spot.commune
        self.households += 1
        offset = 60_000 if self.guest else 0
        household = Household(f"H{self.commune.index * 100_000 + offset + self.households:08d}", home, dice.pick(commune.peoples))
        _FOUNDERS[dice.pick(DISTRIBUTION)](self, household)
        for member in household.members:
            self._papers(member)
        return household

    def add(self, household: Household, relation: str, sex: str, birth: date, family: str) -> Person:
        """A new member of a household; `family` is the surname or clan."""
        self.people += 1
        offset = 80_000 if self.guest else 0
        region = household.home.spot.commune.habits.names
        name = full_name(self.dice, household.people, region, sex, birth.year, family)
        number = self.commune.index * 100_000 + offset + self.people
        person = Person(f"CD{number:09d}", name, sex, birth, household, relation)
        household.members.append(person)
        return person

    def surname(self, household: Household) -> str:
        """A surname: in a hamlet mostly one of its few families', in a street anybody's."""
        spot, people = household.home.spot, household.people
        region = spot.commune.habits.names
        if spot.street or not self.dice.chance(0.55):
            return surname(self.dice, people, region)
        key = (id(spot), people)
        if key not in self.clans:
            self.clans[key] = tuple(surname(self.dice, people, region) for _ in range(9))
        # A low power of the draw makes the first families of a hamlet the large ones.
        return self.clans[key][int(9 * self.dice.random() ** 1.6)]

    def born(self, age: float) -> date:
        """A birthday of someone about that old, never after the as-of date."""
        return date.fromordinal(min(TODAY - 1, TODAY - int((age + self.dice.random()) * 365.25)))

    def _papers(self, person: Person) -> None:
        dice, habits = self.dice, person.household.home.spot.commune.habits
        province = f"0{habits.code}" if dice.chance(HERE_BORN) else dice.pick(_PROVINCES)
        sex, year = person.sex, person.birth.year
        if dice.chance(NUMBER_CONTRADICTS):
            sex, year = (("male" if sex == "female" else "female"), year) if dice.chance(0.5) else (sex, min(year + 1, AS_OF.year))
        person.number = self.counters.personal(province, sex, year, GUESTS if self.guest else 0)
        if year <= 2006 and (year < 2001 or dice.chance(0.5)):
            person.old_number = self.counters.identity_card(habits.old_number, self.guest)
            person.old_number_known = dice.chance(OLD_NUMBER_KNOWN)
        if dice.chance(OTHER_NAME):
            person.other_name = self._other_name(person)
        if year < 1965:
            roll = dice.random()
            person.birth_form = "year" if roll < 0.03 else "first_january" if roll < 0.09 else "day"
        self._fortune(person)

    def _other_name(self, person: Person) -> str:
        """The name a person goes by: another given name behind the same surname and middle."""
        household = person.household
        region = household.home.spot.commune.habits.names
        used = full_name(self.dice, household.people, region, person.sex, person.birth.year, "x").split(" ")[-1]
        return " ".join([*person.name.split(" ")[:-1], used]) if used not in person.name else ""

    def _fortune(self, person: Person) -> None:
        dice, age = self.dice, AS_OF.year - person.birth.year
        if dice.chance(next(share for limit, share in DEATH_BY_AGE if age >= limit)):
            adult = person.birth.toordinal() + 18 * 365 if age > 18 else person.birth.toordinal()
            earliest = max(adult, date(2004, 1, 1).toordinal())
            person.status = "deceased"
            person.status_date = date.fromordinal(TODAY - int((TODAY - earliest) * dice.random() ** 1.7))
            return
        if age < 16:
            return
        for status, share in STATUSES:
            if dice.chance(share):
                person.status = status
                person.status_date = date.fromordinal(TODAY - dice.below(2500))


def _couple(registrar: Registrar, household: Household, age: float) -> tuple[str, str, float]:
    """Head and spouse of about that age -> (surname of the man, of the woman, age of the woman)."""
    dice = registrar.dice
    man, woman = registrar.surname(household), registrar.surname(household)
    younger = max(18.5, age - dice.random() * 6 + 1)
    if dice.chance(0.74):
        registrar.add(household, "Chủ hộ", "male", registrar.born(age), man)
        registrar.add(household, "Vợ", "female", registrar.born(younger), woman)
    else:
        registrar.add(household, "Chủ hộ", "female", registrar.born(younger), woman)
        registrar.add(household, "Chồng", "male", registrar.born(age), man)
    return man, woman, younger


def _children(registrar: Registrar, household: Household, family: str, mother: float) -> None:
    """Children of a mother of that age; those over 30 have mostly left."""
    dice = registrar.dice
    age = mother - 20.0 - 9 * dice.random()
    for _ in range(dice.pick(CHILDREN)):
        if age < 0:
            return
        if age < 22 or dice.chance(0.62 if age < 30 else 0.22):
            sex = "male" if dice.chance(0.525) else "female"
            first = registrar.add(household, "Con", sex, registrar.born(age), family)
            if dice.chance(TWINS):
                _twin(registrar, household, first, family)
        age -= 1.5 + 5 * dice.random()


def _twin(registrar: Registrar, household: Household, first: Person, family: str) -> None:
    sex = first.sex if registrar.dice.chance(0.7) else ("female" if first.sex == "male" else "male")
    twin = registrar.add(household, "Con", sex, first.birth, family)
    if sex == first.sex and household.people == "kinh":
        twin.name = " ".join([*first.name.split(" ")[:-1], twin.name.split(" ")[-1]])
        near = NEAR_NAMES.get(first.name.split(" ")[-1])
        if near and registrar.dice.chance(0.6):
            twin.name = " ".join([*first.name.split(" ")[:-1], near])


NEAR_NAMES = {"Anh": "Ánh", "Thủy": "Thúy", "Hà": "Hạ", "Tú": "Tư", "Hưng": "Hùng", "Hùng": "Hưng", "An": "Ân", "Thư": "Thu",
              "Phương": "Phượng", "Huyền": "Huyên", "Tuấn": "Tuân", "Thành": "Thanh", "My": "Mỹ"}  # fmt: skip


def _elder(registrar: Registrar, household: Household) -> None:
    sex = "female" if registrar.dice.chance(0.68) else "male"
    age = 62 + 30 * registrar.dice.random() ** 1.5 + (22 if registrar.dice.chance(0.004) else 0)
    registrar.add(household, "Chủ hộ", sex, registrar.born(age), registrar.surname(household))


def _single(registrar: Registrar, household: Household) -> None:
    sex = "male" if registrar.dice.chance(0.6) else "female"
    registrar.add(household, "Chủ hộ", sex, registrar.born(21 + 22 * registrar.dice.random()), registrar.surname(household))


def _old_couple(registrar: Registrar, household: Household) -> None:
    _couple(registrar, household, 54 + 28 * registrar.dice.random())


def _young_couple(registrar: Registrar, household: Household) -> None:
    _couple(registrar, household, 23 + 14 * registrar.dice.random())


def _family(registrar: Registrar, household: Household) -> None:
    man, woman, mother = _couple(registrar, household, 27 + 33 * registrar.dice.random())
    _children(registrar, household, woman if household.people == "ede" else man, mother)


def _three(registrar: Registrar, household: Household) -> None:
    dice = registrar.dice
    man, woman, mother = _couple(registrar, household, 29 + 22 * dice.random())
    age = mother + 24 + 8 * dice.random()
    if dice.chance(0.62):
        registrar.add(household, "Bố", "male", registrar.born(age + 2), man)
    if dice.chance(0.85):
        registrar.add(household, "Mẹ", "female", registrar.born(age), registrar.surname(household))
    _children(registrar, household, woman if household.people == "ede" else man, mother)


def _one_parent(registrar: Registrar, household: Household) -> None:
    dice = registrar.dice
    sex = "female" if dice.chance(0.75) else "male"
    age = 27 + 32 * dice.random()
    family = registrar.surname(household)
    registrar.add(household, "Chủ hộ", sex, registrar.born(age), family)
    _children(registrar, household, family if dice.chance(0.4) else registrar.surname(household), age)


_FOUNDERS = {"elder": _elder, "single": _single, "old_couple": _old_couple, "couple": _young_couple, "family": _family,
             "three": _three, "one_parent": _one_parent}  # fmt: skip
_PROVINCES = tuple(sorted(PROVINCES))
