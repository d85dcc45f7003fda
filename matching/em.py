"""Expectation maximisation of m over counted patterns of agreement (Dempster, Laird and Rubin 1977; Winkler 1988).

The model that is learned is the one that scores: of a record's candidates one is its person, or none of them is. So the
expectation is the posterior over the candidates of a record, and the maximisation is a share of expected pairs. Records whose
candidates agree alike are one case with a count, so a million records are a few thousand rows, and the order of the records
cannot matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.paths import Levels, Paths, level_probabilities, node_options, start_options

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
M = dict[str, dict[str, float]]

ROUNDS, PRECISION = 500, 1e-6
BELIEF = 10.0  # expected pairs that the start counts as, in every split
FLOOR = 0.1  # of the start: errors that one file does not show still happen
_SHARE_BELIEF, _SHARE_LEAST, _SHARE_MOST = 100.0, 0.01, 0.999  # as matching.score estimates it in a run


@dataclass(frozen=True, slots=True)
class Cases:
    """Records alike, counted. Pairs of one case stand one after another; `first` is where those of each case begin.

    `world` is the register that a case belongs to (an index into `residents` and `records`: all records in scope, those without a
    candidate too). `levels` holds the number of the level for each pair and comparison, `bits` what -log2 u adds up to, and
    `free` whether a pair may teach a comparison: some blocking rule brings such pairs whatever that comparison says.
    """

    count: Ints
    world: Ints
    first: Ints
    levels: NDArray[np.int64]
    bits: Floats
    free: Bools
    residents: Floats
    records: Floats

    @property
    def case_of(self) -> Ints:
        """The case of each pair."""
        sizes = np.diff(np.append(self.first, len(self.bits)))
        return np.repeat(np.arange(len(self.first)), sizes)


@dataclass(frozen=True, slots=True)
class Learned:
    """m of every level, the share of records with a person in each register, and how the estimation ended.

    `evidence` is the number of expected pairs behind each level, `kept` the levels that stayed as they were.
    """

    m: M
    shares: tuple[float, ...]
    iterations: int
    last_change: float
    converged: bool
    evidence: M
    kept: dict[str, tuple[str, ...]]


def learn(cases: Cases, levels: Levels, start: M, share: float, fixed: Mapping[str, tuple[str, ...]], rounds: int = ROUNDS) -> Learned:
    """Estimate m from `start` until no m changes by more than PRECISION, or `rounds` are over (`converged` says which).

    `levels` names the levels of each comparison in the order of their numbers; `fixed` are levels that are not learned, since they
    stand for what a source does not call a link.
    """
    m = {name: dict(values) for name, values in start.items()}
    shares = np.full(len(cases.residents), share)
    case_of, change, done = cases.case_of, np.inf, 0
    evidence: M = {}
    while change >= PRECISION and done < rounds:
        done += 1
        posterior = _expect(cases, case_of, levels, m, shares)
        shares = _shares(cases, case_of, posterior, share)
        evidence = _evidence(cases, levels, posterior * cases.count[case_of])
        renewed = {name: _maximise(name, evidence[name], start[name], fixed.get(name, ())) for name in levels}
        change = max(abs(renewed[name][level] - m[name][level]) for name in levels for level in levels[name])
        m = renewed
    kept = {name: _kept(name, evidence[name], fixed.get(name, ())) for name in levels}
    return Learned(m, tuple(map(float, shares)), done, float(change), bool(change < PRECISION), evidence, kept)


def _expect(cases: Cases, case_of: Ints, levels: Levels, m: M, shares: Floats) -> Floats:
    """The posterior of each pair: its odds against the other candidates of its record and none of them."""
    evidence = cases.bits.copy()
    for column, (name, names) in enumerate(levels.items()):
        evidence += np.log2([m[name][level] for level in names])[cases.levels[:, column]]
    odds = np.log2(shares / ((1 - shares) * cases.residents))[cases.world]
    weight = np.exp2(np.clip(evidence + odds[case_of], -300, 300))
    return weight / (1 + np.add.reduceat(weight, cases.first))[case_of] if len(weight) else weight


def _shares(cases: Cases, case_of: Ints, posterior: Floats, start: float) -> Floats:
    """The share of records of each register whose person is among their candidates."""
    found = np.bincount(cases.world[case_of], posterior * cases.count[case_of], len(cases.residents))
    return np.clip((found + _SHARE_BELIEF * start) / (cases.records + _SHARE_BELIEF), _SHARE_LEAST, _SHARE_MOST)


def _evidence(cases: Cases, levels: Levels, expected: Floats) -> M:
    """Expected matching pairs of each level, among the pairs that may teach the comparison."""
    return {
        name: dict(
            zip(
                names,
                np.bincount(cases.levels[:, column], expected * cases.free[:, column], len(names)).tolist(),
                strict=True,
            )
        )
        for column, (name, names) in enumerate(levels.items())
    }


def _maximise(name: str, evidence: Mapping[str, float], start: Mapping[str, float], fixed: tuple[str, ...]) -> dict[str, float]:
    """m of the levels of one comparison: the shares of its splits, multiplied along each level's path."""
    before = start_options(name, start)
    shares = {
        node: _split(
            {option: _sum(evidence, reached) for option, reached in options.items()},
            before[node],
            _fixed(options, fixed),
        )
        for node, options in node_options(name).items()
    }
    found = level_probabilities(name, shares)
    kept = _kept(name, evidence, fixed)
    return {level: start[level] if level in kept or level not in found else max(FLOOR * start[level], found[level]) for level in start}


def _sum(evidence: Mapping[str, float], levels: tuple[str, ...]) -> float:
    return sum(evidence.get(level, 0.0) for level in levels)


def _fixed(options: Mapping[str, tuple[str, ...]], fixed: tuple[str, ...]) -> set[str]:
    return {option for option, levels in options.items() if levels and set(levels) <= set(fixed)}


def _split(counts: Mapping[str, float], before: Mapping[str, float], fixed: set[str]) -> dict[str, float]:
    """Shares of the options of one split: counted, and pulled to the start where little was counted; fixed ones stay."""
    room = 1 - sum(before[option] for option in fixed)
    open_options = [option for option in counts if option not in fixed]
    known = sum(before[option] for option in open_options)
    total = sum(counts[option] for option in open_options) + BELIEF
    shares = {option: room * (counts[option] + BELIEF * before[option] / known) / total for option in open_options}
    return shares | {option: before[option] for option in fixed}


def _kept(name: str, evidence: Mapping[str, float], fixed: tuple[str, ...]) -> tuple[str, ...]:
    """Levels that nothing was learned of: fixed, or fewer expected pairs behind a split of their path than the start counts as."""
    weak = {node for node, options in node_options(name).items() if sum(_sum(evidence, reached) for reached in options.values()) < BELIEF}
    return tuple(level for level, path in Paths.of(name).items() if level in fixed or any(node in weak for node, _ in path))
