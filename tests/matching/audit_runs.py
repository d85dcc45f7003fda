"""Runs as an auditor may meet them: right as they say, worse than they say, bad. And how often the interval holds the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.audit import Answered, Interval, Stratum, allocate, precision_and_recall


@dataclass(frozen=True)
class Layer:
    """A stratum as the run sees it, and the share of its pairs that really are one person."""

    linked: bool
    size: int
    said: float
    true: float


RUNS = {
    "as right as it says": (Layer(False, 2_000, 0.004, 0.004), Layer(False, 1_200, 0.04, 0.06), Layer(False, 300, 0.3, 0.42),
                            Layer(False, 500, 0.8, 0.85), Layer(True, 300, 0.97, 0.97), Layer(True, 1_200, 0.995, 0.995), Layer(True, 14_500, 0.99995, 0.9998)),
    "worse than it says": (Layer(False, 2_000, 0.004, 0.01), Layer(False, 1_200, 0.04, 0.08), Layer(False, 300, 0.3, 0.42),
                           Layer(False, 500, 0.8, 0.7), Layer(True, 300, 0.97, 0.85), Layer(True, 1_200, 0.995, 0.95), Layer(True, 14_500, 0.99995, 0.99)),
    "bad": (Layer(False, 800, 0.004, 0.02), Layer(False, 600, 0.04, 0.1), Layer(False, 300, 0.3, 0.42), Layer(False, 500, 0.8, 0.6),
            Layer(True, 900, 0.97, 0.8), Layer(True, 2_000, 0.995, 0.9), Layer(True, 5_000, 0.9999, 0.97)),
}  # fmt: skip


def covered(run: tuple[Layer, ...], draws: int, seed: int, size: int = 400) -> tuple[float, float]:
    """The shares of `draws` samples whose intervals hold the true precision and the true recall."""
    strata = [Stratum(str(at), layer.linked, layer.size, layer.size * layer.said) for at, layer in enumerate(run)]
    right = [round(layer.size * layer.true) for layer in run]
    found = sum(n for n, layer in zip(right, run, strict=True) if layer.linked)
    truth = found / sum(layer.size for layer in run if layer.linked), found / sum(right)
    dice = np.random.default_rng(seed)
    asked = allocate(strata, size)
    held = np.zeros(2)
    for _ in range(draws):
        seen = [int(dice.hypergeometric(n, s.size - n, k)) for n, s, k in zip(right, strata, asked, strict=True)]
        answers = [Answered(s, n, k - n, 0) for s, n, k in zip(strata, seen, asked, strict=True)]
        held += [_holds(interval, share) for interval, share in zip(precision_and_recall(answers), truth, strict=True)]
    return float(held[0]) / draws, float(held[1]) / draws


def _holds(interval: Interval | None, share: float) -> bool:
    return interval is not None and interval.low <= share <= interval.high
