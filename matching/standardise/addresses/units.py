"""The units of a whole text: what stands in brackets or after "nay là" is read by itself, and put together with the rest."""

from __future__ import annotations

import re
from datetime import date

from matching.standardise.addresses.index import build_index, index
from matching.standardise.addresses.model import Place
from matching.standardise.addresses.places import place_of
from matching.standardise.addresses.reading import Reading
from matching.standardise.addresses.resolve import Resolved, preferred, resolve
from matching.standardise.addresses.tokens import Tokens, tokenise
from matching.standardise.admin_units import Era, Gazetteer

_NOW = re.compile(r"\bnay (?:la|thuoc|doi thanh|sap nhap vao)\b|\bdoi ten thanh\b")
_ASIDE = re.compile(
    r"\([^()]*\b(?:phuong|xa|thi tran|quan|huyen|t[xpt]\.?|thanh pho|dac khu|[pxfqh]\.|[pq](?=\d)|(?<=\()[pxf](?= )) ?[a-z0-9][^()]*\)?"
)
"""Units within brackets: what a place is called now, or was called."""


class Units:
    """Reads the units of texts as of one day; `prefer` as for `AddressParser`."""

    def __init__(self, gazetteer: Gazetteer, as_of: date, prefer: Era | None = None) -> None:
        self.gazetteer = gazetteer
        self.as_of = as_of
        self.prefer = prefer
        self.index = index() if gazetteer is Gazetteer.load() else build_index(gazetteer)

    def read(self, tokens: Tokens) -> Resolved:
        """The place that the tokens name, and the spans of characters that name it."""
        aside = _ASIDE.search(tokens.folded)
        if aside:
            return self._both(tokens, aside.span(), bool(_NOW.search(aside.group())))
        now = _NOW.search(tokens.folded)
        if now:
            return self._both(tokens, (now.end(), len(tokens.text)), True)
        return self._plain(tokens)

    def place(self, readings: list[Reading]) -> Place:
        """The place of readings that leave nothing to doubt, as `resolve` has it."""
        return place_of(preferred(readings, self.prefer), (), self.index, self.gazetteer, self.as_of)

    def is_rural(self, place: Place) -> bool | None:
        """Whether the commune was or is a xã: there a bare name is a hamlet. None without a commune."""
        if not place.communes:
            return None
        if place.written_commune and len(place.written_commune) == 5:
            return self.gazetteer.old_units[place.written_commune].kind == "xã"
        return all(self.gazetteer.new_units[code].kind == "xã" for code in place.communes)

    def _both(self, tokens: Tokens, aside: tuple[int, int], today_aside: bool) -> Resolved:
        """`A (nay là B)`, `B (A cũ)`: what both allow; where they disagree, what it is called now."""
        start, end = aside
        outer = self._plain(_blanked(tokens, start, end))
        inner = self._plain(_blanked(tokens, 0, start, end, len(tokens.text)))
        if outer.spans and _names_province(outer.place) and not _names_province(inner.place):
            inner = self._within(tokens, aside, inner, outer.spans[-1])
        spans = tuple(sorted({*inner.spans, *outer.spans}))
        today, former = (inner, outer) if today_aside else (outer, inner)
        if not today.place.communes or (today_aside and inner.place.province is None and outer.place.province):
            kept = [c for c in today.place.communes if self.gazetteer.new_units[c].province_code == former.place.province]
            today = Resolved(today.place._replace(communes=tuple(kept), province=former.place.province), today.spans)
        if not today.place.communes or not former.place.communes:
            return Resolved(today.place if today.place.communes else former.place, spans)
        both = tuple(code for code in today.place.communes if code in former.place.communes)
        place = today.place._replace(communes=both, certain=today.place.certain or len(both) == 1) if both else today.place
        notes = tuple(note for note in place.assumptions if note != "province_missing" or place.province is None)
        return Resolved(place._replace(reorganised=True, assumptions=notes), spans)

    def _within(self, tokens: Tokens, aside: tuple[int, int], inner: Resolved, province: tuple[int, int]) -> Resolved:
        """What stands aside, read with the province that ends the rest; `inner` where it is no unit of that province."""
        if province[0] < aside[1]:
            return inner
        again = self._plain(_blanked(tokens, 0, aside[0], aside[1], province[0], province[1], len(tokens.text)))
        return again if again.place.communes else inner

    def _plain(self, tokens: Tokens) -> Resolved:
        return resolve(tokens, self.index, self.gazetteer, self.as_of, self.prefer)


def _names_province(place: Place) -> bool:
    return place.province is not None and "province_missing" not in place.assumptions


def _blanked(tokens: Tokens, *edges: int) -> Tokens:
    """The same text with the characters between each pair of edges turned into a comma and blanks, so that spans still fit."""
    text, folded = tokens.text, tokens.folded
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end > start:
            blank = "," + " " * (end - start - 1)
            text, folded = text[:start] + blank + text[end:], folded[:start] + blank + folded[end:]
    return tokenise(text, folded)
