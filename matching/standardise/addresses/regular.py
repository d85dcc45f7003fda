"""Endings in which every word is a commune's, a district's or a province's: what most endings are.

`xã Ea Bung, huyện Ea Súp, tỉnh Đắk Lắk` is cut behind the commune. Both sides repeat, so the units of each are found once; put
together they are weighed as any others. Only what leaves no word over and agrees in all is taken; the rest is read at length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from matching.standardise.addresses.kept import Kept
from matching.standardise.addresses.lexicon import COMMUNE_KINDS
from matching.standardise.addresses.mentions import find_mentions, kind_words
from matching.standardise.addresses.model import Place
from matching.standardise.addresses.reading import Reading
from matching.standardise.addresses.readings import best_readings
from matching.standardise.addresses.sides import Behind, Plain, Weighed, behind_side, weigh
from matching.standardise.addresses.tokens import Tokens, canon_key, fold_aligned, tokenise
from matching.standardise.addresses.units import Units
from matching.standardise.addresses.worth import Field, differs, field_of

_ACCENTED = re.compile(r",| - | (?=(?:huyện|h|quận|q|tỉnh|tp|tx) )")
_PLAIN = re.compile(r",| - | (?=(?:huyen|h|quan|q|tinh|tp|tx) )")
_SHORT = re.compile("^[hq] ")
_LONG = {"h ": ("huyện ", "huyen "), "q ": ("quận ", "quan ")}
_FORMER = ("(cũ)", "(cu)")
_KINDS = COMMUNE_KINDS | {""}
_MORE = "z"
"""Stands for what follows a commune while its units are found: so it is not the end of the text."""
_WORDS = re.compile(r"[^\W_][^()]*(?:\(c[uũ]\))?")
KEPT = 20_000
"""Communes, and what follows them, that are kept; some 25 MB."""

_Tail = tuple[Field, Behind | None]


class _Sides(NamedTuple):
    """A commune as written and what stands behind it in one spelling, and whether a comma parts them."""

    written: str
    behind: str
    accented: bool
    parted: bool


class Regular:
    """Reads regular endings, and keeps the parts they are made of."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._index = units.index
        self._heads: dict[bool, Kept[Plain | None]] = {accented: Kept(KEPT) for accented in (True, False)}
        self._tails: dict[bool, Kept[_Tail]] = {accented: Kept(KEPT) for accented in (True, False)}
        self._weighed: Kept[Place] = Kept(KEPT)

    def read(self, ending: str, accented: bool) -> Place | None:
        """What an ending in its one spelling (see `ending_key`) says; None where it must be read at length."""
        return self.read_all([(ending, accented)])[0]

    def read_all(self, endings: Sequence[tuple[str, bool] | None]) -> list[Place | None]:
        """As `read` of each, and None for None: first what stands before the cuts of all, then what stands behind, then both together."""
        sides = [_sides(*ending) if ending else None for ending in endings]
        heads = [self._head(side.written, side.accented) if side else None for side in sides]
        kept = [
            side if side and head and (side.parted or not self._may_go_on(head.field.tokens, side.behind)) else None
            for side, head in zip(sides, heads, strict=True)
        ]
        tails = [self._tail(side.behind, side.accented) if side else None for side in kept]
        weighed = [self._weighed_sides(head, tail) if head and tail else None for head, tail in zip(heads, tails, strict=True)]
        return [self._place(found) if found else None for found in weighed]

    def _weighed_sides(self, head: Plain, tail: _Tail) -> Weighed | list[Reading] | None:
        """What both sides may mean, by their numbers where they are plain enough; None where a word is left over."""
        field, behind = tail
        weighed = weigh(head, behind) if behind else None
        if weighed is not None:
            return weighed if weighed.whole else None
        readings = best_readings(_together(head.field, field)) if field.tokens.words else []
        return readings if readings and _is_whole(readings[0], head.field.tokens, field.tokens) else None

    def _place(self, found: Weighed | list[Reading]) -> Place:
        """The place of what both sides may mean."""
        if isinstance(found, list):
            return self._units.place(found)
        return self._weighed.get(found.key) or self._weighed.keep(found.key, self._units.place(found.readings))

    def _may_go_on(self, head: Tokens, behind: str) -> bool:
        """Whether a unit's name may begin with words before the cut and go on behind it."""
        first = canon_key(fold_aligned(behind)).partition(" ")[0]
        ends = [" ".join((*head.canon[i:], first)) for i in range(len(head.canon))]
        return any(end in self._index.begun or end in self._index.names for end in ends)

    def _head(self, written: str, accented: bool) -> Plain | None:
        """The units before the cut, kept; None if a unit's kind word stands elsewhere than at the beginning."""
        kept = self._heads[accented]
        return kept[written] if written in kept else kept.keep(written, self._read_head(written, accented))

    def _read_head(self, written: str, accented: bool) -> Plain | None:
        text = f"{written},{_MORE}"
        tokens = tokenise(text, fold_aligned(text), headed=True, accented=accented)
        kinds = kind_words(tokens)
        mentions = find_mentions(tokens, self._index, kinds)
        count = len(tokens.words) - 1
        whole = next((m for m in mentions if m.begin == 0 and m.end == count and m.name.communes), None)
        if whole is None or whole.kind not in _KINDS or tokens.words[0] == "x" or any(kind for kind, _ in kinds[whole.start + 1 :]):
            return None
        field = field_of(tokens, mentions)
        own = (tokens.words[:-1], tokens.canon[:-1], tokens.starts[:-1], tokens.ends[:-1], tokens.breaks[:-1])
        tokens = Tokens(written, tokens.folded[: len(written)], *own, True, tokens.has_accents)
        return Plain(replace(field, tokens=tokens), whole)

    def _tail(self, written: str, accented: bool) -> _Tail:
        """The units behind the cut, and what they add to a commune before them."""
        kept = self._tails[accented]
        if written in kept:
            return kept[written]
        tokens = tokenise(written, fold_aligned(written), headed=True, accented=accented)
        field = field_of(tokens, find_mentions(tokens, self._index, kind_words(tokens)))
        return kept.keep(written, (field, behind_side(field, written.endswith(_FORMER))))


