"""The log of a run for machines: one JSON object a line, with the time, the event, and counts. Never a value of a record."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

Told = str | int | float | None | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EventLog:
    """Where events go: a stream (`--log-json`), a file (`[log] file`), both, or nowhere."""

    stream: TextIO | None = None
    file: Path | None = None

    def write(self, event: str, **told: Told) -> None:
        """Write one event. A log that cannot be written ends no run: it is said on the stream, if there is one."""
        if self.stream is None and self.file is None:
            return
        line = json.dumps({"at": _now(), "event": event, "pid": os.getpid(), **told}, ensure_ascii=False)
        if self.stream is not None:
            print(line, file=self.stream, flush=True)
        if self.file is not None:
            try:
                self._append(self.file, f"{line}\n".encode())
            except OSError as error:
                if self.stream is not None:
                    print(json.dumps({"at": _now(), "event": "log_failed", "error": type(error).__name__}), file=self.stream, flush=True)

    @staticmethod
    def _append(file: Path, line: bytes) -> None:
        """One write a line, so that lines of two runs do not mix."""
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
