"""One measured program after another, each in a process of its own, so that none pays for another's memory or threads.

The parent imports nothing heavy: a child's peak memory would otherwise start at the parent's (Linux keeps it over exec).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

THREADS = 2
MEMORY = "6GB"


def run_child(module: str, *arguments: str) -> dict[str, Any]:
    """Run `python -m module arguments`; its last line is JSON: what it measured. CalledProcessError if it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    measured: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return measured


def report(**measured: object) -> None:
    """Print what this process measured, and its peak memory so far in MiB, for `run_child` to read."""
    print(json.dumps({**measured, "peak_mib": peak_mib()}))


def peak_mib() -> int:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def processor_seconds() -> float:
    """What this process has used of all processors, so far; on a busy machine it says more than the clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
