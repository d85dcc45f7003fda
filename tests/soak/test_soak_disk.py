"""A disk of twenty sizes, from far too small to just too small: exit 7 with the bytes needed, and nothing is damaged. Needs root (tmpfs)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import runs
from tests.soak.runs import bytes_of, in_process, leftovers, number, torn


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, as large as it is made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", folder], check=False, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


def used(disk: Path) -> int:
    state = os.statvfs(disk)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def test_a_full_disk_of_twenty_sizes(disk: Path) -> None:
    sizes = number("DISKS", 20)
    world = worlds.make(disk / "world")
    assert in_process(world / "run.toml").returncode == 0
    expected = bytes_of(runs(world) / "0001-2026-10-31")
    base = used(disk)
    need = _need(world)
    right, codes = 0, []
    for share in range(1, sizes + 1):
        resize(disk, base + need * share // (sizes + 1))
        done = in_process(world / "run.toml")
        codes.append(done.returncode)
        told = re.search(r"about ([\d,]+) byte", done.stderr)
        whole = not torn(world) and (runs(world) / "current").read_text("utf-8") == "0001-2026-10-31\n"
        right += done.returncode == 7 and told is not None and whole and bytes_of(runs(world) / "0001-2026-10-31") == expected
    resize(disk, 256 << 20)
    assert in_process(world / "run.toml").returncode == 0
    last = runs(world) / (runs(world) / "current").read_text("utf-8").strip()
    again = bytes_of(last) == expected
    left = [name for name in leftovers(world) if "failure.json" not in name and "/gates/" not in name and "quarantine" not in name]
    print(f"\n{sizes} disks of up to {need:,} bytes: {right} ended with 7 and the run before whole; freed: same bytes {again}, left over {left}")
    assert right == sizes and again and left == [], codes


def _need(world: Path) -> int:
    """What a run has published is the least it needs: no disk below that can do."""
    run = runs(world) / "0001-2026-10-31"
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in run.rglob("*") if path.is_file())
