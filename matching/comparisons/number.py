"""Numbers: the 12-digit personal number, the 9-digit number before it, and one slip away from either.

A slip is one wrong, missing or surplus digit, or two neighbours swapped; the blocking rule that found it says so (`slip`). The number
of somebody of the same household is another number, but no stranger's: whoever went to sign often gave their own papers. A number that
another resident bears says less against than one that nobody does: whoever is not in the register seldom has a resident's number.
"""

from __future__ import annotations

from matching.arrays import Bools, same
from matching.comparisons import Comparison, Level
from matching.pairs import Pairs


def _other(p: Pairs) -> Bools:
    """Both sides have a number of one kind, and they differ."""
    found: Bools = ((p.a.id12 != 0) & (p.b.id12 != 0)) | ((p.a.id9 != 0) & (p.b.id9 != 0))
    return found


COMPARISON = Comparison(
    "number",
    "persons",
    (
        Level("exact", lambda p: same(p.a.id12, p.b.id12), "trùng số định danh", "same personal number"),
        Level("old", lambda p: same(p.a.id9, p.b.id9), "trùng số CMND cũ", "same old 9-digit number"),
        Level("slip", lambda p: p.known("slip") & (p.a.digits >= 11), "số định danh lệch một chữ số", "personal number one slip away"),
        Level("old_slip", lambda p: p.known("slip"), "số CMND lệch một chữ số", "old number one slip away"),
        Level(
            "household",
            lambda p: same(p.a.owner_household, p.b.household),
            "số giấy tờ của người cùng hộ",
            "the number of somebody of the household",
        ),
        Level("others", lambda p: (p.a.owned != 0) & _other(p), "số giấy tờ của người khác", "the number of somebody else"),
        Level("else", _other, "số giấy tờ khác, không ai mang", "another number, nobody's"),
        Level("null", None, "không có số để so", "no number to compare"),
    ),
)
