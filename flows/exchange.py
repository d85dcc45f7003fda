"""A run and its changed copy trade names: at once where the system can, else so that a kill in between is made good."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

from flows.publish import PARTIAL

COPY = f"{PARTIAL}erase-"
_ASIDE = f"{PARTIAL}old-"
_EXCHANGE, _AT_FDCWD = 2, -100


def exchange(copy: Path, run: Path) -> None:
    """Let `run` and its `copy` trade names: by Linux's renameat2, or where the file system cannot, one after the other."""
    if _at_once(copy, run):
        return
    aside = run.parent / f"{_ASIDE}{run.name}"
    run.rename(aside)
    copy.rename(run)
    aside.rename(copy)


def settle_exchanges(root: Path) -> None:
    """Make good what a kill between the renames of `exchange` left; whoever holds `root` does so before he looks at its runs.

    The copy was whole before the first rename, so it becomes the run; without one the run itself comes back.
    """
    for aside in sorted(root.glob(f"{_ASIDE}*")):
        run = root / aside.name.removeprefix(_ASIDE)
        copy = root / f"{COPY}{run.name}"
        if not run.exists():
            (copy if copy.exists() else aside).rename(run)
        if aside.exists():
            shutil.rmtree(aside)


def _at_once(copy: Path, run: Path) -> bool:
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return swap is not None and swap(_AT_FDCWD, os.fsencode(copy), _AT_FDCWD, os.fsencode(run), _EXCHANGE) == 0
