"""What is compared, and in which ordered levels. One file per comparison; the first level whose condition holds is reached.

A comparison is looked at once per *distinct* pair of values (`over`), and joined back: `a` is the partner's side of that
pair, `b` the register's. Conditions are DuckDB SQL over the standardised columns of the two; `null` comes first, `else` last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

COMPARISONS = ("name", "number", "place", "birth", "sex", "age")


@dataclass(frozen=True, slots=True)
class Level:
    """A level of agreement: `condition` is SQL over `a` and `b`; `vi` and `en` say it in words."""

    name: str
    condition: str
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
        """Names of the levels, best agreement first after `null`."""
        return tuple(level.name for level in self.levels)

    def case(self, levels: Iterable[str] | None = None) -> str:
        """The SQL expression that gives the level reached; only `levels`, if given, with null for none of them."""
        chosen = [level for level in self.levels if levels is None or level.name in levels]
        whens = "\n".join(f"  WHEN {level.condition} THEN '{level.name}'" for level in chosen if level.condition)
        otherwise = " ELSE 'else'" if levels is None else ""
        return f"CASE\n{whens}\n{otherwise} END"


@cache
def comparison(name: str) -> Comparison:
    """The declared comparison called `name`."""
    declared = import_module(f"matching.comparisons.{name}").COMPARISON
    assert isinstance(declared, Comparison)
    return declared
