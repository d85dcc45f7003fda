"""The published files as a whole: columns, rules, counts, status, sameness."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pyarrow.parquet as pq
import pytest
import python_calamine
import report_world as world

from flows.erase.files import erase_files
from flows.erase.person import Person
from flows.erase.unread import Unread
from flows.report import columns, sheets, units, write, write_report
from flows.report.cells import unguard
from flows.report.reviews import decimal
from flows.report.units import unit_of
from flows.report.words import VALUE_SOURCES
from flows.report.xlsx_files import SheetJob, count_rows, write_xlsx
from flows.summary import markdown
from matching.findings import FINDINGS as DECLARED
from matching.identifiers import keyed_id
from matching.sources import source
from matching.tables import FINDINGS, LINKS

VERDICT = {
    "gate": "links", "owner": "find", "status": "passed_with_warnings",
    "rules": [
        {"rule": "R-LNK-ONE", "status": "passed", "reason_vi": "một", "reason_en": "one"},
        {"rule": "R-LNK-RATE", "status": "failed", "reason_vi": "tỷ lệ thấp", "reason_en": "low rate"},
    ],
}  # fmt: skip


class Written:
    """A report that was written once, and how to read it."""

    def __init__(self, root: Path, copies: int = 1, previous: Path | None = None, **changes: object) -> None:
        self.inputs = world.build(root / "tables", copies)
        self.out, self.gates = root / "out", root / "gates"
        for folder in (self.out, self.gates, root / "tmp"):
            folder.mkdir()
        (self.gates / "links.json").write_text(json.dumps(VERDICT), encoding="utf-8")
        self.settings = world.settings(**changes)
        self.summary = write_report(self.inputs, self.out, self.settings, previous, self.gates, root / "tmp")

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=self.settings.delimiter))

    def hashes(self) -> dict[str, str]:
        files = [path for path in sorted(self.out.rglob("*")) if path.is_file()]
        return {str(path.relative_to(self.out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("report"))


def test_all_files_are_there_and_private(report: Written) -> None:
    names = {path.name for path in report.out.iterdir()}
    assert names >= {
        "mismatches.csv", "mismatches.xlsx", "clerical_review.csv", "not_found.csv", "quarantine.csv", "links.parquet",
        "findings.parquet", "report.html", "summary.json", "by_unit",
    }  # fmt: skip
    files = [path for path in report.out.rglob("*") if path.is_file() and "tables" not in path.parts]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


@pytest.mark.parametrize(
    "name", ["mismatches.csv", "clerical_review.csv", "not_found.csv", "quarantine.csv", "by_unit/index.csv", "by_unit/PB0301.csv"]
)
def test_csv_rules(report: Written, name: str) -> None:
    content = (report.out / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    lines = content.decode("utf-8-sig").split("\r\n")[:-1]
    assert len(lines) == len(report.rows(name)) + 1  # one physical line a row
    assert all(re.fullmatch(r'"(?:[^"\r\n]|"")*"(?:,"(?:[^"\r\n]|"")*")*', line) for line in lines)
    assert not any(re.match("[=+\\-@\t\r\0]", cell) for row in report.rows(name) for cell in row.values())


def test_the_work_list_has_its_columns_worst_first(report: Written) -> None:
    rows = report.rows("mismatches.csv")
    assert tuple(rows[0]) == (*columns.MISMATCHES, *world.HEADERS, *columns.DECISION)
    assert [row["primary_finding"] for row in rows] == ["DECEASED", "RESIDENCE_ELSEWHERE", "ID_TYPO"]
    assert [row["confidence"] for row in rows] == ["certain", "weak", "likely"]
    assert {row["status"] for row in rows} == {"new"} and {row["first_seen"] for row in rows} == {"2026-10-31"}
    assert all(row["reason_vi"] and row["reason_en"] and row["suggested_action"] for row in rows)
    assert not any(row[name] for row in rows for name in columns.DECISION)


def test_values_stand_side_by_side(report: Written) -> None:
    first, _, slip = report.rows("mismatches.csv")
    assert (first["name_partner"], first["name_register"], first["name_diff"]) == ("NGUYỄN VĂN ÁN", "Nguyễn Văn Ấn", "Nguyễn Văn [Án~Ấn]")
    assert (slip["number_partner"], slip["number_register"], slip["number_diff"]) == ("001185000027", "001185000017", "0011850000[2|1]7")
    assert slip["permanent_address_register"] == "5 Trần Phú, Phường Ba Đình"
    assert (slip["address_diff"], slip["name_diff"], slip["suggested_value"]) == ("", "", "001185000017")
    assert first["address_diff"] == "[12/3|12/5], Lê [Lợi|Lai], Phường Ba Đình, Thành phố Hà Nội"
    assert (first["province"], first["commune"], first["person_id"]) == ("Thành phố Hà Nội", "Phường Ba Đình", "R1")


def test_the_partners_own_columns_come_through_unchanged(report: Written) -> None:
    by_key = {row["Mã khách hàng"]: row for row in report.rows("mismatches.csv")}
    for partner in world.PARTNERS:
        if partner["outcome"] == "mismatch":
            row = by_key[partner["id"]]
            assert unguard(row["Ghi chú"]) == partner["note"].replace("\n", " ⏎ ")
            assert unguard(row["Địa chỉ sử dụng điện"]) == partner["address"]
    assert "Dân tộc" not in report.rows("mismatches.csv")[0]


def test_suggestions_say_where_they_come_from_and_other_findings_are_told(report: Written) -> None:
    first, elsewhere, slip = report.rows("mismatches.csv")
    assert slip["suggested_source"] == "số định danh trong cơ sở dữ liệu dân cư / register: id_number" and slip["also_vi"] == ""
    assert first["suggested_source"] == "" and len(first["also_vi"].split(" • ")) == len(first["also_en"].split(" • ")) == 2
    assert elsewhere["also_en"] and "{" not in elsewhere["also_en"]


def test_every_suggestion_has_a_source() -> None:
    assert set(VALUE_SOURCES) == {finding.code for finding in DECLARED if finding.suggested}


def test_clerical_review_lists_candidates_side_by_side(report: Written) -> None:
    review, ambiguous = report.rows("clerical_review.csv")
    assert (review["outcome"], ambiguous["outcome"], ambiguous["candidates"]) == ("review", "ambiguous", "4")
    assert [ambiguous[f"candidate_{n}_person_id"] for n in (1, 2, 3)] == ["R1", "R2", "R3"]
    assert review["candidate_1_for"].startswith("trùng họ tên khi bỏ dấu; ") and "another number" in review["candidate_1_against"]
    assert review["review_id"] == keyed_id(world.KEY, "RV", "electricity", "PB0301000006")


def test_not_found_says_what_was_looked_for(report: Written) -> None:
    (row,) = report.rows("not_found.csv")
    assert row["looked_for_vi"] == "họ tên: Không Ai; số giấy tờ: 001085999999; nơi: Phường Ba Đình, Thành phố Hà Nội"


def test_quarantine_explains_its_rules(report: Written) -> None:
    partner, register = report.rows("quarantine.csv")
    assert (partner["side"], partner["line"], partner["rule"], partner["raw"]) == ("partner", "99", "ragged_row", "PB0301000099;a;b ⏎ c")
    assert (register["rule_en"], register["raw"]) == ("the row has no key", '"",=cmd')


def test_units_hold_the_whole_work_list(report: Written) -> None:
    index = report.rows("by_unit/index.csv")
    assert [(row["unit"], row["unit_name"], row["part"], row["mismatches"]) for row in index] == [
        ("PB0301", "Điện lực Đà Lạt", "1/1", "2"), ("PD04", "Điện lực Đống Đa", "1/1", "1"),
    ]  # fmt: skip
    split = [row for unit in index for row in report.rows("by_unit/" + unit["file_csv"])]
    assert sorted(row["mismatch_id"] for row in split) == sorted(row["mismatch_id"] for row in report.rows("mismatches.csv"))


def test_without_a_place_the_work_is_where_the_resident_lives(tmp_path: Path) -> None:
    """A bank's customers have no address and no unit."""
    inputs = world.build(tmp_path / "tables")
    bare = _replaced(inputs, "std_partner", "SELECT * REPLACE (NULL::INTEGER AS place) FROM t", tmp_path / "bare")
    links = _replaced(
        inputs, "links", "SELECT * REPLACE (NULL::VARCHAR AS province_code, NULL::VARCHAR AS commune_code) FROM t", tmp_path / "links"
    )
    for name in ("out", "gates", "tmp"):
        (tmp_path / name).mkdir()
    chosen = world.settings(source=source("bank"), rows_per_file=2)
    write_report({**inputs, "std_partner": bare, "links": links}, tmp_path / "out", chosen, None, tmp_path / "gates", tmp_path / "tmp")
    with (tmp_path / "out/by_unit/index.csv").open(encoding="utf-8-sig", newline="") as file:
        index = list(csv.DictReader(file))
    assert [(row["unit"], row["unit_name"], row["mismatches"]) for row in index] == [
        ("province-01", "Thành phố Hà Nội", "2"), ("province-01", "Thành phố Hà Nội", "1"),
    ]  # fmt: skip
    with (tmp_path / "out/mismatches.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {(row["province"], row["commune"]) for row in csv.DictReader(file)} == {("Thành phố Hà Nội", "Phường Ba Đình")}
    provinces = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))["provinces"]
    assert [(p["code"], p["records"], p["mismatches"], p["by_residence"]) for p in provinces] == [("01", 4, 3, 4), ("", 4, 0, 0)]
    page = html.unescape((tmp_path / "out/report.html").read_text("utf-8"))
    assert "Sai lệch theo tỉnh thường trú" in page and "bản ghi tính cho tỉnh nơi cư dân được liên kết đăng ký thường trú" in page


