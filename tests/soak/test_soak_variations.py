"""One hash a file: 48 environments that no result may depend on."""

from __future__ import annotations

import itertools
from pathlib import Path

from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import runs
from tests.soak.runs import bytes_of, in_process, number

LIMITS = ((1, "600MB"), (2, "1GB"), (3, "2GB"))
PLACES = (("UTC", "C"), ("Asia/Ho_Chi_Minh", "vi_VN.UTF-8"), ("America/St_Johns", "C.UTF-8"), ("Pacific/Kiritimati", "tr_TR.UTF-8"))
SEEDS = ("0", "1", "4711", "random")


def test_one_hash_a_file(tmp_path: Path) -> None:
    every = list(itertools.product(LIMITS, PLACES, SEEDS))[: number("VARIATIONS", 48)]
    world = worlds.make(tmp_path / "world")
    text = (world / "run.toml").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for at, ((threads, memory), (zone, locale), seed) in enumerate(every, 1):
        (world / "run.toml").write_text(f'{text}\n[engine]\nthreads = {threads}\nmemory = "{memory}"\n', "utf-8")
        done = in_process(world / "run.toml", TZ=zone, LANG=locale, LC_ALL=locale, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        for name, digest in bytes_of(runs(world) / f"{at:04}-2026-10-31").items():
            found.setdefault(name, set()).add(digest)
    several = sorted(name for name, hashes in found.items() if len(hashes) > 1)
    print(f"\n{len(every)} environments, {len(found)} files: {len(several)} with more than one hash {several}")
    assert several == [] and len(found) > 30
