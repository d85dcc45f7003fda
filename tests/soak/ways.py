"""Good and failing runs, each as a user would get it: what is done to a published world before, and which command with which end."""

from __future__ import annotations

import csv
import errno
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest
import xlsxwriter

from expectations import gates
from expectations.declarations import no_rows
from expectations.gates import GATES
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import lines, runs
from tests.soak import canaries

Patch = pytest.MonkeyPatch
Prepare = Callable[[Path, Patch], None]


@dataclass(frozen=True)
class Way:
    """`command` is given the world's folder; `code` is how it must end."""

    code: int
    prepare: Prepare
    command: Callable[[Path], tuple[str | Path, ...]] = lambda world: ("run", "--log-json", world / "run.toml")


def _nothing(_: Path, __: Patch) -> None:
    return None


def _raising(target: str) -> Way:
    """A library that fails with the whole line in its message, as DuckDB's reader does, in its notes, its cause and its locals."""

    def fail(*_: Any, **__: Any) -> NoReturn:  # noqa: ANN401
        line = "; ".join(canaries.CANARIES)
        error = ValueError(line, {"row": canaries.RESIDENTS[0]})
        error.add_note(line)
        raise error from UnicodeDecodeError("utf-8", line.encode(), 0, 1, line)

    return Way(70, lambda _, patch: patch.setattr(target, fail))


def _conversion(*_: Any) -> NoReturn:  # noqa: ANN401
    """An engine's own error, which quotes the value that it could not convert."""
    duckdb.connect().execute("SELECT CAST(? AS INTEGER)", [canaries.CANARIES[0]]).fetchall()
    raise AssertionError


def _hanging(world: Path, patch: Patch) -> None:
    """A stage that holds a line and never comes to an end."""

    def hang(*_: Any) -> None:  # noqa: ANN401
        line = canaries.contract(0)
        while line:
            time.sleep(0.01)

    worlds.setting(world, "[engine]\nstage_timeout = 8")
    patch.setattr("flows.stages.decide_links", hang)


