"""How long the report of a large run takes and how much memory: a published run's records, as often as asked, written anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from rich.console import Console
from rich.table import Table

from flows.bench.memory import Watch
from flows.publish import read_manifest
from flows.report import ReportSettings, write, write_report
from flows.short_memory import short_of_memory
from matching.engine import Limits, connect
from matching.errors import InputRefused, Problem
from matching.sources import source
from matching.sql import quoted

SECONDS, MEMORY, PAGE, LOAD = 120, 2_000_000_000, 5_000_000, 3.0
"""What a report of USUAL mismatches and fewer may take; of more in proportion more seconds, and no more of anything else."""
USUAL = 200_000
COPIED = (
    "raw_partner", "std_partner", "quarantine_partner", "candidates", "decided", "links", "findings", "possible", "evidence", "caused",
    "std_name", "std_address",
)  # fmt: skip
LEFT_OUT = ("decisions", "decisions_read", "link_decisions", "report_counts")
# A copy is of other people at other places: ids, names and addresses of its own. The residents stay, and with them their values (copy 0).
_NEW = {
    "l": "l + k * 10000000", "line": "line + k * 10000000",
    **{name: f"{name} || '-' || k" for name in ("record_id", "mismatch_id", "case_id")},
}  # fmt: skip
_VALUES = {"std_name": "name", "std_address": "address"}
_OF_VALUES = {name: f"{name} + k * 100000000" for name in ("name", "place", "address")}
_STEPS = {
    "_write_work_list": "CSV: mismatches, by_unit",
    "_write_reviews": "CSV: review, not found",
    "write_sheets": "XLSX",
    "render_page": "HTML",
}

_T = TypeVar("_T")


@dataclass(slots=True)
class Taken:
    """Seconds by step; the most memory that all processes held at a time, that which writes the report, and the largest of its workers."""

    seconds: dict[str, float] = field(default_factory=dict)
    wall: float = 0.0
    peak: int = 0
    own: int = 0
    worker: int = 0
    rows: int = 0
    page: int = 0
    load: float | None = None


def bench_report(run: Path, mismatches: int, console: Console, memory: str = "1GB") -> bool:
    """Write the report of `mismatches` and more, made out of the published run in folder `run`; whether all bounds were kept.

    DuckDB may use `memory`; ConfigError if the report cannot be written with it.
    """
    if not (run / "tables" / "std_partner").is_dir():
        raise InputRefused(Problem(str(run / "tables"), "không có / not there", "các bảng của lượt chạy / the run's tables"))
    manifest = read_manifest(run)
    copies = -(-mismatches // max(1, manifest["counts"]["outcomes"]["mismatch"]))
    with tempfile.TemporaryDirectory(prefix="doisoat-bench-") as scratch:
        inputs = _apart(multiplied, run / "tables", Path(scratch) / "tables", copies)
        try:
            with Watch() as watch:
                taken = _apart(_written, inputs, Path(scratch), manifest["counts"], run / "gates", memory)
        except duckdb.OutOfMemoryException as error:
            raise short_of_memory(f"--memory {memory}", error, "tăng --memory / raise --memory") from error
        own, *workers = sorted(watch.each.values(), reverse=True)
        taken.peak, taken.own, taken.worker = watch.total, own, max(workers, default=0)
        taken.load = _load(Path(scratch) / "out" / "report.html", Path(scratch) / "browser")
    return _told(taken, copies, console)


def _apart(work: Callable[..., _T], *args: object) -> _T:
    """What `work` returns, done in a process of its own: neither is blamed for the other's memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


def multiplied(tables: Path, target: Path, copies: int) -> dict[str, Path]:
    """The run's tables, those of the partner `copies` times under ids of their own."""
    inputs = {}
    for folder in sorted(path for path in tables.iterdir() if path.is_dir() and path.name not in LEFT_OUT):
        inputs[folder.name] = folder
        if folder.name in COPIED:
            inputs[folder.name] = target / folder.name
            _copy(folder, target / folder.name, copies)
    return inputs


