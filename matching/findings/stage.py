"""Decided records to `findings` and `links`: what is wrong with each, and its one outcome.

Records are taken in batches of `l`, which is the order of `record_id`: memory is bounded by a batch, and the parts of
`findings` follow one another in the order of the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from matching.engine import view, write_table
from matching.findings import FINDINGS, SEVERITIES, Finding, homes, prepare
from matching.findings.facts import Judged, facts, unit_names
from matching.findings.links import write_links
from matching.findings.misread import misread
from matching.sources import Source
from matching.tables import FINDINGS as FINDINGS_TABLE

BATCH = 250_000  # records whose facts are held at once: about 1 GB
INPUTS = ("std_name", "std_address", "std_register", "std_partner", "candidates", "decided")


@dataclass(frozen=True, slots=True)
class FindSettings:
    """The day everything is judged on, the partner's source, the key of ids, and what the inputs cover.

    `extract_provinces`: codes, in force on `as_of`, that the register's extract covers; empty = the whole country.
    `partner_fields`: the fields that the partner's file has, since what is absent is not judged; None = a field that no
    record fills is taken as absent.
    """

    as_of: date
    source: Source
    key: bytes
    extract_provinces: tuple[str, ...] = ()
    partner_fields: frozenset[str] | None = None


def find(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out_findings: Path, out_links: Path, settings: FindSettings) -> None:
    """Write `findings` and `links` from the tables in `inputs`: INPUTS, `quarantine_partner` if rows were rejected, `link_decisions` if any were heeded."""
    for name in INPUTS:
        view(con, name, inputs[name])
    _prepare(con, settings)
    judged = judged_on(con, settings)
    con.execute("CREATE OR REPLACE TEMP TABLE find_carried (l INTEGER, code VARCHAR, rank INTEGER, severity VARCHAR)")
    for part, (first, last) in enumerate(_batches(con)):
        facts(con, judged, first, last)
        write_table(con, _found(FINDINGS), out_findings, "record_id, finding", part)
        con.execute(f"INSERT INTO find_carried {_carried(FINDINGS)}")
    con.execute("DROP TABLE facts")
    verdicts = inputs.get("link_decisions")
    if verdicts is not None:
        view(con, "link_decisions", verdicts)
    write_links(con, inputs.get("quarantine_partner"), out_links, settings.key, settings.source.name, verdicts is not None)


def _prepare(con: duckdb.DuckDBPyConnection, settings: FindSettings) -> None:
    prepare.pairs(con)
    surroundings(con, settings)
    prepare.duplicates(con, settings.source)
    prepare.sharers(con)
    unit_names(con, settings.as_of)


def surroundings(con: duckdb.DuckDBPyConnection, settings: FindSettings) -> None:
    """For the pairs of `find_pair`: whose the number is, where the holder lives, and who is registered at the place."""
    prepare.owners(con)
    has_places = _has(con, settings, settings.source.place, "SELECT 1 FROM std_partner WHERE place IS NOT NULL")
    has_residences = _any(con, "SELECT 1 FROM std_register WHERE coalesce(permanent, temporary, current) IS NOT NULL")
    homes.districts(con)
    homes.doubts(con)
    misread(con)
    homes.residences(con, has_places and has_residences)
    homes.households(con)


def judged_on(con: duckdb.DuckDBPyConnection, settings: FindSettings) -> Judged:
    """What the run is judged on: its settings, and which columns its files have at all."""
    number = next((field.name for field in settings.source.fields if field.kind == "id_number"), None)
    return Judged(
        as_of=settings.as_of,
        minimum_age=settings.source.minimum_age,
        id_compulsory=settings.source.id_compulsory,
        extract_provinces=settings.extract_provinces,
        has_numbers=_has(con, settings, number, "SELECT 1 FROM std_partner WHERE id_condition <> 'missing'"),
        has_register_numbers=_any(con, "SELECT 1 FROM std_register WHERE id12 IS NOT NULL"),
        has_old_numbers=_any(con, "SELECT 1 FROM std_register WHERE id9 IS NOT NULL"),
    )


def _has(con: duckdb.DuckDBPyConnection, settings: FindSettings, field: str | None, filled: str) -> bool:
    """Whether the partner's file has `field`: as the settings say, else whether any record fills it."""
    if field is None:
        return False
    return _any(con, filled) if settings.partner_fields is None else field in settings.partner_fields


def _any(con: duckdb.DuckDBPyConnection, query: str) -> bool:
    return bool(con.execute(f"SELECT EXISTS ({query})").fetchall()[0][0])


def _batches(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """First and last `l` of each batch; one empty batch if there is no record, so that the table exists."""
    highest = con.execute("SELECT coalesce(max(l), 0) FROM std_partner").fetchall()[0][0]
    return [(first, first + BATCH - 1) for first in range(0, int(highest) + 1, BATCH)]


def _found(findings: Iterable[Finding]) -> str:
    """The rows of `findings` out of `facts`, in the declared columns and types."""
    columns = ", ".join(f"CAST({column.name} AS {column.type}) AS {column.name}" for column in FINDINGS_TABLE.columns)
    rows = " UNION ALL ".join(
        f"SELECT record_id, '{finding.code}' AS finding, {finding.severity_sql} AS severity, {finding.level or 'NULL'} AS level, "
        f"{finding.evidence_sql} AS evidence, {finding.suggested or 'NULL'} AS suggested_value "
        f"FROM facts WHERE {finding.condition_sql}"
        for finding in findings
    )
    return f"SELECT {columns} FROM ({rows})"


def _carried(findings: Iterable[Finding]) -> str:
    """Record, code, severity and rank (worst severity first, then the order of the table) of each finding in `facts`."""
    worst = " ".join(f"WHEN '{severity}' THEN {rank}" for rank, severity in enumerate(SEVERITIES))
    rows = " UNION ALL ".join(
        f"SELECT l, '{finding.code}' AS code, {position} AS position, {finding.severity_sql} AS severity "
        f"FROM facts WHERE {finding.condition_sql}"
        for position, finding in enumerate(findings)
    )
    return f"SELECT l, code, (CASE severity {worst} END) * 100 + position AS rank, severity FROM ({rows})"
