"""Root causes as a reviewer gets them: `causes.csv` and `causes.xlsx`, biggest first, and `causes.parquet`, whom a decision on one is about.

A cause is shown while one of its mismatches is open. Its evidence hash is that of all these with theirs: a decision holds for
just the mismatches that were in the group when it was looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.report.cells import cell
from flows.report.columns import DECISION
from flows.report.figures import CauseCount, Causes
from flows.report.settings import ReportSettings
from flows.report.tables import copy, count, rows
from flows.report.words import Words
from matching.findings import SEVERITIES
from matching.findings.causes.kinds import cause_action, cause_sentence
from matching.identifiers import keyed_id

CAUSES = (
    "cause_id", "evidence_hash", "severity", "findings", "level", "records", "decided", "reason_vi", "reason_en", "suggested_action",
)  # fmt: skip
CAUSES_FILE = "causes.parquet"
_PREFIX = "EV"
_LARGEST = 20  # causes that stand on the page; causes.csv has all
_WORST = " ".join(f"WHEN '{severity}' THEN {rank}" for rank, severity in enumerate(SEVERITIES))


def load_causes(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Make `cause_of` (mismatch_id, cause_id), `cause_member` and `cause_shown` out of `causes`, `caused` and `work`."""
    views = {row[0] for row in con.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    if not {"causes", "caused"} <= views:
        con.execute("CREATE TABLE caused (record_id VARCHAR, cause_id VARCHAR)")
        con.execute("CREATE TABLE causes (cause_id VARCHAR, kind VARCHAR, finding VARCHAR, level VARCHAR, evidence VARCHAR)")
    con.execute("""
        CREATE TABLE cause_of AS
        SELECT w.mismatch_id, d.cause_id, d.record_id, w.evidence, w.open
        FROM caused d JOIN links k USING (record_id) JOIN work w ON w.mismatch_id = k.mismatch_id""")
    con.execute("CREATE TABLE cause_member AS SELECT cause_id, mismatch_id, evidence FROM cause_of WHERE open")
    made = con.execute("""
        SELECT cause_id, string_agg(mismatch_id || ' ' || coalesce(evidence, ''), ',' ORDER BY mismatch_id), count(*)
        FROM cause_member GROUP BY cause_id ORDER BY cause_id""").fetchall()
    shown = {
        "cause_id": pa.array([row[0] for row in made], pa.string()),
        "shown": pa.array([keyed_id(key, _PREFIX, row[0], row[1]) for row in made], pa.string()),
        "open": pa.array([row[2] for row in made], pa.int64()),
    }
    con.register("made_shown", pa.table(shown))
    con.execute("CREATE TABLE cause_shown AS SELECT * FROM made_shown")
    con.unregister("made_shown")


# The causes with open mismatches, biggest first, then the worst.
_LISTED = f"""
    WITH severities AS (
        SELECT o.cause_id, min(CASE f.severity {_WORST} END) AS worst FROM cause_of o JOIN causes c USING (cause_id)
        JOIN findings f ON f.record_id = o.record_id AND f.finding = c.finding GROUP BY o.cause_id),
    closed AS (SELECT cause_id, count(*) FILTER (NOT open) AS decided FROM cause_of GROUP BY cause_id)
    SELECT c.cause_id, s.shown, v.worst, c.finding, c.level, s.open, d.decided, c.kind, c.evidence
    FROM causes c JOIN cause_shown s USING (cause_id) JOIN severities v USING (cause_id) JOIN closed d USING (cause_id)
    ORDER BY s.open DESC, v.worst, c.cause_id"""


def cause_rows(con: duckdb.DuckDBPyConnection, settings: ReportSettings) -> Iterator[tuple[str, ...]]:
    """The causes with open mismatches as cells of CAUSES and the empty decision: biggest first, then the worst."""
    for cause_id, shown, worst, finding, level, open_now, decided, kind, evidence in rows(con, _LISTED):
        values = json.loads(evidence)
        action = Words(cause_action(kind, "vi"), cause_action(kind, "en")).both(settings.lang)
        told = (
            cause_id, shown, SEVERITIES[worst], finding, level, str(open_now), str(decided),
            cause_sentence(kind, values, open_now, "vi"), cause_sentence(kind, values, open_now, "en"), action,
        )  # fmt: skip
        yield (*map(cell, told), *("",) * len(DECISION))


def cause_counts(con: duckdb.DuckDBPyConnection) -> Causes:
    """The causes for the page, the largest of them one by one: counts and keyed ids, no value of any record."""
    largest = con.execute(
        f"SELECT cause_id, kind, finding, worst, open, decided FROM ({_LISTED}) ORDER BY open DESC, worst, cause_id LIMIT {_LARGEST}"
    )
    counted = (CauseCount(id_, kind, finding, SEVERITIES[worst], *numbers) for id_, kind, finding, worst, *numbers in largest.fetchall())
    return Causes(*causes_shown(con), tuple(counted))


def write_cause_members(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write which mismatches, on which evidence, each cause that is shown stands for."""
    copy(
        con,
        """SELECT m.cause_id, s.shown, m.mismatch_id, c.finding, m.evidence FROM cause_member m
        JOIN cause_shown s USING (cause_id) JOIN causes c USING (cause_id) ORDER BY m.cause_id, m.mismatch_id""",
        target,
    )


def causes_shown(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many causes are shown, and how many open mismatches they stand for."""
    return count(con, "SELECT count(*) FROM cause_shown"), count(con, "SELECT count(*) FROM cause_member")
