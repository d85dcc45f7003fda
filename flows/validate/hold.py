"""Read an extract, compare it with the accepted one, let the gates of its side look at it: what a run does first, for one side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.gate import Verdict, evaluate
from expectations.gates import suites_of
from expectations.offending import rows_query
from expectations.views import view_statement
from flows.extract.accepted import accepted_file, read_profile, write_changes
from flows.extract.compare import changes
from flows.extract.profile import Profile, profile
from flows.ingest import IngestReport, ingest
from flows.ingest.tables import raw_schema
from flows.validate.outcome import Outcome, Place, Request
from matching.engine import Limits, connect
from matching.errors import InputRefused
from matching.sources import Source, source
from matching.standardise.stage import StandardiseSettings, standardise

SHOWN = 20  # lines of a rule that are named
_OTHER = {"register": "electricity", "partner": "population_register"}


@dataclass(frozen=True, slots=True)
class _Held:
    """The extract at work: its tables by name, below a private folder."""

    request: Request
    declared: Source
    folder: Path
    tables: Mapping[str, Path]

    @property
    def limits(self) -> Limits:
        """What DuckDB may use: as the request says, and no file outside of the private folder."""
        options = self.request.options
        return Limits(options.memory, options.threads, self.folder / "spill", (self.folder,))


def validate(request: Request, folder: Path) -> Outcome:
    """What becomes of the extract; `folder` is private, and holds its tables until whoever made it removes it.

    InputRefused if the accepted profile cannot be read; what is wrong with the extract itself is in the outcome.
    """
    declared = source(request.source)
    before = read_profile(accepted_file(request.accepted, request.source), request.source) if request.accepted else None
    names = (f"raw_{declared.role}", f"quarantine_{declared.role}", *_standard(declared), "ledger", "extract_changes")
    held = _Held(request, declared, folder, {name: folder / name for name in names})
    try:
        report = _read(held)
    except InputRefused as refused:
        return Outcome(request.source, _names(request), refused.problems)
    return _judge(held, report, before)


def _standard(declared: Source) -> tuple[str, ...]:
    return "std_name", "std_address", f"std_{declared.role}"


def _names(request: Request) -> tuple[str, ...]:
    return tuple(str(file) for file in request.files)


def _read(held: _Held) -> IngestReport:
    role = held.declared.role
    raw, quarantine = held.tables[f"raw_{role}"], held.tables[f"quarantine_{role}"]
    report = ingest(held.declared, held.request.files, held.request.options, raw, quarantine, held.folder / "work")
    held.tables["ledger"].mkdir(mode=0o700)
    row = (f"ingest_{role}", report.rows_read, report.rows_accepted, sum(report.rows_quarantined.values()))
    schema = pa.schema([("stage", pa.string()), ("rows_in", pa.int64()), ("rows_out", pa.int64()), ("rows_quarantined", pa.int64())])
    pq.write_table(pa.table([[value] for value in row], schema=schema), held.tables["ledger"] / "part-0000.parquet")
    return report


def _judge(held: _Held, report: IngestReport, before: Profile | None) -> Outcome:
    role, request = held.declared.role, held.request
    with connect(held.limits) as con:
        for name in (f"raw_{role}", f"quarantine_{role}"):
            con.execute(view_statement(name, held.tables[name]))
        now = profile(con, held.declared, report, request.day)
        found = tuple(changes(before, now, request.bounds)) if before else ()
        write_changes(found, held.tables["extract_changes"])
        verdicts = [_gate(held, f"raw_{role}"), _gate(held, "extract")]
        if verdicts[0].status in ("passed", "passed_with_warnings"):  # what cannot be read right cannot be standardised
            _standardise(held)
            verdicts.append(_gate(held, f"std_{role}"))
        places = {rule: at for verdict in verdicts for rule, at in _places(con, held, verdict).items()}
        aside = _set_aside(con, role)
    return Outcome(
        request.source, _names(request), (), report.files, report.columns, report.rows_read, report.rows_accepted,
        report.rows_quarantined, aside, tuple(verdicts), places, found, before.day if before else None, now,
    )  # fmt: skip


def _gate(held: _Held, gate: str) -> Verdict:
    suites = suites_of(gate, {f"{held.declared.role}_source": held.declared.name})
    there = {name: path for name, path in held.tables.items() if path.is_dir()}
    return evaluate(gate, suites, there, held.folder / "gate", held.request.options.memory)


def _standardise(held: _Held) -> None:
    """The standardised tables of this side; the other side is there without a row."""
    other = source(_OTHER[held.declared.role])
    empty = held.folder / "other"
    empty.mkdir(mode=0o700)
    pq.write_table(raw_schema([one.name for one in other.fields], []).empty_table(), empty / "part-0000.parquet")
    scratch = held.folder / "scratch"
    scratch.mkdir(mode=0o700)
    partner = held.declared if held.declared.role == "partner" else other
    request = held.request
    chosen = StandardiseSettings(request.day, partner, request.codes_as_of, request.options.threads, request.day)
    out = {name: held.folder / name for name in ("std_name", "std_address", "std_register", "std_partner")}
    inputs = {
        f"raw_{held.declared.role}": held.tables[f"raw_{held.declared.role}"],
        f"raw_{other.role}": empty,
        "scratch": scratch,
    }
    with connect(held.limits) as con:
        standardise(con, inputs, out, chosen)


def _places(con: duckdb.DuckDBPyConnection, held: _Held, verdict: Verdict) -> dict[str, tuple[Place, ...]]:
    """The first lines behind each failed rule that is about rows of the extract."""
    rules = {
        rule.id: (suite.table, rule)
        for suite in suites_of(verdict.gate, {f"{held.declared.role}_source": held.declared.name})
        for rule in suite.rules
    }
    for name in ("ledger", "extract_changes", *_standard(held.declared)):
        if any(held.tables[name].glob("*.parquet")):
            con.execute(view_statement(name, held.tables[name]).replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
    found = {}
    for failed in verdict.rules_with("failed"):
        query = rows_query(*rules[failed.rule])
        if query and (lines := _lines(con, query, held.declared.role)):
            found[failed.rule] = lines
    return found


def _lines(con: duckdb.DuckDBPyConnection, query: str, role: str) -> tuple[Place, ...]:
    """Files and lines of the rows of a query, by whichever key it gives; none if it is about no row of a file."""
    names = {row[0] for row in con.execute(f"DESCRIBE {query}").fetchall()}
    key = "l" if role == "partner" else "r"
    if {"file", "line"} <= names:
        rows = f"SELECT file, line FROM ({query})"
    elif names == {key}:
        rows = f"SELECT file, line FROM std_{role} WHERE {key} IN (SELECT {key} FROM ({query}))"
    else:
        return ()
    found = con.execute(f"SELECT DISTINCT file, line FROM ({rows}) ORDER BY file, line LIMIT {SHOWN}").fetchall()
    return tuple((str(file), int(line)) for file, line in found)


def _set_aside(con: duckdb.DuckDBPyConnection, role: str) -> dict[str, tuple[Place, ...]]:
    """The first lines that each rule of reading set aside."""
    found = con.execute(f"""
        SELECT rule, file, line FROM quarantine_{role}
        QUALIFY row_number() OVER (PARTITION BY rule ORDER BY file, line) <= {SHOWN} ORDER BY rule, file, line
    """).fetchall()
    return {rule: tuple((file, int(line)) for name, file, line in found if name == rule) for rule in sorted({row[0] for row in found})}
