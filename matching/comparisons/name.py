"""Names: equal with tones, equal without, same letters under other tones, other order, regional spelling, less, one slip.

`a.key2` is the second of two joint holders: it counts where the first is nobody's name. `similarity` (a slip of the hand) is
the only level that needs an edit distance, so it is asked only where no other level holds.
"""

from __future__ import annotations

from matching.comparisons import Comparison, Level

_SAME_ENDS = "a.surname = b.surname AND a.given = b.given"

COMPARISON = Comparison(
    "name",
    "names",
    (
        Level("null", "a.key IS NULL OR b.key IS NULL", "thiếu họ tên", "no name to compare"),
        Level(
            "exact",
            "a.has_tones AND b.has_tones AND a.canonical = b.canonical",
            "trùng họ tên, kể cả dấu", "same name, accents included",
        ),
        Level(
            "folded",
            "a.key = b.key AND NOT (a.has_tones AND b.has_tones)",
            "trùng họ tên khi bỏ dấu", "same name without accents",
        ),
        Level("tone", "a.key = b.key", "chỉ khác dấu", "only the accents differ"),
        Level("second", "a.key2 = b.key", "trùng họ tên người đứng tên thứ hai", "the name of the second joint holder"),
        Level("order", "a.key_sorted = b.key_sorted", "cùng các chữ, khác thứ tự", "same words in another order"),
        Level("regional", "a.key_regional = b.key_regional", "khác cách viết vùng miền", "a regional spelling"),
        Level(
            "middle_missing",
            f"{_SAME_ENDS} AND (a.middle IS NULL OR b.middle IS NULL"
            " OR list_has_all(string_split(b.middle, ' '), string_split(a.middle, ' '))"
            " OR list_has_all(string_split(a.middle, ' '), string_split(b.middle, ' ')))",
            "thiếu chữ đệm", "a middle name is missing",
        ),
        Level(
            "abbreviated",
            "a.abbreviated AND a.given = b.given"
            " AND list_transform(string_split(a.key, ' '), lambda t: t[1]) = list_transform(string_split(b.key, ' '), lambda t: t[1])",
            "viết tắt phù hợp", "compatible initials",
        ),
        Level("close", "similarity <= CASE WHEN length(a.key) >= 15 THEN 2 ELSE 1 END", "gần giống (lỗi gõ)", "a slip of the hand"),
        Level("surname_given", _SAME_ENDS, "trùng họ và tên, khác chữ đệm", "same surname and given name, other middle"),
        Level("else", "", "họ tên khác", "another name"),
    ),
)  # fmt: skip
