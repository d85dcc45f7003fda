"""The whole story on one screen: read, standardise, link, decide, find, hear the reviewers, report, publish; a gate after each.

Prefect shows and schedules the run; the run file says what is reconciled. Nothing personal is a parameter, a result, a log
line or an artifact: the flow is given a path and hands on counts.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

# No server needs to be configured, and nothing is sent anywhere; set before Prefect reads them. Starting its own server
# takes Prefect up to 20 s on a small machine, which is also its patience by default.
for _name, _value in {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
}.items():
    os.environ.setdefault(_name, _value)

from prefect import flow  # noqa: E402
from prefect.artifacts import (  # noqa: E402
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)

from flows import stages  # noqa: E402
from flows.audit_log import audit_head, catch_up_audit, record_published  # noqa: E402
from flows.config import Settings, load_settings  # noqa: E402
from flows.decisions.files import copy_decisions  # noqa: E402
from flows.decisions.log import append_log, read_log  # noqa: E402
from flows.hooks import tell_completed, tell_failed, tell_killed  # noqa: E402
from flows.ingest import IngestReport  # noqa: E402
from flows.manifest import MANIFEST, build_manifest, file_sha256, input_fingerprint  # noqa: E402
from flows.orphans import end_orphans, mark_children  # noqa: E402
from flows.progress import Progress, current  # noqa: E402
from flows.publish import LOG_NOTE, drop_old_tables, last_timings, previous_published, publish  # noqa: E402
from flows.resume import Steps  # noqa: E402
from flows.run import Run, open_run  # noqa: E402
from flows.sealed import last_seal  # noqa: E402
from flows.stage_task import scrubbed  # noqa: E402
from flows.summary import markdown  # noqa: E402
from matching.errors import DoisoatError  # noqa: E402

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended: 0 done, 1 mismatches above the tolerance; where the report is; the counts in it."""

    exit_code: int
    folder: Path
    summary: dict[str, Any]
    timings: dict[str, float]


@flow(
    name="reconcile", validate_parameters=False, persist_result=False, log_prints=False,
    on_completion=[tell_completed], on_failure=[tell_failed], on_crashed=[tell_failed], on_cancellation=[tell_failed],
)  # fmt: skip
def reconcile(run_file: str) -> RunOutcome:
    """Reconcile as the run file says, and publish a report. Raises a DoisoatError, with its exit code, if it cannot."""
    settings = load_settings(Path(run_file))
    progress = current.get(Progress())
    with _scrubbed(), _logged(progress, settings), open_run(settings) as run:
        tell_killed(run, progress)
        catch_up_audit(run.root, run.key)
        progress.expected = last_timings(run.root)
        stage = partial(_shown, progress, _artifact())
        steps = Steps(run, settings, progress)
        with stage("ingest"):
            given = _read(run, settings, steps)
            previous = given.previous
        with stage("standardise"):
            steps.do("standardise", lambda: stages.standardise_tables(run, settings))
        with stage("candidates"):
            chosen = file_sha256(settings.linkage.model) if settings.linkage.model else None
            model = steps.do("candidates", lambda: stages.link_candidates(run, settings, previous), chosen)
        with stage("decide"):
            steps.do("decide", lambda: stages.decide_records(run, settings, previous))
        with stage("find"):
            steps.do("find", lambda: stages.find_differences(run, settings, previous))
        with stage("decisions"):
            read = partial(stages.read_decisions, run, settings, given.decisions, previous, given.fingerprint)
            steps.do("decisions", read, given.fingerprint, last_seal(read_log(run.root)))
        with stage("report"):
            summary = steps.do("report", lambda: stages.report_run(run, settings, previous))
            stages.catalogue(run)
        with stage("publish"):
            folder = _publish(run, settings, steps, given, model, progress.timings, summary)
        _show_report(settings, summary, folder)
        progress.log.write("published", run=run.run_id, rows_read=summary["rows_read"], outcomes=summary["outcomes"])
    return RunOutcome(_exit_code(settings, summary), folder, summary, dict(progress.timings))


@dataclass(frozen=True, slots=True)
class _Given:
    """What a run works on: the files as read, a copy of the decisions, the SHA-256 of all that decides, the run published before."""

    reports: dict[str, IngestReport]
    decisions: Path
    fingerprint: str
    previous: Path | None


