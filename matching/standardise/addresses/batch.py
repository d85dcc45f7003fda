"""Many addresses at once, as the columns that the tables carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter

import pyarrow as pa

from matching.standardise.addresses.model import NOWHERE, Address, Place
from matching.standardise.addresses.parser import AddressParser
from matching.standardise.admin_units import REFORM, Era, Gazetteer

ADDRESS_COLUMNS: dict[str, pa.DataType] = {
    "raw": pa.string(), "house": pa.string(), "alley": pa.string(), "street": pa.string(), "building": pa.string(), "unit_group": pa.string(),
    "hamlet": pa.string(), "hamlet_kind": pa.string(), "communes": pa.list_(pa.string()), "commune": pa.string(), "province": pa.string(),
    "district": pa.string(), "era": pa.string(), "written_commune": pa.string(), "reorganised": pa.bool_(), "contradicts": pa.bool_(),
    "confidence": pa.int8(), "certain": pa.bool_(), "assumptions": pa.list_(pa.string()), "street_display": pa.string(), "hamlet_display": pa.string(),
}  # fmt: skip
_DETAIL = (
    "house",
    "alley",
    "street",
    "building",
    "unit_group",
    "hamlet",
    "hamlet_kind",
    "street_display",
    "hamlet_display",
)


def standardise_addresses(values: Sequence[str], as_of: date, prefer: Era | None = None) -> pa.RecordBatch:
    """Parse every text; columns as in `ADDRESS_COLUMNS`, rows in the order of `values`; `prefer` as for `AddressParser`."""
    parser = parser_for(as_of, prefer)
    return to_columns([parser.parse(value) for value in values])


def standardise_coded_addresses(
    details: Sequence[str], commune_codes: Sequence[str], codes_as_of: date, as_of: date
) -> pa.RecordBatch:
    """Addresses whose units stand as codes: the text is only the detail. Columns as in `ADDRESS_COLUMNS`; raw is the detail.

    `codes_as_of` is the day the codes are of: a code before 1 July 2025 and the same code after it are different communes.
    An unknown code gives a place without communes.
    """
    parser = parser_for(as_of)
    places = {code: place_of_code(code, codes_as_of, parser) for code in set(commune_codes)}
    rows = []
    for detail, code in zip(details, commune_codes, strict=True):
        place, rural = places[code]
        rows.append(Address(detail, place, parser.parse_detail(detail, rural)))
    return to_columns(rows)


def place_of_code(code: str, codes_as_of: date, parser: AddressParser) -> tuple[Place, bool]:
    """The place that a commune's code means, and whether it is a xã."""
    gazetteer, padded = parser.gazetteer, code.strip().zfill(5)
    if codes_as_of < REFORM:
        old = gazetteer.old_units.get(padded)
        if old is None:
            return NOWHERE, False
        codes = gazetteer.resident_successors(padded)
        notes = ("split",) if len(codes) > 1 else ()
        province = gazetteer.provinces_old[old.province_code].new_code
        return Place(
            codes,
            province,
            old.district_code,
            "old",
            padded,
            parser.as_of >= REFORM,
            False,
            100,
            len(codes) == 1,
            notes,
        ), old.kind == "xã"
    new = gazetteer.new_units.get(padded)
    if new is None:
        return NOWHERE, False
    return Place((padded,), new.province_code, None, "new", None, False, False, 100, True), new.kind == "xã"


@lru_cache(maxsize=4)
def parser_for(as_of: date, prefer: Era | None = None) -> AddressParser:
    """The process's parser for a day."""
    return AddressParser(Gazetteer.load(), as_of, prefer)


def to_columns(addresses: Sequence[Address]) -> pa.RecordBatch:
    """Addresses as one record batch; places repeat, so each is written once and taken by its number."""
    numbers: dict[Place, int] = {}
    taken = pa.array([numbers.setdefault(a.place, len(numbers)) for a in addresses], pa.int32())
    columns = []
    for name, kind in ADDRESS_COLUMNS.items():
        if name == "raw":
            columns.append(pa.array([a.raw for a in addresses], kind))
        elif name in _DETAIL:
            get = attrgetter(name)
            columns.append(pa.array([get(a.detail) for a in addresses], kind))
        else:
            columns.append(pa.array([getattr(place, name) for place in numbers], kind).take(taken))
    return pa.RecordBatch.from_arrays(columns, names=list(ADDRESS_COLUMNS))
