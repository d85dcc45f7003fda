"""Sex: what the partner says, or what honorific and name hint at, against the register."""

from __future__ import annotations

from matching.comparisons import Comparison, Level

COMPARISON = Comparison(
    "sex",
    "persons",
    (
        Level("null", lambda p: (p.a.sex == 0) | (p.b.sex == 0), "không rõ giới tính", "sex unknown"),
        Level("agree", lambda p: p.a.sex == p.b.sex, "giới tính phù hợp", "sex agrees"),
        Level("else", None, "giới tính khác", "sex differs"),
    ),
)
