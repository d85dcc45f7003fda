"""Texts that cannot be cut: the units of the whole text, whatever the number of its door or hamlet is.

`17 Ngô Gia Tự Vĩnh Ninh Thuận Hóa Huế` and `23 Ngô Gia Tự ...` name the same units at the same distance from their ends.
"""

from __future__ import annotations

import re

from matching.standardise.addresses.kept import Kept
from matching.standardise.addresses.model import Place
from matching.standardise.addresses.tokens import fold_aligned, tokenise
from matching.standardise.addresses.units import Units

_HEAD = re.compile(
    r"[ .,:]*+(?:(?:(?:so nha|nha so|sn|so|nha|thon|xom|ap|ban|buon|to dan pho|to|tdp|khu pho|kp|khu vuc|kv|khu|khom|khoi|ngo|ngach|hem|kiet)"
    r"[ .:]*+)?+\d++[a-z]?+(?![a-z0-9])(?:[/-]\d++[a-z]?+(?![a-z0-9]))*+[ ,.:-]*+)*+"
)
_NUMBER = re.compile(r"\d+")
_ANY = "1000"
"""The number that stands for all: too long to be taken for a slip (số nhà 1, Sơn Hà)."""
KEPT = 30_000
"""Texts that are kept; some 20 MB."""


class Wholes:
    """Reads the units of whole texts, and keeps what each says."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._kept: Kept[tuple[Place, tuple[tuple[int, int], ...]]] = Kept(KEPT)

    def read(self, text: str, folded: str) -> tuple[Place, tuple[tuple[int, int], ...]]:
        """The place that a cleaned text names, and the spans of characters that name it."""
        head = _HEAD.match(folded)
        end = head.end() if head else 0
        key = _NUMBER.sub(_ANY, text[:end].lower()) + text[end:].lower()
        shift = len(text) - len(key)
        if len(text[end:]) != len(key) - len(_NUMBER.sub(_ANY, text[:end])):
            return self.read_anew(text, folded)  # lower case has another length: no Vietnamese letter
        place, spans = self._kept[key] if key in self._kept else self._kept.keep(key, self.read_anew(key, fold_aligned(key)))
        return place, tuple((start + shift, stop + shift) for start, stop in spans)

    def read_anew(self, text: str, folded: str) -> tuple[Place, tuple[tuple[int, int], ...]]:
        """The same, not kept."""
        resolved = self._units.read(tokenise(text, folded))
        return resolved.place, resolved.spans
