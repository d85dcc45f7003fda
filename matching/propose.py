"""What the keys of blocking rules may propose: who asks for each key and who has it is counted before a pair is made.

A key is one integer out of several columns. The residents are sifted first by what agrees wherever a key does, in fewer columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matching.arrays import Array, Bools, Index, among_likely, expanded, firsts, likely, ranked
from matching.keys import Rows

SIDE = 32  # bits of a resident's number in a pair: record << SIDE | resident
_MULTIPLIERS, _WHOLE = (0xA24BAED4963EE407, 0x9FB21C651E98DF25, 0xD6E8FEB86659FD93), 2**64 - 1  # odd: of a variant, and of each column


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

    def sieve(self, variant: int) -> tuple[str, ...]:
        """The columns of the sieve of one of the keys."""
        return self.sieves[variant] if self.sieves else self.keys[variant][:1]


@dataclass(frozen=True, slots=True)
class Counted:
    """What some keys of a rule may propose: for each key asked for how many residents have it and how many records ask, and both, by key."""

    rule: BlockingRule
    keys: Array
    sizes: Array
    many: Array
    place: Array
    record: Array
    theirs: Array


def by_sieve(rules: Iterable[BlockingRule]) -> list[dict[BlockingRule, list[int]]]:
    """The keys of the rules, by their places, those of one sieve together: the residents are sifted once for them."""
    found: dict[tuple[str, ...], dict[BlockingRule, list[int]]] = {}
    for rule in rules:
        for variant in range(len(rule.keys)):
            found.setdefault(rule.sieve(variant), {}).setdefault(rule, []).append(variant)
    return list(found.values())


def counted(keys: dict[BlockingRule, list[int]], left: Rows, right: Rows) -> list[Counted]:
    """How many records ask for each of these rules' keys, which have one sieve, and who of the residents has it."""
    asking = {rule: {variant: _asking(rule, rule.keys[variant], left) for variant in variants} for rule, variants in keys.items()}
    wanted = np.zeros(len(left.numbers), np.bool_)
    for rows in (rows for of_rule in asking.values() for rows in of_rule.values()):
        wanted[rows] = True
    sieve = next(rule.sieve(variant) for rule, variants in keys.items() for variant in variants)
    columns = {column for rule, variants in keys.items() for variant in variants for column in rule.keys[variant]}
    narrow = right.at(_sifted(sieve, left.at(np.flatnonzero(wanted), sieve), right), columns) if wanted.any() else right
    return [_counted_of(rule, rows, left, narrow) for rule, rows in asking.items()]


def _counted_of(rule: BlockingRule, asking: dict[int, Array], left: Rows, right: Rows) -> Counted:
    """The same of some of a rule's keys, among the residents who may have any."""
    asked, record = _asked(rule, left, asking)
    new = firsts(asked)
    keys, place = asked[new], np.cumsum(new) - 1
    at, resident = _there(rule, right, asking, keys)
    order = ranked(at)  # residents come sorted, in each variant, which no other shares a key with
    at, resident = at[order], resident[order]
    each = np.flatnonzero(firsts(at, resident))
    at, resident = at[each], resident[each]
    sizes, many = (np.bincount(places, minlength=len(keys)) for places in (at, place))
    return Counted(rule, keys, sizes, many, place, record, resident)


def whole(pieces: list[Counted]) -> Counted:
    """What all keys of a rule may propose."""
    if len(pieces) == 1:
        return pieces[0]
    before = np.cumsum([0, *(len(piece.keys) for piece in pieces)])
    place = np.concatenate([piece.place + begin for piece, begin in zip(pieces, before, strict=False)])
    columns = ("keys", "sizes", "many", "record", "theirs")
    rest = {name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in columns}
    return Counted(rule=pieces[0].rule, place=place, **rest)


def carried_out(what: Counted, kept: Bools) -> Array:
    """The pairs of the keys that are kept."""
    starts = np.cumsum(what.sizes) - what.sizes
    chosen = np.flatnonzero(kept[what.place])
    chosen = chosen[ranked(what.record[chosen])]
    place = what.place[chosen]
    at, row = expanded(starts[place], what.sizes[place])
    # nearly sorted, since most records ask for one key
    pairs = np.sort(what.record[chosen][row] << SIDE | what.theirs[at], kind="stable")
    found: Array = pairs[firsts(pairs)]
    return found


def _asking(rule: BlockingRule, columns: tuple[str, ...], left: Rows) -> Array:
    """The rows of the records that have all columns of a key, and what the rule asks of a record."""
    known = [left.column(column) != 0 for column in columns]
    if rule.having:
        known.append(left.column(rule.having) != 0)
    if rule.lacking:
        known.append(left.column(rule.lacking) == 0)
    return np.flatnonzero(np.all(known, axis=0))


def _asked(rule: BlockingRule, left: Rows, asking: dict[int, Array]) -> tuple[Array, Array]:
    """The keys that records ask for, and which record: each pair of them once, sorted."""
    key = np.concatenate([_key(variant, rule.keys[variant], left.at(rows, rule.keys[variant])) for variant, rows in asking.items()])
    record = np.concatenate([left.numbers[rows] for rows in asking.values()])
    # Of one key the records come sorted, in each variant, which no other shares a key with; but numbers one slip away come way by way.
    if not np.all(left.numbers[1:] >= left.numbers[:-1]):
        order = ranked(record)
        key, record = key[order], record[order]
    order = ranked(key)
    key, record = key[order], record[order]
    new = np.flatnonzero(firsts(key, record))
    return key[new], record[new]


def _there(rule: BlockingRule, right: Rows, variants: Iterable[int], keys: Array) -> tuple[Array, Array]:
    """Of the keys asked for those that residents have, a variant after another: which key, and who."""
    places, residents = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    if not len(keys):
        return places[0], residents[0]
    index = Index(keys)
    for variant in variants:
        found, place = index.find(_key(variant, rule.keys[variant], right))
        places.append(place)
        residents.append(right.numbers[found])
    return np.concatenate(places), np.concatenate(residents)


def _sifted(sieve: tuple[str, ...], left: Rows, right: Rows) -> Array:
    """The residents' rows that may agree with some record on the columns of the sieve; a single column is looked at once for each of its values."""
    if len(sieve) > 1:
        return likely(_key(0, sieve, right), _key(0, sieve, left))
    values, rows = right.columns[sieve[0]]
    return np.flatnonzero(among_likely(values, left.column(sieve[0]))[rows])


def _key(variant: int, columns: tuple[str, ...], rows: Rows) -> Array:
    """The key of each row, out of hashes and numbers that are hashed here; only records whose columns are all known ask for theirs."""
    key = np.full(len(rows.numbers), variant * _MULTIPLIERS[0] & _WHOLE, np.uint64)
    for column, multiplier in zip(columns, _MULTIPLIERS[1 : len(columns) + 1], strict=True):
        key += rows.column(column).astype(np.uint64, copy=False) * np.uint64(multiplier)
    return key
