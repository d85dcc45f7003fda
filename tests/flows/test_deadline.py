"""A stage whose time is over is stopped, wherever it is, and no alarm comes after it."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from pathlib import Path

import pytest

from flows.deadline import deadline
from matching.engine import Limits, connect
from matching.errors import StageError


@pytest.mark.parametrize("work", ["python", "duckdb"])
def test_a_stage_that_takes_too_long(work: str, tmp_path: Path) -> None:
    start = time.monotonic()
    with (
        pytest.raises(StageError, match="longer than 1 s"),
        deadline("x", 1),
        connect(Limits("1GB", 1, tmp_path)) as con,
    ):
        if work == "python":
            time.sleep(30)
        con.execute("SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range % 7 = 3").fetchall()
    assert time.monotonic() - start < 10
    with deadline("x", 1):
        time.sleep(0.01)
    time.sleep(1.2)  # no alarm comes later


@pytest.mark.parametrize("work", [0.95, 1.0, 1.45, 1.5, 1.55])
def test_a_stage_that_ends_as_its_time_does_harms_nothing_after_it(work: float, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGALRM)
    with contextlib.suppress(StageError), deadline("x", 1):
        time.sleep(work)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0) and signal.getsignal(signal.SIGALRM) is before
    assert not [thread for thread in threading.enumerate() if thread.name.endswith("(_watch)")], (
        "nobody is left to interrupt the next stage"
    )


def test_an_alarm_is_the_stages_own_whatever_the_watch_says() -> None:
    """An alarm that comes before the watching thread has woken up."""
    with pytest.raises(StageError, match="longer than 60 s"), deadline("x", 60):
        signal.raise_signal(signal.SIGALRM)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