def _copy(folder: Path, target: Path, copies: int) -> None:
    target.mkdir(parents=True)
    for other in folder.glob("*.json"):
        shutil.copy(other, target)
    with connect(Limits("1GB", os.cpu_count() or 1, target.parent, (folder.parent, target))) as con:
        con.execute("SET preserve_insertion_order = false")  # streamed: the copies take no memory that the report is blamed for
        con.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet({quoted(folder)} || '/*.parquet', union_by_name = true)")
        names = [row[0] for row in con.execute("DESCRIBE t").fetchall()]
        values = _OF_VALUES if folder.name in ("std_partner", *_VALUES) else {}
        chosen = ", ".join(f'{(_NEW | values)[name]} AS "{name}"' if name in _NEW | values else f'"{name}"' for name in names)
        con.execute(
            f"COPY (SELECT {chosen} FROM t, range({copies}) s(k){_wanted(folder)}) TO {quoted(target / 'part-0000.parquet')} (FORMAT parquet)"
        )


def _wanted(table: Path) -> str:
    """Which rows of a table every copy gets: of the values only those that the partner's records have."""
    if table.name not in _VALUES:
        return ""
    used = {"std_name": "name", "std_address": "place"}[table.name]
    return f" WHERE k = 0 OR {_VALUES[table.name]} IN (SELECT {used} FROM read_parquet({quoted(table.parent / 'std_partner')} || '/*.parquet'))"


def _written(inputs: dict[str, Path], scratch: Path, counts: dict[str, Any], gates: Path, memory: str) -> Taken:
    taken, out = Taken(), scratch / "out"
    out.mkdir()
    settings = ReportSettings(
        name=counts["name"], as_of=date.fromisoformat(counts["as_of"]), source=source(counts["source"]),
        register_source=source(counts.get("register_source", "population_register")), key=bytes(32), memory=memory,
    )  # fmt: skip
    whole = {name: getattr(write, name) for name in _STEPS}
    for name, function in whole.items():
        setattr(write, name, _timed(function, _STEPS[name], taken))
    try:
        start = time.perf_counter()
        summary = write_report(inputs, out, settings, None, gates, scratch / "tmp")
        taken.wall = time.perf_counter() - start
    finally:
        for name, function in whole.items():
            setattr(write, name, function)
    taken.rows, taken.page = summary["status"]["open_now"], (out / "report.html").stat().st_size
    return taken


def _timed(function: Callable[..., Any], name: str, taken: Taken) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - hands on whatever it is given
        """Call the function and add the seconds that it took, also if it raised."""
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            taken.seconds[name] = taken.seconds.get(name, 0.0) + time.perf_counter() - start

    return timed


def _load(page: Path, profile: Path) -> float | None:
    """Seconds that headless Chromium takes to start, load and draw the page; null if there is no Chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        return None
    quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    command = [
        browser,
        *quiet.split(),
        f"--user-data-dir={profile}",
        "--window-size=1440,4000",
        f"--screenshot={page.with_suffix('.png')}",
        page.as_uri(),
    ]
    best = None
    for _ in range(2):  # the first start makes the profile
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        if done.returncode or not page.with_suffix(".png").is_file():
            return None
        best = time.perf_counter() - start
    return best


def _told(taken: Taken, copies: int, console: Console) -> bool:
    table = Table("", "đo được / measured", "giới hạn / bound", box=None, pad_edge=False)
    for name, step in taken.seconds.items():
        table.add_row(name, f"{step:.1f} s", "")
    seconds = SECONDS * max(1.0, taken.rows / USUAL)
    kept = [taken.wall <= seconds, taken.peak <= MEMORY, taken.page <= PAGE, taken.load is None or taken.load <= LOAD]
    table.add_row("cả báo cáo / the whole report", f"{taken.wall:.1f} s", f"{seconds:.0f} s")
    table.add_row("bộ nhớ cao nhất / peak memory", f"{taken.peak / 1e6:,.0f} MB", f"{MEMORY / 1e6:,.0f} MB")
    table.add_row("  tiến trình ghi / the writing process", f"{taken.own / 1e6:,.0f} MB", "")
    table.add_row("  tiến trình con lớn nhất / largest worker", f"{taken.worker / 1e6:,.0f} MB", "")
    table.add_row("report.html", f"{taken.page / 1e3:,.0f} kB", f"{PAGE / 1e3:,.0f} kB")
    table.add_row("Chromium", "không có / not there" if taken.load is None else f"{taken.load:.2f} s", f"{LOAD:.0f} s")
    console.print(f"{taken.rows:,} sai lệch / mismatches ({copies} ×), Python {sys.version.split()[0]}")
    console.print(table)
    return all(kept)
