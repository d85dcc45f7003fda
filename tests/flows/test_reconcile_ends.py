"""How a run ends when it does not end well: its exit code, what it leaves, and that the last published run is as it was."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pyarrow.parquet as pq
import pytest

from expectations import gates
from expectations.declarations import no_rows
from expectations.suites import ledger
from flows.config import Tolerance, load_settings
from flows.ingest.declare import FilePlan
from flows.ingest.files import Digest
from flows.ingest.tables import Rows
from flows.lock import output_lock
from flows.retry import TRANSIENT, bare, is_transient, worth_a_retry
from matching.errors import InputRefused, NoSpace, Problem, StageError
from matching.sources import Source
from tests.conftest import PREFECT_HOME, Doisoat
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import digests, leaks, leaks_below, lines, runs

pytestmark = pytest.mark.flow
FAILED = "failed/0002-2026-10-31"


def ends() -> list[str]:
    """How Prefect's flow runs ended, the last one last."""
    with closing(sqlite3.connect(PREFECT_HOME / "prefect.db")) as db:
        return [row[0] for row in db.execute("SELECT state_type FROM flow_run ORDER BY start_time")]


def untouched(published: Path, before: dict[str, str]) -> bool:
    """Whether the run published before, and what points to it, are as they were."""
    root = runs(published)
    pointer = (root / "current").read_text("utf-8") == "0001-2026-10-31\n"
    return pointer and digests(root / "0001-2026-10-31") == before and not list(root.glob(".partial-*"))


def spoil(published: Path) -> int:
    """Add a hundred contracts cut short; returns how many."""
    file = published / "contracts.csv"
    rows = lines(file)
    cut = [f"PD0300{number:07};{worlds.NAME};{worlds.NUMBER}" for number in range(100)]
    file.write_bytes("\r\n".join([*rows, *cut, ""]).encode("utf-8-sig"))
    return len(cut)


def test_findings_above_the_tolerance_are_a_finished_run(published: Path, doisoat: Doisoat) -> None:
    worlds.setting(published, "[tolerance]\nmismatch_rate = 0.01")
    done = doisoat("run", published / "run.toml")
    assert (done.code, done.err) == (1, "")
    assert (runs(published) / "current").read_text("utf-8") == "0002-2026-10-31\n"
    assert (runs(published) / "0002-2026-10-31/mismatches.xlsx").exists()
    assert not list((runs(published) / "failed").iterdir())
    assert ends()[-1] == "COMPLETED"


@pytest.mark.parametrize(
    ("tolerated", "rate", "code"), [(None, 1.0, 0), (0.2, 0.2, 0), (0.2, 0.200001, 1), (0.0, 0.0, 0), (0.0, 0.1, 1), (0.2, None, 0)]
)
def test_the_tolerance(tolerated: float | None, rate: float | None, code: int, made: Path) -> None:
    """A rate of None: nothing was linked, so no share of it is wrong."""
    from flows.reconcile import _exit_code

    settings = replace(load_settings(made / "run.toml"), tolerance=Tolerance(tolerated))
    assert _exit_code(settings, {"mismatch_rate": rate}) == code


def test_a_failed_gate(published: Path, doisoat: Doisoat) -> None:
    """Most rows unreadable: such a file must not become a report."""
    before = digests(runs(published) / "0001-2026-10-31")
    cut = spoil(published)
    done = doisoat("run", "--no-progress", published / "run.toml")
    failed = runs(published) / FAILED
    assert done.code == 3
    assert "R-RAW-PAR-QUARANTINED-STOP" in done.err and f"xem / see: {failed}" in done.err
    assert untouched(published, before)
    verdict = json.loads((failed / "gates/raw.json").read_text("utf-8"))
    assert verdict["status"] == "failed"
    kept = pq.read_table(failed / "quarantine_partner").to_pylist()
    assert [row["rule"] for row in kept] == ["ragged_row"] * cut
    keys = pq.read_table(failed / "gates/offending/R-RAW-PAR-QUARANTINED-STOP.parquet").to_pylist()
    assert [key["line"] for key in keys] == [row["line"] for row in kept]
    failure = json.loads((failed / "failure.json").read_text("utf-8"))
    assert (failure["error"], failure["exit_code"]) == ("GateFailed", 3)
    assert not (failed / "tables").exists() and not (failed / "tmp").exists()
    assert ends()[-1] == "FAILED"
    assert leaks((done.out + done.err).encode()) == [] == leaks_below(failed, allowed=worlds.PRIVATE)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (failed, *failed.rglob("*")))


