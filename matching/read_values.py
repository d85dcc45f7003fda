"""How the numbers, dates, phones and addresses of one row were read, value by value: "1085012345 → 001085012345 (zero_lost)".

The standardised tables hold what was read and not how. A reading follows from its raw value alone, so it is made again for the
one row that somebody asks about; nothing more need be stored of two hundred million values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from matching.standardise.addresses import as_read
from matching.standardise.dates import PartialDate, parse_date
from matching.standardise.identity import parse_id
from matching.standardise.phones import parse_phone

_Reading = tuple[str, tuple[str, ...]]  # as read, codes
_NUMBERS = ("id_number", "old_id_number")
_DATES = ("temporary_until",)
_ADDRESSES = ("address", "_address", "_detail")  # how the names of such fields end
_AS_IT_IS = ("ok", "old", "landline", "missing")  # conditions of values in which nothing was put right


def read_values(raw: Mapping[str, object]) -> tuple[str, ...]:
    """`field: raw → read (codes)` of each number, date, phone and address of a raw row that is not read just as it is written."""
    told = []
    for field, value in raw.items():
        reader = _reader(field)
        if reader is None or not isinstance(value, str) or not value.strip():
            continue
        read, codes = reader(value)
        if codes or read != value:
            told.append(f"{field}: {value} → {read or '?'}" + (f" ({', '.join(codes)})" if codes else ""))
    return tuple(told)


def _reader(field: str) -> Callable[[str], _Reading] | None:
    if field in _NUMBERS:
        return _number
    if field.endswith("_date") or field in _DATES:
        return _date
    if field.endswith(_ADDRESSES):
        return _address
    return _phone if field == "phone" else None


def _number(raw: str) -> _Reading:
    found = parse_id(raw)
    read = " / ".join(number for number in (found.id12, found.id9) if number) or found.digits or ""
    codes = dict.fromkeys([*found.repairs, *([] if found.condition in _AS_IT_IS else [found.condition])])
    return ("", ()) if found.condition == "missing" else (read, tuple(code for code in codes if f"old_{code}" not in codes))


def _date(raw: str) -> _Reading:
    found = parse_date(raw)
    codes = () if found.condition in _AS_IT_IS else (found.condition,)
    return (raw if _is_written_so(raw, found.date) else _shown(found)), codes


def _shown(found: PartialDate) -> str:
    if found.date:
        return found.date.isoformat()
    parts = [f"{part:0{size}d}" for part, size in ((found.year, 4), (found.month, 2)) if part is not None]
    return "-".join(parts)


def _is_written_so(raw: str, read: date | None) -> bool:
    """True for the two usual ways of writing a day in full, in which nothing was decided."""
    return read is not None and raw.strip() in (read.isoformat(), read.strftime("%d/%m/%Y"))


def _phone(raw: str) -> _Reading:
    found = parse_phone(raw)
    return found.phone or "", () if found.condition in _AS_IT_IS else (found.condition,)


def _address(raw: str) -> _Reading:
    """The text out of which units and doors were read: letters put right, glued words parted, what does not belong to a place left out."""
    read, encoding = as_read(raw)
    if encoding:
        return read, (encoding,)
    if read == unicodedata.normalize("NFC", raw):
        return raw, ("nfd",) if read != raw else ()
    return read, ("blanks" if read == " ".join(unicodedata.normalize("NFC", raw).split()) else "respelt",)
