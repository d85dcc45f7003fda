"""Per-value Python over the distinct values of a column, in worker processes, written as Parquet.

Each distinct text is standardised once, however often it occurs; memory is bounded by a few batches.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

Standardiser = Callable[[Sequence[str]], pa.RecordBatch]

BATCH = 10_000  # values a worker takes at once: some 0.3 s of work
BY_ENDING = "reverse(lower(raw)), raw"  # texts with the same ending together, so that what a worker keeps of them is used


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor | None]:
    """A pool of `count` processes; None for one. Spawned, since a fork would inherit DuckDB's threads in mid-step."""
    if count <= 1:
        yield None
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield pool


def standardise_distinct(
    con: duckdb.DuckDBPyConnection,
    values: str,
    function: Standardiser,
    target: Path,
    pool: ProcessPoolExecutor | None,
    width: int = 1,
    order: str = "raw",
) -> int:
    """Write `function` of every distinct non-null text of the query `values` to the Parquet file `target`, in the order `order`.

    `values` has one column `raw`. `width` is the number of workers to keep busy. Returns how many distinct texts there are.
    A small file is not worth a process: the first batch decides.
    """
    query = f"SELECT raw FROM (SELECT DISTINCT raw FROM ({values}) WHERE raw IS NOT NULL) ORDER BY {order}"
    batches = (batch.column(0).to_pylist() for batch in con.cursor().execute(query).to_arrow_reader(BATCH))
    first: list[str] = next(batches, [])
    parallel = pool if len(first) == BATCH else None
    count = 0
    with pq.ParquetWriter(target, function([]).schema, compression="zstd") as writer:
        for result in _in_order(function, _chain(first, batches), parallel, 2 * width):
            writer.write_batch(result)
            count += result.num_rows
    return count


def _chain(first: list[str], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _in_order(
    function: Standardiser, batches: Iterator[list[str]], pool: ProcessPoolExecutor | None, ahead: int
) -> Iterator[pa.RecordBatch]:
    """Results in the order of `batches`, with at most `ahead` of them under way."""
    if pool is None:
        yield from (_uncollected(function, batch) for batch in batches)
        return
    waiting: deque[Future[pa.RecordBatch]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_uncollected, function, batch))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _uncollected(function: Standardiser, batch: list[str]) -> pa.RecordBatch:
    """`function` of a batch without garbage collection meanwhile: it went through all tables and all that is kept, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return function(batch)
    finally:
        if was_on:
            gc.enable()