def _told_by_reviewers(world: Path, _: Patch) -> None:
    """Decisions with a person's data in the note, where the decision should be, and in a file that is no table."""
    folder = runs(world) / "decisions"
    with (runs(world) / "0001-2026-10-31" / "mismatches.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for at, row in enumerate(rows):
        who = canaries.RESIDENTS[at % len(canaries.RESIDENTS)]
        wrong = who["name"] if at % 5 == 4 else "partner_wrong"
        row |= {"decision": wrong, "decided_by": "Lan", "decided_at": "2026-11-02", "note": "; ".join(who.values())}
    with (folder / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    (folder / "b.csv").write_text("\n".join(map(canaries.contract, range(6))), "utf-8")


def _gone_astray(world: Path, patch: Patch) -> None:
    """Reviewers' cells in each other's places: a sheet with a person's name, a person where the id, the day or the number of the run should be."""
    _told_by_reviewers(world, patch)
    folder, who = runs(world) / "decisions", canaries.RESIDENTS[0]
    with (folder / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        told = next(csv.DictReader(file))
    good = {"mismatch_id": told["mismatch_id"], "decision": "both_right", "decided_at": f"đã gọi {who['name']}", "note": ""}
    bad = {"mismatch_id": who["name"], "decision": "both_right", "decided_at": who["phone"], "note": ""}
    with xlsxwriter.Workbook(folder / "c.xlsx") as book:
        for at in range(2):
            sheet = book.add_worksheet(canaries.NAMES[at])
            for row, cells in enumerate((list(good), list(good.values()), list(bad.values()), [who["number"], "maybe", "", ""])):
                sheet.write_row(row, 0, cells)
    header = ("audit_id", "run_id", "record_id", "person_id", "stratum", "linked", "stratum_size", "stratum_expected", "decision")
    rows = (",".join(header), f"A1,{who['name']},{who['number']},,{who['address']},1,2,2,{who['phone']}")
    (world / "answers.csv").write_text("\n".join(rows), "utf-8")


def _people_as_headers(world: Path, _: Patch) -> None:
    """Numbers of a person over two columns, one of them twice, and the column of the records' ids gone."""
    who = canaries.RESIDENTS[0]
    header, *rest = lines(world / "contracts.csv")
    names = header.split(";")
    names[0], names[3], names[4] = who["number"], who["phone"], who["phone"]
    (world / "contracts.csv").write_bytes("\r\n".join([";".join(names), *rest]).encode("utf-8-sig"))


# Nothing changed between two extracts of one file, so the table has no row of its own.
CHANGE = "SELECT 'register' AS side, 'rows' AS measure, 'all' AS field"


def _failing(gate: str) -> Way:
    """A rule that no row keeps, in the first suite of a gate: every row's key is put aside."""
    suite = GATES[gate][0]

    def prepare(_: Path, patch: Patch) -> None:
        real = gates._SUITES[suite]
        table = real(gates.DEFAULT_SOURCES).table
        query = f"SELECT * FROM {table}"
        rule = no_rows("R-ALL-WRONG", query if table != "extract_changes" else CHANGE, "Sai cả.", "All wrong.")
        patch.setitem(gates._SUITES, suite, lambda sources: replace(real(sources), rules=(*real(sources).rules, rule)))  # type: ignore[index]

    return Way(3, prepare)


def _broken_gate(_: Path, patch: Patch) -> None:
    real = gates._SUITES["ledger"]
    rule = no_rows("R-BROKEN", "SELECT stage FROM ledger WHERE no_such_column", "Sai.", "Wrong.")
    patch.setitem(gates._SUITES, "ledger", lambda sources: replace(real(sources), rules=(*real(sources).rules, rule)))  # type: ignore[index]


def _bad_rows(count: int) -> Prepare:
    def prepare(world: Path, _: Patch) -> None:
        for at in range(count):
            worlds.append(world / "contracts.csv", canaries.broken(at % len(canaries.RESIDENTS)), "\r\n")

    return prepare


def _no_header(world: Path, _: Patch) -> None:
    """A person's line stands where the names of the columns should be."""
    (world / "contracts.csv").write_bytes("\r\n".join([canaries.contract(0), *lines(world / "contracts.csv")[1:]]).encode("utf-8-sig"))


def _kill_by(number: signal.Signals) -> Prepare:
    return lambda _, patch: patch.setattr("flows.stages.decide_links", lambda *_: os.kill(os.getpid(), number))


def _full(_: Path, patch: Patch) -> None:
    def full(*_: Any, **__: Any) -> NoReturn:  # noqa: ANN401
        raise OSError(errno.ENOSPC, "No space left on device", canaries.contract(1))

    patch.setattr("flows.stages.write_report", full)


def _wrong_setting(world: Path, _: Patch) -> None:
    worlds.setting(world, "[thresholds]\nlink = 7")


def _validate(world: Path) -> tuple[str | Path, ...]:
    told = [part for name in ("json", "junit", "sarif") for part in (f"--{name}", world / f"told.{name}")]
    return ("validate", world / "contracts.csv", "--source", "electricity", *told, "--data-docs", world / "docs")


WAYS: dict[str, Way] = {
    "a good run": Way(0, _nothing),
    "mismatches above the tolerance": Way(1, lambda world, _: worlds.setting(world, "[tolerance]\nmismatch_rate = 0.001")),
    "a few bad rows": Way(0, _bad_rows(3)),
    "too many bad rows": Way(3, _bad_rows(120)),
    **{f"gate {gate} fails": _failing(gate) for gate in ("extract", "std", "candidates", "pair_counts", "links", "findings", "decisions", "report")},
    "a gate is broken": Way(4, _broken_gate),
    "ingest raises": _raising("flows.stages.ingest"),
    "extracts raise": _raising("flows.stages.profile"),
    "standardise raises": _raising("flows.stages.standardise"),
    "candidates raise": _raising("flows.stages.find_candidates"),
    "decide raises": _raising("flows.stages.decide_links"),
    "find raises": _raising("flows.stages.find"),
    "decisions raise": _raising("flows.stages.read_decision_files"),
    "report raises": _raising("flows.stages.write_report"),
    "publish raises": _raising("flows.reconcile.publish"),
    "the manifest raises": _raising("flows.reconcile.build_manifest"),
    "a gate's engine raises": _raising("expectations.session.Session.evaluate"),
    "a spreadsheet raises": _raising("flows.report.write.write_sheets"),
    "an engine quotes a value": Way(70, lambda _, patch: patch.setattr("flows.stages.find_candidates", _conversion)),
    "a stage hangs": Way(70, _hanging),
    "reviewers' decisions": Way(0, _told_by_reviewers),
    "reviewers' cells gone astray": Way(0, _gone_astray),
    "Ctrl-C": Way(130, _kill_by(signal.SIGINT)),
    "SIGTERM": Way(130, _kill_by(signal.SIGTERM)),
    "the disk is full": Way(7, _full),
    "a wrong run file": Way(2, _wrong_setting),
    "no header": Way(5, _no_header),
    "people as headers": Way(5, _people_as_headers),
    "validate, good": Way(0, _nothing, _validate),
    "validate, bad rows": Way(3, _bad_rows(120), _validate),
    "explain, no such record": Way(2, _nothing, lambda world: ("explain", runs(world), "PD00000000000")),
    "purge": Way(0, _nothing, lambda world: ("purge", runs(world), "--before", "2999-01-01")),
    "erase": Way(0, _nothing, lambda world: ("erase", runs(world), "--person", canaries.person(0))),
    "audit check": Way(0, _nothing, lambda world: ("audit", "check", runs(world))),
    "check": Way(0, _nothing, lambda world: ("check", world / "run.toml")),
    "check, no header": Way(5, _no_header, lambda world: ("check", world / "run.toml")),
    "decisions check": Way(1, _told_by_reviewers, lambda world: ("decisions", "check", runs(world) / "decisions" / "b.csv", "--run", runs(world))),
    "decisions check, cells gone astray": Way(
        1, _gone_astray, lambda world: ("decisions", "check", runs(world) / "decisions" / "c.xlsx", "--run", runs(world))
    ),
    "audit answers, cells gone astray": Way(5, _gone_astray, lambda world: ("audit-sample", runs(world), "--answers", world / "answers.csv")),
    "diff": Way(0, _nothing, lambda world: ("diff", runs(world), runs(world))),
    "evaluate": Way(0, _nothing, lambda world: ("evaluate", runs(world), world / "truth.csv")),
    "audit sample": Way(0, _nothing, lambda world: ("audit-sample", runs(world), "--size", "50", "--out", world / "sample.csv")),
    "report again": Way(0, _nothing, lambda world: ("report", runs(world))),
}  # fmt: skip
