"""The numbers of a report, as frozen values: what summary.json holds and what the page draws. No personal data in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flows.report.history import Status
from flows.report.units import Unit
from matching.estimate import Estimate

OUTCOMES = ("consistent", "mismatch", "review", "ambiguous", "not_found", "out_of_scope", "rejected")
LINKED = ("consistent", "mismatch")
GROUPS = ("linked", "undecided", "not_found")
"""Outcomes as the match weights are shown: linked; ambiguous and review; not found."""
BIN = 2
"""Bits of match weight that one bar of the histogram is wide."""


@dataclass(frozen=True, slots=True)
class FindingCount:
    """A finding of one severity: records that carry it, those whose primary finding it is, the linked among these, and the unlinked among all."""

    code: str
    severity: str
    records: int
    primary: int
    primary_linked: int
    unlinked: int


@dataclass(frozen=True, slots=True)
class PossibleCount:
    """A finding that undecided records would have: if the best candidate is right, and if any that the review shows is."""

    code: str
    severity: str
    best: int
    shown: int


@dataclass(frozen=True, slots=True)
class ProvinceCount:
    """A province of today (`code` is empty where none is known): its records, outcomes, primary findings of mismatches.

    `by_residence` of the records state no place and count for where their resident lives permanently, as in the work list.
    """

    code: str
    name: str
    records: int
    linked: int
    mismatches: int
    findings: Mapping[str, int]
    by_residence: int = 0


@dataclass(frozen=True, slots=True)
class CauseCount:
    """A root cause without a word of what it is about: its keyed id, kind, finding and severity, its mismatches open and decided."""

    cause_id: str
    kind: str
    finding: str
    severity: str
    records: int
    decided: int


@dataclass(frozen=True, slots=True)
class Causes:
    """How many root causes are open, for how many mismatches they stand, and the largest of them, biggest first."""

    causes: int
    mismatches: int
    largest: tuple[CauseCount, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Records whose best candidate has a match weight from `start` to `start` + 2 bits, by group of outcomes."""

    start: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a gate said: `status` as its verdict has it, and how many of its rules ended how."""

    name: str
    status: str
    rules: Mapping[str, int]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A line of the ledger."""

    stage: str
    rows_in: int
    rows_out: int
    rows_quarantined: int


@dataclass(frozen=True, slots=True)
class Profile:
    """How good an input is: share of empty cells a field, conditions of its values, by count of rows."""

    rows: int
    empty: Mapping[str, Decimal]
    name_repairs: Mapping[str, int]
    name_kinds: Mapping[str, int]
    id_conditions: Mapping[str, int]
    address_eras: Mapping[str, int]
    address_communes: Mapping[str, int]
    address_assumptions: Mapping[str, int]
    birth_conditions: Mapping[str, int]
    quarantined: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """All numbers of a run.

    `link_rate`: linked records of those in scope (all but rejected and out of scope). `mismatch_rate`: mismatches of the linked.
    `estimated_precision`: mean posterior of the links; `estimated_recall`: their sum over the sum, over all records, of the
    posterior that some resident is meant, and of what blocking has missed. Both rest on the model, no sample was looked at; `estimated_error` has
    their intervals (matching/estimate.py). `decisions`: what became of those in
    reviewers' files (`read`), how decisions on today's questions stand (`standing`), which ones hold (`closed`). `blocking`: pairs
    compared, keys and pairs left out as over-full, and of `asked` links that are certain by their number how many the other rules `found`
    without it. A rate is null where nothing is counted.
    `possible`: what undecided records would have besides, on none of them yet. `causes`: what mismatches go back to, counts only.
    `earlier`: key numbers of the runs before this one (flows/report/trend.py), oldest first.
    """

    name: str
    source: str
    source_vi: str
    source_en: str
    register_source: str
    as_of: date
    rows_read: int
    outcomes: Mapping[str, int]
    link_rate: Decimal | None
    mismatch_rate: Decimal | None
    estimated_precision: Decimal | None
    estimated_recall: Decimal | None
    estimated_error: Estimate
    blocking: Mapping[str, int]
    severities: Mapping[str, int]
    confidences: Mapping[str, int]
    findings: tuple[FindingCount, ...]
    possible: tuple[PossibleCount, ...]
    status: Status
    decisions: Mapping[str, Mapping[str, int]]
    causes: Causes
    provinces: tuple[ProvinceCount, ...]
    units: tuple[Unit, ...]
    weights: tuple[Bar, ...]
    link_threshold: float
    review_threshold: float
    partner: Profile
    register: Profile
    stages: tuple[Stage, ...]
    gates: tuple[Gate, ...]
    files: Mapping[str, int]
    left_out: tuple[str, ...]
    earlier: tuple[Mapping[str, Any], ...]
