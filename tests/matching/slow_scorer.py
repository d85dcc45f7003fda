"""A slow and obvious scorer: levels, weights and probabilities in plain Python over the rows of the standardised tables.

It is written from what the comparisons and the model say in words, with none of the engine's SQL, distinct pairs, integer sums
or hashed keys. It is given the pairs that blocking proposed, and finds out by itself which numbers are one slip apart.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from matching.model import Model

Row = SimpleNamespace
Pair = tuple[int, int]
ATTRIBUTES = ("name", "number", "place", "birth", "sex", "age")
KINDS = ("permanent", "temporary", "current")
IN_COMMUNE = ("door", "locality_compatible", "locality", "commune_compatible", "commune")


@dataclass(frozen=True)
class Tables:
    """The rows of the four standardised tables; names, addresses and residents by their numbers."""

    names: dict[int, Row]
    addresses: dict[int, Row]
    register: dict[int, Row]
    partner: dict[int, Row]


@dataclass(frozen=True)
class Seen:
    """What agrees between a record and a resident: a level for each attribute, by which name and which residence."""

    levels: dict[str, str]
    name: int | None
    residence: str | None


@cache
def edits(a: str, b: str) -> int:
    """Wrong, missing, surplus and swapped neighbouring letters between two texts (optimal string alignment)."""
    rows = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, rows[i - 2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@cache
def levenshtein(a: str, b: str) -> int:
    """Wrong, missing and surplus letters between two texts; two swapped ones are two."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        last, row = row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != other)))
    return row[-1]


def same(a: object, b: object) -> bool:
    """Both are known and equal."""
    return a is not None and a == b


def name_level(a: Row, b: Row) -> str:
    """How well the name of a record agrees with a name of a resident."""
    if a.key is None or b.key is None:
        return "null"
    toned = a.has_tones and b.has_tones
    ends = same(a.surname, b.surname) and same(a.given, b.given)
    if toned and a.canonical == b.canonical:
        return "exact"
    if a.key == b.key:
        return "tone" if toned else "folded"
    if a.key2 == b.key:
        return "second"
    if a.key_sorted == b.key_sorted:
        return "order"
    if same(a.key_regional, b.key_regional):
        return "regional"
    if ends:
        left, right = set((a.middle or "").split()), set((b.middle or "").split())
        if left <= right or right <= left:
            return "middle_missing"
    if a.abbreviated and same(a.given, b.given) and [t[0] for t in a.key.split()] == [t[0] for t in b.key.split()]:
        return "abbreviated"
    if edits(a.key, b.key) <= (2 if len(a.key) >= 15 else 1):
        return "close"
    return "surname_given" if ends else "else"


