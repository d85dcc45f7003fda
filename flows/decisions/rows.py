"""Rows of a reviewer's file to statements; what cannot be one is refused, with its row and the reason. Nothing is looked up.

Only the columns of the decision and its key are read, wherever they stand. A spreadsheet may have turned the numbers in all
others into 1.23E+11: they decide nothing. The key itself begins with letters, so a spreadsheet leaves it alone; what people do
to it by hand (blanks, small letters, another dash, O for 0) is put right, and never more than that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flows.decisions.sheet import Line, Sheet, header
from flows.report.cells import unguard
from flows.report.columns import MISMATCH_DECISIONS, REVIEW_DECISIONS
from flows.report.guide import DECISION_WORDS, REVIEW_WORDS
from matching.findings import BY_CODE
from matching.findings.causes.kinds import CAUSE_PREFIX
from matching.standardise.text import fold

KEYS = ("mismatch_id", "review_id")
CAUSE = "cause_id"
"""The key of a row that is about a whole cause; beside an id of its own a row only names its cause there."""
EVIDENCE = "evidence_hash"
ABOUT = ("decided_by", "decided_at")
NOTE = "note"  # for people alone: shown in the lists while the file lies there, never kept in the log
HEADERS = frozenset((*KEYS, CAUSE, EVIDENCE, "decision", *ABOUT, NOTE))
PRIMARY = ""
"""The finding of a decision that names none: the primary one."""
WRITTEN = 200  # letters that are kept of a decision that is none
NOTE_SHOWN = 500  # letters of a note that the lists show
HEADER_WITHIN = 20  # lines in which the header is looked for, below a title that somebody put on top
_DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d_]")
_UNSEEN = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad']")
_ID = re.compile(r"([A-Z]{2})-?([0-9A-Z]+)")
_GIVEN_OUT = re.compile(r"(?:MM|RV|RC)-[0-9A-Z]*\d[0-9A-Z]*")
_LIKE = str.maketrans("OIL", "011")  # ids have none of these letters (matching.identifiers)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?|(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that decides something: its key, the evidence it was decided on (None: not in the file), finding -> decision.

    `file` names the sheet too, where there are several; `sheet` is its number: a sheet may be named after a person.
    """

    file: str
    row: int
    id: str
    evidence: str | None
    decisions: Mapping[str, str]
    decided_by: str
    decided_at: str
    note: str = ""
    sheet: int = 0

    @property
    def written(self) -> str:
        """What it decides, finding by finding: `partner_wrong; ID_TYPO: both_right`."""
        return "; ".join(f"{code}: {text}" if code else text for code, text in self.decisions.items())

    @property
    def of_cause(self) -> bool:
        """Whether it is about all mismatches of a cause."""
        return _of_cause(self.id)


def _of_cause(id_: str) -> bool:
    return id_.startswith(f"{CAUSE_PREFIX}-")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that decides nothing, why (a code of `REASONS` in flows/report/decided.py), and what it says; row 0 is the file as a whole."""

    file: str
    row: int
    id: str
    reason: str
    written: str = ""
    decided_by: str = ""
    sheet: int = 0


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand in a sheet: the width of its header, the place of each column that is read."""

    width: int
    key: str | None
    at: Mapping[str, int]
    findings: Mapping[str, int] = field(default_factory=dict)
    doubled: bool = False


def statements(file: str, sheets: Sequence[Sheet]) -> tuple[list[Row], list[Refused]]:
    """All rows of a file that decide something, in its order, and those that were refused."""
    rows: list[Row] = []
    refused: list[Refused] = []
    headed = [sheet for sheet in sheets if _header(sheet) is not None] or list(sheets)
    if not any(sheet.lines for sheet in headed):
        refused.append(Refused(file, 0, "", "no_header"))
    for sheet in headed:
        for found in _sheet(f"{file} [{sheet.name}]" if sheet.name else file, sheet):
            (rows if isinstance(found, Row) else refused).append(replace(found, sheet=sheet.number))  # type: ignore[arg-type]
    return rows, refused


def file_of(found: Row | Refused) -> str:
    """The name of the file that a row is of, without its sheet."""
    return found.file.rsplit(" [", 1)[0] if found.sheet else found.file


def canonical_id(text: str) -> str:
    """An id as it was given out: `" mm–o1ab "` -> `MM-01AB`; a text that is no id comes back as it is, without blanks."""
    plain = _UNSEEN.sub("", _DASH.sub("-", unicodedata.normalize("NFKC", text))).upper()
    found = _ID.fullmatch(plain)
    return f"{found[1]}-{found[2].translate(_LIKE)}" if found else plain


def shown_id(text: str) -> str:
    """An id for the terminal; empty for what is none: a name that slipped into the column of ids stays in the file."""
    return text if _GIVEN_OUT.fullmatch(text) else ""


def canonical_day(text: str) -> str:
    """A day as ISO text where it is one: `2/11/2026` -> `2026-11-02`; any other text as it is."""
    found = _DAY.fullmatch(text)
    if not found:
        return text
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text


