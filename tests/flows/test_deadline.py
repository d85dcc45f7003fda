"""A stage whose time is over is stopped, wherever it is, and no alarm comes after it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flows.deadline import deadline
from matching.engine import Limits, connect
from matching.errors import StageError


@pytest.mark.parametrize("work", ["python", "duckdb"])
def test_a_stage_that_takes_too_long(work: str, tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(StageError, match="longer than 1 s"), deadline("x", 1), connect(Limits("1GB", 1, tmp_path)) as con:
        if work == "python":
            time.sleep(30)
        con.execute("SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range % 7 = 3").fetchall()
    assert time.monotonic() - start < 10
    with deadline("x", 1):
        time.sleep(0.01)
    time.sleep(1.2)  # no alarm comes later
