"""What a finding is: one thing that is wrong or different, declared in one place with its condition, evidence and words.

Conditions and evidence are SQL over `facts`, one wide row a partner record (see facts.py): a finding reads, it never joins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["field", "review", "benign"]
SEVERITIES: tuple[Severity, ...] = ("field", "review", "benign")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages. `{key}` is a value of the evidence; `[...]` is left out where one of its values is missing."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry of the table of findings.

    `severity`: one for all, or by the value of `severity_by` (SQL, default `level`). `condition`: SQL that holds where the
    finding applies. `evidence`: key and SQL of each value that it rests on. `level`: SQL of the kind of difference.
    `form`: SQL of an evidence value `form` that picks among sentences. `suggested`: SQL of a value to suggest.
    `sentence` and `action` are keyed by level, else by form; "" is the default. `needs_link`: only linked records carry it.
    """

    code: str
    severity: Severity | Mapping[str, Severity]
    condition: str
    evidence: Mapping[str, str]
    sentence: Mapping[str, Text]
    action: Mapping[str, Text]
    needs_link: bool = True
    level: str | None = None
    form: str | None = None
    severity_by: str | None = None
    suggested: str | None = None

    @property
    def severity_sql(self) -> str:
        """The severity as SQL text; null where no entry of the mapping fits, which the gate refuses."""
        if isinstance(self.severity, str):
            return f"'{self.severity}'"
        whens = " ".join(f"WHEN '{value}' THEN '{severity}'" for value, severity in self.severity.items())
        return f"CASE {self.severity_by or self.level} {whens} END"

    @property
    def condition_sql(self) -> str:
        """The whole condition, the link included."""
        return f"linked AND ({self.condition})" if self.needs_link else f"({self.condition})"

    @property
    def evidence_sql(self) -> str:
        """The evidence as one JSON object with sorted keys; missing values are null."""
        values = dict(self.evidence) | ({"form": self.form} if self.form else {})
        pairs = ", ".join(f"'{key}', {values[key]}" for key in sorted(values))
        return f"CAST(json_object({pairs}) AS VARCHAR)"


def always(vi: str, en: str) -> dict[str, Text]:
    """The one text that holds for every level and form."""
    return {"": Text(vi, en)}
