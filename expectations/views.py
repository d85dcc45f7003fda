"""The tables of a run as views, the same for whoever judges them and for whoever looks up what was judged."""

from __future__ import annotations

from pathlib import Path

from matching.sql import quoted
from matching.tables import parts


def view_statement(name: str, folder: Path) -> str:
    """The statement that makes the table in `folder` readable as `name`.

    Raw tables are united by column name: each file of the partner may carry columns of its own through.
    """
    united = ", union_by_name = true" if name.startswith("raw_") else ""
    return f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(Path(parts(folder)))}{united})"
