"""Personal numbers: 12 digits (PPP G YY NNNNNN) and the old 9; what spreadsheets and typists did to them is undone.

PPP is the place of birth registration, G century and sex, YY the birth year; there is no check digit (Decree 137/2015
Article 13, Circular 07/2016/TT-BCA Article 7). A number stored as a number loses its leading zeros: 001 leaves 10 digits,
other provinces 11, an old number 8 or 7. Zeros are put back only where the result is a possible number. A number that
cannot be one is invalid and keeps its digits; it is never changed into another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from matching.standardise.encodings import legible
from matching.standardise.missing import is_missing
from matching.standardise.number_rules import BIRTH_PLACES, DIGITS_CUT, FIRST_COUNTRY, LAST_COUNTRY, LATEST_BIRTH_YEAR, RUNS
from matching.standardise.text import squeeze

_LABEL = re.compile(r"(?i)^\W*(?:(?:số\s+)?(?:cccd|cmnd|cmt|căn cước(?: công dân)?|định danh(?: cá nhân)?|đdcn|gttt|so|số|id)\b[\s:.#-]*)+")
_FLOAT = re.compile(r"(\d+)[.,]0+")
_SCIENTIFIC = re.compile(r"(?i)(\d)(?:[.,](\d+))?e\+?(\d{1,2})")
_LONGEST = 60  # what is longer is no number with a label, and not worth searching
_TAIL = re.compile(r"(?i)[\s;,.]*(?:\(?\b(?:cccd|cmnd|cmt|căn cước|định danh|cũ|mới)\b\)?[\s;,.]*)*$")
_GLUED_LABEL = re.compile(r"(?i)^(?:cccd|cmnd|cmt|đdcn)(?=\d)")
_TWO = re.compile(r"(?i)\s*[/;|]\s*|\s+-\s+|\s*-+>\s*|,\s+|\s*\(\s*(?:(?:số|cũ|mới|cccd|cmnd|cmt)[\s:.]*)*(?=\d)")
_ISSUED = re.compile(r"(?i)(?<=\d)[\s,;.(-]*(?:ngày\s+cấp|nơi\s+cấp|cấp|ngay\s+cap|cap)\b.*$")  # when and by whom
_SEPARATORS = re.compile(r"[\s.,'’`\"_/\\*=-]+")
_LOOKS = str.maketrans("OoQlI|SsBZz", "00011155822")


class IdNumber(NamedTuple):
    """The columns of one number; `id12` and `id9` are null unless the number can be one, `digits` is what was read."""

    raw: str | None
    id12: str | None
    id9: str | None
    condition: str
    repairs: list[str]
    birth_year: int | None = None
    sex: str | None = None
    digits: str | None = None


ID_COLUMNS: dict[str, pa.DataType] = {
    field: pa.list_(pa.string()) if field == "repairs" else pa.int16() if field == "birth_year" else pa.string()
    for field in IdNumber._fields
}


def is_possible(id12: str) -> bool:
    """True if 12 digits can be a personal number: place, century and year exist."""
    place = id12[:3]
    known = place in BIRTH_PLACES or FIRST_COUNTRY <= int(place) <= LAST_COUNTRY
    return known and id12[3] in "0123" and birth_year(id12) <= LATEST_BIRTH_YEAR and id12[6:] != "000000"


def birth_year(id12: str) -> int:
    """The year of birth that 12 digits tell: "001085012345" -> 1985."""
    return 1900 + 100 * (int(id12[3]) // 2) + int(id12[4:6])


def sex(id12: str) -> str:
    """The sex that 12 digits tell: "M" if the fourth is even, else "F"."""
    return "MF"[int(id12[3]) % 2]


def contradicts(id12: str, year: int | None, sex_stated: str | None) -> tuple[str, ...]:
    """What in a number disagrees with the person's data: some of "century", "year", "sex". Unknown data never does."""
    told, found = birth_year(id12), []
    if year is not None and told != year:
        found.append("century" if told % 100 == year % 100 else "year")
    if sex_stated is not None and sex(id12) != sex_stated:
        found.append("sex")
    return tuple(found)


def parse_id(text: str | None) -> IdNumber:
    """Read a number of either kind. Null and words like "không có" are `missing`; the function never raises.

    Conditions: `ok`, `old` (9 digits), `zero_lost`, `old_zero_lost`, `invalid`, `missing`.
    """
    if text is not None and len(text) == 12 and text.isascii() and text.isdigit() and is_possible(text) and len(set(text)) > 1:
        return _valid(text, text, "ok", [])
    if text is not None and len(text) > 6 and text.isascii() and text.isdigit():  # nothing but digits: nothing to undo
        return _of_digits(text, text, [])
    if text is None or is_missing(text):
        return IdNumber(text, None, None, "missing", [])
    return _closely(text)


