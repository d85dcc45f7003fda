"""Clerks' answers to what: precision and recall with intervals, and how far two clerks agree. Counts only, no personal data."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.audit.draw import ANSWER, KEY
from flows.decisions.sheet import Sheet, Unreadable, header, read_sheets
from flows.report.cells import unguard
from matching.audit import OTHER, SAME, UNSURE, Answered, Interval, Stratum, kappa, precision_and_recall
from matching.errors import InputRefused, Problem

HEADERS = frozenset((*KEY, *ANSWER))
_NEEDED = (*KEY, "decision")
_DECISIONS = (SAME, OTHER, UNSURE)


@dataclass(frozen=True, slots=True)
class Audit:
    """What the answers say. `contested`: pairs on which clerks contradict each other, counted with the unsure ones."""

    answers: tuple[Answered, ...]
    unanswered: int
    contested: int
    precision: Interval | None
    recall: Interval | None
    both: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    values: Mapping[str, str]


def read_answers(files: Sequence[Path], run_id: str) -> Audit:
    """The audit of the run `run_id` out of filled files (CSV or XLSX), one or several clerks'.

    Raises InputRefused with every problem: a file that is no sample, one of another run, a decision that is none, sizes that differ.
    """
    problems: list[Problem] = []
    rows = [row for file in files for row in _rows(file, problems)]
    problems += [problem for row in rows for problem in _wrong(row, run_id)]
    if problems:
        raise InputRefused(problems)
    strata = _strata(rows)
    said: dict[str, dict[str, str]] = defaultdict(dict)
    home: dict[str, str] = {}
    for row in rows:
        home[row.values["audit_id"]] = row.values["stratum"]
        if row.values["decision"]:
            said[row.values["audit_id"]][_clerk(row)] = row.values["decision"]
    return _audit(strata, home, said)


def _audit(strata: Mapping[str, Stratum], home: Mapping[str, str], said: Mapping[str, Mapping[str, str]]) -> Audit:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    contested = 0
    for pair, stratum in home.items():
        found = set(said.get(pair, {}).values())
        contested += found >= {SAME, OTHER}
        counts[stratum][found.pop() if len(found) == 1 else UNSURE if found else ""] += 1
    answers = tuple(Answered(strata[name], counts[name][SAME], counts[name][OTHER], counts[name][UNSURE]) for name in sorted(strata))
    precision, recall = precision_and_recall(answers)
    together = Counter(tuple(found[clerk] for clerk in sorted(found)[:2]) for found in said.values() if len(found) > 1)
    agreement = kappa({(first, second): count for (first, second), count in together.items()})
    unanswered = sum(found[""] for found in counts.values())
    return Audit(answers, unanswered, contested, precision, recall, together.total(), agreement)


def _clerk(row: _Row) -> str:
    return " ".join(unicodedata.normalize("NFC", row.values.get("decided_by", "")).split()).casefold() or row.where.rpartition(":")[0]


def _strata(rows: Sequence[_Row]) -> dict[str, Stratum]:
    return {
        row.values["stratum"]: Stratum(
            row.values["stratum"], row.values["linked"] == "1", int(row.values["stratum_size"]), float(row.values["stratum_expected"])
        )
        for row in rows
    }


def _rows(file: Path, problems: list[Problem]) -> Iterator[_Row]:
    """Rows of all tables in the file that have an audit id."""
    try:
        sheets = read_sheets(file, HEADERS)
    except (Unreadable, OSError) as error:
        problems.append(Problem(str(file), f"không đọc được / cannot be read: {error}", "tệp CSV hoặc XLSX / a CSV or XLSX file"))
        return
    found = [(sheet, at) for sheet in sheets if (at := _header(sheet)) is not None]
    if not found:
        problems.append(
            Problem(str(file), f"thiếu cột / no columns: {', '.join(_NEEDED)}", "tệp của audit-sample / a file of audit-sample")
        )
    for sheet, at in found:
        names = [header(cell) for cell in sheet.lines[at].cells or ()]
        for line in sheet.lines[at + 1 :]:
            cells = [unguard(cell).strip() for cell in line.cells or ()]
            values = dict(zip(names, cells, strict=False))
            if values.get("audit_id"):
                values["decision"] = re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFKC", values.get("decision", "")).casefold())
                yield _Row(f"{file}:{line.row}", values)


def _header(sheet: Sheet) -> int | None:
    for at, line in enumerate(sheet.lines[:20]):
        if set(_NEEDED) <= {header(cell) for cell in line.cells or ()}:
            return at
    return None


def _wrong(row: _Row, run_id: str) -> list[Problem]:
    found = []
    if row.values.get("run_id") != run_id:
        other = "run_id: của lượt khác, hoặc thiếu / another run's, or none"  # not quoted: a cell of a row gone astray may stand there
        found.append(Problem(row.where, other, f"{run_id!r}: mẫu của lượt chạy này / the sample of this run"))
    if row.values["decision"] not in ("", *_DECISIONS):
        found.append(Problem(row.where, "decision: không hiểu / not understood", " | ".join(_DECISIONS)))
    numbers = re.fullmatch(r"\d+", row.values.get("stratum_size", "")) and re.fullmatch(
        r"\d+(\.\d+)?", row.values.get("stratum_expected", "")
    )
    if not numbers or not row.values.get("stratum") or row.values.get("linked") not in ("0", "1"):
        found.append(Problem(row.where, "stratum, linked, stratum_size, stratum_expected", "như khi rút mẫu / as they were drawn"))
    return found
