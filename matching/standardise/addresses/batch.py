"""Many addresses at once, as the columns that the tables carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

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


def standardise_addresses(values: Sequence[str], as_of: date, prefer: Era | None = None) -> pa.RecordBatch:
    """Parse every text; columns as in `ADDRESS_COLUMNS`, rows in the order of `values`; `prefer` as for `AddressParser`."""
    parser = parser_for(as_of, prefer)
    return to_columns(values, [parser.read(value) for value in values])


def standardise_coded_addresses(
    details: Sequence[str], commune_codes: Sequence[str], codes_as_of: date, as_of: date
) -> pa.RecordBatch:
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
    places: dict[int, Place] = {}
    details: dict[int, Detail] = {}
    of_place, of_detail, houses, alleys = [], [], [], []
    for place, (shape, house, alley) in reads:
        of_place.append(id(place))
        of_detail.append(id(shape))
        houses.append(house)
        alleys.append(alley)
        places[id(place)] = place
        details[id(shape)] = shape
    place_at, detail_at = _numbered(places, of_place), _numbered(details, of_detail)
    columns = []
    for name, kind in ADDRESS_COLUMNS.items():
        if name == "raw":
            columns.append(pa.array(values, kind))
        elif name in _DOOR:
            columns.append(pa.array(houses if name == "house" else alleys, kind))
        elif name in _PLACE:
            columns.append(pa.array([getattr(place, name) for place in places.values()], kind).take(place_at))
        else:
            columns.append(pa.array([getattr(detail, name) for detail in details.values()], kind).take(detail_at))
    return pa.RecordBatch.from_arrays(columns, names=list(ADDRESS_COLUMNS))


def _numbered(found: Mapping[int, object], rows: list[int]) -> pa.Array:
    """For each row the position of what it has in `found`."""
    at = {key: number for number, key in enumerate(found)}
    return pa.array([at[row] for row in rows], pa.int32())
