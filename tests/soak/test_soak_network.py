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

# An address that belongs to nobody (RFC 5737) and a name: the watch must see the one, and the question for the other.
PROBE = "import socket; s = socket.socket(); s.settimeout(1)\ntry: s.connect(('192.0.2.1', 9))\nexcept OSError: pass"
_ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
_ADDRESS = re.compile(r'sin6?_(?:addr|port)[^}]*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')


def addresses(trace: Path) -> list[str]:
    """Every address that a traced process wanted to reach or to send to."""
    return [first or second for first, second in _ADDRESS.findall(trace.read_text("utf-8", "replace"))]


def outside(found: list[str]) -> set[str]:
    """Those that are not this machine's own."""
    return {address for address in found if not address.startswith("127.") and address not in ("::1", "0.0.0.0", "::")}


def test_no_connection_but_to_this_machine(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    alone = _ALONE if subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode == 0 else []
    world = worlds.make(tmp_path / "world")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PYTHONPATH": str(ROOT), "PREFECT_HOME": str(tmp_path / "home")}

    def traced(name: str, *command: str) -> tuple[list[str], subprocess.CompletedProcess[str]]:
        watch = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(tmp_path / name)]
        done = subprocess.run(
            [*alone, *watch, sys.executable, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        return addresses(tmp_path / name), done

    assert outside(traced("probe", "-c", PROBE)[0]) == {"192.0.2.1"}, "the watch sees what it is there for"
    main = ("-c", "from flows.cli import main; main()")
    found, done = traced("run", *main, "run", "--quiet", str(world / "run.toml"))
    assert done.returncode == 0 and (runs(world) / "current").exists(), done.stderr
    held, done = traced(
        "validate",
        *main,
        "validate",
        str(world / "contracts.csv"),
        "--source",
        "electricity",
        "--data-docs",
        str(tmp_path / "docs"),
    )
    assert done.returncode == 0, done.stderr
    where = "in a namespace of its own" if alone else "beside the others"
    print(
        f"\na whole run {where} made {len(found)} connections, {len(outside(found))} of them not to this machine; validate {len(held)}, {len(outside(held))}"
    )
    assert found and outside(found) == outside(held) == set()
