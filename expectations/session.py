"""A gate at work: the tables of a run as views of one in-memory DuckDB, and rules evaluated against them one suite at a time."""
# ruff: noqa: ANN401 - batches and results are objects of Great Expectations, which declares no types for them

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.registry import get_expectation_impl

from expectations.declarations import Rule, Suite
from expectations.engine import DuckDBExecutionEngine, QueryFailed
from expectations.verdict import RuleStatus, RuleVerdict
from expectations.views import view_statement
from matching.engine import confinement

# Nothing but counts comes back: the default formats carry values of records.
COUNTS_ONLY = {"result_format": "BASIC", "exclude_unexpected_values": True, "partial_unexpected_count": 0}


@dataclass(frozen=True)
class Session:
    """A datasource with its engine, and the tables that could not be opened, each with the type of the error."""

    datasource: Any
    engine: DuckDBExecutionEngine
    unreadable: Mapping[str, str]

    def evaluate(self, suite: Suite) -> list[RuleVerdict]:
        """The verdict on every rule of the suite, in no order."""
        error = self.unreadable.get(suite.table)
        return [broken(suite, rule, error) for rule in suite.rules] if error else self._by_level(suite)

    def _by_level(self, suite: Suite) -> list[RuleVerdict]:
        """Evaluate level by level; what stands on a level that failed is not run."""
        asset = self.datasource.add_query_asset(suite.name, query=f"SELECT * FROM {suite.table}")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        found: list[RuleVerdict] = []
        for level in (0, 1, 2):
            rules = [rule for rule in suite.rules if rule.level == level]
            if any(verdict.status == "failed" and verdict.severity == "critical" for verdict in found):
                found += [_verdict(suite, rule, "not_run") for rule in rules]
            else:
                found += _evaluate(suite, rules, batch)
        return found


@contextmanager
def session(tables: Mapping[str, Path], workspace: Path, memory: str) -> Iterator[Session]:
    """Open the tables as views of their names, closed at the end.

    An empty folder, or one with a part that is no Parquet, does not raise: its rules come out broken.
    """
    context = gx.get_context(mode="ephemeral", project_config=_in_memory())
    datasource = context.data_sources.add_duckdb(
        "gate", connection_string="duckdb:///:memory:", kwargs={"connect_args": {"config": _limits(workspace, memory)}}
    )
    engine = datasource.get_execution_engine()
    for statement in (*confinement((*tables.values(), workspace)), "SET lock_configuration = true"):
        engine.run(statement)
    try:
        yield Session(datasource, engine, _open(engine, tables))
    finally:
        engine.engine.dispose()


def _in_memory() -> DataContextConfig:
    """Stores in memory, no Data Docs (they load from five foreign hosts), no folder left in the temp directory."""
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return DataContextConfig(store_backend_defaults=stores, analytics_enabled=False, progress_bars=bars)


def _limits(workspace: Path, memory: str) -> dict[str, str]:
    return {
        "memory_limit": memory,
        "temp_directory": str(workspace),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
    }


def _open(engine: DuckDBExecutionEngine, tables: Mapping[str, Path]) -> dict[str, str]:
    """Make the views; returns the tables that cannot be read, with the type of the error."""
    unreadable = {}
    for name, folder in tables.items():
        try:
            engine.run(view_statement(name, folder))
        except QueryFailed as error:
            unreadable[name] = str(error)
    return unreadable


def _evaluate(suite: Suite, rules: Sequence[Rule], batch: Any) -> list[RuleVerdict]:
    """Run the rules in one pass; a rule that cannot even be built, or that leaves no result, is broken."""
    found, built = [], []
    for rule in rules:
        try:
            built.append(_expectation(rule))
        except Exception as error:
            found.append(broken(suite, rule, type(error).__name__))
    results = _validate(batch, built)
    judged = {verdict.rule for verdict in found}
    for rule in rules:
        if rule.id not in judged:
            result = results.get(rule.id)
            found.append(_judge(suite, rule, result) if result is not None else broken(suite, rule, "NoResult"))
    return found


def _expectation(rule: Rule) -> Any:
    """The expectation object of a rule; raises if the type is unknown or does not take the arguments."""
    return get_expectation_impl(rule.expectation)(**rule.arguments, severity=rule.severity, meta={"rule": rule.id})


def _validate(batch: Any, expectations: Sequence[Any]) -> dict[str, Any]:
    """Results by rule id (they come in another order than the rules); empty if the pass itself broke down."""
    if not expectations:
        return {}
    try:
        outcome = batch.validate(gx.ExpectationSuite("gate", expectations=list(expectations)), result_format=COUNTS_ONLY)
    except Exception:  # the rules without a result are reported as broken
        return {}
    return {result.expectation_config.meta["rule"]: result for result in outcome.results}


def _judge(suite: Suite, rule: Rule, result: Any) -> RuleVerdict:
    """A result as a verdict; whether it raised is looked at first, since a rule that raised also has `success: False`."""
    raised = _raised(result.exception_info or {})
    if raised:
        return broken(suite, rule, raised)
    if result.success:
        return _verdict(suite, rule, "passed", result.result)
    return _verdict(suite, rule, "failed", result.result)


def _raised(info: Mapping[str, Any]) -> str | None:
    """The type of the error that a rule ended in; None if it did not raise.

    The information is flat, or keyed by the metric that raised. Its text is used only if it is the type that the engine left.
    """
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry["raised_exception"]:
            message = str(entry["exception_message"])
            return message if message.isidentifier() else "MetricError"
    return None


def broken(suite: Suite, rule: Rule, error: str) -> RuleVerdict:
    """The verdict on a rule that could not be evaluated."""
    return _verdict(suite, rule, "broken", error=error)


def _verdict(
    suite: Suite, rule: Rule, status: RuleStatus, result: Mapping[str, Any] | None = None, error: str | None = None
) -> RuleVerdict:  # fmt: skip
    """A verdict with the counts of a result: numbers and declared names only."""
    result = result or {}
    observed = result.get("observed_value")
    return RuleVerdict(
        rule=rule.id, table=suite.table, owner=suite.owner, status=status, severity=rule.severity,
        unexpected_count=_unexpected(result), element_count=_count(result.get("element_count")),
        observed=float(observed) if isinstance(observed, int | float) else None, tolerance=rule.tolerance,
        columns=_columns(rule, status, result), error=error, reason_vi=rule.reason_vi, reason_en=rule.reason_en,
    )  # fmt: skip


def _columns(rule: Rule, status: str, result: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that the rule is about; of a failed column contract, the declared ones that are missing."""
    if rule.level == 0 and status == "failed":
        missing = set(result.get("details", {}).get("mismatched", {}).get("missing", ()))
        return tuple(name for name in rule.columns if name in missing)
    return rule.columns if rule.level else ()


def _unexpected(result: Mapping[str, Any]) -> int | None:
    """Unexpected rows; of a failed column contract, the number of columns that are missing or too many."""
    mismatched = result.get("details", {}).get("mismatched")
    return sum(map(len, mismatched.values())) if mismatched else _count(result.get("unexpected_count"))


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None
