"""The ledger: no stage loses a row."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Suite, no_rows, not_empty
from matching.tables import LEDGER

SUITE = Suite(
    "ledger", "ledger", "run",
    (
        *contract("R-LED", LEDGER),
        not_empty("R-LED", "bước", "stage"),
        no_rows(
            "R-LED-IDENTITY", "SELECT stage FROM ledger WHERE rows_in <> rows_out + rows_quarantined",
            "Ở mọi bước, số dòng vào phải bằng số dòng ra cộng số dòng cách ly.",
            "In every stage, rows in are rows out plus rows quarantined.",
        ),
    ),
)  # fmt: skip
