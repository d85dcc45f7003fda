"""A whole run: what it publishes, that nothing is lost on the way, and that it is the same run again the second time."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.conftest import PREFECT_HOME, Doisoat
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import SampleRun, digests, leaks, leaks_below, lines, runs

pytestmark = pytest.mark.flow


def summary_of(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "summary.json").read_text("utf-8"))
    return found


def test_the_sample_runs_without_a_server_and_without_a_network(sample: SampleRun) -> None:
    assert sample.done.code == 0, sample.done.err
    assert sample.done.err == ""
    assert sample.reached == ["getaddrinfo example.org"], "the guard sees the one attempt that the test makes, and no other"
    assert (runs(sample.folder) / "current").read_text("utf-8") == f"{sample.first.name}\n"
    for said in ("Công bố / publish", "khớp / consistent", "report.html", "mismatches.csv"):
        assert said in sample.done.out


def test_every_row_has_one_outcome_and_they_add_up(sample: SampleRun) -> None:
    """Counted here from the partner's file itself, not from what the run says it read."""
    rows = list(csv.reader(lines(sample.folder / "contracts.csv"), delimiter=";"))[1:]
    seen = Counter(row[0] for row in rows)
    usable = [bool(row[0].strip() and row[1].strip() and seen[row[0]] == 1) for row in rows]
    expected = [row[0] if good else f"contracts.csv:{line}" for line, (row, good) in enumerate(zip(rows, usable, strict=True), 2)]
    links = pq.read_table(sample.first / "links.parquet", columns=["record_id", "outcome"]).to_pylist()
    assert len(rows) > 1000 and not all(usable)
    assert sorted(link["record_id"] for link in links) == sorted(expected)
    assert {link["record_id"] for link in links if link["outcome"] == "rejected"} == {key for key in expected if ":" in key}
    summary = summary_of(sample.first)
    counted = Counter(link["outcome"] for link in links)
    assert summary["rows_read"] == len(rows) == sum(summary["outcomes"].values())
    assert {name: number for name, number in summary["outcomes"].items() if number} == dict(counted)
    for stage in summary["stages"]:
        assert stage["rows_in"] == stage["rows_out"] + stage["rows_quarantined"]
    assert sum(f"{count:,}" in sample.done.out for count in summary["outcomes"].values()) == 7


def test_the_sample_has_a_cause_of_many_mismatches(sample: SampleRun) -> None:
    causes = list(csv.DictReader(io.StringIO((sample.first / "causes.csv").read_text("utf-8-sig"))))
    (street,) = [cause for cause in causes if "hàng đẫy" in cause["reason_vi"].lower()]
    assert int(street["records"]) >= 10 and "phố Nguyễn Thái Học" in street["reason_vi"] and street["level"] == "street"


def test_a_second_run_publishes_the_same_bytes(sample: SampleRun, doisoat: Doisoat) -> None:
    """Also with one thread instead of all: neither the time, nor the order of work, nor the first run shows in any file."""
    alone = sample.folder / "alone.toml"
    alone.write_text((sample.folder / "run.toml").read_text("utf-8") + "\n[engine]\nthreads = 1\n", "utf-8")
    done = doisoat("run", "--quiet", alone)
    assert (done.code, done.out, done.err) == (0, "", "")
    first, again = digests(sample.first), digests(runs(sample.folder) / "0002-2026-10-31")
    assert len(first) > 30 and "run.duckdb" in first
    assert first.pop("manifest.json") != again.pop("manifest.json")
    assert again == first


