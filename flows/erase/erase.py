"""`doisoat erase`: each kept run is copied without the person, and the copy takes its place in one exchange.

What stays of him is a line of the audit log with a keyed hash of the id: who holds the key can prove that he was erased, and
nobody can read from it who he was. The tables of the runs go as a whole; inputs are not ours and are not touched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.audit_log import record
from flows.erase.person import Person, find_person
from flows.erase.reviewers import erase_decisions
from flows.erase.rows import filter_csv, filter_lines, filter_parquet, filter_text
from flows.exchange import COPY, exchange
from flows.kept import drop_unfinished
from flows.manifest import MANIFEST, file_sha256, outputs
from flows.publish import published_runs, read_manifest, seal, write_json
from flows.report.csv_files import count_lines
from flows.report.xlsx_files import SheetJob, write_xlsx
from matching.identifiers import keyed_id

PREFIX = "ER"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows taken out by run, files of failed runs and of reviewers changed, the keyed id in the audit log."""

    token: str
    runs: dict[str, int]
    failed: int
    decisions: int


def erase(root: Path, key: bytes, given: str) -> Erased:
    """Take the resident `given` (the register's id, or a number of his) out of every run in `root`, which the caller holds.

    Raises OSError (a full disk); each run then is as it was or as it is to be, and the command can be given again.
    """
    person = find_person(root, key, given)
    token = keyed_id(key, PREFIX, min(person.persons))
    drop_unfinished(root)
    decisions = erase_decisions(root, person)
    runs = {run.name: _erase_run(run, person, token) for run in published_runs(root)}
    failed = sum(_erase_loose(file, person) for file in sorted((root / "failed").rglob("*")) if file.is_file())
    for name, rows in runs.items():
        record(root, key, "erase", person=token, run=name, rows=rows, manifest=file_sha256(root / name / MANIFEST))
    record(root, key, "erased", person=token, runs=len(runs), failed_files=failed, decision_rows=decisions)
    return Erased(token, runs, failed, decisions)


def _erase_run(run: Path, person: Person, token: str) -> int:
    """Rows taken out of one run, whose tables are dropped; the run itself is exchanged for its changed copy."""
    manifest = read_manifest(run)
    draft = run.parent / f"{COPY}{run.name}"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(run, draft, ignore=_without_tables, copy_function=_link)
    gone = _erase_files(draft, person, manifest["configuration"])
    entry = {"person": token, "at": datetime.now(UTC).isoformat(timespec="seconds"), "rows": gone}
    whole = {**manifest, "outputs": outputs(draft), "erased": [*manifest.get("erased", []), entry]}
    (draft / MANIFEST).unlink()  # a link to the file of the run, which stays whole until the exchange
    write_json(draft / MANIFEST, whole)
    seal(draft)
    exchange(draft, run)
    shutil.rmtree(draft)
    return gone


def _without_tables(folder: str, names: list[str]) -> list[str]:
    top = Path(folder).name[:1] != "." and (Path(folder) / MANIFEST).is_file()
    return [name for name in names if top and name in ("tables", "run.duckdb")]


def _link(source: str, target: str) -> str:
    os.link(source, target)
    return target


def _erase_files(folder: Path, person: Person, configuration: dict[str, Any]) -> int:
    """Rows taken out of the files of a run; spreadsheets are made anew from the lists beside them."""
    gone = 0
    for file in _files(folder, ".csv"):
        rows = _rewrite(file, lambda text: filter_csv(text, person, configuration["report"]["delimiter"]))
        sheet = file.with_suffix(".xlsx")
        if rows and sheet.is_file():
            sheet.unlink()
            title, day = f"doisoat: {configuration['name']}", date.fromisoformat(configuration["as_of"])
            write_xlsx(SheetJob(file, sheet, count_lines(file), configuration["report"]["delimiter"], title, day))
        gone += rows
    for file in (file for suffix in (".parquet", ".jsonl", ".json", ".html") for file in _files(folder, suffix)):
        gone += _erase_loose(file, person)
    return gone


def _erase_loose(file: Path, person: Person) -> int:
    if file.name == MANIFEST:
        return 0
    if file.suffix == ".parquet":
        draft = file.with_name(f".{file.name}")
        gone = filter_parquet(file, draft, person)
        if gone:
            draft.chmod(0o600)
            draft.replace(file)
        return gone
    if file.suffix == ".jsonl":
        return _rewrite(file, lambda text: filter_lines(text, person))
    if file.suffix == ".csv":
        return _rewrite(file, lambda text: filter_csv(text, person, ";" if b'";"' in text.split(b"\n")[0] else ","))
    return _rewrite(file, lambda text: filter_text(text, person)) if file.suffix in (".json", ".html") else 0


def _rewrite(file: Path, change: Callable[[bytes], tuple[bytes, int]]) -> int:
    text, gone = change(file.read_bytes())
    if gone:
        draft = file.with_name(f".{file.name}")
        draft.touch(mode=0o600)
        draft.write_bytes(text)
        draft.replace(file)  # never into the file itself: the run that stands has the same one
    return gone


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob(f"*{suffix}") if path.is_file())
