"""Which files of the decisions folder reviewers put there, and a copy of them that does not change while a run goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

from matching.errors import InputRefused, Problem

LOG_FOLDER = "log"


def decision_files(folder: Path) -> list[Path]:
    """Every regular file below `folder` by name, without the log, hidden files and what a spreadsheet that is open leaves."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file() and not _ours(path.relative_to(folder)))


def copy_decisions(folder: Path, to: Path) -> Path:
    """Copy what `decision_files` finds to `to`, which is made; a file that is taken away meanwhile was never there.

    InputRefused if one cannot be read.
    """
    to.mkdir(mode=0o700, parents=True)
    for path in decision_files(folder):
        target = to / path.relative_to(folder)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            continue
        except PermissionError as error:
            expected = "tệp quyết định đọc được / a file of decisions that can be read"
            raise InputRefused(Problem(str(path), str(error.strerror), expected)) from None
    return to


def _ours(path: Path) -> bool:
    return path.parts[0] == LOG_FOLDER or any(part.startswith((".", "~$")) for part in path.parts)
