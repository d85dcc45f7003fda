"""Which stages are taken over from a run that stopped: those whose key is the same and whose files are whole, up to the first that is not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.config import InputSettings, Retention, Settings, Thresholds
from flows.ingest import IngestReport
from flows.ingest.declare import ColumnReport, FileReport
from flows.manifest import file_sha256
from flows.progress import Progress
from flows.resume import RESUME, Steps
from flows.run import Run, open_run

REST = ("standardise", "candidates", "find")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("register.csv", "contracts.csv"):
        (tmp_path / name).write_text(name)
    sides = InputSettings("population_register", ("register.csv",)), InputSettings("electricity", ("contracts.csv",))
    return Settings("electricity", date(2026, 10, 31), tmp_path / "runs", tmp_path, tmp_path / "run.toml", *sides)


def read(run: Run, settings: Settings) -> dict[str, IngestReport]:
    """As ingest does: a table, a gate, a quarantine, a report."""
    for name in ("tables/raw_partner/part-000.parquet", "tables/quarantine_partner/part-000.parquet", "gates/raw.json"):
        (run.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (run.folder / name).write_text(name)
    reports = {}
    for side, chosen in (("register", settings.register), ("partner", settings.partner)):
        file = settings.base / chosen.files[0]
        told = FileReport(file.name, file_sha256(file), 1, "delimited", None, "utf-8", ",", 1, 0, 0, ("a",), ())
        reports[side] = IngestReport(1, 1, {"x": 2}, (told,), (ColumnReport("A", "carried"),))
    return reports


def attempt(settings: Settings, stop: str = "") -> tuple[list[str], list[str], dict[str, IngestReport]]:
    """One run, stopped in a stage; which stages were taken over, which were done, and what ingest returned."""
    done: list[str] = []

    def work(run: Run, name: str) -> Callable[[], str]:
        def inner() -> str:
            done.append(name)
            if name == stop:
                raise ValueError
            (run.tables(name)).mkdir()
            (run.tables(name) / "part-0000.parquet").write_text(name)
            return f"of {name}"

        return inner

    reports: dict[str, IngestReport] = {}
    taken: list[str] = []
    try:
        with open_run(settings) as run:
            steps = Steps(run, settings, Progress())
            taken = steps.taken
            reports = steps.ingest(lambda: done.append("ingest") or read(run, settings))  # type: ignore[func-returns-value]
            for name in REST:
                assert steps.do(name, work(run, name), "more") == f"of {name}"
    except ValueError:
        assert stop
    return taken, done, reports


def test_stages_are_taken_over(settings: Settings) -> None:
    _, done, reports = attempt(settings, "find")
    assert done == ["ingest", *REST]
    kept = settings.root / RESUME
    assert (settings.root / "failed/0001-2026-10-31/quarantine_partner/part-000.parquet").exists(), "both have it"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (kept, *(path for path in kept.rglob("*") if path.is_dir())))
    taken, done, again = attempt(settings, "find")
    assert (taken, done, again) == (["ingest", "standardise", "candidates"], ["find"], reports)
    assert attempt(settings)[:2] == (["ingest", "standardise", "candidates"], ["find"])
    assert not kept.exists()
    assert attempt(settings)[0] == []


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ("input", []), ("renamed", []), ("setting", []), ("torn", ["ingest", "candidates"]), ("gone", ["ingest", "candidates"]),
        ("longer", ["ingest", "candidates"]),
        ("expired", []), ("notes", []), ("engine", ["ingest", "standardise", "candidates"]), ("key", []), ("none kept", []),
    ],
)  # fmt: skip
def test_what_has_changed_is_done_again(settings: Settings, change: str, taken: list[str], tmp_path: Path) -> None:
    attempt(settings, "find")
    kept = settings.root / RESUME
    part = kept / "tables/standardise/part-0000.parquet"
    if change == "input":
        (tmp_path / "contracts.csv").write_text("contracts.cs_")
    elif change == "renamed":
        (tmp_path / "contracts.csv").rename(tmp_path / "other.csv")
        settings = replace(settings, partner=replace(settings.partner, files=("other.csv",)))
    elif change == "setting":
        settings = replace(settings, thresholds=Thresholds(0.9))
    elif change == "engine":
        settings = replace(settings, engine=replace(settings.engine, threads=1, memory="1GB"))
    elif change == "torn":
        part.write_text("standardisf")
    elif change == "gone":
        part.unlink()
    elif change == "longer":
        part.write_text("standardise ")
    elif change == "expired":
        os.utime(kept / "stages.json", (0, 0))
    elif change == "notes":
        (kept / "stages.json").write_text("[{")
    elif change == "key":
        (settings.output / "key").write_text("cd" * 32)
    else:
        settings = replace(settings, retention=Retention(0))
    assert attempt(settings)[0] == taken
    assert not kept.exists()


def test_a_run_killed_while_it_goes_on_loses_no_later_stage(settings: Settings) -> None:
    attempt(settings, "find")
    kept, partial = settings.root / RESUME, settings.root / ".partial-0002-2026-10-31"
    notes = json.loads((kept / "stages.json").read_text("utf-8"))
    for file in notes[0]["files"]:  # as after a SIGKILL right after the first stage was taken over
        (partial / file).parent.mkdir(parents=True, exist_ok=True)
        (kept / file).rename(partial / file)
    (partial / "tables/candidates").mkdir()
    (partial / "tables/candidates/part-0000.parquet").write_text("half of it")
    (partial / "tmp").mkdir()
    (partial / "tmp/stages.json").write_text(json.dumps(notes[:1]), "utf-8")
    assert attempt(settings, "find")[:2] == (["ingest", "standardise", "candidates"], ["find"])
    (settings.root / RESUME / "tables/standardise/part-0000.parquet").write_text("torn")
    assert attempt(settings, "standardise")[:2] == (["ingest"], ["standardise"]), "it fails again, before the stage that is whole"
    assert attempt(settings)[:2] == (["ingest", "candidates"], ["standardise", "find"])
    assert not kept.exists() and not partial.exists()


def test_other_code_takes_nothing_over(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt(settings, "find")
    monkeypatch.setattr("flows.resume._code", lambda: "other")
    assert attempt(settings)[0] == []


def test_a_killed_run_is_taken_over_and_one_without_notes_is_removed(settings: Settings) -> None:
    attempt(settings, "find")
    kept = settings.root / RESUME
    partial = settings.root / ".partial-0002-2026-10-31"
    kept.rename(partial)
    (partial / "tmp").mkdir()
    (partial / "stages.json").rename(partial / "tmp/stages.json")
    (partial / "tmp/spill").write_text("x")
    assert attempt(settings)[0] == ["ingest", "standardise", "candidates"]
    partial.mkdir()
    (partial / "tables").mkdir()
    assert attempt(settings)[0] == []
    assert not partial.exists() and not kept.exists()


def test_where_no_tables_are_kept_no_state_is(settings: Settings) -> None:
    attempt(replace(settings, retention=Retention(0)), "find")
    assert not (settings.root / RESUME).exists()
