"""What causes are looked for in: `cause_linked`, a row a linked record; `cause_case`, a row a mismatch with its primary finding.

A decision applies to the primary finding, so it is the primary findings that are grouped; what is usual is told by all records.
"""

from __future__ import annotations

import duckdb

from matching.sources import Source

FOUND = "CREATE OR REPLACE TEMP TABLE cause_found (kind VARCHAR, record_id VARCHAR, person INTEGER, key VARCHAR, shown VARCHAR, expected DOUBLE)"
LEAST = 3  # mismatches, of as many different residents where a person could be the reason
_WRONG_BY_CHANCE = 1000  # a group that stands out by chance is to be expected once in so many runs

# Chernoff's bound: the chance of {k} or more where {usual} are to be expected is below exp(-surprise). Rounded, since what is
# decided by it must not depend on the last bit of a logarithm.
SURPRISE = "round(CASE WHEN {k} > {usual} THEN {k} * ln({k} / {usual}) - {k} + {usual} ELSE 0 END, 3)"


def standing_out(k: str, usual: str, groups: str) -> str:
    """SQL that holds where `k` is more than chance gives anywhere among `groups` groups, `usual` being expected."""
    return f"{SURPRISE.format(k=f'({k})', usual=f'({usual})')} >= round(ln({_WRONG_BY_CHANCE} * greatest(({groups}), 1)), 3)"


def base(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Make `cause_linked`, `cause_case` and `cause_found` from the run's views and the names of communes in `cause_unit`."""
    unit = f"left(p.record_id, {min(source.unit_prefix)})" if source.unit_prefix else "p.file"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE cause_linked AS
        SELECT k.record_id, p.l, g.r, k.outcome, k.primary_finding, {unit} AS unit, p.file, p.line, p.event_date, p.place, p.name AS written_name,
            g.name AS register_name, g.household, c.gamma_place,
            CASE c.residence WHEN 'permanent' THEN g.permanent WHEN 'temporary' THEN g.temporary WHEN 'current' THEN g.current ELSE g.permanent END AS home
        FROM links k JOIN std_partner p USING (record_id) JOIN std_register g ON g.person_id = k.person_id
        LEFT JOIN candidates c ON c.l = p.l AND c.r = g.r
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE cause_case AS
        SELECT c.*, f.finding, f.level FROM cause_linked c JOIN findings f ON f.record_id = c.record_id AND f.finding = c.primary_finding
        WHERE c.outcome = 'mismatch'
    """)
    con.execute(FOUND)


def add(con: duckdb.DuckDBPyConnection, kind: str, query: str) -> None:
    """Put the rows of `query` (record_id, person, key, shown, expected; key and shown as JSON) into `cause_found`.

    `person` is what at least three of must differ for a group to count; null where the group needs no more than its records.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE cause_rows AS
        SELECT record_id, person, CAST(key AS VARCHAR) AS key, CAST(shown AS VARCHAR) AS shown, CAST(expected AS DOUBLE) AS expected
        FROM ({query})
    """)
    con.execute(f"""
        INSERT INTO cause_found
        SELECT '{kind}', * FROM cause_rows WHERE key IN (
            SELECT key FROM cause_rows GROUP BY key
            HAVING count(*) >= {LEAST} AND (max(person) IS NULL OR count(DISTINCT person) >= {LEAST}))
    """)