def test_with_places_the_page_counts_where_they_are(report: Written) -> None:
    page = html.unescape((report.out / "report.html").read_text("utf-8"))
    assert "Sai lệch theo tỉnh" in page and "thường trú" not in page.partition('id="provinces"')[2].partition("</section>")[0]


def _replaced(inputs: dict[str, Path], table: str, query: str, folder: Path) -> Path:
    """A table of the inputs, as a query over its rows `t` gives it, in `folder`."""
    folder.mkdir()
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW t AS FROM read_parquet('{inputs[table]}/*.parquet')")
        con.execute(f"COPY ({query}) TO '{folder}/part-0000.parquet' (FORMAT parquet)")
    return folder


def test_a_long_unit_is_dealt_out_evenly(tmp_path: Path) -> None:
    written = Written(tmp_path, copies=5, rows_per_file=4)
    index = written.rows("by_unit/index.csv")
    assert [(row["file_csv"], row["part"], row["mismatches"]) for row in index] == [
        ("PB0301-1.csv", "1/3", "4"), ("PB0301-2.csv", "2/3", "3"), ("PB0301-3.csv", "3/3", "3"),
        ("PD04-1.csv", "1/2", "3"), ("PD04-2.csv", "2/2", "2"),
    ]  # fmt: skip
    whole = [row["mismatch_id"] for row in written.rows("mismatches.csv")]
    split = {unit["file_csv"]: written.rows("by_unit/" + unit["file_csv"]) for unit in index}
    assert sorted(row["mismatch_id"] for part in split.values() for row in part) == sorted(whole)
    for unit in index:
        part = split[unit["file_csv"]]
        order = [whole.index(row["mismatch_id"]) for row in part]
        assert order == sorted(order)  # worst first in every part
        assert [sum(row["severity"] == kind for row in part) for kind in ("field", "review")] == [int(unit["field"]), int(unit["review"])]
    assert {path.stem for path in (written.out / "by_unit").glob("*.csv")} == {Path(unit["file_csv"]).stem for unit in index} | {"index"}


