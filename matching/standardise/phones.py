"""Phone numbers in today's national form ("0912345678"); numbers of before September 2018 get their new prefix.

Trap: landlines of before 2017 in ten digits (076 3844160) look like today's mobile numbers and cannot be told apart, so
ten digits with a mobile prefix are taken for mobile. Prefix table: the ministry's plan of 15 September 2018.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from matching.standardise.missing import is_missing
from matching.standardise.text import squeeze

_NEW_PREFIX = {
    **{f"016{i}": f"03{i}" for i in range(2, 10)},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])\d{7}")
_LANDLINE = re.compile(r"02(?:4|8)\d{8}|02(?:0[3-9]|1\d|2\d|3[2-9]|5\d|6[0-3]|69|7\d|9\d)\d{7}")
_OLD_CAPITAL = re.compile(r"0[48]\d{8}")
_BETWEEN = re.compile(r"\s*[/;,|]\s*|\s+-+\s+|\s+(?:hoặc|hoac|và)\s+")
_RUN_ON = re.compile(r"(?<!\d)0\d{9,10}(?!\d)")  # two numbers with only a blank between them
_SCIENTIFIC = re.compile(r"(?i)(\d)[.,](\d+)e\+?(\d{1,2})")
_LETTERED = re.compile(r"(?=(?:[^OolI]*[OolI]){1,3}[^OolI]*$)[\dOolI .+-]{9,16}")
_LOOKS = str.maketrans("OolI", "0011")
_NOT_DIGIT = re.compile(r"\D+")


class Phone(NamedTuple):
    """The columns of one phone number; `phone` is null unless it is a possible one."""

    raw: str | None
    phone: str | None
    old_prefix: bool
    condition: str


PHONE_COLUMNS: dict[str, pa.DataType] = {"raw": pa.string(), "phone": pa.string(), "old_prefix": pa.bool_(), "condition": pa.string()}


def parse_phone(text: str | None) -> Phone:
    """Read the first possible number of a field: "+84 912.345.678", "912345678", "01681234567 / 0987654321".

    Conditions: `ok`, `old_prefix`, `zero_lost`, `landline`, `invalid`, `missing`. Never raises.
    """
    if text is None or is_missing(text):
        return Phone(text, None, False, "missing")
    squeezed = squeeze(text)
    if not squeezed.isascii():
        squeezed = unicodedata.normalize("NFKC", squeezed)  # digits of full width
    for part in (squeezed, *_BETWEEN.split(squeezed), *_RUN_ON.findall(squeezed)):
        phone, condition = _read(_as_digits(part))
        if phone:
            return Phone(text, phone, condition == "old_prefix", condition)
    return Phone(text, None, False, "invalid")


def _as_digits(part: str) -> str:
    """Undo a spreadsheet's number ("912345678.0", "9.12345678E+8") and letters among digits ("O9l2345678")."""
    if number := _SCIENTIFIC.fullmatch(part):
        return number[1] + number[2] if len(number[2]) == int(number[3]) else ""
    part = part.removesuffix(".0")
    return part.translate(_LOOKS) if _LETTERED.fullmatch(part) else part


def _read(part: str) -> tuple[str | None, str]:
    """(number in today's form, condition) of one number; (None, "invalid") if it is none."""
    written = _NOT_DIGIT.sub("", part)
    digits = _national(written)
    bare = bool(digits) and digits[0] != "0"
    lost = bare and digits == written
    number = "0" + digits if bare else digits
    if len(number) == 11 and number[:4] in _NEW_PREFIX:
        return _real(_NEW_PREFIX[number[:4]] + number[4:], "old_prefix")
    if _MOBILE.fullmatch(number):
        return _real(number, "zero_lost" if lost else "ok")
    if _LANDLINE.fullmatch(number):
        return _real(number, "landline")
    if _OLD_CAPITAL.fullmatch(number) and not lost:
        return _real("02" + number[1:], "landline")
    return None, "invalid"


def _national(digits: str) -> str:
    """Without the country's code: 84..., 0084..., 84 0..."""
    digits = digits[2:] if digits.startswith("0084") else digits
    if digits.startswith("84") and len(digits) in (11, 12, 13):
        return digits[2:]
    return digits


def _real(number: str, condition: str) -> tuple[str | None, str]:
    """Refuse numbers that only fill a field: the subscriber's seven digits all the same zero, or one digit throughout."""
    return (None, "invalid") if len(set(number[1:])) == 1 or number.endswith("0000000") else (number, condition)


def standardise_phones(values: Sequence[str | None]) -> pa.RecordBatch:
    """One row a value, in their order, with the columns of PHONE_COLUMNS."""
    columns = zip(*map(parse_phone, values), strict=True) if values else ([] for _ in PHONE_COLUMNS)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, PHONE_COLUMNS.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(PHONE_COLUMNS))
