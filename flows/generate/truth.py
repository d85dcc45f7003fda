"""What is true of each contract, derived from the finished world and from what is legibly written, not from how it was made.

Readings of the report's table where it leaves room, so that a comparison with a run says what it means:
* residence is the best of permanent, temporary, current; the level of RESIDENCE_ELSEWHERE is that of the nearest of the three;
* a place is a door; in a hamlet without house numbers it is the hamlet, and "another household at the place" is not judged;
* OTHER_HOUSEHOLD_AT_PLACE and HOUSEHOLD_MEMBER_RESIDENT are said only of a holder who is not resident at the place;
* findings about the number itself (ID_INVALID, ID_NOT_IN_REGISTER, ID_SHARED) hold beside ID_TYPO when both are true;
* ID_CONTRADICTS holds of any well-formed number that disagrees with the linked resident, a borrowed one too;
* findings about the number hold for organisations as well: the report attaches them to every record that is not rejected;
* ADDRESS_REORGANISED is said where the old name means one commune of today, ADDRESS_AMBIGUOUS where it means several;
* a commune that is left out can still be seen: in `Ba Đình, Hà Nội` without kind words, which is today's ward too, and behind a
  street and a number that a district is named with; behind a hamlet's name it cannot, since hamlets of one name are many;
* DUPLICATE_AT_PLACE and OTHER_HOUSEHOLD_AT_PLACE are said where the text shows the door (a duplicate of the holder's own home: the
  street or hamlet), and duplicates of records whose holder can be told;
* a name that the register knows as the holder's other name differs from the legal one: NAME_DIFFERS;
* `ambiguous`: no usable number, no second holder's name, and somebody else of age bears the same name (as far as accents can be seen) as near to the
  written place; `person_id` still says who is meant. Only findings about the record itself are listed then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flows.generate.clerk import HOUSEHOLD_PURPOSES, Contract
from flows.generate.contracts import REJECTED
from flows.generate.letters import fold
from flows.generate.neighbours import Neighbourhood
from flows.generate.noise import WITHOUT_ACCENTS
from flows.generate.numbers import birth_year, well_formed
from flows.generate.people import Person
from flows.generate.places import Door
from flows.generate.units import AS_OF

SEVERE = ("DECEASED", "DUPLICATE_AT_PLACE", "ID_OTHER_PERSON", "RESIDENCE_ELSEWHERE", "HOUSEHOLD_MEMBER_RESIDENT", "OTHER_HOUSEHOLD_AT_PLACE", "STATUS_MISSING",
          "STATUS_ABSENT", "STATUS_LEFT", "IMPLAUSIBLE_AGE", "ID_TYPO", "ID_NOT_IN_REGISTER", "ID_SHARED", "ID_INVALID", "ID_CONTRADICTS", "NAME_DIFFERS",
          "ADDRESS_UNREADABLE", "ADDRESS_CONTRADICTS")  # fmt: skip
BENIGN = (
    "ID_MISSING",
    "ID_OLD_NUMBER",
    "ID_ZERO_LOST",
    "NAME_FORM",
    "ADDRESS_REORGANISED",
    "ADDRESS_AMBIGUOUS",
    "ADDRESS_INCOMPLETE",
    "PHONE_OLD_PREFIX",
)
ORDER = {code: place for place, code in enumerate((*SEVERE, *BENIGN))}
OLDEST = 110


class Truth(NamedTuple):
    """One row of truth.csv."""

    record_id: str
    person_id: str
    outcome: str
    findings: str
    residence: str
    address_level: str
    old_commune_code: str
    commune_code: str
    id_condition: str
    name_noise: str
    address_noise: str


@dataclass(frozen=True, slots=True)
class _Residence:
    """Where the holder lives as seen from the place; `judged` False if too little is written to say."""

    kind: str
    level: str = ""
    incomplete: bool = False


class Facts:
    """What one commune's finished world says: who is registered where, and what stands on several contracts."""

    def __init__(self, here: Neighbourhood, known: dict[str, list[Person]], contracts: Sequence[Contract]) -> None:
        self.here, self.known = here, known
        self.households_at: dict[int, set[str]] = defaultdict(set)
        households = [*here.households, *(guest.household for guest in here.guests), *here.others]
        for person in (member for household in households for member in household.members):
            if person.status == "deceased":
                continue
            for door in (person.household.home, dict(person.doors)["temporary"]):
                if door is not None:
                    self.households_at[id(door)].add(person.household.id)
        usable = [contract for contract in contracts if contract.kind not in REJECTED]
        self.at_place = Counter(
            (c.holder.household.id, id(c.door))
            for c in usable
            if c.holder and _repeats(c, c.holder) and not self._ambiguous(c, c.holder, self._residence(c))
        )
        self.bearers: dict[str, set[str]] = defaultdict(set)
        for contract in usable:
            if contract.paper.plain:
                self.bearers[contract.paper.plain].add(fold(contract.true_name))

    def truth(self, contract: Contract) -> Truth:
        """The row of truth.csv for a contract."""
        residence, holder = self._residence(contract), contract.holder
        outcome, findings = self._judged(contract, residence)
        spot = contract.door.spot
        return Truth(
            contract.record_id, holder.id if holder and outcome != "rejected" else "", outcome, "|".join(sorted(findings, key=ORDER.__getitem__)),
            residence.kind, residence.level, spot.old.code, spot.commune.code, contract.paper.condition,
            "|".join(contract.name.noise), "|".join(contract.address.noise),
        )  # fmt: skip

    def _judged(self, contract: Contract, residence: _Residence) -> tuple[str, set[str]]:
        """The ideal outcome and the findings that hold."""
        if contract.kind in REJECTED:
            return "rejected", set()
        record = self._of_record(contract)
        holder = contract.holder
        if holder is None:
            return ("out_of_scope" if contract.kind == "organisation" else "not_found"), record
        if self._ambiguous(contract, holder, residence):
            return "ambiguous", record
        findings = record | self._of_person(contract, holder) | self._of_place(contract, holder, residence) | _of_name(contract)
        return ("mismatch" if findings & set(SEVERE) else "consistent"), findings

    # -- where the holder lives ----------------------------------------------------------------------------------------

    def _residence(self, contract: Contract) -> _Residence:
        """Which of the holder's residences the place is, as far as what is written allows to say."""
        holder, address = contract.holder, contract.address
        if holder is None or not address.readable:
            return _Residence("unknown")
        distances = [(_distance(door, contract.door), order, kind) for order, (kind, door) in enumerate(holder.doors) if door]
        distance, _, kind = min(distances)
        return _seen(kind, distance, contract)

    # -- findings ------------------------------------------------------------------------------------------------------

    def _of_record(self, contract: Contract) -> set[str]:
        """Findings about the record itself: they need no link."""
        paper, address = contract.paper, contract.address
        found = {"missing": {"ID_MISSING"}, "invalid": {"ID_INVALID"}, "not_in_register": {"ID_NOT_IN_REGISTER"}}.get(
            paper.condition, set()
        ).copy()
        if paper.condition == "typo":
            found.add("ID_NOT_IN_REGISTER" if well_formed(paper.plain) else "ID_INVALID")
        if len(self.bearers.get(paper.plain, ())) > 1:
            found.add("ID_SHARED")
        if not address.readable:
            found.add("ADDRESS_UNREADABLE")
        if address.contradicts:
            found.add("ADDRESS_CONTRADICTS")
        if contract.phone_old:
            found.add("PHONE_OLD_PREFIX")
        return found

    def _of_person(self, contract: Contract, holder: Person) -> set[str]:
        """Findings about the linked resident and the number."""
        found, paper = set(), contract.paper
        if holder.status == "deceased":
            found.add("DECEASED")
        elif holder.status != "alive":
            found.add(f"STATUS_{holder.status.upper()}")
        if holder.age_on(contract.signed) < 18 or (holder.age_on(AS_OF) > OLDEST and holder.status != "deceased"):
            found.add("IMPLAUSIBLE_AGE")
        found |= {"typo": {"ID_TYPO"}, "borrowed": {"ID_OTHER_PERSON"}, "old": {"ID_OLD_NUMBER"}, "zero_lost": {"ID_ZERO_LOST"},
                  "old_zero_lost": {"ID_OLD_NUMBER", "ID_ZERO_LOST"}}.get(paper.condition, set())  # fmt: skip
        if well_formed(paper.plain) and (
            birth_year(paper.plain) != holder.birth.year or (int(paper.plain[3]) % 2 == 1) != (holder.sex == "female")
        ):
            found.add("ID_CONTRADICTS")
        return found

    def _of_place(self, contract: Contract, holder: Person, residence: _Residence) -> set[str]:
        """Findings about the place as seen from the holder."""
        found, address, door = set(), contract.address, contract.door
        household = holder.household
        if residence.kind == "none":
            found.add("RESIDENCE_ELSEWHERE")
            kin = (member for member in household.members if member is not holder and member.status != "deceased")
            if any(residence_door is door for member in kin for _, residence_door in member.doors):
                found.add("HOUSEHOLD_MEMBER_RESIDENT")
            if _shows_door(contract) and self.households_at[id(door)] - {household.id}:
                found.add("OTHER_HOUSEHOLD_AT_PLACE")
        if residence.incomplete:
            found.add("ADDRESS_INCOMPLETE")
        if _repeats(contract, holder) and self.at_place[household.id, id(door)] > 1:
            found.add("DUPLICATE_AT_PLACE")
        if address.reorganised and len(address.meant) == 1 and not address.contradicts:
            found.add("ADDRESS_REORGANISED")
        homes = {residence_door.spot.commune.code for _, residence_door in holder.doors if residence_door}
        if len(address.meant) > 1 and homes & address.meant and not address.contradicts:
            found.add("ADDRESS_AMBIGUOUS")
        return found

    def _ambiguous(self, contract: Contract, holder: Person, residence: _Residence) -> bool:
        """Whether what is written fits somebody else as well: no usable number, and a namesake as near to the written place."""
        if contract.paper.usable or "joint_holder" in contract.name.noise:
            return False
        exact = not any(noise in WITHOUT_ACCENTS for noise in contract.name.noise)
        for other in self.known[fold(holder.name)]:
            if other is holder or (exact and other.name != holder.name) or not _could_sign(other, contract):
                continue
            if residence.kind == "none" or _fits(other, contract):
                return True
        return False


