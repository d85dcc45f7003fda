"""Causes that lie in how records came about: a file, a day of an office, a column of the partner's file that names the batch.

A whole office is a batch only for what is written wrongly: how many holders live elsewhere differs from place to place anyway.
"""

from __future__ import annotations

import duckdb

from matching.findings import FINDINGS
from matching.findings.causes.base import LEAST, add, standing_out
from matching.sources import Source
from matching.sql import identifier, quoted

COLUMNS = 12  # carried columns that may name a batch: those of fewest values are tried
VALUES = 2_000  # values of such a column at most; more and it names records, not batches
_SMALLEST = 5  # records of a batch
_ANY = tuple(finding.code for finding in FINDINGS if not finding.needs_link)  # said of every record, linked or not
WRITTEN = (
    "ID_TYPO", "ID_NOT_IN_REGISTER", "ID_SHARED", "ID_INVALID", "ID_CONTRADICTS", "ID_MISSING", "ID_OTHER_PERSON",
    "NAME_DIFFERS", "BIRTH_DATE_DIFFERS", "ADDRESS_UNREADABLE", "ADDRESS_CONTRADICTS",
)  # fmt: skip
"""Findings that say how a record was written."""


def batches(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Put what is found into `cause_found`."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE cause_any AS
        SELECT k.record_id, p.file, p.line, p.event_date, k.person_id IS NOT NULL AS linked
        FROM links k JOIN std_partner p USING (record_id) WHERE k.outcome <> 'out_of_scope'
    """)
    con.execute(f"CREATE OR REPLACE TEMP TABLE cause_batch AS {_batches(con, source)}")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE cause_said AS
        SELECT f.record_id, f.finding, coalesce(f.level, '') AS level FROM findings f
        SEMI JOIN cause_any c ON c.record_id = f.record_id WHERE f.severity <> 'benign'
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE cause_hit AS
        SELECT b."by", b.batch, s.finding, s.level, count(*) AS n FROM cause_batch b JOIN cause_said s USING (record_id)
            WHERE NOT b.written_only OR s.finding IN {WRITTEN} GROUP BY ALL HAVING count(*) >= {LEAST}
    """)
    add(con, "batch", _CASES)


# The cases of each batch in which a finding stands out: at least half of its records carry it, and chance does not explain so many.
_CASES = f"""
WITH whole AS (SELECT count(*) AS everyone, count(*) FILTER (linked) AS linked FROM cause_any),
several AS (SELECT "by" FROM cause_batch GROUP BY "by" HAVING count(DISTINCT batch) > 1),
sizes AS (
    SELECT "by", batch, count(*) AS everyone, count(*) FILTER (linked) AS linked
    FROM cause_batch SEMI JOIN several USING ("by") GROUP BY ALL),
overall AS (SELECT finding, level, count(*) AS n FROM cause_said GROUP BY ALL),
sized AS (
    SELECT h.*, o.n AS of_all, CASE WHEN h.finding IN {_ANY} THEN z.everyone ELSE z.linked END AS size,
        CASE WHEN h.finding IN {_ANY} THEN w.everyone ELSE w.linked END AS whole
    FROM cause_hit h JOIN sizes z USING ("by", batch) JOIN overall o USING (finding, level), whole w),
usual AS (SELECT *, greatest(of_all - n, 1) / greatest(whole - size, 1) AS rate FROM sized)
SELECT c.record_id, c.r AS person, json_object('batch', u.batch, 'by', u."by", 'finding', u.finding, 'level', u.level) AS key,
    json_object('batch', u.batch, 'found', u.n, 'share', round(100.0 * u.n / u.size)::INTEGER, 'size', u.size,
        'usual', round(100 * u.rate)::INTEGER) AS shown,
    u.size * u.rate AS expected
FROM cause_case c JOIN cause_batch b USING (record_id)
JOIN usual u ON u."by" = b."by" AND u.batch = b.batch AND u.finding = c.finding AND u.level = coalesce(c.level, '')
WHERE u.size >= {_SMALLEST} AND 2 * u.n >= u.size AND {standing_out("u.n", "u.size * u.rate", "SELECT count(*) FROM cause_hit")}"""


def _batches(con: duckdb.DuckDBPyConnection, source: Source) -> str:
    """The query of `record_id`, `by`, `batch`, `written_only` for everything that may be a batch."""
    ways = [("file", "c.file", False), ("day", "c.event_date::VARCHAR", True)]
    for length in source.unit_prefix:
        unit = f"left(c.record_id, {length})"
        ways += [
            (f"unit{length}", unit, True),
            (f"unit{length} day", f"{unit} || ', ' || c.event_date::VARCHAR", False),
        ]
    from_file = [
        f"SELECT c.record_id, c.linked, '{by}' AS \"by\", {batch} AS batch, {written} AS written_only FROM cause_any c"
        for by, batch, written in ways
    ]
    columns = _columns(con)
    if columns:
        joined = "cause_any c JOIN raw_partner w ON w.file = c.file AND w.line = c.line"
        from_file += [
            f"SELECT c.record_id, c.linked, {quoted(name)}, {quoted(name[2:] + ' = ')} || w.{identifier(name)}, FALSE FROM {joined}"
            for name in columns
        ]
    return f"SELECT * FROM ({' UNION ALL '.join(from_file)}) WHERE batch IS NOT NULL AND batch <> ''"


def _columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The carried columns that have two values at least and few enough to name batches."""
    if not con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'raw_partner'").fetchall()[0][0]:
        return []
    names = [str(row[0]) for row in con.execute("DESCRIBE raw_partner").fetchall() if str(row[0]).startswith("x:")]
    if not names:
        return []
    counted = con.execute(
        f"SELECT {', '.join(f'approx_count_distinct({identifier(name)})' for name in names)} FROM raw_partner"
    ).fetchall()[0]
    few = sorted((int(values), name) for values, name in zip(counted, names, strict=True) if values <= VALUES)
    return [name for _, name in few[:COLUMNS]]
