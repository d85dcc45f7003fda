"""A DuckDB connection that can do nothing but what ingest needs: bounded memory, a private spill folder, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from matching.engine import confinement


@contextmanager
def engine(workspace: Path, folders: Sequence[Path], memory: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills into the workspace, reaches only it and `folders`, and loads no extension; closed at the end."""
    spill = workspace / "spill"
    spill.mkdir(mode=0o700, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": str(spill),
    }
    with duckdb.connect(":memory:", config=config) as connection:
        statements = ("SET enable_progress_bar = false", *confinement((workspace, *folders)), "SET lock_configuration = true")
        for statement in statements:
            connection.execute(statement)
        yield connection
