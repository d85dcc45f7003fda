"""A generated world as cases: each contract's address and name with what `truth.csv` and the register say is true of them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.generate import generate_world
from matching.sql import quoted

NO_COMMUNE = ("unreadable", "commune_left_out")  # kinds of noise after which no commune is written


def make_world(con: duckdb.DuckDBPyConnection, people: int, seed: int, folder: Path) -> None:
    """Generate the world of `people` and `seed` into `folder` and make its files readable as w_register, w_contracts, w_truth."""
    generate_world(people, seed, folder)
    read_world(con, folder)


def read_world(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the files of the world in `folder` readable as w_register, w_contracts (a repeated row once) and w_truth."""
    for name, delimiter in (("register", ","), ("contracts", ";"), ("truth", ",")):
        source = f"read_csv({quoted(folder / f'{name}.csv')}, delim = '{delimiter}', quote = '\"', header = true, all_varchar = true, nullstr = '')"
        con.execute(f"CREATE OR REPLACE TABLE w_{name} AS SELECT DISTINCT * FROM {source}")


def address_cases(con: duckdb.DuckDBPyConnection) -> None:
    """Make `cases` (columns of ADDRESS_CASE) of the contracts, and `clean` of the distinct addresses of the register.

    The true street and house are those of the holder's register address that the truth says is the place.
    """
    kinds = ", ".join(f"'{kind}'" for kind in NO_COMMUNE)
    con.execute(f"""
        CREATE OR REPLACE TABLE cases AS
        WITH homes AS (
            SELECT "Mã cư dân" AS person_id, 'permanent' AS residence, "Nơi thường trú" AS clean FROM w_register
            UNION ALL SELECT "Mã cư dân", 'temporary', "Nơi tạm trú" FROM w_register
            UNION ALL SELECT "Mã cư dân", 'current', "Nơi ở hiện tại" FROM w_register)
        SELECT trim(c."Địa chỉ sử dụng điện") AS text, t.commune_code AS commune, t.old_commune_code AS old, coalesce(t.address_noise, '') AS noise,
            NOT (list_has_any(string_split(coalesce(t.address_noise, ''), '|'), [{kinds}])
                OR coalesce(t.findings, '') LIKE '%ADDRESS_UNREADABLE%') AS names_commune,
            'wrong_district' IN (SELECT unnest(string_split(coalesce(t.address_noise, ''), '|')))
                OR coalesce(t.findings, '') LIKE '%ADDRESS_CONTRADICTS%' AS contradicts,
            h.clean, h.clean IS NOT NULL AS local_written
        FROM w_contracts c JOIN w_truth t ON t.record_id = c."Mã khách hàng"
        LEFT JOIN homes h ON h.person_id = t.person_id AND h.residence = t.residence
        WHERE c."Địa chỉ sử dụng điện" IS NOT NULL;
        CREATE OR REPLACE TABLE clean AS
        SELECT DISTINCT trim(text) AS text FROM (SELECT unnest(["Nơi thường trú", "Nơi tạm trú", "Nơi ở hiện tại"]) AS text FROM w_register)
        WHERE text IS NOT NULL;
    """)


def name_cases(con: duckdb.DuckDBPyConnection) -> None:
    """Make `cases` (columns of NAME_CASE) of the contracts whose holder is a resident."""
    con.execute("""
        CREATE OR REPLACE TABLE cases AS
        SELECT c."Tên khách hàng" AS text, r."Họ, chữ đệm và tên khai sinh" AS truth, coalesce(t.name_noise, '') AS noise
        FROM w_contracts c JOIN w_truth t ON t.record_id = c."Mã khách hàng" JOIN w_register r ON r."Mã cư dân" = t.person_id
        WHERE c."Tên khách hàng" IS NOT NULL
    """)
