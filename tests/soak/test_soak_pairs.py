"""Two runs that start at once: one wins, the other says who holds the folder, at once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import ROOT, runs
from tests.soak.runs import bytes_of, last_run, leftovers, number, torn

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
_COMMAND = [sys.executable, "-c", "from flows.cli import main; main()", "run", "--quiet"]
_WHOLE = 10  # the winner of every so many pairs of commands goes on to its end; the others are interrupted, as by Ctrl-C


def test_one_winner_of_two(tmp_path: Path) -> None:
    """At one moment, to the millisecond."""
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


def _start(world: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _READY, str(world / "run.toml")]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@dataclass
class Ended:
    """How one of two commands ended: when, by the clock and by the processor, and what it said."""

    pid: int
    code: int
    seconds: float
    processor: float
    said: str


def test_one_winner_of_two_commands(tmp_path: Path) -> None:
    """`doisoat run` twice, from the start of Python to the end of the loser; the winner's run is whole and as it would be alone."""
    pairs = number("PAIRS", 50)
    world = worlds.make(tmp_path / "world")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    subprocess.run([*_COMMAND, str(world / "run.toml")], cwd=ROOT, env=environment, check=True, timeout=300)
    alone = bytes_of(last_run(world))
    right = whole = same = 0
    slowest = dearest = 0.0
    for at in range(pairs):
        began = time.monotonic()
        both = []
        for name in ("a", "b"):
            with (tmp_path / name).open("wb") as said:
                both.append(subprocess.Popen([*_COMMAND, str(world / "run.toml")], cwd=ROOT, env=environment, stdout=said, stderr=said))
        lost = _first(both, began, tmp_path)
        winner = next(process for process in both if process.pid != lost.pid)
        right += lost.code == 6 and winner.poll() is None and f"pid {winner.pid}, host " in lost.said and "since 20" in lost.said
        slowest, dearest = max(slowest, lost.seconds), max(dearest, lost.processor)
        if at % _WHOLE == 0:
            whole += winner.wait(300) == 0
            same += bytes_of(last_run(world)) == alone
        else:
            time.sleep(0.3)
            winner.send_signal(signal.SIGINT)
            right -= winner.wait(300) != 130
    wrong = [*torn(world), *(name for name in leftovers(world) if "failed" not in name)]
    print(
        f"\n{pairs} pairs of commands: {right} with one winner, the other ended with 6 in at most {slowest:.2f} s by the clock, {dearest:.2f} s of a"
    )
    print(f"processor, Python's start included; {whole} winners to the end, {same} with the same bytes; torn or left {wrong}")
    assert right == pairs and whole == same == -(-pairs // _WHOLE) and wrong == [] and dearest < 2


def _first(both: list[subprocess.Popen[bytes]], began: float, folder: Path) -> Ended:
    """The one of two that ends first: nobody else waits for it, so that what it used can be asked."""
    deadline = began + 60
    while time.monotonic() < deadline:
        for process, name in zip(both, ("a", "b"), strict=True):
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                said = (folder / name).read_text("utf-8")
                return Ended(pid, process.returncode, time.monotonic() - began, used.ru_utime + used.ru_stime, said)
        time.sleep(0.01)
    raise AssertionError("neither of the two has ended")
