"""The linkage of a run: block, compare and score one part of the records after another, then decide.

The three steps are separate functions fused per part, so the full set of pairs never stands on disk, and memory is bounded by a part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from matching.arrays import Array
from matching.block import Blocker, Pairs
from matching.candidates import Counted, Waiting, columns_of, write_candidates, write_columns, write_pair_counts
from matching.compare import compare_pairs
from matching.counts import Counts, count_register
from matching.decide import Thresholds, decide
from matching.engine import spill_folder, view
from matching.keys import World
from matching.load import completed, load_world, read_records
from matching.model import Model
from matching.score import Scored, estimate_share, prior_odds, score
from matching.sources import Source
from matching.told import heed, load_told

STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")
AT_ONCE = 1_000_000  # pairs that are compared at a time, by all threads together


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The model, the partner's declaration, the thresholds, and threads."""

    model: Model
    partner: Source
    thresholds: Thresholds
    threads: int


def find_candidates(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings) -> World:
    """Write `candidates` (a part a bucket) and `pair_counts` from the standardised tables, and from `link_decisions` where there are any.

    Returns the tables as columns, for whoever goes on with them.
    """
    for name in STANDARDISED:
        view(con, name, inputs[name])
    told = load_told(con, inputs)
    waiting, counted, tops, people = Waiting(spill_folder(con)), Counted(), [], 0
    buckets = [row[0] for row in con.execute("SELECT DISTINCT bucket FROM std_partner ORDER BY bucket").fetchall()]
    reader = con.cursor()
    parts = (read_records(reader, f"bucket = {int(bucket)}") for bucket in buckets)
    with ThreadPoolExecutor(settings.threads) as pool:
        reading: Future[dict[str, Array]] = pool.submit(next, parts, {})  # a part is read while the one before it is worked on
        world = load_world(con)
        counting = pool.submit(count_register, world)
        blocker = Blocker(world, pool.map)
        for bucket in buckets:
            records, reading = completed(world, reading.result()), pool.submit(next, parts, {})
            people += int((records["organisation"] == 0).sum())
            blocked = blocker.block(records)
            heeded = heed(blocked.pairs, records, told)
            counted.rules_of(blocked, heeded)
            weighed = partial(_weighed, world, counting.result(), records, settings)
            pieces = []
            for scored in pool.map(weighed, _in_pieces(heeded, settings.threads)):
                tops.append((scored.top[scored.rank == 1], scored.total[scored.rank == 1]))
                pieces.append(columns_of(records["l"], scored))
                counted.candidates(pieces[-1])
            waiting.put(bucket, pieces)
        prior = _prior(tops, people, settings.model, counting.result().residents)
        _write(pool, waiting, prior, counted, out)
    return world


def _write(pool: ThreadPoolExecutor, waiting: Waiting, prior: int, counted: Counted, out: dict[str, Path]) -> None:
    """Write `pair_counts` and the parts of `candidates`, as many at once as there are threads."""
    counts = pool.submit(write_pair_counts, counted, out["pair_counts"])
    list(pool.map(lambda bucket: write_candidates(waiting.take(bucket), prior, out["candidates"], bucket), waiting.buckets))
    counts.result()


def _weighed(world: World, counts: Counts, records: dict[str, Array], settings: LinkSettings, pairs: Pairs) -> Scored:
    """Some of the pairs compared and scored."""
    return score(world, counts, settings.model, compare_pairs(world, records, pairs, settings.partner.minimum_age or 0))


def _in_pieces(pairs: Pairs, threads: int) -> Iterator[Pairs]:
    """The pairs in pieces, one a thread or more (at least one), all pairs of a record in one."""
    begin, most = 0, min(-(-len(pairs.record) // threads), AT_ONCE // threads)
    while begin < len(pairs.record) or begin == 0:
        end = min(begin + most, len(pairs.record))
        end = int(np.searchsorted(pairs.record, pairs.record[end - 1], "right")) if end else 0
        yield pairs.at(slice(begin, end))
        begin = max(end, 1)


def _prior(tops: list[tuple[Array, Array]], records: int, model: Model, residents: int) -> int:
    """The prior of this run in thousandths of a bit, from the share of the `records` of people that have a person in the register."""
    return round(1000 * math.log2(prior_odds(estimate_share(tops, records, model, residents), residents)))


def decide_links(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings) -> None:
    """Write `decided`: one row for every record, from `candidates` and `link_decisions` where there are any."""
    for name in ("std_partner", "std_register", "std_name", "candidates"):
        view(con, name, inputs[name])
    write_columns(decide(con, settings.thresholds, load_told(con, inputs)), out["decided"], 0)
