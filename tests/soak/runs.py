"""Worlds and runs for the soak: started by the hundred, killed, crowded, starved; and what must be true of them after that."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.context import ForkProcess
from pathlib import Path

from flows.audit_log import check_audit
from flows.key_file import read_key
from flows.manifest import file_sha256
from flows.publish import published_runs, run_folder
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import ROOT, digests, lines, runs
from tests.soak import child

FIRST = "0001-2026-10-31"
_fork = multiprocessing.get_context("fork")
_OURS = {"contracts.csv", "register.csv", "truth.csv", "run.toml", "runs"}
_SHARED_MEMORY = Path("/dev/shm")


def number(name: str, default: int) -> int:
    """How often something is tried: an environment variable, for a quick look or a long one."""
    return int(os.environ.get(name, default))


def second_delivery(folder: Path) -> Path:
    """A world with one published run and the next delivery at its door: other contracts, and what two reviewers decided."""
    world = worlds.make(folder)
    assert finish(world / "run.toml") == 0
    kept = lines(world / "contracts.csv")
    (world / "contracts.csv").write_bytes("\r\n".join([*kept[:5], *kept[8:], ""]).encode("utf-8-sig"))
    with (runs(world) / FIRST / "mismatches.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for at, row in enumerate(rows[:6]):
        row |= {
            "decision": "partner_wrong" if at % 2 else "both_right",
            "decided_by": "Lan",
            "decided_at": "2026-11-02",
        }
    with (runs(world) / "decisions" / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows[:6])
    return world


def start(run_file: Path) -> ForkProcess:
    """A run in a forked process and a session of its own: everything is imported once, so that hundreds of runs take minutes."""
    import expectations.session  # noqa: F401
    import flows.reconcile  # noqa: F401

    child.without_server()
    process = _fork.Process(target=_quiet, args=(run_file,))
    process.start()
    return process


def _quiet(run_file: Path) -> None:
    os.setsid()
    with open(os.devnull, "w") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    os._exit(child.run(run_file))


def finish(run_file: Path) -> int:
    """A run to its end; its exit code."""
    process = start(run_file)
    process.join(600)
    return int(process.exitcode if process.exitcode is not None else -1)


def in_process(run_file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run in a new interpreter with another environment."""
    command = [sys.executable, "-m", "tests.soak.child", str(run_file)]
    chosen = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, cwd=ROOT, env=chosen, capture_output=True, text=True, timeout=600, check=False)


def last_run(world: Path) -> Path:
    """The run that `current` names."""
    return run_folder(runs(world))


def bytes_of(run: Path) -> dict[str, str]:
    """The hash of every file of a run but the manifest, which alone holds times."""
    found = digests(run)
    found.pop("manifest.json")
    return found


def torn(world: Path) -> list[str]:
    """Every published file that is not what its manifest says, or is in no manifest; `current` must name a whole run."""
    root = runs(world)
    wrong = []
    if (root / "current").exists():
        run_folder(root)
    for run in published_runs(root):
        outputs = {name: told["sha256"] for name, told in json.loads((run / "manifest.json").read_text("utf-8"))["outputs"].items()}
        found = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()} - {"manifest.json"}
        # they go before the report does: not in the manifest
        own = {name for name in found if name.startswith("tables/") or name == "run.duckdb"}
        wrong += [f"{run.name}/{name}" for name in (found - own) ^ outputs.keys()]
        wrong += [f"{run.name}/{name}" for name in found & outputs.keys() if file_sha256(run / name) != outputs[name]]
    return wrong


def leftovers(world: Path) -> list[str]:
    """What lies about and has no business there: beside the runs, in hidden drafts, beside the inputs; and what others may read."""
    root = runs(world)
    known = {".lock", ".gitignore", "current", "failed", "decisions", "audit.jsonl", "audit.head"}
    published = {run.name for run in published_runs(root)}
    beside = [path.name for path in root.iterdir() if path.name not in known | published]
    hidden = [str(path.relative_to(world)) for path in world.rglob(".*") if path not in (root / ".lock", root / ".gitignore")]
    strange = [path.name for path in world.iterdir() if path.name not in _OURS]
    strange += [path.name for path in root.parent.iterdir() if path.name not in ("key", root.name)]
    public = [str(path) for path in root.rglob("*") if path.lstat().st_mode & 0o077 and path.parent.name != "decisions"]
    failed = [str(path) for path in (root / "failed").rglob("*") if path.is_file()]
    return [*beside, *hidden, *strange, *public, *failed]


def altered(world: Path) -> list[str]:
    """What the audit log does not agree with."""
    _, problems = check_audit(runs(world), read_key(runs(world).parent / "key"))
    return [str(problem) for problem in problems]


def shared_memory() -> set[str]:
    """What lies in /dev/shm, but for semaphores: each is a counter, and those of every Python on the machine come and go."""
    found = _SHARED_MEMORY.iterdir() if _SHARED_MEMORY.is_dir() else ()
    return {path.name for path in found if not path.name.startswith("sem.")}


def strays(session: int, patience: float = 5) -> list[int]:
    """The processes of a session that still live after a while: a killed run's workers must not outlive it."""
    deadline = time.monotonic() + patience
    while (found := list(_members(session))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _members(session: int) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, *rest = (process / "stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if state != "Z" and int(rest[2]) == session:
            yield int(process.name)


def forget(world: Path) -> None:
    """Take away all runs but the key."""
    shutil.rmtree(runs(world), ignore_errors=True)


def restore(world: Path, kept: Path) -> None:
    """The runs as they were in `kept`."""
    forget(world)
    shutil.copytree(kept, runs(world))
