"""A run that failed or was killed is gone on with by the next one, stage by stage, where nothing has changed.

Every finished stage is noted in the private folder of its run: its key (code, packages, settings, inputs, and the key of the stage before), the
files it wrote with their hashes, and what it returned. What a run leaves lies in `.resume`, private like the run itself; the next
start takes from it the stages whose keys are the same and whose files are whole, and removes the rest, at the latest after `tables_days`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from flows.config import Settings, resolve_inputs
from flows.ingest import IngestReport
from flows.ingest.declare import ColumnReport, FileReport
from flows.key_file import key_id
from flows.manifest import file_sha256, package_versions, settings_json
from flows.progress import Progress
from flows.run_folder import NOTES, Run

T = TypeVar("T")

RESUME = ".resume"
_TOP = Path(__file__).resolve().parent.parent
_CODE = ("flows", "matching", "expectations")
_NO_MATTER = ("output", "base", "path", "engine", "retention", "tolerance", "secrets", "notify", "log")  # change no table
_SHARED = ("gates", "quarantine")  # what a failed run keeps to be looked at: it gets a link of its own
_DAY = 86_400

Note = dict[str, Any]


class Steps:
    """The stages of one run, in order: each is taken over from the run before if it can be, else done and noted."""

    def __init__(self, run: Run, settings: Settings, progress: Progress) -> None:
        self.run = run
        self.settings = settings
        self.progress = progress
        self.taken: list[str] = []
        self._left = _read(run.root / RESUME / NOTES)
        self._done: list[Note] = []
        self._key = _digest(_code(), package_versions(), _settings(settings), key_id(run.key))

    def ingest(self, work: Callable[[], dict[str, IngestReport]]) -> dict[str, IngestReport]:
        """The first stage, whose key is the content of the input files: hashed now only if there is something to go on with."""
        key = _digest(self._key, "ingest", _inputs_now(self.settings)) if self._left else ""
        if note := self._take("ingest", key):
            self._key = key
            return {side: _report(found) for side, found in note["result"].items()}
        before = self._files()
        reports = work()
        self._key = _digest(self._key, "ingest", _inputs_read(reports))
        plain = {side: _plain(report) for side, report in reports.items()}
        self._note("ingest", plain, before)
        return reports

    def do(self, name: str, work: Callable[[], T], *inputs: object) -> T:
        """One stage, which reads the tables before it and `inputs`; what it returns must be something that JSON can hold."""
        self._key = _digest(self._key, name, *inputs)
        if note := self._take(name, self._key):
            result: T = note["result"]
            return result
        before = self._files()
        result = work()
        self._note(name, result, before)
        return result

    def _take(self, name: str, key: str) -> Note | None:
        note = next((note for note in self._left if _same(note) == (name, key)), None)
        kept = self.run.root / RESUME
        if note is None:  # no later stage has the same key either: it is made of this one
            self._left = []
            shutil.rmtree(kept, ignore_errors=True)
            return None
        self._left.remove(note)
        if not _whole(kept, note):  # the later ones may be
            return None
        for file in note["files"]:
            target = self.run.folder / file
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (kept / file).replace(target)
        self._done.append(note)
        self._write()
        self.taken.append(name)
        self.progress.taken(name)
        return note

    def _note(self, name: str, result: object, before: dict[str, tuple[int, int]]) -> None:
        now = self._files()
        files = {file: [now[file][0], file_sha256(self.run.folder / file)] for file in sorted(now) if before.get(file) != now[file]}
        self._done.append({"stage": name, "key": self._key, "result": result, "files": files})
        self._write()

    def _files(self) -> dict[str, tuple[int, int]]:
        found = {}
        for path in self.run.folder.rglob("*"):
            name = path.relative_to(self.run.folder)
            if name.parts[0] != self.run.tmp.name and path.is_file():
                state = path.stat()
                found[name.as_posix()] = (state.st_size, state.st_mtime_ns)
        return found

    def _write(self) -> None:
        _write_notes(self.run.tmp / NOTES, self._done)


def keep(run: Run, days: int) -> None:
    """Put aside what the next run can go on with, from the folder of a run that ends now without being published."""
    notes = _read(run.tmp / NOTES)
    if not notes or days == 0:
        return
    kept = run.root / RESUME
    try:
        kept.mkdir(mode=0o700, exist_ok=True)
        rest = _rest(notes, kept)
        for file in (file for note in notes for file in note["files"]):
            target = kept / file
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(part.startswith(_SHARED) for part in Path(file).parts):
                target.unlink(missing_ok=True)
                os.link(run.folder / file, target)
            else:
                (run.folder / file).replace(target)
        _write_notes(run.tmp / NOTES, [*notes, *rest])
        (run.tmp / NOTES).replace(kept / NOTES)
    except OSError:  # a full disk most likely: then there is nothing to go on with
        shutil.rmtree(kept, ignore_errors=True)


def take_leftover(partial: Path, days: int) -> bool:
    """Make of a killed run's folder what the next one can go on with; whether there was anything. The folder is gone then."""
    kept = partial.parent / RESUME
    notes = _read(partial / "tmp" / NOTES)
    if not notes or days == 0:
        return False
    rest = _rest(notes, kept)
    for file in (file for note in rest for file in note["files"] if (kept / file).is_file()):
        target = partial / file  # what stands there is of a stage that did not end
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (kept / file).replace(target)
    _write_notes(partial / "tmp" / NOTES, [*notes, *rest])
    shutil.rmtree(kept, ignore_errors=True)
    (partial / "tmp" / NOTES).replace(partial / NOTES)
    shutil.rmtree(partial / "tmp")
    partial.rename(kept)
    return True


