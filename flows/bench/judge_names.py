"""Which names came out as the true name: SQL over pairs of written and true name with their parsed columns.

Noise that only changes the form (case, Unicode form, blanks, place of the tone mark, i/y, encodings, keystrokes, titles, joint
holders) can be undone, so the canonical name must be the true one. Lost accents and letters of highland names cannot be, so
such names are counted apart, by their folded key; names that became another name are only counted.
"""

from __future__ import annotations

import duckdb

from flows.bench.figures import Cell, Figure, Sheet, share

REVERSIBLE = (
    "upper", "lower", "nfd", "eth", "blanks", "tone_placement", "i_y", "tcvn3", "upper_tcvn3", "vni", "utf8_as_cp1252", "telex", "vni_keys",
    "honorific", "household_word", "representative", "trailing_note", "joint_holder",
)  # fmt: skip
LOSSY = ("accents_lost", "upper_accents_lost", "apostrophe", "highland_letters")
GROUPS = {
    "clean": "không nhiễu / no noise", "reversible": "nhiễu khôi phục được / reversible noise", "lossy": "mất dấu, chữ / accents or letters lost",
    "another": "thành tên khác / another name",
}  # fmt: skip


def judge(con: duckdb.DuckDBPyConnection) -> None:
    """Make `judged` of `cases` (text, truth, noise) and `parsed` (columns of std_name): a row a case with what is right about it."""
    con.execute(f"""
        CREATE OR REPLACE TABLE judged AS
        SELECT c.*, CASE WHEN c.noise = '' THEN 'clean'
                WHEN list_has_all({list(REVERSIBLE)}, string_split(c.noise, '|')) THEN 'reversible'
                WHEN list_has_all({[*REVERSIBLE, *LOSSY]}, string_split(c.noise, '|')) THEN 'lossy' ELSE 'another' END AS "group",
            coalesce(a.canonical = t.canonical, FALSE) AS canonical_ok, coalesce(a.key = t.key, FALSE) AS key_ok,
            coalesce(a.kind = 'person', FALSE) AS person, a.canonical AS found
        FROM cases c JOIN parsed a ON a.raw = c.text JOIN parsed t ON t.raw = c.truth
    """)


def figures(con: duckdb.DuckDBPyConnection) -> tuple[Figure, ...]:
    """What `judged` shows, against the aims."""
    row = con.execute("""
        SELECT count_if("group" = 'reversible'), count_if("group" = 'reversible' AND canonical_ok), count_if("group" = 'reversible' AND key_ok),
            count_if("group" = 'clean'), count_if("group" = 'clean' AND canonical_ok), count_if("group" = 'lossy'), count_if("group" = 'lossy' AND key_ok)
        FROM judged
    """).fetchone()
    assert row is not None  # an aggregate always gives a row
    noisy, canonical, key, clean, clean_ok, lossy, lossy_ok = map(int, row)
    return (
        share("tên chuẩn = tên đúng / canonical = true name", canonical, noisy, 98.0),
        share("khóa không dấu = / folded key", key, noisy),
        share("tên không nhiễu / names without noise", clean_ok, clean, 100.0),
        share("mất dấu, chữ: khóa = / accents or letters lost: key", lossy_ok, lossy),
    )


def by_group(con: duckdb.DuckDBPyConnection) -> Sheet:
    """How each group comes out."""
    rows = _rows(con, '"group"', "judged")
    return Sheet("Theo nhóm / By group", _columns(), tuple((GROUPS[str(row[0])], *row[1:]) for row in rows))


def by_noise(con: duckdb.DuckDBPyConnection) -> Sheet:
    """Each kind of noise, worst first: reversible ones where nothing else was done, and those that lose accents or letters."""
    source = f"""(
        SELECT * FROM (SELECT * EXCLUDE (noise), unnest(string_split(noise, '|')) AS noise FROM judged)
        WHERE "group" = 'reversible' OR ("group" = 'lossy' AND list_contains({list(LOSSY)}, noise)))"""
    return Sheet("Theo loại nhiễu / By kind of noise", _columns(), tuple(_rows(con, "noise", source)))


def _columns() -> tuple[str, ...]:
    return "", "số ca / cases", "tên chuẩn / canonical", "khóa / key", "là người / person"


def _rows(con: duckdb.DuckDBPyConnection, key: str, source: str) -> list[tuple[Cell, ...]]:
    return con.execute(f"""
        SELECT {key}, count(*), avg(canonical_ok::INT), avg(key_ok::INT), avg(person::INT) FROM {source} GROUP BY 1
        ORDER BY avg(canonical_ok::INT), 1
    """).fetchall()


def examples(con: duckdb.DuckDBPyConnection, many: int) -> Sheet:
    """For each kind of reversible noise `many` names that came out otherwise, those with the fewest other kinds first."""
    rows = con.execute(
        """
        WITH kinds AS (SELECT *, unnest(string_split(noise, '|')) AS kind FROM judged WHERE "group" = 'reversible' AND NOT canonical_ok)
        SELECT kind, text, truth, coalesce(found, '') FROM kinds
        QUALIFY row_number() OVER (PARTITION BY kind ORDER BY length(noise), hash(text), text) <= ?
        ORDER BY kind, length(noise), hash(text), text
    """,
        [many],
    ).fetchall()
    return Sheet("Ví dụ sai / Wrong, for example", ("", "viết / written", "đúng / true", "đọc ra / found"), tuple(rows))
