"""The clerk: from a case (who, where) to the row that stands in the partner's file, with everything that was written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from flows.generate.contracts import Case, Cases
from flows.generate.dice import Dice, table
from flows.generate.letters import DATA, fold
from flows.generate.names import full_name, surname
from flows.generate.neighbours import Neighbourhood
from flows.generate.noise import JOINT_HOLDER, Noise, WrittenName, medium, noised
from flows.generate.numbers import phone
from flows.generate.papers import Paper, organisation_paper, paper, passport, stranger_paper
from flows.generate.people import Person
from flows.generate.places import Door
from flows.generate.units import AS_OF
from flows.generate.written import WrittenAddress, written_address

FOREIGNER = 0.06
OTHER_NAME_USED = 0.2
SIGNED_YOUNG = 0.002
HOUSEHOLD_PURPOSES = ("Sinh hoạt", "Sinh hoạt bậc thang", "SHBT")
PURPOSES = table([("Sinh hoạt", 0.86), ("Sinh hoạt bậc thang", 0.05), ("SHBT", 0.02), ("Kinh doanh", 0.045), ("Sản xuất", 0.015),
                  ("Nông nghiệp", 0.01)], 1000)  # fmt: skip
NOTES = table([("", 0.93), ("Đã đổi công tơ", 0.02), ("Chờ xác minh", 0.02), ("Dùng chung", 0.015), ("KH vắng nhà; gọi sau", 0.01),
               ("=SUM(A1)", 0.0005), ("Nợ 1 kỳ", 0.0045)], 2000)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contract:
    """One row of the partner's file with the facts behind it."""

    record_id: str
    kind: str
    holder: Person | None
    true_name: str
    door: Door
    signed: date
    name: WrittenName
    paper: Paper
    phone: str
    phone_old: bool
    address: WrittenAddress
    purpose: str
    households: int
    note: str


@cache
def _holders() -> dict[str, list[str]]:
    with (DATA / "holders.toml").open("rb") as file:
        return tomllib.load(file)


class Clerk:
    """Writes the contracts of one commune; `known` are its people by folded name, so that a stranger is taken for nobody."""

    def __init__(self, here: Neighbourhood, known: dict[str, list[Person]]) -> None:
        self.here, self.known = here, known
        self.dice = Dice(here.plan.seed, "contracts", here.index)
        self.cases = Cases(here, self.dice)
        self.serial = 0
        self.misnamed: dict[int, Door] = {}

    def contracts(self, count: int) -> list[Contract]:
        """So many rows, in the order of their customer codes; a repeated row stands twice."""
        made: list[Contract] = []
        while len(made) < count:
            contract = self._written(self.cases.next())
            made.extend([contract] * (2 if contract.kind == "repeated" else 1))
        return made[:count]

    def _written(self, case: Case) -> Contract:
        dice = self.dice
        signed = self._signed(case.holder)
        on_name, on_address = medium(dice)
        address = written_address(case.door, signed, dice, on_address)
        number, prefix_old = phone(dice, signed)
        if case.holder is None:
            true_name, name, document = self._unknown(case, on_name)
        else:
            document = paper(case.holder, case.door, signed, self.here, dice)
            true_name, name = case.holder.name, self._holder_name(case, case.holder, on_name, document)
        code = self._code()
        door = self._as_named(case.door, code)
        if door is not case.door:  # dice of its own, so that all that comes after is as it would have been
            address = written_address(door, signed, Dice(self.here.plan.seed, "old street", code), on_address)
        return Contract(
            code, case.kind, case.holder, true_name, door, signed, name, document, number, prefix_old, address,
            case.purpose or dice.pick(PURPOSES), dice.between(2, 6) if dice.chance(0.04) else 1, dice.pick(NOTES),
        )  # fmt: skip

    def _as_named(self, door: Door, code: str) -> Door:
        """The door under the name that the office of the code has for its street; the door itself but for a world with an old street."""
        old, offices = self.here.plan.old_street, self.here.commune.habits.units
        if old is None or old.commune != self.here.index or door.spot.name != old.name or code.startswith(offices[0]):
            return door
        return self.misnamed.setdefault(id(door), old.door(door))

    def _signed(self, holder: Person | None) -> date:
        """The day of signing: the holder was of age and alive, but for a few whose name was put down as a child."""
        if holder is None:
            return self._day(date(1998, 1, 1), AS_OF)
        of_age = holder.birth + timedelta(days=18 * 366)
        if of_age > AS_OF or self.dice.chance(SIGNED_YOUNG):
            of_age = holder.birth + timedelta(days=700)
        dead = holder.status_date if holder.status == "deceased" else None
        return self._day(of_age, dead or AS_OF)

    def _day(self, earliest: date, latest: date) -> date:
        """A day between the two, more often a late one; the first of them if they are the wrong way round."""
        start = max(earliest, date(1995, 1, 1)).toordinal()
        end = min(latest, AS_OF - timedelta(days=3)).toordinal()
        return date.fromordinal(min(start + int(max(0, end - start) * self.dice.random() ** 0.62), AS_OF.toordinal()))

    def _holder_name(self, case: Case, holder: Person, hand: Noise, document: Paper) -> WrittenName:
        dice = self.dice
        if case.kind == "nameless":
            return WrittenName("", ())
        if holder.other_name and document.usable and dice.chance(OTHER_NAME_USED):
            written = noised(holder.other_name, dice, hand, holder.sex, plain=True)
            return WrittenName(written.text, ("other_name", *written.noise))
        couple = holder.household.members[:2]
        spouses = (member.name for member in couple if holder in couple and member is not holder and member.relation != "Con")
        joint = next(spouses, "") if dice.chance(JOINT_HOLDER) else ""
        return noised(holder.name, dice, hand, holder.sex, joint=joint, traceable=document.usable)

    def _unknown(self, case: Case, hand: Noise) -> tuple[str, WrittenName, Paper]:
        """Name and paper of a holder that no resident is: an organisation, a foreigner, somebody registered outside the world."""
        dice, commune = self.dice, self.here.commune
        if case.kind == "organisation":
            text = dice.pick(_holders()["organisations"]).format(dice.pick(_holders()["firms"]), unit=commune.name)
            changed = hand.change(text, dice)
            return text, WrittenName(changed, (hand.name,) if changed != text else ()), organisation_paper(dice)
        if dice.chance(FOREIGNER):
            text = dice.pick(_holders()["foreigners"])
            return text, WrittenName(text, ()), passport(dice)
        sex, year = ("male" if dice.chance(0.6) else "female"), dice.between(1945, 2003)
        document = stranger_paper(sex, year, self.here, dice)
        name = self._stranger_name(sex, year, case.door, document.condition == "missing")
        return name, noised(name, dice, hand, sex), document

    def _stranger_name(self, sex: str, year: int, door: Door, anywhere: bool) -> str:
        """A name that no resident of the street or hamlet bears (of the commune, if no number tells the stranger apart)."""
        dice, commune = self.dice, self.here.commune
        region, people = commune.habits.names, dice.pick(commune.peoples)
        while True:
            name = full_name(dice, people, region, sex, year, surname(dice, people, region))
            bearers = self.known.get(fold(name), ())
            if not any(anywhere or any(home and home.spot is door.spot for _, home in bearer.doors) for bearer in bearers):
                return name
            people = "kinh"

    def _code(self) -> str:
        self.serial += 1
        units = self.here.commune.habits.units
        unit = units[1] if self.serial % 10 == 9 and len(units) > 1 else units[0]
        return f"{unit}{(self.here.index * 40_000 + self.serial) * 7 % 10_000_000:07d}"
