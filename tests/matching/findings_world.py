"""A tiny world for findings, built by hand: the standardised tables of some cases, from what each says beyond the defaults.

Cases stand side by side without touching: each has its own ids (`007-P0`), households, names, doors, and personal numbers
(case 7 writes 007 where its text says 001).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb

from matching.engine import write_table
from matching.tables import CANDIDATES, DECIDED, STD_ADDRESS, STD_NAME, STD_PARTNER, STD_REGISTER, Table

AS_OF = date(2026, 10, 31)
Row = dict[str, Any]
LEVELS: Row = {"name": "exact", "number": "exact", "place": "door", "birth": "null", "sex": "null", "age": "of_age"}
RESIDENT: Row = {
    "name": "Trần Thị Hòa", "id12": 1180012345, "birth_date": date(1980, 3, 5), "birth_year": 1980, "birth_condition": "ok",
    "sex": "F", "household": 1, "relationship": "Chủ hộ", "permanent": "home", "status": "alive",
}  # fmt: skip
RECORD: Row = {
    "name": "Trần Thị Hòa", "id12": 1180012345, "id_condition": "ok", "id_repairs": [], "birth_condition": "missing",
    "place": "home", "event_date": date(2015, 6, 1), "phone_old_prefix": False, "purpose": "sinh hoat",
}  # fmt: skip
_OWN_NUMBER = re.compile(r"\b001(?=\d{9,10}\b)")
_OWN_ID = re.compile(r"\b(?=[PR]\d\b)")


def own(value: Any, case: int) -> Any:  # noqa: ANN401
    """What a case expects, with the ids and numbers that are its own: `P0` -> `007-P0`, 001180012345 -> 007180012345."""
    if isinstance(value, Mapping):
        return {key: own(item, case) for key, item in value.items()}
    if isinstance(value, list):
        return [own(item, case) for item in value]
    return _OWN_ID.sub(f"{case:03}-", _OWN_NUMBER.sub(f"{case:03}", value)) if isinstance(value, str) else value


def write_world(
    con: duckdb.DuckDBPyConnection, folder: Path, cases: Mapping[int, Mapping[str, Any]], places: Mapping[str, Row]
) -> dict[str, Path]:
    """Write the six tables of the numbered `cases` below `folder`; resident 0 and record 0 are the defaults changed by the case."""
    tables: dict[str, list[Row]] = {
        name: [] for name in ("std_name", "std_address", "std_register", "std_partner", "candidates", "decided")
    }
    for number, case in sorted(cases.items()):
        _add_case(tables, number, case, places)
    for table in (STD_NAME, STD_ADDRESS, STD_REGISTER, STD_PARTNER, CANDIDATES, DECIDED):
        write_rows(con, table, tables[table.name], folder / table.name)
    return {name: folder / name for name in tables}


def write_rows(con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Row], folder: Path) -> None:
    """Write `rows` as `table`; a column that a row does not have is null."""
    columns = ", ".join(f'"{column.name}" {column.type}{"" if column.nullable else " NOT NULL"}' for column in table.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE made_{table.name} ({columns})")
    assert not {key for row in rows for key in row} - set(table.names)
    if rows:
        marks = ", ".join("?" * len(table.names))
        con.executemany(f"INSERT INTO made_{table.name} VALUES ({marks})", [[row.get(name) for name in table.names] for row in rows])
    write_table(con, f"FROM made_{table.name}", folder, ", ".join(table.key))
    con.execute(f"DROP TABLE made_{table.name}")


def _add_case(tables: dict[str, list[Row]], number: int, case: Mapping[str, Any], places: Mapping[str, Row]) -> None:
    residents = [RESIDENT | case.get("resident", {}), *(_other_resident(row) for row in case.get("residents", []))]
    records = [RECORD | case.get("record", {}), *(RECORD | row for row in case.get("records", []))]
    links = [case.get("link", {}), *(row.get("link", {}) for row in case.get("records", []))]
    first_r, first_l = len(tables["std_register"]), len(tables["std_partner"])
    names = _numbers(_texts(residents, ("name", "other_name")) + _texts(records, ("name",)), len(tables["std_name"]))
    addresses = _numbers(list(places), len(tables["std_address"]))
    tables["std_name"] += [_name(raw, i, case.get("names", {}).get(raw, {})) for raw, i in names.items()]
    tables["std_address"] += [_address(places[name], i, number) for name, i in addresses.items()]
    for position, row in enumerate(residents):
        home = row["household"] + 1000 * number if row.get("household") else None
        keys = {"r": first_r + position, "person_id": f"{number:03}-R{position}", "household": home}
        tables["std_register"].append(_pointed(row, names, addresses, number) | keys)
    for position, (row, link) in enumerate(zip(records, links, strict=True)):
        keys = {"l": first_l + position, "record_id": f"{number:03}-P{position}", "bucket": 0}
        tables["std_partner"].append(_pointed(row, names, addresses, number) | keys)
        resident = first_r + link.get("r", 0)
        tables["candidates"] += _candidate(first_l + position, resident, link)
        tables["decided"].append(_decided(first_l + position, resident, link))


def _other_resident(row: Row) -> Row:
    return {"birth_condition": "missing", "status": "alive", **row}


def _texts(rows: Iterable[Row], keys: Iterable[str]) -> list[str]:
    return [row[key] for row in rows for key in keys if row.get(key)]


def _numbers(texts: Iterable[str], first: int) -> dict[str, int]:
    return {text: number for number, text in enumerate(sorted(set(texts)), first)}


def _fold(text: str) -> str:
    """Lower case without marks; enough for names that a case writes cleanly."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in marks if not unicodedata.combining(c))


