"""The spreadsheets beside the lists: one each, and further files where a list has more rows than a sheet can hold."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from flows.report.settings import ReportSettings
from flows.report.units import Unit
from flows.report.xlsx_files import MOST_ROWS, SheetJob, write_xlsx
from matching.worker import end_with_parent

_WORTH_A_PROCESS = 5_000  # rows below which spreadsheets are made without worker processes


def write_sheets(out: Path, units: Sequence[Unit], causes: int, settings: ReportSettings) -> tuple[str, ...]:
    """A spreadsheet beside each CSV of the work list, and of its causes; in words, which lists go on in a further file."""
    sizes = {out / "mismatches.csv": sum(unit.mismatches for unit in units), out / "causes.csv": causes}
    sizes |= {out / "by_unit" / f"{unit.stem}.csv": unit.mismatches for unit in units}
    title = f"doisoat: {settings.name}"
    lists = [
        sheets_of(path, size, settings.delimiter, title, settings.as_of)
        for path, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    ]
    _write([job for jobs in lists for job in jobs], settings.threads, sum(sizes.values()))
    return tuple(_goes_on([job.target.relative_to(out).as_posix() for job in jobs]) for jobs in lists if len(jobs) > 1)


def sheets_of(source: Path, rows: int, delimiter: str, title: str, as_of: date) -> list[SheetJob]:
    """The spreadsheets of a CSV of `rows` rows: `x.xlsx`, then `x-2.xlsx` and so on with what a sheet does not hold any more."""
    firsts = range(0, max(rows, 1), MOST_ROWS)
    names = (f"{source.stem}{f'-{at}' if at > 1 else ''}.xlsx" for at, _ in enumerate(firsts, 1))
    return [
        SheetJob(source, source.with_name(name), min(MOST_ROWS, rows - first), delimiter, title, as_of, first)
        for name, first in zip(names, firsts, strict=True)
    ]


def sheet_workers(count: int) -> ProcessPoolExecutor:
    """A pool of `count` processes that write spreadsheets, none of which outlives the run."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=end_with_parent)


def _write(jobs: Sequence[SheetJob], threads: int, rows: int) -> None:
    if threads == 1 or rows < _WORTH_A_PROCESS:
        for job in jobs:
            write_xlsx(job)
        return
    with sheet_workers(threads) as pool:
        for _ in pool.map(write_xlsx, jobs):  # raises what a worker raised
            pass


def _goes_on(names: Sequence[str]) -> str:
    """The note on a list that is spread over files: a reader must not take the first for the whole."""
    rest = ", ".join(names[1:])
    vi = f"{names[0]}: {MOST_ROWS} dòng đầu, hết mức của một trang tính; phần còn lại ở {rest}"
    return f"{vi} / the first {MOST_ROWS} rows, all that a sheet holds; the rest in {rest}"