def _sides(ending: str, accented: bool) -> _Sides | None:
    """Both sides of an ending; None if nothing stands behind a commune, or it has other signs than words and commas."""
    cut = (_PLAIN if ending.isascii() else _ACCENTED).search(ending)
    if cut is None or not _WORDS.fullmatch(ending):
        return None
    return _Sides(ending[: cut.start()], _one_spelling(ending[cut.end() :]), accented, cut.group() == ",")


@lru_cache(maxsize=KEPT)
def _one_spelling(behind: str) -> str:
    """What follows a commune with commas between its units and district words written out."""
    plain = behind.isascii()
    parts = (_PLAIN if plain else _ACCENTED).split(behind)
    return ",".join(_SHORT.sub(lambda match: _LONG[match.group()][plain], part) for part in parts)


def _together(head: Field, tail: Field) -> Field:
    """The units of both in one text."""
    of, by = head.tokens, tail.tokens
    behind = len(of.text) + 1
    tokens = Tokens(
        f"{of.text},{by.text}", f"{of.folded},{by.folded}", of.words + by.words, of.canon + by.canon,
        (*of.starts, *[start + behind for start in by.starts]), (*of.ends, *[end + behind for end in by.ends]),
        (*of.breaks, 3, *by.breaks[1:]), True, of.has_accents,
    )  # fmt: skip
    tail = _moved(tail, len(of.words))
    districts = {**head.districts, **tail.districts}
    for bucket in head.districts.keys() & tail.districts.keys():
        districts[bucket] = head.districts[bucket] + tail.districts[bucket]
    return Field(tokens, head.provinces + tail.provinces, districts, head.communes + tail.communes, head.explicit + tail.explicit)


def _moved(field: Field, words: int) -> Field:
    """The same with `words` words before it; one mention stays one in all its levels."""
    found = [mention for districts in field.districts.values() for mention, _, _ in districts]
    found += [*(mention for mention, _, _ in field.provinces), *field.communes, *field.explicit]
    moved = {id(m): m._replace(begin=m.begin + words, start=m.start + words, end=m.end + words) for m in found}
    return Field(
        field.tokens, [(moved[id(m)], province, worth) for m, province, worth in field.provinces],
        {bucket: [(moved[id(m)], district, worth) for m, district, worth in found] for bucket, found in field.districts.items()},
        [moved[id(m)] for m in field.communes], [moved[id(m)] for m in field.explicit],
    )  # fmt: skip


def _is_whole(best: Reading, head: Tokens, tail: Tokens) -> bool:
    """Whether a reading is of the commune before the cut, agrees with all that is named, and leaves no word over."""
    commune, at = best.commune, best.at_commune
    if commune is None or at is None or best.contradicts or at.end != len(head.words) or differs(head, at, commune.accent):
        return False
    if best.district is not None and best.at_district is None:
        return False
    if not at.kind and best.province is None:
        return False
    said = sum(mention.end - mention.begin for mention in best.mentions)
    return said == len(head.words) + len(tail.words) - tail.text.endswith(_FORMER)
