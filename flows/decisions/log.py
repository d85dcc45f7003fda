"""The decision log: who decided what, when, on which evidence. Lines are only ever added, and each seals the one before.

A run writes what it adds into its own folder (`decisions.jsonl`) and, once it is published, to the log; a kill between the two
is made good by the next run. Lines carry the fingerprint of the inputs of the run that added them: a re-run of the same inputs
leaves these lines out of account, so it reads the same files again and publishes the same bytes, and adds nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flows.decisions.files import LOG_FOLDER
from flows.decisions.settle import Statement
from flows.publish import current_name, read_manifest
from matching.errors import InputRefused, Problem

ADDED = "decisions.jsonl"
LOG = "decisions.jsonl"
_START = "0" * 64

Line = dict[str, Any]


def log_file(root: Path) -> Path:
    """Where the log of the runs in `root` is."""
    return root / "decisions" / LOG_FOLDER / LOG


def read_log(root: Path, without: str = "") -> list[Line]:
    """The lines of the log, oldest first, but those of the run with the fingerprint `without`.

    InputRefused, with the number of the line, if one was changed, removed or put in: on a false log nothing is decided.
    """
    file = log_file(root)
    if not file.exists():
        return []
    lines: list[Line] = []
    seal = _START
    for number, text in enumerate(file.read_text("utf-8").split("\n")[:-1], 1):
        line = _line(file, number, text)
        if line.pop("seal", None) != (seal := _seal(seal, line)):
            raise _altered(file, number)
        lines.append(line)
    return [line for line in lines if not without or line["inputs"] != without]


def write_added(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write what a run adds, one JSON object a line."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{_json(line)}\n" for line in lines), "utf-8", newline="\n")


def append_log(root: Path, run: Path) -> int:
    """Add to the log what the published run in folder `run` added, if it is not there yet; returns how many lines.

    The whole log is written anew beside the old one and takes its place by one rename.
    """
    added = run / ADDED
    lines = [json.loads(text) for text in added.read_text("utf-8").split("\n")[:-1]] if added.is_file() else []
    inputs = read_manifest(run).get("fingerprint", "")
    known = read_log(root)
    if not lines or any(line["inputs"] == inputs for line in known):
        return 0
    batch = max((line["batch"] for line in known), default=0) + 1
    _write(log_file(root), [*known, *({**line, "batch": batch, "inputs": inputs} for line in lines)])
    return len(lines)


def catch_up(root: Path) -> None:
    """Add what the current run published but, killed right then, did not add."""
    name = current_name(root)
    if name and (root / name).is_dir():
        append_log(root, root / name)


def known_files(lines: Iterable[Line]) -> frozenset[str]:
    """SHA-256 of every file that was read before."""
    return frozenset(line["file"] for line in lines if line["kind"] == "file")


def statements(lines: Iterable[Line], batch: int | None = None) -> list[Statement]:
    """The decisions among the lines; `batch` for lines that have none yet."""
    return [
        Statement(
            line["batch"] if batch is None else batch, line["id"], line["evidence"], line["finding"], line["decision"],
            line["decided_by"], line["decided_at"], line["file"], line["row"], line["as_of"], line.get("cause", ""),
        )
        for line in lines if line["kind"] == "decision"
    ]  # fmt: skip


def _write(file: Path, lines: Iterable[Line]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}")
    draft.touch(mode=0o600)
    seal = _START
    with draft.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            seal = _seal(seal, line)
            out.write(f"{_json({**line, 'seal': seal})}\n")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(file: Path, number: int, text: str) -> Line:
    try:
        found = json.loads(text)
    except ValueError:
        raise _altered(file, number) from None
    if not isinstance(found, dict):
        raise _altered(file, number)
    return found


def _altered(file: Path, number: int) -> InputRefused:
    expected = "nhật ký không bị sửa / a log that nobody has changed"
    fix = "lấy lại từ bản sao lưu / put it back from a backup"
    return InputRefused(Problem(f"{file}:{number}", "dòng đã bị sửa, thêm hoặc xóa / the line was changed, added or removed", expected, fix))


def _seal(before: str, line: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{before}\n{_json(line)}".encode()).hexdigest()


def _json(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True)
