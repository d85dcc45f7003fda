"""Run a gate: the suites of a stage's tables, a verdict file, and the error that stops the run if they do not hold.

`run_gate("links", tables, gates_folder, workspace, "4GB")` then `raise_for(verdict)`. Great Expectations takes seconds to import,
so it is imported when a gate runs and not before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from expectations.declarations import Suite
from expectations.gates import GATES, suites_of
from expectations.verdict import RuleVerdict, Verdict, gate_status, raise_for, write_verdict

__all__ = ["GATES", "RuleVerdict", "Verdict", "evaluate", "raise_for", "run_gate"]


def run_gate(
    gate: str,
    tables: Mapping[str, Path],
    out: Path,
    workspace: Path,
    memory: str = "2GB",
    sources: Mapping[str, str] | None = None,
) -> Verdict:
    """Evaluate the gate over `tables` (table name -> folder of Parquet parts) and write `out/<gate>.json`.

    `gate` is a name of GATES. Pass every table of the run that exists: rules join them. An existing table that holds no
    row must still have a part (with its columns), else its rules are broken. `sources` names the sources whose fields the raw
    gates hold the raw tables against (`register_source`, `partner_source`; DEFAULT_SOURCES if not given). `workspace` is a
    private folder that DuckDB may spill into; nothing is left in it. What the data hold raises nothing: see `raise_for`.
    KeyError for an unknown gate or source.
    """
    verdict = evaluate(gate, suites_of(gate, sources), tables, workspace, memory)
    write_verdict(verdict, out / f"{gate}.json")
    return verdict


def evaluate(
    gate: str, suites: Sequence[Suite], tables: Mapping[str, Path], workspace: Path, memory: str
) -> Verdict:  # fmt: skip
    """The verdict of `suites` over `tables`; writes nothing."""
    from expectations.session import broken, session  # noqa: PLC0415 - seconds to import

    workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    rules: list[RuleVerdict] = []
    with session(tables, workspace, memory) as opened:
        for suite in suites:
            if suite.table in tables:
                rules += opened.evaluate(suite)
            else:
                rules += [broken(suite, rule, "TableNotGiven") for rule in suite.rules]
    ordered = tuple(sorted(rules, key=lambda rule: (rule.table, rule.rule)))
    owners = ", ".join(sorted({suite.owner for suite in suites}))
    return Verdict(gate, owners, gate_status(ordered), ordered)
