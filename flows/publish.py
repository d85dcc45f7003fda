"""How a run ends: published whole, or failed with what somebody needs to look at it; never in between.

Publishing is: write, fsync, one rename, then the pointer `current` (again by rename). A kill at any moment leaves the
last published run and `current` as they were; a kill right between the two renames is made good by the next start, which lets
`current` name the run that is whole (flows/audit_log.py).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.manifest import MANIFEST, outputs
from flows.run_folder import FLOW_RUN, NOTES, Run
from matching.errors import ConfigError, DoisoatError, InputRefused, Problem

PARTIAL = ".partial-"
CURRENT = "current"
LOG_NOTE = "doisoat failed run: "
_RUN_ID = re.compile(r"([0-9]{4,})-[0-9]{4}-[0-9]{2}-[0-9]{2}")


def publish(run: Run, manifest: Mapping[str, Any]) -> Path:
    """Make the run's folder the current published run and return its final path; `manifest` is completed with outputs.

    Raises OSError (a full disk among others); the last published run then still is the current one.
    """
    _clear(run.tmp)
    whole = {"run_id": run.run_id, **manifest, "outputs": outputs(run.folder), "published_at": _now().isoformat()}
    write_json(run.folder / MANIFEST, whole)
    seal(run.folder)
    shutil.rmtree(run.tmp, ignore_errors=True)
    _sync(run.folder)
    final = run.root / run.run_id
    run.folder.rename(final)
    _sync(run.root)
    make_current(run.root, run.run_id)
    return final


def make_current(root: Path, run_id: str) -> None:
    """Let `current` name a run, at once or not at all; OSError if it cannot be written."""
    draft = root / f".{CURRENT}-{run_id}"
    draft.write_text(f"{run_id}\n", "utf-8")
    seal(draft)
    draft.replace(root / CURRENT)
    _sync(root)


def _clear(tmp: Path) -> None:
    """Remove what was spilled, but not the notes on finished stages: sealing a country's run takes minutes, in which a kill may come."""
    for entry in tmp.glob("*"):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name not in (NOTES, FLOW_RUN):
            entry.unlink(missing_ok=True)


def fail(run: Run, error: BaseException, stage: str = "") -> Path | None:
    """Leave `failed/<run-id>/` with the gates' verdicts, the quarantine and failure.json, and remove the rest.

    The failure names types, places in the code and the problems of a DoisoatError: never a value. Returns the folder
    (also noted on `error`), or None if the run was published or has failed before.
    """
    if not run.folder.exists():
        return None
    for table in run.folder.glob("tables/quarantine*"):
        table.rename(run.folder / table.name)
    for entry in run.folder.iterdir():
        if entry.name != "gates" and not entry.name.startswith("quarantine"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    write_json(run.folder / "failure.json", {"run_id": run.run_id, "stage": stage, **_describe(error)})
    seal(run.folder)
    kept = run.root / "failed" / run.run_id
    run.folder.rename(kept)
    _sync(kept.parent)
    error.add_note(f"{LOG_NOTE}{kept}")
    return kept


def previous_published(run: Run, fingerprint: str) -> Path | None:
    """The last published run of other inputs than this one's: what this run is compared with; None if there is none.

    A re-run of the same inputs skips the runs of those inputs, so it compares with what the first one compared with and
    its files are the same to the byte. Runs after `current` do not count: somebody went back, or a kill came before it.
    """
    newest = current_name(run.root)
    if newest is None:
        return None
    for folder in reversed(published_runs(run.root)):
        if sequence(folder) <= sequence(Path(newest)) and read_manifest(folder).get("fingerprint") != fingerprint:
            return folder
    return None


def published_runs(root: Path) -> list[Path]:
    """The complete run folders below `root`, oldest first."""
    return sorted((folder for folder in _runs(root.iterdir()) if (folder / MANIFEST).is_file()), key=sequence)


def all_runs(root: Path) -> list[Path]:
    """Every run folder below `root`, failed ones included: what a new run's number must lie above."""
    return [*_runs(root.iterdir()), *_runs((root / "failed").iterdir())]


def sequence(folder: Path) -> int:
    """The number of a run folder: `0012-2026-10-31` -> 12."""
    return int(folder.name.split("-")[0])


def current_name(root: Path) -> str | None:
    """The run id that `current` names, whether or not its folder is still there; None if nothing was published yet."""
    try:
        name = (root / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    if not _RUN_ID.fullmatch(name):
        fix = "ghi lại mã lượt chạy cuối / write the id of the last run into it"
        raise ConfigError(Problem(str(root / CURRENT), "không phải mã lượt chạy / not a run id", "0001-2026-10-31", fix))
    return name


def run_folder(path: Path) -> Path:
    """The published run that `path` means: a run folder, or the `<output>/<name>` folder whose `current` is followed, or that `current` itself.

    Raises ConfigError if it is none of them.
    """
    if path.name == CURRENT and path.is_file():
        path = path.parent
    if (path / MANIFEST).is_file():
        return path.resolve()
    name = current_name(path) if path.is_dir() else None
    if name and (path / name / MANIFEST).is_file():
        return (path / name).resolve()
    found = f"current -> {name}, không có / which is gone" if name else "không có lượt chạy nào / no run there"
    expected = "thư mục một lượt chạy, hoặc / a run folder, or <output>/<name>"
    raise ConfigError(Problem(str(path), found, expected))


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published run; InputRefused if it cannot be read: the last run is an input of the next."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        problem = Problem(str(folder / MANIFEST), type(error).__name__, "manifest.json đọc được / a readable manifest")
        raise InputRefused(problem) from None
    return dict(manifest)


def last_timings(root: Path) -> dict[str, float]:
    """Seconds by stage of the current run; none if there is none, or if it went on with another one's work."""
    name = current_name(root)
    if not name or not (root / name / MANIFEST).is_file():
        return {}
    manifest = read_manifest(root / name)
    return {} if manifest.get("resumed") else dict(manifest.get("timings", {}))


def drop_old_tables(root: Path, days: int, now: datetime) -> list[Path]:
    """Remove the tables of every run published `days` or more days before `now`; reports stay. Returns those runs."""
    dropped = []
    for folder in published_runs(root):
        if (folder / "tables").exists() and past_retention(read_manifest(folder), days, now):
            (folder / "run.duckdb").unlink(missing_ok=True)
            shutil.rmtree(folder / "tables")
            dropped.append(folder)
    return dropped


def past_retention(manifest: Mapping[str, Any], days: int, now: datetime) -> bool:
    """Whether the run with this manifest was published `days` or more days before `now`."""
    return now - datetime.fromisoformat(manifest["published_at"]) >= timedelta(days=days)


def _describe(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "exit_code": getattr(error, "exit_code", 70),
        "problems": [str(problem) for problem in error.problems] if isinstance(error, DoisoatError) else [],
        "trace": [f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames],
        "failed_at": _now().isoformat(),
    }


def _runs(folders: Iterable[Path]) -> list[Path]:
    return [folder for folder in folders if _RUN_ID.fullmatch(folder.name) and folder.is_dir()]


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON as people read it; OSError if it cannot."""
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def seal(path: Path) -> None:
    """Close `path` and all below it to others (0600, 0700) and force it to the disk, the deepest first."""
    if path.is_dir():
        for entry in path.iterdir():
            seal(entry)
    path.chmod(0o700 if path.is_dir() else 0o600)
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _now() -> datetime:
    return datetime.now(UTC)
