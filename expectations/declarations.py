"""What a rule and a suite are, and the few shapes of rule that the suites are written in. No Great Expectations here.

A rule is data: an expectation type with its arguments, who answers for it, what happens when it does not hold, how much of
it is tolerated, and why it stands there in both languages. SQL rules name the tables of the run as views; their query
returns the *keys* of the rows that break the rule, which is what is counted, and what is written for whoever looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning"]

# An expectation of our own (engine.py): counts the rows of a query, against a tolerated share of another query's rows.
SQL_RULE = "expect_unexpected_rows_to_be_within_tolerance"

# A share over fewer rows than this is no evidence: two odd rows out of three must not stop a run.
ENOUGH_ROWS = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold; `tolerance` is the share of rows that has to keep it (GX calls it `mostly`).

    `about` names the declared columns of an SQL rule, where naming them helps whoever has to mend the data.
    """

    id: str
    expectation: str
    kwargs: Mapping[str, Any]
    severity: Severity
    reason_vi: str
    reason_en: str
    tolerance: float = 1.0
    about: tuple[str, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of the expectation, the tolerance among them where it is not 1."""
        return {**self.kwargs, **({"mostly": self.tolerance} if self.tolerance < 1 else {})}

    @property
    def columns(self) -> tuple[str, ...]:
        """The declared columns that the rule is about; empty for rules about a whole table."""
        listed = self.kwargs.get("column_list") or self.kwargs.get("column_set") or self.about
        return (self.kwargs["column"],) if "column" in self.kwargs else tuple(listed)

    @property
    def level(self) -> int:
        """0: the columns are there; 1: they have their types, there are rows; 2: what the rows say.

        A critical failure at one level makes the next one meaningless, so it is not run.
        """
        if self.expectation.startswith("expect_table_columns"):
            return 0
        shape = ("expect_column_values_to_be_of_type", "expect_table_row_count_to_be_between")
        return 1 if self.expectation in shape else 2


@dataclass(frozen=True, slots=True)
class Suite:
    """The rules of one table; `owner` is the stage whose mistake a failure is."""

    name: str
    table: str
    owner: str
    rules: tuple[Rule, ...] = field(default=())

    def __post_init__(self) -> None:
        ids = [rule.id for rule in self.rules]
        repeated = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
        if repeated:
            raise ValueError(f"suite {self.name}: rule ids given twice: {', '.join(repeated)}")


def not_empty(prefix: str, row_vi: str, row_en: str, severity: Severity = "critical") -> Rule:
    """The table holds at least one row; a gate is never passed by an empty table unnoticed."""
    return Rule(
        f"{prefix}-ROWS", "expect_table_row_count_to_be_between", {"min_value": 1}, severity,
        f"Bảng phải có ít nhất một {row_vi}.", f"There must be at least one {row_en}.",
    )  # fmt: skip


def not_null(prefix: str, column: str, severity: Severity = "critical") -> Rule:
    """`column` is never null."""
    return Rule(
        f"{prefix}-NOTNULL-{column}", "expect_column_values_to_not_be_null", {"column": column}, severity,
        f"Cột {column} không được để trống.", f"Column {column} may not be null.",
    )  # fmt: skip


def one_of(prefix: str, column: str, values: Sequence[str]) -> Rule:
    """`column`, where not null, is one of the declared `values`."""
    return Rule(
        f"{prefix}-SET-{column}", "expect_column_values_to_be_in_set", {"column": column, "value_set": list(values)}, "critical",
        f"Cột {column} chỉ nhận các giá trị đã khai báo.", f"Column {column} takes declared values only.",
    )  # fmt: skip


def between(prefix: str, column: str, low: float | None, high: float | None, severity: Severity = "critical") -> Rule:
    """`column`, where not null, lies between `low` and `high`, both included (None: no bound)."""
    bounds = {key: value for key, value in (("min_value", low), ("max_value", high)) if value is not None}
    words_vi = " ".join(f"{word} {value}" for word, value in (("từ", low), ("đến", high)) if value is not None)
    words_en = " ".join(f"{word} {value}" for word, value in (("from", low), ("to", high)) if value is not None)
    return Rule(
        f"{prefix}-RANGE-{column}", "expect_column_values_to_be_between", {"column": column, **bounds}, severity,
        f"Cột {column} phải nằm trong khoảng {words_vi}.", f"Column {column} lies in its range, {words_en}.",
    )  # fmt: skip


def matches(prefix: str, column: str, regex: str, vi: str, en: str) -> Rule:
    """`column`, where not null, matches `regex` (RE2, searched: anchor it)."""
    return Rule(
        f"{prefix}-FORM-{column}", "expect_column_values_to_match_regex", {"column": column, "regex": regex}, "critical", vi, en,
    )  # fmt: skip


def no_rows(rule_id: str, query: str, vi: str, en: str, severity: Severity = "critical") -> Rule:
    """`query`, which returns the keys of rows that are wrong, returns none."""
    return Rule(rule_id, SQL_RULE, {"unexpected_rows_query": _tidy(query)}, severity, vi, en)


def share(
    rule_id: str,
    wrong: str,
    of: str,
    at_most: float,
    vi: str,
    en: str,
    severity: Severity = "warning",
    enough: int = ENOUGH_ROWS,
    about: tuple[str, ...] = (),
) -> Rule:
    """At most the share `at_most` of the rows of query `of` is `wrong` (also a query), judged from `enough` rows on."""
    kwargs = {"unexpected_rows_query": _tidy(wrong), "rows_query": _tidy(of), "minimum_rows": enough}
    return Rule(rule_id, SQL_RULE, kwargs, severity, vi, en, round(1 - at_most, 6), about)


def graded(
    rule_id: str,
    wrong: str,
    of: str,
    warn: float,
    stop: float,
    vi: str,
    en: str,
    enough: int = ENOUGH_ROWS,
    about: tuple[str, ...] = (),
) -> tuple[Rule, Rule]:
    """A share that is reported above `warn` and stops the run above `stop`."""
    vi_warn, en_warn = f"{vi} (báo khi vượt {warn:.0%}).", f"{en} (reported above {warn:.0%})."
    vi_stop, en_stop = f"{vi} (dừng khi vượt {stop:.0%}).", f"{en} (stops above {stop:.0%})."
    return (
        share(f"{rule_id}-WARN", wrong, of, warn, vi_warn, en_warn, "warning", enough, about),
        share(f"{rule_id}-STOP", wrong, of, stop, vi_stop, en_stop, "critical", enough, about),
    )


def _tidy(query: str) -> str:
    """SQL without the indentation of the module it stands in, one line, so that the exported JSON stays readable."""
    return " ".join(query.split())
