"""Prints an evaluation: links, outcomes, findings and calibration against the truth of a generated or audited world."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from rich.console import Console

from flows.private_folder import private_folder
from matching.engine import Limits, connect
from matching.errors import InputRefused, Problem
from matching.evaluate import Evaluation, evaluate
from matching.evaluate_findings import ELSEWHERE, FALSE_ELSEWHERE, OF_ALL, OF_LINKED, FindingsMeasured

_TABLES = ("std_name", "std_address", "std_register", "std_partner", "links", "findings", "possible")
_TRUTH = ("record_id", "person_id", "outcome", "findings", "residence", "commune_code", "id_condition", "name_noise", "address_noise")


def print_evaluation(run: Path, truth: Path, console: Console) -> None:
    """Hold the published run in folder `run` against the file `truth` and print what that shows.

    Raises InputRefused if the run's tables are gone (retention), or the truth is missing or no such table.
    """
    tables = {name: run / "tables" / name for name in _TABLES}
    missing = [str(path) for path in (*tables.values(), truth) if not path.exists()]
    if missing:
        fix = "bảng của lượt chạy chỉ giữ [retention] tables_days / tables are kept for [retention] tables_days"
        raise InputRefused([Problem(path, "không có / missing", "bảng hoặc tệp / a table or file", fix) for path in missing])
    _check_truth(truth)
    with private_folder() as spill, connect(Limits("4GB", 2, spill, (run, truth.parent))) as con:
        show(evaluate(con, tables, truth), console)


def _check_truth(truth: Path) -> None:
    """Look at the header before DuckDB does: its errors quote lines, and lead nobody to the file."""
    try:
        with truth.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except (UnicodeDecodeError, csv.Error):
        header = []
    absent = [name for name in _TRUTH if name not in header]
    if absent:
        expected = "truth.csv của dữ liệu đã tạo / the truth.csv of a generated world"
        raise InputRefused(Problem(str(truth), f"thiếu cột / no columns {', '.join(absent)}", expected))


def show(result: Evaluation, console: Console) -> None:
    """Print all tables of an evaluation."""
    records = max(1, result.records)
    console.print(
        f"links: precision {result.precision:.5f}  recall {result.recall:.5f}  F1 {result.f1:.5f}   "
        f"({result.right:,} right of {result.links:,} links; {result.findable:,} records have a resident)"
    )
    console.print(f"ceiling of recall {result.ceiling_recall:.5f}; recall / ceiling {result.recall / max(1e-9, result.ceiling_recall):.4f}")
    console.print(
        f"review and ambiguous {result.undecided / records:.4f} of records; not_found wrong for "
        f"{result.not_found_wrong / max(1, result.findable):.4f} of the residents' records; true ties listed with the true "
        f"resident {result.ties_listed:,} of {result.ties:,}"
    )
    _print(console, "Outcomes: rows truth, columns found", result.outcomes)
    _show_findings(console, result.findings)
    _print(console, "Calibration of the best candidate", result.calibration)
    _print(console, "By region, kind of place, name, and condition of the number", result.groups)


def _show_findings(console: Console, measured: FindingsMeasured) -> None:
    """Print the findings one by one, what is aimed at, and which of them fall short of it."""
    table = measured.table
    _print(console, f"Findings (aim: {OF_LINKED:.0%} of the linked, {OF_ALL:.0%} of all that have the condition)", table)
    console.print("shown: on the record, or in the review at the right resident as what would follow", highlight=False)
    console.print(
        "ceiling: records within the ceiling of recall, or whose finding needs no link; other evidence can exceed it", highlight=False
    )
    for column, aim in (("% of linked", OF_LINKED), ("% of all", OF_ALL), ("% shown", OF_ALL)):
        short = table[table[column] < 100 * aim]
        named = [
            f"{finding} (ceiling {ceiling:.1f})" if column == "% of all" and ceiling < 100 * aim else finding
            for finding, ceiling in zip(short["finding"], short["% ceiling"], strict=True)
        ]
        console.print(f"below {aim:.0%} {column.removeprefix('% ')}: {', '.join(named) or 'none'}", markup=False, highlight=False)
    console.print(
        f"{ELSEWHERE} on {measured.false_elsewhere:,} of {measured.consistent:,} truly consistent records: "
        f"{measured.false_share:.3%} (aim: at most {FALSE_ELSEWHERE:.1%})",
        highlight=False,
    )


def _print(console: Console, title: str, frame: pd.DataFrame) -> None:
    console.print(f"\n[bold]{title}[/bold]")
    console.print(frame.to_string(index=False), markup=False, highlight=False, soft_wrap=True)
