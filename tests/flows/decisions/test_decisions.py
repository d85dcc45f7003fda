"""The loop: decisions leave the work list, come back when their evidence changes, contradict each other, and are kept."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from flows.decisions import evidence
from flows.decisions.evidence import changes
from flows.decisions.log import append_log, log_file, read_log
from flows.decisions.settle import CONFLICT, SECOND, SETTLED, UNSURE, Statement, settle
from flows.erase.person import Person
from flows.erase.rows import filter_csv
from flows.key_file import key_id
from flows.report.cells import guard, unguard
from matching.errors import InputRefused
from tests.conftest import Doisoat
from tests.flows.decisions import spreadsheet as sheets
from tests.flows.decisions.spreadsheet import NEW_DATE, Office, filled

DECISIONS = ("partner_wrong", "register_wrong", "both_right", "not_same_person", "unsure")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.run()
    return made


def decide(office: Office, decision: str, by: str, name: str = "", only: str = "MM-0000", at: str = "") -> None:
    """A reviewer's file that says `decision` on one mismatch of the first run."""
    table = filled(office.list(run=0), lambda _, row: decision if row["mismatch_id"] == only else "", by, at)
    office.save(name or f"{by}-{decision}-{only}-{len(office.runs)}.csv", table)


def holds(office: Office) -> bool:
    status = office.summary["status"]
    left = status["open_before"] + status["new"] + status["reopened"] - status["resolved"] - status["decided"]
    return bool(left == status["open_now"] == len(office.open_ids()) and status["identity_holds"])


@pytest.mark.parametrize("way", ["mangled.csv", "book.xlsx"])
def test_only_changed_evidence_is_asked_again(way: str, tmp_path: Path) -> None:
    """About 5 % of the evidence changes between the list and the run that reads the decisions."""
    office = Office(tmp_path, copies=100)
    office.run()
    work = office.list()
    sheets.WAYS[way](filled(work, lambda number, _: DECISIONS[number % 5]), office.folder / way)
    office.change("findings", NEW_DATE)
    before = dict(zip(sheets.column(work, "mismatch_id"), sheets.column(work, "evidence_hash"), strict=True))
    office.run()
    now = {id_: str(row["evidence"]) for id_, row in office.decisions("evidence").items()}
    changed = {id_ for id_, evidence in before.items() if now[id_] != evidence}
    assert 0.03 * len(before) < len(changed) < 0.07 * len(before)
    assert office.open_ids() == changed
    results = [row["result"] for row in office.results()]
    assert results.count("applied") == len(before) - len(changed) >= 279 and results.count("asked_again") == len(changed)
    assert {id_: row["decision"] for id_, row in office.decisions().items() if row["closed"]} == {
        id_: DECISIONS[number % 5] for number, id_ in enumerate(before) if id_ not in changed
    }
    assert holds(office)
    for row in sheets.dictionaries(office.list()):
        if row["mismatch_id"] not in changed:
            continue
        assert row["changed_since"] == "đổi / changed: DECEASED (status_date)"
        assert "Đã quyết định / decided before: " in row["decided_before"]
        assert row["status"] == "persisting"
    office.run()
    assert office.open_ids() == changed  # the file still lies there: nothing is applied twice, nobody else is asked
    assert holds(office)


def test_a_decision_holds_until_its_evidence_changes_and_holds_again_when_it_is_back(office: Office) -> None:
    decide(office, "partner_wrong", "An", at="2026-11-02")
    office.run()
    assert office.open_ids() == {"MM-0001", "MM-0002"} and office.summary["status"]["decided"] == 1 and holds(office)
    good = dict(office.inputs)
    office.change("findings", NEW_DATE.replace("hash(record_id) % 7", "0"))
    office.run()
    (row,) = [row for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == "MM-0000"]
    assert (row["status"], row["decided_before"]) == ("reopened", "Đã quyết định / decided before: partner_wrong (An, 2026-11-02)")
    assert row["changed_since"] == "đổi / changed: DECEASED (status_date)" and holds(office)
    office.inputs = good
    office.run()
    assert "MM-0000" not in office.open_ids() and holds(office)


