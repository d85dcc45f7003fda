"""One hash a file: 48 environments that no result may depend on, and four on a world so large that its work is divided."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.generate import generate_world
from tests.flows.reconcile_world import runs
from tests.soak.runs import bytes_of, in_process, last_run, number, restore, second_delivery

THREADS = (1, 2, 5)
MEMORY = ("400MB", "1GB", "3GB")
# A decimal comma, an i without a dot, another calendar, digits of their own: whatever asks the locale gets another answer.
PLACES = (
    ("UTC", "C"),
    ("Asia/Ho_Chi_Minh", "vi_VN.UTF-8"),
    ("America/St_Johns", "ar_EG.UTF-8"),
    ("Pacific/Kiritimati", "tr_TR.UTF-8"),
)
SEEDS = ("0", "1", "4711", "random")

Variation = tuple[int, str, str, str, str]


def variations() -> list[Variation]:
    """Threads, memory, time zone, locale, hash seed: every one of the first three with every other, and each amount of memory with each."""
    found = itertools.product(THREADS, PLACES, SEEDS)
    return [(threads, MEMORY[(at + at // 4) % 3], *place, seed) for at, (threads, place, seed) in enumerate(found)]


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locales, made here: few machines have them all."""
    folder = tmp_path_factory.mktemp("locales")
    for _, name in PLACES[1:]:
        command = ["localedef", "-i", name.partition(".")[0], "-f", "UTF-8", str(folder / name)]
        if shutil.which("localedef") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip(f"no locale {name} can be made here")
    probe = subprocess.run(
        ["date", "-d", "2026-10-31", "+%B %x"],
        env={"LOCPATH": str(folder), "LC_ALL": "vi_VN.UTF-8", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Mười" in probe.stdout or "Tháng" in probe.stdout, probe.stdout
    return folder


def hashes(world: Path, every: list[Variation], locales: Path, kept: Path | None = None) -> dict[str, set[str]]:
    """The hashes of every file that the runs in all these environments published; each starts where `kept` left off."""
    text, found = (world / "run.toml").read_text("utf-8"), dict[str, set[str]]()
    for threads, memory, zone, locale, seed in every:
        shutil.rmtree(runs(world), ignore_errors=True)
        if kept:
            restore(world, kept)
        (world / "run.toml").write_text(f'{text}\n[engine]\nthreads = {threads}\nmemory = "{memory}"\n', "utf-8")
        done = in_process(world / "run.toml", TZ=zone, LANG=locale, LC_ALL=locale, LOCPATH=str(locales), PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        for name, digest in bytes_of(last_run(world)).items():
            found.setdefault(name, set()).add(digest)
    return found


def test_one_hash_a_file(tmp_path: Path, locales: Path) -> None:
    """The second delivery, with history and decisions."""
    every = variations()
    assert len(every) == len(set(every)) == 48 and len({each[:2] for each in every}) == len(THREADS) * len(MEMORY)
    every = every[:: max(1, 48 // number("VARIATIONS", 48))]
    world = second_delivery(tmp_path / "world")
    found = hashes(world, every, locales, Path(shutil.copytree(runs(world), tmp_path / "kept")))
    several = sorted(name for name, each in found.items() if len(each) > 1)
    print(f"\n{len(every)} environments, {len(found)} files: {len(several)} with more than one hash {several}")
    assert several == [] and len(found) > 60


def test_one_hash_a_file_of_a_world_whose_work_is_divided(tmp_path: Path, locales: Path) -> None:
    """So many residents that DuckDB reads in several threads, spills where memory is short, and workers standardise."""
    people = number("VARIATION_PEOPLE", 130_000)
    generate_world(people, 13, tmp_path / "world", output="runs")
    every = [
        (threads, memory, *PLACES[at], SEEDS[at]) for at, (threads, memory) in enumerate([(1, "3GB"), (2, "500MB"), (5, "1GB"), (3, "3GB")])
    ]
    found = hashes(tmp_path / "world", every, locales)
    several = sorted(name for name, each in found.items() if len(each) > 1)
    print(f"\n{people:,} residents, {len(every)} environments, {len(found)} files: {len(several)} with more than one hash {several}")
    assert several == [] and len(found) > 60
