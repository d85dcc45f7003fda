"""Sex: what the partner says, or what honorific and name hint at, against the register."""

from __future__ import annotations

from matching.comparisons import Comparison, Level

COMPARISON = Comparison(
    "sex",
    "persons",
    (
        Level("null", "coalesce(a.sex, a.sex_hint) IS NULL OR b.sex IS NULL", "không rõ giới tính", "sex unknown"),
        Level("agree", "coalesce(a.sex, a.sex_hint) = b.sex", "giới tính phù hợp", "sex agrees"),
        Level("else", "", "giới tính khác", "sex differs"),
    ),
)