def drop_expired(root: Path, days: int) -> None:
    """Remove what could be gone on with if it is older than tables may be, or has lost its notes."""
    notes = root / RESUME / NOTES
    if not notes.is_file() or time.time() - notes.stat().st_mtime >= days * _DAY:
        shutil.rmtree(root / RESUME, ignore_errors=True)


def _rest(notes: list[Note], kept: Path) -> list[Note]:
    """The stages that lie in `kept` and that a run with these `notes` did not come to."""
    done, files = {_same(note) for note in notes}, {file for note in notes for file in note["files"]}
    return [note for note in _read(kept / NOTES) if _same(note) not in done and not files & note["files"].keys()]


def _same(note: Note) -> tuple[str, str]:
    return note["stage"], note["key"]


def _write_notes(file: Path, notes: list[Note]) -> None:
    draft = file.with_name(f".{file.name}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(notes, ensure_ascii=False), "utf-8")
    draft.replace(file)


def _read(file: Path) -> list[Note]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return found if isinstance(found, list) else []


def _whole(kept: Path, note: Note) -> bool:
    files = ((kept / file, size, sha) for file, (size, sha) in note["files"].items())
    return all(path.is_file() and path.stat().st_size == size and file_sha256(path) == sha for path, size, sha in files)


def _inputs_now(settings: Settings) -> list[list[str]]:
    found = resolve_inputs(settings)
    named = ((side, Path(os.path.relpath(path, settings.base)).as_posix(), path) for side, paths in found.items() for path in paths)
    return sorted([side, name, file_sha256(path)] for side, name, path in named)


def _inputs_read(reports: dict[str, IngestReport]) -> list[list[str]]:
    return sorted([side, file.name, file.sha256] for side, report in reports.items() for file in report.files)


def _settings(settings: Settings) -> dict[str, Any]:
    return {name: value for name, value in settings_json(settings).items() if name not in _NO_MATTER}


@functools.cache
def _code() -> str:
    """The hash of every file of the three packages: a commit does not tell what somebody is changing right now."""
    files: Iterable[Path] = (path for package in _CODE for path in (_TOP / package).rglob("*"))
    named = sorted((path.relative_to(_TOP).as_posix(), path) for path in files if path.is_file() and "__pycache__" not in path.parts)
    return _digest([[name, file_sha256(path)] for name, path in named])


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _plain(report: IngestReport) -> dict[str, Any]:
    return asdict(report)


def _report(found: dict[str, Any]) -> IngestReport:
    files = (FileReport(**{name: _tuple(value) for name, value in file.items()}) for file in found["files"])
    columns = (ColumnReport(**column) for column in found["columns"])
    return IngestReport(**{**found, "files": tuple(files), "columns": tuple(columns)})


def _tuple(value: object) -> Any:  # noqa: ANN401  (a field of a report)
    return tuple(value) if isinstance(value, list) else value
