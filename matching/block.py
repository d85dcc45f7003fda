"""Which pairs are worth comparing: blocking rules over integer keys, each with a budget that is kept before a pair is made.

Number rules come first. A record whose number and whole name are those of exactly one resident is certain: the other rules skip
it (nobody else has its number, so neither another owner nor an ambiguity can hide behind it). The rest are open and go through
every rule. How many records and residents share a key is counted first. A key that more residents share than the rule's cap is
left out: it would cost much and tell little, since a name that a hundred people of one commune bear identifies nobody; finer
rules (locality, door) bring those who live close. So are the largest keys once the budget of the run's part is spent. What was left out is counted by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from matching.arrays import Array, firsts, inside, once, same
from matching.keys import Rows, World, record_rows, register_rows
from matching.propose import SIDE, BlockingRule, Counted, by_sieve, carried_out, counted, whole
from matching.slips import among, slips_of

PER_RECORD, AT_LEAST = 150, 200_000  # pairs that one part of the records may cost
SAMPLE = 16  # one of so many certain records is asked what the rules without numbers would have found


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


class Blocker:
    """The register, ready to be asked for the pairs of one part of the records after another.

    `each` is the map of a pool of threads, which count and carry out several rules at once; between the two the budget is spent,
    rule after rule in their order.
    """

    def __init__(self, world: World, each: Callable[..., Iterator[Any]] = map) -> None:
        self.world, self.each = world, each
        self.homes = register_rows(world)
        people, everybody = world.register.people, np.arange(world.register.size)
        self.numbered = Rows(everybody, {key: (people[key], everybody) for key in ("id12", "id9")})

    def block(self, records: dict[str, Array]) -> Blocked:
        """The pairs of these records."""
        self.room = max(AT_LEAST, PER_RECORD * len(records["l"]))
        self.capped: list[tuple[int, int]] = []
        person = np.flatnonzero(records["organisation"] == 0)
        number = NUMBER_RULES[:2]
        exact = self._proposed(
            number, [partial(counted, {rule: [0]}, _own(records, person, rule.keys[0][0]), self.numbered) for rule in number]
        )
        owned = np.concatenate(exact)
        certain = self._certain(records, owned)
        asked = once(certain[(certain >> SIDE) % SAMPLE == 0])
        left = record_rows(self.world, records, _without(person, certain[(certain >> SIDE) % SAMPLE != 0] >> SIDE, len(records["l"])))
        slipping = self._slips(records, _without(person, owned >> SIDE, len(records["l"])))
        more = self._proposed(
            (*NUMBER_RULES[2:], *RULES), [*slipping, *(partial(counted, keys, left, self.homes) for keys in by_sieve(RULES))]
        )
        slips, others = more[: len(SLIPS)], more[len(SLIPS) :]
        found = [inside(asked, pairs) for pairs in others]
        is_asked = np.zeros(len(records["l"]), np.bool_)
        is_asked[asked >> SIDE] = True
        pairs = _merged([*exact, *slips, *(pairs[~is_asked[pairs >> SIDE]] for pairs in others)])
        keys, lost = np.array([*self.capped, (0, 0)]).T
        caught = [0] * len(NUMBER_RULES) + [int(each.sum()) for each in found] + [0, int(np.any(found, axis=0).sum())]
        return Blocked(pairs, keys, lost, len(asked), np.array(caught))

    def _slips(self, records: dict[str, Array], rest: Array) -> list[Callable[[], list[Counted]]]:
        """What the rules may propose by a number that nobody bears, one slip away."""
        people, value, digits = self.world.register.people, records["digits_value"][rest], records["digits"][rest]

        def slipped(rule: BlockingRule, length: int) -> list[Counted]:
            """The numbers of that length that a slip leads to, looked for among the residents'."""
            column = rule.keys[0][0]
            numbers, of = slips_of(value, digits, length)
            numbers, of = among(numbers, rest[of], people[column])
            return counted({rule: [0]}, Rows(of, {column: (numbers, np.arange(len(of)))}), self.numbered)

        return [partial(slipped, rule, length) for rule, length in zip(NUMBER_RULES[2:], (12, 9), strict=True)]

    def _certain(self, records: dict[str, Array], exact: Array) -> Array:
        """The pairs whose number is that of exactly one resident, who also bears the whole name."""
        record, resident = exact >> SIDE, exact & _RESIDENT
        key = self.world.names.columns["key"]
        one = np.bincount(record, minlength=len(records["l"]))[record] == 1
        named: Array = one & same(key[records["name"][record]], key[self.world.register.people["name"][resident]])
        return exact[named]

    def _proposed(self, rules: Sequence[BlockingRule], counting: list[Callable[[], list[Counted]]]) -> list[Array]:
        """The pairs of each rule as record << SIDE | resident, each once, sorted; what is over its cap or the budget is left out.

        `counting` says what all their keys may propose, those of a rule in one piece or several.
        """
        pieces = [piece for some in self.each(lambda count: count(), counting) for piece in some]
        wholes = [whole([piece for piece in pieces if piece.rule is rule]) for rule in rules]
        kept = [self._kept(each) for each in wholes]
        return list(self.each(carried_out, wholes, kept))

    def _kept(self, found: Counted) -> Array:
        """The keys within the cap and the budget, the cheapest first; notes what is left out."""
        keep, cost = found.sizes <= found.rule.cap, found.sizes * found.many
        wanted = np.flatnonzero(keep & (cost > 0))
        if cost[wanted].sum() > self.room:
            wanted = wanted[np.lexsort((found.keys[wanted], cost[wanted]))]
            keep[wanted[np.cumsum(cost[wanted]) > self.room]] = False
        self.room -= int(cost[keep].sum())
        self.capped.append((int((~keep).sum()), int(cost[~keep].sum())))
        return keep


_RESIDENT, _RULE = 2**SIDE - 1, 5  # a resident's number in a pair; bits of a rule's


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
    return Pairs(pair >> SIDE, pair & _RESIDENT, rule, slip)


def _own(records: dict[str, Array], chosen: Array, column: str) -> Rows:
    """The records at these positions, a row each, keyed by a column of their own."""
    return Rows(chosen, {column: (records[column], chosen)})
