"""Reviewers' files, and each of their rows held against the case that it was decided on: what does not fit is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows.decisions.known import Case, Known
from flows.decisions.rows import HEADERS, PRIMARY, Refused, Row, file_of
from flows.decisions.rows import statements as statements_of
from flows.decisions.sheet import Unreadable, read_sheets
from flows.decisions.when import as_day
from flows.manifest import file_sha256
from flows.sealed import Line
from matching.identifiers import keyed_id

CANDIDATE = "candidate_"
_PERSON_PREFIX = "PS"


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """What reading needs of the run: the day, the key and the source of ids.

    `second_person`: the findings that two people decide on; `second_look`: `unsure` leaves a question open.
    """

    as_of: date
    source: str
    key: bytes = field(repr=False)
    second_person: frozenset[str] = frozenset()
    second_look: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """What stands in reviewers' files: each new file with its SHA-256, rows that decide, rows that were refused.

    `again` are rows that an earlier run refused and whose file still lies there; `paths` has every file that lies there by its SHA-256.
    """

    hashes: Mapping[str, str]
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    again: tuple[Refused, ...] = ()
    paths: Mapping[str, Path] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        """Every id that is decided on."""
        return frozenset(row.id for row in self.rows) | {row.id for row in self.again}


Wrong = Mapping[tuple[int, int], str]
"""Rows of a file that an earlier run refused, and why: the sheet's number (0 for the only one) and row -> reason."""
Place = tuple[str, int, str, str]
"""Where a decision stands: file, row, finding, and the mismatch or review (a row about a cause decides on several)."""