def test_what_the_sample_leaves_outside_the_report_names_nobody(sample: SampleRun) -> None:
    """Numbers, names and addresses of everybody in the sample, looked for wherever they have no business."""
    people = list(csv.reader(lines(sample.folder / "register.csv")))[1:]
    contracts = list(csv.reader(lines(sample.folder / "contracts.csv"), delimiter=";"))[1:]
    values = {cell for row in people[::40] for cell in (row[1], row[3], row[9])}
    values |= {cell for row in contracts[::20] for cell in (row[2], row[3], row[4])}
    spellings = {form for value in values if len(value) >= 9 for form in (value.encode(), json.dumps(value)[1:-1].encode())}
    files = [path for path in (*sample.home.rglob("*"), *sample.first.rglob("*")) if path.is_file()]
    quiet = [path for path in files if path.suffix not in worlds.PRIVATE]
    assert len(spellings) > 200 and len(quiet) > 10 and sample.home / "prefect.db" in quiet
    said = (sample.done.out + sample.done.err).encode()
    for name, content in (("printed", said), *((path, path.read_bytes()) for path in quiet)):
        assert [form for form in spellings if form in content] == [], name
    listed = (sample.first / "mismatches.csv").read_bytes()
    assert any(form in listed for form in spellings), "the search finds what is there"


def test_prefect_shows_progress_and_a_summary_of_counts(published_once: Path) -> None:
    with closing(sqlite3.connect(PREFECT_HOME / "prefect.db")) as db:
        shown = db.execute("SELECT key, type, data FROM artifact WHERE type IN ('progress', 'markdown')").fetchall()
        ends = db.execute("SELECT state_type, parameters FROM flow_run").fetchall()
    assert ("COMPLETED", json.dumps({"run_file": str(published_once / "run.toml")})) in ends
    assert 100 in [float(data) for key, kind, data in shown if (key, kind) == ("doisoat-progress", "progress")]
    summary = summary_of(runs(published_once) / "0001-2026-10-31")
    texts = [json.loads(data) for key, kind, data in shown if (key, kind) == ("doisoat-summary", "markdown")]
    text = next(text for text in texts if str(published_once) in text)
    for outcome, count in summary["outcomes"].items():
        assert re.search(rf"/ {outcome.replace('_', ' ')} \| {count:,} \|", text)


def test_a_canary_stands_in_the_report_and_nowhere_else(published_once: Path) -> None:
    run = runs(published_once) / "0001-2026-10-31"
    assert leaks((run / "mismatches.csv").read_bytes()) == list(worlds.CANARIES)
    assert leaks_below(run, allowed=worlds.PRIVATE) == []
    assert leaks_below(PREFECT_HOME) == []
    finding = next(row for row in pq.read_table(run / "links.parquet").to_pylist() if row["record_id"] == worlds.RECORD)
    assert (finding["outcome"], finding["primary_finding"]) == ("mismatch", "DECEASED")


def test_another_world_in_the_same_output_is_compared_with_the_last(published: Path, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")
    worlds.append(published / "contracts.csv", worlds.CONTRACT.replace(worlds.RECORD, "PD03009876550"), "\r\n")
    done = doisoat("run", "--no-progress", published / "run.toml")
    assert done.code == 0, done.err
    second = runs(published) / "0002-2026-10-31"
    assert json.loads((second / "manifest.json").read_text("utf-8"))["previous_run"] == "0001-2026-10-31"
    assert summary_of(second)["status"]["new"] >= 1
    assert digests(runs(published) / "0001-2026-10-31") == before


def test_any_folder_will_do(made: Path, tmp_path: Path, doisoat: Doisoat) -> None:
    folder = Path(shutil.copytree(made, tmp_path / 'ổ d\'Ơi "c" %s {x}; --'))
    done = doisoat("run", "--quiet", folder / "run.toml")
    assert (done.code, done.out, done.err) == (0, "", "")
    run = runs(folder) / "0001-2026-10-31"
    moved = run.rename(tmp_path / "moved")
    with duckdb.connect(str(moved / "run.duckdb"), read_only=True) as con:
        quoted = str(moved).replace("'", "''")
        con.execute(f"SET file_search_path = '{quoted}'")
        assert con.execute("SELECT count(*) FROM links").fetchall() == [(summary_of(moved)["rows_read"],)]


def test_a_folder_named_like_a_pattern_is_refused(world: Path, doisoat: Doisoat) -> None:
    folder = world.rename(world.parent / "[1] *")
    done = doisoat("run", folder / "run.toml")
    assert done.code == 2 and "a path without * ? [" in done.err and "run.toml:3: output" in done.err
    assert not (folder / "runs").exists()
