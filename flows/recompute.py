"""The tables of a published run anew, for one look: from its inputs, if these still are what they were, in a private folder that goes with the look."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flows.config import Settings, load_settings, resolve_inputs
from flows.key_file import key_id, read_key
from flows.manifest import file_sha256, settings_json
from flows.publish import PARTIAL, read_manifest
from flows.run import hold_output
from flows.run_folder import Run
from matching.errors import InputRefused, Problem

_DECIDING = ("name", "as_of", "register", "partner", "thresholds", "extract", "linkage")


@contextlib.contextmanager
def recomputed(run: Path) -> Iterator[Path]:
    """The folder with the tables of the published run in folder `run`, until the block ends.

    InputRefused if inputs or settings are no longer those of the run; OutputLocked if a run is under way.
    """
    manifest = read_manifest(run)
    settings = load_settings(Path(manifest["configuration"]["path"]))
    if problems := [*_settings_changed(settings, manifest), *_inputs_changed(settings, manifest)]:
        raise InputRefused(problems)
    with hold_output(settings) as root, tempfile.TemporaryDirectory(prefix=f"{PARTIAL}explain-", dir=root) as private:
        work = Run(run.name, root, Path(private), settings.secrets.key_file or settings.output / "key")
        _key_is_the_same(work, manifest)
        for folder in (work.folder / "tables", work.gates, work.tmp):
            folder.mkdir(mode=0o700)
        previous = root / str(manifest["previous_run"]) if manifest["previous_run"] else None
        _stages(work, settings, previous if previous and previous.is_dir() else None)
        yield work.folder


def previous_gone(run: Path) -> bool:
    """Whether the run that this one went on from was purged: what reviewers had said of pairs by then is not known any more."""
    previous = read_manifest(run)["previous_run"]
    return bool(previous) and not (run.parent / str(previous)).is_dir()


def _stages(work: Run, settings: Settings, previous: Path | None) -> None:
    from flows import stages

    for stage, more in (
        (stages.read_inputs, ()), (stages.standardise_tables, ()), (stages.link_candidates, (previous,)),
        (stages.decide_records, (previous,)), (stages.find_differences, (previous,)),
    ):  # fmt: skip
        function: Callable[..., Any] = getattr(stage, "fn")  # noqa: B009  (a task's own function: nobody schedules this)
        function(work, settings, *more)


def _settings_changed(settings: Settings, manifest: dict[str, Any]) -> Iterator[Problem]:
    now, then = settings_json(settings), manifest["configuration"]
    for name in _DECIDING:
        if now.get(name) != then.get(name):
            yield Problem(f"{settings.path}: {name}", "đã đổi từ lượt chạy đó / changed since that run", "như khi đó / as it was then")


def _inputs_changed(settings: Settings, manifest: dict[str, Any]) -> Iterator[Problem]:
    for side, paths in resolve_inputs(settings).items():
        known = sorted(file["sha256"] for file in manifest["inputs"][side]["files"])
        if known != sorted(file_sha256(path) for path in paths):
            found = "các tệp không còn như khi chạy / the files are no longer those of the run"
            yield Problem(f"{settings.path}: [{side}] files", found, "SHA-256 như trong / as in manifest.json")


def _key_is_the_same(work: Run, manifest: dict[str, Any]) -> None:
    if key_id(read_key(work.key_file)) != manifest["key_id"]:
        raise InputRefused(Problem(str(work.key_file), "khóa khác / another key", f"key id {manifest['key_id']}"))
