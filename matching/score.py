"""Levels of agreement to match weights and probabilities (Fellegi and Sunter 1969; term frequencies: Winkler 1989).

A weight is log2(m/u) in thousandths of a bit, an integer, so that no sum depends on its order. Where u is a count, it is the
share of residents that would agree by chance: bearers of the name *in the same commune* once the commune agrees (names are
regional, and a minority surname is common where it lives), residents of the commune, of the street, behind the door.
The probability is the posterior over all candidates of the record plus "none of them": twins share it. The share of records
whose person is in the register at all, which the prior needs, is estimated in every run from the records themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.arrays import Array, one_of
from matching.compare import Compared
from matching.comparisons import COMPARISONS, comparison
from matching.counts import NAME_COUNTS, PLACE_COUNTS, Counts, bearers
from matching.keys import RESIDENCES, World
from matching.model import Model

_FEW = 200.0  # residents below which a commune says little of how common a name is there
KEPT = 3  # candidates of a record that are kept, and all that tie with the last of them
WHOLE = 1e12  # 2^(weight - top) is scaled to integers, whose sum is exact whatever its order
SAME_PLACE = ("door", "locality_compatible", "locality", "commune_compatible", "commune")


@dataclass(frozen=True, slots=True)
class Scored:
    """The best candidates of each record, best first: `evidence` is the sum of the weights, without a prior.

    `top` is the evidence of the record's best; `share` what each weighs as a multiple (in 1e-12) of it, `total` what all its candidates do.
    """

    pairs: Compared
    weights: dict[str, Array]
    evidence: Array
    rank: Array
    top: Array
    share: Array
    total: Array


def score(world: World, counts: Counts, model: Model, compared: Compared) -> Scored:
    """Weigh all pairs of some records, and keep each record's best candidates."""
    weights = {name: _weights(world, counts, model, compared, name) for name in COMPARISONS}
    evidence: Array = np.stack(list(weights.values())).sum(axis=0, dtype=np.int32)
    # pairs come by record and resident: of equals the first stays first
    order = np.argsort((compared.record << 32) - evidence, kind="stable")
    record, evidence = compared.record[order], evidence[order]
    new = np.append(True, record[1:] != record[:-1]) if len(record) else np.zeros(0, np.bool_)
    first = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    top = evidence[first][group]
    share = np.rint(np.exp2(np.maximum(evidence - top, -60_000) / 1000) * WHOLE).astype(np.int64)
    total = np.add.reduceat(share, first)[group] if len(first) else share
    rank = np.arange(len(record)) - first[group] + 1
    last = np.minimum(first + KEPT - 1, np.append(first[1:], len(record)) - 1)
    keep = np.flatnonzero(evidence >= evidence[last][group])
    kept = {name: values[order[keep]] for name, values in weights.items()}
    return Scored(compared.at(order[keep]), kept, evidence[keep], rank[keep], top[keep], share[keep], total[keep])


def _weights(world: World, counts: Counts, model: Model, compared: Compared, name: str) -> Array:
    """The weight of the level that each pair reaches: 1000 log2(m/u); people behind one door agree more often than chance has it."""
    levels = compared.levels[name]
    declared = [model.weights[name][level] for level in comparison(name).level_names]
    m, factor, at_door = (np.array(values) for values in zip(*((w.m, w.factor, w.u_same_door or 0.0) for w in declared), strict=True))
    u = np.array([1.0 if isinstance(w.u, str) else w.u for w in declared])
    found: Array = _bits(m, u)[levels]
    by_kind: dict[str, list[int]] = {}
    for position, weights in enumerate(declared):
        if isinstance(weights.u, str):
            by_kind.setdefault(weights.u, []).append(position)
        elif weights.u_same_door is not None:
            by_kind.setdefault("", []).append(position)
    for kind, positions in by_kind.items():
        rows = np.flatnonzero(one_of(levels, positions))
        level = levels[rows]
        by_chance = _share(world, counts, compared, kind, rows) * factor[level] if kind else u[level]
        behind = np.flatnonzero(at_door[level])
        behind = behind[_behind(world, counts, compared, rows[behind])]
        by_chance[behind] = np.maximum(by_chance[behind], at_door[level[behind]])
        found[rows] = _bits(m[level], by_chance)
    return found


def _bits(m: Array, u: Array) -> Array:
    bits: Array = np.rint(1000 * np.log2(m / u)).astype(np.int32)
    return bits


