"""One decision on a root cause goes for every mismatch that it stood for, while the evidence of each is what it was."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import python_calamine

from flows.decisions.log import read_log
from flows.decisions.settle import CONFLICT, SECOND, SETTLED, Statement, heeded, settle
from flows.key_file import key_id
from tests.conftest import Doisoat
from tests.flows.decisions import spreadsheet as sheets
from tests.flows.decisions.spreadsheet import NEW_DATE, Office, Table, filled

CAUSE = "RC-0000000000000000000A"
OTHER = "RC-0000000000000000000B"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Five records of each mismatch of the small world; the dead holders go back to one cause."""
    made = Office(tmp_path, copies=5)
    grouped(made, "DECEASED", CAUSE)
    made.run()
    return made


def grouped(office: Office, finding: str, cause: str, but: str = "") -> None:
    """Put the mismatches with that primary finding into one cause, but the record `but`."""
    links = f"read_parquet('{office.inputs['links']}/*.parquet')"
    members = f"SELECT record_id, '{cause}' AS cause_id FROM {links} WHERE primary_finding = '{finding}' AND outcome = 'mismatch' AND record_id <> '{but}'"
    with duckdb.connect() as con:
        for name, query in {
            "caused": members,
            "causes": f"""SELECT '{cause}' AS cause_id, 'holder' AS kind, '{finding}' AS finding, NULL::VARCHAR AS level,
                count(*) AS records, NULL::DECIMAL(12, 3) AS expected, '{{}}' AS evidence FROM ({members})""",
        }.items():
            folder = office.root.parent / f"{name}-{cause}-{len(office.runs)}"
            folder.mkdir()
            con.execute(f"COPY ({query}) TO '{folder}/part-0000.parquet' (FORMAT parquet)")
            office.inputs[name] = folder


def causes(office: Office, run: int = -1) -> Table:
    return office.list("causes.csv", run)


def dead(office: Office, run: int = 0) -> set[str]:
    return {row["mismatch_id"] for row in sheets.dictionaries(office.list(run=run)) if row["primary_finding"] == "DECEASED"}


def decide(office: Office, decision: str, by: str = "An", run: int = -1) -> None:
    office.save(f"cause-{by}-{decision}-{len(office.runs)}.csv", filled(causes(office, run), lambda *_: decision, by))


def test_the_list_of_causes_and_the_work_list_name_each_other(office: Office) -> None:
    (row,) = sheets.dictionaries(causes(office))
    assert (row["cause_id"], row["findings"], row["severity"], row["records"], row["decided"]) == (CAUSE, "DECEASED", "field", "5", "0")
    assert row["reason_vi"] == "Một người đứng tên 5 hồ sơ có cùng phát hiện." and row["reason_en"] and row["suggested_action"]
    assert row["evidence_hash"].startswith("EV-") and row["decision"] == row["note"] == ""
    named = {row["mismatch_id"]: row["cause_id"] for row in sheets.dictionaries(office.list())}
    assert {id_ for id_, cause in named.items() if cause} == dead(office) and set(named.values()) == {CAUSE, ""}
    members = pq.read_table(office.runs[-1] / "causes.parquet").to_pylist()
    assert {one["mismatch_id"] for one in members} == dead(office) and {one["shown"] for one in members} == {row["evidence_hash"]}


def test_the_published_spreadsheet_of_causes_is_read_back(office: Office) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(office.runs[-1] / "causes.xlsx")).get_sheet_by_index(0).to_python()
    assert [[str(cell) for cell in row] for row in book] == causes(office)
    filled_in = filled([[str(cell) for cell in row] for row in book], lambda *_: "both_right")
    sheets.WAYS["book.xlsx"](filled_in, office.folder / "causes.xlsx")
    office.run()
    assert office.open_ids() & dead(office) == set()


def test_the_page_counts_causes_and_names_nobody(office: Office) -> None:
    shown = office.summary["causes"]
    one = {"cause_id": CAUSE, "kind": "holder", "finding": "DECEASED", "severity": "field", "records": 5, "decided": 0}
    assert shown == {"causes": 1, "mismatches": 5, "largest": [one]}
    page = (office.runs[-1] / "report.html").read_text(encoding="utf-8")
    assert "Một người đứng tên nhiều hồ sơ" in page and CAUSE in page


