"""The one place where DuckDB is opened: bounded memory, a private spill folder, the named folders, no network, no extension that it does not carry."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from matching.sql import quoted

# Letters without accents, as `matching.standardise.text.fold` does it for a whole text; for short columns inside SQL.
_FOLD = "CREATE MACRO fold(x) AS trim(regexp_replace(lower(strip_accents(translate(x, 'ĐđÐð', 'DdDd'))), '[^a-z0-9]+', ' ', 'g'))"


_open: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use: memory as DuckDB writes it ("4GB"), threads, and the folder it may spill into.

    `folders` are those it may read and write, all below them included; none named: any file, which tests alone ask for.
    """

    memory: str
    threads: int
    spill: Path
    folders: tuple[Path, ...] = ()


def connect(limits: Limits, file: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory, or in `file` if one is named, within `limits`; the caller closes it."""
    con = duckdb.connect(
        str(file or ":memory:"),
        config={
            "memory_limit": limits.memory,
            "threads": str(limits.threads),
            "temp_directory": str(limits.spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    _open.add(con)
    con.execute("SET enable_progress_bar = false")
    if file is None:  # what people find in a file is theirs alone
        con.execute(_FOLD)
    if limits.folders:
        for statement in confinement((*limits.folders, limits.spill)):
            con.execute(statement)
    return con


def spill_folder(con: duckdb.DuckDBPyConnection) -> Path:
    """Where this connection spills to; whoever works for it may do the same."""
    return Path(con.execute("SELECT current_setting('temp_directory')").fetchall()[0][0])


@contextlib.contextmanager
def asked_at_once(con: duckdb.DuckDBPyConnection, askers: int) -> Iterator[None]:
    """For statements that run at once, on cursors of their own: the threads that ask work too, so DuckDB has as many fewer of its own."""
    (threads,) = con.execute("SELECT current_setting('threads')").fetchall()[0]
    con.execute(f"SET threads = {max(1, int(threads) - askers + 1)}")
    try:
        yield
    finally:
        con.execute(f"SET threads = {int(threads)}")


def interrupt_all() -> None:
    """Stop what the open connections of this process are doing: their statements raise; a connection at rest is left alone."""
    for con in list(_open):
        with contextlib.suppress(duckdb.ConnectionException):  # closed in the meantime: it does nothing more
            con.interrupt()


def confinement(folders: Iterable[Path]) -> tuple[str, str]:
    """The statements after which a connection reaches these folders and nothing else: no other file, no network, no extension.

    They cannot be told to a connection when it is opened, only then; nor can they be taken back, locked or not (DuckDB 1.5).
    """
    named = ", ".join(quoted(folder.absolute()) for folder in folders)
    return f"SET allowed_directories = [{named}]", "SET enable_external_access = false"


def write_table(con: duckdb.DuckDBPyConnection, query: str, folder: Path, order: str, part: int = 0) -> int:
    """Write the rows of `query`, ordered by `order`, as one part of the table in `folder`; returns how many.

    With an empty `order` they stay in that of the table which `query` reads: DuckDB keeps it (preserve_insertion_order).
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = part_file(folder, part)
    written = con.execute(
        f"COPY (SELECT * FROM ({query}){f' ORDER BY {order}' if order else ''}) TO {quoted(target.with_suffix('.tmp'))} "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
    ).fetchall()
    target.with_suffix(".tmp").rename(target)
    return int(written[0][0])


def part_file(folder: Path, part: int) -> Path:
    """The file of one part of the table in `folder`."""
    return folder / f"part-{part:04d}.parquet"


def view(con: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """Make the table in `folder` readable as `name`."""
    con.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({quoted(folder / '*.parquet')})")
