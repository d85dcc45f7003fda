"""One run at a time writes below `<output>/<name>`.

The lock is the kernel's (`flock`) and goes with the process, however that ends: a killed run never blocks the next one.
The text in the lock file only tells a person who holds it. Who holds the lock may take it again further inside: the
command line takes it before Prefect spends its seconds on starting, the run itself when it opens.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from matching.errors import ConfigError, OutputLocked, Problem

LOCK_FILE = ".lock"
_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())
_PATIENCE_SECONDS = 0.5  # the holder writes its text right after it has the lock


@contextlib.contextmanager
def output_lock(root: Path) -> Iterator[None]:
    """Hold the lock of `root` while the block runs; OutputLocked, with the holder, if another run has it."""
    if root in _held.get():
        yield
        return
    file = root / LOCK_FILE
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        problem = Problem(str(file), type(error).__name__, "tệp khóa ghi được / a lock file that can be written")
        raise ConfigError(problem) from None
    try:
        _take(descriptor, file)
        token = _held.set(_held.get() | {root})
        try:
            yield
        finally:
            _held.reset(token)
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _take(descriptor: int, file: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputLocked(_holder(file)) from None
    since = datetime.now(UTC).isoformat(timespec="seconds")
    with contextlib.suppress(OSError):  # a full disk: the lock holds all the same, and the run itself will tell
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"pid {os.getpid()}, host {socket.gethostname()}, since {since}\n".encode(), 0)


def _holder(file: Path) -> Problem:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (holder := file.read_text("utf-8", "replace").strip()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return Problem(
        str(file),
        holder or "một tiến trình khác / another process",
        "không có lượt chạy nào khác / no other run",
        "đợi lượt kia xong, hoặc đặt tên khác / wait until it ends, or choose another name in the run file",
    )
