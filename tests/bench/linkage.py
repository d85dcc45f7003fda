"""`make bench-linkage`: doisoat beside Splink on one world, and doisoat on FEBRL4. Prints; decides nothing.

Both are given the same standardised columns, two threads and a process of their own. Seconds run from the standardised columns
to the decided links, first without training (weights ship, or are kept), then with a training on these files on both sides.
The columns stand in four tables, each distinct name and address once. From these doisoat makes its keys, on its clock; Splink wants
a flat row for every reading. Making those is on its clock too in the first figures, and not in the second: there it is given more.
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
    own_training, ours = run_child("tests.bench.ours", "train", str(folder)), run_child("tests.bench.ours", "link", str(folder))
    training, peer = run_child("tests.bench.peer", "train", str(folder)), run_child("tests.bench.peer", "predict", str(folder))
    for measured, trained in ((ours, own_training), (peer, training)):
        measured |= {f"{key}_trained": measured[key] + trained[key] for key in ("seconds", "processor")}
    for key, flat in (("seconds", world["flat"]), ("processor", world["flat_processor"])):
        ours[f"{key}_whole"], peer[f"{key}_whole"] = ours[key], peer[key] + flat
        ours[f"{key}_trained_whole"], peer[f"{key}_trained_whole"] = ours[f"{key}_trained"], peer[f"{key}_trained"] + flat
    sides = [
        Side(name, measured, run_child("tests.bench.judge", which, str(folder)))
        for name, which, measured in (("doisoat", "ours", ours), ("Splink 5.0.0", "splink", peer))
    ]
    print(_figures(sides))
    print(
        f"standardising: {world['standardise']:.1f} s; our training peaks at {own_training['peak_mib']:,} MiB, Splink's at {training['peak_mib']:,} MiB"
    )


def _figures(sides: list[Side]) -> str:
    rows = [("", [side.name for side in sides])]
    for title, key in (("at 0.95", "fixed"), ("at its best F1", "best")):
        judged = [side.judged[key] for side in sides]
        rows.append((f"{title}: threshold, lead in bits", [f"{j['threshold']}, {j['lead']}" for j in judged]))
        rows += [(f"  {share}", [f"{j[share]:.5f}" for j in judged]) for share in ("precision", "recall", "f1")]
    measured = [side.measured for side in sides]
    for start, whole in (("from the standardised tables", "_whole"), ("Splink's flat rows are ready", "")):
        for title, key in (("", ""), (" with training", "_trained")):
            rows += [
                (f"{clock}{title}, {start}", [f"{m[name + key + whole]:.2f}" for m in measured])
                for clock, name in (("seconds", "seconds"), ("processor seconds", "processor"))
            ]
    rows += [
        ("pairs compared", [f"{m['pairs']:,}" for m in measured]),
        ("pairs a second", [f"{m['pairs'] / m['seconds']:,.0f}" for m in measured]),
        ("peak memory, MiB", [f"{m['peak']:,}" for m in measured]),
    ]
    return "\n".join(f"{title:<62}" + "".join(f"{cell:>16}" for cell in cells) for title, cells in rows)


def _febrl(folder: Path) -> None:
    found = run_child("tests.bench.febrl", str(folder))
    precision, recall = found["right"] / max(1, found["links"]), found["right"] / found["records"]
    f1 = 2 * precision * recall / (precision + recall)
    print(f"FEBRL4: precision {precision:.5f}, recall {recall:.5f}, F1 {f1:.5f}; {found['pairs']:,} pairs, {found['seconds']:.1f} s")


if __name__ == "__main__":
    main()