def _spelt_alike(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return False
    digits = ["".join(letter for letter in text if letter.isdigit()) for text in (a, b)]
    last = [text.split(" ")[-1] if " " in text else "" for text in (a, b)]
    ends = [word if set(word) <= set("ivx") or (len(word) == 1 and word.isalpha()) else "" for word in last]
    return a == b or (len(a) >= 5 and digits[0] == digits[1] and ends[0] == ends[1] and levenshtein(a, b) <= 1)


def place_level(a: Row, b: Row) -> str:
    """How well the place of a record agrees with one residence."""
    if any(x.province is None and not x.communes for x in (a, b)):
        return "null"
    in_commune, in_province = bool(set(a.communes) & set(b.communes)), same(a.province, b.province)
    open_commune = not a.communes or not b.communes
    streets = a.street is not None and b.street is not None
    crossed = any(one is not None and one == other for one, other in ((a.street, b.hamlet), (a.hamlet, b.street)))
    locality = crossed or (_spelt_alike(a.street, b.street) if streets else _spelt_alike(a.hamlet, b.hamlet))
    houses = [x.house if x.house is not None else x.building for x in (a, b)]
    house = same(houses[0], houses[1]) and (a.alley or "") == (b.alley or "")
    if in_commune and locality:
        if house or (houses == [None, None] and a.street is None and b.street is None):
            return "door"
        return "locality_compatible" if None in houses else "locality"
    if in_province and open_commune and locality and house:
        return "door_unplaced"
    if in_commune:
        named = crossed or streets or (a.hamlet is not None and b.hamlet is not None)
        return "commune" if named else "commune_compatible"
    if in_province:
        return "province_compatible" if open_commune else "province"
    return "else"


def birth_level(a: Row, b: Row) -> str:
    """How well two birth dates agree."""
    if a.birth_year is None or b.birth_year is None:
        return "null"
    if same(a.birth_date, b.birth_date):
        return "exact"
    year = a.birth_year == b.birth_year
    if year and {a.birth_condition, b.birth_condition} & {"year_only", "first_january"}:
        return "year_only"
    if a.birth_date and b.birth_date:
        left, right = a.birth_date, b.birth_date
        if year and (left.month, left.day) == (right.day, right.month):
            return "swapped"
        if [left.year == right.year, left.month == right.month, left.day == right.day].count(True) == 2:
            return "close"
    return "year" if year else "else"


def age_level(a: Row, b: Row, minimum_age: int) -> str:
    """Whether the resident was alive and of age on the day of the record."""
    if b.status == "deceased" and a.event_date and b.status_date and b.status_date < a.event_date:
        return "dead"
    if a.event_date is None or b.birth_year is None:
        return "null"
    return "minor" if a.event_date.year - b.birth_year < minimum_age else "of_age"


class SlowScorer:
    """Counts the register once, then looks at one pair after another."""

    def __init__(self, tables: Tables, model: Model, orders: dict[str, Sequence[str]], minimum_age: int) -> None:
        """`orders` says for each comparison which level is better: the first."""
        self.tables, self.model, self.orders, self.minimum_age = tables, model, orders, minimum_age
        self.residents = len(tables.register)
        self.owned = {("id12", g.id12) for g in tables.register.values()} | {("id9", g.id9) for g in tables.register.values()}
        self.families = Counter(g.household for g in tables.register.values())
        self._count_places()
        self._count_names()

    def _count_places(self) -> None:
        """Who lives in each commune, street or hamlet, and behind each door."""
        people: dict[Any, set[int]] = defaultdict(set)
        self.provinces: Counter[str] = Counter()
        for r, resident in self.tables.register.items():
            for address in self._homes(resident):
                for keys in self._keys(self.tables.addresses[address]).values():
                    for key in keys:
                        people[key].add(r)
            if resident.permanent is not None:
                self.provinces[self.tables.addresses[resident.permanent].province] += 1
        self.people = {key: len(found) for key, found in people.items()}

    def _count_names(self) -> None:
        """How many bear each name, in the country and in each commune."""
        self.bearers: Counter[Any] = Counter()
        for resident in self.tables.register.values():
            if resident.name is not None:
                for kind, value in self._values(self.tables.names[resident.name]).items():
                    self.bearers[kind, value] += 1
                    self.bearers[kind, value, self._commune(resident)] += 1

    @staticmethod
    def _homes(resident: Row) -> dict[int, str]:
        """The resident's addresses, each with the first kind of residence it is."""
        homes: dict[int, str] = {}
        for kind in KINDS:
            address = getattr(resident, kind)
            if address is not None:
                homes.setdefault(address, kind)
        return homes

    @staticmethod
    def _keys(address: Row) -> dict[str, list[tuple[Any, ...]]]:
        house = address.house if address.house is not None else address.building
        named = [name for name in (address.street, address.hamlet) if name is not None]
        localities: list[tuple[Any, ...]] = [(commune, name) for commune in address.communes for name in named]
        doors: list[tuple[Any, ...]] = [(*key, address.alley or "", house) for key in localities] if house is not None else []
        return {"commune": [(commune,) for commune in address.communes], "locality": localities, "door": doors}

    @staticmethod
    def _values(name: Row) -> dict[str, Any]:
        ends = None if name.surname is None or name.given is None else (name.surname, name.given)
        return {
            "canonical": name.canonical,
            "key": name.key,
            "key_sorted": name.key_sorted,
            "key_regional": name.key_regional,
            "ends": ends,
        }

    def _commune(self, resident: Row) -> str | None:
        """Where the resident is registered for good."""
        if resident.permanent is None:
            return None
        return min(self.tables.addresses[resident.permanent].communes, default=None)

    def look(self, pair: Pair) -> Seen:
        """The levels of one pair."""
        record, resident = self.tables.partner[pair[0]], self.tables.register[pair[1]]
        name, which = self._name(record, resident)
        place, residence = self._place(record, resident)
        hint = self.tables.names[record.name].sex_hint if record.name is not None else None
        sexes = record.sex if record.sex is not None else hint, resident.sex
        sex = "null" if None in sexes else "agree" if sexes[0] == sexes[1] else "else"
        levels = {"name": name, "number": self._number(record, resident), "place": place, "birth": birth_level(record, resident),
                  "sex": sex, "age": age_level(record, resident, self.minimum_age)}  # fmt: skip
        return Seen(levels, which, residence)

    def _name(self, record: Row, resident: Row) -> tuple[str, int | None]:
        """The best level over the resident's names, and the name that reaches it; of equals the one with the smaller number."""
        own = sorted({n for n in (resident.name, resident.other_name) if n is not None})
        if record.name is None or not own:
            return "null", None
        reached = [(name_level(self.tables.names[record.name], self.tables.names[n]), n) for n in own]
        comparable = [found for found in reached if found[0] != "null"]
        return min(comparable or reached, key=lambda found: (self.orders["name"].index(found[0]), found[1]))

    def _number(self, a: Row, b: Row) -> str:
        if same(a.id12, b.id12):
            return "exact"
        if same(a.id9, b.id9):
            return "old"
        owned = (a.id12 is not None and ("id12", a.id12) in self.owned) or (a.id9 is not None and ("id9", a.id9) in self.owned)
        if a.id_digits is not None and not owned:
            if b.id12 is not None and edits(a.id_digits, f"{b.id12:012d}") == 1:
                return "slip"
            if b.id9 is not None and edits(a.id_digits, f"{b.id9:09d}") == 1:
                return "old_slip"
        if b.household is not None and self.families[b.household] <= 50 and self._owner_household(a) == b.household:
            return "household"
        other = (a.id12 is not None and b.id12 is not None) or (a.id9 is not None and b.id9 is not None)
        return ("others" if owned else "else") if other else "null"

    def _owner_household(self, record: Row) -> int | None:
        """The household of the first resident who bears the record's number."""
        for kind in ("id12", "id9"):
            for _, resident in sorted(self.tables.register.items()):
                if same(getattr(record, kind), getattr(resident, kind)):
                    household: int | None = resident.household
                    return household
        return None

    def _place(self, record: Row, resident: Row) -> tuple[str, str | None]:
        """The best level over the resident's residences, and the residence that reaches it."""
        if record.place is None:
            return "null", None
        here = self.tables.addresses[record.place]
        reached = [(place_level(here, self.tables.addresses[address]), kind) for address, kind in self._homes(resident).items()]
        comparable = [found for found in reached if found[0] != "null"]
        if not comparable:
            return "null", None
        return min(comparable, key=lambda found: (self.orders["place"].index(found[0]), KINDS.index(found[1])))

    def weights(self, pair: Pair, seen: Seen) -> dict[str, int]:
        """Thousandths of a bit for each attribute."""
        found = {}
        for attribute in ATTRIBUTES:
            weights = self.model.weights[attribute][seen.levels[attribute]]
            u = self._share(weights.u, pair, seen) * weights.factor if isinstance(weights.u, str) else weights.u
            if weights.u_same_door is not None and self._behind_one_door(pair, seen):
                u = max(u, weights.u_same_door)
            thousandths = 1000 * math.log2(weights.m / u)
            found[attribute] = int(math.copysign(math.floor(abs(thousandths) + 0.5), thousandths))
        return found

    def _behind_one_door(self, pair: Pair, seen: Seen) -> bool:
        """The places agree, and the resident's has a house: a hamlet without numbers is no door."""
        if seen.levels["place"] != "door" or seen.residence is None:
            return False
        return bool(self._keys(self.tables.addresses[getattr(self.tables.register[pair[1]], seen.residence)])["door"])

    def _share(self, counted: str, pair: Pair, seen: Seen) -> float:
        """The share of residents that would agree as much by chance."""
        resident = self.tables.register[pair[1]]
        if counted in ("door", "locality", "commune"):
            assert seen.residence is not None
            keys = self._keys(self.tables.addresses[getattr(resident, seen.residence)])
            if counted == "door" and not keys["door"]:
                counted = "locality"
            return max([1, *(self.people[key] for key in keys[counted])]) / self.residents
        if counted == "province":
            return max(1, self.provinces[self.tables.addresses[resident.permanent].province]) / self.residents
        return 1 / self.residents if counted == "resident" else self._bearers(counted, resident, seen)

    def _bearers(self, counted: str, resident: Row, seen: Seen) -> float:
        """The share that bears the name: in the country, or of the others in the commune if the place agrees that far."""
        assert seen.name is not None
        value = self._values(self.tables.names[seen.name])[counted]
        share = (max(1, self.bearers[counted, value]) - 0.5) / self.residents
        if seen.levels["place"] in IN_COMMUNE:
            commune = self._commune(resident)
            others = max(0, self.bearers[counted, value, commune] - 1)
            share = max(share, others / (self.people.get((commune,), 0) + 200))
        return share

    @staticmethod
    def is_candidate(seen: Seen) -> bool:
        """Two different people, unless a number or a birth date says that they are one."""
        levels = seen.levels
        return not (
            levels["name"] == "else"
            and levels["number"] in ("household", "others", "else", "null")
            and levels["birth"] not in ("exact", "swapped")
        )

    def prior(self, evidence: dict[int, list[int]]) -> int:
        """The prior in thousandths of a bit: records of which a person is in the register, estimated until it stands still."""
        start = share = self.model.share_in_register
        records = sum(1 for p in self.tables.partner.values() if p.name is None or self.tables.names[p.name].kind != "organisation")
        for _ in range(50):
            odds = share / (1 - share) / self.residents
            right = sum((x := odds * sum(2 ** (bits / 1000) for bits in found)) / (1 + x) for found in evidence.values())
            last, share = share, min(max((right + 100 * start) / (records + 100), 0.01), 0.999)
            if abs(share - last) < 1e-6:
                break
        return round(1000 * math.log2(share / (1 - share) / self.residents))


def probabilities(evidence: Sequence[int], prior: int) -> list[float]:
    """What each candidate has of one whole, with "none of them" among them."""
    odds = [2.0 ** ((bits + prior) / 1000) for bits in evidence]
    return [x / (1 + sum(odds)) for x in odds]
