"""How fast the real stage is: distinct texts out of Parquet through DuckDB and worker processes into Parquet, start included.

The clock runs in a process of its own, so the memory it reports is that of the stage and not of what made the strings.
Fewer values than a batch are read in one process, as the stage does it, so a short run says little about speed.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from flows.bench.figures import Figure
from flows.generate.units import AS_OF
from matching.engine import Limits, connect
from matching.standardise.addresses import standardise_addresses
from matching.standardise.distinct import BY_ENDING, Standardiser, standardise_distinct, workers
from matching.standardise.names import standardise_names

CORES = 2
MEMORY = "1GB"
STANDARDISERS: dict[str, Standardiser] = {"addresses": partial(standardise_addresses, as_of=AS_OF), "names": standardise_names}
ORDERS = {"addresses": BY_ENDING, "names": "raw"}
TARGETS = {"addresses": (30_000, 60_000), "names": (100_000, 200_000)}


@dataclass(frozen=True, slots=True)
class Timing:
    """One timed run of the stage: distinct values, seconds by the wall clock and of all processors (which other work on the
    machine does not lengthen), peak memory in MB of the stage and of its largest worker.
    """

    values: int
    seconds: float
    cpu: float
    memory: float
    worker_memory: float

    @property
    def per_second(self) -> float:
        """Values a second by the wall clock."""
        return self.values / self.seconds


def timed(kind: str, source: str, target: Path) -> Timing:
    """Standardise the distinct `text` of the Parquet files `source` into the file `target` on two cores."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_stage, kind, source, target).result()


def _stage(kind: str, source: str, target: Path) -> Timing:
    query = f"SELECT text AS raw FROM read_parquet('{source}')"
    folders = (Path(source).parent, target.parent)
    with tempfile.TemporaryDirectory() as spill, connect(Limits(MEMORY, CORES, Path(spill), folders)) as con:
        start, busy = time.perf_counter(), _cpu()
        with workers(CORES) as pool:
            values = standardise_distinct(con, query, STANDARDISERS[kind], target, pool, CORES, ORDERS[kind])
        seconds, cpu = time.perf_counter() - start, _cpu() - busy
    return Timing(values, seconds, cpu, _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN))


def _cpu() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak(who: int) -> float:
    """Peak resident memory in MB (kilobytes on Linux, bytes on a Mac)."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(who).ru_maxrss / unit


def figures(kind: str, timing: Timing) -> tuple[Figure, ...]:
    """A timing against its aims."""
    least, hoped = TARGETS[kind]
    return (
        Figure("giá trị khác nhau mỗi giây / distinct values a second", timing.per_second, "/s", least),
        Figure("mong muốn / hoped for", timing.per_second, "/s", hoped),
        Figure("giá trị khác nhau / distinct values", timing.values),
        Figure("thời gian / time", timing.seconds, "s"),
        Figure("CPU mỗi giá trị / processor time a value", 1e6 * timing.cpu / max(1, timing.values), "µs"),
        Figure("bộ nhớ cao nhất / peak memory", timing.memory, "MB"),
        Figure("của tiến trình con lớn nhất / of the largest worker", timing.worker_memory or None, "MB"),
    )
