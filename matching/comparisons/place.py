"""Places, level by level: commune, street or hamlet, alley and house. Less said is compatible, never different.

A split commune is a set: it agrees with each of its successors. Streets are compared where both sides name one, else
hamlets where both name one. The level of a pair is the best over the resident's permanent, temporary and current residence.
"""

from __future__ import annotations

import re

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from matching.arrays import Array, Bools, expanded, grouped, inside, mixed, same
from matching.comparisons import Comparison, Level
from matching.pairs import Pairs, Side

_SPELT_OUT = 5  # letters from which one may be wrong
_LAST_MARK = re.compile(r" ([a-z]|[ivx]+)$")


def _province(p: Pairs) -> Bools:
    return p.once("province", lambda p: same(p.a.province, p.b.province))


def _open(p: Pairs) -> Bools:
    """A side does not name its commune."""
    return p.once("open", lambda p: (p.a.many == 0) | (p.b.many == 0))


def _commune(p: Pairs) -> Bools:
    return p.once("commune", _in_commune)


def _in_commune(p: Pairs) -> Bools:
    """The two may lie in one commune: equal where both name one, sets that meet where one was split."""
    found = same(p.a.commune, p.b.commune)
    left, right = p.a.many, p.b.many
    for side, other, rows in ((p.a, p.b, (left > 1) & (right == 1)), (p.b, p.a, (right > 1) & (left == 1))):
        sets = np.flatnonzero(rows)
        commune, row = _communes(side.at(sets))
        found[sets[row[commune == other.at(sets).commune[row]]]] = True
    both = np.flatnonzero((left > 1) & (right > 1))
    (one, row), (two, other_row) = _communes(p.a.at(both)), _communes(p.b.at(both))
    found[both[row[inside(mixed(row, one), np.sort(mixed(other_row, two)))]]] = True
    return found


def _communes(side: Side) -> tuple[Array, Array]:
    """All communes that each row may mean, and which row it is."""
    positions, rows = expanded(side.commune_start, side.many)
    return side.columns["communes"][positions], rows


def _streets(p: Pairs) -> Bools:
    return p.once("streets", lambda p: (p.a.street != 0) & (p.b.street != 0))


def _named(p: Pairs) -> Bools:
    return p.once("named", lambda p: _streets(p) | ((p.a.hamlet != 0) & (p.b.hamlet != 0)) | _crossed(p))


def _crossed(p: Pairs) -> Bools:
    """A name without its kind was read as a street where the other side calls it a hamlet: `Số 144, Đồng Lạc`, `Số 144, thôn Đồng Lạc`."""
    return p.once("crossed", lambda p: same(p.a.street, p.b.hamlet) | same(p.a.hamlet, p.b.street))


def _locality(p: Pairs) -> Bools:
    return p.once("locality", _same_locality)


def _same_locality(p: Pairs) -> Bools:
    """Streets where both name one, else hamlets: equal, or one letter apart."""
    streets = _streets(p)
    found = np.where(streets, p.a.street == p.b.street, same(p.a.hamlet, p.b.hamlet)) | _crossed(p)
    unequal = ~found & _named(p) & (_commune(p) | (_province(p) & _open(p)))
    for column, length, chosen in (("street", "street_length", streets), ("hamlet", "hamlet_length", ~streets)):
        likely = np.flatnonzero(unequal & chosen)
        rest = p.at(likely)
        long = [getattr(side, length) for side in (rest.a, rest.b)]
        likely = likely[(long[0] >= _SPELT_OUT) & (np.abs(long[0] - long[1]) <= 1)]
        found[likely] = _spelt_alike(p.at(likely), column)
    return found


def _spelt_alike(p: Pairs, column: str) -> Bools:
    """One letter apart, never a digit or what tells two of one name apart: `Thôn 3` and `Thôn 4`, `Buôn Gram A` and `Buôn Gram B` are two places."""
    if not len(p):
        return np.zeros(0, np.bool_)
    both = mixed(getattr(p.a, column), getattr(p.b, column))
    first, which = grouped(both)
    texts = [side.at(first).text(column) for side in (p.a, p.b)]
    edits = cpdist(*texts, scorer=Levenshtein.distance, score_cutoff=1, dtype=np.uint8)
    near = np.flatnonzero(edits <= 1)
    found = np.zeros(len(first), np.bool_)
    found[near] = [_marks(texts[0][n]) == _marks(texts[1][n]) for n in near]
    alike: Bools = found[which]
    return alike


def _marks(text: str) -> tuple[str, str]:
    """The digits of a folded name, and the letter or Roman number at its end: `tan loi a` -> `a`, `hoa binh ii` -> `ii`."""
    last = _LAST_MARK.search(text)
    return "".join(letter for letter in text if "0" <= letter <= "9"), last[1] if last else ""


def _house(p: Pairs) -> Bools:
    # A flat has its tower, floor and unit where a house has its number.
    return p.once("house", lambda p: same(p.a.house, p.b.house) & (p.a.alley == p.b.alley))


def _nowhere(p: Pairs) -> Bools:
    found: Bools = ((p.a.province == 0) & (p.a.many == 0)) | ((p.b.province == 0) & (p.b.many == 0))
    return found


def _door(p: Pairs) -> Bools:
    unnumbered = (p.a.house == 0) & (p.b.house == 0) & (p.a.street == 0) & (p.b.street == 0)
    found: Bools = _commune(p) & _locality(p) & (_house(p) | unnumbered)
    return found


COMPARISON = Comparison(
    "place",
    "addresses",
    (
        Level("null", _nowhere, "không rõ địa chỉ", "no place to compare"),
        Level("door", _door, "cùng số nhà hoặc cùng thôn không số nhà", "same door, or same hamlet without numbers"),
        Level(
            "door_unplaced",
            lambda p: _province(p) & _open(p) & _locality(p) & _house(p),
            "cùng số nhà và đường/thôn, thiếu xã", "same door, commune missing",
        ),
        Level(
            "locality_compatible",
            lambda p: _commune(p) & _locality(p) & ((p.a.house == 0) | (p.b.house == 0)),
            "cùng đường/thôn, thiếu số nhà", "same street or hamlet, house missing",
        ),
        Level("locality", lambda p: _commune(p) & _locality(p), "cùng đường/thôn, khác số nhà", "same street or hamlet, other house"),
        Level("commune_compatible", lambda p: _commune(p) & ~_named(p), "cùng xã, thiếu đường/thôn", "same commune, street or hamlet missing"),
        Level("commune", _commune, "cùng xã, khác đường/thôn", "same commune, other street or hamlet"),
        Level(
            "province_compatible",
            lambda p: _province(p) & _open(p),
            "cùng tỉnh, thiếu xã", "same province, commune missing",
        ),
        Level("province", _province, "cùng tỉnh, khác xã", "same province, other commune"),
        Level("else", None, "khác tỉnh", "another province"),
    ),
)  # fmt: skip
