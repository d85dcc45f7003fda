"""Causes that lie in one person: a number that stands on records of several, a holder or a household of many records."""

from __future__ import annotations

import duckdb

from matching.findings.causes.base import add

_NUMBERED = ("ID_SHARED", "ID_OTHER_PERSON")
_HOUSEHOLD = "DUPLICATE_AT_PLACE"


def people(con: duckdb.DuckDBPyConnection) -> None:
    """Put what is found into `cause_found`."""
    add(
        con,
        "number",
        f"""
        SELECT c.record_id, NULL AS person, json_object('number', coalesce(p.id12, -p.id9)) AS key, '{{}}' AS shown, NULL AS expected
        FROM cause_case c JOIN std_partner p USING (record_id)
        WHERE c.finding IN {_NUMBERED} AND coalesce(p.id12, p.id9) IS NOT NULL
    """,
    )
    add(
        con,
        "household",
        f"""
        WITH repeated AS (SELECT * FROM cause_case WHERE finding = '{_HOUSEHOLD}'),
        firsts AS (
            SELECT household, min(person_id) AS first FROM std_register WHERE household IN (SELECT household FROM repeated) GROUP BY household)
        SELECT c.record_id, NULL AS person, json_object('household', coalesce(h.first, g.person_id)) AS key, '{{}}' AS shown, NULL AS expected
        FROM repeated c JOIN std_register g ON g.r = c.r LEFT JOIN firsts h ON h.household = c.household
    """,
    )
    add(
        con,
        "holder",
        f"""
        SELECT c.record_id, NULL AS person, json_object('finding', c.finding, 'level', c.level, 'person', g.person_id) AS key, '{{}}' AS shown, NULL AS expected
        FROM cause_case c JOIN std_register g ON g.r = c.r
        WHERE c.finding NOT IN {(*_NUMBERED, _HOUSEHOLD)}
    """,
    )
