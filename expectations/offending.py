"""Which rows broke a rule: their keys, for whoever looks into a failed run. No Great Expectations: its own index queries drop
conditions, and cross join for compound keys, so the rows are selected here and their number is held against the verdict.

The keys lead to people, so the files belong into the private folder of the failed run and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from expectations.declarations import SQL_RULE, Rule
from expectations.gates import suites_of
from expectations.verdict import Verdict
from expectations.views import view_statement
from matching.engine import Limits, connect
from matching.errors import GateBroken, Problem
from matching.sql import quoted, quoted_list
from matching.tables import TABLES


def write_offending_keys(
    verdict: Verdict, tables: Mapping[str, Path], folder: Path, limits: Limits, sources: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Write `folder/<rule>.parquet` with the keys of the rows behind each failed rule that has rows; returns how many, by rule.

    For a verdict that failed; of a broken one the tables may not be readable. GateBroken if the number of keys is not the number that the verdict counted.
    """
    rules = {rule.id: (suite.table, rule) for suite in suites_of(verdict.gate, sources) for rule in suite.rules}
    written: dict[str, int] = {}
    con = connect(limits)
    try:
        for name, path in tables.items():
            if any(path.glob("*.parquet")):  # tables of later stages may be named already
                con.execute(view_statement(name, path))
        for failed in verdict.rules_with("failed"):
            query = rows_query(*rules[failed.rule])
            if query:
                written[failed.rule] = _write(con, query, folder / f"{failed.rule}.parquet")
    finally:
        con.close()
    counted = {rule.rule: rule.unexpected_count for rule in verdict.rules_with("failed")}
    wrong = [rule for rule, rows in written.items() if rows != counted[rule]]
    if wrong:
        raise GateBroken(
            [
                Problem(f"rule {rule}", f"{written[rule]} khóa / keys", f"{counted[rule]}, như kết luận / as in the verdict")
                for rule in wrong
            ]
        )
    return written


def rows_query(table: str, rule: Rule) -> str | None:
    """The query of the keys of the rows that break the rule; None for rules about a table as a whole."""
    if rule.expectation == SQL_RULE:
        return str(rule.kwargs["unexpected_rows_query"])
    condition = _CONDITIONS.get(rule.expectation)
    if condition is None:
        return None
    declared = TABLES.get(table)
    keys = ", ".join(declared.key) if declared else _KEYS.get(table, "file, line")
    return f"SELECT {keys} FROM {table} WHERE {condition(table, rule.kwargs)}"


_KEYS = {"report_counts": "what", "extract_changes": "side, measure, field"}


def _outside(_: str, kwargs: Mapping[str, Any]) -> str:
    bounds = [f"{kwargs['column']} {sign} {kwargs[end]}" for sign, end in (("<", "min_value"), (">", "max_value")) if end in kwargs]
    return " OR ".join(bounds)


def _repeated(table: str, columns: str) -> str:
    return f"({columns}) IN (SELECT ({columns}) FROM {table} GROUP BY {columns} HAVING count(*) > 1)"


_CONDITIONS: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "expect_column_values_to_not_be_null": lambda _, kwargs: f"{kwargs['column']} IS NULL",
    "expect_column_values_to_be_in_set": lambda _, kwargs: f"{kwargs['column']} NOT IN ({quoted_list(kwargs['value_set'])})",
    "expect_column_values_to_be_between": _outside,
    "expect_column_values_to_match_regex": lambda _, kwargs: f"NOT regexp_matches({kwargs['column']}, {quoted_list([kwargs['regex']])})",
    "expect_column_values_to_be_unique": lambda table, kwargs: _repeated(table, kwargs["column"]),
    "expect_compound_columns_to_be_unique": lambda table, kwargs: _repeated(table, ", ".join(kwargs["column_list"])),
}


def _write(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    """Write the rows of the query, in the order of all their columns; only the owner may read them."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    copied = con.execute(f"COPY (SELECT * FROM ({query}) ORDER BY ALL) TO {quoted(file)} (FORMAT parquet)").fetchall()
    file.chmod(0o600)
    return int(copied[0][0])
