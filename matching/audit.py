"""A sample for clerks, and what their answers say: precision and recall of a run's links with 95 % intervals.

Sampled are pairs of a record and a resident, stratified by whether they are linked and by probability, below the cut-off too,
since recall can only be told from what was not linked. Most are drawn where an answer tells most (Neyman 1934: as many as the stratum
is large and wavers). Of every stratum the posterior of its share is Beta(right + 1/2, wrong + 1/2) (Jeffreys; its coverage: Brown,
Cai and DasGupta 2001), the pairs that nobody looked at follow from it (beta-binomial: the population is finite), and precision and
recall are read off joint draws. Two clerks are held together by kappa (Cohen 1960).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 12  # pairs of a stratum, if it has so many
DRAWS, SEED = 20_000, 20260701
SAME, OTHER, UNSURE = "same_person", "not_same_person", "unsure"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Pairs of a run: `name` says which, `linked` whether they are links, `size` how many, `expected` how many the model takes for right."""

    name: str
    linked: bool
    size: int
    expected: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What clerks said of the sampled pairs of a stratum; those of whom they were unsure tell nothing and are told."""

    stratum: Stratum
    right: int
    wrong: int
    unsure: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def allocate(strata: Sequence[Stratum], size: int) -> list[int]:
    """How many pairs to draw of each stratum: LEAST, or all it has; the rest of `size` as size times deviation; never more than there are."""
    drawn = [min(stratum.size, LEAST) for stratum in strata]
    weights = [stratum.size * _deviation(stratum) for stratum in strata]
    while (left := size - sum(drawn)) > 0:
        room = [at for at, stratum in enumerate(strata) if drawn[at] < stratum.size]
        total = sum(weights[at] for at in room)
        if not room:
            break
        before = sum(drawn)
        for at in room:
            share = weights[at] / total if total else 1 / len(room)
            drawn[at] = min(strata[at].size, drawn[at] + math.floor(left * share))
        if sum(drawn) == before:  # less than one each: the heaviest first
            for at in sorted(room, key=lambda at: -weights[at])[:left]:
                drawn[at] += 1
    return drawn


def _deviation(stratum: Stratum) -> float:
    """How much an answer wavers; never less than that of one in a hundred, since the model may be wrong about itself."""
    share = min(max(stratum.expected / max(1, stratum.size), 0.01), 0.99)
    return math.sqrt(share * (1 - share))


def precision_and_recall(answers: Sequence[Answered]) -> tuple[Interval | None, Interval | None]:
    """Precision and recall of the links; None where nothing was answered that tells it."""
    linked = [answer for answer in answers if answer.stratum.linked and answer.right + answer.wrong]
    others = [answer for answer in answers if not answer.stratum.linked and answer.right + answer.wrong]
    if not linked:
        return None, None
    links = sum(answer.stratum.size for answer in linked)
    right, missed = (sum(map(_point, found)) for found in (linked, others))
    dice = np.random.default_rng(SEED)
    ends = []
    for hopeful in (False, True):
        found = _total([_right(answer, dice, surely_right=hopeful, surely_wrong=False) for answer in linked])
        lost = _total([_right(answer, dice, surely_right=False, surely_wrong=hopeful) for answer in others])
        quantile = 0.975 if hopeful else 0.025
        ends.append((float(np.quantile(found / links, quantile)), float(np.quantile(found / np.maximum(found + lost, 1e-9), quantile))))
    (low_precision, low_recall), (high_precision, high_recall) = ends
    recall = right / (right + missed) if right + missed else 0.0
    return _interval(right / links, low_precision, high_precision), _interval(recall, low_recall, high_recall)


def _total(draws: Sequence[Floats]) -> Floats:
    return np.sum(draws, axis=0) if draws else np.zeros(DRAWS)


def _interval(value: float, low: float, high: float) -> Interval:
    return Interval(value, min(low, value), max(high, value))


def _point(answer: Answered) -> float:
    """The pairs of a stratum that are one person, as its answers have it."""
    return answer.stratum.size * answer.right / (answer.right + answer.wrong)


def _right(answer: Answered, dice: np.random.Generator, *, surely_right: bool, surely_wrong: bool) -> Floats:
    """Draws of how many pairs of a stratum are one person: those seen, and as many of the others as a drawn share makes.

    The end of an interval at which nothing goes wrong lets a stratum be clean in which nothing was seen to (Brown, Cai and DasGupta
    put the end of the interval at 0 when nothing is seen); else half a pair in every stratum would deny it.
    """
    wrong = 0.0 if surely_right and not answer.wrong else answer.wrong + 0.5
    right = 0.0 if surely_wrong and not answer.right else answer.right + 0.5
    unseen = max(0, answer.stratum.size - answer.right - answer.wrong)
    if not wrong or not right:
        return np.full(DRAWS, float(answer.right + (0 if right == 0 else unseen)))
    drawn: Floats = answer.right + dice.binomial(unseen, dice.beta(right, wrong, DRAWS)).astype(np.float64)
    return drawn


def kappa(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Cohen's kappa of two clerks from how often the one said the first and the other the second; None if both always said one thing."""
    total = sum(pairs.values())
    if not total:
        return None
    agreed = sum(count for (first, second), count in pairs.items() if first == second) / total
    said = {answer for both in pairs for answer in both}
    chance = (
        sum(
            sum(c for (first, _), c in pairs.items() if first == answer) * sum(c for (_, second), c in pairs.items() if second == answer)
            for answer in said
        )
        / total**2
    )
    return None if chance == 1 else (agreed - chance) / (1 - chance)
