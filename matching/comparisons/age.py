"""Could this resident have made the record on its day: born, of age, and not yet dead? Tells father from son of one name."""

from __future__ import annotations

from matching.comparisons import Comparison, Level

COMPARISON = Comparison(
    "age",
    "persons",
    (
        Level(
            "dead",
            "b.status = 'deceased' AND b.status_date < a.event_date",
            "đã mất trước ngày ký", "dead before the day of the record",
        ),
        Level("null", "a.event_date IS NULL OR b.birth_year IS NULL", "không rõ tuổi", "age unknown"),
        Level("minor", "year(a.event_date) - b.birth_year < minimum_age", "chưa đủ tuổi khi ký", "under age on the day of the record"),
        Level("of_age", "TRUE", "đủ tuổi khi ký", "of age on the day of the record"),
    ),
)  # fmt: skip
