"""Tables as offices deliver them: a title above, a header on two lines, parts of an address in columns of their own."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from matching.errors import InputRefused
from tests.flows.ingest.conftest import Run

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "ingest_heads.toml").read_text("utf-8"))["case"]


def _csv(rows: list[list[str]]) -> bytes:
    width = max(map(len, rows))
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
        row if len(row) == 1 else row + [""] * (width - len(row)) for row in rows
    )
    return text.getvalue().encode("utf-8-sig")


def workbook(*sheets: list[list[str]]) -> bytes:
    """A workbook with these sheets."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write_string(at, place, cell) if cell else None
    return content.getvalue()


WRITERS = {"csv": _csv, "xlsx": workbook}


def _options(case: dict[str, Any]) -> dict[str, Any]:
    columns = case.get("options", {}).get("columns", {})
    return {"columns": {name: headers if isinstance(headers, str) else tuple(headers) for name, headers in columns.items()}}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("case", [case for case in CASES if "first" in case], ids=lambda case: case["name"])
def test_a_table_is_found_below_its_title(run: Run, case: dict[str, Any], kind: str) -> None:
    outcome = run({f"in.{kind}": WRITERS[kind](case["rows"])}, case.get("source", "electricity"), **_options(case))
    broken = kind == "csv" and any("\n" in cell for row in case["rows"] for cell in row)  # its lines count too
    assert outcome.rows[0]["line"] == case["first"] + broken and len(outcome.rows) == case["count"]
    assert {name: outcome.rows[0][name] or "" for name in case["cells"]} == case["cells"]
    notes = "; ".join(outcome.report.files[0].notes)
    assert all(note in notes for note in case.get("notes", [])) and bool(notes) == bool(case.get("notes") or case["first"] > 2)
    assert [rule for _, rule in outcome.rules()] == case.get("rules", [])


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("case", [case for case in CASES if "says" in case], ids=lambda case: case["name"])
def test_what_leaves_a_doubt_stops_the_file(run: Run, case: dict[str, Any], kind: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        run({f"in.{kind}": WRITERS[kind](case["rows"])}, case.get("source", "electricity"))
    assert all(text in str(refusal.value) for text in case["says"]), str(refusal.value)
    assert "Cúc" not in str(refusal.value)


def test_the_sheet_with_the_table_is_read_and_the_others_are_told(run: Run) -> None:
    guide, data, codes = [["Hướng dẫn"], ["Mã khách hàng có 13 ký tự"]], [["Mã KH", "Tên KH"], ["K1", "An"]], [["Mã", "Tên"], ["1", "x"]]
    outcome = run({"in.xlsx": workbook(guide, data, codes)})
    assert [row["record_id"] for row in outcome.rows] == ["K1"]
    assert "2 further sheets not read" in outcome.report.files[0].notes[0]


def test_a_table_on_two_sheets_is_refused(run: Run) -> None:
    one, two = ([["Phường A"], ["Mã KH", "Tên KH"], [key, "An"]] for key in ("K1", "K2"))
    with pytest.raises(InputRefused, match="the same table on several sheets"):
        run({"in.xlsx": workbook(one, two)})


def test_a_cell_merged_over_rows_counts_for_each(run: Run) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(
            [["Mã KH", "Tên KH", "Địa chỉ"], ["K1", "An", ""], ["K2", "Bình", ""], ["K3", "Chi", ""], ["", "Dung", "Huế"]]
        ):
            sheet.write_row(at, 0, row)
        sheet.merge_range(1, 2, 2, 2, "12 Lê Lợi")
        sheet.merge_range(3, 0, 4, 0, "K3")  # the key of one row is not the key of the next
    outcome = run({"in.xlsx": content.getvalue()})
    assert [(row["record_id"], row["address"]) for row in outcome.rows] == [("K1", "12 Lê Lợi"), ("K2", "12 Lê Lợi"), ("K3", None)]
    assert outcome.rules() == [(5, "missing_key")]
    assert "2 cells merged over rows" in outcome.report.files[0].notes[0]