@dataclass(frozen=True, slots=True)
class Held:
    """Rows held against what is known: the lines they add to the log by their place, those that were refused."""

    lines: Mapping[Place, Line]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One decision of a row: on what, on which evidence, and through which cause (empty: on the row alone)."""

    id: str
    finding: str
    decision: str
    evidence: str
    cause: str = ""


def read_files(folder: Path, paths: Iterable[Path], seen: Mapping[str, Wrong]) -> Files:
    """Read the files that were not `seen` before, each content once; of those that were, the rows that were refused then."""
    hashes: dict[str, str] = {}
    there: dict[str, Path] = {}
    rows: list[Row] = []
    refused: list[Refused] = []
    again: list[Refused] = []
    for path in paths:
        name, sha256 = path.relative_to(folder).as_posix(), file_sha256(path)
        if sha256 in there:
            continue
        there[sha256] = path
        if sha256 in seen:
            again += _refused_before(name, path, seen[sha256])
            continue
        hashes[name] = sha256
        found, wrong = _statements(name, path)
        rows += found
        refused += wrong
    return Files(hashes, tuple(rows), tuple(refused), tuple(again), there)


def _statements(name: str, path: Path) -> tuple[list[Row], list[Refused]]:
    """The rows of a file; one that is no table is one refusal."""
    try:
        return statements_of(name, read_sheets(path, HEADERS))
    except Unreadable as error:
        return [], [Refused(name, 0, "", error.reason)]


def _refused_before(name: str, path: Path, wrong: Wrong) -> list[Refused]:
    """The rows of a file that the log knows as refused, with what they say; nothing is read if there are none."""
    if not wrong:
        return []
    rows, refused = _statements(name, path)
    whole: list[Row | Refused] = [*rows, *refused]
    said = {(one.sheet, one.row): one for one in whole}
    return [_refused(said[place], reason) for place, reason in wrong.items() if place in said]


def _refused(one: Row | Refused, reason: str) -> Refused:
    return Refused(one.file, one.row, one.id, reason, one.written, one.decided_by, one.sheet)


def hold(files: Files, found: Known, settings: DecisionSettings) -> Held:
    """Find for every row the case that it was decided on; what fits becomes lines of the log, the rest is refused."""
    lines: dict[Place, Line] = {}
    refused = list(files.refused)
    for row in files.rows:
        said, reason = _of_cause(row, found) if row.of_cause else _of_case(row, found)
        if reason:
            refused.append(_refused(row, reason))
        for one in said:
            lines[row.file, row.row, one.finding, one.id] = _line(row, one, found.case(one.id, one.evidence), files, settings)
    return Held(lines, tuple(sorted(refused, key=lambda one: (one.file, one.row))))


def _of_case(row: Row, found: Known) -> tuple[list[_Said], str]:
    """What a row says of its own mismatch or review, or why it is refused."""
    evidence, reason = _evidence(row, found)
    case = found.case(row.id, evidence)
    reason = reason or _unfit(row, case)
    if reason:
        return [], reason
    return [_Said(row.id, finding, decision, evidence) for finding, decision in _by_finding(row, case).items()], ""


def _of_cause(row: Row, found: Known) -> tuple[list[_Said], str]:
    """What a row says of every mismatch that its cause stood for in the list that it is of, or why it is refused."""
    shown = found.causes.get(row.id)
    if shown is None:
        return [], "unknown_id"
    if row.evidence is None:
        return [], "cause_evidence"
    members = shown.get(row.evidence)
    if members is None:
        return [], "other_evidence"
    if not set(row.decisions) <= {PRIMARY, *(member.finding for member in members)}:
        return [], "unknown_finding"
    decided = [(member, row.decisions.get(member.finding) or row.decisions.get(PRIMARY)) for member in members]
    return [_Said(member.id, member.finding, decision, member.evidence, row.id) for member, decision in decided if decision], ""


def _evidence(row: Row, found: Known) -> tuple[str, str]:
    """The evidence that a row was decided on, or why that cannot be told.

    Without its column the evidence must have been the same in all published runs: the file may be of any of them.
    """
    now = found.now.get(row.id)
    ever = found.published.get(row.id, ()) or ((now.evidence,) if now is not None else ())
    if not ever:
        return "", "unknown_id"
    if row.evidence is None:
        return (ever[0], "") if len(ever) == 1 else ("", "evidence_needed")
    fits = row.evidence in ever or (now is not None and row.evidence == now.evidence)
    return (row.evidence, "") if fits else ("", "other_evidence")


def _unfit(row: Row, case: Case | None) -> str:
    if case is None:
        return ""
    if any(code not in case.findings for code in row.decisions if code != PRIMARY):
        return "unknown_finding"
    candidates = [text.removeprefix(CANDIDATE) for text in row.decisions.values() if text.startswith(CANDIDATE)]
    return "no_candidate" if any(int(number) > len(case.persons) for number in candidates) else ""


def _by_finding(row: Row, case: Case | None) -> dict[str, str]:
    """Finding -> decision: `decision` is that of the primary finding, unless that has a column of its own."""
    primary = case.primary if case is not None and case.kind == "mismatch" else PRIMARY
    named = {code: text for code, text in row.decisions.items() if code != PRIMARY}
    return {**({primary: row.decisions[PRIMARY]} if PRIMARY in row.decisions else {}), **named}


def _line(row: Row, said: _Said, case: Case | None, files: Files, settings: DecisionSettings) -> Line:
    person = _person(said.decision, case)
    day = row.decided_at if as_day(row.decided_at) else ""  # a remark in its place stays in the file, as notes do
    return {
        "kind": "decision", "id": said.id, "evidence": said.evidence, "finding": said.finding, "decision": said.decision,
        "decided_by": row.decided_by, "decided_at": day, "as_of": settings.as_of.isoformat(),
        "file": files.hashes[file_of(row)], "row": row.row, "parts": dict(case.parts) if case is not None else {},
        "person": keyed_id(settings.key, _PERSON_PREFIX, person) if person else "", **({"cause": said.cause} if said.cause else {}),
    }  # fmt: skip


def _person(decision: str, case: Case | None) -> str:
    """Whom the decision means: the candidate chosen, or the resident that the mismatch was linked to; empty if nobody."""
    if case is None:
        return ""
    if decision.startswith(CANDIDATE):
        return case.persons[int(decision.removeprefix(CANDIDATE)) - 1]
    return case.persons[0] if case.kind == "mismatch" else ""
