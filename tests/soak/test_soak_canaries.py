"""Sixty canaries in the input, every way in which a run can end: none of them gets out of the lists, the quarantine and the run's tables."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from flows.lock import output_lock
from tests.conftest import PREFECT_HOME, Doisoat, Done
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import PRIVATE, ROOT, runs
from tests.soak.canaries import CANARIES, contract, forms, found_in, in_database, in_files, plant
from tests.soak.runs import shared_memory
from tests.soak.ways import WAYS

INPUTS = ("contracts.csv", "register.csv", "truth.csv")
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()", "run"]
SHARED = shared_memory()
hits: dict[str, list[str]] = {}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with the canaries in it, and one run of it."""
    from flows.config import load_settings
    from flows.progress import Progress
    from flows.reconcile import run_reconcile

    folder = worlds.make(tmp_path_factory.mktemp("planted") / "world")
    plant(folder)
    assert run_reconcile(load_settings(folder / "run.toml"), Progress()).exit_code == 0
    return folder


@pytest.fixture
def world(planted: Path, tmp_path: Path) -> Path:
    """A copy of it, whose runs write their events into it."""
    folder = Path(shutil.copytree(planted, tmp_path / "world"))
    worlds.setting(folder, f'[log]\nfile = "events.jsonl"\n[notify]\ncommand = ["tee", "{folder / "told.txt"}"]')
    return folder


def seen(world: Path, temporary: Path, done: Done) -> list[str]:
    """Where a canary got out: what was printed, any file that is neither input, list, quarantine nor table, and any file's name."""
    for name in INPUTS:
        (world / name).unlink(missing_ok=True)
    printed = [f"{name}: {canary}" for name, text in (("stdout", done.out), ("stderr", done.err)) for canary in found_in(text.encode())]
    loose = [
        str(path)
        for path in runs(world).rglob("*")
        if path.suffix in PRIVATE and path.relative_to(runs(world)).parts[0].startswith(".partial-")
    ]
    public = [
        str(path)
        for path in (*runs(world).rglob("*"), *world.glob("sample.csv"))
        if path.lstat().st_mode & 0o077 and path.parent.name != "decisions"
    ]
    shared = sorted(shared_memory() - SHARED)
    return [*printed, *loose, *public, *shared, *in_files(world, PRIVATE), *in_files(temporary)]


def test_the_search_finds_every_form() -> None:
    assert len(CANARIES) == len(set(CANARIES)) == 60
    missed = [
        (canary, form)
        for canary in CANARIES
        for form, content in forms(canary).items()
        if canary not in found_in(b"\0\xff before " + content)
    ]
    assert missed == []
    assert found_in(b"\n".join(f"{number:012}".encode() for number in range(10_000))) == []


@pytest.mark.parametrize("name", WAYS)
def test_nothing_gets_out(name: str, world: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    way = WAYS[name]
    with monkeypatch.context() as patch:
        way.prepare(world, patch)
        done = doisoat(*way.command(world))
    assert done.code == way.code, done.err
    if name == "a few bad rows":
        quarantined = (runs(world) / "0002-2026-10-31/quarantine.csv").read_bytes()
        assert found_in(quarantined) and found_in((runs(world) / "0002-2026-10-31/mismatches.csv").read_bytes()), (
            "they are where they belong"
        )
    hits[name] = seen(world, temporary, done)
    assert hits[name] == []


def test_nothing_gets_out_of_a_run_that_is_refused_the_folder(world: Path, temporary: Path) -> None:
    with output_lock(runs(world)):
        ended = subprocess.run([*COMMAND, str(world / "run.toml")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 6
    hits["locked"] = seen(world, temporary, Done(6, ended.stdout, ended.stderr))
    assert hits["locked"] == []


def test_nothing_gets_out_of_a_killed_run_and_its_server_is_ended(world: Path, temporary: Path, tmp_path: Path) -> None:
    """With a Prefect of its own; meanwhile no process has a canary in its title."""
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(home), "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    command = [*COMMAND, "--log-json", str(world / "run.toml")]
    with (tmp_path / "printed").open("wb") as printed:
        killed = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=printed, stderr=subprocess.STDOUT, start_new_session=True)
        deadline, titles = time.monotonic() + 200, b""
        while not list(runs(world).glob(".partial-*/tables/candidates")) and killed.poll() is None and time.monotonic() < deadline:
            titles += _titles(killed.pid)
            time.sleep(0.05)
        servers = _servers(home)
        os.kill(killed.pid, signal.SIGKILL)
        assert killed.wait() == -signal.SIGKILL
    assert servers and [pid for pid in servers if _lives(pid)] == servers, "the server outlives the run"
    found = found_in(titles + (tmp_path / "printed").read_bytes())
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert again.returncode == 0, again.stderr
    deadline = time.monotonic() + 10
    while any(map(_lives, servers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in servers if _lives(pid)] == [] == _servers(home)
    with closing(sqlite3.connect(home / "prefect.db")) as db:
        assert sorted(db.execute("SELECT state_type FROM flow_run").fetchall()) == [("COMPLETED",), ("CRASHED",)]
    hits["killed"] = [
        *found,
        *seen(world, temporary, Done(0, again.stdout, again.stderr)),
        *in_files(home),
        *in_database(home / "prefect.db"),
    ]
    assert hits["killed"] == []


def test_nothing_stands_in_what_prefect_keeps() -> None:
    """Flow and task runs, states, events, logs, artifacts and results of all the runs above."""
    with closing(sqlite3.connect(PREFECT_HOME / "prefect.db")) as db:
        flow_runs = db.execute("SELECT count(*) FROM flow_run").fetchone()[0]
        artifacts = db.execute("SELECT count(*) FROM artifact").fetchone()[0]
    hits["prefect"] = [*in_files(PREFECT_HOME), *in_database(PREFECT_HOME / "prefect.db")]
    ways = len(hits) - 1
    wrong = sum(map(len, hits.values()))
    shown = f"{flow_runs} flow runs and {artifacts} artifacts in Prefect"
    print(f"\n{len(CANARIES)} canaries x {ways} good and failing runs ({shown}): {wrong} hits outside lists, quarantine and tables")
    assert wrong == 0
    assert ways < len(WAYS) or flow_runs >= 20 <= artifacts, "they all went through Prefect"
    assert found_in(contract(0).encode())


def _titles(parent: int) -> bytes:
    """The titles of all processes of a session."""
    text = b""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == parent:
                text += (process / "cmdline").read_bytes() + (process / "comm").read_bytes()
        except OSError:
            continue
    return text


def _servers(home: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                f"PREFECT_HOME={home}".encode() in (process / "environ").read_bytes()
                and b"create_app" in (process / "cmdline").read_bytes()
            ):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
