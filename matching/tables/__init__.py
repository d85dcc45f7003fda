"""The tables of a run, declared once: the data dictionary, the gate's column contract and the documentation.

A table is a folder of Parquet parts below `tables/`.
"""

from __future__ import annotations

from pathlib import Path

from matching.tables.decisions import DECISIONS, DECISIONS_READ, EVIDENCE, LINK_DECISIONS
from matching.tables.declaration import Column, Table
from matching.tables.linkage import CANDIDATES, DECIDED, PAIR_COUNTS
from matching.tables.outcome import CAUSED, CAUSES, FINDINGS, LEDGER, LINKS, POSSIBLE
from matching.tables.standardised import STD_ADDRESS, STD_NAME, STD_PARTNER, STD_REGISTER

__all__ = [
    "CANDIDATES", "CAUSED", "CAUSES", "DECIDED", "DECISIONS", "DECISIONS_READ", "EVIDENCE", "FINDINGS", "LEDGER", "LINKS",
    "LINK_DECISIONS", "PAIR_COUNTS", "POSSIBLE", "STD_ADDRESS", "STD_NAME", "STD_PARTNER", "STD_REGISTER", "TABLES", "Column", "Table", "parts",
]  # fmt: skip

TABLES = {
    table.name: table
    for table in (STD_NAME, STD_ADDRESS, STD_REGISTER, STD_PARTNER, CANDIDATES, PAIR_COUNTS, DECIDED, LINKS, FINDINGS, POSSIBLE, CAUSES, CAUSED, LEDGER,
                  EVIDENCE, DECISIONS, DECISIONS_READ, LINK_DECISIONS)
}  # fmt: skip


def parts(folder: Path) -> str:
    """The glob that reads all Parquet parts of the table in `folder`."""
    return str(folder / "*.parquet")
