"""`make bench-linkage`: doisoat beside Splink on one world, and doisoat on FEBRL4. Prints; decides nothing.

Both are given the same standardised columns, two threads and a process of their own. Seconds run to the decided links, first without
training (weights ship, or are kept), then with a training on these files on both sides. The columns stand in four tables, each distinct
name and address once. Neither engine links out of these: Splink wants a flat row of texts for every reading, with keys and with how
rare a name is (tests/bench/world.py); doisoat wants columns of integers, texts as hashes (matching/kept.py), which a run makes when it
standardises. What either takes is printed, and three starts: the four tables, with both preparations on the clocks; what each wants,
with neither; and, to doisoat's loss, the four tables for doisoat beside the flat rows for Splink.
Precision and recall are of links: the right ones among those that were made, and among the records whose person is in the register.

A threshold says how a tool is run rather than how good it is, so both stand there twice: at 0.95, and at the threshold (and the
lead over the next resident) that gives each its best F1, picked with the truth, which nobody has outside a benchmark.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.child import THREADS, run_child

PEOPLE, SEED = 300_000, 20261031
_STARTS = (
    ("from the standardised tables", ("_whole", "_whole")),
    ("prepared", ("", "")),
    ("from the tables, Splink prepared", ("_whole", "")),
)  # what is added to the keys of a measurement, doisoat's and Splink's


@dataclass(frozen=True, slots=True)
class Side:
    """What one engine was measured at; `judged` as tests.bench.judge prints it."""

    name: str
    measured: dict[str, Any]
    judged: dict[str, Any]


def main() -> None:
    """Measure what the command line asks for."""
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-linkage-", dir=chosen.folder) as name:
        folder = Path(name)
        print(f"load {os.getloadavg()[0]:.1f}, {THREADS} threads each", flush=True)
        for people in filter(None, chosen.people):
            world = folder / str(people)
            world.mkdir()
            _beside_splink(world, people, chosen.seed)
            shutil.rmtree(world)
        _febrl(folder)
        print(f"load {os.getloadavg()[0]:.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--people", type=int, nargs="+", default=[PEOPLE], help="residents of the world, of several one after another; 0: FEBRL4 alone"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--folder", type=Path, help="where the temporary folder goes")
    return parser.parse_args()


def _beside_splink(folder: Path, people: int, seed: int) -> None:
    world = run_child("tests.bench.world", str(people), str(seed), str(folder))
    print(
        f"seed {seed}: {world['residents']:,} residents, {world['records']:,} records; flat: {world['flat_residents']:,}, {world['flat_records']:,} rows"
    )
    made = run_child("tests.bench.ours", "prepare", str(folder))
    own_training, ours = run_child("tests.bench.ours", "train", str(folder)), run_child("tests.bench.ours", "link", str(folder))
    training, peer = run_child("tests.bench.peer", "train", str(folder)), run_child("tests.bench.peer", "predict", str(folder))
    _add(ours, own_training, made["seconds"], made["processor"])
    _add(peer, training, world["flat"], world["flat_processor"])
    ours["peak"] = max(ours["peak"], made["peak_mib"])
    sides = [
        Side(name, measured, run_child("tests.bench.judge", which, str(folder)))
        for name, which, measured in (("doisoat", "ours", ours), ("Splink 5.0.0", "splink", peer))
    ]
    print(_figures(sides))
    print(f"standardising: {world['standardise']:.1f} s; our columns: {made['mib']:,} MiB on disk")
    print(f"training peaks at {own_training['peak_mib']:,} MiB, Splink's at {training['peak_mib']:,} MiB")


def _add(measured: dict[str, Any], training: dict[str, Any], seconds: float, processor: float) -> None:
    """Add the figures with the training, and both with the `seconds` and `processor` seconds that the preparation took."""
    for clock, prepared in (("seconds", seconds), ("processor", processor)):
        measured[f"{clock}_prepared"] = prepared
        measured[f"{clock}_trained"] = measured[clock] + training[clock]
        measured |= {f"{key}_whole": measured[key] + prepared for key in (clock, f"{clock}_trained")}


def _figures(sides: list[Side]) -> str:
    rows = [("", [side.name for side in sides])]
    for title, key in (("at 0.95", "fixed"), ("at its best F1", "best")):
        judged = [side.judged[key] for side in sides]
        rows.append((f"{title}: threshold, lead in bits", [f"{j['threshold']}, {j['lead']}" for j in judged]))
        rows += [(f"  {share}", [f"{j[share]:.5f}" for j in judged]) for share in ("precision", "recall", "f1")]
    measured = [side.measured for side in sides]
    for start, ends in _STARTS:
        rows += [
            (f"{title}, {start}", [f"{m[key + end]:.2f}" for m, end in zip(measured, ends, strict=True)])
            for title, key in (
                ("seconds", "seconds"), ("processor seconds", "processor"), ("seconds with training", "seconds_trained"),
                ("processor seconds with training", "processor_trained"),
            )
        ]  # fmt: skip
    rows += [
        (f"{title} to prepare: columns, flat rows", [f"{m[key]:.2f}" for m in measured])
        for title, key in (("seconds", "seconds_prepared"), ("processor seconds", "processor_prepared"))
    ]
    rows += [
        ("pairs compared", [f"{m['pairs']:,}" for m in measured]),
        ("pairs a second, once prepared", [f"{m['pairs'] / m['seconds']:,.0f}" for m in measured]),
        ("peak memory, MiB", [f"{m['peak']:,}" for m in measured]),
    ]
    return "\n".join(f"{title:<66}" + "".join(f"{cell:>16}" for cell in cells) for title, cells in rows)


def _febrl(folder: Path) -> None:
    found = run_child("tests.bench.febrl", str(folder))
    precision, recall = found["right"] / max(1, found["links"]), found["right"] / found["records"]
    f1 = 2 * precision * recall / (precision + recall)
    print(f"FEBRL4: precision {precision:.5f}, recall {recall:.5f}, F1 {f1:.5f}; {found['pairs']:,} pairs, {found['seconds']:.1f} s")


if __name__ == "__main__":
    main()
