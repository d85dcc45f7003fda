"""From any string to an `Address`: the place that its units name, and the detail that stands outside them.

Endings repeat (`, Phường 5, Quận 3, TP.HCM`), beginnings do not. So a text is cut at its first commune word, and when the
ending says all there is to say about units, what it says is kept for the next address with the same ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from matching.standardise.addresses.details import parse_detail
from matching.standardise.addresses.index import build_index, index
from matching.standardise.addresses.model import Address, Detail, Place
from matching.standardise.addresses.places import confidence
from matching.standardise.addresses.resolve import Resolved, resolve
from matching.standardise.addresses.tokens import Tokens, canon, clean, fold_aligned, tokenise
from matching.standardise.admin_units import Era, Gazetteer

_NOW = re.compile(r"\bnay (?:la|thuoc|doi thanh|sap nhap vao)\b|\bdoi ten thanh\b")
_KEYSTROKES = re.compile(r"(?i)[^\W\d_]{2}[1-9]|'[a-z]+[1-9]|[a-z](?:w|[sfrxj]\b)|dd|aa|ee|oo")
_ASIDE = re.compile(
    r"\([^()]*\b(?:phuong|xa|thi tran|quan|huyen|tx|tp|thanh pho|dac khu|p\.|x\.|q\.|h\.|tt\.?) ?[a-z0-9][^()]*\)?"
)
"""Units within brackets: what a place is called now, or was called."""
_ENDING = re.compile(
    r"(?<![a-z0-9'])(?:phuong|(?<!thi )xa|thi tran|dac khu|[pxf](?=[. ]*(?!\d{3})[a-z0-9])|tt(?=[. ])|p(?=\d))(?![a-z'])"
)
_UNIT_BEFORE = re.compile(
    r"(?<![a-z0-9'])(?:quan|huyen|tinh|thi xa|thanh pho|tp|tx|[qh](?=[. ]))(?![a-z'])|(?<![a-z])q\d"
)
_DOOR_ONLY = re.compile(r"(?:[^a-z]|(?<![a-z])(?:so|sn|nha|ngo|ngach|hem|kiet|[a-z])(?![a-z]))*")
_OPEN = frozenset({"commune_or_district", "commune_missing", "contradicts", "unexplained"})
"""An ending with one of these might mean something else together with what stands before it."""
KEPT = 50_000
"""Endings that are kept; some 25 MB. All are dropped when there are more, so memory is bounded whatever comes in."""


class AddressParser:
    """Parses addresses as of one day. Holds caches, so keep one for a run; not shared between processes.

    `prefer` is the era that a file is known to be written in (a register of today: new). It only decides between readings
    that are as good: `Phường Ngọc Hà, Hà Nội` is a commune of today and, with its district left out, one of before.
    """

    def __init__(self, gazetteer: Gazetteer, as_of: date, prefer: Era | None = None) -> None:
        self.gazetteer = gazetteer
        self.as_of = as_of
        self.prefer = prefer
        self.index = index() if gazetteer is Gazetteer.load() else build_index(gazetteer)
        self._endings: dict[str, tuple[Place, bool | None] | None] = {}
        self._places: dict[Place, Place] = {}

    def parse(self, text: str) -> Address:
        """The address that `text` says; never fails, and says nothing (`NOWHERE`, empty detail) about an empty text."""
        cleaned, repaired = clean(text)
        address = self._read(text, cleaned, repaired)
        if not address.place.communes and _KEYSTROKES.search(cleaned):
            again = self._read(text, keystrokes_off(cleaned), "keystrokes")
            return again if again.place.communes else address
        return address

    def _read(self, text: str, cleaned: str, repaired: str | None) -> Address:
        folded = fold_aligned(cleaned)
        cut = self._cut(cleaned, folded)
        if cut:
            place, rural, end = cut
            detail = parse_detail(_split(cleaned[:end], folded[:end]), rural)
        else:
            tokens = tokenise(cleaned, folded)
            resolved = self._resolve(tokens)
            place = resolved.place
            detail = parse_detail(_parts(tokens, resolved.spans), self._is_rural(place))
        if repaired and place.era:
            notes = {*place.assumptions, "encoding"}
            place = replace(place, assumptions=tuple(sorted(notes)), confidence=confidence(notes))
        return Address(text, place, detail)

    def parse_detail(self, text: str, rural: bool) -> Detail:
        """The detail of a text that has no units in it, as the detail column of a coded register."""
        cleaned, _ = clean(text)
        return parse_detail(_split(cleaned, fold_aligned(cleaned)), rural)

    def _cut(self, text: str, folded: str) -> tuple[Place, bool | None, int] | None:
        """The place of the ending and where it begins, if the ending from the first commune word on names it completely."""
        match = _ENDING.search(folded)
        if match is not None and match.start() < 2 and match.group() == "x":
            match = _ENDING.search(folded, match.end())  # X28, Xã Quỳnh Lưu: xóm 28
        if match is None:
            return self._cut_at_commas(text, folded)
        if match.start() == 0 or " nay " in folded or _UNIT_BEFORE.search(folded, 0, match.start()):
            return None
        start = match.start()
        if folded[start - 1] == " " and self._inside_name(folded, start, match.group()):
            return None
        found = self._kept(text[start:], folded[start:])
        return (*found, start) if found else None

    def _cut_at_commas(self, text: str, folded: str) -> tuple[Place, bool | None, int] | None:
        """The same for a text without commune words: an ending between commas in which every part is a unit."""
        commas = [i for i, sign in enumerate(folded) if sign == "," and folded[i + 1 :].lstrip()[:1] not in ("", ",")]
        for comma in commas[-4:]:
            part = folded[comma + 1 :].split(",", 1)[0].strip()
            if part[0].isdigit() or part.count(" ") > 5 or _UNIT_BEFORE.search(folded, 0, comma):
                continue
            if _DOOR_ONLY.fullmatch(folded, 0, comma):
                return None
            found = self._kept(text[comma + 1 :], folded[comma + 1 :])
            if found and found[0].district and "commune_typo" not in found[0].assumptions:
                return (*found, comma)
        return None

    def _kept(self, ending: str, folded: str) -> tuple[Place, bool | None] | None:
        key = ending.lower().replace(", ", ",").replace(". ", ".")
        if key not in self._endings:
            if len(self._endings) >= KEPT:
                self._endings.clear()
                self._places.clear()
            self._endings[key] = self._complete(ending, folded)
        return self._endings[key]

    def _inside_name(self, folded: str, start: int, word: str) -> bool:
        """Whether the commune word may be the end of a name instead: xã Tân Xã."""
        before = folded[:start].split()[-1:]
        return bool(before) and f"{canon(before[0])} {canon(word)}" in self.index.names

    def _complete(self, text: str, folded: str) -> tuple[Place, bool | None] | None:
        """The place of an ending, or None when some of its words are no part of the units, or something had to be guessed."""
        tokens = tokenise(text, folded, headed=True)
        resolved = self._resolve(tokens)
        place = resolved.place
        rest = "".join(part for _, part in _parts(tokens, resolved.spans))
        if (
            not place.communes
            or place.province is None
            or rest.strip(_EMPTY + ",;")
            or _OPEN.intersection(place.assumptions)
        ):
            return None
        return self._places.setdefault(place, place), self._is_rural(place)

    def _resolve(self, tokens: Tokens) -> Resolved:
        aside = _ASIDE.search(tokens.folded)
        if aside:
            return self._both(tokens, aside.span(), bool(_NOW.search(aside.group())))
        now = _NOW.search(tokens.folded)
        if now:
            return self._both(tokens, (now.end(), len(tokens.text)), True)
        return self._plain(tokens)

    def _both(self, tokens: Tokens, aside: tuple[int, int], today_aside: bool) -> Resolved:
        """`A (nay là B)`, `B (A cũ)`: what both allow; where they disagree, what it is called now."""
        start, end = aside
        inner = self._plain(_blanked(tokens, 0, start, end, len(tokens.text)))
        outer = self._plain(_blanked(tokens, start, end))
        spans = tuple(sorted({*inner.spans, *outer.spans}))
        today, former = (inner, outer) if today_aside else (outer, inner)
        if not today.place.communes or (today_aside and inner.place.province is None and outer.place.province):
            kept = [
                c for c in today.place.communes if self.gazetteer.new_units[c].province_code == former.place.province
            ]
            today = replace(today, place=replace(today.place, communes=tuple(kept), province=former.place.province))
        if not today.place.communes or not former.place.communes:
            return Resolved(today.place if today.place.communes else former.place, spans)
        both = tuple(code for code in today.place.communes if code in former.place.communes)
        place = (
            replace(today.place, communes=both, certain=today.place.certain or len(both) == 1) if both else today.place
        )
        notes = tuple(note for note in place.assumptions if note != "province_missing" or place.province is None)
        return Resolved(replace(place, reorganised=True, assumptions=notes), spans)

    def _plain(self, tokens: Tokens) -> Resolved:
        return resolve(tokens, self.index, self.gazetteer, self.as_of, self.prefer)

    def _is_rural(self, place: Place) -> bool | None:
        """Whether the commune was or is a xã: there a bare name is a hamlet. None without a commune."""
        if not place.communes:
            return None
        if place.written_commune and len(place.written_commune) == 5:
            return self.gazetteer.old_units[place.written_commune].kind == "xã"
        return all(self.gazetteer.new_units[code].kind == "xã" for code in place.communes)


def keystrokes_off(text: str) -> str:
    """Telex and VNI keystrokes taken off words no encoding repair knows (`DDawks Lawks`, `D9a8k1 La8k1` -> `Dak Lak`)."""
    text = re.sub(r"(?<=[^\W\d_])[1-9](?=[^\W\d_]|\b)", "", text)
    text = re.sub(r"([daeoDAEO])(?i:\1)", r"\1", text)
    return re.sub(r"(?<=[^\W\d_])[sfrxjSFRXJ](?=[^\W\d_]?\b)(?<!h[sfrxj])", "", re.sub(r"[wW](?=\w*)", "", text))


def _blanked(tokens: Tokens, *edges: int) -> Tokens:
    """The same text with the characters between each pair of edges turned into a comma and blanks, so that spans still fit."""
    text, folded = tokens.text, tokens.folded
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end > start:
            blank = "," + " " * (end - start - 1)
            text, folded = text[:start] + blank + text[end:], folded[:start] + blank + folded[end:]
    return tokenise(text, folded)


def _parts(tokens: Tokens, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """The text outside the units, cut at commas and at the units, as (written, folded)."""
    position = 0
    for start, end in [*sorted(spans), (len(tokens.text), len(tokens.text))]:
        yield from _split(tokens.text[position:start], tokens.folded[position:start])
        position = max(position, end)


_CUT = re.compile(r"[,;]+| - |--+")
_EMPTY = " .-/:)(+&'"


def _split(text: str, folded: str) -> Iterator[tuple[str, str]]:
    if "," not in folded and ";" not in folded and "-" not in folded:
        if folded.strip(_EMPTY):
            yield text, folded
        return
    position = 0
    for match in _CUT.finditer(folded):
        if folded[position : match.start()].strip(_EMPTY):
            yield text[position : match.start()], folded[position : match.start()]
        position = match.end()
    if folded[position:].strip(_EMPTY):
        yield text[position:], folded[position:]
