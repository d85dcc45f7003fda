"""Looks into the tables of a kept run: each by a connection of its own, which reaches that folder alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.private_folder import private_folder
from matching.engine import Limits, connect


@contextmanager
def looking(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads what lies below `folder`; what it spills is gone with it."""
    with private_folder() as spill, connect(Limits("2GB", 2, spill, (folder,))) as con:
        yield con