def test_a_broken_gate_says_nothing_about_the_data(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")
    wrong = no_rows("R-LED-X", "SELECT stage FROM ledger WHERE no_such_column", "Sai.", "Wrong.")
    suite = ledger.SUITE
    monkeypatch.setitem(gates._SUITES, "ledger", lambda _: replace(suite, rules=(*suite.rules, wrong)))
    done = doisoat("run", "--quiet", published / "run.toml")
    assert done.code == 4 and "R-LED-X" in done.err and done.out == ""
    assert untouched(published, before)
    assert json.loads((runs(published) / FAILED / "gates/links.json").read_text("utf-8"))["status"] == "broken"


def test_an_error_of_a_library_keeps_its_type_and_place_only(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    """DuckDB's errors quote whole lines of the input; neither terminal, nor failure.json, nor Prefect may have them."""
    before = digests(runs(published) / "0001-2026-10-31")

    def broken(*_: object) -> NoReturn:
        raise ValueError(f"could not convert '{worlds.CONTRACT}'")

    monkeypatch.setattr("flows.stages.find", broken)
    done = doisoat("run", published / "run.toml")
    failed = runs(published) / FAILED
    assert done.code == 70
    assert "ValueError at flows/stages.py:" in done.err and "find_differences" in done.err and "Traceback" not in done.err
    assert untouched(published, before)
    assert "flows/stages.py:" in (failed / "failure.json").read_text("utf-8")
    assert leaks((done.out + done.err).encode()) == [] == leaks_below(failed, allowed=worlds.PRIVATE)
    assert leaks_below(PREFECT_HOME) == []
    assert ends()[-1] == "FAILED"


def test_an_error_between_the_stages_keeps_its_type_and_place_only(
    published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat
) -> None:
    before = digests(runs(published) / "0001-2026-10-31")

    def broken(*_: object) -> NoReturn:
        error = ValueError(worlds.CONTRACT)
        error.add_note(worlds.CONTRACT)
        raise error

    monkeypatch.setattr("flows.reconcile.publish", broken)
    done = doisoat("run", published / "run.toml")
    assert done.code == 70 and "ValueError at flows/reconcile.py:" in done.err and f"xem / see: {runs(published) / FAILED}" in done.err
    assert untouched(published, before)
    assert leaks((done.out + done.err).encode()) == [] == leaks_below(PREFECT_HOME)


def test_the_search_would_find_what_prefect_kept() -> None:
    """An exception that Prefect pickles stands in its storage as base64: the search reads that too."""
    import base64
    import pickle

    kept = base64.encodebytes(pickle.dumps(ValueError(worlds.NAME)))
    assert leaks(kept) == []
    assert leaks(kept + worlds._unpacked(b'{"result": "' + kept + b'"}')) == [worlds.NAME, "Quách", "Nhạn Yến"]
    assert leaks(worlds.NAME.encode("utf-16-le")) and leaks(json.dumps(worlds.NAME).encode()) and leaks(b"quach hong nhan yen")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run(number: signal.Signals, published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")

    def interrupted(*_: object) -> None:
        os.kill(os.getpid(), number)

    monkeypatch.setattr("flows.stages.decide_links", interrupted)
    done = doisoat("run", published / "run.toml")
    assert done.code == 130 and "Traceback" not in done.err
    assert untouched(published, before)
    assert not list((runs(published) / "failed").iterdir())


def test_a_full_disk(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("flows.stages.write_report", full)
    done = doisoat("run", "--quiet", published / "run.toml")
    assert done.code == 7 and "the last published run is untouched" in done.err
    assert untouched(published, before)


def test_a_held_output_comes_before_refused_input_and_after_a_wrong_run_file(published: Path, doisoat: Doisoat) -> None:
    (published / "contracts.csv").write_text("", "utf-8")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", str(published / "run.toml")]
    with output_lock(runs(published)):  # held for another process only: this one may take it again
        done = subprocess.run(command, cwd=worlds.ROOT, capture_output=True, check=False)
    assert done.returncode == 6
    assert doisoat("run", published / "run.toml").code == 5
    worlds.setting(published, "[thresholds]\nlink = 7")
    assert doisoat("run", published / "run.toml").code == 2


def test_what_prefect_cannot_show_ends_no_run(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    """Its database may be locked or its server gone in the very moment in which the report stands there, finished."""

    def unable(**_: object) -> NoReturn:
        raise ConnectionError(worlds.NAME)

    class Closed(logging.Handler):
        """A log whose stream is gone: it tells of its own error, and of any other that is being handled."""

        def emit(self, record: logging.LogRecord) -> None:
            try:
                raise ValueError("I/O operation on closed file")
            except ValueError:
                self.handleError(record)

    for name in ("create_progress_artifact", "update_progress_artifact", "create_markdown_artifact"):
        monkeypatch.setattr(f"flows.reconcile.{name}", unable)
    closed = Closed()
    logging.getLogger("flows.reconcile").addHandler(closed)
    try:
        done = doisoat("run", "--quiet", published / "run.toml")
    finally:
        logging.getLogger("flows.reconcile").removeHandler(closed)
    assert done.code == 0 and "Logging error" in done.err
    assert leaks(done.err.encode()) == []
    assert (runs(published) / "current").read_text("utf-8") == "0002-2026-10-31\n"


# --- retries ---


@pytest.mark.parametrize(
    ("error", "again"),
    [
        *((OSError(number, "x"), True) for number in sorted(TRANSIENT)),
        (TimeoutError(errno.ETIMEDOUT, "x"), True),
        (OSError("no number"), False),
        (FileNotFoundError(errno.ENOENT, "x"), False),
        (PermissionError(errno.EACCES, "x"), False),
        (OSError(errno.ENOSPC, "x"), False),
        (ValueError(errno.EIO), False),
        (MemoryError(), False),
        (InputRefused(Problem("a", "b", "c")), False),
        (NoSpace(Problem("a", "b", "c")), False),
        (StageError(Problem("a", "b", "c")), False),
        (None, False),
    ],
)
def test_what_is_tried_again(error: Exception | None, again: bool) -> None:
    assert worth_a_retry(None, None, SimpleNamespace(data=error)) is again
    assert is_transient(error) is again


def test_an_error_of_ours_is_never_tried_again_whatever_it_wraps() -> None:
    try:
        raise StageError(Problem("a", "b", "c")) from OSError(errno.EIO, "x")
    except StageError as error:
        assert not worth_a_retry(None, None, SimpleNamespace(data=error))


def test_a_bare_error_names_no_file() -> None:
    error = bare(OSError(errno.ESTALE, "about", f"/share/{worlds.NAME}.csv"))
    assert is_transient(error) and leaks(str(error).encode()) == [] and error.filename is None


def flaky(monkeypatch: pytest.MonkeyPatch, failures: int) -> list[Path]:
    """Let reading the contracts fail as often as said, as a share does whose server restarts; returns what was tried."""
    from flows import stages
    from flows.ingest import readers
    from flows.ingest import run as reading

    tried: list[Path] = []
    real = readers.read

    def read(source: Source, plan: FilePlan, digest: Digest) -> Iterator[Rows]:
        if plan.file.name == "contracts.csv":
            tried.append(plan.file.real)
            if len(tried) <= failures:
                raise OSError(errno.ESTALE, "Stale file handle", f"{worlds.NAME}.csv")
        return real(source, plan, digest)

    monkeypatch.setattr(reading, "read", read)
    quick = stages.read_inputs.with_options(retry_delay_seconds=0)  # type: ignore[attr-defined]
    assert (quick.retries, quick.retry_jitter_factor, quick.retry_condition_fn) == (2, 0.5, worth_a_retry)
    monkeypatch.setattr(stages, "read_inputs", quick)
    return tried


def test_a_share_that_comes_back(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    """What a failed attempt had written already is replaced: the second run is the first one to the byte."""
    tried = flaky(monkeypatch, 2)
    done = doisoat("run", "--quiet", published / "run.toml")
    assert (done.code, done.err, len(tried)) == (0, "", 3)
    first, again = (digests(runs(published) / f"000{number}-2026-10-31") for number in (1, 2))
    first.pop("manifest.json")
    again.pop("manifest.json")
    assert again == first


def test_a_share_that_stays_away(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")
    tried = flaky(monkeypatch, 99)
    done = doisoat("run", "--quiet", published / "run.toml")
    assert (done.code, len(tried)) == (5, 3)
    assert "Stale file handle, 3 lần / times" in done.err and "run again" in done.err
    assert leaks(done.err.encode()) == [] == leaks_below(PREFECT_HOME)
    assert untouched(published, before)


def test_only_reading_is_tried_again() -> None:
    from flows import stages

    tasks = {name: found for name, found in vars(stages).items() if hasattr(found, "retries") and hasattr(found, "fn")}
    assert {name for name, found in tasks.items() if found.retries} == {"read_inputs"}
    assert len(tasks) >= 6
    assert all(not found.persist_result and not found.log_prints for found in tasks.values())
