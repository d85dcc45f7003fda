"""One Prefect task a stage: call one function of `matching/` (or of ingest and report) and hand its tables to the gate.

A task takes the run and the settings, no data; what it returns is counts (flows/stage_task.py: what a task is here).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from expectations.gate import raise_for, run_gate
from expectations.offending import write_offending_keys
from flows.config import Settings, resolve_inputs
from flows.decisions.hold import DecisionSettings
from flows.decisions.log import ADDED, catch_up, read_log
from flows.decisions.pairs import STANDING, write_standing
from flows.decisions.read import read_decisions as read_decision_files
from flows.extract.accepted import EXTRACTS, read_profile, write_changes, write_profiles
from flows.extract.compare import changes, stopping
from flows.extract.profile import profile
from flows.ingest import IngestReport, ingest
from flows.report import ReportSettings, write_report
from flows.retry import RETRIES, is_transient
from flows.run import Run
from flows.stage_settings import input_options, link_settings, standardise_settings
from flows.stage_task import stage
from matching.engine import Limits, connect, view
from matching.errors import GateFailed, InputRefused, Problem
from matching.findings.causes.stage import CauseSettings, group_causes
from matching.findings.possible import find_possible
from matching.findings.stage import FindSettings, find
from matching.kept import KEPT, keep
from matching.link import decide_links, find_candidates
from matching.model import load_model
from matching.sources import source
from matching.sql import quoted
from matching.standardise.stage import standardise

TABLES = (
    "raw_register", "raw_partner", "quarantine_register", "quarantine_partner", "std_name", "std_address", "std_register",
    "std_partner", "candidates", "pair_counts", "decided", "findings", "links", "possible", "causes", "caused", "ledger", "report_counts",
    "evidence", "decisions", "decisions_read", "link_decisions", "extract_changes",
)  # fmt: skip


def paths(run: Run) -> dict[str, Path]:
    """Every table of the run that is there, by name."""
    return {name: run.tables(name) for name in TABLES if run.tables(name).is_dir()}


def limits(run: Run, settings: Settings) -> Limits:
    """What DuckDB may use."""
    return Limits(settings.engine.memory, settings.engine.threads, run.tmp, (run.root,))


def gate(run: Run, settings: Settings, name: str) -> None:
    """Let the gate `name` look at the run's tables; raises if a critical rule does not hold or cannot be evaluated.

    If it fails, the keys of the rows behind it are kept beside its verdict, in the folder of the failed run alone.
    """
    sources = {"register_source": settings.register.source, "partner_source": settings.partner.source}
    verdict = run_gate(name, paths(run), run.gates, run.tmp / "gate", settings.engine.memory, sources)
    if verdict.status == "failed":
        write_offending_keys(verdict, paths(run), run.gates / "offending", limits(run, settings), sources)
    raise_for(verdict)


def _note(run: Run, name: str, rows_in: int, rows_out: int, quarantined: int) -> None:
    """Write the stage's line of the ledger."""
    folder = run.tables("ledger")
    folder.mkdir(mode=0o700, exist_ok=True)
    row = {"stage": [name], "rows_in": [rows_in], "rows_out": [rows_out], "rows_quarantined": [quarantined]}
    schema = pa.schema([("stage", pa.string()), *((key, pa.int64()) for key in list(row)[1:])])
    pq.write_table(pa.table(row, schema), folder / f"{name}.parquet")


def _rows(run: Run, name: str) -> int:
    return sum(pq.read_metadata(part).num_rows for part in run.tables(name).glob("*.parquet"))


def ingest_files(run: Run, settings: Settings) -> dict[str, IngestReport]:
    """`raw_register`, `raw_partner` and their quarantines from the files; the reports by side.

    InputRefused if the files were still out of reach when they were tried for the last time.
    """
    try:
        return read_inputs(run, settings)
    except OSError as error:
        if not is_transient(error):
            raise
        found = f"{error.strerror}, {1 + RETRIES} lần / times"
        fix = "xem ổ đĩa mạng, rồi chạy lại / look at the network share, then run again"
        raise InputRefused(Problem(f"{settings.path}: files", found, "tệp đọc được / files that can be read", fix)) from None