def _header(sheet: Sheet) -> tuple[int, _Columns] | None:
    """Behind which line the rows begin, and the columns; the line with the most of our headers is the header."""
    best, known = None, 0
    for place, line in enumerate(sheet.lines[:HEADER_WITHIN]):
        names = [header(cell) for cell in line.cells or ()]
        found = sum(name in HEADERS or name.startswith("decision_") for name in names)
        if found > known:
            best, known = (place + 1, _columns(names)), found
    return best


def _columns(names: Sequence[str]) -> _Columns:
    at = {name: place for place, name in reversed(list(enumerate(names))) if name in HEADERS}
    findings = {name.removeprefix("decision_").upper(): place for place, name in enumerate(names) if name.startswith("decision_")}
    read = [name for name in names if name in HEADERS or name.startswith("decision_")]
    keys = [name for name in KEYS if name in at]
    width = max((place + 1 for place, name in enumerate(names) if name), default=0)
    doubled = len(read) != len(set(read)) or len(keys) > 1
    return _Columns(width, keys[0] if keys else None, at, findings, doubled)


def _sheet(file: str, sheet: Sheet) -> Iterator[Row | Refused]:
    found = _header(sheet)
    if found is None:
        filled = (line for line in sheet.lines if line.cells is None or any(map(str.strip, line.cells)))
        yield from (Refused(file, line.row, "", "no_header") for line in filled)
        return
    start, columns = found
    if "decision" not in columns.at and not columns.findings:
        yield Refused(file, sheet.lines[start - 1].row, "", "no_decision_column")
        return
    for line in sheet.lines[start:]:
        row = _row(file, line, columns)
        if row is not None:
            yield row


def _row(file: str, line: Line, columns: _Columns) -> Row | Refused | None:
    """The statement of one row; None where nothing is decided."""
    if line.cells is None:
        return Refused(file, line.row, "", "broken_quotes")

    def cell(place: int | None) -> str:
        """What stands in a column of the row; empty if the file or the row has no such column."""
        return unguard(line.cells[place]).strip() if place is not None and line.cells and place < len(line.cells) else ""

    about = {name: cell(columns.at.get(name)) for name in (*ABOUT, EVIDENCE, NOTE)}
    said = {PRIMARY: cell(columns.at.get("decision")), **{code: cell(at) for code, at in columns.findings.items()}}
    decisions = {code: _decision(text) for code, text in said.items() if text}
    id_ = canonical_id(cell(columns.at.get(columns.key or "")) or cell(columns.at.get(CAUSE)))
    spilled = any(text.strip() for text in line.cells[columns.width :])
    if not decisions and not spilled:
        return None
    reason = _wrong(columns, id_, decisions, spilled)
    by = " ".join(unicodedata.normalize("NFC", about["decided_by"]).split())
    if reason:
        return Refused(file, line.row, id_, reason, _as_written(said), by)
    evidence = canonical_id(about[EVIDENCE]) or None
    note = " ".join(about[NOTE].split())[:NOTE_SHOWN]
    return Row(file, line.row, id_, evidence, decisions, by, canonical_day(about["decided_at"]), note)


def _as_written(said: Mapping[str, str]) -> str:
    """What a row decides, as somebody typed it: `đồng ý; DECEASED: sai`, so that it is found and put right."""
    parts = (f"{code}: {text}" if code else text for code, text in said.items() if text)
    return " ".join("; ".join(parts).split())[:WRITTEN]


def _wrong(columns: _Columns, id_: str, decisions: Mapping[str, str], spilled: bool) -> str:
    """Why the row is refused; empty if it is not."""
    if columns.doubled:
        return "double_header"
    if spilled:
        return "ragged_row"
    if columns.key is None and CAUSE not in columns.at:
        return "no_id_column"
    if not id_:
        return "no_id"
    allowed = REVIEW_DECISIONS if columns.key == "review_id" and not _of_cause(id_) else MISMATCH_DECISIONS
    if any(code != PRIMARY and code not in BY_CODE for code in decisions):
        return "unknown_finding"
    if all(decision in allowed for decision in decisions.values()):
        return ""
    return "unknown_decision" if allowed is MISMATCH_DECISIONS else "unknown_review_decision"


def _decision(text: str) -> str:
    """A decision as it is declared: `Partner wrong` and, in the words of the guide, `Đối tác sai` -> `partner_wrong`."""
    return _GUIDE.get(_plain(text), re.sub(r"[\s\-\u2010-\u2015]+", "_", unicodedata.normalize("NFKC", text).strip().casefold()))


def _plain(text: str) -> str:
    return fold(unicodedata.normalize("NFKC", text)).removeprefix("la ")  # `Là ứng viên 1`


_GUIDE = {_plain(words.vi.partition(":")[0]): decision for decision, words in (*DECISION_WORDS.items(), *REVIEW_WORDS.items())}
