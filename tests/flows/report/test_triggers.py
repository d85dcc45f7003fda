"""Twelve ways to start a formula, in every text column of every file a person opens: no cell starts one, and all come back."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
import python_calamine
import report_world as world

from flows.decisions.sheet import read_sheets
from flows.report import write_report
from flows.report.cells import one_line, unguard

TRIGGERS = ("=1+1", "+84912", "-12/3", "@SUM(1)", "\tx", "\rx", "\0x", "＝1", "＋1", "－1", "＠x", " =1")
STARTS = tuple("=+-@\t\r\0＝＋－＠")
FILES = ("mismatches.csv", "clerical_review.csv", "not_found.csv", "quarantine.csv", "by_unit/PB0301.csv", "by_unit/index.csv")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose every raw text, name, address and suggestion starts with a trigger; 12 copies of each record, one a trigger."""
    root = tmp_path_factory.mktemp("triggers")
    inputs = world.build(root / "tables", copies=len(TRIGGERS))
    with duckdb.connect() as con:
        con.execute("CREATE TABLE triggers AS SELECT unnest($1) AS text, unnest(range(12)) AS k", [list(TRIGGERS)])
        for table, key, columns in (
            ("raw_partner", "line // 1000000", tuple(world.RAW_PARTNER[1:])),
            ("quarantine_partner", "line // 1000000", ("raw",)),
            ("std_name", "name % 12", ("raw", "display")),
            ("std_address", "address % 12", ("raw", "street_display")),
            ("findings", "hash(record_id) % 12", ("suggested_value",)),
        ):
            path = inputs[table] / "part-0000.parquet"
            put = ", ".join(f'(SELECT text FROM triggers g WHERE g.k = {key}) || coalesce("{name}", \'\') AS "{name}"' for name in columns)
            con.execute(f"CREATE OR REPLACE TABLE t AS SELECT * REPLACE ({put}) FROM read_parquet('{path}')")
            con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    for folder in ("out", "gates", "tmp"):
        (root / folder).mkdir()
    write_report(inputs, root / "out", world.settings(), None, root / "gates", root / "tmp")
    return root / "out"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", FILES)
def test_no_cell_starts_a_formula(out: Path, name: str) -> None:
    rows = _rows(out / name)
    assert rows
    assert [cell for row in rows for cell in row.values() if cell.lstrip(" \u200b\ufeff").startswith(STARTS)] == []


def test_every_trigger_stands_in_every_own_column_and_comes_back(out: Path) -> None:
    rows = _rows(out / "mismatches.csv")
    assert len(rows) == 3 * len(TRIGGERS)
    for header in world.HEADERS[1:]:
        found = {unguard(row[header]) for row in rows}
        assert all(any(text.startswith(one_line(trigger)) for text in found) for trigger in TRIGGERS), header


def test_the_spreadsheet_holds_the_same_texts_and_no_formula(out: Path) -> None:
    sheet = python_calamine.CalamineWorkbook.from_path(str(out / "mismatches.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[1:] == [list(row.values()) for row in _rows(out / "mismatches.csv")]


@pytest.mark.parametrize("name", ["mismatches.csv", "mismatches.xlsx"])
def test_a_file_that_comes_back_is_one_table_with_every_row(out: Path, name: str) -> None:
    (sheet,) = read_sheets(out / name, frozenset({"mismatch_id", "decision"}))
    assert len([line for line in sheet.lines if line.cells]) == 1 + 3 * len(TRIGGERS)
