"""Two runs that start at once: one wins, the other says who holds the folder, at once."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import ROOT, runs
from tests.soak.runs import number, torn

# Two processes that are both ready wait for one moment; the winner holds the folder for as long as the other needs to be told.
_READY = """
import sys, time
from pathlib import Path
from flows.config import load_settings
from flows.run import open_run
from matching.errors import OutputLocked
settings = load_settings(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
start = time.monotonic()
try:
    with open_run(settings):
        time.sleep(2.5)
    print("won")
except OutputLocked as error:
    print(f"{time.monotonic() - start:.2f} {error}")
    sys.exit(error.exit_code)
"""


def test_one_winner_of_two(tmp_path: Path) -> None:
    pairs = number("PAIRS", 50)
    world = worlds.make(tmp_path / "world")
    right, slowest = 0, 0.0
    for _ in range(pairs):
        both = [_start(world) for _ in range(2)]
        for process in both:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in both:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        said = {process.pid: process.communicate(timeout=60)[0].strip() for process in both}
        codes = sorted(process.returncode for process in both)
        winner = next((process.pid for process in both if process.returncode == 0), 0)
        lost = next((text for pid, text in said.items() if pid != winner), "")
        seconds = float(lost.split()[0]) if re.match(r"[\d.]+ ", lost) else 99.0
        slowest = max(slowest, seconds)
        right += codes == [0, 6] and seconds < 2 and f"pid {winner}, host " in lost and "since 20" in lost
    print(f"\n{pairs} pairs at one moment: {right} with one winner, the other told in at most {slowest:.2f} s; {len(torn(world))} torn")
    assert right == pairs and not list(runs(world).glob(".partial-*"))
    time.sleep(0)


def _start(world: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _READY, str(world / "run.toml")]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
