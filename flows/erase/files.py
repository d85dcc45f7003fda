"""A person taken out of the files of one run, or of any file of ours; what cannot be read is left, and noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from flows.erase.person import Person
from flows.erase.reviewers import erase_decisions
from flows.erase.rows import filter_csv, filter_lines, filter_parquet, filter_text
from flows.erase.unread import Unread
from flows.manifest import MANIFEST
from flows.publish import published_runs
from flows.report.csv_files import count_lines
from flows.report.sheets import sheets_of
from flows.report.xlsx_files import write_xlsx

_KINDS = (".csv", ".parquet", ".jsonl", ".json", ".html")


def erase_files(folder: Path, run: Path, person: Person, configuration: dict[str, Any], unread: Unread) -> int:
    """Rows taken out of the copy `folder` of a run; spreadsheets are made anew from the lists beside them. Files are told by `run`'s name."""
    gone = 0
    for file in _files(folder):
        rows = erase_file(file, person, unread, run / file.relative_to(folder))
        if rows and file.suffix == ".csv" and file.with_suffix(".xlsx").is_file():
            _write_sheets(file, rows, configuration)
        gone += rows
    return gone


def _write_sheets(file: Path, gone: int, configuration: dict[str, Any]) -> None:
    """The spreadsheets of a list anew, as many as it needs now; `gone` rows are not in it any more."""
    told = configuration["report"]["delimiter"], f"doisoat: {configuration['name']}", date.fromisoformat(configuration["as_of"])
    rows = count_lines(file)
    for job in sheets_of(file, rows + gone, *told):
        job.target.unlink(missing_ok=True)
    for job in sheets_of(file, rows, *told):
        write_xlsx(job)


def erase_file(file: Path, person: Person, unread: Unread, told: Path | None = None, write: bool = True) -> int:
    """Rows that name the person, in a file of ours; they are taken out if it is to be written. Noted as `told` if it cannot be read."""
    with unread.reading(told or file):
        return _erase(file, person, write)
    return 0


def count(root: Path, person: Person) -> int:
    """How many rows name the person in all runs, failed ones and reviewers' files, tables left out. Nothing is changed."""
    unread = Unread()  # what cannot be read is told when something is erased
    files = [file for run in published_runs(root) for file in _files(run) if "tables" not in file.relative_to(run).parts]
    files += [file for file in sorted((root / "failed").rglob("*")) if file.is_file()]
    rows = sum(erase_file(file, person, unread, write=False) for file in files)
    return rows + erase_decisions(root, person, unread, write=False)


def _erase(file: Path, person: Person, write: bool) -> int:
    if file.name == MANIFEST:
        return 0
    if file.suffix == ".parquet":
        return _parquet(file, person, write)
    if file.suffix == ".jsonl":
        return _rewrite(file, lambda text: filter_lines(text, person), write)
    if file.suffix == ".csv":
        return _rewrite(file, lambda text: filter_csv(text, person, ";" if b'";"' in text.split(b"\n")[0] else ","), write)
    return _rewrite(file, lambda text: filter_text(text, person), write) if file.suffix in _KINDS else 0


def _parquet(file: Path, person: Person, write: bool) -> int:
    draft = file.with_name(f".{file.name}")
    try:
        gone = filter_parquet(file, draft, person)
        if gone and write:
            draft.chmod(0o600)
            draft.replace(file)
        return gone
    finally:
        draft.unlink(missing_ok=True)


def _rewrite(file: Path, change: Callable[[bytes], tuple[bytes, int]], write: bool) -> int:
    text, gone = change(file.read_bytes())
    if gone and write:
        draft = file.with_name(f".{file.name}")
        draft.touch(mode=0o600)
        draft.write_bytes(text)
        draft.replace(file)  # never into the file itself: the run that stands has the same one
    return gone


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in _KINDS)
