"""What processes really hold: shares of memory sampled over this process's descendants, and each one's own high-water mark.

The sum is of proportional shares (PSS), so a page that two processes share counts once. The high-water mark that `getrusage` tells
of a child starts with what its parent held when it was forked, so it is read from /proc instead. Linux only.
"""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY = 0.1  # seconds
_PROC = Path("/proc")


@dataclass(slots=True)
class Watch:
    """While it is entered: `total`, the most that all descendants held at one time, and `each`, the most of each by its pid."""

    total: int = 0
    each: dict[int, int] = field(default_factory=dict)
    samples: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        assert self._thread, "entered before it is left"
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._sample()
            self._stop.wait(_EVERY)

    def _sample(self) -> None:
        total = 0
        for pid in descendants(os.getpid()):
            total += _kilobytes(pid, "smaps_rollup", "Pss")
            self.each[pid] = max(self.each.get(pid, 0), _kilobytes(pid, "status", "VmHWM"))
        self.total = max(self.total, total)
        self.samples += 1


def descendants(pid: int) -> list[int]:
    """The processes below `pid` that live now, parents before their children."""
    found: list[int] = []
    for task in _tasks(pid):
        for child in _read(task / "children").split():
            found += [int(child), *descendants(int(child))]
    return found


def _kilobytes(pid: int, file: str, name: str) -> int:
    """A figure of a process in bytes; 0 if it has ended."""
    told = re.search(rf"^{name}:\s+(\d+) kB", _read(_PROC / str(pid) / file), re.MULTILINE)
    return int(told[1]) * 1024 if told else 0


def _tasks(pid: int) -> list[Path]:
    try:
        return sorted((_PROC / str(pid) / "task").iterdir())
    except OSError:  # it has ended
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:  # it has ended
        return ""
