"""Which addresses were read right: SQL over cases with their truth and the parsed columns, nothing else.

An address that names a commune is right if the true commune is in the returned set: a set of several is the right answer where
the law split the old commune, or where the name means one of today and another of before. The share with exactly the one stands
beside it, and so does the size of the set. `certain` promises one reading, so a wrong one is counted among the certain ones.
Addresses that name no commune, and those whose district contradicts their commune, are counted apart.
"""

from __future__ import annotations

import duckdb

from flows.bench.figures import Cell, Figure, Sheet, share

LARGEST_SET = 3
GROUPS = {"names": "nêu tên xã / names a commune", "contradicts": "huyện sai / wrong district", "none": "không nêu xã / names no commune"}
COLUMNS = ("số ca / cases", "đúng xã / commune", "đúng một / exactly it", "<= 3", "chắc mà sai / certain, wrong", "đường, thôn / street",
           "số nhà / house", "cả hai / both")  # fmt: skip


def judge(con: duckdb.DuckDBPyConnection) -> None:
    """Make `judged` of `cases`, `parsed` (columns of std_address) and `olds` (code, successors): what is right about each case.

    `street_ok` and `house_ok` are null where the true door is not known or not all of it is written; they compare with the
    reading of the register's own line, and are false if not even that gives a street or hamlet.
    """
    con.execute(f"""
        CREATE OR REPLACE TABLE judged AS
        SELECT c.*, CASE WHEN NOT c.names_commune THEN 'none' WHEN c.contradicts THEN 'contradicts' ELSE 'names' END AS "group",
            list_contains(a.communes, c.commune) AS right_set, coalesce(a.commune = c.commune, FALSE) AS exact,
            len(a.communes) BETWEEN 1 AND {LARGEST_SET} AS small_set,
            len(a.communes) BETWEEN 1 AND greatest({LARGEST_SET}, coalesce(o.successors, 0)) AS lawful_set, a.certain,
            a.certain AND NOT list_contains(a.communes, c.commune) AS wrong_certain,
            CASE WHEN c.local_written THEN
                CASE WHEN t.street IS NOT NULL THEN coalesce(a.street = t.street, FALSE) ELSE coalesce(a.hamlet = t.hamlet, FALSE) END
            END AS street_ok,
            CASE WHEN c.local_written THEN a.house IS NOT DISTINCT FROM t.house AND a.alley IS NOT DISTINCT FROM t.alley
                AND a.building IS NOT DISTINCT FROM t.building END AS house_ok,
            array_to_string(a.communes, ' ') AS found, concat_ws(' | ', a.building, a.house, a.alley, a.street, a.hamlet) AS found_local
        FROM cases c JOIN parsed a ON a.raw = c.text LEFT JOIN parsed t ON t.raw = c.clean
        LEFT JOIN olds o ON o.code = c.old
    """)


def figures(con: duckdb.DuckDBPyConnection) -> tuple[Figure, ...]:
    """What `judged` shows, against the aims."""
    row = con.execute("""
        SELECT count(*), count_if(right_set), count_if(exact), count_if(small_set), count_if(wrong_certain), count_if(certain),
            count(street_ok), count_if(street_ok), count_if(house_ok), count_if(street_ok AND house_ok), count_if(lawful_set)
        FROM judged WHERE "group" = 'names'
    """).fetchone()
    assert row is not None  # an aggregate always gives a row
    cases, right_set, exact, small, wrong, certain, doors, streets, houses, both, lawful = map(int, row)
    return (
        share("đúng xã (trong tập) / true commune in the set", right_set, cases, 98.5),
        share("đúng một xã / exactly the true commune", exact, cases),
        share("tập từ một đến ba xã / set of one to three", small, cases, 99.0),
        share("... hoặc bằng số xã luật đã chia / or as many as the law made of it", lawful, cases),
        share("chắc chắn mà sai / certain and wrong", wrong, certain, 0.2, at_most=True),
        share("đúng đường, thôn / street or hamlet", streets, doors, 97.0),
        share("đúng số nhà, ngõ / house and alley", houses, doors, 97.0),
        share("đúng cả hai / both", both, doors, 97.0),
    )


