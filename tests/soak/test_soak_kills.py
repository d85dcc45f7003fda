"""SIGKILL at any moment: the next run goes on or starts anew, ends with the same bytes, and nothing is torn or left over.

Beneath each killed run lies a published one, and reviewers' decisions wait. After each kill the published run is whole and `current`
names it or the new one; after the next start every file is what it would have been, the audit log agrees, the decision log has every
line once, and neither process nor file is left: beside the runs, among the inputs, in the temporary folder, in /dev/shm.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import flows.publish as publishing
from flows.generate import generate_world
from tests.flows.reconcile_world import ROOT, digests, runs
from tests.soak import steps
from tests.soak.runs import (
    FIRST,
    altered,
    bytes_of,
    finish,
    last_run,
    leftovers,
    number,
    restore,
    second_delivery,
    shared_memory,
    start,
    strays,
    torn,
)

SEED = 20260601
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()", "run", "--quiet"]


@dataclass
class Watch:
    """A world with runs as they are before each trial, what a run that nobody disturbs makes of it, and what went wrong since."""

    world: Path
    temporary: Path
    kept: Path
    expected: dict[str, str] = field(default_factory=dict)
    log: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    same: int = 0
    resumed: int = 0
    wrong: list[str] = field(default_factory=list)
    moments: Counter[str] = field(default_factory=Counter)
    shared: set[str] = field(default_factory=shared_memory)

    @property
    def run_file(self) -> Path:
        return self.world / "run.toml"

    def learn(self) -> None:
        """The run that nobody disturbs."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert finish(self.run_file) == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.expected, self.log = bytes_of(last_run(self.world)), digests(runs(self.world) / "decisions")
        assert not torn(self.world) and not leftovers(self.world) and not altered(self.world)

    def killed(self, session: int, patience: float = 5) -> None:
        """What must be true right after a kill."""
        self.moments[moment(self.world)] += 1
        found = [*torn(self.world), *(f"process {pid}" for pid in strays(session, patience))]
        found += (
            [f"current: {last_run(self.world).name}"] if (runs(self.world) / FIRST).exists() and last_run(self.world).name < FIRST else []
        )
        self.wrong += [f"right after: {what}" for what in found]

    def made_good(self, code: int) -> None:
        """What must be true after the next start."""
        last = last_run(self.world)
        self.same += code == 0 and bytes_of(last) == self.expected and digests(runs(self.world) / "decisions") == self.log
        self.resumed += bool(json.loads((last / "manifest.json").read_text("utf-8"))["resumed"])
        found = [
            *torn(self.world),
            *leftovers(self.world),
            *altered(self.world),
            *(path.name for path in self.temporary.rglob("*")),
        ]
        self.wrong += [*found, *(shared_memory() - self.shared)]


@pytest.fixture
def watch(tmp_path: Path, temporary: Path) -> Watch:
    """The second delivery of a small world."""
    world = second_delivery(tmp_path / "world")
    kept = shutil.copytree(runs(world), tmp_path / "kept")
    found = Watch(world, temporary, kept)
    found.learn()
    assert len(found.log) == 2 and last_run(world).name > FIRST, "the file of the reviewers, and the log"
    return found


def moment(world: Path) -> str:
    """How far a run had come that was killed."""
    for partial in runs(world).glob(".partial-*"):
        notes = partial / "tmp" / "stages.json"
        if not (partial / "tmp").exists():
            return "publishing"
        done = json.loads(notes.read_text("utf-8")) if notes.exists() else []
        return f"after {done[-1]['stage']}" if done else "before the end of ingest"
    return "published" if last_run(world).name > FIRST else "before it opened"


def kill_after(run_file: Path, seconds: float) -> tuple[int, int]:
    """Start a run and kill it after so many seconds of a processor: its process id, and how it ended.

    Not by the clock: on a machine that is busy with other work all kills would come early in the run.
    """
    process = start(run_file)
    while process.is_alive() and worked(process.pid or 0) < seconds:
        time.sleep(0.005)
    time.sleep(seconds % 0.01)
    process.kill()
    process.join()
    return process.pid or 0, process.exitcode or 0


