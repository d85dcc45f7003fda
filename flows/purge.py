"""`doisoat purge`: whole runs go when their time is over. The audit log says so first, so that none is missing without a word."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flows.audit_log import record
from flows.kept import drop_unfinished
from flows.publish import PARTIAL, current_name, published_runs, read_manifest


@dataclass(frozen=True, slots=True)
class Purged:
    """The published and the failed runs that were removed; `current`: the run that was old enough, but stays."""

    runs: tuple[str, ...]
    failed: tuple[str, ...]
    current: str


def purge(root: Path, key: bytes, before: date) -> Purged:
    """Remove every run of `root` published, or failed, before that day (UTC); the caller holds the folder.

    The current run stays: the next one is compared with it. Raises OSError; what is left goes with the next call.
    """
    old = [run for run in published_runs(root) if _day(read_manifest(run)["published_at"]) < before]
    current = current_name(root) or ""
    gone = [run for run in old if run.name != current]
    failed = [run for run in sorted((root / "failed").iterdir()) if run.is_dir() and _failed_on(run) < before]
    record(
        root,
        key,
        "purge",
        before=before.isoformat(),
        runs=[run.name for run in gone],
        failed=[run.name for run in failed],
    )
    for run in (*gone, *failed):
        aside = root / f"{PARTIAL}purged-{run.name}"
        run.rename(aside)  # out of sight at once: half a run is none
        shutil.rmtree(aside)
    drop_unfinished(root)
    return Purged(
        tuple(run.name for run in gone),
        tuple(run.name for run in failed),
        current if any(run.name == current for run in old) else "",
    )


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _failed_on(run: Path) -> date:
    file = run / "failure.json"
    return (
        _day(json.loads(file.read_text("utf-8"))["failed_at"])
        if file.is_file()
        else datetime.fromtimestamp(run.stat().st_mtime, UTC).date()
    )
