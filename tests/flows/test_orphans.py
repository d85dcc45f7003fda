"""A server is ended if the run that started it is gone, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.orphans import STARTER, end_orphans, mark_children

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only where there is /proc")
SERVER = "prefect.server.api.server:create_app"
_SLEEP = "import time; time.sleep(60)"
_START = f"""
import os, subprocess, sys
os.environ["{STARTER}"] = str(os.getpid())
server = subprocess.Popen([sys.executable, "-c", {_SLEEP!r}, *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(server.pid, flush=True)
"""


@pytest.fixture
def started() -> Iterator[list[int]]:
    """The processes to be ended after the test, whatever came of it."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        if running(pid):
            os.kill(pid, 9)


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def leave(*arguments: str, **environment: str) -> int:
    """A process whose starter has ended."""
    found = subprocess.run(
        [sys.executable, "-c", _START, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return int(found.stdout)


def test_only_a_server_whose_starter_is_gone_is_ended(started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    orphan = leave(SERVER, PREFECT__SERVER_EPHEMERAL="1")
    lasting = leave(SERVER)  # a server that somebody runs for good, started from the shell of a run
    other = leave("another", PREFECT__SERVER_EPHEMERAL="1")
    monkeypatch.setenv(STARTER, "")
    mark_children()
    assert os.environ[STARTER] == str(os.getpid())
    mine = subprocess.Popen([sys.executable, "-c", _SLEEP, SERVER], env={**os.environ, "PREFECT__SERVER_EPHEMERAL": "1"})
    monkeypatch.delenv(STARTER)
    foreign = subprocess.Popen([sys.executable, "-c", _SLEEP, SERVER], env={**os.environ, "PREFECT__SERVER_EPHEMERAL": "1"})
    started += [orphan, lasting, other, mine.pid, foreign.pid]
    time.sleep(0.2)  # their command lines stand there
    assert end_orphans() >= 1
    deadline = time.monotonic() + 10
    while running(orphan) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [running(pid) for pid in started] == [False, True, True, True, True]
    for process in (mine, foreign):
        process.kill()
        process.wait()
