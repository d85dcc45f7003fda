"""Which suites make up a gate, in the order of the stages; each suite stands in `expectations.suites`, one module a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from expectations.declarations import Suite
from expectations.suites import (
    candidates,
    causes,
    decided,
    decisions,
    extract,
    findings,
    ledger,
    links,
    pair_counts,
    quarantine,
    raw_partner,
    raw_register,
    report,
    std_address,
    std_name,
    std_partner,
    std_register,
)
from matching.sources import source

# The suites of each gate, in the order of the stages. Those of one side (`raw_partner`, `std_partner`) are for an extract alone.
GATES: Mapping[str, tuple[str, ...]] = {
    "raw": ("raw_register", "raw_partner", "quarantine_register", "quarantine_partner"),
    "raw_register": ("raw_register", "quarantine_register"),
    "raw_partner": ("raw_partner", "quarantine_partner"),
    "extract": ("extract",),
    "std_register": ("std_name", "std_address", "std_register"),
    "std_partner": ("std_name", "std_address", "std_partner"),
    "std": ("std_name", "std_address", "std_register", "std_partner"),
    "candidates": ("candidates",),
    "pair_counts": ("pair_counts",),
    "findings": ("decided", "findings", "possible", "causes", "caused"),
    "links": ("links", "ledger"),
    "decisions": ("evidence", "decisions", "decisions_read", "link_decisions"),
    "report": ("report",),
}

DEFAULT_SOURCES: Mapping[str, str] = {"register_source": "population_register", "partner_source": "electricity"}

_SUITES: Mapping[str, Callable[[Mapping[str, str]], Suite]] = {
    "raw_register": lambda sources: raw_register.suite(source(sources["register_source"])),
    "raw_partner": lambda sources: raw_partner.suite(source(sources["partner_source"])),
    "quarantine_register": lambda _: quarantine.REGISTER,
    "quarantine_partner": lambda _: quarantine.PARTNER,
    "extract": lambda _: extract.SUITE,
    "std_name": lambda _: std_name.SUITE,
    "std_address": lambda _: std_address.SUITE,
    "std_register": lambda _: std_register.SUITE,
    "std_partner": lambda _: std_partner.SUITE,
    "candidates": lambda _: candidates.SUITE,
    "pair_counts": lambda _: pair_counts.SUITE,
    "decided": lambda _: decided.SUITE,
    "findings": lambda _: findings.SUITE,
    "possible": lambda _: findings.SUITE_POSSIBLE,
    "causes": lambda _: causes.SUITE,
    "caused": lambda _: causes.SUITE_CAUSED,
    "links": lambda _: links.SUITE,
    "ledger": lambda _: ledger.SUITE,
    "evidence": lambda _: decisions.SUITE_EVIDENCE,
    "decisions": lambda _: decisions.SUITE,
    "decisions_read": lambda _: decisions.SUITE_READ,
    "link_decisions": lambda _: decisions.SUITE_LINKS,
    "report": lambda _: report.SUITE,
}


def suites_of(gate: str, sources: Mapping[str, str] | None = None) -> tuple[Suite, ...]:
    """The suites of `gate` for the named sources; KeyError with the known names if there is no such gate."""
    if gate not in GATES:
        raise KeyError(f"no gate {gate!r}; known: {', '.join(GATES)}")
    chosen = {**DEFAULT_SOURCES, **(sources or {})}
    return tuple(_SUITES[name](chosen) for name in GATES[gate])
