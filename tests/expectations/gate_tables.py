"""Tables of a small consistent run, in SQL over numbers, for gates to look at; `n` records, `n` residents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from expectations.suites.report import COUNTED, REPORT_COUNTS
from matching.block import RULE_NAMES
from matching.comparisons import COMPARISONS
from matching.sources import source
from matching.tables import TABLES, Table

_NUMBERED = "SELECT i, printf('%09d', i) AS s FROM range({n}) t(i)"

_RAW_REGISTER = {
    "file": "'register.csv'", "line": "i + 2", "person_id": "'P' || s", "id_number": "'001090' || s[4:]",
    "full_name": "'Nguyễn Văn ' || chr(65 + (i % 26)::INTEGER) || 'n'", "birth_date": "'15/03/1990'", "sex": "'Nam'",
    "permanent_address": "'Số ' || i || ' phố Huế, phường Cửa Nam, Hà Nội'", "status": "'Còn sống'",
}  # fmt: skip
_RAW_PARTNER = {
    "file": "'contracts.csv'", "line": "i + 2", "record_id": "'PA' || s", "holder_name": "'Nguyễn Văn ' || chr(65 + (i % 26)::INTEGER) || 'n'",
    "id_number": "'001090' || s[4:]", "phone": "'0912' || s[4:]", "address": "'Số ' || i || ' phố Huế, phường Cửa Nam, Hà Nội'",
    "contract_date": "'15/03/2015'",
}  # fmt: skip
_PERSON = {
    "id12": "1090000000 + i", "id9": "NULL", "id_digits": "'001090' || s[4:]", "birth_date": "DATE '1990-03-15'", "birth_year": "1990",
    "birth_condition": "'ok'", "sex": "'M'",
}  # fmt: skip

CAUSE = "RC-00000000000000000001"
_STANDARD: Mapping[str, Mapping[str, str]] = {
    "std_name": {
        "name": "i", "raw": "'Nguyễn Văn A' || s", "display": "'Nguyễn Văn A'", "canonical": "'nguyễn văn a'", "key": "'nguyen van a'",
        "key_sorted": "'a nguyen van'", "key_regional": "'nguyen van a'", "surname": "'nguyen'", "middle": "'van'", "given": "'a'",
        "kind": "'person'", "deceased_hint": "FALSE", "abbreviated": "FALSE", "has_tones": "TRUE", "repairs": "[]::VARCHAR[]",
    },
    "std_address": {
        "address": "i", "raw": "'Số ' || i || ' phố Huế'", "house": "i::VARCHAR", "street": "'hue'", "communes": "['00070']", "commune": "'00070'",
        "province": "'01'", "era": "'new'", "reorganised": "FALSE", "contradicts": "FALSE", "confidence": "90", "certain": "TRUE",
        "assumptions": "[]::VARCHAR[]", "locality_key": "7", "door_key": "i",
    },
    "std_register": {
        "r": "i", "person_id": "'P' || s", "name": "i", **_PERSON, "permanent": "i", "status": "'alive'", "file": "'register.csv'", "line": "i + 2",
    },
    "std_partner": {
        "l": "i", "record_id": "'PA' || s", "bucket": "i % 4", "name": "i", **_PERSON, "id_condition": "'ok'", "id_repairs": "[]::VARCHAR[]",
        "place": "i", "event_date": "DATE '2015-03-15'", "phone": "'0912345678'", "phone_old_prefix": "FALSE", "file": "'contracts.csv'", "line": "i + 2",
    },
    "candidates": {
        "l": "i", "r": "i", "rank": "1", "match_key": "'number'", **{f"gamma_{name}": "'null'" for name in COMPARISONS},
        **{f"weight_{name}": "1000" for name in COMPARISONS}, "match_weight": "6000 - 17000", "match_probability": "0.999",
    },
    "decided": {
        "l": "i", "decision": "CASE i % 10 WHEN 9 THEN 'not_found' ELSE 'linked' END", "r": "CASE WHEN i % 10 < 9 THEN i END", "best": "i",
        "candidates": "[i]", "match_probability": "0.999", "match_weight": "9000", "match_key": "'number'",
    },
    "links": {
        "record_id": "'PA' || s", "outcome": "CASE i % 10 WHEN 9 THEN 'not_found' WHEN 8 THEN 'mismatch' ELSE 'consistent' END",
        "primary_finding": "CASE i % 10 WHEN 8 THEN 'DECEASED' END", "findings": "CASE i % 10 WHEN 8 THEN ['DECEASED'] ELSE []::VARCHAR[] END",
        "person_id": "CASE WHEN i % 10 < 9 THEN 'P' || s END", "candidate_person_ids": "['P' || s]", "match_probability": "0.999",
        "match_weight": "9", "match_key": "'number'", "residence": "CASE WHEN i % 10 < 9 THEN 'permanent' END", "commune_code": "'00070'",
        "province_code": "'01'", "commune_candidates": "['00070']", "ruled_out_person_ids": "[]::VARCHAR[]",
        "mismatch_id": "CASE i % 10 WHEN 8 THEN 'M' || s END",
    },
    "findings": {"record_id": "'PA' || s", "finding": "'DECEASED'", "severity": "'field'", "evidence": "'{}'"},
    "caused": {"record_id": "'PA' || s", "cause_id": f"'{CAUSE}'"},
    "evidence": {"case_id": "'MM-' || lpad(s, 20, '0')", "kind": "'mismatch'", "record_id": "'PA' || s", "evidence": "'EV-' || lpad(s, 20, '0')"},
    "decisions": {"mismatch_id": "'MM-' || lpad(s, 20, '0')", "kind": "'mismatch'", "evidence": "'EV-' || lpad(s, 20, '0')",
                  "state": "'asked_again'", "closed": "FALSE"},
    "decisions_read": {"file": "'a.csv'", "row": "i", "mismatch_id": "'MM-' || lpad(s, 20, '0')", "finding": "'DECEASED'",
                       "decision": "'partner_wrong'", "result": "'asked_again'"},
    "link_decisions": {"record_id": "'PA' || s", "person_id": "'P' || s", "verdict": "'same'", "case_id": "'MM-' || lpad(s, 20, '0')",
                       "pair": "'PR-' || lpad(s, 20, '0')"},
}  # fmt: skip


_OF_MISMATCHES = ("findings", "caused", "evidence", "decisions", "decisions_read", "link_decisions")
_SOURCES = {"register": "population_register", "partner": "electricity"}
_QUARANTINE = ("file", "rule", "raw", "record_id")


def build(folder: Path, n: int) -> dict[str, Path]:
    """Write the tables of a run of `n` records, as folders of Parquet, and return them by name."""
    con = duckdb.connect()
    con.execute(f"CREATE TABLE numbers AS {_NUMBERED.format(n=n)}")
    for role, values in (("register", _RAW_REGISTER), ("partner", _RAW_PARTNER)):
        fields = ("file", *(field.name for field in source(_SOURCES[role]).fields))
        columns = ", ".join(f"({values.get(name, 'NULL')})::VARCHAR AS {name}" for name in fields)
        write(con, folder, f"raw_{role}", f"SELECT {columns}, (i + 2)::BIGINT AS line FROM numbers")
        refused = ", ".join(f"''::VARCHAR AS {name}" for name in _QUARANTINE)
        write(con, folder, f"quarantine_{role}", f"SELECT {refused}, 0::BIGINT AS line WHERE FALSE")
    for name, values in _STANDARD.items():
        where = "WHERE i % 10 = 8" if name in _OF_MISMATCHES else ""
        write(con, folder, name, f"{_select(TABLES[name], values)} FROM numbers {where}")
    cause = {"cause_id": f"'{CAUSE}'", "kind": "'batch'", "finding": "'DECEASED'", "records": str(n // 10), "evidence": "'{}'"}
    write(con, folder, "causes", _select(TABLES["causes"], cause))
    write(con, folder, "pair_counts", _pair_counts(n))
    write(con, folder, "possible", f"{_select(TABLES['possible'], {})} FROM numbers WHERE FALSE")
    stages = ", ".join(f"('ingest_{role}', {n}::BIGINT, {n}::BIGINT, 0::BIGINT)" for role in _SOURCES)
    write(con, folder, "ledger", f"SELECT * FROM (VALUES {stages}) v(stage, rows_in, rows_out, rows_quarantined)")
    write(con, folder, "report_counts", _report_counts(n))
    write(con, folder, "extract_changes", _EXTRACT_CHANGES)
    con.close()
    return {path.name: path for path in sorted(folder.iterdir())}


def changed(folder: Path, table: Path, query: str) -> Path:
    """A copy of `table` below `folder`, as `query` over its rows `t` makes it."""
    con = duckdb.connect()
    con.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{table}/*.parquet')")
    write(con, folder, table.name, query)
    con.close()
    return folder / table.name


def _select(table: Table, values: Mapping[str, str]) -> str:
    return "SELECT " + ", ".join(f"({values.get(column.name, 'NULL')})::{column.type} AS {column.name}" for column in table.columns)


_EXTRACT_CHANGES = """SELECT 'partner' AS side, measure, field, 100::DOUBLE AS before, 90::DOUBLE AS now, change::DOUBLE AS change, 0.08::DOUBLE AS warn,
    0.2::DOUBLE AS stop, FALSE AS allowed FROM (VALUES ('rows_fewer', '', 0.05), ('nulls', 'phone', 0.0), ('values', 'phone', 0.0), ('missing', 'Ghi chú', 0.0),
    ('extra', 'Trạm', 0.0), ('swapped', 'households, meter', 0.0), ('earlier', '', 0), ('older', '', 0), ('same', '', 0)) v(measure, field, change)"""


def _pair_counts(n: int) -> str:
    rules = " UNION ALL ".join(
        f"SELECT 'rule' AS kind, '{name}' AS key, {n if name == 'number' else 0}::BIGINT AS pairs, 0::BIGINT AS capped_keys, 0::BIGINT AS capped_pairs, "
        f"{n if name == 'number' else 0}::BIGINT AS best" for name in RULE_NAMES
    )  # fmt: skip
    return f"{rules} UNION ALL SELECT 'pattern', 'null|null|null|null|null|null', {n}, 0, 0, {n}"


def _report_counts(n: int) -> str:
    counts = {
        "links.parquet": n,
        "findings.parquet": (n + 1) // 10,
        "mismatches.csv": (n + 1) // 10,
        "not_found.csv": n // 10,
    }
    rows = ", ".join(f"('{what}', {counts.get(what, 0)})" for what in COUNTED)
    columns = ", ".join(f"{'what' if c.name == 'what' else 'n'}::{c.type} AS {c.name}" for c in REPORT_COUNTS.columns)
    return f"SELECT {columns} FROM (VALUES {rows}) v(what, n)"


def write(con: duckdb.DuckDBPyConnection, folder: Path, name: str, query: str) -> None:
    """Write the rows of `query` as the table `name` below `folder`."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY ({query}) TO '{folder / name}/part-0000.parquet' (FORMAT parquet)")
