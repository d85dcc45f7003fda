"""What a run is made of, written down: inputs, configuration, code, model, and the hash of every file it published.

Only here do times and the run id stand, so that every other file is the same for the same inputs.
"""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows.config import Settings
from flows.decisions.files import decision_files
from flows.key_file import key_id
from flows.run_folder import Run

MANIFEST = "manifest.json"
PACKAGE = "doisoat"
_NOT_HASHED = ("tables", "tmp")  # large, and removed when their time is over
_UNHASHED_FILES = (MANIFEST, "run.duckdb")
_DECIDING = ("as_of", "register", "partner", "thresholds", "extract", "decisions")  # the other settings change no outcome


def build_manifest(
    run: Run,
    settings: Settings,
    *,
    inputs: Mapping[str, Any],
    fingerprint: str,
    previous: Path | None,
    model_sha256: str,
    seeds: Mapping[str, int],
    timings: Mapping[str, float],
    counts: Mapping[str, Any],
) -> dict[str, Any]:
    """The manifest but for the outputs, which `publish` adds.

    `inputs` is what was read of each side (files with SHA-256 and rows, columns and what became of them), `timings`
    seconds by stage, `counts` whatever the report counts, so that file, summary and manifest can be held together.
    """
    return {
        "inputs": dict(inputs),
        "fingerprint": fingerprint,
        "previous_run": previous.name if previous else None,
        "configuration": settings_json(settings),
        "code": code_version(),
        "packages": package_versions(),
        "model_sha256": model_sha256,
        "seeds": dict(seeds),
        "key_id": key_id(run.key),
        "timings": {stage: round(seconds, 3) for stage, seconds in timings.items()},
        "counts": dict(counts),
    }


def input_fingerprint(settings: Settings, hashes: Mapping[str, Iterable[str]], decisions: Path) -> str:
    """SHA-256 of all that decides the outcome: the inputs' `hashes` by side, settings that matter, the decisions.

    File names, order, threads and memory are left out: the same delivery under another name is the same delivery.
    """
    resolved = settings_json(settings)
    for side in ("register", "partner"):
        resolved[side].pop("files")
    files = decision_files(decisions)  # the log is no input of its own: it follows from the runs before
    model = settings.linkage.model  # of the file what it says counts, not what it is called
    content = {
        "inputs": {side: sorted(found) for side, found in hashes.items()},
        **({"model": file_sha256(model)} if model else {}),
        "settings": {name: resolved[name] for name in _DECIDING},
        "decisions": [(path.relative_to(decisions).as_posix(), file_sha256(path)) for path in files],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def settings_json(settings: Settings) -> dict[str, Any]:
    """The settings as resolved, defaults included, in what JSON can hold: days as ISO text, paths as text.

    Of whom a run notifies only the host and the program stand there: the rest of an address or a command may be a secret.
    """
    resolved = {name: _plain(value) for name, value in asdict(settings).items()}
    resolved["notify"] = _named_only(**resolved["notify"])
    return resolved


def _named_only(webhook: str | None, command: list[str]) -> dict[str, Any]:
    return {"webhook": urlsplit(webhook).hostname if webhook else None, "command": command[:1]}


def outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every file that a run publishes, by its path; tables and the manifest itself are left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder): path for path in files}
    return {
        name.as_posix(): {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for name, path in found.items()
        if name.parts[0] not in _NOT_HASHED and name.as_posix() not in _UNHASHED_FILES
    }


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_version() -> str:
    """The version of this package as installed, or "not installed" for a bare checkout."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return "not installed"


@functools.cache
def code_version() -> dict[str, str | None]:
    """Package version and, from a checkout, the commit and whether files differ from it; None where git cannot tell."""
    top = Path(__file__).resolve().parent.parent
    checkout = (top / ".git").exists()  # an installed copy may lie in somebody else's repository
    commit = _git(top, "rev-parse", "HEAD") if checkout else None
    changes = _git(top, "status", "--porcelain", "--untracked-files=no") if commit else None
    state = None if changes is None else ("changed" if changes else "clean")
    return {"version": package_version(), "commit": commit, "state": state}


@functools.cache
def package_versions() -> dict[str, str]:
    """Python and every package this one asks for, with the version that is installed."""
    try:
        wanted = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        wanted = []
    names = {match[0].lower() for text in wanted if (match := re.match(r"[A-Za-z0-9._-]+", text))}
    installed = {found.name.lower(): found.version for found in metadata.distributions()}
    return {"python": platform.python_version(), **{name: installed[name] for name in sorted(names & installed.keys())}}


def _git(top: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(top), *arguments], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever a setting may be)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value
