"""One record's way through a run: as written, as standardised, its candidates with the weight of each comparison, its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from matching.comparisons import COMPARISONS
from matching.engine import view
from matching.read_values import read_values
from matching.told import Said, said_of

Row = dict[str, object]

TABLES = (
    "raw_register", "raw_partner", "quarantine_partner", "std_name", "std_address", "std_register", "std_partner", "candidates", "decided",
    "links", "findings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a run knows of a record. `prior` and all weights are thousandths of a bit."""

    raw: Row
    name: Row
    number: Row
    place: Row
    prior: int
    residents: int
    repairs: tuple[str, ...]
    read: tuple[str, ...]  # numbers, dates and phones that are not read just as they are written
    candidates: tuple[Row, ...]
    link: Row
    findings: tuple[Row, ...]
    said: tuple[Said, ...] = ()


def explain(con: duckdb.DuckDBPyConnection, tables: dict[str, Path], record_id: str, decisions: Path) -> Explanation:
    """Everything about the record `record_id` of the run whose `tables` are given, and whose verdicts stand in the file `decisions` if there is one.

    KeyError if it is not among them.
    Of a rejected row, which `links` holds under `file:line`, there is the row as it was refused, and its outcome.
    """
    for name in TABLES:
        view(con, name, tables[name])
    found = _rows(con, "SELECT * FROM std_partner WHERE record_id = ?", record_id)
    if not found:
        return _refused(con, record_id)
    record = found[0]
    raw = _rows(con, "SELECT * FROM raw_partner WHERE file = ? AND line = ?", record["file"], record["line"])[0]
    number = {key: record[key] for key in ("id_digits", "id_condition", "id12", "id9", "id_repairs")}
    return Explanation(
        raw=raw,
        name=_one(con, "SELECT * EXCLUDE (name) FROM std_name WHERE name = ?", record["name"]),
        number=number,
        place=_one(con, "SELECT * EXCLUDE (address, locality_key, door_key) FROM std_address WHERE address = ?", record["place"]),
        prior=_prior(con),
        residents=int(con.execute("SELECT count(*) FROM std_register").fetchall()[0][0]),
        repairs=_repairs(con, _REPAIRED_PARTNER, record["l"]),
        read=read_values(raw),
        candidates=tuple(_with_repairs(con, row) for row in _rows(con, _CANDIDATES, record["l"])),
        link=_rows(con, "SELECT * FROM links WHERE record_id = ?", record_id)[0],
        findings=tuple(_rows(con, "SELECT * FROM findings WHERE record_id = ? ORDER BY finding", record_id)),
        said=said_of(con, decisions, record_id),
    )


def _refused(con: duckdb.DuckDBPyConnection, record_id: str) -> Explanation:
    rows = _rows(con, "SELECT * FROM quarantine_partner WHERE file || ':' || line = ? ORDER BY rule", record_id)
    if not rows:
        raise KeyError(record_id)
    link = _rows(con, "SELECT * FROM links WHERE record_id = ?", record_id)[0]
    return Explanation(
        raw=rows[0], name={}, number={}, place={}, prior=0, residents=0, repairs=(), read=(), candidates=(), link=link, findings=()
    )


def _with_repairs(con: duckdb.DuckDBPyConnection, row: Row) -> Row:
    """A candidate with what was repaired on the register's side, and its names, numbers and dates as written and as read."""
    raw = _rows(con, "SELECT * FROM raw_register WHERE file = ? AND line = ?", row["register_file"], row["register_line"])
    names = tuple(f"{name['field']}: {name['raw']} → {name['display']}" for name in _rows(con, _REPAIRED_NAMES, row["r"]))
    return {**row, "repairs": _repairs(con, _REPAIRED_REGISTER, row["r"]), "read": (*names, *(read_values(raw[0]) if raw else ()))}


def weights(candidate: Row) -> list[tuple[str, str, int]]:
    """(comparison, level, weight) of a candidate, in the order of the declarations."""
    return [(name, str(candidate[f"gamma_{name}"]), int(str(candidate[f"weight_{name}"]))) for name in COMPARISONS]


