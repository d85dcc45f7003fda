"""Where chance comes from: one seeded stream a task, and weighted tables that cost one draw.

Only `random.Random.random()` is used: its sequence for a seed is promised by Python to stay the same, those of
`choice` and `shuffle` are not, and a world must be byte-identical on every version.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
TABLE_SIZE = 4096


class Dice:
    """A stream of chance for one task, told apart from every other by the words of its seed."""

    __slots__ = ("random",)

    def __init__(self, *seed: object) -> None:
        words = "/".join(str(word) for word in seed).encode()
        self.random = random.Random(int.from_bytes(blake2b(words, digest_size=16).digest(), "big")).random

    def chance(self, probability: float) -> bool:
        """True with `probability`."""
        return self.random() < probability

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely; IndexError if there is none."""
        return items[int(self.random() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a random order (Fisher-Yates)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def split(self, total: int, weights: Sequence[float]) -> list[int]:
        """`total` shared out in proportion to the weights, exactly."""
        whole = sum(weights)
        ends = [round(total * sum(weights[: i + 1]) / whole) for i in range(len(weights))]
        return [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def table(weights: Sequence[tuple[T, float]], size: int = TABLE_SIZE) -> tuple[T, ...]:
    """A tuple in which each item stands as often as its weight says: picking from it is a weighted draw in one step."""
    whole = sum(weight for _, weight in weights)
    items: list[T] = []
    reached = 0.0
    for item, weight in weights:
        reached += weight
        items.extend([item] * (round(size * reached / whole) - len(items)))
    return tuple(items)


def parsed(listing: str, size: int = TABLE_SIZE) -> tuple[str, ...]:
    """`"Nguyễn:38 Trần:12"` -> a weighted table; a token may hold blanks (`"Niê Kdăm:9"`) or be empty (`":5"`)."""
    weights: list[tuple[str, float]] = []
    words: list[str] = []
    for chunk in listing.split(" "):
        word, found, weight = chunk.rpartition(":")
        if not found:
            words.append(chunk)
            continue
        weights.append((" ".join([*words, word]).strip(), float(weight)))
        words = []
    return table(weights, size)