def test_two_reviewers_who_contradict_each_other_are_both_shown(office: Office) -> None:
    decide(office, "partner_wrong", "An")
    decide(office, "register_wrong", "Bình")
    office.run()
    assert {row["result"] for row in office.results()} == {"conflict"}
    (row,) = [row for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == "MM-0000"]
    assert row["decided_before"] == "Chưa thống nhất / not agreed upon: partner_wrong (An, 2026-10-31); register_wrong (Bình, 2026-10-31)"
    assert office.summary["decisions"]["standing"] == {"conflict": 1} and holds(office)
    decide(office, "both_right", "Chi")  # whoever decides after the conflict was shown settles it
    office.run()
    assert "MM-0000" not in office.open_ids() and office.decisions()["MM-0000"]["decision"] == "both_right" and holds(office)
    decide(office, "partner_wrong", "Dũng")  # a latecomer with the old list
    office.run()
    assert "MM-0000" in office.open_ids() and office.summary["status"]["reopened"] == 1 and holds(office)


def test_a_second_person(office: Office) -> None:
    office.second = frozenset({"DECEASED"})
    decide(office, "partner_wrong", "An")
    decide(office, "partner_wrong", "An", only="MM-0001")
    office.run()
    assert sorted(row["result"] for row in office.results()) == ["applied", "second_person"]
    assert office.open_ids() == {"MM-0000", "MM-0002"}
    decide(office, "partner_wrong", " an ", "again.csv", at="2026-11-03")
    office.run()
    assert "MM-0000" in office.open_ids()  # the same person is no second one
    decide(office, "partner_wrong", "Bình")
    office.run()
    assert office.open_ids() == {"MM-0002"} and holds(office)


def test_unknown_ids_and_evidence_of_another_are_refused_with_their_row(office: Office) -> None:
    table = filled(office.list(), lambda *_: "partner_wrong")
    where, beside = table[0].index("mismatch_id"), table[0].index("evidence_hash")
    table[1][where] = "MM-9999"
    table[2][beside], table[3][beside] = table[3][beside], table[2][beside]  # a column that was sorted alone
    office.save("a.csv", table)
    office.run()
    assert [(row["row"], row["result"], row["result_en"]) for row in office.results()] == [
        ("2", "refused", "refused: no published run has this id"),
        ("3", "refused", "refused: the evidence_hash is not this id's; columns were moved apart"),
        ("4", "refused", "refused: the evidence_hash is not this id's; columns were moved apart"),
    ]  # fmt: skip
    assert len(office.open_ids()) == 3 and holds(office)


def test_without_its_hash_a_file_of_an_older_list_is_refused(office: Office) -> None:
    office.change("findings", NEW_DATE.replace("hash(record_id) % 7", "0"))
    office.run()
    office.save("a.csv", sheets.kept(filled(office.list(run=0), lambda *_: "unsure"), ["mismatch_id", "decision"]))
    office.run()
    assert sorted((row["mismatch_id"], row["result"]) for row in office.results()) == [
        ("MM-0000", "refused"), ("MM-0001", "applied"), ("MM-0002", "applied"),
    ]  # fmt: skip


def test_a_decision_on_another_finding_is_kept_and_the_primary_is_still_asked(office: Office) -> None:
    table = office.list()
    table = [[*row, cell] for row, cell in zip(table, ["decision_NAME_DIFFERS", "both_right", "both_right", ""], strict=True)]
    office.save("a.csv", table)
    office.run()
    assert [(row["row"], row["finding"], row["result"]) for row in office.results()] == [
        ("2", "NAME_DIFFERS", "noted"), ("3", "", "refused"),
    ]  # fmt: skip
    (row,) = [row for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == "MM-0000"]
    assert row["decided_before"] == "NAME_DIFFERS: both_right (không ghi tên / nobody named, 2026-10-31)"


def test_a_refused_row_shows_what_was_written_and_the_words_allowed(office: Office) -> None:
    table = filled(office.list(), lambda number, _: ("sai rồi", "=1+1", "candidate_1")[number], "An")
    office.save("a.csv", table)
    review = filled(office.list("clerical_review.csv"), lambda number, _: ("partner_wrong", "unsure")[number], "")
    office.save("b.csv", review)
    office.run()
    shown = {(row["file"], row["row"]): row for row in office.results()}
    assert {(row["decision"], row["decided_by"]) for place, row in shown.items() if place[0] == "a.csv"} == {
        ("sai rồi", "An"), ("'=1+1", "An"), ("candidate_1", "An"),
    }  # fmt: skip
    assert shown["a.csv", "2"]["result_en"] == "refused: write one of: partner_wrong, register_wrong, both_right, not_same_person, unsure"
    assert shown["a.csv", "2"]["result_vi"].startswith("Bị từ chối: chỉ ghi một trong: partner_wrong, ")
    assert shown["b.csv", "2"]["result_en"] == "refused: write one of: candidate_1, candidate_2, candidate_3, none, unsure"
    assert shown["b.csv", "2"]["decision"] == "partner_wrong"