def _prior(con: duckdb.DuckDBPyConnection) -> int:
    """The run's prior: what every candidate's weight holds beyond the weights of its comparisons; 0 if nobody has one."""
    parts = " + ".join(f"weight_{name}" for name in COMPARISONS)
    found = con.execute(f"SELECT any_value(match_weight - ({parts})) FROM candidates").fetchall()[0][0]
    return int(found or 0)


def _repairs(con: duckdb.DuckDBPyConnection, query: str, number: object) -> tuple[str, ...]:
    """What standardisation put right or assumed on one side, as `field: code`."""
    return tuple(f"{row['field']}: {row['code']}" for row in _rows(con, query, number))


def _one(con: duckdb.DuckDBPyConnection, query: str, value: object) -> Row:
    found = _rows(con, query, value) if value is not None else []
    return found[0] if found else {}


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    cursor = con.execute(query, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_CANDIDATES = """
SELECT c.*, g.person_id, n.display AS register_name, g.id12 AS register_id12, g.id9 AS register_id9, g.birth_date AS register_birth_date,
    g.file AS register_file, g.line AS register_line, g.status, p.raw AS permanent, t.raw AS temporary, a.raw AS current
FROM candidates c JOIN std_register g USING (r) LEFT JOIN std_name n ON n.name = g.name
LEFT JOIN std_address p ON p.address = g.permanent LEFT JOIN std_address t ON t.address = g.temporary
LEFT JOIN std_address a ON a.address = g.current
WHERE c.l = ? ORDER BY c.rank
"""

_REPAIRED_NAMES = """
WITH asked AS (SELECT ? AS x)
SELECT field, raw, coalesce(display, '?') AS display FROM (
    SELECT 'full_name' AS field, n.* FROM asked, std_register g JOIN std_name n ON n.name = g.name WHERE g.r = x
    UNION ALL SELECT 'other_name', n.* FROM asked, std_register g JOIN std_name n ON n.name = g.other_name WHERE g.r = x)
WHERE raw IS DISTINCT FROM display ORDER BY field
"""
_NAME_REPAIRS = "SELECT '{0}' AS field, unnest(repairs) AS code, {2} AS place FROM {1} s JOIN std_name n ON n.name = s.{3} WHERE s.{4} = x"
_ADDRESS_REPAIRS = (
    "SELECT '{0}' AS field, unnest(assumptions || CASE WHEN reorganised THEN ['reorganised'] ELSE [] END"
    " || CASE WHEN contradicts THEN ['contradicts'] ELSE [] END) AS code, {2} AS place FROM {1} s JOIN std_address a ON a.address = s.{3} WHERE s.{4} = x"
)
_REPAIRED_PARTNER = f"""
WITH asked AS (SELECT ? AS x)
SELECT field, code FROM (
    {_NAME_REPAIRS.format("name", "asked, std_partner", 1, "name", "l")}
    UNION ALL SELECT 'number', unnest(id_repairs), 2 FROM asked, std_partner s WHERE s.l = x
    UNION ALL {_ADDRESS_REPAIRS.format("place", "asked, std_partner", 3, "place", "l")}
    UNION ALL SELECT 'birth_date', birth_condition, 4 FROM asked, std_partner s WHERE s.l = x AND birth_condition NOT IN ('ok', 'missing')
    UNION ALL SELECT 'phone', 'old_prefix', 5 FROM asked, std_partner s WHERE s.l = x AND phone_old_prefix)
ORDER BY place, code
"""
_REPAIRED_REGISTER = f"""
WITH asked AS (SELECT ? AS x)
SELECT field, code FROM (
    {_NAME_REPAIRS.format("name", "asked, std_register", 1, "name", "r")}
    UNION ALL {_NAME_REPAIRS.format("other_name", "asked, std_register", 2, "other_name", "r")}
    UNION ALL {_ADDRESS_REPAIRS.format("permanent", "asked, std_register", 3, "permanent", "r")}
    UNION ALL {_ADDRESS_REPAIRS.format("temporary", "asked, std_register", 4, "temporary", "r")}
    UNION ALL {_ADDRESS_REPAIRS.format("current", "asked, std_register", 5, "current", "r")})
ORDER BY place, code
"""
