"""Rules that follow from what is declared anyway: columns, types, nulls and keys of a table or of a source's raw table."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.declarations import Rule, not_null
from matching.sources import Source
from matching.tables import Column, Table


def columns_rule(prefix: str, names: Sequence[str], exact: bool = True) -> Rule:
    """The table has the declared columns, and no other if `exact`."""
    return Rule(
        f"{prefix}-COLUMNS", "expect_table_columns_to_match_set",
        {"column_set": list(names), "exact_match": exact}, "critical",
        "Bảng phải có đúng các cột đã khai báo." if exact else "Bảng phải có đủ các cột đã khai báo.",
        "The table has exactly the declared columns." if exact else "The table has all declared columns.",
    )  # fmt: skip


def type_rule(prefix: str, column: Column) -> Rule:
    """The column has its declared DuckDB type."""
    return Rule(
        f"{prefix}-TYPE-{column.name}", "expect_column_values_to_be_of_type",
        {"column": column.name, "type_": column.type}, "critical",
        f"Cột {column.name} phải có kiểu {column.type}.", f"Column {column.name} has the type {column.type}.",
    )  # fmt: skip


def key_rule(prefix: str, key: Sequence[str]) -> Rule:
    """The key identifies one row."""
    names = ", ".join(key)
    words = (f"Khóa ({names}) không được lặp lại.", f"The key ({names}) occurs once.")
    if len(key) == 1:
        return Rule(f"{prefix}-KEY", "expect_column_values_to_be_unique", {"column": key[0]}, "critical", *words)
    kwargs = {"column_list": list(key)}
    return Rule(f"{prefix}-KEY", "expect_compound_columns_to_be_unique", kwargs, "critical", *words)


def contract(prefix: str, table: Table) -> tuple[Rule, ...]:
    """The column contract of a declared table: columns, types, nulls, key."""
    return (
        columns_rule(prefix, table.names),
        *(type_rule(prefix, column) for column in table.columns),
        *(not_null(prefix, column.name) for column in table.columns if not column.nullable),
        key_rule(prefix, table.key),
    )


def raw_table(source: Source) -> Table:
    """The raw table of a source: origin of the line, then every field as text. Required fields may not be null.

    The register's name is required as a column, yet a resident without one is a resident: only the partner's may not be null.
    """
    needed = {item.name for item in source.fields if item.required and (item.kind == "key" or source.role == "partner")}
    fields = tuple(Column(item.name, "VARCHAR", "as in the file", item.name not in needed) for item in source.fields)
    origin = (Column("file", "VARCHAR", "name of the file", False), Column("line", "BIGINT", "line of the file", False))
    return Table(f"raw_{source.role}", "a line of a file", (source.key,), (*origin, *fields))


def raw_contract(prefix: str, source: Source) -> tuple[Rule, ...]:
    """The contract of a source's raw table; columns that are carried through may come on top."""
    table = raw_table(source)
    origin = Rule(
        f"{prefix}-ORIGIN", "expect_compound_columns_to_be_unique", {"column_list": ["file", "line"]}, "critical",
        "Mỗi dòng của tệp chỉ được đọc một lần.", "A line of a file is read once.",
    )  # fmt: skip
    return (
        columns_rule(prefix, table.names, exact=False),
        *(type_rule(prefix, column) for column in table.columns),
        *(not_null(prefix, column.name) for column in table.columns if not column.nullable),
        key_rule(prefix, table.key),
        origin,
    )
