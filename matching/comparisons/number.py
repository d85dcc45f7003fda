"""Numbers: the 12-digit personal number, the 9-digit number before it, and one slip away from either.

A slip is one wrong, missing or surplus digit, or two neighbours swapped; the blocking rule that found it says so.
"""

from __future__ import annotations

from matching.comparisons import Comparison, Level

COMPARISON = Comparison(
    "number",
    "persons",
    (
        Level("exact", "a.id12 = b.id12", "trùng số định danh", "same personal number"),
        Level("old", "a.id9 = b.id9", "trùng số CMND cũ", "same old 9-digit number"),
        Level("slip", "slip AND length(a.id_digits) >= 11", "số định danh lệch một chữ số", "personal number one slip away"),
        Level("old_slip", "slip", "số CMND lệch một chữ số", "old number one slip away"),
        Level(
            "else",
            "(a.id12 IS NOT NULL AND b.id12 IS NOT NULL) OR (a.id9 IS NOT NULL AND b.id9 IS NOT NULL)",
            "số giấy tờ khác", "another number",
        ),
        Level("null", "TRUE", "không có số để so", "no number to compare"),
    ),
)  # fmt: skip
