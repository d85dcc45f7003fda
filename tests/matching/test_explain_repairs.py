"""Every repair of a record is told by `explain`: of the name, the number, the place, the date and the phone."""

from __future__ import annotations

import duckdb

from matching.explain import _REPAIRED_PARTNER, _repairs


def test_every_repair_of_a_record_is_told() -> None:
    with duckdb.connect() as con:
        con.execute("""
            CREATE TABLE std_name AS SELECT 7 AS name, ['vni', 'honorific'] AS repairs;
            CREATE TABLE std_address AS SELECT 3 AS address, ['no_district'] AS assumptions, TRUE AS reorganised, FALSE AS contradicts;
            CREATE TABLE std_partner AS SELECT * FROM (VALUES
                (1, 7, 3, ['zero_lost'], 'first_january', TRUE), (2, NULL, NULL, []::VARCHAR[], 'ok', FALSE), (3, NULL, NULL, [], 'missing', FALSE)
            ) AS t(l, name, place, id_repairs, birth_condition, phone_old_prefix);
        """)
        assert _repairs(con, _REPAIRED_PARTNER, 1) == (
            "name: honorific",
            "name: vni",
            "number: zero_lost",
            "place: no_district",
            "place: reorganised",
            "birth_date: first_january",
            "phone: old_prefix",
        )
        assert _repairs(con, _REPAIRED_PARTNER, 2) == _repairs(con, _REPAIRED_PARTNER, 3) == ()
