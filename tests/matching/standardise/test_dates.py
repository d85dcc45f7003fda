from __future__ import annotations

import datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.dates import DATE_COLUMNS, parse_date, standardise_dates
from matching.standardise.stage import _birth
from tests.matching.standardise.std_cases import cases


def _number(cell: str) -> int | None:
    return None if cell == "-" else int(cell)


@pytest.mark.parametrize(("raw", "condition", "year", "month", "day"), cases("dates", 5))
def test_examples(raw: str, condition: str, year: str, month: str, day: str) -> None:
    found = parse_date(raw)
    assert (found.condition, found.year, found.month, found.day) == (condition, _number(year), _number(month), _number(day))
    assert (found.date is not None) == (found.day is not None)


@given(st.dates(datetime.date(1931, 1, 2), datetime.date(2060, 1, 1)))
def test_every_writing_of_a_date_is_that_date(date: datetime.date) -> None:
    serial = (date - datetime.date(1899, 12, 30)).days
    for form in (
        f"{date:%d/%m/%Y}",
        f"{date:%d-%m-%Y}",
        f"{date:%Y-%m-%d}",
        f"{date:%Y-%m-%d} 00:00:00",
        str(serial),
        f"ngày {date.day} tháng {date.month} năm {date.year}",
    ):
        assert parse_date(form).date == date


@given(st.text(max_size=30))
def test_never_raises(raw: str) -> None:
    assert parse_date(raw).condition in ("ok", "year_only", "first_january", "invalid", "missing")


def test_batch() -> None:
    batch = standardise_dates(["03/02/1970", None, "1948"])
    assert batch.schema.names == list(DATE_COLUMNS)
    assert batch.column("date").to_pylist() == [datetime.date(1970, 2, 3), None, None]
    assert standardise_dates([]).num_rows == 0


@pytest.mark.parametrize(
    ("raw", "date", "year"),
    [
        ("12/03/28", datetime.date(1928, 3, 12), 1928),
        ("12/03/26", datetime.date(2026, 3, 12), 2026),
        ("12/03/2028", datetime.date(2028, 3, 12), 2028),
        ("12/03/31", datetime.date(1931, 3, 12), 1931),
        ("00/00/28", None, 1928),
        (None, None, None),
    ],
)
def test_nobody_is_born_after_the_day_by_two_digits(raw: str | None, date: datetime.date | None, year: int | None) -> None:
    found = parse_date(raw)
    query = f"SELECT {_birth('b.raw', datetime.date(2026, 11, 1))} FROM (SELECT ?::VARCHAR AS raw, ?::DATE AS date, ?::SMALLINT AS year) b"
    assert duckdb.execute(query, [raw, found.date, found.year]).fetchall() == [(date, year)]