def test_a_refused_row_is_told_again_until_its_file_is_mended_or_its_mismatch_is_decided(office: Office) -> None:
    table = filled(office.list(), lambda number, _: ("sai rồi", "sai", "both_right")[number], "An")
    office.save("a.csv", [*table, ["MM-9", *table[1][1:]]])
    (office.folder / "b.csv").write_bytes(b"%PDF-1.7 \0")
    office.run()
    asked = [("a.csv", "2"), ("a.csv", "3"), ("a.csv", "5"), ("b.csv", "0")]
    assert [(row["file"], row["row"]) for row in office.results() if row["result"] == "refused"] == asked
    office.run()
    again = office.results()
    assert [(row["file"], row["row"]) for row in again] == asked and {row["result"] for row in again} == {"still_refused"}
    assert (again[0]["decision"], again[0]["decided_by"], again[0]["mismatch_id"]) == ("sai rồi", "An", "MM-0000")
    assert again[0]["result_en"].startswith("still refused, as the run before said; mend the file or take it away: write one of: ")
    assert office.summary["decisions"]["read"] == {"still_refused": 4}
    decide(office, "partner_wrong", "Bình")  # MM-0000, in a file of its own
    (office.folder / "b.csv").unlink()
    office.run()
    assert [(row["row"], row["result"]) for row in office.results()] == [("2", "applied"), ("3", "still_refused"), ("5", "still_refused")]
    office.save("a.csv", filled(office.list(run=0), lambda number, _: "both_right" if number == 1 else "", "An"))  # mended
    office.run()
    assert [(row["row"], row["result"]) for row in office.results()] == [("3", "applied")] and not office.open_ids() and holds(office)


