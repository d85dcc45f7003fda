"""Prefect's own server, started by a run that was then killed, is nobody's any more: the next run ends it.

SIGKILL lets a process do nothing, and the server that Prefect starts for a run without one is a child that outlives it. So a
run notes its process id in the environment before Prefect starts; a server that carries the note, and whose parent is
no longer that process, is an orphan: nobody can reach it, its port was known to the dead alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

STARTER = "DOISOAT_STARTER"
_SERVER = b"prefect.server.api.server:create_app"
_EPHEMERAL = b"PREFECT__SERVER_EPHEMERAL=1"
_PROC = Path("/proc")


def mark_children() -> None:
    """Let every server that this process starts from now on know whose it is."""
    os.environ[STARTER] = str(os.getpid())


def end_orphans() -> int:
    """End the servers of this user whose run is gone; how many. Where there is no /proc (not Linux) none is found."""
    ended = 0
    for process in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile, or is not ours to look at
            if process.stat().st_uid == os.getuid() and _is_orphan(process):
                os.kill(int(process.name), signal.SIGTERM)
                ended += 1
    return ended


def _is_orphan(process: Path) -> bool:
    if _SERVER not in (process / "cmdline").read_bytes().split(b"\0"):
        return False
    environment = (process / "environ").read_bytes().split(b"\0")
    starter = next((entry.partition(b"=")[2] for entry in environment if entry.startswith(f"{STARTER}=".encode())), None)
    if starter is None or _EPHEMERAL not in environment:
        return False
    after_name = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2]  # a name may hold anything
    return int(after_name.split()[1]) != int(starter)
