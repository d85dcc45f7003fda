"""What stands before the units: `số 12/3, đường Lê Lợi, tổ 4`. The number of the door differs, what follows it repeats.

So a beginning is read once for all its doors, and the door is put in. Where the number decides what the rest means (a street
called 3/2, an alley that says its outer one again) the whole beginning is read.
"""

from __future__ import annotations

import re
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
        match = _DOOR.match(folded)
        if match is None:
            kept = self._doorless[rural]
            shape = kept.get(text) or kept.keep(text, parse_detail(parts_of(text, folded), rural))
            return Beginning(shape, shape.house, shape.alley)
        chain = match["chain"]
        known = self._shape(text, folded, match.end("chain"), rural)
        numbers = [number_of(number) for number in chain.split("/")]
        if known is None or (len(numbers) > 1 and (known.alley or "/".join(numbers) in DAYS)):
            shape = parse_detail(parts_of(text, folded), rural)
            return Beginning(shape, shape.house, shape.alley)
        return Beginning(known, numbers[-1], "/".join(numbers[:-1]) or known.alley)

    def _shape(self, text: str, folded: str, end: int, rural: bool | None) -> Detail | None:
        """The detail with any door, whose number ends at `end`; None where the number at the beginning is not simply the door."""
        rest, kept = text[end:], self._after_door[rural]
        try:
            return kept[rest]
        except KeyError:
            shape = parse_detail(parts_of(_ANY + rest, _ANY + folded[end:]), rural)
            return kept.keep(rest, shape if shape.house == _ANY else None)
