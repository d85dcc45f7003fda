"""Undecided records to `possible`: what would be found if a candidate is the one, so that whoever decides sees what follows.

The same declarations, over the same facts, for each of the three candidates that a review shows as if it were the link. None of it is
a finding of the record: that takes a link. Duplicates are those of linked records; who shares a number stands on the record already.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from matching.engine import view, write_table
from matching.findings import FINDINGS, Finding
from matching.findings.facts import facts, unit_names
from matching.findings.number import ID_OTHER_PERSON
from matching.findings.prepare import duplicates_of_links, held_by_links
from matching.findings.prepare import pairs as pairs_of_records
from matching.findings.stage import BATCH, INPUTS, FindSettings, judged_on, surroundings
from matching.sql import quoted
from matching.tables import POSSIBLE

SHOWN = 3  # candidates of a record that are looked at, as many as a review shows


def find_possible(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: Path, settings: FindSettings) -> None:
    """Write `possible` from the tables in `inputs` (INPUTS): a record for review, a candidate, and a finding it would have."""
    for name in INPUTS:
        view(con, name, inputs[name])
    judged = judged_on(con, settings)
    pairs_of_records(con)
    held_by_links(con, settings.source)
    _asked(con, inputs["std_partner"])
    surroundings(con, settings)
    duplicates_of_links(con, settings.source)
    con.execute(_NOT_ASKED)
    unit_names(con, settings.as_of)
    pairs = int(con.execute("SELECT count(*) FROM find_asked").fetchall()[0][0])
    for part, first in enumerate(range(0, pairs + 1, BATCH)):
        facts(con, judged, first, first + BATCH - 1)
        write_table(con, _possible([finding for finding in FINDINGS if _of_a_link(finding)]), out, "record_id, place, finding", part)
    con.execute("DROP TABLE facts")
    view(con, "std_partner", inputs["std_partner"])


def _of_a_link(finding: Finding) -> bool:
    """Whether it follows from the link: the rest stands on the record already."""
    return finding.needs_link or finding is ID_OTHER_PERSON


def _asked(con: duckdb.DuckDBPyConnection, partner: Path) -> None:
    """`find_asked`, `find_pair` and `std_partner`: each pair of a record and a candidate as a linked record with a number of its own."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_asked AS
        WITH listed AS (
            SELECT l, CASE WHEN len(candidates) > 0 THEN candidates WHEN best IS NULL THEN [] ELSE [best] END AS fitting
            FROM decided WHERE decision IN ('review', 'ambiguous')),
        shown AS (SELECT l, unnest(fitting) AS r, generate_subscripts(fitting, 1) AS place FROM listed)
        SELECT (row_number() OVER (ORDER BY l, place) - 1)::INTEGER AS n, l, r, place::INTEGER AS place FROM shown WHERE place <= {SHOWN};
        CREATE OR REPLACE TEMP TABLE find_pair AS
        SELECT a.n AS l, 'linked' AS decision, a.r, a.r AS first, c.gamma_name, c.gamma_number, c.gamma_place, c.gamma_birth, c.residence AS agreeing
        FROM find_asked a LEFT JOIN candidates c ON c.l = a.l AND c.r = a.r;
        CREATE OR REPLACE VIEW std_partner AS
        SELECT a.n AS l, p.* EXCLUDE (l) FROM read_parquet({quoted(partner / "*.parquet")}) p JOIN find_asked a ON a.l = p.l
    """)


_NOT_ASKED = """
    CREATE OR REPLACE TEMP TABLE find_shared (l INTEGER, sharers BIGINT, shared_ids VARCHAR[], shared_names VARCHAR[])"""


def _possible(findings: Iterable[Finding]) -> str:
    """The rows of `findings` out of `facts`, in the declared columns and types."""
    columns = ", ".join(f"CAST({column.name} AS {column.type}) AS {column.name}" for column in POSSIBLE.columns)
    rows = " UNION ALL ".join(
        f"SELECT record_id, asked AS place, person_id, '{finding.code}' AS finding, {finding.severity_sql} AS severity, {finding.level or 'NULL'} AS level "
        f"FROM facts JOIN (SELECT n AS l, place AS asked FROM find_asked) USING (l) WHERE {finding.condition_sql}"
        for finding in findings
    )
    return f"SELECT {columns} FROM ({rows})"