@pytest.mark.parametrize("name", ["causes.csv", "decisions.csv"])
def test_lists_of_causes_and_decisions_keep_the_rules_of_files(name: str, office: Office) -> None:
    office.save("a.csv", filled(causes(office), lambda *_: "unsure", "=An\n+1\t@x"))
    office.run()
    content = (office.runs[0 if name == "causes.csv" else 1] / name).read_bytes()  # decided, the cause is gone
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    lines = content.decode("utf-8-sig").split("\r\n")[:-1]
    rows = list(csv.DictReader(lines))
    assert len(rows) == len(lines) - 1 > 0
    assert all(re.fullmatch(r'"(?:[^"\r\n]|"")*"(?:,"(?:[^"\r\n]|"")*")*', line) for line in lines)
    assert not any(re.match("[=+\\-@\t\r\0]", cell) for row in rows for cell in row.values())


@pytest.mark.parametrize("way", ["mangled.csv", "book.xlsx", "deleted.csv"])
def test_one_decision_clears_all_however_it_was_saved(way: str, office: Office) -> None:
    table = filled(causes(office), lambda *_: "both_right")
    if way == "deleted.csv":
        office.save(way, sheets.kept(table, ["cause_id", "evidence_hash", "decision", "decided_by"]))
    else:
        table[0] = [name.replace("cause_id", "mismatch_id") for name in table[0]]  # the ways look for that column
        sheets.WAYS[way](table, office.folder / way)
    office.run()
    assert office.open_ids() & dead(office) == set() and len(office.open_ids()) == 10
    assert {(row["mismatch_id"], row["result"], row["cause_id"]) for row in office.results()} == {
        (id_, "applied", CAUSE) for id_ in dead(office)
    }
    assert {line["cause"] for line in read_log(office.root) if line["kind"] == "decision"} == {CAUSE}
    assert causes(office)[1:] == []
    status = office.summary["status"]
    assert status["decided"] == 5 and status["identity_holds"]


def test_just_those_whose_evidence_has_changed_are_asked_again(office: Office) -> None:
    decide(office, "both_right")
    changed = sorted(dead(office))[2]
    record = next(row["Mã khách hàng"] for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == changed)
    office.change("findings", NEW_DATE.replace("hash(record_id) % 7 = 0", f"record_id = '{record}'"))
    office.run()
    assert office.open_ids() & dead(office) == {changed}
    (row,) = [row for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == changed]
    assert row["decided_before"] == f"Đã quyết định / decided before: both_right (An, 2026-11-02, {CAUSE})"
    assert row["changed_since"] == "đổi / changed: DECEASED (status_date)"
    (cause,) = sheets.dictionaries(causes(office))
    assert (cause["records"], cause["decided"]) == ("1", "4")
    office.run()
    assert office.open_ids() & dead(office) == {changed}


def test_a_mismatch_that_joins_later_is_not_decided_with_the_others(office: Office) -> None:
    """A decision goes for what its list showed, also where the list is older than the last run."""
    first = sorted(dead(office))[0]
    record = next(row["Mã khách hàng"] for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == first)
    grouped(office, "DECEASED", CAUSE, but=record)
    office.run()
    shown = causes(office)
    grouped(office, "DECEASED", CAUSE)
    office.run()
    office.save("old.csv", filled(shown, lambda *_: "partner_wrong"))
    office.run()
    assert office.open_ids() & dead(office) == {first}


def test_a_decision_on_one_row_goes_before_that_on_its_cause(office: Office) -> None:
    alone, agreed, unsure = sorted(dead(office))[:3]
    said = {alone: "register_wrong", agreed: "both_right", unsure: "unsure"}
    office.save("rows.csv", filled(office.list(), lambda _, row: said.get(row["mismatch_id"], ""), "Bình"))
    office.run()
    decide(office, "both_right", run=0)
    office.run()
    stands = {id_: row["decision"] for id_, row in office.decisions().items()}
    assert stands == dict.fromkeys(dead(office), "both_right") | {alone: "register_wrong"}
    results = {row["mismatch_id"]: row["result"] for row in office.results()}
    assert results == dict.fromkeys(dead(office), "applied") | {alone: "kept_alone"}
    (row,) = [row for row in office.results() if row["mismatch_id"] == alone]
    assert row["result_vi"] == "Giữ quyết định riêng của dòng này"