@stage(retries=RETRIES)
def read_inputs(run: Run, settings: Settings) -> dict[str, IngestReport]:
    """The work of `ingest_files`; each attempt starts anew and replaces what the last one wrote."""
    files = resolve_inputs(settings)
    reports = {}
    for side, chosen in (("register", settings.register), ("partner", settings.partner)):
        report = ingest(
            source(chosen.source), files[side], input_options(settings, chosen),
            run.tables(f"raw_{side}"), run.tables(f"quarantine_{side}"), run.tmp,
        )  # fmt: skip
        (run.tables(f"raw_{side}") / "columns.json").write_text(
            json.dumps([asdict(column) for column in report.columns], ensure_ascii=False), "utf-8"
        )
        _note(run, f"ingest_{side}", report.rows_read, report.rows_accepted, sum(report.rows_quarantined.values()))
        reports[side] = report
    gate(run, settings, "raw")
    return reports


@stage()
def compare_extracts(run: Run, settings: Settings, reports: dict[str, IngestReport], previous: Path | None) -> None:
    """`extract_changes` since the run that this one is compared with, and `extracts.json`, which the next one compares with."""
    days = {"register": settings.extract.extracted_on or settings.as_of, "partner": settings.as_of}
    now, found = [], []
    with connect(limits(run, settings)) as con:
        for side, chosen in (("register", settings.register), ("partner", settings.partner)):
            view(con, f"raw_{side}", run.tables(f"raw_{side}"))
            now.append(profile(con, source(chosen.source), reports[side], days[side]))
            before = read_profile(previous / EXTRACTS, chosen.source) if previous else None
            found += changes(before, now[-1], settings.drift) if before else []
    write_changes(found, run.tables("extract_changes"))
    write_profiles(now, run.folder / EXTRACTS)
    try:
        gate(run, settings, "extract")
    except GateFailed as failed:
        raise GateFailed([*failed.problems, *stopping(found)]) from None


@stage()
def standardise_tables(run: Run, settings: Settings) -> None:
    """`std_name`, `std_address`, `std_register`, `std_partner` from the raw tables, and their columns for the linkage."""
    chosen = standardise_settings(settings)
    scratch = run.tmp / "standardise"
    scratch.mkdir(mode=0o700)
    out = {name: run.tables(name) for name in ("std_name", "std_address", "std_register", "std_partner")}
    with connect(limits(run, settings)) as con:
        standardise(con, {**paths(run), "scratch": scratch}, out, chosen)
        keep(con, out, run.tmp / KEPT, settings.engine.threads)
    for side in ("register", "partner"):
        _note(run, f"standardise_{side}", _rows(run, f"raw_{side}"), _rows(run, f"std_{side}"), 0)
    gate(run, settings, "std")


@stage()
def link_candidates(run: Run, settings: Settings, previous: Path | None) -> str:
    """`candidates` and `pair_counts`, heeding what the `previous` run knows that people decided; returns the hash of the model."""
    model = load_model(settings.partner.source, settings.linkage.model)
    out = {name: run.tables(name) for name in ("candidates", "pair_counts")}
    ready = {KEPT: run.tmp / KEPT} if (run.tmp / KEPT).is_dir() else {}  # not where the standardised tables were taken over
    with connect(limits(run, settings)) as con:
        find_candidates(con, {**_with_decisions(con, run, previous), **ready}, out, link_settings(settings, model))
    shutil.rmtree(run.tmp / KEPT, ignore_errors=True)
    gate(run, settings, "candidates")
    gate(run, settings, "pair_counts")
    return model.sha256


def _with_decisions(con: duckdb.DuckDBPyConnection, run: Run, previous: Path | None) -> dict[str, Path]:
    """The run's tables, and with them the verdicts on pairs of the run before, as far as they stand.

    They are looked up once in a run: by the first stage that it does itself.
    """
    if not (run.tmp / STANDING).is_dir():
        write_standing(con, paths(run), run.key, previous, run.tmp / STANDING)
    return {**paths(run), "link_decisions": run.tmp / STANDING}