def worked(pid: int) -> float:
    """The seconds of a processor that a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_kills_at_random_moments(watch: Watch) -> None:
    """One in four is killed again while it goes on."""
    kills, dice, alive, twice = number("KILLS", 200), random.Random(SEED), 0, 0
    for at in range(1, kills + 1):
        restore(watch.world, watch.kept)
        pid, ended = kill_after(watch.run_file, dice.uniform(0, watch.seconds))
        alive += ended == -signal.SIGKILL
        watch.killed(pid)
        if dice.random() < 0.25:
            twice += 1
            watch.killed(kill_after(watch.run_file, dice.uniform(0, watch.seconds))[0])
        watch.made_good(finish(watch.run_file))
        if at % 20 == 0:
            print(f"{at}: {watch.same} the same, {watch.wrong}", flush=True)
    print(
        f"\n{kills} SIGKILLs at random moments, {alive} before the end, {twice} of them killed again: {watch.same} re-runs with the same bytes"
    )
    print(f"({watch.resumed} went on), {len(watch.wrong)} torn or left; found {dict(watch.moments.most_common())}")
    assert watch.wrong == [] and watch.same == kills and alive >= kills * 0.5
    assert len(watch.moments) >= min(6, kills), "they hit all of a run"


def test_kills_around_every_step_of_publishing(watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is any change to a file from where publishing starts to where the process ends, and each write has one in its middle."""
    published, stride, at, ends = publishing.publish, max(1, number("PUBLISH_STRIDE", 1)), 0, Counter[str]()
    told = tmp_path / "told"

    def publish(*args: Any) -> Any:  # noqa: ANN401
        told.unlink(missing_ok=True)
        steps.arm(at, told)
        return published(*args)

    def dying_run() -> int:
        monkeypatch.setattr("flows.reconcile.publish", publish)
        process = start(watch.run_file)
        process.join()
        monkeypatch.setattr("flows.reconcile.publish", published)
        watch.killed(process.pid or 0)
        return process.exitcode or 0

    restore(watch.world, watch.kept)
    assert dying_run() == -signal.SIGKILL
    ready = shutil.copytree(runs(watch.world), tmp_path / "ready")  # from here on each run takes over all stages and publishes
    tried = 0
    while (code := dying_run()) == -signal.SIGKILL:
        ends[last_run(watch.world).name] += 1
        watch.made_good(finish(watch.run_file))
        tried, at = tried + 1, at + (stride if at > 2 else 1)
        if tried % 20 == 0:
            print(f"{tried}: {watch.same} the same, {watch.wrong}", flush=True)
        restore(watch.world, ready)
    kinds = Counter(line.split()[0] for line in told.read_text("utf-8").splitlines())
    print(
        f"\nkilled before and after each of {sum(kinds.values())} steps of publishing ({tried} tried; {dict(kinds)}): {watch.same} re-runs"
    )
    print(f"with the same bytes ({watch.resumed} went on), {len(watch.wrong)} torn or left; `current` after the kill {dict(ends)}")
    assert code == 0 and watch.wrong == [] and watch.same == tried and watch.resumed > tried / 2
    assert len(ends) == 2 and sum(kinds.values()) > 100 and {"os.rename", "os.chmod", "fsync", "half", "open"} <= set(kinds)


def test_kills_of_a_run_with_workers(tmp_path: Path, temporary: Path) -> None:
    """Large enough for processes beside the run: they end with it. Killed where they work, for a quarter of the run."""
    kills, dice = max(1, number("KILLS", 200) // 20), random.Random(SEED)
    generate_world(16_000, 9, tmp_path / "world", output="runs")
    watch = Watch(tmp_path / "world", temporary, tmp_path / "kept")
    text = watch.run_file.read_text("utf-8")
    watch.run_file.write_text(f"{text}\n[engine]\nthreads = 2\n", "utf-8")
    watch.learn()
    workers = 0
    for _ in range(kills):
        shutil.rmtree(runs(watch.world))
        process = start(watch.run_file)
        deadline = time.monotonic() + 120
        while len(children(process.pid or 0)) < 2 and process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(dice.uniform(0, watch.seconds / 4))
        workers += len(children(process.pid or 0)) >= 2
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        watch.killed(process.pid or 0)
        watch.made_good(finish(watch.run_file))
    print(
        f"\n{kills} SIGKILLs of a run with workers, {workers} while they lived: {watch.same} re-runs with the same bytes, {len(watch.wrong)} torn or left"
    )
    assert watch.wrong == [] and watch.same == kills and workers


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text("ascii").split())
        except OSError:
            continue
    return found


def test_kills_of_the_command_with_its_prefect(watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`doisoat run` itself: the next start ends the server that is left, and no flow run stays `Running`."""
    kills, dice = max(2, number("KILLS", 200) // 20), random.Random(SEED)
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(home), "PYTHONPATH": str(ROOT)}

    def command() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, str(watch.run_file)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    restore(watch.world, watch.kept)
    began = time.monotonic()
    assert command().wait(300) == 0 and bytes_of(last_run(watch.world)) == watch.expected
    length = time.monotonic() - began
    for _ in range(kills):
        restore(watch.world, watch.kept)
        process = command()
        time.sleep(dice.uniform(0, length))
        process.kill()
        process.wait()
        watch.moments[moment(watch.world)] += 1
        watch.wrong += torn(watch.world)
        watch.made_good(command().wait(300))
        watch.wrong += [f"server {pid}" for pid in servers(home)]
    with closing(sqlite3.connect(home / "prefect.db")) as db:
        states = dict(db.execute("SELECT state_type, count(*) FROM flow_run GROUP BY 1").fetchall())
    print(
        f"\n{kills} SIGKILLs of `doisoat run` with its Prefect: {watch.same} re-runs with the same bytes, {len(watch.wrong)} torn, left or alive;"
    )
    print(f"flow runs {states}; found {dict(watch.moments)}")
    assert watch.wrong == [] and watch.same == kills and states.keys() <= {"COMPLETED", "CRASHED", "PENDING"}


def servers(home: Path, patience: float = 15) -> list[int]:
    """Prefect's servers of this home that live after a while."""
    deadline = time.monotonic() + patience
    while (found := list(_servers(home))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _servers(home: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                f"PREFECT_HOME={home}".encode() in (process / "environ").read_bytes()
                and b"create_app" in (process / "cmdline").read_bytes()
            ):
                yield int(process.name)
        except OSError:
            continue
