"""How people and their spreadsheets save a work list, and a small run's worth of lists to save."""

from __future__ import annotations

import csv
import io
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import xlsxwriter

from flows.decisions.hold import DecisionSettings
from flows.decisions.log import ADDED, append_log, read_log
from flows.decisions.read import read_decisions
from flows.report import ReportSettings, write_report
from matching.engine import Limits, connect

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
import report_world as world

Table = list[list[str]]
NEW_DATE = """SELECT * REPLACE (CASE WHEN finding = 'DECEASED' AND hash(record_id) % 7 = 0
    THEN replace(evidence, '2024-02-01', '2024-02-02') ELSE evidence END AS evidence) FROM t"""
TABLES = ("evidence", "decisions", "decisions_read", "link_decisions")


class Office:
    """An output folder with runs in it, made of the stages that decisions pass through, and the reviewers' folder."""

    def __init__(self, root: Path, copies: int = 1, **changes: object) -> None:
        self.root, self.copies = root / "electricity", copies
        self.second: frozenset[str] = frozenset()
        self.second_look = False
        self.settings: ReportSettings = replace(world.settings(), **changes)  # type: ignore[arg-type]
        self.folder = self.root / "decisions"
        self.folder.mkdir(parents=True)
        self.inputs = world.build(root / "tables", copies)
        self.runs: list[Path] = []
        self.fingerprint = 0

    def run(self, again: bool = False, log: bool = True, as_of: date | None = None) -> Path:
        """A run: decisions, report, publication; `again`: a re-run of the same inputs, `log`: False dies before the log."""
        previous = next((run for run in reversed(self.runs) if not again or self._inputs(run) != str(self.fingerprint)), None)
        self.fingerprint += 0 if again else 1
        day = as_of or self.settings.as_of
        run = self.root / f"{len(self.runs) + 1:04d}-{day.isoformat()}"
        for part in ("tables", "gates", "tmp"):
            (run / part).mkdir(parents=True)
        out = self.hear(run, previous, self.folder, day)
        self.summary = write_report({**self.inputs, **out}, run, replace(self.settings, as_of=day), previous, run / "gates", run / "tmp")
        (run / "manifest.json").write_text(f'{{"fingerprint": "{self.fingerprint}"}}')
        self.runs.append(run)
        if log:
            append_log(self.root, run)
        return run

    def hear(self, run: Path, previous: Path | None, folder: Path, day: date) -> dict[str, Path]:
        """The decisions' part of a run: what stands in the files of `folder`; the tables by name."""
        out = {name: run / "tables" / name for name in TABLES}
        chosen = DecisionSettings(day, self.settings.source.name, self.settings.key, self.second, self.second_look)
        with connect(Limits("1GB", 1, run / "tmp")) as con:
            lines = read_log(self.root, str(self.fingerprint))
            read_decisions(con, self.inputs, folder, lines, previous, out, run / ADDED, chosen)
        return out

    def list(self, name: str = "mismatches.csv", run: int = -1) -> Table:
        """A list of a published run, as cells."""
        with (self.runs[run] / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def open_ids(self) -> set[str]:
        """Whom the last run asks about."""
        return set(column(self.list(), "mismatch_id"))

    def results(self) -> list[dict[str, str]]:
        """What the last run says became of the decisions in its files."""
        return dictionaries(self.list("decisions.csv"))

    def decisions(self, name: str = "decisions") -> dict[str, dict[str, object]]:
        """A table of the last run by its first column."""
        return {next(iter(row.values())): row for row in pq.read_table(self.runs[-1] / "tables" / name).to_pylist()}  # type: ignore[misc]

    def change(self, table: str, query: str) -> None:
        """Replace a table of the inputs by a query over its rows `t`."""
        folder = self.inputs[table].with_name(f"{table}-{self.fingerprint}")
        folder.mkdir()
        with duckdb.connect() as con:
            con.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{self.inputs[table]}/*.parquet')")
            con.execute(f"COPY ({query}) TO '{folder}/part-0000.parquet' (FORMAT parquet)")
        self.inputs[table] = folder

    def save(self, name: str, table: Table) -> Path:
        """Drop a plain file into the decisions folder."""
        path = self.folder / name
        path.write_text(as_csv(table), "utf-8", newline="")
        return path

    def _inputs(self, run: Path) -> str:
        return re.sub(r"\D", "", (run / "manifest.json").read_text())


def column(table: Table, name: str) -> list[str]:
    """The cells of a column."""
    return [row[table[0].index(name)] for row in table[1:]]


def dictionaries(table: Table) -> list[dict[str, str]]:
    """The rows by header."""
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def filled(table: Table, decide: Callable[[int, dict[str, str]], str], by: str = "An", at: str = "2026-11-02", note: str = "") -> Table:
    """The list with its decisions filled in."""
    header = table[0]
    done = [header]
    for number, row in enumerate(table[1:]):
        decision = decide(number, dict(zip(header, row, strict=True)))
        values = {"decision": decision, "decided_by": by, "decided_at": at, "note": note} if decision else {}
        done.append([values.get(name, cell) for name, cell in zip(header, row, strict=True)])
    return done


def as_csv(table: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """The list as CSV text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return text.getvalue()


def kept(table: Table, names: Sequence[str]) -> Table:
    """The list with only these columns, in this order."""
    return [[row[table[0].index(name)] for name in names] for row in table]


def mangled(table: Table) -> Table:
    """What a spreadsheet does to numbers: 001085000011 -> 1.09E+09, leading zeros lost, days turned around."""

    def cell(text: str) -> str:
        if re.fullmatch(r"\d{9,}", text):
            return f"{float(text):.2E}"
        return re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", text)

    return [table[0], *([cell(text) for text in row] for row in table[1:])]


def bom_comma(table: Table, path: Path) -> None:
    path.write_text(as_csv(table, quoting=csv.QUOTE_ALL), "utf-8-sig", newline="")


def no_bom_semicolon_lf(table: Table, path: Path) -> None:
    path.write_text(as_csv(table, ";", "\n"), "utf-8", newline="")


def unicode_text(table: Table, path: Path) -> None:
    path.write_bytes(as_csv(table, "\t").encode("utf-16"))


def windows_code_page(table: Table, path: Path) -> None:
    path.write_bytes(as_csv(table, ";").encode("cp1258", "replace"))


def ids_mangled(table: Table, path: Path) -> None:
    """Numbers as the spreadsheet shows them, and ids as people retype them."""
    where = table[0].index("mismatch_id")
    retyped = [table[0], *([*row[:where], f" {row[where].lower().replace('-', '–')} ", *row[where + 1 :]] for row in mangled(table)[1:])]
    path.write_text(as_csv(retyped), "utf-8-sig", newline="")


def moved_and_sorted(table: Table, path: Path) -> None:
    """Columns reordered, rows sorted by another column, notes with line breaks, a title above, blank rows."""
    order = random.Random(1).sample(table[0], len(table[0]))
    rows = sorted(table[1:], key=lambda row: row[table[0].index("reason_en")])
    where = table[0].index("note")
    noted = [[*row[:where], 'xem "hồ sơ"\nkèm theo', *row[where + 1 :]] for row in rows]
    moved = kept([table[0], *noted], order)
    path.write_text(as_csv([["Danh sách tháng 11"], [], moved[0], *moved[1:], [], []]), "utf-8-sig", newline="")


def columns_deleted(table: Table, path: Path) -> None:
    path.write_text(as_csv(kept(table, ["mismatch_id", "decision", "decided_by"])), "utf-8", newline="")


def workbook(table: Table, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(table):
            sheet.write_row(at, 0, [float(cell) if re.fullmatch(r"\d{9,}", cell) and at else cell for cell in row])


WAYS: dict[str, Callable[[Table, Path], None]] = {
    "bom_comma.csv": bom_comma, "semicolon.csv": no_bom_semicolon_lf, "unicode.txt": unicode_text, "ansi.csv": windows_code_page,
    "mangled.csv": ids_mangled, "moved.csv": moved_and_sorted, "deleted.csv": columns_deleted, "book.xlsx": workbook,
}  # fmt: skip
