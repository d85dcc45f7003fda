"""Many addresses at once, as the columns that the tables carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

import pyarrow as pa

from matching.standardise.addresses.model import NOWHERE, Detail, Place
from matching.standardise.addresses.parser import AddressParser, Read
from matching.standardise.admin_units import REFORM, Era, Gazetteer

ADDRESS_COLUMNS: dict[str, pa.DataType] = {
    "raw": pa.string(), "house": pa.string(), "alley": pa.string(), "street": pa.string(), "building": pa.string(), "unit_group": pa.string(),
    "hamlet": pa.string(), "hamlet_kind": pa.string(), "communes": pa.list_(pa.string()), "commune": pa.string(), "province": pa.string(),
    "district": pa.string(), "era": pa.string(), "written_commune": pa.string(), "reorganised": pa.bool_(), "contradicts": pa.bool_(),
    "confidence": pa.int8(), "certain": pa.bool_(), "assumptions": pa.list_(pa.string()), "street_display": pa.string(), "hamlet_display": pa.string(),
}  # fmt: skip
_PLACE = (
    "communes",
    "commune",
    "province",
    "district",
    "era",
    "written_commune",
    "reorganised",
    "contradicts",
    "confidence",
    "certain",
    "assumptions",
)
_DOOR = ("house", "alley")
Value = TypeVar("Value")


def standardise_addresses(values: Sequence[str], as_of: date, prefer: Era | None = None) -> pa.RecordBatch:
    """Parse every text; columns as in `ADDRESS_COLUMNS`, rows in the order of `values`; `prefer` as for `AddressParser`."""
    parser = parser_for(as_of, prefer)
    return to_columns(values, parser.read_all(values))


def standardise_coded_addresses(details: Sequence[str], commune_codes: Sequence[str], codes_as_of: date, as_of: date) -> pa.RecordBatch:
    """Addresses whose units stand as codes: the text is only the detail. Columns as in `ADDRESS_COLUMNS`; raw is the detail.

    `codes_as_of` is the day the codes are of: a code before 1 July 2025 and the same code after it are different communes.
    An unknown code gives a place without communes.
    """
    parser = parser_for(as_of)
    places = {code: place_of_code(code, codes_as_of, parser) for code in set(commune_codes)}
    reads = []
    for detail, code in zip(details, commune_codes, strict=True):
        place, rural = places[code]
        reads.append(Read(place, parser.read_detail(detail, rural)))
    return to_columns(details, reads)


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


def to_columns(values: Sequence[str], reads: Sequence[Read]) -> pa.RecordBatch:
    """What was read of each text as one record batch; places and details repeat, so each is written once and taken by its number."""
    places, place_at = _numbered([place for place, _ in reads])
    details, detail_at = _numbered([beginning[0] for _, beginning in reads])
    said: dict[str, Sequence[object]] = {"commune": [place.commune for place in places], "raw": values}
    said["house"], said["alley"] = [beginning[1] for _, beginning in reads], [beginning[2] for _, beginning in reads]
    said |= dict(zip(Place._fields, zip(*places, strict=True), strict=bool(places)))
    shapes = dict(zip(Detail._fields, zip(*details, strict=True), strict=bool(details)))
    said |= {name: shapes.get(name, ()) for name in Detail._fields if name not in _DOOR}
    rows = {
        **dict.fromkeys(_PLACE, pa.array(place_at, pa.int32())),
        **dict.fromkeys(Detail._fields, pa.array(detail_at, pa.int32())),
    }
    columns = []
    for name, kind in ADDRESS_COLUMNS.items():
        column = pa.array(said.get(name, ()), kind)
        columns.append(column if name == "raw" or name in _DOOR else column.take(rows[name]))
    return pa.RecordBatch.from_arrays(columns, names=list(ADDRESS_COLUMNS))


def _numbered(found: Sequence[Value]) -> tuple[list[Value], list[int]]:
    """Each object once, by order of appearance, and the number of each in that list."""
    ids = list(map(id, found))
    once = dict(zip(ids, found, strict=True))
    numbers = {key: number for number, key in enumerate(once)}
    return list(once.values()), [numbers[key] for key in ids]
