"""From any string to an `Address`: the place that its units name, and the detail that stands outside them.

A text is cut into a beginning and an ending where that is safe, since both repeat (see `endings` and `beginnings`); else its
units are looked for in the whole text. Both ways give the same answer.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from matching.standardise.addresses.beginnings import Beginning, Beginnings
from matching.standardise.addresses.details import parse_detail
from matching.standardise.addresses.endings import Endings
from matching.standardise.addresses.model import Address, Place
from matching.standardise.addresses.parts import outside
from matching.standardise.addresses.places import confidence
from matching.standardise.addresses.tokens import clean, fold_aligned
from matching.standardise.addresses.units import Units
from matching.standardise.addresses.wholes import Wholes
from matching.standardise.admin_units import Era, Gazetteer

_KEYSTROKES = re.compile(r"(?i)[^\W\d_]{2}[1-9]|'[a-z]+[1-9]|[a-z](?:w|[sfrxj]\b)|dd|aa|ee|oo")


class Read(NamedTuple):
    """What a text says: the place, and what stands before it."""

    place: Place
    beginning: Beginning


class AddressParser:
    """Parses addresses as of one day. Holds caches, so keep one for a run; not shared between processes.

    `prefer` is the era that a file is known to be written in (a register of today: new). It only decides between readings
    that are as good: `Phường Ngọc Hà, Hà Nội` is a commune of today and, with its district left out, one of before. Without
    `cuts` every text is read as a whole and nothing is kept: ten times slower, and what the quick way is tested against.
    """

    def __init__(self, gazetteer: Gazetteer, as_of: date, prefer: Era | None = None, *, cuts: bool = True) -> None:
        self.gazetteer = gazetteer
        self.as_of = as_of
        self._cuts = cuts
        self._units = Units(gazetteer, as_of, prefer)
        self._endings = Endings(self._units)
        self._beginnings = Beginnings()
        self._wholes = Wholes(self._units)

    def parse(self, text: str) -> Address:
        """The address that `text` says; never fails, and says nothing (`NOWHERE`, empty detail) about an empty text."""
        place, beginning = self.read(text)
        return Address(text, place, beginning.detail)

    def read(self, text: str) -> Read:
        """The same with the door beside the rest of the detail, as many texts share both."""
        cleaned, repaired = clean(text)
        found = self._read(cleaned, repaired)
        if not found.place.communes and _KEYSTROKES.search(cleaned):
            again = self._read(keystrokes_off(cleaned), "keystrokes")
            return again if again.place.communes else found
        return found

    def _read(self, cleaned: str, repaired: str | None) -> Read:
        folded = fold_aligned(cleaned)
        cut = self._endings.cut(cleaned, folded) if self._cuts else None
        if cut:
            ending, end = cut
            place = ending.place
            beginning = self._beginnings.read(cleaned[:end], folded[:end], ending.rural)
        else:
            place, beginning = self._whole(cleaned, folded)
        if repaired and place.era:
            notes = {*place.assumptions, "encoding"}
            place = place._replace(assumptions=tuple(sorted(notes)), confidence=confidence(notes))
        return Read(place, beginning)

    def _whole(self, cleaned: str, folded: str) -> Read:
        place, spans = (self._wholes.read if self._cuts else self._wholes.read_anew)(cleaned, folded)
        detail = parse_detail(outside(cleaned, folded, spans), self._units.is_rural(place))
        return Read(place, Beginning(detail, detail.house, detail.alley))

    def read_detail(self, text: str, rural: bool) -> Beginning:
        """What a text says that has no units in it, as the detail column of a coded register."""
        cleaned, _ = clean(text)
        return self._beginnings.read(cleaned, fold_aligned(cleaned), rural)


def keystrokes_off(text: str) -> str:
    """Telex and VNI keystrokes taken off words no encoding repair knows (`DDawks Lawks`, `D9a8k1 La8k1` -> `Dak Lak`)."""
    text = re.sub(r"(?<=[^\W\d_])[1-9](?=[^\W\d_]|\b)", "", text)
    text = re.sub(r"([daeoDAEO])(?i:\1)", r"\1", text)
    return re.sub(r"(?<=[^\W\d_])[sfrxjSFRXJ](?=[^\W\d_]?\b)(?<!h[sfrxj])", "", re.sub(r"[wW](?=\w*)", "", text))
