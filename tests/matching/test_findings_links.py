"""Links: one row for every partner row, rejected ones included, ids that are the same in every run, and stable bytes."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.findings.stage import find
from matching.identifiers import keyed_id
from matching.tables import FINDINGS, LINKS
from tests.matching.findings_world import write_world
from tests.matching.test_findings import CASES, WORLD, rows, settings

_ID = re.compile(r"[A-Z]+-[0-9A-HJKMNP-TV-Z]{20}")
_CASES = dict(enumerate(CASES[:40], 1))


def _run(folder: Path, threads: int, quarantine: bool = True) -> None:
    with duckdb.connect(config={"threads": str(threads)}) as con:
        inputs = write_world(con, folder, _CASES, WORLD["places"])
        if quarantine:
            inputs["quarantine_partner"] = folder / "quarantine_partner"
            (folder / "quarantine_partner").mkdir()
            con.execute(f"""COPY (
                SELECT * FROM (VALUES ('a.csv', 9, 'ragged_row'), ('a.csv', 9, 'nul_byte'), ('a.csv', 12, 'missing_key')) t (file, line, rule)
            ) TO '{folder}/quarantine_partner/part-0000.parquet' (FORMAT parquet)""")
        find(con, inputs, folder / "findings", folder / "links", settings({}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("links")
    _run(made, threads=2)
    return made


@pytest.fixture(scope="module")
def links(folder: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        return rows(con, folder / "links")


def test_whom_a_reviewer_ruled_out_stands_with_the_record(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        inputs = write_world(con, tmp_path, _CASES, WORLD["places"])
        inputs["link_decisions"] = tmp_path / "told"
        (tmp_path / "told").mkdir()
        records = sorted(row["record_id"] for row in rows(con, inputs["std_partner"]))
        told = f"('{records[0]}', 'P9', 'other'), ('{records[0]}', 'P2', 'other'), ('{records[1]}', 'P2', 'same')"
        con.execute(f"""COPY (SELECT * FROM (VALUES {told}) t (record_id, person_id, verdict))
            TO '{tmp_path}/told/part-0000.parquet' (FORMAT parquet)""")
        find(con, inputs, tmp_path / "findings", tmp_path / "links", settings({}))
        found = {row["record_id"]: row["ruled_out_person_ids"] for row in rows(con, tmp_path / "links")}
    assert found.pop(records[0]) == ["P2", "P9"] and set(map(tuple, found.values())) == {()}


def test_columns_and_types_are_the_declared_ones(folder: Path) -> None:
    with duckdb.connect() as con:
        for table in (LINKS, FINDINGS):
            described = con.execute(f"DESCRIBE SELECT * FROM read_parquet('{folder / table.name}/*.parquet')").fetchall()
            assert [(row[0], row[1]) for row in described] == [(column.name, column.type) for column in table.columns]
            broken = " OR ".join(f"{column.name} IS NULL" for column in table.columns if not column.nullable)
            assert con.execute(f"SELECT count(*) FROM read_parquet('{folder / table.name}/*.parquet') WHERE {broken}").fetchall() == [(0,)]


def test_every_row_has_one_outcome(links: list[dict[str, Any]]) -> None:
    records = sum(1 + len(case.get("records", [])) for case in _CASES.values())
    assert len(links) == len({row["record_id"] for row in links}) == records + 2
    assert [row["record_id"] for row in links] == sorted(row["record_id"] for row in links)


def test_rejected_rows_stand_under_file_and_line(links: list[dict[str, Any]]) -> None:
    rejected = [row for row in links if row["outcome"] == "rejected"]
    assert [row["record_id"] for row in rejected] == ["a.csv:12", "a.csv:9"]
    assert all(row["findings"] == [] and row["person_id"] is None and row["residence"] is None for row in rejected)


def test_only_mismatches_have_an_id_and_it_is_the_keyed_one(links: list[dict[str, Any]]) -> None:
    for row in links:
        expected = keyed_id(b"k" * 32, "MM", "electricity", row["record_id"]) if row["outcome"] == "mismatch" else None
        assert row["mismatch_id"] == expected
    assert any(row["mismatch_id"] for row in links)


def test_values_of_the_decision(links: list[dict[str, Any]]) -> None:
    first = links[0]
    assert (first["record_id"], first["person_id"], first["candidate_person_ids"]) == ("001-P0", "001-R0", ["001-R0"])
    assert (str(first["match_weight"]), str(first["gap"])) == ("12.345", "4.321")
    assert (first["commune_code"], first["province_code"], first["commune_candidates"]) == ("00004", "01", ["00004"])


def test_bytes_do_not_depend_on_threads(folder: Path, tmp_path: Path) -> None:
    _run(tmp_path, threads=1)
    for table in ("links", "findings"):
        assert _bytes(tmp_path / table) == _bytes(folder / table)
    assert not list((folder / "links").glob("*.tmp"))


def test_a_run_without_quarantine(tmp_path: Path) -> None:
    _run(tmp_path, threads=1, quarantine=False)
    with duckdb.connect() as con:
        assert "rejected" not in {row["outcome"] for row in rows(con, tmp_path / "links")}


def _bytes(folder: Path) -> list[str]:
    return [sha256(part.read_bytes()).hexdigest() for part in sorted(folder.glob("*.parquet"))]


@given(st.binary(min_size=1), st.lists(st.text(), max_size=4))
def test_an_id_is_text_to_every_spreadsheet(key: bytes, parts: list[str]) -> None:
    made = keyed_id(key, "MM", *parts)
    assert _ID.fullmatch(made)
    assert made == keyed_id(key, "MM", *parts)


@given(st.lists(st.text(), min_size=1, max_size=4), st.integers(0, 3))
def test_parts_do_not_run_into_one_another(parts: list[str], at: int) -> None:
    joined = ["".join(parts[:at]), "".join(parts[at:])]
    if joined != parts:
        assert keyed_id(b"key", "MM", *parts) != keyed_id(b"key", "MM", *joined)


@pytest.mark.parametrize(("key", "prefix"), [(b"", "MM"), (b"k", ""), (b"k", "M1"), (b"k", "mm"), (b"k", "Ơ")])
def test_ids_refuse_what_would_not_be_an_id(key: bytes, prefix: str) -> None:
    with pytest.raises(ValueError):
        keyed_id(key, prefix, "a")
