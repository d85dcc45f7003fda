"""The run's tables as views of one DuckDB connection, and its rows as plain Python, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.report.settings import ReportSettings
from matching.engine import Limits, connect, view
from matching.findings import FINDINGS
from matching.sql import quoted
from matching.tables import Table

BATCH = 2_000
Row = tuple[Any, ...]


@contextmanager
def opened(
    inputs: dict[str, Path], settings: ReportSettings, workspace: Path, folders: Iterable[Path]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that has every table of `inputs` as a view, and `finding_order` (code, place); it reaches no other folders than `folders` besides."""
    con = connect(Limits(settings.memory, settings.threads, workspace / "spill", (*inputs.values(), workspace, *folders)))
    try:
        for name, folder in sorted(inputs.items()):
            if folder.is_dir():
                view(con, name, folder)
        if "possible" not in inputs:
            con.execute(
                "CREATE TABLE possible (record_id VARCHAR, place INTEGER, person_id VARCHAR, finding VARCHAR, severity VARCHAR, level VARCHAR)"
            )
        con.execute("CREATE TABLE finding_order (code VARCHAR, place INTEGER)")
        con.executemany("INSERT INTO finding_order VALUES (?, ?)", [(f.code, place) for place, f in enumerate(FINDINGS)])
        yield con
    finally:
        con.close()


def rows(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    """The rows of an ordered query as tuples; memory is bounded by the batch."""
    for batch in con.execute(query).to_arrow_reader(BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query gives; 0 for null."""
    return int(con.execute(query).fetchall()[0][0] or 0)


def copy_table(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> None:
    """Write a table as one Parquet file, in its key's order: the same bytes whatever the number of threads."""
    columns = ", ".join(f"{column.name}::{column.type} AS {column.name}" for column in table.columns)
    copy(con, f"SELECT {columns} FROM {table.name} ORDER BY {', '.join(table.key)}", target)


def copy(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write an ordered query as one Parquet file that only its owner may read."""
    target.touch(mode=0o600)
    threads = count(con, "SELECT current_setting('threads')")
    con.execute("SET threads = 1")  # several threads cut the row groups differently from run to run
    con.execute(f"COPY ({query}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)")
    con.execute(f"SET threads = {threads}")
    target.chmod(0o600)