@pytest.mark.parametrize(
    ("record_id", "province", "unit"),
    [
        ("PB0301000001", "01", "PB0301"),
        (" pd0400000003", None, "PD04"),
        ("../etc/passwd", "79", "province-79"),
        ("ZZ", None, "other"),
        ("ZZ", "../x", "other"),
    ],
)
def test_unit_of(record_id: str, province: str | None, unit: str) -> None:
    assert unit_of(record_id, province, (6, 4), {"PB0301": "a", "PD04": "b"}) == unit


def test_the_spreadsheet_is_the_csv(report: Written) -> None:
    sheet = python_calamine.CalamineWorkbook.from_path(str(report.out / "mismatches.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet == [list(report.rows("mismatches.csv")[0]), *(list(row.values()) for row in report.rows("mismatches.csv"))]
    with ZipFile(report.out / "mismatches.xlsx") as archive:
        content = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "2026-10-31T00:00:00Z" in archive.read("docProps/core.xml").decode("utf-8")
    assert "<f>" not in content and 'state="frozen"' in content and "<autoFilter" in content
    assert ",".join(columns.MISMATCH_DECISIONS) in content


@pytest.mark.parametrize("at_once", [1, 3, 8, 100])
def test_awkward_text_survives_the_spreadsheet(at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.report.xlsx_files._FLUSH", at_once)
    texts = ["a & b < c > d", "_x0041_", "\x07", "  blanks  ", "ngã tư", "001096000001", "'=1", "\U0001f600"]
    with (tmp_path / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["decision"], *([text] for text in texts)])
    write_xlsx(SheetJob(tmp_path / "a.csv", tmp_path / "a.xlsx", len(texts), ",", "t", world.AS_OF))
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[1:]] == texts
    assert count_rows(tmp_path / "a.xlsx") == len(texts)


def test_tables_are_published_by_their_declarations(report: Written) -> None:
    for table in (LINKS, FINDINGS):
        found = pq.read_table(report.out / f"{table.name}.parquet")
        assert tuple(found.column_names) == table.names
        keys = list(zip(*(found[name].to_pylist() for name in table.key), strict=True))
        assert keys == sorted(keys)


def test_a_list_longer_than_a_sheet_goes_on_in_a_further_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)  # below the header
    written = Written(tmp_path)
    found = [_sheet(written.out / name) for name in ("mismatches.xlsx", "mismatches-2.xlsx")]
    with (written.out / "mismatches.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *listed = csv.reader(file)
    assert [cells[0] for cells in found] == [header, header]
    assert [cells[1:] for cells in found] == [listed[:2], listed[2:]] and len(listed) == 3
    assert {path.name for path in (written.out / "by_unit").glob("*.xlsx")} == {"PB0301.xlsx", "PD04.xlsx"}
    (note,) = written.summary["left_out"]
    assert note.startswith("mismatches.xlsx: 2 dòng đầu") and note.endswith("the rest in mismatches-2.xlsx")
    assert note in html.unescape((written.out / "report.html").read_text(encoding="utf-8"))
    counts = {row["what"]: row for row in pq.read_table(written.out / "tables" / "report_counts").to_pylist()}
    assert counts["mismatches-2.xlsx"]["file_count"] == 1 and all(row["file_count"] == row["summary_count"] for row in counts.values())


def test_an_erasure_writes_all_sheets_of_a_list_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    written = Written(tmp_path)
    first = written.rows("mismatches.csv")[0]
    person = Person(frozenset(), frozenset({first["Mã khách hàng"]}), frozenset({first["mismatch_id"]}))
    erase_files(written.out, written.out, person, {"name": "x", "as_of": "2026-10-31", "report": {"delimiter": ","}}, Unread())
    left = [row["mismatch_id"] for row in written.rows("mismatches.csv")]
    assert [row[0] for row in _sheet(written.out / "mismatches.xlsx")[1:]] == left and len(left) == 2
    assert not (written.out / "mismatches-2.xlsx").exists()


def test_a_unit_never_has_a_file_longer_than_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "MOST_ROWS", 2)
    written = Written(tmp_path, copies=2)
    parts = {path.name: len(_sheet(path)) - 1 for path in (written.out / "by_unit").glob("*.xlsx")}
    assert parts == {"PB0301-1.xlsx": 2, "PB0301-2.xlsx": 2, "PD04.xlsx": 2}