@stage()
def decide_records(run: Run, settings: Settings, previous: Path | None) -> None:
    """`decided`: one row for every record."""
    model = load_model(settings.partner.source, settings.linkage.model)
    with connect(limits(run, settings)) as con:
        decide_links(con, _with_decisions(con, run, previous), {"decided": run.tables("decided")}, link_settings(settings, model))
    _note(run, "decide", _rows(run, "std_partner"), _rows(run, "decided"), 0)


@stage()
def find_differences(run: Run, settings: Settings, previous: Path | None) -> None:
    """`findings` and `links`; `possible`, what candidates would bring; `causes` and `caused`, what mismatches go back to."""
    chosen = FindSettings(
        as_of=settings.as_of, source=source(settings.partner.source), key=run.key,
        extract_provinces=settings.extract.provinces,
    )  # fmt: skip
    with connect(limits(run, settings)) as con:
        find(con, _with_decisions(con, run, previous), run.tables("findings"), run.tables("links"), chosen)
        find_possible(con, paths(run), run.tables("possible"), chosen)
    with connect(limits(run, settings)) as con:
        causes = CauseSettings(settings.as_of, chosen.source, run.key)
        group_causes(con, paths(run), run.tables("causes"), run.tables("caused"), causes)
    _note(run, "find", _rows(run, "decided") + _rows(run, "quarantine_partner"), _rows(run, "links"), 0)
    gate(run, settings, "links")
    gate(run, settings, "findings")


@stage()
def read_decisions(run: Run, settings: Settings, folder: Path, previous: Path | None, fingerprint: str) -> None:
    """`evidence`, `decisions`, `decisions_read`, `link_decisions` from reviewers' files in `folder` and from the log."""
    catch_up(run.root)
    out = {name: run.tables(name) for name in ("evidence", "decisions", "decisions_read", "link_decisions")}
    chosen = DecisionSettings(
        settings.as_of, settings.partner.source, run.key, frozenset(settings.decisions.second_person), settings.decisions.second_look
    )
    with connect(limits(run, settings)) as con:
        read_decision_files(con, paths(run), folder, read_log(run.root, fingerprint), previous, out, run.folder / ADDED, chosen)
    gate(run, settings, "decisions")


@stage()
def report_run(run: Run, settings: Settings, previous: Path | None) -> dict[str, Any]:
    """The files people open, and the counts in them."""
    chosen = ReportSettings(
        name=settings.name, as_of=settings.as_of, source=source(settings.partner.source),
        register_source=source(settings.register.source), key=run.key, delimiter=settings.report.delimiter,  # type: ignore[arg-type]
        memory=settings.engine.memory, threads=settings.engine.threads,
        link=settings.thresholds.link, review=settings.thresholds.review,
        lang=settings.report.lang, rows_per_file=settings.report.rows_per_file,  # type: ignore[arg-type]
    )  # fmt: skip
    summary: dict[str, Any] = write_report(paths(run), run.folder, chosen, previous, run.gates, run.tmp)
    gate(run, settings, "report")
    return summary


@task(name="taken_over", task_run_name="{steps}", cache_policy=NO_CACHE, persist_result=False)
def taken_over(steps: tuple[str, ...]) -> State[None]:
    """Say in Prefect which stages were not done again, but taken over from the run that stopped."""
    return Completed(name="TakenOver", message=f"from the run that stopped: {', '.join(steps)}")


def catalogue(run: Run) -> None:
    """Write `run.duckdb`: a view a table, by relative path, so that the folder can be moved and opened anywhere."""
    # DuckDB allows a relative path by the process's own folder, and only then looks for it below `file_search_path`.
    with connect(Limits("1GB", 1, run.tmp, (run.folder, Path("tables"))), run.folder / "run.duckdb") as con:
        con.execute(f"SET file_search_path = {quoted(run.folder)}")
        for name in paths(run):
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('tables/{name}/*.parquet', union_by_name = true)")
