"""A worker ends with the run that started it, even if that is killed and can end nobody."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matching.garbage import without_collection

STARTS = {
    "standardise": "from matching.standardise.distinct import workers; held = workers(2); pool = held.__enter__()",
    "report": "from flows.report.sheets import sheet_workers; pool = sheet_workers(2)",
}
THEN = "import os, time; print(pool.submit(os.getpid).result(), flush=True); time.sleep(60)"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only where there is /proc")
@pytest.mark.parametrize("name", STARTS)
def test_no_worker_outlives_a_killed_run(name: str) -> None:
    run = subprocess.Popen([sys.executable, "-c", f"{STARTS[name]}; {THEN}"], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    worker = int(run.stdout.readline())
    assert _lives(worker)
    run.send_signal(signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + 20
    while _lives(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    lived = _lives(worker)
    if lived:
        os.kill(worker, signal.SIGKILL)
    assert not lived


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_worker_ends_without_freeing_what_it_keeps() -> None:
    kept = "class Kept:\n    def __del__(self): print('freed')\nkept = Kept()\nprint('done', flush=True)"
    script = f"from matching.worker import end_at_once\nend_at_once()\n{kept}"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "done\n"


def test_collection_is_off_meanwhile_and_then_as_it_was() -> None:
    for was_on in (True, False):
        (gc.enable if was_on else gc.disable)()
        try:
            with contextlib.suppress(ZeroDivisionError), without_collection():
                assert not gc.isenabled()
                raise ZeroDivisionError
            assert gc.isenabled() is was_on
        finally:
            gc.enable()
