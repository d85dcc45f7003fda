"""Purge, erase and the audit log on a published run: what is gone is gone everywhere, what stays is as it was."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.audit_log import AUDIT, record_published
from flows.key_file import read_key
from tests.conftest import Doisoat
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import digests, leaks, leaks_below, runs

pytestmark = pytest.mark.flow
PERSON = "CD987654321"
FIRST = "0001-2026-10-31"


def everything(folder: Path) -> bytes:
    """All that a person could read in the files below a folder, unpacked."""
    text = b""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix == ".parquet":
            text += json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str).encode()
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                text += b"".join(archive.read(name) for name in archive.namelist())
        else:
            text += path.read_bytes()
    return text


def rows(path: Path) -> list[str]:
    return path.read_text("utf-8-sig").splitlines()


@pytest.mark.parametrize("given", [PERSON, worlds.NUMBER])
def test_a_person_is_erased_from_runs_decisions_and_logs(
    given: str, published: Path, doisoat: Doisoat, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = runs(published)
    run = root / FIRST
    listed = rows(run / "mismatches.csv")
    mine = next(line for line in listed if worlds.NUMBER in line)
    case = mine.split('","')[0].strip('"')
    (root / "decisions/tôi.csv").write_text(
        "\n".join(["mismatch_id,decision", f"{case},unsure", "MM-00000000000000000000,unsure", ""]), "utf-8"
    )
    (root / "failed/0002-2026-10-31").mkdir()
    quarantine = '"side","file","line","rule","rule_vi","rule_en","raw"\r\n'
    (root / "failed/0002-2026-10-31/quarantine.csv").write_text(
        f'{quarantine}"partner","a","2","x","x","x","{worlds.CONTRACT}"\r\n', "utf-8-sig"
    )
    before = digests(run)
    assert leaks(everything(root)) != [] and PERSON.encode() in everything(root)
    done = doisoat("erase", root, "--person", given)
    assert done.code == 0, done.err
    assert leaks(everything(root)) == []
    assert not [id_ for id_ in (PERSON, worlds.RECORD, case) if id_.encode() in everything(root)]
    assert rows(run / "mismatches.csv") == [line for line in listed if line != mine], "the others are as they were"
    assert pq.read_metadata(run / "links.parquet").num_rows > 40
    assert not (run / "tables").exists() and not list(root.glob(".partial-*"))
    after = digests(run)
    assert after["clerical_review.csv"] == before["clerical_review.csv"]
    assert (root / "decisions/tôi.csv").read_text("utf-8").split("\n")[1:3] == ["", "MM-00000000000000000000,unsure"]
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert manifest["outputs"]["mismatches.csv"]["sha256"] == after["mismatches.csv"]
    token = manifest["erased"][0]["person"]
    assert token.startswith("ER-") and token in (root / AUDIT).read_text("utf-8")
    assert PERSON not in done.out.replace(str(root), "") and token in done.out
    assert all(path.stat().st_mode & 0o077 == 0 for path in (run, *run.rglob("*")))
    assert doisoat("audit", "check", root).code == 0
    events = [json.loads(line)["event"] for line in (root / AUDIT).read_text("utf-8").splitlines()]
    assert events[-3:] == ["erasing", "erase", "erased"] and not list(root.glob(".erasing*"))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PERSON}\n"))
    for again in ("-", PERSON, worlds.NUMBER, worlds.OLD_NUMBER, "1.090.987.654"):
        done = doisoat("erase", root, "--person", again)
        assert done.code == 0 and "nothing is left" in done.out and re.search(r"\d{4}-\d\d-\d\d", done.out), again
    assert len((root / AUDIT).read_text("utf-8").splitlines()) == len(events), "nothing was done"


@pytest.mark.parametrize("given", ["CD000000000", "001090999999", "không-ai", " "])
def test_nobody_is_erased_whom_no_run_knows(given: str, published: Path, doisoat: Doisoat) -> None:
    root = runs(published)
    before = digests(root)
    done = doisoat("erase", root, "--person", given)
    assert done.code == 2 and any(text in done.err for text in ("never erased", "whose number", "is missing"))
    assert given == " " or given not in done.err
    assert digests(root) == before


def without_tables(world: Path) -> Path:
    """The run once its tables are past their retention, and its inputs where the manifest says."""
    run = runs(world) / FIRST
    shutil.rmtree(run / "tables")
    (run / "run.duckdb").unlink()
    text = (run / "manifest.json").read_text("utf-8")
    (run / "manifest.json").write_text(text.replace(json.loads(text)["configuration"]["path"], str(world / "run.toml")), "utf-8")
    return run


@pytest.mark.parametrize("given", [PERSON, worlds.NUMBER, worlds.OLD_NUMBER])
def test_without_tables_a_number_leads_to_the_person_by_lists_or_inputs(given: str, published: Path, doisoat: Doisoat) -> None:
    run = without_tables(published)
    done = doisoat("erase", runs(published), "--person", given)
    assert done.code == 0, done.err
    assert leaks(everything(run)) == [] and PERSON.encode() not in everything(run)


def test_a_number_that_leads_to_nobody_is_refused(published: Path, doisoat: Doisoat) -> None:
    run = without_tables(published)
    somebody = next(
        line.split(",") for line in worlds.lines(published / "register.csv")[1:] if line.split(",")[0].encode() not in everything(run)
    )
    assert doisoat("erase", runs(published), "--person", somebody[0]).code == 0, "a resident of the register, whom no list names"
    other = next(
        line.split(",")[1] for line in worlds.lines(published / "register.csv")[1:] if line.split(",")[1].encode() not in everything(run)
    )
    (published / "register.csv").unlink()
    done = doisoat("erase", runs(published), "--person", other)
    assert done.code == 2 and "the register's id" in done.err and other not in done.err


def test_an_erasure_that_could_not_read_a_file_goes_on_and_is_finished_by_the_same_command(published: Path, doisoat: Doisoat) -> None:
    root = runs(published)
    torn = root / "decisions/của tôi.xlsx"
    torn.write_bytes(b"PK\x03\x04 torn")
    done = doisoat("erase", root, "--person", worlds.NUMBER)
    assert done.code == 5 and str(torn) in done.err and leaks(done.err.encode()) == []
    assert leaks(everything(root / FIRST)) == [], "all else was done"
    assert "not finished" in doisoat("audit", "check", root).err
    torn.unlink()
    (published / "register.csv").unlink()  # nothing but what was noted leads from the number to the person now
    done = doisoat("erase", root, "--person", worlds.NUMBER)
    assert done.code == 0 and f"{FIRST}: 0 dòng" in done.out, done.err
    assert doisoat("audit", "check", root).code == 0 and leaks(everything(root)) == []


def test_an_erased_record_is_not_made_anew(published: Path, doisoat: Doisoat) -> None:
    root = runs(published)
    without_tables(published)
    assert doisoat("erase", root, "--person", PERSON).code == 0
    done = doisoat("explain", root, worlds.RECORD)
    assert done.code == 2 and "not found" in done.err and "erased on" in done.err and leaks((done.out + done.err).encode()) == []
    record = next(link["record_id"] for link in pq.read_table(root / FIRST / "links.parquet").to_pylist() if link["outcome"] == "mismatch")
    assert doisoat("explain", root, record, "--person", PERSON).code == 2
    manifest = root / FIRST / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"previous_run": null', '"previous_run": "0000-2026-10-31"'), "utf-8")
    done = doisoat("explain", root, record)
    assert done.code == 0 and "the run before was purged" in done.out
    assert "dropped when a person was erased" in done.out and "retention" not in done.out
    assert leaks(done.out.encode()) == [], done.err


def test_the_audit_log_knows_what_was_published(published: Path, doisoat: Doisoat) -> None:
    root = runs(published)
    done = doisoat("audit", "check", published / "run.toml")
    assert done.code == 0 and "published  manifest=" in done.out and "1 dòng, nguyên vẹn" in done.out
    record_published(root, read_key(published / "runs/key"), root / FIRST)
    assert len((root / AUDIT).read_text("utf-8").splitlines()) == 1, "nothing twice"
    page = root / FIRST / "report.html"
    page.write_bytes(page.read_bytes().replace(b"<", b" <", 1))
    done = doisoat("audit", "check", root)
    assert done.code == 5 and "report.html" in done.err
    manifest = root / FIRST / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("electricity", "water"), "utf-8")
    assert "manifest.json" in doisoat("audit", "check", root).err
    log = (root / AUDIT).read_bytes()
    (root / AUDIT).write_bytes(log.replace(b"published", b"publishes"))
    assert doisoat("audit", "check", root).code == 5
    assert doisoat("purge", root, "--before", "2020-01-01").code == 5, "nothing is added to a false log"


def test_old_runs_are_purged_and_the_current_one_stays(published: Path, doisoat: Doisoat) -> None:
    root = runs(published)
    for number in ("0002", "0003"):
        old = root / FIRST
        new = root / f"{number}-2026-10-31"
        new.mkdir()
        (new / "mismatches.csv").write_bytes((old / "mismatches.csv").read_bytes())
        text = (old / "manifest.json").read_text("utf-8").replace(FIRST, new.name)
        (new / "manifest.json").write_text(text, "utf-8")
    (root / "failed/0004-2026-10-31").mkdir()
    (root / "failed/0004-2026-10-31/failure.json").write_text('{"failed_at": "2020-01-01T00:00:00+00:00"}', "utf-8")
    assert doisoat("purge", root, "--before", "2020-01-01").code == 0
    assert len(list(root.glob("000*"))) == 3 and (root / "failed/0004-2026-10-31").exists()
    done = doisoat("purge", root, "--before", "2999-01-01")
    assert done.code == 0 and "2 lượt / runs, 1 lượt lỗi" in done.out and f"stays: {FIRST}" in done.out
    assert [path.name for path in root.glob("000*")] == [FIRST] and not list((root / "failed").iterdir())
    assert leaks_below(root, allowed=worlds.PRIVATE) == []
    assert doisoat("purge", root / "none", "--before", "2999-01-01").code == 2
    assert doisoat("purge", root, "--before", "tomorrow").code == 2


def test_explain_makes_tables_anew_that_are_past_their_retention(published: Path, doisoat: Doisoat) -> None:
    root = runs(published)
    command = ("explain", root, worlds.RECORD)
    with_tables = doisoat(*command)
    kept = (root / FIRST / "tables").rename(published / "tables")
    moved = published / "run.toml"
    text = json.loads((root / FIRST / "manifest.json").read_text("utf-8"))["configuration"]
    manifest = (root / FIRST / "manifest.json").read_text("utf-8")  # the copy of this world lies elsewhere than where it was made
    (root / FIRST / "manifest.json").write_text(manifest.replace(text["path"], str(moved)), "utf-8")
    done = doisoat(*command)
    assert done.code == 0, done.err
    assert "các bảng không còn, tính lại" in done.out and "the tables are gone: made anew" in done.out
    assert done.out.split("\n", 1)[1] == with_tables.out
    aged = json.loads((root / FIRST / "manifest.json").read_text("utf-8")) | {"published_at": "2020-01-01T00:00:00+00:00"}
    (root / FIRST / "manifest.json").write_text(json.dumps(aged), "utf-8")
    assert "the tables are past their retention: made anew" in doisoat(*command).out
    assert kept.is_dir() and not (root / FIRST / "tables").exists() and not list(root.glob(".partial-*"))
    worlds.append(published / "contracts.csv", worlds.CONTRACT, "\r\n")
    done = doisoat(*command)
    assert done.code == 5 and "no longer those of the run" in done.err and worlds.leaks(done.err.encode()) == []
