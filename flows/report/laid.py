"""A long list in the memory of a batch, however many rows it has: what it needs of each table is set apart first, in narrow steps.

Which records stand in the list, and in which order, is sorted once by keys alone and laid down with the ids that lead further.
What each table says of them is then laid down in a file of its own, sorted by place in the list: no step holds wide rows of
several tables, and each sorts and joins within DuckDB's memory, the rest on disk. A batch reads its own stretch of each file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from flows.report.tables import Row, rows
from matching.sql import quoted

BATCH = 10_000  # rows of a list that are joined at once
_STRETCH = 20_000  # rows of a file that are read or passed over together


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as SQL. `order`: the keys of its records, in a complete order. `parts`: name -> query over `listed`, which is these keys
    with the place `n`; it gives `n` and what one table says, any number of rows. `rows`: the list's rows out of the parts, by `n`.
    """

    order: str
    parts: Mapping[str, str]
    rows: str


def laid_rows(con: duckdb.DuckDBPyConnection, listing: Listing, scratch: Path) -> Iterator[Row]:
    """The rows of a list in its order; files are laid down in `scratch`, a private folder, and taken away at the end."""
    keys = scratch / "listed.parquet"
    _lay_down(con, listing.order, keys)
    con.execute(
        f"CREATE OR REPLACE VIEW listed AS SELECT *, file_row_number AS n FROM read_parquet({quoted(keys)}, file_row_number = true)"
    )
    files = {name: scratch / f"listed-{name}.parquet" for name in listing.parts}
    for name, query in listing.parts.items():
        _lay_down(con, f"{query} ORDER BY n", files[name])
    for first in range(0, pq.read_metadata(keys).num_rows, BATCH):
        yield from rows(con, f"WITH {_stretches(files, first)}\n{listing.rows}\nORDER BY h.n")
    con.execute("DROP VIEW listed")
    for file in (keys, *files.values()):
        file.unlink()


def _lay_down(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write the rows of an ordered query into a private file, in stretches that a batch can pass over."""
    target.touch(mode=0o600)
    con.execute(f"COPY ({query}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_STRETCH})")
    target.chmod(0o600)


def _stretches(files: Mapping[str, Path], first: int) -> str:
    """The parts as relations that hold no more than the batch from `first` on."""
    within = f"WHERE n BETWEEN {first} AND {first + BATCH - 1}"
    return ",\n".join(f"{name} AS MATERIALIZED (SELECT * FROM read_parquet({quoted(file)}) {within})" for name, file in files.items())