def _shows_door(contract: Contract) -> bool:
    """Whether street or hamlet, house, and the commune (of a street: the district at least) can be read."""
    address, door = contract.address, contract.door
    shown = address.has_commune or (address.has_district and door.spot.street)
    return bool(door.house or door.building) and address.has_spot and address.has_house and shown


def _repeats(contract: Contract, holder: Person) -> bool:
    """Whether it is a household's contract for a place that can be told: its door, a hamlet without numbers, or the street or hamlet of its home."""
    address, door = contract.address, contract.door
    home = any(residence is door for _, residence in holder.doors) and (address.has_commune or address.has_district)
    unnumbered = not (door.house or door.building) and address.has_commune
    return contract.purpose in HOUSEHOLD_PURPOSES and address.has_spot and (_shows_door(contract) or unnumbered or home)


def _fits(person: Person, contract: Contract) -> bool:
    """Whether the place, as far as it is written, is a residence of somebody known in the commune."""
    address, place = contract.address, contract.door
    if not address.has_spot:
        return True
    if address.has_house:
        return any(door is place for _, door in person.doors)
    return any(door is not None and door.spot is place.spot for _, door in person.doors)


SAME, HOUSE, STREET, COMMUNE, PROVINCE = range(5)
LEVELS = ("", "house", "street", "commune", "province")


