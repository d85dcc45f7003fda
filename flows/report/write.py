"""Write the published report: every file a person or a machine opens, from the run's tables alone.

The work list goes through memory once, row by row; spreadsheets are then made from the finished CSV files, several at a
time in processes of their own. What is written is counted in the files again and held against the summary.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.report.causes import CAUSES, CAUSES_FILE, cause_rows, causes_shown, load_causes, write_cause_members
from flows.report.columns import CLERICAL, DECISION, MISMATCHES, NOT_FOUND, QUARANTINE, OwnColumns, own_columns
from flows.report.csv_files import append_csv, count_lines, start_csv, write_csv
from flows.report.decided import DECISIONS, decision_rows
from flows.report.history import HISTORY, REVIEW_HISTORY, load_history, write_history, write_review_history
from flows.report.manual import GUIDE, as_html
from flows.report.page import render_page
from flows.report.reviews import clerical_rows, load_ruled_out, not_found_rows, quarantine_rows
from flows.report.settings import ReportSettings
from flows.report.sheets import sheets_of, write_sheets
from flows.report.summary import as_json, summarise
from flows.report.tables import copy_table, count, opened
from flows.report.units import Unit, UnitFiles, unit_files
from flows.report.worklist import Work, work_rows
from flows.report.xlsx_files import count_rows
from matching.tables import FINDINGS, LINK_DECISIONS, LINKS

_BLOCK = 2_000  # rows of the work list that are written at once


def write_report(
    inputs: dict[str, Path],
    out: Path,
    settings: ReportSettings,
    previous: Path | None,
    gates: Path,
    workspace: Path,
) -> dict[str, Any]:
    """Write all files of the report into `out` and the table `report_counts` into `out/tables`; returns the summary.

    `inputs` is table name -> folder; an optional table `decisions` (mismatch_id, closed) takes settled mismatches and reviews
    out of the lists, `evidence` has what each rests on, `decisions_read` what became of the decisions read. `previous` is
    the folder of the last published run (None: there is none), `gates` that of the verdicts, `workspace` a private
    folder for what spills. Identical inputs give identical bytes.
    """
    scratch = workspace / "report"
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(inputs, settings, scratch, [out, *([previous] if previous else [])]) as con:
        load_history(con, previous, settings.as_of)
        load_causes(con, settings.key)
        own = own_columns(con, inputs["raw_partner"], (*MISMATCHES, *CLERICAL, *NOT_FOUND))
        units = _write_work_list(con, own, out, settings, scratch)
        _write_reviews(con, own, out, settings, scratch)
        causes = write_csv(out / "causes.csv", (*CAUSES, *DECISION), cause_rows(con, settings), settings.delimiter)
        write_cause_members(con, out / CAUSES_FILE)
        write_history(con, out / HISTORY)
        write_review_history(con, out / REVIEW_HISTORY)
        if "decisions_read" in inputs:
            write_csv(out / "decisions.csv", DECISIONS, decision_rows(con), settings.delimiter)
        _copy_tables(con, inputs, out)
        left_out = write_sheets(out, units, causes, settings)
        files = _counted(out)
        summary = summarise(con, settings, previous, gates, units, files, left_out)
        _write_counts(files, _expected(con, summary.status.open_now, settings, files, units), out / "tables" / "report_counts")
    text = as_json(summary)
    _write_text(out / "summary.json", text)
    found: dict[str, Any] = json.loads(text)
    _write_text(out / "report.html", render_page(found, settings.lang))
    _write_text(out / GUIDE, as_html())
    return found


def _copy_tables(con: duckdb.DuckDBPyConnection, inputs: Mapping[str, Path], out: Path) -> None:
    """The tables that the next run, and other programs, read."""
    copy_table(con, LINKS, out / "links.parquet")
    copy_table(con, FINDINGS, out / "findings.parquet")
    if "link_decisions" in inputs:
        copy_table(con, LINK_DECISIONS, out / "link_decisions.parquet")


def _write_work_list(
    con: duckdb.DuckDBPyConnection, own: OwnColumns, out: Path, settings: ReportSettings, scratch: Path
) -> tuple[Unit, ...]:
    """`mismatches.csv` and the same rows by unit, in one pass."""
    header = (*MISMATCHES, *own.headers, *DECISION)
    whole = out / "mismatches.csv"
    start_csv(whole, header, settings.delimiter)
    split = unit_files(out / "by_unit", header, settings)
    for block in _blocks(work_rows(con, own, settings, scratch), split):
        append_csv(whole, block, settings.delimiter)
    return split.finish()


def _blocks(work: Iterator[Work], split: UnitFiles) -> Iterator[list[Sequence[str]]]:
    block: list[Sequence[str]] = []
    for row in work:
        split.add(row.record_id, row.province, row.severity, row.cells)
        block.append(row.cells)
        if len(block) == _BLOCK:
            yield block
            block = []
    yield block


def _write_reviews(con: duckdb.DuckDBPyConnection, own: OwnColumns, out: Path, settings: ReportSettings, scratch: Path) -> None:
    """Clerical review, records not found, refused rows."""
    delimiter = settings.delimiter
    load_ruled_out(con)
    clerical = clerical_rows(con, own, settings, scratch)
    write_csv(out / "clerical_review.csv", (*CLERICAL, *own.headers, *DECISION), clerical, delimiter)
    write_csv(out / "not_found.csv", (*NOT_FOUND, *own.headers), not_found_rows(con, own, settings, scratch), delimiter)
    write_csv(out / "quarantine.csv", QUARANTINE, quarantine_rows(con), delimiter)


def _counted(out: Path) -> dict[str, int]:
    """How many rows each file of the report really holds, counted in the files; the index and the history by their rows."""
    found = {path.relative_to(out).as_posix(): count_lines(path) for path in sorted((*out.glob("*.csv"), *out.glob("by_unit/*.csv")))}
    found |= {path.relative_to(out).as_posix(): count_rows(path) for path in sorted((*out.glob("*.xlsx"), *out.glob("by_unit/*.xlsx")))}
    found |= {path.name: pq.read_metadata(path).num_rows for path in sorted(out.glob("*.parquet"))}
    return found


def _expected(
    con: duckdb.DuckDBPyConnection, open_now: int, settings: ReportSettings, files: Mapping[str, int], units: Sequence[Unit]
) -> dict[str, int]:
    """The same counts out of the tables, independently of what was written."""
    expected = {
        "mismatches.csv": open_now,
        "clerical_review.csv": count(
            con,
            """SELECT count(*) FROM links k LEFT JOIN reviews h ON h.record_id = k.record_id
            WHERE k.outcome IN ('ambiguous', 'review') AND coalesce(h.open, TRUE)""",
        ),
        "not_found.csv": count(con, "SELECT count(*) FROM links WHERE outcome = 'not_found'"),
        "quarantine.csv": count(con, "SELECT (SELECT count(*) FROM quarantine_partner) + (SELECT count(*) FROM quarantine_register)"),
        "links.parquet": count(con, "SELECT (SELECT count(*) FROM raw_partner) + (SELECT count(*) FROM quarantine_partner)"),
        "findings.parquet": count(con, "SELECT count(*) FROM findings"),
        "history.parquet": count(
            con,
            "SELECT count(DISTINCT mismatch_id) FROM (SELECT mismatch_id FROM work UNION ALL SELECT mismatch_id FROM before)",
        ),
        "review_history.parquet": count(
            con, "SELECT count(*) FROM (SELECT review_id FROM reviews UNION SELECT review_id FROM reviews_before)"
        ),
        "by_unit/index.csv": len(units),
    }
    expected["causes.csv"], expected[CAUSES_FILE] = causes_shown(con)
    if "decisions.csv" in files:
        expected["decisions.csv"] = count(con, "SELECT count(*) FROM decisions_read")
    if "link_decisions.parquet" in files:
        expected["link_decisions.parquet"] = count(con, "SELECT count(*) FROM link_decisions")
    for unit in units:
        expected[f"by_unit/{unit.stem}.csv"] = unit.mismatches
    for name in ("mismatches.csv", "causes.csv", *(f"by_unit/{unit.stem}.csv" for unit in units)):
        sheets = sheets_of(Path(name), expected[name], settings.delimiter, settings.name, settings.as_of)
        expected |= {sheet.target.as_posix(): sheet.rows for sheet in sheets}
    return expected


def _write_counts(files: Mapping[str, int], expected: Mapping[str, int], folder: Path) -> None:
    """The table of the report's gate: what, rows in the file, rows by the summary; the manifest counts none of them itself."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = sorted({*files, *expected})
    numbers = {
        "file_count": [files.get(name, 0) for name in names],
        "summary_count": [expected.get(name, 0) for name in names],
    }
    table = {name: pa.array(values, pa.int64()) for name, values in numbers.items()}
    what, manifest = pa.array(names, pa.string()), pa.nulls(len(names), pa.int64())
    pq.write_table(pa.table({"what": what, **table, "manifest_count": manifest}), folder / "part-0000.parquet")


def _write_text(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o600)
