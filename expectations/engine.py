"""Great Expectations on DuckDB: what its SQLAlchemy engine needs so that every rule is evaluated inside the database.

Great Expectations 1.24 has no DuckDB engine. Its SQLAlchemy one gives the connection back before it reads the result, and a
DuckDB cursor *is* its connection, so the rows are gone and every expectation ends in an IndexError. This module reads first,
asks DuckDB itself for column types, searches with RE2, and adds one expectation: rows that a query of ours returns, counted
against a tolerance. Only counts leave the database. Errors are reduced to their type here, since DuckDB quotes the values.
"""
# ruff: noqa: ANN401 - signatures are those of Great Expectations, which declares no types for them
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any, ClassVar, Literal, TypeVar

import sqlalchemy as sa
from great_expectations.compatibility import pydantic
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.config_str import ConfigStr
from great_expectations.datasource.fluent.sql_datasource import QueryAsset
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # its warnings quote statements and values


T = TypeVar("T")


class QueryFailed(Exception):
    """A query could not be run; holds the type of the cause only."""


class _DuckDBTypes(ModuleType):
    """DuckDB's types by the names that DESCRIBE gives them, as one class each, where the engine looks up a dialect's types."""

    def __getattr__(self, name: str) -> type[sa.types.TypeEngine[Any]]:
        if not name.isupper():
            raise AttributeError(name)
        return _type_class(name)


@cache
def _type_class(name: str) -> type[sa.types.TypeEngine[Any]]:
    return type(name, (sa.types.NullType,), {})


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """The SQLAlchemy engine, reading each (small) result while its connection is open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module = _DuckDBTypes("duckdb_types")

    def execute_query(self, query: Any) -> Any:
        """The rows of `query`, all in memory; QueryFailed with the type of the cause if it cannot be run."""
        return self._safely(lambda connection: self._execute_query_with_recovery(connection, query).freeze()())

    def execute_query_in_transaction(self, query: Any) -> Any:
        """As `execute_query`: nothing is ever written."""
        return self.execute_query(query)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of plain DuckDB SQL, in which colons and braces mean nothing; QueryFailed if it cannot be run."""
        return self._safely(lambda connection: [tuple(row) for row in connection.exec_driver_sql(statement).fetchall()])

    def run(self, statement: str) -> None:
        """Run a statement that returns nothing (CREATE VIEW); QueryFailed if it cannot be run."""

        def execute(connection: sa.Connection) -> None:
            """Run it and keep what it made."""
            connection.exec_driver_sql(statement)
            connection.commit()

        self._safely(execute)

    def _safely(self, use: Callable[[sa.Connection], T]) -> T:
        """What `use` makes of a connection; any error is reduced to its type."""
        try:
            with self.get_connection() as connection:
                return use(connection)
        except Exception as error:
            cause = type(getattr(error, "orig", None) or error).__name__
        raise QueryFailed(cause)  # outside the handler: the cause quotes values and must not travel as context


class DuckDBDatasource(SQLDatasource):
    """`context.data_sources.add_duckdb(name, connection_string=...)`."""

    asset_types: ClassVar[list[type[QueryAsset]]] = [QueryAsset]
    type: Literal["duckdb"] = "duckdb"
    connection_string: ConfigStr | str

    @property
    def execution_engine_type(self) -> Any:
        """The engine class that evaluates this datasource's batches."""
        return DuckDBExecutionEngine


class ColumnTypes(TableMetricProvider):
    """Column names and types of a batch, from DESCRIBE (reflection of duckdb-engine breaks on SQLAlchemy 2.1)."""

    metric_name = "table.column_types"
    value_keys = ("include_nested",)

    @metric_value(engine=DuckDBExecutionEngine)
    def _duckdb(cls, execution_engine: DuckDBExecutionEngine, metric_domain_kwargs: dict[str, Any], **_: Any) -> Any:  # noqa: N805
        records = execution_engine.get_domain_records(domain_kwargs=metric_domain_kwargs)
        query = sa.select(sa.text("*")).select_from(records)
        compiled = query.compile(execution_engine.engine, compile_kwargs={"literal_binds": True})
        return [{"name": name, "type": _type_class(kind)()} for name, kind, *_ in execution_engine.rows(f"DESCRIBE {compiled}")]


class MatchRegex(ColumnMapMetricProvider):
    """A regular expression is searched for, as in every other engine (`~` would be a full match in DuckDB)."""

    condition_metric_name = "column_values.match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)
    def _duckdb(cls, column: Any, regex: str, **_: Any) -> Any:  # noqa: N805
        return sa.func.regexp_matches(column, sa.literal(regex))


class QueryCounts(MetricProvider):
    """How many rows a query returns, and how many the query of all rows that it is a part of."""

    metric_name = "doisoat.query_counts"
    domain_keys = ("batch_id",)
    value_keys = ("unexpected_rows_query", "rows_query")

    @metric_value(engine=DuckDBExecutionEngine)
    def _duckdb(
        cls,  # noqa: N805
        execution_engine: DuckDBExecutionEngine,
        metric_value_kwargs: Mapping[str, str | None],
        **_: Any,
    ) -> tuple[int, int | None]:
        wrong, rows = metric_value_kwargs["unexpected_rows_query"], metric_value_kwargs.get("rows_query")
        of = f"(SELECT count(*) FROM ({rows}))" if rows else "NULL"
        found = execution_engine.rows(f"SELECT (SELECT count(*) FROM ({wrong})), {of}")
        return found[0]


class ExpectUnexpectedRowsToBeWithinTolerance(BatchExpectation):
    """The query returns no row, or at most the share `1 - mostly` of the rows of `rows_query`.

    Judged only if `rows_query` has at least `minimum_rows` rows: a share of a handful is no evidence.
    """

    unexpected_rows_query: str
    rows_query: str | None = None
    mostly: float = pydantic.Field(default=1.0, ge=0, le=1)
    minimum_rows: int = 0

    metric_dependencies: ClassVar[tuple[str, ...]] = ("doisoat.query_counts",)
    success_keys: ClassVar[tuple[str, ...]] = ("unexpected_rows_query", "rows_query", "mostly", "minimum_rows")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    def _validate(self, metrics: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        wrong, rows = metrics["doisoat.query_counts"]
        judged = rows is None or rows >= self.minimum_rows
        allowed = 0 if rows is None else round((1 - self.mostly) * rows, 6)
        return {"success": not judged or wrong <= allowed, "result": {"unexpected_count": wrong, "element_count": rows}}