def _name(raw: str, number: int, changes: Row) -> Row:
    key = _fold(raw).strip()
    surname, *middle, given = key.split(" ") if " " in key else (None, key)
    made = {
        "name": number, "raw": raw, "display": raw, "canonical": raw.lower(), "key": key, "key_sorted": " ".join(sorted(key.split())),
        "key_regional": key, "surname": surname, "middle": " ".join(m for m in middle if m) or None, "given": given, "kind": "person",
        "deceased_hint": False, "abbreviated": False, "has_tones": not raw.isascii(), "repairs": [],
    }  # fmt: skip
    return made | changes


def _address(given: Row, number: int, case: int) -> Row:
    ours = {key: f"{given[key]} of {case}" for key in ("street", "hamlet") if given.get(key)}  # a street of each case's own
    ours["raw"] = given["raw"].replace("{case}", str(case))
    row = {"communes": [given["commune"]] if given.get("commune") else [], **given, **ours}
    named = row.get("commune"), row.get("street") or row.get("hamlet")
    locality = crc32(repr((case, named)).encode()) if all(named) else None
    door = crc32(repr((case, named, row.get("alley"), row.get("house"))).encode()) if locality and row.get("house") else None
    return {
        "reorganised": False, "contradicts": False, "confidence": 100, "certain": True, "assumptions": [],
        **row, "address": number, "locality_key": locality, "door_key": door,
    }  # fmt: skip


def _pointed(row: Row, names: Mapping[str, int], addresses: Mapping[str, int], case: int) -> Row:
    """The row with names and places as numbers, the case's own personal number, an empty text as null, and its origin."""
    made: Row = {key: None if value == "" else own(value, case) for key, value in row.items() if key != "link"}
    if made.get("id12"):
        made["id12"] += (case - 1) * 10**9
    digits = made.get("id12") or made.get("id9")
    numbers = dict.fromkeys(("name", "other_name"), names) | dict.fromkeys(("permanent", "temporary", "current", "place"), addresses)
    pointers = {key: numbers[key][made[key]] for key in numbers if made.get(key)}
    return {"id_digits": str(digits) if digits else None, "file": "a.csv", "line": 2} | made | pointers


def _candidate(l: int, r: int, link: Row) -> list[Row]:  # noqa: E741
    """The candidate row of a link (or of the first candidate); none where the case says `candidate = false`."""
    if link.get("candidate") is False:
        return []
    levels = LEVELS | {key: value for key, value in link.items() if key in LEVELS}
    weights = {f"weight_{key}": 0 for key in LEVELS}
    gammas = {f"gamma_{key}": value for key, value in levels.items()}
    return [{
        "l": l, "r": r, "rank": 1, "match_key": "number", **gammas, **weights, "match_weight": 12345,
        "match_probability": 0.99, "residence": link.get("residence", "permanent"),
    }]  # fmt: skip


def _decided(l: int, r: int, link: Row) -> Row:  # noqa: E741
    decision = link.get("decision", "linked")
    some = link.get("candidate") is not False
    return {
        "l": l, "decision": decision, "r": r if decision == "linked" else None, "best": r if some else None,
        "candidates": [r] if some else [], "match_probability": link.get("probability", 0.99) if some else None,
        "match_weight": 12345 if some else None, "gap": 4321 if some else None, "match_key": "number" if some else None,
    }  # fmt: skip
