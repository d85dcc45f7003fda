"""The keys behind a failed rule: as many as the verdict counted, for every kind of rule."""

from pathlib import Path

import duckdb
import pytest
from gate_tables import changed

from expectations.gate import evaluate
from expectations.gates import suites_of
from expectations.offending import write_offending_keys
from matching.engine import Limits

FAULTS = (
    ("std", "std_register", "SELECT * REPLACE (CASE r WHEN 3 THEN 'dead' ELSE status END AS status) FROM t", "R-STD-REG-SET-status", [(3,)]),
    ("std", "std_register", "SELECT * REPLACE (CASE WHEN r IN (3, 5) THEN 0 ELSE id12 END::BIGINT AS id12) FROM t", "R-STD-REG-RANGE-id12", [(3,), (5,)]),
    ("std", "std_partner", "SELECT * REPLACE (NULLIF(bucket, 3) AS bucket) FROM t WHERE l < 8", "R-STD-PAR-NOTNULL-bucket", [(3,), (7,)]),
    ("std", "std_partner", "SELECT * REPLACE (CASE l WHEN 3 THEN 'PA000000000' ELSE record_id END AS record_id) FROM t", "R-STD-PAR-RECORD", [(0,), (3,)]),
    ("std", "std_address", "SELECT * REPLACE (CASE address WHEN 3 THEN '1' ELSE province END AS province) FROM t", "R-STD-ADR-FORM-province", [(3,)]),
    ("candidates", "candidates", "SELECT * FROM t UNION ALL SELECT * FROM t WHERE l = 3", "R-CAN-PAIR", [(3, 1), (3, 1)]),
    ("links", "links", "SELECT * REPLACE (NULLIF(person_id, 'P000000003') AS person_id) FROM t", "R-LNK-PERSON", [("PA000000003",)]),
)  # fmt: skip


@pytest.mark.parametrize(("gate", "table", "query", "rule", "keys"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_the_keys_of_the_rows_are_written(
    gate: str, table: str, query: str, rule: str, keys: list[tuple[object, ...]], good: dict[str, Path], tmp_path: Path
) -> None:
    tables = {**good, table: changed(tmp_path, good[table], query)}
    verdict = evaluate(gate, [suite for suite in suites_of(gate) if suite.table == table], tables, tmp_path / "ws", "1GB")
    written = write_offending_keys(verdict, tables, tmp_path / "failed", Limits("1GB", 1, tmp_path / "ws"))
    assert written[rule] == len(keys)
    file = tmp_path / "failed" / f"{rule}.parquet"
    assert duckdb.sql(f"SELECT * FROM read_parquet('{file}') ORDER BY ALL").fetchall() == keys
    assert file.stat().st_mode & 0o077 == 0


def test_a_rule_about_a_table_has_no_keys(good: dict[str, Path], tmp_path: Path) -> None:
    tables = {**good, "links": changed(tmp_path, good["links"], "SELECT * EXCLUDE (outcome) FROM t")}
    verdict = evaluate("links", suites_of("links"), tables, tmp_path / "ws", "1GB")
    assert write_offending_keys(verdict, tables, tmp_path / "failed", Limits("1GB", 1, tmp_path / "ws")) == {}
