"""doisoat's side of the benchmark, measured: the columns out of the standardised tables, and from there to decided links."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from matching.decide import Thresholds
from matching.engine import Limits, connect, view
from matching.kept import KEPT, keep
from matching.link import LinkSettings, decide_links, find_candidates
from matching.model import DEFAULT, load_model
from matching.sources import source
from matching.train import observe, train
from tests.bench.child import MEMORY, THREADS, peak_mib, processor_seconds, report
from tests.bench.world import STANDARDISED


def prepared(folder: Path) -> None:
    """Make the columns of the standardised tables of `folder`, as the standardising stage of a run does."""
    started, used = time.perf_counter(), processor_seconds()
    with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
        keep(con, {name: folder / name for name in STANDARDISED}, folder / KEPT, THREADS)
    seconds, used = time.perf_counter() - started, processor_seconds() - used
    report(seconds=seconds, processor=used, mib=sum(file.stat().st_size for file in (folder / KEPT).iterdir()) >> 20)


def trained(folder: Path) -> None:
    """Train a model on the prepared tables of `folder`, from the one by judgement, as `doisoat train` does."""
    inputs = {name: folder / name for name in (*STANDARDISED, KEPT)}
    out = {name: folder / "trained" / name for name in ("candidates", "pair_counts")}
    started, used = time.perf_counter(), processor_seconds()
    model, partner = load_model(DEFAULT), source("electricity")
    with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
        world = find_candidates(con, inputs, out, LinkSettings(model, partner, Thresholds(0.95, 0.5), THREADS))
        found = train([observe(con, {**inputs, **out}, model, partner.minimum_age or 0, world)], model, "bench")
    seconds, used = time.perf_counter() - started, processor_seconds() - used
    report(seconds=seconds, processor=used, share=found.model.share_in_register)


def linked(folder: Path) -> None:
    """Link the prepared tables of `folder`; writes below `ours`."""
    inputs = {name: folder / name for name in (*STANDARDISED, KEPT)}
    out = {name: folder / "ours" / name for name in ("candidates", "pair_counts", "decided")}
    started, used = time.perf_counter(), processor_seconds()
    settings = LinkSettings(load_model("electricity"), source("electricity"), Thresholds(0.95, 0.5), THREADS)
    with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
        find_candidates(con, inputs, out, settings)
        decide_links(con, {**inputs, **out}, out, settings)
        seconds = time.perf_counter() - started
        used, peak = processor_seconds() - used, peak_mib()
        view(con, "pair_counts", out["pair_counts"])
        pairs = con.execute("SELECT sum(pairs)::BIGINT FROM pair_counts WHERE kind = 'rule'").fetchall()[0][0]
    report(seconds=seconds, processor=used, pairs=pairs, peak=peak)


if __name__ == "__main__":
    {"prepare": prepared, "train": trained, "link": linked}[sys.argv[1]](Path(sys.argv[2]))
