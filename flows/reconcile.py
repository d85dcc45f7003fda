"""The whole story on one screen: read, standardise, link, decide, find, hear the reviewers, report, publish; a gate after each.

Prefect shows and schedules the run; the run file says what is reconciled. Nothing personal is a parameter, a result, a log
line or an artifact: the flow is given a path and hands on counts.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
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
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact  # noqa: E402

from flows import stages  # noqa: E402
from flows.config import Settings, load_settings  # noqa: E402
from flows.decisions.files import copy_decisions  # noqa: E402
from flows.decisions.log import append_log  # noqa: E402
from flows.manifest import build_manifest, input_fingerprint  # noqa: E402
from flows.progress import Progress, current  # noqa: E402
from flows.publish import drop_old_tables, previous_published, publish  # noqa: E402
from flows.run import Run, open_run  # noqa: E402
from flows.summary import markdown  # noqa: E402

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended: 0 done, 1 mismatches above the tolerance; where the report is; the counts in it."""

    exit_code: int
    folder: Path
    summary: dict[str, Any]
    timings: dict[str, float]


@flow(name="reconcile", validate_parameters=False, persist_result=False, log_prints=False)
def reconcile(run_file: str) -> RunOutcome:
    """Reconcile as the run file says, and publish a report. Raises a DoisoatError, with its exit code, if it cannot."""
    settings = load_settings(Path(run_file))
    progress = current.get(Progress())
    with open_run(settings) as run:
        stage = partial(_shown, progress, _artifact())
        with stage("ingest"):
            reports = stages.ingest_files(run, settings)
            hashes = {side: [file.sha256 for file in report.files] for side, report in reports.items()}
            decisions = copy_decisions(run.decisions, run.tmp / "decisions")
            fingerprint = input_fingerprint(settings, hashes, decisions)
            previous = previous_published(run, fingerprint)
            stages.compare_extracts(run, settings, reports, previous)
        with stage("standardise"):
            stages.standardise_tables(run, settings)
        with stage("candidates"):
            model = stages.link_candidates(run, settings, previous)
        with stage("decide"):
            stages.decide_records(run, settings)
        with stage("find"):
            stages.find_differences(run, settings)
        with stage("decisions"):
            stages.read_decisions(run, settings, decisions, previous, fingerprint)
        with stage("report"):
            summary = stages.report_run(run, settings, previous)
            stages.catalogue(run)
        with stage("publish"):
            manifest = build_manifest(
                run, settings, inputs={side: asdict(report) for side, report in reports.items()}, fingerprint=fingerprint,
                previous=previous, model_sha256=model, seeds={}, timings=progress.timings, counts=summary,
            )  # fmt: skip
            folder = publish(run, manifest)
            append_log(run.root, folder)
            _drop_old(run, settings)
        with _only_shown():
            create_markdown_artifact(key="doisoat-summary", markdown=markdown(summary, folder), description=settings.name)
    return RunOutcome(_exit_code(settings, summary), folder, summary, dict(progress.timings))


def run_reconcile(settings: Settings, progress: Progress) -> RunOutcome:
    """Run the flow for the command line: the same flow that a schedule runs, with somebody watching."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):  # the command line tells errors itself, without tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
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
def _only_shown() -> Iterator[None]:
    """What Prefect shows of a run never decides how it ends: a published report stays published without its artifact."""
    failure = ""
    try:
        yield
    except Exception as error:
        failure = type(error).__name__
    if failure:  # outside of the handler, where no logger can add the error's text
        _log.warning("Prefect could not show this step: %s", failure)


def _artifact() -> UUID | None:
    made = None
    with _only_shown():
        made = create_progress_artifact(progress=0.0, key="doisoat-progress", description="Đối soát / reconcile")
    return made if isinstance(made, UUID) else None


def _drop_old(run: Run, settings: Settings) -> None:
    """Remove the tables of runs past their retention."""
    drop_old_tables(run.root, settings.retention.tables_days, datetime.now(UTC))


@contextmanager
def _shown(progress: Progress, artifact: UUID | None, name: str) -> Iterator[None]:
    """A stage shown in two places: on the terminal and in a Prefect progress artifact."""
    with progress.stage(name):
        yield
    if artifact is not None:
        with _only_shown():
            update_progress_artifact(artifact_id=artifact, progress=progress.share)
