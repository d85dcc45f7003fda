"""What is said of a record by what its best candidates look like: each line a record with its candidates, and the decision."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from matching.decide import DECISIONS, Thresholds, decide
from matching.told import Told

TABLES = """
CREATE TABLE std_partner AS SELECT 0::INTEGER AS l, 0::INTEGER AS name;
CREATE TABLE std_name AS SELECT 0::INTEGER AS name, 'person' AS kind;
CREATE TABLE candidates (l INTEGER, r INTEGER, rank INTEGER, match_weight INTEGER, match_probability DECIMAL(9,6),
    gamma_name VARCHAR, gamma_number VARCHAR, gamma_place VARCHAR, match_key VARCHAR)
"""
# probability, weight, name, number, place of each candidate; the decision
CASES = [
    ("a link", [(0.99, 9000, "exact", "null", "door")], "linked"),
    ("likely, but not enough", [(0.7, 1000, "exact", "null", "commune")], "review"),
    ("too little", [(0.49, 0, "exact", "null", "commune")], "not_found"),
    ("a slip in the name at the very door", [(0.2, -2000, "close", "null", "door")], "review"),
    ("the same in the province, the commune missing", [(0.3, -1000, "close", "null", "door_unplaced")], "review"),
    ("the same with less", [(0.19, -2100, "close", "null", "door")], "not_found"),
    ("other middle names at the door say little", [(0.3, -1000, "surname_given", "null", "door")], "not_found"),
    ("a slip in the name in the street only", [(0.3, -1000, "close", "null", "locality")], "not_found"),
    ("two at the door as likely", [(0.3, -1000, "close", "null", "door"), (0.25, -1300, "close", "null", "door")], "ambiguous"),
    ("somebody's number, another name", [(0.01, -6000, "else", "exact", "commune")], "review"),
    ("an old number one slip away, another name, another place", [(0.01, -6000, "else", "old_slip", "commune")], "not_found"),
    ("an old number one slip away, another name, at the door", [(0.01, -6000, "else", "old_slip", "door")], "review"),
    ("a personal number one slip away, another name", [(0.01, -6000, "else", "slip", "commune")], "review"),
]


@pytest.mark.parametrize(("candidates", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_decision(candidates: list[tuple[float, int, str, str, str]], expected: str, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(TABLES)
        rows = [(0, n, n + 1, weight, p, name, number, place, "door") for n, (p, weight, name, number, place) in enumerate(candidates)]
        con.executemany("INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        con.execute(f"COPY candidates TO '{tmp_path}/part-0000.parquet' (FORMAT parquet)")
        nobody = np.zeros(0, np.int32)
        found = decide(con, tmp_path, Thresholds(0.95, 0.5), Told(nobody, nobody, np.zeros(0, np.bool_)))
    assert found["decision"].to_pylist() == [expected]
    assert expected in DECISIONS