def test_two_reviewers_who_contradict_each_other_on_a_cause(office: Office) -> None:
    decide(office, "both_right", "An")
    decide(office, "partner_wrong", "Bình")
    office.run()
    assert dead(office) <= office.open_ids() and {row["result"] for row in office.results()} == {"conflict"}
    assert office.summary["decisions"]["standing"] == {"conflict": 5}


def test_a_second_person_on_a_cause(office: Office) -> None:
    office.second = frozenset({"DECEASED"})
    decide(office, "both_right", "An")
    office.run()
    assert dead(office) <= office.open_ids()
    decide(office, "both_right", "Bình", run=0)
    office.run()
    assert not dead(office) & office.open_ids()


def test_what_does_not_fit_is_refused_with_its_row(office: Office) -> None:
    table = filled(causes(office), lambda *_: "both_right")
    (row,) = sheets.dictionaries(table)
    wrong = {
        "unknown_id": {"cause_id": OTHER},
        "other_evidence": {"evidence_hash": "EV-00000000000000000000"},
        "cause_evidence": {"evidence_hash": ""},
        "unknown_decision": {"decision": "candidate_1"},
    }
    office.save("a.csv", [table[0], *(list((row | change).values()) for change in wrong.values())])
    office.run()
    assert [(result["row"], result["result"]) for result in office.results()] == [(str(at), "refused") for at in range(2, 6)]
    refused = pq.read_table(office.runs[-1] / "tables" / "decisions_read").to_pylist()
    assert [one["reason"] for one in refused] == list(wrong)
    assert dead(office) <= office.open_ids() and not read_log(office.root)[1:]


def test_a_work_list_whose_own_ids_were_deleted_never_decides_on_causes(office: Office) -> None:
    table = filled(office.list(), lambda _, row: "partner_wrong" if row["cause_id"] else "")
    office.save("a.csv", sheets.kept(table, [name for name in table[0] if name != "mismatch_id"]))
    office.run()
    assert [row["result"] for row in office.results()] == ["refused"] * 5 and dead(office) <= office.open_ids()


def test_a_file_on_causes_is_tried_without_being_applied(office: Office, doisoat: Doisoat) -> None:
    (office.root.parent / "key").write_text(office.settings.key.hex())
    configuration = {"as_of": "2026-10-31", "partner": {"source": "electricity"}, "decisions": {}, "secrets": {}}
    manifest = {"fingerprint": "1", "configuration": configuration, "key_id": key_id(office.settings.key)}
    (office.runs[0] / "manifest.json").write_text(json.dumps(manifest))
    (office.root / "current").write_text(f"{office.runs[0].name}\n")
    table = filled(causes(office), lambda *_: "both_right")
    done = doisoat("decisions", "check", office.save("a.csv", table))
    assert (done.code, done.err) == (0, "") and "5  Đã áp dụng / applied" in done.out
    done = doisoat("decisions", "check", office.save("b.csv", sheets.kept(table, ["cause_id", "decision"])))
    assert done.code == 1 and f"dòng / row 2: {CAUSE}" in done.out and "evidence_hash" in done.out
    assert not read_log(office.root)


def said(by: str, decision: str, cause: str = "", batch: int = 1) -> Statement:
    return Statement(batch, "MM-1", "EV-1", "DECEASED", decision, by, "", "f", 2, "2026-10-31", cause)


@pytest.mark.parametrize(
    ("statements", "second", "expected"),
    [
        ([said("A", "both_right"), said("B", "partner_wrong", CAUSE, 2)], False, (SETTLED, "both_right")),
        ([said("B", "partner_wrong", CAUSE), said("A", "both_right", "", 2)], False, (SETTLED, "both_right")),
        ([said("A", "unsure"), said("B", "partner_wrong", CAUSE, 2)], False, (SETTLED, "partner_wrong")),
        ([said("A", "both_right", CAUSE), said("B", "partner_wrong", OTHER, 2)], False, (CONFLICT, None)),
        ([said("A", "both_right"), said("C", "partner_wrong"), said("B", "partner_wrong", CAUSE)], False, (CONFLICT, None)),
        ([said("A", "both_right"), said("B", "both_right", CAUSE, 2)], True, (SETTLED, "both_right")),
        ([said("A", "both_right"), said("B", "partner_wrong", CAUSE, 2)], True, (SECOND, "both_right")),
    ],
)
def test_words_on_a_row_and_on_its_cause(statements: list[Statement], second: bool, expected: tuple[str, str | None]) -> None:
    state = settle(heeded(statements), second)
    assert state is not None and (state.state, state.decision) == expected
