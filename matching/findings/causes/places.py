"""Causes that lie in a place: a street renamed or numbered anew, a commune that one office writes wrongly."""

from __future__ import annotations

import duckdb

from matching.findings.causes.base import add, standing_out

_HOUSE = "coalesce({0}.house, {0}.building)"
_SAME_HOUSE = "({a} = {b} AND coalesce(a.alley, '') = coalesce(b.alley, ''))".format(a=_HOUSE.format("a"), b=_HOUSE.format("b"))
_LOCALITY = "coalesce({0}.street, {0}.hamlet)"
_SHOWN = "coalesce({0}.street_display, {0}.hamlet_display, {0}.street, {0}.hamlet)"


def _spelt(column: str) -> str:
    """SQL: of several writings of one name the one to show: not in capitals, if any is not."""
    return f"coalesce(min({column}) FILTER ({column} <> upper({column})), min({column}))"


def places(con: duckdb.DuckDBPyConnection) -> None:
    """Put what is found into `cause_found`."""
    _streets(con)
    _communes(con)
    _contradictions(con)
    _numbering(con)


# Were the holders who live elsewhere spread over the commune like its residents.
_BY_CHANCE = "s.of_written * (coalesce(t.residents, 0) + 1) / (coalesce(v.residents, 0) + 1)"