def _distance(home: Door, place: Door) -> int:
    """The highest level in which two doors differ, 0 if they are one."""
    if home is place:
        return SAME
    if home.spot is place.spot:
        return HOUSE
    ours, theirs = home.spot.commune, place.spot.commune
    if ours is theirs:
        return STREET
    return COMMUNE if ours.province_code == theirs.province_code else PROVINCE


def _seen(kind: str, distance: int, contract: Contract) -> _Residence:
    """The residence as far as the written levels allow: what is not written cannot differ."""
    address = contract.address
    seen = (HOUSE if address.has_house else STREET) if address.has_spot else COMMUNE
    if not address.has_commune and not (distance == SAME and seen == HOUSE and _in_named_street(contract)):
        seen = PROVINCE
    if distance >= seen:
        return _Residence("none", LEVELS[distance])
    if distance == SAME and seen == HOUSE:
        return _Residence(kind)
    return _Residence("unknown", incomplete=True)


def _in_named_street(contract: Contract) -> bool:
    """Whether a street of the district that is written stands there with the number: no commune is needed to find that door."""
    return contract.address.has_district and bool(contract.door.spot.street and (contract.door.house or contract.door.building))


def _could_sign(person: Person, contract: Contract) -> bool:
    """Whether somebody was alive and of age on the day of the contract."""
    if person.status == "deceased" and person.status_date and person.status_date < contract.signed:
        return False
    return person.age_on(contract.signed) >= 18


def _of_name(contract: Contract) -> set[str]:
    """Findings about the name."""
    found = {"NAME_DIFFERS"} if contract.name.differs else set()
    return found | ({"NAME_FORM"} if contract.name.form else set())
