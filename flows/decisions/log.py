"""The decision log: who decided what, when, on which evidence. Lines are only ever added, and each seals the one before.

A run writes what it adds into its own folder (`decisions.jsonl`) and, once it is published, to the log; a kill between the two
is made good by the next run. Lines carry the fingerprint of the inputs of the run that added them: a re-run of the same inputs
leaves these lines out of account, so it reads the same files again and publishes the same bytes, and adds nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flows.decisions.files import LOG_FOLDER
from flows.decisions.hold import Wrong
from flows.decisions.settle import Statement
from flows.publish import current_name, read_manifest
from flows.sealed import Line, json_line, read_sealed, write_sealed

ADDED = "decisions.jsonl"
LOG = "decisions.jsonl"


def log_file(root: Path) -> Path:
    """Where the log of the runs in `root` is."""
    return root / "decisions" / LOG_FOLDER / LOG


def read_log(root: Path, without: str = "") -> list[Line]:
    """The lines of the log, oldest first, but those of the run with the fingerprint `without`.

    InputRefused, with the number of the line, if one was changed, removed or put in: on a false log nothing is decided.
    """
    lines = read_sealed(log_file(root))
    return [line for line in lines if not without or line.get("inputs") != without]


def write_added(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write what a run adds, one JSON object a line."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{json_line(line)}\n" for line in lines), "utf-8", newline="\n")


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
    write_sealed(log_file(root), [*known, *({**line, "batch": batch, "inputs": inputs} for line in lines)])
    return len(lines)


def catch_up(root: Path) -> None:
    """Add what the current run published but, killed right then, did not add."""
    name = current_name(root)
    if name and (root / name).is_dir():
        append_log(root, root / name)


def known_files(lines: Iterable[Line]) -> dict[str, Wrong]:
    """SHA-256 of every file that was read before, with the rows of it that were refused."""
    return {
        line["file"]: {(sheet, row): reason for sheet, row, reason in line.get("wrong", ())} for line in lines if line["kind"] == "file"
    }


def statements(lines: Iterable[Line], batch: int | None = None) -> list[Statement]:
    """The decisions among the lines; `batch` for lines that have none yet."""
    return [
        Statement(
            line["batch"] if batch is None else batch, line["id"], line["evidence"], line["finding"], line["decision"],
            line["decided_by"], line["decided_at"], line["file"], line["row"], line["as_of"], line.get("cause", ""),
        )
        for line in lines if line["kind"] == "decision"
    ]  # fmt: skip
