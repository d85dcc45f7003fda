"""SIGKILL at any moment: the next run goes on or starts anew, ends with the same bytes, and nothing is torn or left over."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import flows.publish as publishing
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import runs
from tests.soak.runs import bytes_of, finish, forget, leftovers, number, start, torn

SEED = 20260601


def test_kills_at_random_moments(tmp_path: Path) -> None:
    kills, dice = number("KILLS", 200), random.Random(SEED)
    world = worlds.make(tmp_path / "world")
    began = time.monotonic()
    assert finish(world / "run.toml") == 0
    length = time.monotonic() - began
    expected = bytes_of(runs(world) / "0001-2026-10-31")
    same = killed = resumed = 0
    wrong: list[str] = []
    for _ in range(kills):
        forget(world)
        process = start(world / "run.toml")
        time.sleep(dice.uniform(0, length))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        wrong += torn(world) if runs(world).exists() else []
        code = finish(world / "run.toml")
        last = runs(world) / (runs(world) / "current").read_text("utf-8").strip()
        same += code == 0 and bytes_of(last) == expected
        resumed += bool(json.loads((last / "manifest.json").read_text("utf-8"))["resumed"])
        wrong += [*torn(world), *leftovers(world)]
    print(f"\n{kills} SIGKILLs at random moments, {killed} before the end: {same} re-runs with the same bytes ({resumed} went on), {len(wrong)} torn or left")
    assert wrong == [] and same == kills


def test_kills_around_every_step_of_publishing(tmp_path: Path, monkeypatch: Any) -> None:  # noqa: ANN401
    world = worlds.make(tmp_path / "world")
    assert finish(world / "run.toml") == 0
    expected = bytes_of(runs(world) / "0001-2026-10-31")
    steps = same = 0
    wrong: list[str] = []
    real = publishing._sync, Path.rename, Path.replace
    published = publishing.publish
    while True:
        left = [steps]

        def dying(function: Any, left: list[int] = left) -> Any:  # noqa: ANN401
            def wrapped(*args: Any, **named: Any) -> Any:  # noqa: ANN401
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*args, **named)

            return wrapped

        def publish(*args: Any, dying: Any = dying) -> Any:  # noqa: ANN401
            publishing._sync, Path.rename, Path.replace = map(dying, real)  # type: ignore[method-assign]
            return published(*args)

        forget(world)
        monkeypatch.setattr("flows.reconcile.publish", publish)
        process = start(world / "run.toml")
        process.join()
        monkeypatch.setattr("flows.reconcile.publish", published)
        wrong += torn(world)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        assert finish(world / "run.toml") == 0
        last = runs(world) / (runs(world) / "current").read_text("utf-8").strip()
        same += bytes_of(last) == expected
        wrong += [*torn(world), *leftovers(world)]
        steps += max(1, number("PUBLISH_STRIDE", 1)) if steps > 2 else 1
    print(f"\nkilled before each step of publishing up to the {steps}th: {same} re-runs with the same bytes, {len(wrong)} torn or left")
    assert wrong == [] and same >= 10
