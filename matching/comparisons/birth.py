"""Birth dates, for sources that have them: equal, year only, day and month swapped, one part wrong, same year."""

from __future__ import annotations

from matching.comparisons import Comparison, Level

_PARTS = (
    "((year(a.birth_date) = year(b.birth_date))::INT + (month(a.birth_date) = month(b.birth_date))::INT"
    " + (day(a.birth_date) = day(b.birth_date))::INT)"
)

COMPARISON = Comparison(
    "birth",
    "persons",
    (
        Level("null", "a.birth_year IS NULL OR b.birth_year IS NULL", "không có ngày sinh để so", "no birth date to compare"),
        Level("exact", "a.birth_date = b.birth_date", "trùng ngày sinh", "same birth date"),
        Level(
            "year_only",
            "a.birth_year = b.birth_year AND (a.birth_condition IN ('year_only', 'first_january')"
            " OR b.birth_condition IN ('year_only', 'first_january'))",
            "trùng năm sinh, một bên chỉ có năm", "same year, one side has only the year",
        ),
        Level(
            "swapped",
            "a.birth_year = b.birth_year AND month(a.birth_date) = day(b.birth_date) AND day(a.birth_date) = month(b.birth_date)",
            "đảo ngày và tháng", "day and month swapped",
        ),
        Level("close", f"{_PARTS} = 2", "khác một phần của ngày sinh", "one part of the date differs"),
        Level("year", "a.birth_year = b.birth_year", "cùng năm sinh", "same year"),
        Level("else", "", "khác ngày sinh", "another birth date"),
    ),
)  # fmt: skip