# Either street and house are told apart by the street's name alone, or nobody in the register lives in a hamlet of the name
# written and nearly all who are meant to live in one and the same other.
def _streets(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE cause_street AS
        SELECT c.record_id, c.r, b.commune, {_LOCALITY.format("a")} AS written, {_LOCALITY.format("b")} AS registered,
            {_SHOWN.format("a")} AS written_shown, {_SHOWN.format("b")} AS registered_shown,
            {_HOUSE.format("a")} IS NOT NULL AND {_HOUSE.format("b")} IS NOT NULL AS numbered, coalesce({_SAME_HOUSE}, FALSE) AS door
        FROM cause_case c JOIN std_address a ON a.address = c.place JOIN std_address b ON b.address = c.home
        WHERE c.finding = 'RESIDENCE_ELSEWHERE' AND c.level = 'street' AND b.commune IS NOT NULL
            AND {_LOCALITY.format("a")} IS NOT NULL AND {_LOCALITY.format("b")} IS NOT NULL
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE cause_lived AS
        SELECT a.commune, {_LOCALITY.format("a")} AS locality, count(*) AS residents
        FROM std_register g JOIN std_address a ON a.address = g.permanent
        WHERE a.commune IN (SELECT commune FROM cause_street) AND {_LOCALITY.format("a")} IS NOT NULL GROUP BY ALL
    """)
    add(
        con,
        "street",
        f"""
        WITH sums AS (
            SELECT commune, written, registered, count(*) AS n, count(*) FILTER (numbered) AS numbered, count(*) FILTER (door) AS doors,
                {_spelt("written_shown")} AS written_shown, {_spelt("registered_shown")} AS registered_shown
            FROM cause_street GROUP BY ALL),
        shares AS (SELECT *, sum(n) OVER (PARTITION BY commune, written) AS of_written FROM sums),
        communes AS (SELECT commune, sum(residents) AS residents FROM cause_lived GROUP BY commune)
        SELECT c.record_id, c.r AS person, json_object('commune', c.commune, 'registered', c.registered, 'written', c.written) AS key,
            json_object('commune', u.today, 'registered', s.registered_shown, 'written', s.written_shown) AS shown, NULL AS expected
        FROM cause_street c JOIN shares s USING (commune, written, registered) JOIN cause_unit u ON u.code = c.commune
        LEFT JOIN cause_lived w ON w.commune = c.commune AND w.locality = c.written
        LEFT JOIN cause_lived t ON t.commune = c.commune AND t.locality = c.registered LEFT JOIN communes v ON v.commune = c.commune
        WHERE (c.door OR NOT c.numbered) AND 2 * s.n >= s.of_written AND (
            (s.doors >= 3 AND 2 * s.doors >= s.numbered)
            OR (w.residents IS NULL AND s.numbered = 0 AND 5 * s.n >= 4 * s.of_written
                AND {standing_out("s.n", _BY_CHANCE, "SELECT count(*) FROM sums")}))
    """,
    )


# The same street and house in another commune: a hamlet that is a mere number is everywhere, so it needs a house.
def _communes(con: duckdb.DuckDBPyConnection) -> None:
    hamlet = f"({_HOUSE.format('a')} IS NULL AND {_HOUSE.format('b')} IS NULL AND a.street IS NULL AND NOT regexp_full_match(a.hamlet, '[0-9 ]+'))"
    add(
        con,
        "commune",
        f"""
        WITH pairs AS (
            SELECT c.record_id, c.r, c.unit, array_to_string(list_sort(a.communes), ' ') AS written, b.commune AS registered, a.commune,
                {_LOCALITY.format("a")} = {_LOCALITY.format("b")} AND ({_SAME_HOUSE} OR {hamlet}) AS same
            FROM cause_case c JOIN std_address a ON a.address = c.place JOIN std_address b ON b.address = c.home
            WHERE c.finding = 'RESIDENCE_ELSEWHERE' AND c.level IN ('commune', 'province') AND len(a.communes) > 0 AND b.commune IS NOT NULL),
        sums AS (SELECT unit, written, registered, count(*) FILTER (same) AS n FROM pairs GROUP BY ALL),
        shares AS (
            SELECT p.unit, p.written, s.registered, s.n, count(*) AS of_written FROM pairs p JOIN sums s USING (unit, written)
            GROUP BY p.unit, p.written, s.registered, s.n)
        SELECT p.record_id, p.r AS person, json_object('registered', p.registered, 'unit', p.unit, 'written', p.written) AS key,
            json_object('registered', t.today, 'unit', p.unit, 'written', coalesce(w.today, '…')) AS shown, NULL AS expected
        FROM pairs p JOIN shares s USING (unit, written, registered) JOIN cause_unit t ON t.code = p.registered
        LEFT JOIN cause_unit w ON w.code = p.commune
        WHERE p.same AND 5 * s.n >= s.of_written
    """,
    )


def _contradictions(con: duckdb.DuckDBPyConnection) -> None:
    add(
        con,
        "contradiction",
        f"""
        WITH placed AS (
            SELECT c.record_id, c.r, c.unit, a.communes[1] AS commune, array_to_string(list_sort(a.communes), ' ') AS written,
                coalesce(a.district, '') AS district, coalesce(a.province, '') AS province, a.contradicts,
                a.contradicts AND c.outcome = 'mismatch' AND c.primary_finding = 'ADDRESS_CONTRADICTS' AS asked
            FROM cause_linked c JOIN std_address a ON a.address = c.place WHERE len(a.communes) > 0),
        whole AS (SELECT count(*) AS records, count(*) FILTER (contradicts) AS wrong FROM placed),
        sizes AS (SELECT unit, commune, count(*) AS size FROM placed GROUP BY ALL),
        sums AS (SELECT unit, commune, written, district, province, count(*) AS n FROM placed WHERE contradicts GROUP BY ALL),
        usual AS (SELECT m.*, s.size, s.size * greatest(w.wrong - m.n, 1) / greatest(w.records - s.size, 1) AS usual
            FROM sums m JOIN sizes s USING (unit, commune), whole w)
        SELECT a.record_id, a.r AS person,
            json_object('district', a.district, 'province', a.province, 'unit', a.unit, 'written', a.written) AS key,
            json_object('unit', a.unit, 'written', t.today) AS shown, u.usual AS expected
        FROM placed a JOIN usual u USING (unit, commune, written, district, province) JOIN cause_unit t ON t.code = a.commune
        WHERE a.asked AND 4 * u.n >= u.size AND {standing_out("u.n", "u.usual", "SELECT count(*) FROM sums")}
    """,
    )


def _numbering(con: duckdb.DuckDBPyConnection) -> None:
    add(
        con,
        "numbering",
        f"""
        WITH placed AS (
            SELECT c.record_id, c.r, b.commune, {_LOCALITY.format("b")} AS locality, {_SHOWN.format("b")} AS shown,
                c.gamma_place = 'locality' AS other,
                c.outcome = 'mismatch' AND c.primary_finding = 'RESIDENCE_ELSEWHERE' AND c.gamma_place = 'locality' AS asked
            FROM cause_linked c JOIN std_address b ON b.address = c.home
            WHERE c.gamma_place IN ('door', 'locality') AND {_HOUSE.format("b")} IS NOT NULL AND b.commune IS NOT NULL),
        whole AS (SELECT count(*) AS records, count(*) FILTER (other) AS wrong FROM placed),
        streets AS (SELECT commune, locality, count(*) AS size, count(*) FILTER (other) AS n, {_spelt("shown")} AS name FROM placed GROUP BY ALL),
        usual AS (SELECT s.*, s.size * greatest(w.wrong - s.n, 1) / greatest(w.records - s.size, 1) AS usual FROM streets s, whole w)
        SELECT a.record_id, a.r AS person, json_object('commune', a.commune, 'registered', a.locality) AS key,
            json_object('commune', t.today, 'registered', u.name, 'size', u.size) AS shown, u.usual AS expected
        FROM placed a JOIN usual u USING (commune, locality) JOIN cause_unit t ON t.code = a.commune
        WHERE a.asked AND u.n >= 5 AND 2 * u.n >= u.size AND {standing_out("u.n", "u.usual", "SELECT count(*) FROM streets")}
    """,
    )
