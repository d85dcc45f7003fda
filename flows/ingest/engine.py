"""A DuckDB connection that can do nothing but what ingest needs: bounded memory, a private spill folder, no network, settings that stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from matching.engine import Limits, connect


@contextmanager
def engine(workspace: Path, folders: Sequence[Path], memory: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills into the workspace, reaches only it and `folders`, and loads no extension; closed at the end."""
    spill = workspace / "spill"
    spill.mkdir(mode=0o700, exist_ok=True)
    with connect(Limits(memory, threads, spill, (workspace, *folders))) as connection:
        connection.execute("SET lock_configuration = true")
        yield connection
