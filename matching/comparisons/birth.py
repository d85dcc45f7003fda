"""Birth dates, for sources that have them: equal, year only, day and month swapped, one part wrong, same year.

A date is its parts: `birth_year`, and month * 100 + day in `birth_day`, 0 where the date is not whole.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools
from matching.comparisons import Comparison, Level
from matching.pairs import Pairs


def _same_year(p: Pairs) -> Bools:
    found: Bools = p.a.birth_year == p.b.birth_year
    return found


def _whole(p: Pairs) -> Bools:
    found: Bools = (p.a.birth_day != 0) & (p.b.birth_day != 0)
    return found


def _exact(p: Pairs) -> Bools:
    found: Bools = _whole(p) & _same_year(p) & (p.a.birth_day == p.b.birth_day)
    return found


def _swapped(p: Pairs) -> Bools:
    (a_month, a_day), (b_month, b_day) = divmod(p.a.birth_day, 100), divmod(p.b.birth_day, 100)
    found: Bools = _whole(p) & _same_year(p) & (a_month == b_day) & (a_day == b_month)
    return found


def _close(p: Pairs) -> Bools:
    """Two of the three parts agree."""
    (a_month, a_day), (b_month, b_day) = divmod(p.a.birth_day, 100), divmod(p.b.birth_day, 100)
    found: Bools = _whole(p) & (_same_year(p).astype(np.int8) + (a_month == b_month) + (a_day == b_day) == 2)
    return found


COMPARISON = Comparison(
    "birth",
    "persons",
    (
        Level("null", lambda p: (p.a.birth_year == 0) | (p.b.birth_year == 0), "không có ngày sinh để so", "no birth date to compare"),
        Level("exact", _exact, "trùng ngày sinh", "same birth date"),
        Level(
            "year_only",
            lambda p: _same_year(p) & ((p.a.birth_partial != 0) | (p.b.birth_partial != 0)),
            "trùng năm sinh, một bên chỉ có năm", "same year, one side has only the year",
        ),
        Level("swapped", _swapped, "đảo ngày và tháng", "day and month swapped"),
        Level("close", _close, "khác một phần của ngày sinh", "one part of the date differs"),
        Level("year", _same_year, "cùng năm sinh", "same year"),
        Level("else", None, "khác ngày sinh", "another birth date"),
    ),
)  # fmt: skip
