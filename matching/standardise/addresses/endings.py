"""What the ends of addresses say: endings repeat (`, Phường 5, Quận 3, TP.HCM`), beginnings do not, so each is read once.

A text is cut at its first commune word, or before a part between commas that a unit's name fills. The ending is used when all
its words are units and what stands before it cannot change what they mean; else the text is read as a whole.
"""

from __future__ import annotations

import re
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

    def cut(self, text: str, folded: str) -> tuple[Ending, int] | None:
        """What the ending says and where it begins, if it names all units of the text; None if the text must be read as a whole."""
        accented = not text.isascii()
        start = self._commune_word(text, folded, accented)
        if start is None:
            return self._cut_at_commas(text, folded, accented)
        if " nay " in folded or _has_unit(text, folded, start, accented):
            return None
        if start == 0:
            found = self._kept(text, accented, headed=False)
            return (found, 0) if found else None
        found = self._kept(text[start:], accented)
        if found is None or "kind_missing" in found.place.assumptions:
            return None  # nothing named, or the word was part of a name: Xa Dung
        return (found, start) if not found.open or self._is_local(folded, start) else None

    def _commune_word(self, text: str, folded: str, accented: bool) -> int | None:
        """Where the first word stands that says that a commune follows."""
        for match in _COMMUNE_WORD.finditer(folded):
            start, word = match.start(), match.group()
            if word == "x" and start < 2:
                continue  # X28, Xã Quỳnh Lưu: xóm 28
            if accented and len(word) > 2 and text[start : match.end()].lower() not in _WRITTEN:
                continue
            if start and folded[start - 1] == " " and self._inside_name(text, folded, start, word):
                continue
            return start
        return None

    def _cut_at_commas(self, text: str, folded: str, accented: bool) -> tuple[Ending, int] | None:
        """The same for a text without commune words: an ending between commas in which every part is a unit."""
        cuts = [match.span() for match in _COMMA.finditer(folded)]
        for i, (comma, after) in enumerate(cuts[-4:], max(0, len(cuts) - 4)):
            part = folded[after : cuts[i + 1][0] if i + 1 < len(cuts) else len(folded)].strip()
            if not part or part[0].isdigit() or part.count(" ") > 5:
                continue
            before = cuts[i - 1][1] if i else 0
            if folded[comma] == " " and canon_key(folded[before:comma]) + " " + canon_key(part) in self._names:
                return None  # a dash within a name: Lang Biang - Đà Lạt
            if begins_local(folded, after):
                if canon_key(part) in self._names:
                    return None  # Bản Lang, Buôn Ma Thuột: a unit's name begins like a hamlet's
                continue
            if _has_unit(text, folded, comma, accented):
                continue
            if DOOR_ONLY.fullmatch(folded, 0, comma):
                return None
            found = self._kept(text[after:], accented)
            if found and (found.firm or self._is_local(folded, comma)):
                return found, comma
        return None

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

    def _kept(self, ending: str, accented: bool, headed: bool = True) -> Ending | None:
        """What an ending says; `accented` says whether the text it is of has accents anywhere, `headed` whether it has a beginning."""
        lost = ("^" if accented and ending.isascii() else "") + ("" if headed else "$")
        written = lost + ending if lost else ending
        try:
            return self._written[written]
        except KeyError:
            pass
        key = ending_key(ending, headed)
        spelled = lost + key if lost else key
        if spelled not in self._spelled:
            self._spelled.keep(spelled, self._read(key, accented, headed))
        return self._written.keep(written, self._spelled[spelled])

    def _read(self, ending: str, accented: bool, headed: bool) -> Ending | None:
        """What an ending says, or None when some of its words are no part of the units, or it names none."""
        regular = self.regular.read(ending, accented) if headed else None
        if regular:
            return self._said(regular)
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


def _has_unit(text: str, folded: str, end: int, accented: bool) -> bool:
    """Whether a district's or province's kind word stands before `end`."""
    return any(
        not accented or len(match.group()) < 3 or text[match.start() : match.end()].lower() in _WRITTEN
        for match in _UNIT_BEFORE.finditer(folded, 0, end)
    )
