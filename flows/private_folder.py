"""Folders for data that nobody is to keep: gone when the command ends, and if it was killed, when the next one of its kind starts.

A folder is held by the kernel's lock on it, which goes with the process: what can be locked is nobody's any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

TRAIN = ".train-"  # in the output folder
LOOK = "doisoat-private-"  # in the system's temporary folder


@contextlib.contextmanager
def private_folder(parent: Path | None = None, prefix: str = LOOK) -> Iterator[Path]:
    """A new folder (0700) below `parent` (None: the temporary folder), until the block ends; dead ones of the kind are removed first."""
    there = parent or Path(tempfile.gettempdir())
    remove_dead(there, prefix)
    folder, held = _make(there, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def remove_dead(parent: Path, prefix: str) -> int:
    """Remove the folders of that kind whose process is gone, of this user alone; how many."""
    gone = 0
    for folder in sorted(parent.glob(f"{prefix}*")):
        with contextlib.suppress(OSError):  # held, somebody else's, or gone meanwhile
            if folder.lstat().st_uid != os.getuid():
                continue
            held = _hold(folder)
            try:
                shutil.rmtree(folder)
            finally:
                os.close(held)
            gone += 1
    return gone


def _make(parent: Path, prefix: str) -> tuple[Path, int]:
    """The folder and its lock; made again if another process took it for a dead one before it was locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with contextlib.suppress(OSError):
            held = _hold(folder)
            if folder.is_dir():
                return folder, held
            os.close(held)


def _hold(folder: Path) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
