"""`doisoat decisions check FILE`: what a run would make of a file of decisions, told row by row; nothing is applied or written.

It shows ids, rows and reasons: nothing of a person, so that a reviewer may send the output to whoever helps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from flows.decisions.hold import DecisionSettings, hold, read_files
from flows.decisions.known import known_before
from flows.decisions.log import known_files, read_log
from flows.decisions.rows import shown_id
from flows.decisions.standing import Result, Standing
from flows.manifest import MANIFEST
from flows.private_folder import private_folder
from flows.publish import CURRENT, read_manifest, run_folder
from flows.report.decided import told_result
from flows.run_key import run_key
from matching.engine import Limits, connect
from matching.errors import ConfigError, InputRefused, Problem

_SHOWN = 200  # rows that are told one by one


@dataclass(frozen=True, slots=True)
class Checked:
    """What would become of every decision in a file, and whether the log has read it already."""

    results: tuple[Result, ...]
    already: bool

    @property
    def fits(self) -> bool:
        """Whether nothing is refused or contradicted."""
        return not any(row[6] in ("refused", "conflict") for row in self.results)


def run_of(file: Path, given: Path | None) -> Path:
    """The published run that `file` is about: the one `given`, else the one whose folder or decisions folder it lies in.

    ConfigError if that cannot be told.
    """
    if given is not None:
        return run_folder(given)
    for folder in file.resolve().parents:
        if (folder / MANIFEST).is_file() or (folder / CURRENT).is_file():
            return run_folder(folder)
    there = sorted(pointer.parent for start in (Path(), Path("runs")) for pointer in start.glob(f"*/{CURRENT}"))
    if len(there) == 1:
        return run_folder(there[0])
    found = f"{len(there)} lượt chạy quanh đây / runs around here"
    fix = "thêm / add: --run <output>/<name>"
    raise ConfigError(Problem(str(file), found, "biết tệp thuộc lượt chạy nào / the run that the file is about", fix))


def check_file(file: Path, run: Path, key_file: Path | None = None) -> Checked:
    """Hold the decisions of `file` against the published `run` and the log beside it.

    InputRefused if the file cannot be read at all; ConfigError if the key is not that of the run.
    """
    manifest = read_manifest(run)
    configuration = manifest["configuration"]
    key, asked = run_key(run, manifest, key_file), configuration.get("decisions", {})
    settings = DecisionSettings(
        as_of=date.fromisoformat(configuration["as_of"]), source=configuration["partner"]["source"], key=key,
        second_person=frozenset(asked.get("second_person", ())), second_look=asked.get("second_look", False),
    )  # fmt: skip
    log = read_log(run.parent)
    files = read_files(file.parent, [file], {})
    already = not known_files(log).keys().isdisjoint(files.hashes.values())
    with private_folder() as spill, connect(Limits("1GB", 2, spill, (run.parent,))) as con:
        ids = files.ids | {line["id"] for line in log if line["kind"] == "decision"}
        found = known_before(con, ids, run, key, settings.source)
    whole = [one for one in files.refused if one.row == 0]
    if whole:
        told = told_result("refused", whole[0].reason)
        raise InputRefused(Problem(file.name, told.vi, told.en))
    held = hold(files, found, settings)
    return Checked(tuple(Standing(found, log, held, settings).results(files)), already)


def print_checked(checked: Checked, run: Path, console: Console) -> None:
    """Print what would become of the file: counts, then every row that needs somebody."""
    console.print(f"so với lượt / against run: {run}", markup=False, highlight=False)
    if checked.already:
        console.print("tệp này đã được đọc / this file was read before", markup=False)
    for (result, reason), number in sorted(Counter((row[6], row[7]) for row in checked.results).items(), key=str):
        told = told_result(result, reason)
        console.print(f"  {number:>8,}  {told.vi} / {told.en}", markup=False, highlight=False)
    if not checked.results:
        console.print("  không có quyết định nào / no decisions", markup=False)
    wanting = [row for row in checked.results if row[6] in ("refused", "conflict", "asked_again", "second_person") or row[7]]
    for row in wanting[:_SHOWN]:
        told = told_result(row[6], row[7])
        about = " ".join(filter(None, (f"dòng / row {row[1]}:", shown_id(row[2]), row[3]))).removesuffix(":")
        console.print(f"{about}: {told.vi} / {told.en}", markup=False, highlight=False)
    if len(wanting) > _SHOWN:
        console.print(f"… {len(wanting) - _SHOWN:,} dòng nữa / more rows", markup=False)
