"""What is asked of a validation and what comes of it: counts, rules and lines of files, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from expectations.verdict import RuleVerdict, Verdict
from flows.extract.bounds import Bounds
from flows.extract.compare import Change
from flows.extract.profile import Profile
from flows.ingest import InputOptions
from flows.ingest.declare import ColumnReport, FileReport
from matching.errors import GateBroken, GateFailed, InputRefused, Problem

Place = tuple[str, int]  # file, line


@dataclass(frozen=True, slots=True)
class Request:
    """The files of one extract, what they should be, and what they are compared with (None: with nothing)."""

    source: str
    files: tuple[Path, ...]
    options: InputOptions
    day: date
    accepted: Path | None = None
    bounds: Bounds = field(default_factory=Bounds)
    codes_as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an extract; `refused` alone if it could not be read at all.

    `places` has the first few lines behind a failed rule, `quarantined` and `quarantine_places` those of the rows set aside.
    """

    source: str
    files: tuple[str, ...]
    refused: tuple[Problem, ...] = ()
    reports: tuple[FileReport, ...] = ()
    columns: tuple[ColumnReport, ...] = ()
    rows_read: int = 0
    rows_accepted: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)
    quarantine_places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    compared_with: str | None = None
    profile: Profile | None = None

    @property
    def rules(self) -> tuple[RuleVerdict, ...]:
        """The verdicts on all rules, gate by gate."""
        return tuple(rule for verdict in self.verdicts for rule in verdict.rules)

    @property
    def exit_code(self) -> int:
        """That of a run: 5 refused, 4 a gate is broken, 3 a gate failed, 0 fine."""
        if self.refused:
            return InputRefused.exit_code
        found = {verdict.status for verdict in self.verdicts}
        return GateBroken.exit_code if "broken" in found else GateFailed.exit_code if "failed" in found else 0

    @property
    def status(self) -> str:
        """In one word: `refused`, `broken`, `failed`, `passed_with_warnings` or `passed`."""
        if self.refused:
            return "refused"
        found = {verdict.status for verdict in self.verdicts}
        return next(status for status in ("broken", "failed", "passed_with_warnings", "passed") if status in found)
