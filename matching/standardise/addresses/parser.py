"""From any string to an `Address`: the place that its units name, and the detail that stands outside them.

A text is cut into a beginning and an ending where that is safe, since both repeat (see `endings` and `beginnings`); else its
units are looked for in the whole text. Both ways give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from matching.standardise.addresses.beginnings import Beginning, Beginnings
from matching.standardise.addresses.chunks import cleaned_and_folded
from matching.standardise.addresses.details import parse_detail
from matching.standardise.addresses.endings import Ending, Endings
from matching.standardise.addresses.model import Address, Place
from matching.standardise.addresses.parts import meant
from matching.standardise.addresses.places import confidence
from matching.standardise.addresses.tokens import fold_aligned
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

    def read_all(self, texts: Sequence[str]) -> list[Read]:
        """As `read` of each, step by step for all of them: the code and the tables of a step stay near the processor."""
        cleaned = list(map(cleaned_and_folded, texts))
        cuts = self._endings.cut_all([(text, folded) for text, folded, _ in cleaned])
        begun = [
            (text[: cut[1]], folded[: cut[1]], cut[0].rural) if cut and cut[0].place.communes and not repaired else None
            for (text, folded, repaired), cut in zip(cleaned, cuts, strict=True)
        ]
        beginnings = iter(self._beginnings.read_all([found for found in begun if found]))
        return [
            Read(cut[0].place, next(beginnings)) if found and cut else self._read(*text, cut)
            for text, found, cut in zip(cleaned, begun, cuts, strict=True)
        ]

    def read(self, text: str) -> Read:
        """The same with the door beside the rest of the detail, as many texts share both."""
        cleaned, folded, repaired = cleaned_and_folded(text)
        return self._read(cleaned, folded, repaired, self._cut(cleaned, folded))

    def _cut(self, cleaned: str, folded: str) -> tuple[Ending, int] | None:
        return self._endings.cut(cleaned, folded) if self._cuts else None

    def _read(self, cleaned: str, folded: str, repaired: str | None, cut: tuple[Ending, int] | None) -> Read:
        found = self._put_together(cleaned, folded, repaired, cut)
        if not found.place.communes and _KEYSTROKES.search(cleaned):
            off = keystrokes_off(cleaned)
            folded = fold_aligned(off)
            again = self._put_together(off, folded, "keystrokes", self._cut(off, folded))
            return again if again.place.communes else found
        return found

    def _put_together(self, cleaned: str, folded: str, repaired: str | None, cut: tuple[Ending, int] | None) -> Read:
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
        detail = parse_detail(meant(cleaned, folded, spans), self._units.is_rural(place))
        return Read(place, Beginning(detail, detail.house, detail.alley))

    def read_detail(self, text: str, rural: bool) -> Beginning:
        """What a text says that has no units in it, as the detail column of a coded register."""
        cleaned, folded, _ = cleaned_and_folded(text)
        return self._beginnings.read(cleaned, folded, rural)


def keystrokes_off(text: str) -> str:
    """Telex and VNI keystrokes taken off words no encoding repair knows (`DDawks Lawks`, `D9a8k1 La8k1` -> `Dak Lak`)."""
    text = re.sub(r"(?<=[^\W\d_])[1-9](?=[^\W\d_]|\b)", "", text)
    text = re.sub(r"([daeoDAEO])(?i:\1)", r"\1", text)
    return re.sub(r"(?<=[^\W\d_])[sfrxjSFRXJ](?=[^\W\d_]?\b)(?<!h[sfrxj])", "", re.sub(r"[wW](?=\w*)", "", text))
