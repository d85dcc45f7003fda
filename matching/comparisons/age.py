"""Could this resident have made the record on its day: born, of age, and not yet dead? Tells father from son of one name."""

from __future__ import annotations

from matching.comparisons import Comparison, Level

COMPARISON = Comparison(
    "age",
    "persons",
    (
        Level(
            "dead",
            lambda p: (p.b.died != 0) & (p.a.event_day != 0) & (p.b.died < p.a.event_day),
            "đã mất trước ngày ký", "dead before the day of the record",
        ),
        Level("null", lambda p: (p.a.event_day == 0) | (p.b.birth_year == 0), "không rõ tuổi", "age unknown"),
        Level(
            "minor",
            lambda p: p.a.event_day // 10000 - p.b.birth_year < p.minimum_age,
            "chưa đủ tuổi khi ký", "under age on the day of the record",
        ),
        Level("of_age", None, "đủ tuổi khi ký", "of age on the day of the record"),
    ),
)  # fmt: skip
