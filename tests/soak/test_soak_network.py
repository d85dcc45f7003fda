"""A whole run, Prefect's own server included, in a network namespace that has nothing but its loopback, watched by strace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import ROOT, runs


def test_no_connection_but_to_this_machine(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    world = worlds.make(tmp_path / "world")
    trace = tmp_path / "trace"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PYTHONPATH": str(ROOT), "PREFECT_HOME": str(tmp_path / "home")}
    command = ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace)]
    command += [sys.executable, "-c", "from flows.cli import main; main()", "run", "--quiet", str(world / "run.toml")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0 and (runs(world) / "current").exists(), done.stderr
    seen = re.findall(r"sin6?_(?:addr|port)[^}]*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")", trace.read_text("utf-8", "replace"))
    addresses = [first or second for first, second in seen]
    outside = [address for address in addresses if not address.startswith("127.") and address not in ("::1", "0.0.0.0")]
    print(f"\na whole run made {len(addresses)} connections, {len(outside)} of them not to this machine {sorted(set(outside))}")
    assert addresses and outside == []