def test_who_is_unsure_leaves_the_row_in_the_list_where_a_second_look_is_wanted(office: Office) -> None:
    office.second_look = True
    at = ("unsure", "", "")
    office.save("a.csv", filled(office.list(), lambda number, _: at[number], "An", note="khách hẹn\ntuần sau"))
    review = office.list("clerical_review.csv")
    office.save("b.csv", filled(review, lambda number, _: "unsure" if number == 0 else "", "An", note="xem sổ gốc"))
    for _ in range(2):
        office.run()
        assert len(office.open_ids()) == 3 and office.summary["status"]["decided"] == 0 and holds(office)
        (row,) = [row for row in sheets.dictionaries(office.list()) if row["mismatch_id"] == "MM-0000"]
        assert (row["status"], row["decision"], row["decided_by"]) == ("persisting", "", "")
        assert (
            row["decided_before"] == "Chưa rõ, cần xem lại / unsure, a second look is wanted: unsure (An, 2026-11-02): “khách hẹn tuần sau”"
        )
        first = sheets.dictionaries(office.list("clerical_review.csv"))[0]
        assert first["review_id"] == sheets.column(review, "review_id")[0] and first["decided_before"].endswith(
            "(An, 2026-11-02): “xem sổ gốc”"
        )
    assert office.summary["decisions"]["standing"] == {"unsure": 2} and office.decisions()["MM-0000"]["decision"] is None
    (office.folder / "a.csv").unlink()  # whoever takes the file away takes the note away
    office.run()
    assert "khách hẹn" not in "".join(map("".join, office.list())) and "unsure (An, 2026-11-02)" in "".join(map("".join, office.list()))
    decide(office, "both_right", "Bình")
    office.run()
    assert "MM-0000" not in office.open_ids() and office.summary["status"]["decided"] == 1 and holds(office)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-02", "applied"), ("2/11/2026", "applied"), ("", "applied"), ("2026-10-31", "applied"), ("2027-11-01", "applied"),
        ("hôm qua", "applied; decided_at is no day (day/month/year)"), ("31/02/2026", "applied; decided_at is no day (day/month/year)"),
        ("2027-11-02", "applied; decided_at is more than a year after the day of this run"),
        ("2062-11-02", "applied; decided_at is more than a year after the day of this run"),
        ("2026-10-30", "applied; decided_at is before the first run that listed the row"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_told_with_the_row(office: Office, at: str, told: str) -> None:
    decide(office, "partner_wrong", "An", at=at)
    office.run()
    (row,) = office.results()
    assert row["result_en"] == told and "MM-0000" not in office.open_ids()
    if at == "2062-11-02":
        assert office.summary["decisions"]["unnamed"] == {}
        decide(office, "partner_wrong", "", only="MM-0001", at=at)
        office.run()
        assert office.results()[0]["result_en"].startswith(
            "applied; nobody is named; fill decided_by and hand it in again; decided_at is more"
        )
        assert office.summary["decisions"]["unnamed"] == {"applied": 1}


def test_a_decision_that_names_nobody_counts_and_is_told(office: Office) -> None:
    """Columns may be deleted, so the row is applied; who decided is asked for, and the row handed in again with a name is no conflict."""
    decide(office, "partner_wrong", "")
    office.run()
    (row,) = office.results()
    assert (row["result"], row["result_en"]) == ("applied", "applied; nobody is named; fill decided_by and hand it in again")
    assert office.summary["decisions"]["unnamed"] == {"applied": 1} and "MM-0000" not in office.open_ids()
    decide(office, "partner_wrong", "An")
    office.run()
    assert "MM-0000" not in office.open_ids() and office.decisions()["MM-0000"]["decision"] == "partner_wrong"
    assert "unnamed" not in {row["result_en"] for row in office.results()} and holds(office)


def test_a_column_of_the_primary_finding_comes_before_decision(office: Office) -> None:
    table = filled(office.list(), lambda number, _: "partner_wrong" if number == 0 else "")
    office.save("a.csv", [[*row, cell] for row, cell in zip(table, ["decision_DECEASED", "both_right", "", ""], strict=True)])
    office.run()
    assert office.decisions()["MM-0000"]["decision"] == "both_right"


def test_why_a_row_is_refused(office: Office) -> None:
    """Each row that does not fit its record, with the reason that fits the row."""
    row = sheets.dictionaries(office.list())[0] | {"decision": "partner_wrong", "decision_PHONE_OLD_PREFIX": ""}
    wrong = {
        "unknown_id": {"mismatch_id": "MM-00000000000000000000"},
        "no_id": {"mismatch_id": ""},
        "other_evidence": {"evidence_hash": "EV-00000000000000000000"},
        "unknown_finding": {"decision_PHONE_OLD_PREFIX": "both_right"},
        "unknown_decision": {"decision": "candidate_1"},
    }
    office.save("a.csv", [list(row), *(list((row | change).values()) for change in wrong.values())])
    table = office.list("clerical_review.csv")
    one = next(at for at, review in enumerate(sheets.dictionaries(table)) if not review["candidate_2_person_id"])
    office.save("b.csv", filled(table, lambda number, _: "candidate_2" if number == one else ""))
    office.change("findings", NEW_DATE.replace("AND hash(record_id) % 7 = 0", ""))
    office.run()
    office.save(
        "c.csv", sheets.kept(filled(office.list(run=0), lambda number, _: "unsure" if number == 0 else ""), ["mismatch_id", "decision"])
    )
    office.run()
    refused = {(line["file"], line["row"]): line["reason"] for line in _rows(office, "decisions_read")}
    assert [refused["a.csv", at] for at in range(2, 7)] == list(wrong)
    assert refused["b.csv", one + 2] == "no_candidate" and refused["c.csv", 2] == "evidence_needed"
    assert {line["result"] for line in _rows(office, "decisions_read")} == {"refused", "still_refused"}


def test_clerical_reviews_are_decided_too(office: Office) -> None:
    table = office.list("clerical_review.csv")
    review, ambiguous = sheets.dictionaries(table)
    assert ambiguous["evidence_hash"].startswith("EV-")
    words = {review["review_id"]: "candidate_2", ambiguous["review_id"]: "candidate_3"}
    office.save("a.csv", filled(table, lambda _, row: words[row["review_id"]]))
    office.run()
    assert {row["mismatch_id"]: row["result"] for row in office.results()} == {
        review["review_id"]: "refused",
        ambiguous["review_id"]: "applied",
    }
    assert sheets.column(office.list("clerical_review.csv"), "review_id") == [review["review_id"]]
    said = {str(row["person_id"]): row["verdict"] for row in _rows(office, "link_decisions")}
    assert said == {"R1": "other", "R2": "other", "R3": "same"}
    office.change("std_register", "SELECT * REPLACE (CASE WHEN person_id = 'R2' THEN 1085000099 ELSE id12 END AS id12) FROM t")
    office.run()
    (again,) = [row for row in sheets.dictionaries(office.list("clerical_review.csv")) if row["review_id"] == ambiguous["review_id"]]
    assert again["decided_before"].startswith("Đã quyết định / decided before: candidate_3 (An")
    assert "candidate_2" in again["changed_since"]


def _rows(office: Office, table: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(office.runs[-1] / "tables" / table).to_pylist()
    return rows


def test_a_mismatch_judged_not_the_same_person(office: Office) -> None:
    decide(office, "not_same_person", "An")
    decide(office, "partner_wrong", "An", only="MM-0001")
    office.run()
    assert {(row["person_id"], row["verdict"]) for row in _rows(office, "link_decisions")} == {("R1", "other"), ("R2", "same")}


def test_a_verdict_names_whoever_decided_on_the_primary_finding(office: Office) -> None:
    """A later word on another finding of the same record is not what made it."""
    decide(office, "both_right", "An")
    office.run()
    table = filled(office.list(run=0), lambda *_: "", "Bình")
    table = [[*row, "decision_NAME_FORM" if at == 0 else "partner_wrong" if row[0] == "MM-0000" else ""] for at, row in enumerate(table)]
    office.save("b.csv", table)
    office.run()
    (said,) = _rows(office, "link_decisions")
    assert said["said"] == "both_right (An, 2026-10-31; lượt ngày / run of 2026-10-31)"


UNLINKED = """SELECT * REPLACE (CASE WHEN mismatch_id = 'MM-0000' THEN 'not_found' ELSE outcome END AS outcome,
    CASE WHEN mismatch_id = 'MM-0000' THEN NULL ELSE person_id END AS person_id, nullif(mismatch_id, 'MM-0000') AS mismatch_id) FROM t"""


def test_a_verdict_on_a_pair_outlives_its_question_until_one_of_the_two_changes(office: Office) -> None:
    """The next linkage heeds `not_same_person`: the mismatch is gone, and the verdict must not be."""
    decide(office, "not_same_person", "An")
    office.run()
    (said,) = _rows(office, "link_decisions")
    assert (said["person_id"], said["verdict"], said["case_id"]) == ("R1", "other", "MM-0000")
    office.change("links", UNLINKED)
    for _ in range(2):
        office.run()
        assert "MM-0000" not in office.open_ids() and holds(office)
        assert _rows(office, "link_decisions") == [said]
    assert pq.read_table(office.runs[-1] / "link_decisions.parquet").to_pylist() == [said]
    office.change("std_register", "SELECT * REPLACE (CASE WHEN person_id = 'R2' THEN 1 ELSE id12 END AS id12) FROM t")
    office.run()
    assert _rows(office, "link_decisions") == [said]
    office.change("std_register", "SELECT * REPLACE (CASE WHEN person_id = 'R1' THEN 1 ELSE id12 END AS id12) FROM t")
    office.run()
    assert _rows(office, "link_decisions") == []


def test_a_link_that_was_ruled_out_is_told_with_who_fits_next(office: Office) -> None:
    decide(office, "not_same_person", "An", at="2026-11-05")
    office.run()
    ruled_out = "CASE WHEN mismatch_id = 'MM-0000' THEN ['R1'] ELSE [] END AS ruled_out_person_ids"
    office.change("links", UNLINKED.replace("SELECT * REPLACE (", f"SELECT * REPLACE ({ruled_out}, "))
    other = "CASE WHEN l = 0 THEN 1 ELSE r END AS r, CASE WHEN l = 0 THEN 0.123456 ELSE match_probability END::DECIMAL(9,6) AS match_probability"
    office.change("candidates", f"SELECT * REPLACE ({other}) FROM t")
    office.run()
    rows = {row["record_id"]: row for row in sheets.dictionaries(office.list("not_found.csv"))}
    row = rows["PB0301000001"]
    assert (row["ruled_out_person_ids"], row["ruled_out"]) == ("R1", "not_same_person (An, 2026-11-05; lượt ngày / run of 2026-10-31)")
    assert (row["candidate_1_person_id"], row["candidate_1_name"], row["candidate_1_probability"]) == ("R2", "Trần Thị Hòa", "0.1234")
    nobody = rows["PB0301000007"]
    assert (nobody["ruled_out"], nobody["ruled_out_person_ids"], nobody["candidate_1_person_id"]) == ("", "", "")
    person = Person(frozenset({"R1"}), frozenset(), frozenset())
    text, gone = filter_csv((office.runs[-1] / "not_found.csv").read_bytes(), person, ",")
    assert gone == 1 and b'"R1"' not in text and b"PB0301000001" in text


def test_a_verdict_on_a_pair_is_taken_back_by_a_later_decision(office: Office) -> None:
    decide(office, "not_same_person", "An", at="2026-11-02")
    office.run()
    decide(office, "partner_wrong", "An", at="2026-11-03")
    office.run()
    assert [(row["person_id"], row["verdict"]) for row in _rows(office, "link_decisions")] == [("R1", "same")]
    decide(office, "unsure", "An", at="2026-11-04")
    office.run()
    assert _rows(office, "link_decisions") == []


def published(run: Path) -> dict[str, bytes]:
    return {
        path.relative_to(run).as_posix(): path.read_bytes()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def test_a_rerun_publishes_the_same_bytes_and_adds_nothing_to_the_log(office: Office) -> None:
    decide(office, "partner_wrong", "An")
    decide(office, "register_wrong", "Bình", only="MM-0002")
    first = office.run()
    log = log_file(office.root).read_bytes()
    assert published(office.run(again=True)) == published(first)
    assert log_file(office.root).read_bytes() == log


def test_a_run_killed_before_the_log_is_made_good_by_the_next(office: Office) -> None:
    decide(office, "partner_wrong", "An")
    run = office.run(log=False)
    assert not read_log(office.root)
    append_log(office.root, run)
    append_log(office.root, run)
    assert [line["kind"] for line in read_log(office.root)] == ["file", "decision"]
    office.run()
    assert "MM-0000" not in office.open_ids()


def test_the_log_says_who_when_what_and_on_which_evidence_and_nothing_of_a_person(office: Office) -> None:
    office.save("a.csv", filled(office.list(), lambda *_: "partner_wrong", "Nguyễn Thị Duyệt", "02/11/2026", "gọi lại 0912 000 111"))
    office.run()
    lines = read_log(office.root)
    assert {(line["decided_by"], line["decided_at"], line["batch"]) for line in lines[1:]} == {("Nguyễn Thị Duyệt", "2026-11-02", 1)}
    assert {line["evidence"] for line in lines[1:]} == set(sheets.column(office.list(run=0), "evidence_hash"))
    text = log_file(office.root).read_text("utf-8")
    assert "gọi lại" not in text, "what a note says of a person stays in the reviewer's own file"
    for person in (*sheets.world.PARTNERS, *sheets.world.REGISTER):
        assert all(
            str(person[name]) not in text for name in ("id", "name", "number", "address") if person[name] and len(str(person[name])) > 3
        )
    assert log_file(office.root).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [lambda lines: lines[1:], lambda lines: [lines[0], *lines[2:]], lambda lines: [*lines, lines[-1]], lambda lines: lines[::-1],
                                    lambda lines: [lines[0].replace('"rows": 3', '"rows": 4'), *lines[1:]], lambda lines: [*lines[:-1], "{}"]])  # fmt: skip
def test_a_log_that_was_changed_is_refused(office: Office, damage: object) -> None:
    office.save("a.csv", filled(office.list(), lambda *_: "unsure"))
    office.run()
    file = log_file(office.root)
    lines = file.read_text("utf-8").split("\n")[:-1]
    file.write_text("\n".join([*damage(lines), ""]), "utf-8")  # type: ignore[operator]
    with pytest.raises(InputRefused, match=r"decisions\.jsonl:\d"):
        read_log(office.root)


def test_the_day_of_the_run_is_no_evidence(office: Office) -> None:
    office.change(
        "findings",
        """SELECT * REPLACE ('IMPLAUSIBLE_AGE' AS finding, '{"age":111,"born":"1915-01-01","on":"2026-10-31"}' AS evidence)
        FROM t WHERE finding = 'DECEASED' UNION ALL SELECT * FROM t WHERE finding <> 'DECEASED'""",
    )
    first = {id_: row["evidence"] for id_, row in (office.run(), office.decisions("evidence"))[1].items()}
    office.change(
        "findings", """SELECT * REPLACE (replace(replace(evidence, '111', '112'), '2026-10-31', '2027-10-31') AS evidence) FROM t"""
    )
    office.run(as_of=date(2027, 10, 31))
    assert {id_: row["evidence"] for id_, row in office.decisions("evidence").items()} == first


TRIGGERS = ("=1+1", "+84", "-12/3 Lê Lợi", "@SUM", "\t=1", "\r=1", "  =1", "\u200b=1", "＝1", "＋1", "－1", "＠1")


def test_no_word_of_a_reviewer_starts_a_formula_and_all_come_back(tmp_path: Path) -> None:
    """What a reviewer writes comes back guarded in the lists and unguarded in the log; guarded or not, it is read the same."""
    office = Office(tmp_path, copies=4)
    office.run()
    table = office.list()
    names = [table[0].index(name) for name in ("decided_by", "decided_at", "note")]
    for name, written in (("plain.csv", TRIGGERS), ("sheet.csv", [guard(trigger) for trigger in TRIGGERS])):
        header, *rows = filled(table, lambda *_: "unsure")
        filled_in = zip(rows, written, strict=True)
        office.save(name, [header, *([text if at in names else cell for at, cell in enumerate(row)] for row, text in filled_in)])
    run = office.run()
    lines = [line for line in read_log(office.root) if line["kind"] == "decision"]
    assert [line["decided_by"] for line in lines] == [" ".join(trigger.split()) for trigger in TRIGGERS]
    assert sorted(row["result"] for row in office.results()) == ["applied"] * 12 + ["known"] * 12
    for path in run.glob("*.csv"):
        cells = [cell for row in office.list(path.name) for cell in row]
        assert not [cell for cell in cells if guard(cell) != cell and not cell.startswith("'")]
    assert {unguard(row["decided_by"]) for row in office.results()} == {" ".join(trigger.split()) for trigger in TRIGGERS}


def test_a_file_is_tried_without_being_applied(office: Office, doisoat: Doisoat) -> None:
    (office.root.parent / "key").write_text(office.settings.key.hex())
    run = office.runs[0]
    configuration = {
        "as_of": "2026-10-31",
        "partner": {"source": "electricity"},
        "decisions": {"second_person": ["ID_TYPO"]},
        "secrets": {},
    }
    manifest = {"fingerprint": "1", "configuration": configuration, "key_id": key_id(office.settings.key)}
    (run / "manifest.json").write_text(json.dumps(manifest))
    (office.root / "current").write_text(f"{run.name}\n")
    table = filled(office.list(), lambda *_: "both_right", "Người Duyệt")
    path = office.save("a.csv", table)
    before = published(run)
    done = doisoat("decisions", "check", path)
    assert (done.code, done.err) == (0, "")
    assert "2  Đã áp dụng / applied" in done.out and "1  Chờ người thứ hai" in done.out and "Duyệt" not in done.out
    office.save("a.csv", [*table, ["MM-9", *table[1][1:]]])
    done = doisoat("decisions", "check", path, "--run", office.root)
    assert done.code == 1 and "dòng / row 5: MM-9: Bị từ chối: không có mã này" in done.out
    header, *rows = table
    mixed = [header, ["MM-8", *rows[0][1:]], rows[2], ["MM-9", *rows[0][1:]], [*rows[0][:-4], "yes", "", "hôm qua", ""], rows[1]]
    office.save("a.csv", mixed)
    told = doisoat("decisions", "check", path, "--run", run)
    assert [line.split()[3] for line in told.out.splitlines() if line.startswith("dòng")] == ["2:", "3:", "4:", "5:"], (
        "as they stand in the file"
    )
    path.write_bytes(b"%PDF-1.7 \0")
    done = doisoat("decisions", "check", path)
    assert done.code == 5 and "a.csv" in done.err
    assert published(run) == before and not log_file(office.root).exists()


def test_evidence_does_not_depend_on_how_many_are_taken_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first = office.decisions("evidence")
    monkeypatch.setattr(evidence, "_AT_ONCE", 1)
    office.run()
    assert office.decisions("evidence") == first and len(first) == 5


def said(batch: int, by: str, decision: str, at: str = "", file: str = "f", row: int = 2) -> Statement:
    return Statement(batch, "MM-1", "EV-1", "DECEASED", decision, by, at, file, row, "2026-10-31")


@pytest.mark.parametrize(
    ("statements", "second", "state", "decision"),
    [
        ([said(1, "A", "unsure")], False, SETTLED, "unsure"),
        ([said(1, "A", "unsure")], True, SECOND, "unsure"),
        ([said(1, "A", "unsure"), said(2, "B", "unsure")], True, SETTLED, "unsure"),
        ([said(1, "A", "both_right"), said(2, "A", "unsure")], False, SETTLED, "unsure"),
        ([said(1, "A", "unsure"), said(1, "B", "both_right")], False, SETTLED, "both_right"),
        ([said(1, "A", "both_right"), said(1, "B", "partner_wrong")], False, CONFLICT, None),
        ([said(1, "A", "both_right"), said(2, "B", "partner_wrong")], False, CONFLICT, None),
        ([said(1, "A", "both_right"), said(2, "A", "partner_wrong")], False, SETTLED, "partner_wrong"),
        ([said(1, "A", "both_right", "2026-11-03"), said(1, "A", "partner_wrong", "2026-11-02", row=3)], False, SETTLED, "both_right"),
        ([said(1, "A", "both_right"), said(1, "A", "partner_wrong", row=3)], False, CONFLICT, None),
        ([said(1, "A", "both_right"), said(1, "B", "partner_wrong"), said(2, "A", "partner_wrong")], False, SETTLED, "partner_wrong"),
        ([said(1, "", "both_right"), said(1, "", "partner_wrong", file="g")], False, CONFLICT, None),
        ([said(1, "A", "both_right")], True, SECOND, "both_right"),
        ([said(1, "A", "both_right"), said(1, "a ", "both_right", file="g")], True, SECOND, "both_right"),
        ([said(1, "A", "both_right"), said(2, "B", "both_right")], True, SETTLED, "both_right"),
        ([said(1, "", "both_right"), said(2, "", "both_right", file="g")], True, SECOND, "both_right"),
        ([said(1, "A", "both_right"), said(2, "B", "unsure")], True, SECOND, "both_right"),
    ],
)
def test_what_several_words_come_to(statements: list[Statement], second: bool, state: str, decision: str | None) -> None:
    found = settle(statements, second)
    assert found is not None and (found.state, found.decision) == (state, decision)
    looked = settle(statements, second, look=True)
    assert looked is not None and (looked.state, looked.decision) == (UNSURE if decision == "unsure" else state, decision)


def test_changes_are_told_by_names_only() -> None:
    before = {"person": "1", "ID_TYPO": "1", "ID_TYPO.number": "2", "NAME_DIFFERS": "1", "NAME_DIFFERS.partner": "3"}
    now = {"person": "9", "ID_TYPO": "1", "ID_TYPO.number": "8", "DECEASED": "1", "DECEASED.holder": "3"}
    assert changes(before, now) == "mới / new: DECEASED; hết / gone: NAME_DIFFERS; đổi / changed: ID_TYPO (number), person"


def test_the_counts_of_decisions_stand_in_the_summary(office: Office) -> None:
    decide(office, "partner_wrong", "An")
    office.save("bad.csv", [["mismatch_id", "decision"], ["MM-0001", "maybe"]])
    run = office.run()
    summary = json.loads((run / "summary.json").read_text("utf-8"))
    assert summary["decisions"] == {
        "read": {"applied": 1, "refused": 1},
        "standing": {"settled": 1},
        "closed": {"partner_wrong": 1},
        "unnamed": {},
    }
    assert "Đã áp dụng" in (run / "report.html").read_text("utf-8")
    office.run()
    assert office.summary["decisions"]["read"] == {"still_refused": 1}  # both files are known, and one is still wrong


def test_the_log_names_no_sheet_and_keeps_no_remark(office: Office) -> None:
    """A sheet may be named after a person, a remark may stand where the day should; each refused row is told again on its own sheet."""
    table = office.list()
    with xlsxwriter.Workbook(office.folder / "a.xlsx") as book:
        for name, said in (("Hộ bà Đào Thị Nhạn", ("both_right", "sai rồi")), ("ông Khổng Vũ", ("", "đúng"))):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(filled(table, lambda number, _, said=said: [*said, ""][number], "An", "đã gọi bà Nhạn")):
                sheet.write_row(at, 0, row)
    office.run()
    log = log_file(office.root).read_text("utf-8")
    assert '"wrong": [[1, 3, "unknown_decision"], [2, 3, "unknown_decision"]]' in log and "both_right" in log
    assert not re.search("Nhạn|Khổng|gọi|sai rồi", log)
    office.run()
    again = [(row["file"], row["row"], row["decision"]) for row in office.results()]
    assert again == [("a.xlsx [Hộ bà Đào Thị Nhạn]", "3", "sai rồi"), ("a.xlsx [ông Khổng Vũ]", "3", "đúng")]
