"""The audit log of a name's runs, `audit.jsonl`: what was published, purged, erased or overridden, when, by whom.

Lines are sealed with the key of the ids (flows/sealed.py), so only its holder can add one. Three things beside it tell of a
cut tail: `audit.head` (how many lines, the last seal), every manifest (the head when its run was published), and the lines themselves,
which hold the hash of every manifest: through it and the hashes in the manifest, of every published file.
"""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.manifest import MANIFEST, file_sha256
from flows.publish import current_name, make_current, published_runs, read_manifest, sequence
from flows.sealed import START, Line, altered, last_seal, read_sealed, replace_text, write_sealed
from matching.errors import DoisoatError, InputRefused, Problem

AUDIT = "audit.jsonl"
HEAD = "audit.head"
_RUN = re.compile(rb'"([0-9]{4,})-[0-9]{4}-[0-9]{2}-[0-9]{2}"')


def read_audit(root: Path, key: bytes) -> list[Line]:
    """The lines of the log, oldest first; InputRefused with the place if it, or its head, is not as it was written.

    A log with more lines than its head was written right before a kill: the head is made good by the next line.
    """
    lines = read_sealed(root / AUDIT, key)
    head = _read_head(root)
    count = head["lines"]
    if count > len(lines) or head["seal"] != last_seal(lines[:count], key):
        raise altered(root / HEAD, 1)
    return lines


def record(root: Path, key: bytes, event: str, **told: object) -> None:
    """Add a line: the event, the time, the account of the computer, and what is `told` (counts, ids of runs, keyed hashes).

    InputRefused if the log was altered: nothing is added to a false one.
    """
    _record_all(root, key, [{"event": event, **told}])


def _record_all(root: Path, key: bytes, told: list[Line]) -> None:
    """Add several lines at once: after a kill all of them stand there, or none."""
    lines = read_audit(root, key)
    if not (root / HEAD).exists():
        replace_text(root / HEAD, _head(0, START))
    now = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": _account()}
    whole = [*lines, *({**now, **line} for line in told)]
    seal = write_sealed(root / AUDIT, whole, key)
    replace_text(root / HEAD, _head(len(whole), seal))


def record_published(root: Path, key: bytes, run: Path) -> None:
    """Add that the run in folder `run` was published, and which decisions it applied, unless that stands there already."""
    if any(line["event"] == "published" and line["run"] == run.name for line in read_audit(root, key)):
        return
    manifest = read_manifest(run)
    counts = manifest.get("counts", {})
    drift = manifest.get("configuration", {}).get("drift") or {}
    told: list[Line] = []
    if drift.get("allow"):
        told.append({"event": "override", "run": run.name, "setting": "[drift] allow", "value": drift["allow"]})
    applied = counts.get("decisions", {}).get("read", {}) if isinstance(counts, dict) else {}
    if applied:
        told.append({"event": "decisions", "run": run.name, "results": applied})
    _record_all(root, key, [*told, {"event": "published", "run": run.name, "manifest": file_sha256(run / MANIFEST)}])


def last_number(root: Path) -> int:
    """The highest number of a run that the log tells of, whatever became of it since: no later run may have it again. 0 without a log."""
    try:
        text = (root / AUDIT).read_bytes()  # whether it was altered is asked where a line is added
    except FileNotFoundError:
        return 0
    return max(map(int, _RUN.findall(text)), default=0)


def catch_up_audit(root: Path, key: bytes) -> None:
    """Finish what a kill cut short: `current` for a run that was whole by then, and the line on it.

    A name whose runs are older than the log starts it with its current run. To whom somebody went back by hand, `current` stays: the
    runs after it are in the log.
    """
    logged = {line["run"] for line in read_audit(root, key) if line["event"] == "published"}
    named = current_name(root)
    for run in published_runs(root):
        if sequence(run) > (sequence(Path(named)) if named else 0) and run.name not in logged and read_manifest(run).get("audit"):
            make_current(root, run.name)
            record_published(root, key, run)
    name = current_name(root)
    if name and (root / name / MANIFEST).is_file():
        record_published(root, key, root / name)


def audit_head(root: Path, key: bytes) -> dict[str, Any]:
    """The head as the manifest of the next run notes it."""
    lines = read_audit(root, key)
    return {"lines": len(lines), "seal": last_seal(lines, key)}


def check_audit(root: Path, key: bytes) -> tuple[list[Line], list[Problem]]:
    """The lines, and everything that does not agree with them: heads in manifests, manifests, published files."""
    try:
        lines = read_audit(root, key)
    except DoisoatError as error:
        return [], list(error.problems)
    manifests = {line["run"]: line["manifest"] for line in lines if "manifest" in line}  # the last word on each run
    problems = [problem for run in published_runs(root) for problem in _compare(run, lines, manifests, key)]
    return lines, [*problems, *_unfinished(root, lines)]


def _unfinished(root: Path, lines: list[Line]) -> Iterator[Problem]:
    """The erasures that were begun and not finished."""
    begun: dict[str, str] = {}
    for line in lines:
        if line["event"] == "erasing":
            begun[line["person"]] = line["at"]
        elif line["event"] == "erased":
            begun.pop(line["person"], None)
    for token, at in begun.items():
        found = f"xóa chưa xong / an erasure that was not finished: {token}, {at}"
        yield Problem(str(root / AUDIT), found, "đã xong / a finished one", "chạy lại / give it again: doisoat erase")


def _compare(run: Path, lines: list[Line], manifests: dict[str, str], key: bytes) -> Iterator[Problem]:
    try:
        manifest = read_manifest(run)
    except InputRefused as error:
        yield from error.problems
        return
    file, as_logged = run / MANIFEST, "như trong nhật ký / as in the log"
    if run.name in manifests and manifests[run.name] != file_sha256(file):
        yield Problem(str(file), "đã bị sửa / was changed", as_logged)
    head = manifest.get("audit")
    if head and (head["lines"] > len(lines) or head["seal"] != last_seal(lines[: head["lines"]], key)):
        yield Problem(str(file), "nhật ký bị cắt hoặc thay / the log was cut or replaced", f"{head['lines']} dòng / lines")
    if head and run.name not in manifests:
        yield Problem(str(file), "không có trong nhật ký / not in the log", as_logged)
    for name, output in manifest.get("outputs", {}).items():
        if not (run / name).is_file():
            yield Problem(str(run / name), "thiếu / missing", "như trong manifest / as in the manifest")
        elif file_sha256(run / name) != output["sha256"]:
            yield Problem(str(run / name), "đã bị sửa / was changed", "như trong manifest / as in the manifest")


def _head(lines: int, seal: str) -> str:
    return f"{lines} {seal}\n"


def _read_head(root: Path) -> dict[str, Any]:
    file = root / HEAD
    if not file.exists():
        if (root / AUDIT).exists():  # written with the first line, and never taken away
            raise altered(file, 1)
        return {"lines": 0, "seal": START}
    text = file.read_bytes().decode("ascii", "replace")
    parts = text.split()
    if len(parts) != 2 or not parts[0].isdecimal() or _head(int(parts[0]), parts[1]) != text:
        raise altered(file, 1)
    return {"lines": int(parts[0]), "seal": parts[1]}


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def as_text(line: Line) -> str:
    """A line for the terminal: `2026-10-31T01:30:00+00:00  published  run=0001-2026-10-31`."""
    told = " ".join(
        f"{name}={json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value}"
        for name, value in sorted(line.items())
        if name not in ("at", "by", "event")
    )
    return f"{line['at']}  {line['by']}  {line['event']}  {told}"
