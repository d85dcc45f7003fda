"""What is compared, and in which ordered levels. One file per comparison; the first level whose condition holds is reached.

A condition looks at many pairs at once: `pairs.a` has the columns of the partner's side, `pairs.b` those of the register's, and it
answers for each pair whether the level is reached. It is only asked of pairs that no level before it has taken, and of few others, so what
is costly (an edit distance) stands behind what is cheap (equal integers). `null` comes first, `else` last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

import numpy as np

from matching.arrays import Array, Bools
from matching.pairs import Pairs

COMPARISONS = ("name", "number", "place", "birth", "sex", "age")

_WORTH = 0.8  # of the pairs: where fewer are left, it is less work to put them together than to ask of all again

Condition = Callable[[Pairs], Bools]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of agreement: `condition` says which pairs reach it (None: whatever is left); `vi` and `en` say it in words."""

    name: str
    condition: Condition | None
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An attribute with its ordered levels; `over` is what a distinct pair consists of."""

    name: str
    over: Literal["names", "addresses", "persons"]
    levels: tuple[Level, ...]

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of the levels in the order in which they are asked."""
        return tuple(level.name for level in self.levels)

    def reached(self, pairs: Pairs) -> Array:
        """The level that each pair reaches, as its position in the declaration: 0 is the first."""
        found = np.full(len(pairs), len(self.levels) - 1, np.int8)
        rest, still = np.arange(len(pairs)), np.ones(len(pairs), np.bool_)
        for position, level in enumerate(self.levels):
            if level.condition is None or not len(rest):
                break
            holds = np.flatnonzero(level.condition(pairs) & still)  # positions pick rows several times as fast as booleans do
            found[rest[holds]] = position
            still[holds] = False
            if np.count_nonzero(still) < _WORTH * len(still):
                left = np.flatnonzero(still)
                rest, pairs, still = rest[left], pairs.at(left), np.ones(len(left), np.bool_)
        return found


@cache
def comparison(name: str) -> Comparison:
    """The declared comparison called `name`."""
    declared = import_module(f"matching.comparisons.{name}").COMPARISON
    assert isinstance(declared, Comparison)
    return declared
