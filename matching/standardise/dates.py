"""Dates as registers and partners write them; day before month, and nothing is guessed that the text does not say.

A year alone, or a month and year, is a partial date. 01/01 is how a register writes "only the year is known", so it is
flagged. Two-digit years follow the rule of the spreadsheets in which they were typed: 00-29 is 20xx, 30-99 is 19xx.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from matching.standardise.missing import is_missing
from matching.standardise.text import fold, squeeze

_YEARS = range(1850, 2101)
_EXCEL_DAYS = range(10_000, 60_001)  # 1927 to 2064; a number of five digits has no other reading
_EXCEL_ZERO = datetime.date(1899, 12, 30)
_TIME = re.compile(r"(?i)[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M|SA|CH)?\s*(?:Z|[+-]\d{2}:?\d{2})?$")
_SEPARATED = re.compile(r"([\dxX?_*-]{1,2}|\d{4})\s*(?:[/.,\-\s]|//)\s*([\dxX?_*-]{1,2})\s*(?:[/.,\-\s]|//)\s*(\d{4}|\d{1,2})")
_LETTERED = re.compile(r"[\dOol]{1,2}([/.-])[\dOol]{1,2}\1[\dOol]{4}")
_LOOKS = str.maketrans("Ool", "001")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = re.compile(
    rf"(?i)(\d{{1,2}})[\s/.-]*({'|'.join(_MONTHS)}|th(?:á|a)?(?:ng|g)?\.?\s*(\d{{1,2}}))[a-z]*[\s/.,-]*(\d{{4}}|\d{{2}})"
)
_PREFIX = re.compile(r"(?i)^(?:(?:sinh\s+)?ngày|ngay|ns|sn)[\s:.]+(?=\d{1,2}\s*[/.-])")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})|(\d{4})\s*[/.\-]\s*(\d{1,2})")
_WORDS = re.compile(r"(?:sinh )?(?:ngay )?(?:(\d{1,2}) (?:thang|thg|th) )?(?:(?:thang )?(\d{1,2}) )?(?:nam |sn |sinh nam )?(\d{4})")
_EIGHT = re.compile(r"\d{8}")
_WHOLE = re.compile(r"(\d{4,8})(?:[.,]0+)?|(\d{5})[.,]\d+")  # a spreadsheet's fraction of a day is the time


class PartialDate(NamedTuple):
    """The columns of one date; `date` is null unless the day is known, what is not known is null."""

    raw: str | None
    date: datetime.date | None
    year: int | None
    month: int | None
    day: int | None
    condition: str


DATE_COLUMNS: dict[str, pa.DataType] = {
    "raw": pa.string(),
    "date": pa.date32(),
    "year": pa.int16(),
    "month": pa.int8(),
    "day": pa.int8(),
    "condition": pa.string(),
}


def parse_date(text: str | None) -> PartialDate:
    """Read a date: "03/02/1970", "1970-02-03 00:00:00", "ngày 3 tháng 2 năm 1970", "1948", "25600" (a spreadsheet's).

    Conditions: `ok`, `year_only` (also where a month is known), `first_january`, `invalid` (impossible or unclear),
    `missing`. Never raises.
    """
    if text is None or is_missing(text):
        return PartialDate(text, None, None, None, None, "missing")
    plain = _PREFIX.sub("", _TIME.sub("", squeeze(text)).strip(" .,;'\"").replace("\\", "/"))
    plain = plain.translate(_LOOKS) if _LETTERED.fullmatch(plain) else plain
    found = _separated(plain) or _number(plain) or _month_year(plain) or _words(plain) or _month_name(plain)
    return _checked(text, *found) if found else _invalid(text)


_Found = tuple[int | None, int | None, int | None]  # year, month, day


def _separated(text: str) -> _Found | None:
    """Three numbers: year first if it has four digits, else day, month, year; "00", "--", "xx" is an unknown part."""
    match = _SEPARATED.fullmatch(text)
    if not match:
        return None
    first, second, third = match.groups()
    if len(first) == 4:
        return (int(first), _part(second), _part(third)) if len(third) < 3 else None
    return _full_year(third), _part(second), _part(first)


def _part(text: str) -> int | None:
    """A day or month; None where the writer left it open; 99 for what is neither, so that it is refused."""
    if not text.strip("0xX?_*-"):
        return None
    return int(text) if text.isdigit() else 99


def _full_year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return (0 if len(text) != 2 else 2000 if int(text) < 30 else 1900) + int(text)


def _number(text: str) -> _Found | None:
    """A number: a year, eight digits with one reading, or the days of a spreadsheet."""
    match = _WHOLE.fullmatch(text)
    if not match:
        return None
    digits = match[1] or match[2]
    if len(digits) == 4:
        return int(digits), None, None
    if len(digits) == 5 and int(digits) in _EXCEL_DAYS:
        day = _EXCEL_ZERO + datetime.timedelta(days=int(digits))
        return day.year, day.month, day.day
    if len(digits) == 7:  # a spreadsheet dropped the zero of the day
        day_first = int(digits[3:]), int(digits[1:3]), int(digits[0])
        return day_first if _day(*day_first) else None
    if _EIGHT.fullmatch(digits):
        readings = [(int(digits[:4]), int(digits[4:6]), int(digits[6:])), (int(digits[4:]), int(digits[2:4]), int(digits[:2]))]
        possible = [reading for reading in readings if _day(*reading)]
        return possible[0] if len(possible) == 1 else None
    return None


def _month_year(text: str) -> _Found | None:
    match = _MONTH_YEAR.fullmatch(text)
    if not match:
        return None
    return (int(match[2]), _part(match[1]), None) if match[2] else (int(match[3]), _part(match[4]), None)


def _month_name(text: str) -> _Found | None:
    """ "3-Feb-1970", "03-Th2-70": how a spreadsheet shows a date."""
    match = _MONTH_NAME.fullmatch(text)
    if not match:
        return None
    month = int(match[3]) if match[3] else _MONTHS.index(match[2].lower()) + 1
    return _full_year(match[4]), month, int(match[1])


def _words(text: str) -> _Found | None:
    """Dates in words: "ngày 3 tháng 2 năm 1970", "tháng 2 năm 1970", "sinh năm 1948"."""
    match = _WORDS.fullmatch(fold(text))
    if not match:
        return None
    return int(match[3]), int(match[2]) if match[2] else None, int(match[1]) if match[1] else None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day) if year in _YEARS else None
    except ValueError:  # 30 February: the caller says invalid
        return None


def _checked(raw: str, year: int | None, month: int | None, day: int | None) -> PartialDate:
    if year is None or year not in _YEARS or (month is not None and month not in range(1, 13)):
        return _invalid(raw)
    if month is None or day is None:
        return PartialDate(raw, None, year, month, None, "year_only") if day is None or day <= 31 else _invalid(raw)
    date = _day(year, month, day)
    if date is None or date == datetime.date(1900, 1, 1):  # a system's empty date
        return _invalid(raw)
    return PartialDate(raw, date, year, month, day, "first_january" if (month, day) == (1, 1) else "ok")


def _invalid(raw: str) -> PartialDate:
    return PartialDate(raw, None, None, None, None, "invalid")


def standardise_dates(values: Sequence[str | None]) -> pa.RecordBatch:
    """One row a value, in their order, with the columns of DATE_COLUMNS."""
    columns = zip(*map(parse_date, values), strict=True) if values else ([] for _ in DATE_COLUMNS)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, DATE_COLUMNS.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(DATE_COLUMNS))
