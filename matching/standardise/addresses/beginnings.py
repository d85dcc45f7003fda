"""What stands before the units: `số 12/3, đường Lê Lợi, tổ 4`. The number of the door differs, what follows it repeats.

So a beginning is read once for all its doors, and the door is put in. Where the number decides what the rest means (a street
called 3/2, an alley that says its outer one again) the whole beginning is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from matching.standardise.addresses.details import parse_detail
from matching.standardise.addresses.kept import Kept
from matching.standardise.addresses.model import Detail
from matching.standardise.addresses.numbers import number_of
from matching.standardise.addresses.parts import parts_of
from matching.standardise.addresses.streets import DAYS

_DOOR = re.compile(
    r"[ .]*+(?:(?:so nha|nha so|sn|so)[ .:]++)?+(?P<chain>\d++[a-z]?+(?:/\d++[a-z]?+)*+)"
    r"(?: *+, *+| ++)(?=[a-z])(?!chung cu|cc[ .]|c/c|toa(?![a-z])|block|blk|nha [a-z]\d?[ ,]|kdc|kdt|khu d|khu t|bis(?![a-z])|ter(?![a-z])|th(?:ang|\.)? ?\d)"
)
_ANY = "7"
"""The door that stands for all doors while a beginning is read."""
KEPT = 30_000
"""Beginnings that are kept; some 20 MB."""


class Beginning(NamedTuple):
    """The detail of a beginning, kept and so the same object for many doors, and the door that belongs into it."""

    shape: Detail
    house: str | None
    alley: str | None

    @property
    def detail(self) -> Detail:
        """The detail with its door."""
        return self.shape._replace(house=self.house, alley=self.alley)


class Beginnings:
    """Reads beginnings, and keeps what each says."""

    def __init__(self) -> None:
        self._after_door: dict[bool | None, Kept[Detail | None]] = {r: Kept(KEPT) for r in (True, False, None)}
        self._doorless: dict[bool | None, Kept[Detail]] = {r: Kept(KEPT) for r in (True, False, None)}

    def read(self, text: str, folded: str, rural: bool | None) -> Beginning:
        """The detail of a cleaned text without units; `folded` is its aligned fold, `rural` as for `parse_detail`."""
        return self.read_all([(text, folded, rural)])[0]

    def read_all(self, texts: Sequence[tuple[str, str, bool | None]]) -> list[Beginning]:
        """As `read` of each: first the doors of all, then what follows them."""
        doors = [_DOOR.match(folded) for _, folded, _ in texts]
        shapes = [self._shape(*text, door.end("chain") if door else 0) for text, door in zip(texts, doors, strict=True)]
        return [_with_door(*read, door, shape) for read, door, shape in zip(texts, doors, shapes, strict=True)]

    def _shape(self, text: str, folded: str, rural: bool | None, end: int) -> Detail | None:
        """The detail with any door, whose number ends at `end` (0: none); None where the number at the beginning is not simply the door."""
        stop = -2 if folded.endswith(", ") else -1 if folded.endswith(",") else 0
        if stop and folded[stop - 1 : stop].isalnum():  # before a comma or an end it says the same
            text, folded = text[:stop], folded[:stop]
        if not end:
            doorless = self._doorless[rural]
            return doorless.get(text) or doorless.keep(text, parse_detail(parts_of(text, folded), rural))
        rest, kept = text[end:], self._after_door[rural]
        try:
            return kept[rest]
        except KeyError:
            shape = parse_detail(parts_of(_ANY + rest, _ANY + folded[end:]), rural)
            return kept.keep(rest, shape if shape.house == _ANY else None)


def _with_door(text: str, folded: str, rural: bool | None, door: re.Match[str] | None, shape: Detail | None) -> Beginning:
    """The shape with the door that the text begins with, if it has one and the number decides nothing else."""
    if door is None and shape is not None:
        return Beginning(shape, shape[0], shape[1])
    if door is not None and shape is not None:
        chain = door["chain"]
        if "/" not in chain:
            return Beginning(shape, number_of(chain), shape[1])
        numbers = [number_of(number) for number in chain.split("/")]
        if not shape[1] and "/".join(numbers) not in DAYS:
            return Beginning(shape, numbers[-1], "/".join(numbers[:-1]))
    whole = parse_detail(parts_of(text, folded), rural)
    return Beginning(whole, whole.house, whole.alley)
