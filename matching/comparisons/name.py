"""Names: equal with tones, equal without, same letters under other tones, other order, regional spelling, less, one slip.

`a.key2` is the second of two joint holders: it counts where the first is nobody's name. A slip of the hand is the only level that
needs an edit distance, so it is asked only where no level before it holds.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from matching.arrays import Array, Bools, grouped, same
from matching.comparisons import Comparison, Level
from matching.pairs import Pairs, Side

_LONG = 15  # letters from which a name may have two slips


def _same_ends(p: Pairs) -> Bools:
    return p.once("ends", lambda p: same(p.a.ends, p.b.ends))


def _toned(p: Pairs) -> Bools:
    return p.once("toned", lambda p: (p.a.has_tones != 0) & (p.b.has_tones != 0))


def _middle_missing(p: Pairs) -> Bools:
    """Surname and given name agree, and every middle word of one side is also the other's."""
    found = _same_ends(p).copy()
    same_ends = np.flatnonzero(found)
    rest = p.at(same_ends)
    words = [list(side.columns["middle_words"][side.middle].T) for side in (rest.a, rest.b)]
    inside = [_all_in(*words), _all_in(*reversed(words))]
    more = np.any([side.columns["middles"][side.middle] > 3 for side in (rest.a, rest.b)], axis=0)
    if more.any():
        few = rest.at(more)
        texts = [[set(text.split()) for text in side.texts["middle"].at(side.middle)] for side in (few.a, few.b)]
        inside[0][more] = [x <= y or y <= x for x, y in zip(*texts, strict=True)]
        inside[1][more] = False
    found[same_ends] = inside[0] | inside[1]
    return found


def _all_in(words: list[Array], others: list[Array]) -> Bools:
    """Every one of `words` is among `others`; 0 is no word."""
    inside: Bools = np.ones(len(words[0]), np.bool_)
    for word in words:
        inside &= (word == 0) | np.any([word == other for other in others], axis=0)
    return inside


def _abbreviated(p: Pairs) -> Bools:
    """The record has initials, and they are those of the resident; the given name is written out."""
    rows = np.flatnonzero(p.a.abbreviated)  # few have
    few = p.at(rows)
    rows = rows[same(few.a.given, few.b.given) & (few.a.key_first == few.b.key_first)]
    rest = p.at(rows)
    found: Bools = np.zeros(len(p), np.bool_)
    found[rows] = _initials(rest.a) == _initials(rest.b)
    return found


def _initials(side: Side) -> Array:
    """A key of the initials of each name."""
    first, which = grouped(side.rows)
    found: Array = side.texts["key"].initials(side.rows[first])[which]
    return found


def _close(p: Pairs) -> Bools:
    """One slip apart (optimal string alignment), in a long name two."""
    length, a, b = p.a.length, p.a.letters, p.b.letters
    allowed = np.where(length >= _LONG, 2, 1)
    alike = (np.bitwise_count(a ^ b) <= 2 * allowed) | (a == 0) | (b == 0)
    likely = np.flatnonzero(alike & (np.abs(length - p.b.length) <= allowed))
    rest, which = p.at(likely).distinct()
    found = np.zeros(len(p), np.bool_)
    found[likely] = _slips(rest.a.text("key"), rest.b.text("key"), np.where(rest.a.length >= _LONG, 2, 1))[which]
    return found


def _slips(left: list[str], right: list[str], allowed: Array) -> Bools:
    if not len(left):
        return np.zeros(0, np.bool_)
    edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    within: Bools = edits <= allowed
    return within


COMPARISON = Comparison(
    "name",
    "names",
    (
        Level("null", lambda p: (p.a.key == 0) | (p.b.key == 0), "thiếu họ tên", "no name to compare"),
        Level(
            "exact",
            lambda p: _toned(p) & same(p.a.canonical, p.b.canonical),
            "trùng họ tên, kể cả dấu", "same name, accents included",
        ),
        Level(
            "folded",
            lambda p: same(p.a.key, p.b.key) & ~_toned(p),
            "trùng họ tên khi bỏ dấu", "same name without accents",
        ),
        Level("tone", lambda p: same(p.a.key, p.b.key), "chỉ khác dấu", "only the accents differ"),
        Level("second", lambda p: same(p.a.key2, p.b.key), "trùng họ tên người đứng tên thứ hai", "the name of the second joint holder"),
        Level("order", lambda p: same(p.a.key_sorted, p.b.key_sorted), "cùng các chữ, khác thứ tự", "same words in another order"),
        Level("regional", lambda p: same(p.a.key_regional, p.b.key_regional), "khác cách viết vùng miền", "a regional spelling"),
        Level("middle_missing", _middle_missing, "thiếu chữ đệm", "a middle name is missing"),
        Level("abbreviated", _abbreviated, "viết tắt phù hợp", "compatible initials"),
        Level("close", _close, "gần giống (lỗi gõ)", "a slip of the hand"),
        Level("surname_given", _same_ends, "trùng họ và tên, khác chữ đệm", "same surname and given name, other middle"),
        Level("else", None, "họ tên khác", "another name"),
    ),
)  # fmt: skip
