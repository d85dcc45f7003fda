"""The linkage of a run: block, compare and score one part of the records after another, then decide.

The three steps are separate functions fused per part, so the full set of pairs never stands on disk, and memory is bounded by a part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from matching.arrays import Array
from matching.block import Blocker, Pairs
from matching.candidates import Counted, Waiting, columns_of, halves, write_candidates, write_columns, write_pair_counts
from matching.columns import array
from matching.compare import compare_pairs
from matching.counts import Counts, count_register
from matching.decide import Thresholds, decide
from matching.engine import spill_folder, view
from matching.garbage import without_collection
from matching.kept import kept
from matching.keys import World
from matching.load import completed
from matching.model import Model
from matching.score import estimate_share, prior_odds, score
from matching.sources import Source
from matching.tables import DECIDED
from matching.told import Told, heed, load_told

AT_ONCE = 1_000_000  # pairs that are compared at a time, by all threads together


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The model, the partner's declaration, the thresholds, and threads."""

    model: Model
    partner: Source
    thresholds: Thresholds
    threads: int


@without_collection()
def find_candidates(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings) -> World:
    """Write `candidates` (two parts a bucket) and `pair_counts` from the standardised tables, and from `link_decisions` where there are any.

    `matching.kept.keep` may have made the tables' `columns` before. Returns them, for whoever goes on with them.
    """
    waiting, counted, tops, people = Waiting(spill_folder(con)), Counted(), [], 0
    with ThreadPoolExecutor(settings.threads) as pool:
        found = kept(con, inputs, settings.threads)
        counting = pool.submit(count_register, found.world)
        blocker = Blocker(found.world, pool.map)
        told = _told(con, inputs)
        for bucket, part in found.buckets():
            records = completed(found.world, {name: values[part] for name, values in found.records.items()})
            people += int((records["organisation"] == 0).sum())
            blocked = blocker.block(records)
            heeded = heed(blocked.pairs, records, told)
            counted.rules_of(blocked, heeded)
            weighed = list(
                pool.map(partial(_weighed, found.world, counting.result(), records, settings), _in_pieces(heeded, settings.threads))
            )
            waiting.put(bucket, [piece.columns for piece in weighed])
            for piece in weighed:
                counted.add(piece.counted)
                tops.append(piece.tops)
        _write(pool, waiting, _prior(tops, people, settings.model, counting.result().residents), counted, out)
    return found.world


def _told(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path]) -> Told:
    for name in ("std_partner", "std_register"):
        view(con, name, inputs[name])
    return load_told(con, inputs)


def _write(pool: ThreadPoolExecutor, waiting: Waiting, prior: int, counted: Counted, out: dict[str, Path]) -> None:
    """Write `pair_counts` and the parts of `candidates`, as many at once as there are threads."""
    parts = pool.map(lambda part: write_candidates(waiting.take(part), prior, out["candidates"], part), waiting.parts)
    write_pair_counts(counted, out["pair_counts"])
    list(parts)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Some candidates as columns, what is counted of them, and (top, total) of each record."""

    columns: dict[str, Array]
    counted: Counted
    tops: tuple[Array, Array]


def _weighed(world: World, counts: Counts, records: dict[str, Array], settings: LinkSettings, pairs: Pairs) -> _Weighed:
    """Some of the pairs compared and scored."""
    scored = score(world, counts, settings.model, compare_pairs(world, records, pairs, settings.partner.minimum_age or 0))
    columns, counted, best = columns_of(records["l"], scored), Counted(), np.flatnonzero(scored.rank == 1)
    counted.candidates(columns)
    return _Weighed(columns, counted, (scored.top[best], scored.total[best]))


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


@without_collection()
def decide_links(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings) -> None:
    """Write `decided`: one row for every record, from `candidates` and `link_decisions` where there are any."""
    view(con, "std_name", inputs["std_name"])
    told = _told(con, inputs)
    columns = decide(con, inputs["candidates"], settings.thresholds, told)
    with ThreadPoolExecutor(settings.threads) as pool:

        def write(part: int, rows: slice) -> None:
            """Write some of the rows."""
            write_columns(DECIDED, {name: values[rows] for name, values in columns.items()}, out["decided"], part)

        list(pool.map(write, *zip(*enumerate(halves(array(pa.chunked_array([columns["l"]])))), strict=True)))
