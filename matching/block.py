"""Which pairs are worth comparing: blocking rules over integer keys, each with a budget that is kept before a pair is made.

Number rules come first. A record whose number and whole name are those of exactly one resident is certain: the other rules skip
it (nobody else has its number, so neither another owner nor an ambiguity can hide behind it). The rest are open and go through
every rule. How many records and residents share a key is counted first. A key that more residents share than the rule's cap is
left out: it would cost much and tell little, since a name that a hundred people of one commune bear identifies nobody; finer
rules (locality, door) bring those who live close. So are the largest keys once the budget of the run's part is spent. What was left out is counted by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matching.arrays import Array, Bools, Index, among_likely, expanded, firsts, inside, likely, once, ranked, same
from matching.keys import Rows, World, record_rows, register_rows
from matching.slips import among, slips_of

PER_RECORD, AT_LEAST = 150, 200_000  # pairs that one part of the records may cost
SAMPLE = 16  # one of so many certain records is asked what the rules without numbers would have found


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """Equalities that propose pairs: both sides agree on all columns of one of `keys`. `cap` is the most residents a key may hold.

    `having` is a column that the record must have, `lacking` one that it must not have. `sieves`: what agrees wherever each of `keys`
    does, in fewer columns, so that most residents drop out early (else the first column of the key).
    """

    name: str
    keys: tuple[tuple[str, ...], ...]
    cap: int
    having: str | None = None
    lacking: str | None = None
    sieves: tuple[tuple[str, ...], ...] = ()


_PARTS = {"ends": "given", "head_first": "head", "head_last": "head", "tail_first": "given", "tail_last": "given"}
NUMBER_RULES = (
    BlockingRule("number", (("id12",),), 50),
    BlockingRule("old_number", (("id9",),), 50),
    BlockingRule("number_slip", (("id12",),), 50),
    BlockingRule("old_number_slip", (("id9",),), 50),
)
RULES = (
    BlockingRule("door", (("door",),), 100),
    BlockingRule("door_province", (("unplaced",),), 200, lacking="commune"),
    BlockingRule("name_commune", (("key_sorted", "commune"),), 300),
    BlockingRule(
        "part_locality", tuple(("locality", part) for part in _PARTS), 150, sieves=tuple(("locality", part) for part in _PARTS.values())
    ),
    BlockingRule("regional_commune", (("key_regional", "commune"),), 300),
    BlockingRule("initials_commune", (("given_initial", "commune"),), 100, having="abbreviated"),
    BlockingRule("name_province", (("key_sorted", "province"),), 30),
    BlockingRule("name_country", (("key_sorted",),), 8),
    BlockingRule("name_birth", (("key_sorted", "birth"), ("key_regional", "birth")), 50),
    BlockingRule("birth_commune", (("commune", "birth"),), 50),
    BlockingRule("birth_given", (("given", "birth"),), 50),
)
RULE_NAMES = (*(rule.name for rule in (*NUMBER_RULES, *RULES)), "told")  # told: brought by nothing but what a person said
BIRTH_RULES = tuple(rule.name for rule in RULES if any("birth" in key for key in rule.keys))  # at rest without birth dates
SLIPS = (2, 3)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of a record (its position) and a resident, sorted, with the first rule that proposed each, and whether a slip is between.

    `told`: somebody has said that the two are one.
    """

    record: Array
    resident: Array
    rule: Array
    slip: Array
    told: Array = field(default_factory=lambda: np.zeros(0, np.bool_))

    def at(self, keep: Array | slice) -> Pairs:
        """Some of the pairs."""
        told = self.told[keep] if len(self.told) else self.told
        return Pairs(self.record[keep], self.resident[keep], self.rule[keep], self.slip[keep], told)