def _sheet(file: Path) -> list[list[str]]:
    """The cells of a file's first sheet, those left empty at the end of a row included."""
    found = python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in found]


def test_counts_in_files_are_counts_in_the_summary(report: Written) -> None:
    counts = pq.read_table(report.out / "tables" / "report_counts").to_pylist()
    assert {row["what"] for row in counts} >= {"mismatches.csv", "links.parquet", "findings.parquet", "quarantine.csv", "mismatches.xlsx"}
    assert all(row["file_count"] == row["summary_count"] for row in counts)
    assert report.summary["files"] == {row["what"]: row["file_count"] for row in counts}


def test_a_lost_row_shows_in_the_counts(tmp_path: Path) -> None:
    inputs = world.build(tmp_path / "tables")
    (inputs["quarantine_partner"] / "part-0000.parquet").unlink()
    with duckdb.connect() as con:  # the refused row is gone, but its outcome is still there
        empty = "SELECT NULL::VARCHAR AS file, 0::BIGINT AS line, NULL::VARCHAR AS rule, NULL::VARCHAR AS raw, NULL::VARCHAR AS record_id LIMIT 0"
        con.execute(f"COPY ({empty}) TO '{inputs['quarantine_partner']}/part-0000.parquet' (FORMAT parquet)")
    for folder in ("out", "gates", "tmp"):
        (tmp_path / folder).mkdir()
    write_report(inputs, tmp_path / "out", world.settings(), None, tmp_path / "gates", tmp_path / "tmp")
    counts = {row["what"]: row for row in pq.read_table(tmp_path / "out" / "tables" / "report_counts").to_pylist()}
    assert counts["links.parquet"]["file_count"] == counts["links.parquet"]["summary_count"] + 1


