"""A disk of twenty sizes, from far too small to just too small: exit 7 with the bytes needed, and nothing is damaged. Needs root (tmpfs)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import runs
from tests.soak.runs import FIRST, bytes_of, in_process, last_run, leftovers, number, torn


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, as large as it is made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", folder], check=False, capture_output=True).returncode
    ):
        pytest.skip("no tmpfs can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


def used(disk: Path) -> int:
    state = os.statvfs(disk)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def test_a_full_disk_of_twenty_sizes(disk: Path) -> None:
    """Every other time the run goes on with what the one before has left; at the end the disk has as much as was asked for."""
    sizes = number("DISKS", 20)
    world = worlds.make(disk / "world")
    assert in_process(world / "run.toml").returncode == 0
    expected = bytes_of(runs(world) / FIRST)
    base, need = used(disk), _need(world)
    right, ends, asked = 0, [], 0
    for share in range(1, sizes + 1):
        if share % 2:
            shutil.rmtree(runs(world) / ".resume", ignore_errors=True)
        resize(disk, base + need * share // (sizes + 1))
        done = in_process(world / "run.toml")
        told = re.search(r"about ([\d,]+) byte", done.stderr)
        asked = max(asked, int(told[1].replace(",", "")) if told else 0)
        whole = not torn(world) and last_run(world).name == FIRST and bytes_of(runs(world) / FIRST) == expected
        ends.append((done.returncode, bool(told), whole, [path.name for path in runs(world).glob(".partial-*")]))
        right += ends[-1] == (7, True, True, [])
    resize(disk, used(disk) + asked)
    assert in_process(world / "run.toml").returncode == 0, "as much as was asked for is enough"
    again = last_run(world).name > FIRST and bytes_of(last_run(world)) == expected
    left = [name for name in leftovers(world) if not ("/failed/" in name and re.search(r"failure\.json|/gates/|quarantine", name))]
    print(
        f"\n{sizes} disks of up to {need:,} bytes: {right} ended with 7 and the run before whole; with the {asked:,} bytes that were asked for: same"
    )
    print(f"bytes {again}, left over {left}")
    assert right == sizes and again and left == [], ends


def _need(world: Path) -> int:
    """What a run has published is the least it needs: no disk below that can do."""
    run = runs(world) / FIRST
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in run.rglob("*") if path.is_file())