@dataclass(frozen=True, slots=True)
class Blocked:
    """The pairs, and by rule: keys left out, pairs they would have made, and of the certain records asked how many it found.

    The last of `found` counts those that any rule found without the number; `asked` is how many were asked.
    """

    pairs: Pairs
    capped_keys: Array
    capped_pairs: Array
    asked: int
    found: Array


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a rule may propose: for each key asked for how many residents have it and how many records ask, and both, sorted by key."""

    rule: BlockingRule
    sizes: Array
    many: Array
    place: Array
    record: Array
    theirs: Array


class Blocker:
    """The register, ready to be asked for the pairs of one part of the records after another.

    `each` is the map of a pool of threads, which count and carry out several rules at once; between the two the budget is spent,
    rule after rule in their order.
    """

    def __init__(self, world: World, each: Callable[..., Iterator[Any]] = map) -> None:
        self.world, self.each = world, each
        self.homes = register_rows(world)
        people, everybody = world.register.people, np.arange(world.register.size)
        self.numbered = Rows(everybody, everybody, everybody, {key: (people[key], everybody) for key in ("id12", "id9")})

    def block(self, records: dict[str, Array]) -> Blocked:
        """The pairs of these records."""
        self.room = max(AT_LEAST, PER_RECORD * len(records["l"]))
        self.capped: list[tuple[int, int]] = []
        person = np.flatnonzero(records["organisation"] == 0)
        exact = self._proposed([(rule, _own(records, person, rule.keys[0][0]), self.numbered) for rule in NUMBER_RULES[:2]])
        owned = np.concatenate(exact)
        slips = self._slips(records, _without(person, owned >> _SIDE, len(records["l"])))
        certain = self._certain(records, owned)
        asked = once(certain[(certain >> _SIDE) % SAMPLE == 0])
        left = record_rows(self.world, records, _without(person, certain[(certain >> _SIDE) % SAMPLE != 0] >> _SIDE, len(records["l"])))
        others = self._proposed([(rule, left, self.homes) for rule in RULES])
        found = [inside(asked, pairs) for pairs in others]
        is_asked = np.zeros(len(records["l"]), np.bool_)
        is_asked[asked >> _SIDE] = True
        pairs = _merged([*exact, *slips, *(pairs[~is_asked[pairs >> _SIDE]] for pairs in others)])
        keys, lost = np.array([*self.capped, (0, 0)]).T
        counted = [0] * len(NUMBER_RULES) + [int(each.sum()) for each in found] + [0, int(np.any(found, axis=0).sum())]
        return Blocked(pairs, keys, lost, len(asked), np.array(counted))

    def _slips(self, records: dict[str, Array], rest: Array) -> list[Array]:
        """Pairs by a number that nobody bears, one slip away."""
        people, value, digits = self.world.register.people, records["digits_value"][rest], records["digits"][rest]

        def slipped(rule: BlockingRule, length: int) -> tuple[BlockingRule, Rows, Rows]:
            """The rule with the numbers of that length that a slip leads to, and the residents by number."""
            column = rule.keys[0][0]
            numbers, of = slips_of(value, digits, length)
            numbers, of = among(numbers, rest[of], people[column])
            return rule, Rows(of, of, of, {column: (numbers, np.arange(len(of)))}), self.numbered

        return self._proposed(list(self.each(slipped, NUMBER_RULES[2:], (12, 9))))

    def _certain(self, records: dict[str, Array], exact: Array) -> Array:
        """The pairs whose number is that of exactly one resident, who also bears the whole name."""
        record, resident = exact >> _SIDE, exact & _RESIDENT
        key = self.world.names.columns["key"]
        one = np.bincount(record, minlength=len(records["l"]))[record] == 1
        named: Array = one & same(key[records["name"][record]], key[self.world.register.people["name"][resident]])
        return exact[named]

    def _proposed(self, asked: list[tuple[BlockingRule, Rows, Rows]]) -> list[Array]:
        """The pairs of each rule as record << 32 | resident, each once, sorted; what is over its cap or the budget is left out."""
        counted = list(self.each(_counted, *zip(*asked, strict=True)))
        kept = [self._kept(each.rule, each.sizes, each.many) for each in counted]
        return list(self.each(_carried_out, counted, kept))

    def _kept(self, rule: BlockingRule, sizes: Array, many: Array) -> Array:
        """The keys within the cap and the budget, the cheapest first; notes what is left out."""
        keep, cost = sizes <= rule.cap, sizes * many
        wanted = np.flatnonzero(keep & (cost > 0))
        if cost[wanted].sum() > self.room:
            wanted = wanted[np.argsort(cost[wanted], kind="stable")]
            keep[wanted[np.cumsum(cost[wanted]) > self.room]] = False
        self.room -= int(cost[keep].sum())
        self.capped.append((int((~keep).sum()), int(cost[~keep].sum())))
        return keep


_SIDE, _RESIDENT, _RULE = 32, 2**32 - 1, 5  # bits of a resident's number, and of a rule's
_MULTIPLIERS, _WHOLE = (0xA24BAED4963EE407, 0x9FB21C651E98DF25, 0xD6E8FEB86659FD93), 2**64 - 1  # odd: of a variant, and of each column


def _without(person: Array, some: Array, size: int) -> Array:
    """The records but for some."""
    keep = np.ones(size, np.bool_)
    keep[some] = False
    return person[keep[person]]


def _merged(brought: list[Array]) -> Pairs:
    """Every pair once, with its first rule."""
    # a stable sort merges what is sorted already
    coded = np.sort(np.concatenate([pairs << _RULE | rule for rule, pairs in enumerate(brought)]), kind="stable")
    pair = coded >> _RULE
    new = np.flatnonzero(firsts(pair))
    pair, rule = pair[new], (coded[new] & (2**_RULE - 1)).astype(np.int8)
    slip = np.zeros(len(pair), np.bool_)
    slip[np.searchsorted(pair, np.concatenate([brought[n] for n in SLIPS]))] = True
    return Pairs(pair >> _SIDE, pair & _RESIDENT, rule, slip)


def _counted(rule: BlockingRule, left: Rows, right: Rows) -> _Counted:
    """How many records ask for each key, and who of the residents has it."""
    asking = [_asking(rule, columns, left) for columns in rule.keys]
    asked, record = _asked(rule, left, asking)
    new = firsts(asked)
    keys, place = asked[new], np.cumsum(new) - 1
    at, resident = _there(rule, left, right, asking, keys)
    order = ranked(at)  # residents come sorted, in each variant, which no other shares a key with
    at, resident = at[order], resident[order]
    each = np.flatnonzero(firsts(at, resident))
    at, resident = at[each], resident[each]
    sizes, many = (np.bincount(places, minlength=len(keys)) for places in (at, place))
    return _Counted(rule, sizes, many, place, record, resident)


def _carried_out(counted: _Counted, kept: Bools) -> Array:
    """The pairs of the keys that are kept."""
    starts = np.cumsum(counted.sizes) - counted.sizes
    chosen = np.flatnonzero(kept[counted.place])
    chosen = chosen[ranked(counted.record[chosen])]
    place = counted.place[chosen]
    at, row = expanded(starts[place], counted.sizes[place])
    # nearly sorted, since most records ask for one key
    pairs = np.sort(counted.record[chosen][row] << _SIDE | counted.theirs[at], kind="stable")
    found: Array = pairs[firsts(pairs)]
    return found


def _own(records: dict[str, Array], chosen: Array, column: str) -> Rows:
    """The records at these positions, a row each, keyed by a column of their own."""
    return Rows(chosen, chosen, chosen, {column: (records[column], chosen)})


def _asking(rule: BlockingRule, columns: tuple[str, ...], left: Rows) -> Array:
    """The rows of the records that have all columns of a key, and what the rule asks of a record."""
    known = [left.column(column) != 0 for column in columns]
    if rule.having:
        known.append(left.column(rule.having) != 0)
    if rule.lacking:
        known.append(left.column(rule.lacking) == 0)
    return np.flatnonzero(np.all(known, axis=0))


def _asked(rule: BlockingRule, left: Rows, asking: list[Array]) -> tuple[Array, Array]:
    """The keys that records ask for, and which record: each pair of them once, sorted."""
    key = np.concatenate(
        [_key(variant, columns, left.at(rows)) for variant, (columns, rows) in enumerate(zip(rule.keys, asking, strict=True))]
    )
    record = np.concatenate([left.numbers[rows] for rows in asking])
    # Of one key the records come sorted, in each variant, which no other shares a key with; but numbers one slip away come way by way.
    if not np.all(left.numbers[1:] >= left.numbers[:-1]):
        order = ranked(record)
        key, record = key[order], record[order]
    order = ranked(key)
    key, record = key[order], record[order]
    new = np.flatnonzero(firsts(key, record))
    return key[new], record[new]


def _there(rule: BlockingRule, left: Rows, right: Rows, asking: list[Array], keys: Array) -> tuple[Array, Array]:
    """Of the keys asked for those that residents have, a variant after another: which key, and who."""
    places, residents = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    if not len(keys):
        return places[0], residents[0]
    index, narrow = Index(keys), dict[tuple[str, ...], Rows]()
    for variant, (columns, rows) in enumerate(zip(rule.keys, asking, strict=True)):
        sieve = rule.sieves[variant] if rule.sieves else columns[:1]
        if not len(rows):
            continue
        if sieve not in narrow:
            narrow[sieve] = _narrowed(sieve, left.at(rows), right)
        found, place = index.find(_key(variant, columns, narrow[sieve]))
        places.append(place)
        residents.append(narrow[sieve].numbers[found])
    return np.concatenate(places), np.concatenate(residents)


def _narrowed(sieve: tuple[str, ...], left: Rows, right: Rows) -> Rows:
    """The residents' rows that may agree with some record on the columns of the sieve; a single column is looked at once for each of its values."""
    if len(sieve) > 1:
        return right.at(likely(_key(0, sieve, right), _key(0, sieve, left)))
    values, rows = right.columns[sieve[0]]
    return right.at(np.flatnonzero(among_likely(values, left.column(sieve[0]))[rows]))


def _key(variant: int, columns: tuple[str, ...], rows: Rows) -> Array:
    """The key of each row, out of hashes and numbers that are hashed here; only records whose columns are all known ask for theirs."""
    key = np.full(len(rows.numbers), variant * _MULTIPLIERS[0] & _WHOLE, np.uint64)
    for column, multiplier in zip(columns, _MULTIPLIERS[1 : len(columns) + 1], strict=True):
        key += rows.column(column).astype(np.uint64, copy=False) * np.uint64(multiplier)
    return key