def test_the_summary_adds_up(report: Written) -> None:
    summary = report.summary
    assert summary == json.loads((report.out / "summary.json").read_text(encoding="utf-8"))
    assert sum(summary["outcomes"].values()) == summary["rows_read"] == 9
    assert (summary["link_rate"], summary["mismatch_rate"]) == (0.571429, 0.75)
    assert summary["estimated_precision"] == pytest.approx((0.9999 + 0.985 + 0.96 + 0.999999) / 4, abs=1e-6)
    assert summary["estimated_recall"] == pytest.approx(3.944899 / (3.944899 + 1 + 0.7), abs=1e-6)
    assert summary["blocking"] == {"pairs": 4, "capped_keys": 0, "capped_pairs": 0, "asked": 0, "found": 0}
    assert sum(p["mismatches"] for p in summary["provinces"]) == sum(summary["severities"].values()) == 3
    assert summary["partner"]["name_repairs"] == {"case": 1} and summary["gates"][0]["status"] == "passed_with_warnings"


@pytest.mark.parametrize("name", ["summary.json", "report.html"])
def test_totals_hold_no_personal_data(report: Written, name: str) -> None:
    text = (report.out / name).read_text(encoding="utf-8").lower()
    for person in (*world.PARTNERS, *world.REGISTER):
        for value in (person["name"], person["id"], person["address"], person["number"]):
            assert value is None or len(str(value)) < 4 or value == "Phường Ba Đình" or str(value).lower() not in text


def test_the_page_stands_alone(report: Written) -> None:
    page = (report.out / "report.html").read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!DOCTYPE html>") and "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=\s*(?!"#|"huong-dan\.html")|url\(|@import""", page)
    assert "R-LNK-RATE" in page and "<svg" in page


def test_same_inputs_same_bytes(report: Written, tmp_path: Path) -> None:
    assert Written(tmp_path, threads=3, memory="500MB").hashes() == report.hashes()


