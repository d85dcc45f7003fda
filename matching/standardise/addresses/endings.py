"""What the ends of addresses say: endings repeat (`, Phường 5, Quận 3, TP.HCM`), beginnings do not, so each is read once.

A text is cut at its first commune word, or before a part between commas that a unit's name fills. The ending is used when all
its words are units and what stands before it cannot change what they mean; else the text is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from matching.standardise.addresses.heads import DOOR_ONLY, begins_local, is_local
from matching.standardise.addresses.kept import Kept
from matching.standardise.addresses.model import Place
from matching.standardise.addresses.parts import outside
from matching.standardise.addresses.regular import Regular
from matching.standardise.addresses.spelled import ending_key
from matching.standardise.addresses.tokens import canon, canon_key, fold_aligned, tokenise
from matching.standardise.addresses.units import Units

_COMMUNE_WORD = re.compile(
    r"(?<![a-z0-9'])(?:phuong|(?<!thi )xa|thi tran|dac khu|dk(?=[. ])|[pxf](?=[. ]*(?!\d{3})[a-z0-9])|tt(?=[. ])|p(?=\d))(?![a-z'])"
)
_WRITTEN = frozenset(("phường", "xã", "thị trấn", "đặc khu", "quận", "huyện", "tỉnh", "thị xã", "thành phố"))
"""Kind words as a text with accents writes them; with other accents they are part of a name: Nguyễn Tri Phương, Nghệ Tĩnh."""
_UNIT_BEFORE = re.compile(r"(?<![a-z0-9'])(?:quan|(?<!ba )huyen|tinh|thi xa|thanh pho|tp|tx|[qh](?=[. ]))(?![a-z'])|(?<![a-z])q\d")
_COMMA = re.compile(r",(?=\s*[^\s,])| - (?=[^\s-])")
_LAST_WORD = re.compile(r"[a-z0-9']+(?= $)")
_LEFT = re.compile(r"[\W_]*(?:(?:cu|moi|vn|viet ?nam)[\W_]*)?")
"""What may be left of an ending beside its units."""
_OPEN = frozenset({"commune_or_district", "commune_missing", "contradicts", "unexplained"})
"""An ending with one of these might mean something else together with what stands before it, unless that is plainly local."""
KEPT = 50_000
"""Endings that are kept; some 25 MB."""


class Ending(NamedTuple):
    """What an ending says: `open` if words before it might change that, `firm` if bare names between commas suffice."""

    place: Place
    rural: bool | None
    open: bool
    firm: bool


class Endings:
    """Cuts texts at their endings, and keeps what each ending says."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._names = units.index.names
        self._written: Kept[Ending | None] = Kept(KEPT)
        self._spelled: Kept[Ending | None] = Kept(KEPT)
        self._said_by: Kept[Ending] = Kept(KEPT)
        self.regular = Regular(units)
        gazetteer = units.gazetteer
        self._own_names = {unit.base.lower() for unit in gazetteer.old_units.values()}
        self._own_names |= {unit.base.lower() for unit in gazetteer.new_units.values()}

    def cut_all(self, texts: Sequence[tuple[str, str]]) -> list[tuple[Ending, int] | None]:
        """As `cut` of each (cleaned, folded) text, step by step for all of them; the endings that are new are read together."""
        where = [self._where(text, folded) for text, folded in texts]
        first = [(text[cuts[0][1] :], not text.isascii(), cuts[0][1] > 0) for (text, _), cuts in zip(texts, where, strict=True) if cuts]
        said = iter(self._read_ahead(first))
        return [self._cut_at(text, folded, cuts, next(said)) if cuts else None for (text, folded), cuts in zip(texts, where, strict=True)]

    def cut(self, text: str, folded: str) -> tuple[Ending, int] | None:
        """What the ending says and where it begins, if it names all units of the text; None if the text must be read as a whole."""
        return self.cut_all([(text, folded)])[0]

    def _where(self, text: str, folded: str) -> list[tuple[int, int]]:
        """Where an ending may begin, first choice first: where the text before it ends, and its own first letter.

        Both are the same at a commune word, which is the only choice. Empty if the text must be read as a whole.
        """
        accented = not text.isascii()
        start = self._commune_word(text, folded, accented)
        if start is None:
            return list(self._commas(text, folded, accented))
        return [] if " nay " in folded or _has_unit(text, folded, start, accented) else [(start, start)]

    def _cut_at(self, text: str, folded: str, cuts: Sequence[tuple[int, int]], first: Ending | None) -> tuple[Ending, int] | None:
        """The first of the cuts whose ending names all units of the text; `first` is what the first of these endings says."""
        found = first
        for number, (end, start) in enumerate(cuts):
            if number:
                found = self._read_ahead([(text[start:], not text.isascii(), True)])[0]
            if found is None or (end == start > 0 and "kind_missing" in found.place.assumptions):
                continue  # nothing named, or the word was part of a name: Xa Dung
            if start == 0 or (found.firm if end < start else not found.open) or self._is_local(folded, end):
                return found, end
        return None

    def _commune_word(self, text: str, folded: str, accented: bool) -> int | None:
        """Where the first word stands that says that a commune follows."""
        for match in _COMMUNE_WORD.finditer(folded):
            start, word = match.start(), match.group()
            if word == "x" and start < 2:
                continue  # X28, Xã Quỳnh Lưu: xóm 28
            if accented and len(word) > 2 and text[start : match.end()].lower() not in _WRITTEN:
                continue
            if start and folded[start - 1] == " " and folded[start - 2] not in ",-." and self._inside_name(text, folded, start, word):
                continue
            return start
        return None

    def _commas(self, text: str, folded: str, accented: bool) -> Iterator[tuple[int, int]]:
        """The commas of a text without commune words behind which an ending may begin in which every part is a unit."""
        cuts = [match.span() for match in _COMMA.finditer(folded)]
        for i, (comma, after) in enumerate(cuts[-4:], max(0, len(cuts) - 4)):
            part = folded[after : cuts[i + 1][0] if i + 1 < len(cuts) else len(folded)].strip()
            if not part or part[0].isdigit() or part.count(" ") > 5:
                continue
            before = cuts[i - 1][1] if i else 0
            if folded[comma] == " " and canon_key(folded[before:comma]) + " " + canon_key(part) in self._names:
                return  # a dash within a name: Lang Biang - Đà Lạt
            if begins_local(folded, after):
                if canon_key(part) in self._names:
                    return  # Bản Lang, Buôn Ma Thuột: a unit's name begins like a hamlet's
                continue
            if _has_unit(text, folded, comma, accented):
                continue
            if DOOR_ONLY.fullmatch(folded, 0, comma):
                return
            yield comma, after

    def _inside_name(self, text: str, folded: str, start: int, word: str) -> bool:
        """Whether the commune word may be the end of a name instead: xã Tân Xã."""
        first = folded[max(0, start - 12) : start - 1].rpartition(" ")[2]
        if not first.isalnum():  # a sign stands within, or nothing at all
            found = _LAST_WORD.search(folded, max(0, start - 12), start)
            first = found.group() if found else ""
        if not first or f"{canon(first)} {canon(word)}" not in self._names:
            return False
        written = text[start - 1 - len(first) : start + len(word)].lower()
        return not written.endswith((" xã", " phường")) or written in self._own_names

    def _is_local(self, folded: str, end: int) -> bool:
        return is_local(folded, end, self._names)

    def _read_ahead(self, endings: Sequence[tuple[str, bool, bool]]) -> list[Ending | None]:
        """What each ending says; with it whether the text it is of has accents anywhere, and whether it has a beginning."""
        asked = [_lost(*ending) + ending[0] for ending in endings]
        said = {written: self._written[written] for written in asked if written in self._written}
        if len(said) < len(asked):
            new = {written: ending for written, ending in zip(asked, endings, strict=True) if written not in said}
            said |= self._learnt(new)
        return [said[written] for written in asked]

    def _learnt(self, endings: Mapping[str, tuple[str, bool, bool]]) -> dict[str, Ending | None]:
        """What endings say that were not written so before; read are those that differ by more than their spelling."""
        keys = {written: ending_key(ending, headed) for written, (ending, _, headed) in endings.items()}
        spelled = {written: _lost(*ending) + keys[written] for written, ending in endings.items()}
        said = {key: self._spelled[key] for key in spelled.values() if key in self._spelled}
        new = {key: (keys[written], *endings[written][1:]) for written, key in spelled.items() if key not in said}
        for key, found in zip(new, self._read(list(new.values())), strict=True):
            said[key] = self._spelled.keep(key, found)
        return {written: self._written.keep(written, said[key]) for written, key in spelled.items()}

    def _read(self, endings: Sequence[tuple[str, bool, bool]]) -> list[Ending | None]:
        """What endings in their one spelling say; None for one of which some words are no part of the units, or that names none."""
        places = self.regular.read_all([(key, accented) if headed else None for key, accented, headed in endings])
        return [self._said(place) if place else self._read_at_length(*ending) for place, ending in zip(places, endings, strict=True)]

    def _read_at_length(self, ending: str, accented: bool, headed: bool) -> Ending | None:
        tokens = tokenise(ending, fold_aligned(ending), headed=headed, accented=accented)
        resolved = self._units.read(tokens)
        place = resolved.place
        rest = "".join(part for _, part in outside(tokens.text, tokens.folded, resolved.spans))
        if not resolved.spans or not _LEFT.fullmatch(rest) or (not place.communes and "ambiguous" in place.assumptions):
            return None
        return self._said(place)

    def _said(self, place: Place) -> Ending:
        """The ending of a place, the same object for all that say the same."""
        found = self._said_by.get(place)
        if found is None:
            opened = not place.communes or place.province is None or not _OPEN.isdisjoint(place.assumptions)
            firm = not opened and place.district is not None and "commune_typo" not in place.assumptions
            found = self._said_by.keep(place, Ending(place, self._units.is_rural(place), opened, firm))
        return found


def _lost(ending: str, accented: bool, headed: bool) -> str:
    """What an ending does not say itself: that its text has accents elsewhere, that nothing stands before it."""
    return ("^" if accented and ending.isascii() else "") + ("" if headed else "$")


def _has_unit(text: str, folded: str, end: int, accented: bool) -> bool:
    """Whether a district's or province's kind word stands before `end`."""
    match = _UNIT_BEFORE.search(folded, 0, end)
    while match:
        if not accented or match.end() - match.start() < 3 or text[match.start() : match.end()].lower() in _WRITTEN:
            return True
        match = _UNIT_BEFORE.search(folded, match.end(), end)
    return False
