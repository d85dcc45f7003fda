"""`doisoat erase`: each kept run is copied without the person, and the copy takes its place in one exchange.

What stays of him are keyed hashes of his ids, in the audit log and in the manifests: who holds the key can prove that he was erased,
and nobody can read from it who he was. The tables of the runs go as a whole; inputs are not ours and are not touched. The log says
so before the first run is changed (`erasing`) and after the last file was (`erased`): whatever comes between, the same command goes on.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.audit_log import read_audit, record
from flows.erase.begun import begin, begun_with, end
from flows.erase.files import count, erase_file, erase_files
from flows.erase.inputs import known_by_inputs
from flows.erase.person import Person, find_person, one_of, residents_of
from flows.erase.residents import is_number, written
from flows.erase.reviewers import erase_decisions
from flows.erase.tombstones import person_token, record_token
from flows.erase.unread import Unread
from flows.exchange import COPY, exchange
from flows.kept import drop_unfinished
from flows.manifest import MANIFEST, file_sha256, outputs
from flows.publish import published_runs, read_manifest, seal, write_json
from matching.errors import InputRefused, NotFound, Problem


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows taken out by run, files of failed runs and of reviewers changed, the keyed id in the audit log.

    `since` is the day of an earlier erasure, where nothing of the person was left to do; `numbers`: whether his numbers were known.
    """

    token: str
    runs: dict[str, int]
    failed: int
    decisions: int
    since: str = ""
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class _Who:
    """`token` is made of the register's id, `persons` are ids and numbers; `held`: a run knows him, or an erasure was begun."""

    token: str
    persons: frozenset[str]
    held: bool


def erase(root: Path, key: bytes, given: str) -> Erased:
    """Take the resident `given` (the register's id, or a number of his) out of every run in `root`, which the caller holds.

    NotFound if nobody knows `given`; ConfigError if several have that number; InputRefused, with all else done, if files could not be read. Then, and
    after OSError (a full disk), each run is as it was or as it is to be, and the command can be given again.
    """
    unread = Unread()
    who = _who(root, key, given)
    person = find_person(root, key, who.persons or frozenset(written(given)), unread)
    if not who.held and not person.records:
        rows, since = count(root, person), _erased_on(root, key, given)
        if since and not rows:
            return Erased(who.token, {}, 0, 0, since)
        if not who.persons and (not rows or (is_number(given) and not since)):
            raise _unknown(given)
    drop_unfinished(root)
    begin(root, who.token, person.persons)
    return _everywhere(root, key, who.token, person, unread)


def _everywhere(root: Path, key: bytes, token: str, person: Person, unread: Unread) -> Erased:
    runs = published_runs(root)
    ids = sorted(person_token(key, id_) for id_ in person.persons)
    record(root, key, "erasing", person=token, ids=ids, runs=[run.name for run in runs])
    rows = {run.name: _erase_run(root, key, run, person, token, unread) for run in runs}
    failed = sum(erase_file(file, person, unread) for file in sorted((root / "failed").rglob("*")) if file.is_file())
    decisions = erase_decisions(root, person, unread)
    if unread.files:
        raise InputRefused(unread.problems())
    record(root, key, "erased", person=token, ids=ids, runs=len(rows), failed_files=failed, decision_rows=decisions)
    end(root, token)
    return Erased(token, rows, failed, decisions, numbers=any(map(is_number, person.persons)))


def _who(root: Path, key: bytes, given: str) -> _Who:
    """Who `given` is: by an unfinished erasure, by the runs, or by the register that one of them was made from."""
    runs = published_runs(root)
    token, begun = begun_with(root, written(given))
    found = residents_of(runs, given)
    held = bool(begun or found)
    if not any(found.values()) and not begun:  # nobody, or an id whose numbers no list tells
        found = one_of(known_by_inputs(root, runs, written(given)), given) or found
    persons = begun.union(found, *found.values(), written(given) if found or begun else ())
    return _Who(token or person_token(key, min(found, default=given)), persons, held)


def _erased_on(root: Path, key: bytes, given: str) -> str:
    """The day of the last erasure of `given` by the audit log; empty if there was none."""
    tokens = {person_token(key, form) for form in written(given)}
    days = [
        line["at"][:10] for line in read_audit(root, key) if line["event"] == "erased" and tokens & {line["person"], *line.get("ids", ())}
    ]
    return days[-1] if days else ""


def _unknown(given: str) -> NotFound:
    expected = "mã cư dân hoặc số có trong một lượt chạy / an id or a number that one of the runs knows"
    if is_number(given):
        found = "không rõ số này của ai: các bảng đã xóa, sổ dân cư đã đổi hoặc không có số này / whose number it is, no table and no register tells"
        return NotFound(
            Problem(
                "--person",
                found,
                "mã cư dân / the register's id",
                "tìm mã cư dân của số này trong sổ dân cư / look it up in the register",
            )
        )
    return NotFound(
        Problem(
            "--person",
            "không lượt chạy nào có mã này, và chưa từng xóa / no run knows it, and it was never erased",
            expected,
        )
    )


def _erase_run(root: Path, key: bytes, run: Path, person: Person, token: str, unread: Unread) -> int:
    """Rows taken out of one run, whose tables are dropped; the run itself is exchanged for its changed copy, and the log says so."""
    manifest = read_manifest(run)
    draft = run.parent / f"{COPY}{run.name}"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(run, draft, ignore=_without_tables, copy_function=_link)
    gone = erase_files(draft, run, person, manifest["configuration"], unread)
    done = any(entry["person"] == token for entry in manifest.get("erased", []))
    if gone or not done or (run / "tables").exists():
        entry = {**_entry(key, person, token), "rows": gone}
        whole = {**manifest, "outputs": outputs(draft), "erased": [*manifest.get("erased", []), entry]}
        (draft / MANIFEST).unlink()  # a link to the file of the run, which stays whole until the exchange
        write_json(draft / MANIFEST, whole)
        seal(draft)
        exchange(draft, run)
    shutil.rmtree(draft)
    record(root, key, "erase", person=token, run=run.name, rows=gone, manifest=file_sha256(run / MANIFEST))
    return gone


def _entry(key: bytes, person: Person, token: str) -> dict[str, object]:
    return {
        "person": token, "ids": sorted(person_token(key, id_) for id_ in person.persons),
        "records": sorted(record_token(key, id_) for id_ in person.records),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip


def _without_tables(folder: str, names: list[str]) -> list[str]:
    top = Path(folder).name[:1] != "." and (Path(folder) / MANIFEST).is_file()
    return [name for name in names if top and name in ("tables", "run.duckdb")]


def _link(source: str, target: str) -> str:
    os.link(source, target)
    return target
