"""Worlds and runs for the soak: started by the hundred, killed, crowded, starved; and what must be true of them after that."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from multiprocessing.context import ForkProcess
from pathlib import Path

from flows.manifest import file_sha256
from flows.publish import published_runs, run_folder
from tests.flows.reconcile_world import ROOT, digests, runs
from tests.soak import child

_fork = multiprocessing.get_context("fork")


def number(name: str, default: int) -> int:
    """How often something is tried: an environment variable, for a quick look or a long one."""
    return int(os.environ.get(name, default))


def start(run_file: Path) -> ForkProcess:
    """A run in a forked process: everything is imported once, so that hundreds of runs take minutes."""
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


def bytes_of(run: Path) -> dict[str, str]:
    """The hash of every file of a run but the manifest, which alone holds times."""
    found = digests(run)
    found.pop("manifest.json")
    return found


def torn(world: Path) -> list[str]:
    """Every published file that is not what its manifest says; `current` must name a whole run."""
    root = runs(world)
    wrong = []
    if (root / "current").exists():
        run_folder(root)
    for run in published_runs(root):
        outputs = json.loads((run / "manifest.json").read_text("utf-8"))["outputs"]
        wrong += [f"{run.name}/{name}" for name, told in outputs.items() if file_sha256(run / name) != told["sha256"]]
    return wrong


def leftovers(world: Path) -> list[str]:
    """What lies beside the published runs and has no business there."""
    known = {".lock", "current", "failed", "decisions", "audit.jsonl", "audit.head"}
    beside = [path.name for path in runs(world).iterdir() if path.name not in known and not path.name[:4].isdigit()]
    return [*beside, *(str(path) for path in (runs(world) / "failed").rglob("*") if path.is_file())]


def forget(world: Path) -> None:
    """Take away all runs but the key."""
    shutil.rmtree(runs(world), ignore_errors=True)
