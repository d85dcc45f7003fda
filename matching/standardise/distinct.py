"""Per-value Python over the distinct values of a column, in worker processes, written as Parquet.

Each distinct text is standardised once, however often it occurs; memory is bounded by a few batches.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from matching.garbage import without_collection
from matching.worker import end_at_once, end_with_parent

if TYPE_CHECKING:
    import duckdb  # a worker has no use for it

Standardiser = Callable[[Sequence[str]], pa.RecordBatch]

BATCH = 5_000  # values a worker takes at once: some 0.2 s of work
GROUP = 4  # batches in a row group: a quarter less time for writing than one by one
WORTH_PROCESSES = 10_000  # fewer values are done before a process has started
BY_ENDING = "array_to_string(list_reverse(string_split(lower(raw), ' ')), ' '), raw"
"""Texts with the same ending together, so that what a worker keeps of them is used; word by word, since DuckDB takes three
times as long to turn round letters that have accents.
"""

_DICTIONARY = 2**16  # bytes of a dictionary of values before a column is written without one: most columns are as good as unique
_NOTHING = pa.nulls(0, pa.string())


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor | None]:
    """A pool of `count` processes; None for one. Spawned, since a fork would inherit DuckDB's threads in mid-step."""
    if count <= 1:
        yield None
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_prepare) as pool:
        yield pool


def _prepare() -> None:
    """A worker's first steps. Garbage collection stays off: it went through all that is kept, a twelfth of the time, and found nothing.

    No standardiser leaves objects that refer to each other behind (a test holds that), so memory is given back without it.
    """
    gc.disable()
    end_with_parent()
    end_at_once()
    _without_pandas()


def _without_pandas() -> None:
    """Keep a worker from importing pandas: the first list that Arrow takes would, 0.15 s that nothing here needs."""
    sys.meta_path.insert(0, _NoPandas())


class _NoPandas(MetaPathFinder):
    """Says that there is no pandas, which Arrow takes for an answer."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Nothing for any other module; raises ModuleNotFoundError for pandas."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


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
    The workers start and load what they need while DuckDB puts the texts in order.
    """
    with con.cursor() as cursor:  # a cursor has tables of its own, which go with it
        cursor.execute(f"CREATE TEMP TABLE texts AS SELECT DISTINCT raw FROM ({values}) WHERE raw IS NOT NULL")
        count = int(cursor.execute("SELECT count(*) FROM texts").fetchall()[0][0])
        parallel = pool if count >= WORTH_PROCESSES else None
        started = [parallel.submit(_standardised, function, _NOTHING) for _ in range(width)] if parallel else []
        batches = cursor.execute(f"SELECT raw FROM texts ORDER BY {order}").to_arrow_reader(BATCH)
        schema = (started[0].result() if started else function(())).schema
        with pq.ParquetWriter(target, schema, compression="zstd", dictionary_pagesize_limit=_DICTIONARY) as writer:
            results = _in_order(function, (batch.column(0) for batch in batches), parallel, 2 * width)
            while group := list(islice(results, GROUP)):
                writer.write_table(pa.Table.from_batches(group))
    return count


def _in_order(
    function: Standardiser, batches: Iterator[pa.Array], pool: ProcessPoolExecutor | None, ahead: int
) -> Iterator[pa.RecordBatch]:
    """Results in the order of `batches`, with at most `ahead` of them under way."""
    if pool is None:
        yield from (_standardised(function, batch) for batch in batches)
        return
    waiting: deque[Future[pa.RecordBatch]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_standardised, function, batch))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@without_collection()
def _standardised(function: Standardiser, batch: pa.Array) -> pa.RecordBatch:
    """`function` of a batch."""
    return function(batch.to_pylist())