def _behind(world: World, counts: Counts, compared: Compared, rows: Array) -> Array:
    """Which of these pairs stand behind one door; a hamlet without house numbers is no household."""
    door: Array = compared.levels["place"][rows] == comparison("place").level_names.index("door")
    door[door] = counts.at_address["door"][_address(world, compared, rows[door])] > 0
    return door


def _address(world: World, compared: Compared, rows: Array) -> Array:
    """The address of the residence that agrees best."""
    resident, residence = compared.resident[rows], compared.residence[rows]
    address: Array = world.register.people[RESIDENCES[0]][resident]
    for kind, name in enumerate(RESIDENCES[1:], 2):
        some = np.flatnonzero(residence == kind)
        address[some] = world.register.people[name][resident[some]]
    return address


def _share(world: World, counts: Counts, compared: Compared, counted: str, rows: Array) -> Array:
    """The share of residents that would agree as much by chance; never below that of one of them."""
    resident = compared.resident[rows]
    if counted in NAME_COUNTS:
        return _name_share(world, counts, compared, counted, rows)
    if counted in PLACE_COUNTS:
        address = _address(world, compared, rows)
        number = counts.at_address[counted][address]
        number = np.where(number == 0, counts.at_address["locality"][address], number) if counted == "door" else number
    else:
        number = counts.province[resident] if counted == "province" else np.ones(len(rows))
    share: Array = np.maximum(number, 1) / counts.residents
    return share


def _name_share(world: World, counts: Counts, compared: Compared, kind: str, rows: Array) -> Array:
    """The share of residents who bear the register's name by chance.

    Once the commune agrees it is the share of the *other* bearers there, or the country's if that is more: a name that is
    unique in its commune is still as likely to be a stranger's as anywhere. The commune's own share counts for little where
    the extract holds few of its residents. In the country the bearer himself counts half (Krichevsky and Trofimov 1981): of
    names that one resident bears a good part would be borne by no other if the register were twice as large.
    """
    resident = compared.resident[rows]
    total, here = bearers(world, counts, kind, compared.register_name[rows], counts.home[resident])
    share = (np.maximum(total, 1) - 0.5) / counts.residents
    near = one_of(compared.levels["place"][rows], [comparison("place").level_names.index(level) for level in SAME_PLACE])
    others = np.where(counts.home[resident] != 0, np.maximum(here, 1) - 1, 0) / (counts.home_size[resident] + _FEW)
    return np.where(near, np.maximum(share, others), share)


def estimate_share(tops: Iterable[tuple[Array, Array]], records: int, model: Model, residents: int) -> float:
    """The share of `records` whose person is in the register, by expectation maximisation over each record's (top, total).

    The expectation is the mean posterior of "one of the candidates"; the model's share counts as _BELIEF more records, so
    that a handful of them does not decide it. Sums are of integers, so the result does not depend on their order.
    """
    share: float = model.share_in_register
    odds = [np.exp2(np.minimum(top, 200_000) / 1000) * (total / WHOLE) for top, total in tops]
    for _ in range(_ROUNDS if records else 0):
        prior = prior_odds(share, residents)
        found = sum(int(np.rint(1e9 * (prior * x / (1 + prior * x))).astype(np.int64).sum()) for x in odds)
        renewed = min(max((found / 1e9 + _BELIEF * model.share_in_register) / (records + _BELIEF), _LEAST), _MOST)
        if abs(renewed - share) < 1e-6:
            return renewed
        share = renewed
    return share


def prior_odds(share: float, residents: int) -> float:
    """The odds that one given resident is the record's, against none of them."""
    return share / ((1 - share) * max(1, residents))


def posterior(scored: Mapping[str, Array], prior: int) -> tuple[Array, Array]:
    """Weight and probability (in millionths) of `scored` candidates (evidence, top, share, total): `prior` (thousandths of a bit) added."""
    weight = (scored["evidence"] + prior).astype(np.int32)
    nobody = np.exp2(np.clip(-(scored["top"] + float(prior)), -60_000, 300_000) / 1000.0) * WHOLE
    return weight, np.rint(1e6 * scored["share"] / (scored["total"] + nobody)).astype(np.int64)


_ROUNDS, _BELIEF, _LEAST, _MOST = 50, 100, 0.01, 0.999