def by_group(con: duckdb.DuckDBPyConnection) -> Sheet:
    """The three groups: what names a commune, what contradicts itself, what names none."""
    rows = _rows(con, '"group"', "judged")
    return Sheet("Theo nhóm / By group", ("", *COLUMNS), tuple((GROUPS[str(row[0])], *row[1:]) for row in rows))


def by_noise(con: duckdb.DuckDBPyConnection) -> Sheet:
    """Each kind of noise among the addresses that name a commune, worst first; an address counts under each of its kinds."""
    source = """(SELECT * EXCLUDE (noise), unnest(string_split(CASE noise WHEN '' THEN '(none)' ELSE noise END, '|')) AS noise
        FROM judged WHERE "group" = 'names')"""
    title = "Theo loại nhiễu, của địa chỉ có tên xã / By kind of noise, of those that name a commune"
    return Sheet(title, ("", *COLUMNS), tuple(_rows(con, "noise", source)))


def _rows(con: duckdb.DuckDBPyConnection, key: str, source: str) -> list[tuple[Cell, ...]]:
    return con.execute(f"""
        SELECT {key}, count(*), avg(right_set::INT), avg(exact::INT), avg(small_set::INT),
            count_if(wrong_certain) / nullif(count_if(certain), 0), avg(street_ok::INT), avg(house_ok::INT), avg((street_ok AND house_ok)::INT)
        FROM {source} GROUP BY 1 ORDER BY avg((right_set AND coalesce(street_ok AND house_ok, TRUE))::INT), 1
    """).fetchall()


def examples(con: duckdb.DuckDBPyConnection, many: int) -> Sheet:
    """For each kind of noise `many` addresses that were read wrong, those with the fewest other kinds first."""
    rows = con.execute(
        """
        WITH kinds AS (
            SELECT *, unnest(string_split(CASE noise WHEN '' THEN '(none)' ELSE noise END, '|')) AS kind,
                NOT right_set OR wrong_certain AS bad_place, NOT coalesce(street_ok AND house_ok, TRUE) AS bad_door
            FROM judged WHERE "group" = 'names')
        SELECT kind, concat_ws(', ', CASE WHEN bad_place THEN 'xã / commune' END, CASE WHEN bad_door THEN 'số nhà / door' END) AS wrong,
            text, commune, found, coalesce(clean, ''), found_local
        FROM kinds WHERE bad_place OR bad_door
        QUALIFY row_number() OVER (PARTITION BY kind ORDER BY NOT bad_place, length(noise), hash(text), text) <= ?
        ORDER BY kind, NOT bad_place, length(noise), hash(text), text
    """,
        [many],
    ).fetchall()
    columns = ("", "sai / wrong", "viết / written", "xã đúng / true", "đọc ra / found", "dân cư ghi / register", "đọc ra / found")
    return Sheet("Ví dụ đọc sai / Read wrong, for example", columns, tuple(rows))


def register_figures(con: duckdb.DuckDBPyConnection) -> tuple[Figure, ...]:
    """How the clean lines of the table `clean` are read; the truth is the unit written at the end of each, looked up in `units`."""
    row = con.execute(f"""
        WITH written AS (SELECT text, string_split(text, ', ')[-2:] AS ends FROM clean),
        known AS (
            SELECT a.*, list(u.code) AS codes FROM written w JOIN units u ON u.commune = w.ends[1] AND u.province = w.ends[2]
            JOIN parsed a ON a.raw = w.text GROUP BY ALL)
        SELECT (SELECT count(*) FROM clean), count(*), count_if(list_has_any(communes, codes)), count_if(list_contains(codes, commune)),
            count_if(len(communes) BETWEEN 1 AND {LARGEST_SET}), count_if(certain), count_if(certain AND NOT list_has_any(communes, codes))
        FROM known
    """).fetchone()
    assert row is not None
    lines, known, right_set, exact, small, certain, wrong = map(int, row)
    return (
        share("đúng xã (trong tập) / true commune in the set", right_set, known, 99.9),
        share("đúng một xã / exactly the true commune", exact, known),
        share("tập từ một đến ba xã / set of one to three", small, known, 99.0),
        share("chắc chắn mà sai / certain and wrong", wrong, certain, 0.2, at_most=True),
        share("có tên trong danh mục / unit found by its name", known, lines),
    )