def test_worker_processes_and_small_blocks_write_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Written(tmp_path / "1", copies=4, threads=1, delimiter=";")
    monkeypatch.setattr(sheets, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(write, "_BLOCK", 5)
    monkeypatch.setattr(units, "_BUFFERED", 2)
    assert Written(tmp_path / "2", copies=4, threads=2, delimiter=";").hashes() == whole.hashes()
    assert len(whole.rows("mismatches.csv")) == 12
    counts = pq.read_table(whole.out / "tables" / "report_counts").to_pylist()
    assert all(row["file_count"] == row["summary_count"] for row in counts)


def _again(tmp_path: Path, report: Written, drop: str, previous: Path, decisions: str = "") -> Written:
    """The run of `report` once more, without the mismatch `drop`, and with a decision on another."""
    tmp_path.mkdir()
    fresh = Written.__new__(Written)
    fresh.inputs, fresh.out, fresh.gates = dict(report.inputs), tmp_path / "out", report.gates
    fresh.settings = world.settings(as_of=world.AS_OF.replace(year=2027))
    (tmp_path / "tmp").mkdir()
    fresh.out.mkdir()
    with duckdb.connect() as con:
        for name, query in {
            "links": f"SELECT * REPLACE (CASE WHEN mismatch_id = '{drop}' THEN 'consistent' ELSE outcome END AS outcome,"
            f" nullif(mismatch_id, '{drop}') AS mismatch_id) FROM read_parquet('{report.inputs['links']}/*.parquet')",
            "decisions": f"SELECT '{decisions}' AS mismatch_id, TRUE AS closed",
        }.items():
            fresh.inputs[name] = tmp_path / name
            (tmp_path / name).mkdir()
            con.execute(f"COPY ({query}) TO '{tmp_path / name}/part-0000.parquet' (FORMAT parquet)")
    fresh.summary = write_report(fresh.inputs, fresh.out, fresh.settings, previous, fresh.gates, tmp_path / "tmp")
    return fresh


def test_mismatches_persist_resolve_reopen_and_are_decided(report: Written, tmp_path: Path) -> None:
    second = _again(tmp_path / "2", report, "MM-0001", report.out)
    assert second.summary["status"]["resolved_ids"] == ["MM-0001"]
    assert {(row["status"], row["first_seen"]) for row in second.rows("mismatches.csv")} == {("persisting", "2026-10-31")}
    third = _again(tmp_path / "3", report, "", second.out, decisions="MM-0000")
    found = {row["mismatch_id"]: (row["status"], row["first_seen"]) for row in third.rows("mismatches.csv")}
    assert found == {"MM-0001": ("reopened", "2026-10-31"), "MM-0002": ("persisting", "2026-10-31")}
    status = third.summary["status"]
    assert (status["open_before"], status["reopened"], status["decided"], status["open_now"]) == (2, 1, 1, 2)
    assert status["identity_holds"] and second.summary["status"]["identity_holds"]
    assert "So với lượt trước" in (third.out / "report.html").read_text(encoding="utf-8")


def test_what_was_erased_since_is_counted_and_the_counts_chain(report: Written, tmp_path: Path) -> None:
    """An erasure leaves the counts of the day of publication in the summary, and takes the row out of the history."""
    erased = tmp_path / "erased"
    shutil.copytree(report.out, erased)
    history = duckdb.sql(f"FROM read_parquet('{report.out}/history.parquet') WHERE mismatch_id <> 'MM-0001'")
    history.write_parquet(str(erased / "history.parquet"))
    second = _again(tmp_path / "2", report, "MM-0001", erased)
    status = second.summary["status"]
    assert (status["open_before"], status["erased"], status["resolved"], status["new"], status["open_now"]) == (3, 1, 0, 0, 2)
    assert status["identity_holds"] and "- erased" in status["identity"]
    assert report.summary["status"]["open_now"] == status["open_before"]
    assert "− 1 = 2" in (second.out / "report.html").read_text("utf-8")
    assert "decided 0, erased 1, open_now 2" in markdown(second.summary, second.out)
    third = _again(tmp_path / "3", report, "", erased)  # the person still stands in the inputs
    assert (third.summary["status"]["erased"], third.summary["status"]["new"]) == (1, 1) and third.summary["status"]["identity_holds"]


def test_the_end_of_a_run_names_what_has_to_be_mended(report: Written) -> None:
    assert "decisions" not in markdown(report.summary, report.out)
    decisions = {"read": {"applied": 5, "refused": 2, "still_refused": 1}, "unnamed": {"applied": 4}}
    told = markdown({**report.summary, "decisions": decisions}, report.out)
    assert "decisions read: applied 5, refused 2, still_refused 1" in told
    assert f"to be mended: refused 2, still_refused 1, unnamed 4; xem / see {report.out / 'decisions.csv'}" in told


def test_the_end_of_a_run_names_the_common_causes(report: Written) -> None:
    assert "causes.csv" not in markdown({**report.summary, "causes": {"causes": 0, "mismatches": 0}}, report.out)
    told = markdown({**report.summary, "causes": {"causes": 2, "mismatches": 1_014}}, report.out)
    assert told.endswith(f"common causes: 2 (1,014 sai lệch / mismatches): {report.out / 'causes.csv'}")


NUMBER_LEADS = """SELECT * REPLACE ('else' AS gamma_name, 'old_slip' AS gamma_number, 0.000012 AS match_probability) FROM t"""


@pytest.mark.parametrize(
    ("table", "query", "outcome", "told"),
    [
        ("candidates", NUMBER_LEADS, "review", "The number leads to candidate 1 (old number one slip away); the name does not (another name)."),
        ("links", "SELECT * REPLACE (0.32 AS match_probability) FROM t", "review",
         "Nobody fits well enough; candidate 1 is the closest (probability 0.32)."),
        ("links", "SELECT * FROM t", "review", "One resident fits best, but not for certain (probability 0.70)."),
        ("links", "SELECT * REPLACE (0.49996 AS match_probability, 4.5 AS gap) FROM t", "ambiguous",
         "4 residents may fit, none well enough alone (probability 0.49)."),
        ("links", "SELECT * FROM t", "ambiguous", "4 residents fit; a gap of 0.1 bits is too small to choose."),
    ],
)  # fmt: skip
def test_why_a_person_is_asked(table: str, query: str, outcome: str, told: str, tmp_path: Path) -> None:
    inputs = world.build(tmp_path / "tables")
    inputs[table] = _replaced(inputs, table, query, tmp_path / "changed")
    for name in ("out", "gates", "tmp"):
        (tmp_path / name).mkdir()
    write_report(inputs, tmp_path / "out", world.settings(), None, tmp_path / "gates", tmp_path / "tmp")
    with (tmp_path / "out/clerical_review.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["outcome"] == outcome]
    assert row["reason_en"].startswith(told)
    assert row["candidate_1_probability"] in ("0.7000", "0.2500", "0.0000"), "cut, never rounded up"


def test_a_run_before_the_history_is_read_by_its_work_list(report: Written, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "mismatches.csv").write_bytes((report.out / "mismatches.csv").read_bytes())
    second = _again(tmp_path / "2", report, "MM-0001", old)
    assert second.summary["status"]["resolved"] == 1 and second.summary["status"]["persisting"] == 2


def test_no_mismatch_at_all_is_said(tmp_path: Path) -> None:
    inputs = world.build(tmp_path / "tables")
    empty = tmp_path / "none"
    empty.mkdir()
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * FROM read_parquet('{inputs['links']}/*.parquet') WHERE outcome = 'consistent') TO '{empty}/p.parquet' (FORMAT parquet)"
        )
    for folder in ("out", "gates", "tmp"):
        (tmp_path / folder).mkdir()
    write_report({**inputs, "links": empty}, tmp_path / "out", world.settings(), None, tmp_path / "gates", tmp_path / "tmp")
    assert "All clear" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "mismatches.csv").read_text(encoding="utf-8-sig").count("\r\n") == 0  # newline translation: one header line
    assert count_rows(tmp_path / "out" / "mismatches.xlsx") == 0


def test_own_headers_never_stand_for_ours(tmp_path: Path) -> None:
    (tmp_path / "columns.json").write_text(
        json.dumps([{"header": "note", "use": "carried"}, {"header": "Note", "use": "carried"}]), encoding="utf-8"
    )
    with duckdb.connect() as con:
        con.execute('CREATE TABLE raw_partner (file VARCHAR, line BIGINT, "x:note" VARCHAR, "x:Note2" VARCHAR)')
        own = columns.own_columns(con, tmp_path, columns.MISMATCHES)
    assert own == columns.OwnColumns(("x:note",), ("note (partner)",))


@pytest.mark.parametrize(("value", "shown"), [("0.949999", "0,94"), ("0.950000", "0,95"), ("1.000000", "1,00"), (None, "–")])
def test_a_probability_is_never_rounded_up_to_its_threshold(value: str | None, shown: str) -> None:
    assert decimal(None if value is None else Decimal(value), 2, ",") == shown
