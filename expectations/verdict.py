"""What a gate says: one verdict, rule by rule, in counts only, and the error that stops a run.

Three things are told apart: a rule that holds, data that break a rule, and a rule that could not be evaluated (broken: it says
nothing about the data, so it neither passes nor blames them). `not_run` rules are those that had no ground to stand on, because the
table's columns or types had failed already.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from expectations.declarations import Severity
from matching.errors import GateBroken, GateFailed, Problem

RuleStatus = Literal["passed", "failed", "broken", "not_run"]
GateStatus = Literal["passed", "passed_with_warnings", "failed", "broken"]


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What became of one rule. Counts are None where the rule does not count; `columns` are declared names only.

    `error` is the kind of error of a broken rule, never its text: that may quote a value.
    """

    rule: str
    table: str
    owner: str
    status: RuleStatus
    severity: Severity
    unexpected_count: int | None
    element_count: int | None
    observed: float | None
    tolerance: float
    columns: tuple[str, ...]
    error: str | None
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says of its tables; `owner` names the stages that answer for them."""

    gate: str
    owner: str
    status: GateStatus
    rules: tuple[RuleVerdict, ...]

    def rules_with(self, status: RuleStatus, severity: Severity | None = None) -> tuple[RuleVerdict, ...]:
        """The rules that ended with `status`, of one severity if it is given."""
        return tuple(rule for rule in self.rules if rule.status == status and severity in (None, rule.severity))


def gate_status(rules: tuple[RuleVerdict, ...]) -> GateStatus:
    """The verdict over all rules: broken before failed before warnings; a gate without rules is broken."""
    if not rules or any(rule.status == "broken" for rule in rules):
        return "broken"
    failed = {rule.severity for rule in rules if rule.status == "failed"}
    if "critical" in failed:
        return "failed"
    return "passed_with_warnings" if failed else "passed"


def write_verdict(verdict: Verdict, file: Path) -> None:
    """Write the verdict as JSON: same verdict, same bytes; only the owner of the folder may read it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(asdict(verdict), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    draft = file.with_suffix(".tmp")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(file)


def raise_for(verdict: Verdict) -> None:
    """GateBroken if a rule could not be evaluated, GateFailed if a critical rule does not hold, else nothing."""
    if verdict.status == "broken":
        broken = verdict.rules_with("broken")
        problems = [_problem(verdict.gate, rule) for rule in broken]
        raise GateBroken(
            problems or [Problem(f"gate {verdict.gate}", "không có quy tắc / no rules", "ít nhất một quy tắc / at least one rule")]
        )
    if verdict.status == "failed":
        raise GateFailed([_problem(verdict.gate, rule) for rule in verdict.rules_with("failed", "critical")])


def _problem(gate: str, rule: RuleVerdict) -> Problem:
    """One rule as a problem to read: which gate, table and rule, how many rows, and why it matters."""
    where = f"gate {gate}, table {rule.table}, rule {rule.rule}"
    if rule.status == "broken":
        expected = f"{rule.reason_vi} / {rule.reason_en}"
        return Problem(
            where,
            f"không kiểm tra được / could not be evaluated ({rule.error})",
            expected,
            f"xem bước và bộ kiểm tra / look at stage {rule.owner} and the suite",
        )
    fix = f"xem bước / look at stage {rule.owner}"
    if rule.owner.startswith("ingest_"):
        fix += "; số dòng sai trong tệp / the lines of the file: doisoat validate FILE --source NAME --run RUN.toml"
    return Problem(where, _found(rule), f"{rule.reason_vi} / {rule.reason_en}", fix)


def _found(rule: RuleVerdict) -> str:
    """The counts in words, with the declared columns that are at fault."""
    at = f": {', '.join(rule.columns)}" if rule.columns else ""
    if rule.unexpected_count is None:
        return f"không đúng / does not hold{at}" + ("" if rule.observed is None else f" ({rule.observed:g})")
    of = "" if rule.element_count is None else f" / {rule.element_count}"
    return f"{rule.unexpected_count}{of} dòng sai / rows are wrong{at}"
