"""The refused rows: each with file, line and the rule that it broke. An empty quarantine is what everybody hopes for."""

from __future__ import annotations

from expectations.contract import columns_rule, type_rule
from expectations.declarations import Suite, no_rows, not_null
from matching.tables import Column

_COLUMNS = (
    Column("file", "VARCHAR", "name of the file", False),
    Column("line", "BIGINT", "line of the file", False),
    Column("rule", "VARCHAR", "the rule it broke", False),
    Column("raw", "VARCHAR", "the row as it stands in the file"),
    Column("record_id", "VARCHAR", "its key, where it is known"),
)


def _suite(role: str, prefix: str) -> Suite:
    table = f"quarantine_{role}"
    return Suite(
        table, table, f"ingest_{role}",
        (
            columns_rule(prefix, [column.name for column in _COLUMNS]),
            *(type_rule(prefix, column) for column in _COLUMNS),
            *(not_null(prefix, column.name) for column in _COLUMNS if not column.nullable),
            no_rows(
                f"{prefix}-ONCE", f"SELECT file, line FROM raw_{role} INTERSECT SELECT file, line FROM {table}",
                "Một dòng không thể vừa được nhận vừa bị cách ly.", "A line is accepted or quarantined, not both.",
            ),
        ),
    )  # fmt: skip


REGISTER = _suite("register", "R-QUA-REG")
PARTNER = _suite("partner", "R-QUA-PAR")
