"""Every change that a process makes to files from some moment on, counted; and its death by SIGKILL before any one of them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# What Python tells an audit hook before it does it; fsync and the middle of a text are told by `arm`.
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink", "os.truncate"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def arm(survived: int, told: Path | None = None) -> None:
    """From now on this process survives so many changes and dies before the next one; what each was is added to `told`."""
    left = [survived]

    def step(what: str) -> None:
        if told is not None:
            descriptor = _open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, f"{what}\n".encode())
            os.close(descriptor)
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    quiet: list[bool] = []

    def _open(path: Path, flags: int) -> int:
        quiet.append(True)
        try:
            return os.open(path, flags, 0o600)
        finally:
            quiet.pop()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if quiet:
            return
        if event in _CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & _WRITING):
            step(f"{event} {Path(os.fsdecode(args[0])).name if isinstance(args[0], str | bytes | os.PathLike) else ''}")

    os.fsync = _before(step, "fsync", os.fsync)
    Path.write_text = _in_halves(step)  # type: ignore[method-assign]
    sys.addaudithook(hook)


def _before(step: Callable[[str], None], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def stepped(*args: Any) -> Any:  # noqa: ANN401
        step(name)
        return real(*args)

    return stepped


def _in_halves(step: Callable[[str], None]) -> Callable[..., int]:
    """`Path.write_text` with a step in the middle: half of the text is on the disk then."""

    def write_text(path: Path, data: str, encoding: str | None = None, errors: str | None = None, newline: str | None = None) -> int:
        with path.open("w", encoding=encoding, errors=errors, newline=newline) as file:
            half = len(data) // 2
            file.write(data[:half])
            file.flush()
            step(f"half of {path.name}")
            return half + file.write(data[half:])

    return write_text
