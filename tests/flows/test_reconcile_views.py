"""`doisoat explain` and `doisoat evaluate` on the sample's run, held against what stands in its files."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.progress import STAGES
from matching.comparisons import COMPARISONS
from tests.conftest import Doisoat
from tests.flows.reconcile_world import SampleRun, lines, runs

pytestmark = pytest.mark.flow


def links(run: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(run / "links.parquet").to_pylist()
    return found


def contract(sample: SampleRun, record_id: str) -> list[str]:
    return next(row for row in csv.reader(lines(sample.folder / "contracts.csv"), delimiter=";") if row[0] == record_id)


def truth_of(sample: SampleRun) -> dict[str, dict[str, str]]:
    with (sample.folder / "truth.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["record_id"]: row for row in csv.DictReader(stream)}


@pytest.mark.parametrize("outcome", ["consistent", "mismatch", "review", "not_found"])
def test_explain_shows_a_records_way(outcome: str, sample: SampleRun, doisoat: Doisoat) -> None:
    link = next(link for link in links(sample.first) if link["outcome"] == outcome)
    done = doisoat("explain", sample.first, link["record_id"])
    assert (done.code, done.err) == (0, "")
    shown = " ".join(done.out.split())
    for cell in contract(sample, link["record_id"]):  # as written
        assert " ".join(cell.split()) in shown
    for title in ("Như trong tệp / as written", "Họ tên / name", "Nơi / place", "Ứng viên / candidates", "Kết quả / outcome"):
        assert title in done.out
    assert re.search(rf"^  outcome +{outcome}$", done.out, re.MULTILINE)
    for person in [link["person_id"] or "", *link["candidate_person_ids"]]:
        assert person in done.out
    for finding in link["findings"]:
        assert f"{finding} (" in done.out


def test_the_weights_that_explain_shows_add_up(sample: SampleRun, doisoat: Doisoat) -> None:
    link = next(link for link in links(sample.first) if link["outcome"] == "mismatch" and "NAME_DIFFERS" in link["findings"])
    out = doisoat("explain", runs(sample.folder), link["record_id"]).out
    prior = float(re.findall(r"prior ([+-][0-9.]+) bit", out)[0])
    first = out.split("\n  1. ", 1)[1].split("\n  2. ", 1)[0]
    weights = {name: float(re.findall(rf"^ +{name} .* ([+-][0-9.]+) *$", first, re.MULTILINE)[0]) for name in COMPARISONS}
    total = float(re.findall(r"^ += .* ([+-][0-9.]+) *$", first, re.MULTILINE)[0])
    assert total == pytest.approx(prior + sum(weights.values()), abs=0.06)
    assert total == pytest.approx(float(link["match_weight"]), abs=0.01)
    assert len(set(weights.values())) > 1


def test_explain_knows_refused_rows_too(sample: SampleRun, doisoat: Doisoat) -> None:
    link = next(link for link in links(sample.first) if link["outcome"] == "rejected")
    done = doisoat("explain", sample.first, link["record_id"])
    line = int(link["record_id"].rsplit(":", 1)[1])
    assert done.code == 0
    assert lines(sample.folder / "contracts.csv")[line - 1] in done.out
    assert "rejected" in done.out and "candidates" not in done.out


def test_explain_says_why_not(sample: SampleRun, doisoat: Doisoat) -> None:
    link = next(link for link in links(sample.first) if link["outcome"] == "ambiguous")
    other = next(
        other
        for other in links(sample.first)
        if other["outcome"] == "consistent" and other["person_id"] not in link["candidate_person_ids"]
    )
    done = doisoat("explain", sample.first, link["record_id"], "--person", other["person_id"])
    assert (done.code, done.err) == (0, "")
    assert (
        f"Vì sao không phải / why not {other['person_id']}" in done.out
        and "chênh lệch với người kế tiếp / gap to the runner-up" in done.out
    )
    assert "độ hiếm / term frequency" in " ".join(done.out.split()) and "mô hình đã đổi" not in done.out
    near = doisoat("explain", sample.first, link["record_id"], "--person", link["candidate_person_ids"][1]).out
    assert "  gap: có người khác phù hợp gần như vậy" in near
    nobody = doisoat("explain", sample.first, link["record_id"], "--person", "CD999")
    assert (
        nobody.code == 2
        and "không tìm thấy / not found" in nobody.err
        and "has no such resident" in nobody.err
        and "CD999" not in nobody.err
    )
    refused = next(link for link in links(sample.first) if link["outcome"] == "rejected")
    assert "compared with nobody" in doisoat("explain", sample.first, refused["record_id"], "--person", other["person_id"]).err


def test_ids_can_be_given_where_ps_does_not_show_them(sample: SampleRun, doisoat: Doisoat, monkeypatch: pytest.MonkeyPatch) -> None:
    link, other = [link for link in links(sample.first) if link["outcome"] == "consistent"][:2]
    record, person = link["record_id"], other["person_id"]
    told = doisoat("explain", sample.first, record, "--person", person).out
    ways = ((record, "-", f"{person}\n"), ("-", person, f" {record} \n"), ("-", "-", f"{record}\n{person}\n"))
    for first, second, typed in ways:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert doisoat("explain", sample.first, first, "--person", second).out == told
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{record}\n"))
    done = doisoat("explain", sample.first, "-", "--person", "-")
    assert done.code == 2 and "--person: thiếu mã" in done.err


def test_explain_of_nothing(sample: SampleRun, tmp_path: Path, doisoat: Doisoat) -> None:
    done = doisoat("explain", sample.first, "PX00")
    assert done.code == 2 and "không tìm thấy / not found" in done.err and "an id of links.parquet" in done.err and "PX00" not in done.err
    assert doisoat("explain", tmp_path, "PX00").code == 2


def test_evaluate_measures_what_is_true(sample: SampleRun, doisoat: Doisoat) -> None:
    """Precision, recall, F1 and the confusion table, counted here once more from links.parquet and truth.csv."""
    truth = truth_of(sample)
    known = [(link, truth[link["record_id"]]) for link in links(sample.first) if link["record_id"] in truth]
    linked = [(link, true) for link, true in known if link["person_id"]]
    right = sum(link["person_id"] == true["person_id"] for link, true in linked)
    findable = sum(bool(true["person_id"]) for _, true in known)
    precision, recall = right / len(linked), right / findable
    done = doisoat("evaluate", runs(sample.folder), sample.folder / "truth.csv")
    assert (done.code, done.err) == (0, "")
    numbers = {name: float(value) for name, value in re.findall(r"(precision|recall|F1) +([0-9.]+)", done.out.split("\n")[0])}
    f1 = 2 * precision * recall / (precision + recall)
    assert numbers == {"precision": round(precision, 5), "recall": round(recall, 5), "F1": round(f1, 5)}
    assert 0.9 < recall <= precision
    table = done.out.split("rows truth, columns found")[1].strip().split("\n\n")[0].splitlines()
    columns = table[0].split()[1:]
    confusion = {(row.split()[0], name): int(cell) for row in table[1:] for name, cell in zip(columns, row.split()[1:], strict=True)}
    assert {key: count for key, count in confusion.items() if count} == Counter((true["outcome"], link["outcome"]) for link, true in known)


def test_evaluate_counts_every_finding(sample: SampleRun, doisoat: Doisoat) -> None:
    truth = truth_of(sample)
    expected = Counter(code for row in truth.values() for code in row["findings"].split("|") if code)
    out = doisoat("evaluate", sample.first, sample.folder / "truth.csv").out
    for code in ("DECEASED", "ID_TYPO", "NAME_FORM"):
        shown = re.search(rf"^ *{code} +([0-9]+) +([0-9]+)", out, re.MULTILINE)
        assert shown and int(shown[1]) == expected[code] and 0 < int(shown[2]) <= int(shown[1])


@pytest.mark.parametrize("wrong", ["run.toml", "contracts.csv", "empty.csv", "picture.png"])
def test_evaluate_refuses_what_is_no_truth(wrong: str, sample: SampleRun, doisoat: Doisoat) -> None:
    (sample.folder / "empty.csv").touch()
    (sample.folder / "picture.png").write_bytes(b"\x89PNG\xff\xfe\x00")
    done = doisoat("evaluate", sample.first, sample.folder / wrong)
    assert done.code == 5 and wrong in done.err and "record_id" in done.err and "Traceback" not in done.err


def test_without_the_tables_nothing_can_be_evaluated(published: Path, doisoat: Doisoat) -> None:
    run = runs(published) / "0001-2026-10-31"
    shutil.rmtree(run / "tables")
    done = doisoat("evaluate", run, published / "truth.csv")
    assert done.code == 5 and "[retention] tables_days" in done.err


def test_the_page_is_drawn_again_and_a_run_is_no_other_than_itself(sample: SampleRun, tmp_path: Path, doisoat: Doisoat) -> None:
    page, rows = tmp_path / "page.html", tmp_path / "rows.csv"
    done = doisoat("report", runs(sample.folder), "--lang", "en", "--out", page)
    assert (done.code, done.out.strip()) == (0, str(page)) and page.stat().st_mode & 0o077 == 0
    drawn = page.read_text("utf-8")
    assert '<html lang="en"' in drawn and "Bản ghi" not in drawn and "mismatch" in drawn
    done = doisoat("diff", sample.first, runs(sample.folder), "--json", "--csv", rows)
    found = json.loads(done.out)
    mismatches = sum(link["outcome"] == "mismatch" for link in links(sample.first))
    assert done.code == 0 and found["identity_holds"] and found["open_a"] == found["open_b"] == mismatches > 0
    assert found["totals"] == {"new": 0, "resolved": 0, "decided": 0, "changed": 0, "same": mismatches}
    assert rows.read_text("utf-8-sig").splitlines()[1:] == []


def test_the_manifest_and_the_summary_agree(sample: SampleRun) -> None:
    manifest = json.loads((sample.first / "manifest.json").read_text("utf-8"))
    assert manifest["counts"] == json.loads((sample.first / "summary.json").read_text("utf-8"))
    assert manifest["inputs"]["partner"]["rows_read"] == manifest["counts"]["rows_read"]
    assert set(manifest["timings"]) == set(STAGES) - {"publish"}
