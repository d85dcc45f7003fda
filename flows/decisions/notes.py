"""What reviewers wrote beside their decisions, read where it stands: in their own files, as long as these lie in the folder.

The log never holds a note, since people write there of persons; the work list shows it to whoever looks at the row next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.decisions.rows import HEADERS
from flows.decisions.rows import statements as statements_of
from flows.decisions.settle import Statement
from flows.decisions.sheet import Unreadable, read_sheets


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of the files that are there (SHA-256 -> path), each file read when one of its notes is asked for."""

    files: Mapping[str, Path] = field(default_factory=dict)
    _read: dict[str, Mapping[tuple[int, str], str]] = field(default_factory=dict)

    def of(self, said: Statement) -> str:
        """The note beside a decision; empty if there is none, or its file is gone."""
        if said.file not in self.files:
            return ""
        if said.file not in self._read:
            self._read[said.file] = _notes(self.files[said.file])
        return self._read[said.file].get((said.row, said.cause or said.id), "")


def _notes(path: Path) -> dict[tuple[int, str], str]:
    try:
        rows, _ = statements_of(path.name, read_sheets(path, HEADERS))
    except (Unreadable, OSError):  # it was readable when its decisions were taken; without it the decision is shown alone
        return {}
    found: dict[tuple[int, str], dict[str, None]] = {}
    for row in rows:  # a sheet and its copy have the same id in the same row
        if row.note:
            found.setdefault((row.row, row.id), {})[row.note] = None
    return {place: "; ".join(notes) for place, notes in found.items()}