def _read(run: Run, settings: Settings, steps: Steps) -> _Given:
    """Read the files and copy the decisions; how the extracts have changed since the run before is asked here, too."""
    reports = steps.ingest(lambda: stages.ingest_files(run, settings))
    hashes = {side: [file.sha256 for file in report.files] for side, report in reports.items()}
    decisions = copy_decisions(run.decisions, run.tmp / "decisions")
    fingerprint = input_fingerprint(settings, hashes, decisions)
    previous = previous_published(run, fingerprint)
    before = (previous.name, file_sha256(previous / MANIFEST)) if previous else None
    steps.do("extracts", lambda: stages.compare_extracts(run, settings, reports, previous), before)
    return _Given(reports, decisions, fingerprint, previous)


def _publish(
    run: Run, settings: Settings, steps: Steps, given: _Given, model: str, timings: dict[str, float], summary: dict[str, Any]
) -> Path:
    """Publish the run's folder with its manifest, then add to both logs what it did; where it is now."""
    if steps.taken:
        stages.taken_over(tuple(steps.taken))
    manifest = build_manifest(
        run, settings, inputs={side: asdict(report) for side, report in given.reports.items()}, fingerprint=given.fingerprint,
        previous=given.previous, model_sha256=model, seeds={}, timings=timings, counts=summary,
    )  # fmt: skip
    folder = publish(run, {**manifest, "resumed": steps.taken, "audit": audit_head(run.root, run.key)})
    append_log(run.root, folder)
    record_published(run.root, run.key, folder)
    drop_old_tables(run.root, settings.retention.tables_days, datetime.now(UTC))
    return folder


def run_reconcile(settings: Settings, progress: Progress) -> RunOutcome:
    """Run the flow for the command line: the same flow that a schedule runs, with somebody watching."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):  # the command line tells errors itself, without tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    mark_children()
    if ended := end_orphans():
        progress.log.write("ended_orphans", servers=ended)
    token = current.set(progress)
    try:
        outcome: RunOutcome = reconcile(str(settings.path))
    finally:
        current.reset(token)
    return outcome


def _exit_code(settings: Settings, summary: dict[str, Any]) -> int:
    """1 if more records mismatch than the run file tolerates: a finding, not a failure, so the flow has completed."""
    limit, rate = settings.tolerance.mismatch_rate, summary["mismatch_rate"]  # no rate where nothing was linked
    return int(limit is not None and rate is not None and rate > limit)


@contextmanager
def _scrubbed() -> Iterator[None]:
    """Let no foreign error out of the flow but by its type and place: between the stages, too, it may quote what Prefect would keep."""
    try:
        yield
    except DoisoatError:
        raise
    except Exception as error:
        told = scrubbed("reconcile", error)
        for note in getattr(error, "__notes__", ()):
            if note.startswith(LOG_NOTE):  # ours; a library's may quote a line
                told.add_note(note)
        raise told from (error if os.environ.get("DOISOAT_TRACEBACK") == "1" else None)


def _only_shown(show: Callable[..., object], **told: object) -> object:
    """What `show` gives, None if it fails: what Prefect shows of a run never decides how that ends.

    A function and no context manager: one has its error at hand until it is left, and a logger that fails prints that as well.
    """
    try:
        return show(**told)
    except Exception as error:
        failure = type(error).__name__
    _log.warning("Prefect could not show this step: %s", failure)
    return None


def _artifact() -> UUID | None:
    made = _only_shown(create_progress_artifact, progress=0.0, key="doisoat-progress", description="Đối soát / reconcile")
    return made if isinstance(made, UUID) else None


def _show_report(settings: Settings, summary: dict[str, Any], folder: Path) -> None:
    """The counts of the report and the way to it, as artifacts of Prefect."""
    name, page = settings.name, (folder / "report.html").as_uri()
    _only_shown(create_markdown_artifact, key="doisoat-summary", markdown=markdown(summary, folder), description=name)
    _only_shown(create_link_artifact, key="doisoat-report", link=page, link_text=folder.name, description=name)


@contextmanager
def _shown(progress: Progress, artifact: UUID | None, name: str) -> Iterator[None]:
    """A stage shown in two places: on the terminal and in a Prefect progress artifact."""
    with progress.stage(name):
        yield
    if artifact is not None:
        rest = progress.remaining
        told = name if rest is None else f"{name}; còn khoảng / about {rest:.0f} s left"
        _only_shown(update_progress_artifact, artifact_id=artifact, progress=progress.share, description=told)


@contextmanager
def _logged(progress: Progress, settings: Settings) -> Iterator[None]:
    """The start and a bad end of a run in the log of events, by the type of the error alone."""
    if progress.log.file is None:
        progress.log = replace(progress.log, file=settings.log.file)
    progress.log.write("started", name=settings.name, as_of=settings.as_of.isoformat())
    try:
        yield
    except BaseException as error:
        progress.log.write("failed", error=type(error).__name__, exit_code=getattr(error, "exit_code", 70))
        raise