def _closely(raw: str) -> IdNumber:
    text = squeeze(raw)
    repairs: list[str] = []
    if text != raw:
        repairs.append("blanks")
    if (wide := unicodedata.normalize("NFKC", text)) != text and wide.isascii():
        text = wide
        repairs.append("letters_as_digits")
    for label in (_LABEL, _GLUED_LABEL, _ISSUED, _TAIL) if len(text) <= _LONGEST else (_LABEL,):
        text = _without(label, text, "label", repairs)
    if is_missing(text) or is_missing(legible(raw)):  # raw: squeezing takes out the soft hyphen that is ư in TCVN3
        return IdNumber(raw, None, None, "missing", [])
    if both := _two_numbers(raw, text, repairs):
        return both
    if number := _SCIENTIFIC.fullmatch(text):
        whole_digits = _all_digits(number[1], number[2] or "", int(number[3]))
        if whole_digits is None:
            return IdNumber(raw, None, None, "invalid", [*repairs, DIGITS_CUT])
        text = whole_digits
        repairs.append("float_form")
    if whole := _FLOAT.fullmatch(text):
        text = whole[1]
        repairs.append("float_form")
    text = _without(_SEPARATORS, text, "blanks", repairs)
    digits = text.translate(_LOOKS)
    if digits == text or not text.isascii():
        return _of_digits(raw, text, repairs)
    read = _of_digits(raw, digits, [*repairs, "letters_as_digits"])
    return read if read.condition in ("ok", "old") and _mostly_digits(text) else _of_digits(raw, text, repairs)


def _all_digits(first: str, rest: str, exponent: int) -> str | None:
    """The whole number behind "1.085012345E+9", or None if a spreadsheet cut digits off ("7.9085E+10")."""
    return first + rest if len(rest) == exponent else None


def _two_numbers(raw: str, text: str, repairs: list[str]) -> IdNumber | None:
    """A new and an old number in one field ("079085012345 / 023456781"): both are kept, if each is what it should be."""
    parts = _TWO.split(text.rstrip(")"))
    if len(parts) != 2 or not all(parts):
        return None
    read = sorted((_closely(part) for part in parts), key=lambda found: found.id12 is None)
    if read[0].id12 is None or len(parts[0]) < 7 or (read[1].condition not in ("old", "old_zero_lost") and read[1].id12 != read[0].id12):
        return None
    codes = dict.fromkeys([*repairs, *read[0].repairs, *read[1].repairs, "two_numbers"])
    return read[0]._replace(raw=raw, id9=read[1].id9, repairs=list(codes))


def _mostly_digits(text: str) -> bool:
    """Up to three letters among the digits, none at the front of what may be a passport's number."""
    letters = sum(not char.isdigit() for char in text)
    return letters <= 3 and not (len(text) == 8 and text[0].isalpha())


def _without(pattern: re.Pattern[str], text: str, code: str, repairs: list[str]) -> str:
    shorter = pattern.sub("", text)
    if shorter != text and code not in repairs:
        repairs.append(code)
    return shorter


def _of_digits(raw: str, text: str, repairs: list[str]) -> IdNumber:
    """Judge what is left by its length."""
    if not text.isdigit() or not text.isascii():
        return IdNumber(raw, None, None, "invalid", repairs, digits="".join(filter(str.isdigit, text)) or None)
    if _nobodys(text):
        return IdNumber(raw, None, None, "missing" if not text.strip("0") and len(text) < 3 else "invalid", repairs, digits=text)
    padded = text.zfill(12)
    if len(text) == 12 and is_possible(text):
        return _valid(raw, text, "ok", repairs)
    if len(text) in (10, 11) and text[0] != "0" and padded[:3] in BIRTH_PLACES and is_possible(padded):
        return _valid(raw, padded, "zero_lost", [*repairs, "zero_lost"])
    if len(text) == 9:
        return IdNumber(raw, None, text, "old", repairs, digits=text)
    if len(text) in (7, 8) and text[0] != "0":
        return IdNumber(raw, None, text.zfill(9), "old_zero_lost", [*repairs, "zero_lost"], digits=text.zfill(9))
    return IdNumber(raw, None, None, "invalid", repairs, digits=text)


def _nobodys(digits: str) -> bool:
    """Numbers typed to get past a form: one digit repeated, or the digits in a row."""
    return len(set(digits)) == 1 or (len(digits) > 6 and any(run.startswith(digits) for run in RUNS))


def _valid(raw: str, id12: str, condition: str, repairs: list[str]) -> IdNumber:
    return IdNumber(raw, id12, None, condition, repairs, birth_year(id12), sex(id12), id12)


def standardise_ids(values: Sequence[str | None]) -> pa.RecordBatch:
    """One row a value, in their order, with the columns of ID_COLUMNS."""
    columns = zip(*map(parse_id, values), strict=True) if values else ([] for _ in ID_COLUMNS)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, ID_COLUMNS.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(ID_COLUMNS))
