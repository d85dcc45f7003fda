"""Raw text to comparable columns: `raw_*` -> `std_name`, `std_address`, `std_register`, `std_partner`.

Names and addresses become dictionaries of distinct texts; residents and records point into them. Numbers, dates and phones
are standardised over distinct values too and joined back by the raw text. The raw value is never lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from matching.engine import view, write_table
from matching.sources import Source
from matching.sql import quoted
from matching.standardise import categories
from matching.standardise.addresses import standardise_addresses, standardise_coded_addresses
from matching.standardise.dates import standardise_dates
from matching.standardise.distinct import BY_ENDING, Standardiser, standardise_distinct, workers
from matching.standardise.encodings import legible
from matching.standardise.identity import standardise_ids
from matching.standardise.names import standardise_names
from matching.standardise.phones import standardise_phones
from matching.tables import STD_ADDRESS, STD_NAME, STD_PARTNER, STD_REGISTER, Table

PLACES = ("permanent", "temporary", "current")
CODED = "#"  # raw text of a coded address: #commune code|detail
BUCKET = 100_000  # records a part of the candidates holds


@dataclass(frozen=True, slots=True)
class StandardiseSettings:
    """The day everything is judged on, the partner's source, the day the register's codes are of, worker processes.

    `extracted_on` is the day of the register's extract (None: `as_of`): a register of today writes today's units.
    """

    as_of: date
    partner: Source
    codes_as_of: date | None
    workers: int
    extracted_on: date | None = None


def standardise(con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: StandardiseSettings) -> None:
    """Write the four standardised tables from `raw_register` and `raw_partner`; temporary files go beside `std_name`."""
    view(con, "raw_register", inputs["raw_register"])
    view(con, "raw_partner", inputs["raw_partner"])
    scratch = inputs["scratch"]
    _address_texts(con, _has_codes(con))
    with workers(settings.workers) as pool:
        for name, values, function in _dictionaries(settings):
            order = BY_ENDING if name.endswith("addresses") else "raw"
            standardise_distinct(con, values, function, scratch / f"{name}.parquet", pool, settings.workers, order)
            con.execute(f"CREATE OR REPLACE VIEW d_{name} AS SELECT * FROM read_parquet({quoted(scratch / f'{name}.parquet')})")
    con.execute("CREATE OR REPLACE VIEW d_addresses AS FROM d_register_addresses UNION ALL FROM d_partner_addresses")
    _categories(con, settings.partner)
    _purposes(con, settings.partner)
    write_table(con, _select(STD_NAME, _NAMES), out["std_name"], "name")
    write_table(con, _select(STD_ADDRESS, _ADDRESSES), out["std_address"], "address")
    view(con, "std_name", out["std_name"])
    view(con, "std_address", out["std_address"])
    write_table(
        con,
        _select(STD_REGISTER, _REGISTER.format(as_of=settings.as_of, birth=_birth("g.birth_date", settings.as_of))),
        out["std_register"],
        "r",
    )
    write_table(con, _select(STD_PARTNER, _partner(settings.partner, settings.as_of)), out["std_partner"], "l")


def _select(table: Table, query: str) -> str:
    """The columns of `table` out of `query`, in the declared order and types."""
    columns = ", ".join(f"{column.name}::{column.type} AS {column.name}" for column in table.columns)
    return f"SELECT {columns} FROM ({query})"


def _dictionaries(settings: StandardiseSettings) -> tuple[tuple[str, str, Standardiser], ...]:
    """Name, query of raw texts and standardiser of each dictionary of distinct values."""
    name = next(field.name for field in settings.partner.fields if field.kind == "name")
    dates = [field.name for field in settings.partner.fields if field.kind == "date"]
    register_dates = "SELECT birth_date AS raw FROM raw_register UNION SELECT temporary_until FROM raw_register UNION SELECT status_date FROM raw_register"
    register_names = "SELECT full_name AS raw FROM raw_register UNION SELECT other_name FROM raw_register"
    partner = settings.partner
    return (
        ("names", f"{register_names} UNION SELECT {name} FROM raw_partner", standardise_names),
        ("register_addresses", _REGISTER_TEXTS, partial(_addresses, as_of=settings.as_of, codes_as_of=settings.codes_as_of, prefer=_era(settings))),
        ("partner_addresses", _partner_texts(partner), partial(standardise_addresses, as_of=settings.as_of)),
        ("ids", f"SELECT id_number AS raw FROM raw_register UNION SELECT old_id_number FROM raw_register{_union(partner, 'id_number')}", standardise_ids),
        ("dates", register_dates + "".join(f" UNION SELECT {field} FROM raw_partner" for field in dates), standardise_dates),
        ("phones", _only(partner, "phone"), standardise_phones),
    )  # fmt: skip


def _column(source: Source, kind: str) -> str | None:
    return next((field.name for field in source.fields if field.kind == kind), None)


def _union(source: Source, kind: str) -> str:
    column = _column(source, kind)
    return f" UNION SELECT {column} FROM raw_partner" if column else ""


def _only(source: Source, kind: str) -> str:
    return f"SELECT {_column(source, kind) or 'NULL::VARCHAR'} AS raw FROM raw_partner"


def _has_codes(con: duckdb.DuckDBPyConnection) -> bool:
    counts = ", ".join(f"count({place}_commune_code)" for place in PLACES)
    return any(con.execute(f"SELECT {counts} FROM raw_register").fetchall()[0])


def _address_texts(con: duckdb.DuckDBPyConnection, coded: bool) -> None:
    """A view of the register's three addresses as one text each; a coded one as `#code|detail`."""

    def text(place: str) -> str:
        """SQL of one address: as written, else its commune code before its detail."""
        plain = f"nullif(trim({place}_address), '')"
        code = f"'{CODED}' || trim({place}_commune_code) || '|' || coalesce({place}_detail, '')"
        return f"coalesce({plain}, {code})" if coded else plain

    columns = ", ".join(f"{text(place)} AS {place}" for place in PLACES)
    con.execute(f"CREATE OR REPLACE VIEW register_addresses AS SELECT person_id, {columns} FROM raw_register")


_REGISTER_TEXTS = " UNION ".join(f"SELECT {place} AS raw FROM register_addresses" for place in PLACES)


def _partner_texts(partner: Source) -> str:
    """The partner's addresses but for those that the register writes to the letter: one text is one place."""
    own = f"nullif(trim({partner.place}), '')" if partner.place else "NULL::VARCHAR"
    return f"SELECT {own} AS raw FROM raw_partner EXCEPT ({_REGISTER_TEXTS})"


def _era(settings: StandardiseSettings) -> Literal["old", "new"]:
    """The forms that the register writes in: those in force when it was extracted (Resolution 202/2025/QH15: 1 July 2025)."""
    return "new" if (settings.extracted_on or settings.as_of) >= date(2025, 7, 1) else "old"


def _addresses(values: Sequence[str], as_of: date, codes_as_of: date | None, prefer: Literal["old", "new"]) -> pa.RecordBatch:
    """The register's addresses of one batch, free text first, then coded."""
    plain = [value for value in values if not value.startswith(CODED) or codes_as_of is None]
    if len(plain) == len(values) or codes_as_of is None:
        return standardise_addresses(values, as_of, prefer)
    coded = [value for value in values if value.startswith(CODED)]
    codes, details = zip(*(value[len(CODED) :].split("|", 1) for value in coded), strict=True)
    parsed = standardise_coded_addresses(details, codes, codes_as_of, as_of)
    parsed = parsed.set_column(0, "raw", pa.array(coded, pa.string()))
    table = pa.Table.from_batches([standardise_addresses(plain, as_of, prefer), parsed])
    return table.combine_chunks().to_batches()[0]


def _categories(con: duckdb.DuckDBPyConnection, partner: Source) -> None:
    """Statuses and sexes: few distinct words, mapped in Python and joined back."""
    sexes = "SELECT sex AS raw FROM raw_register" + _union(partner, "sex")
    for name, query, function in (
        ("status", "SELECT status AS raw FROM raw_register", categories.status),
        ("sex", sexes, categories.sex),
    ):
        words = [row[0] for row in con.execute(f"SELECT DISTINCT raw FROM ({query}) WHERE raw IS NOT NULL ORDER BY raw").fetchall()]
        con.execute(f"CREATE OR REPLACE TABLE d_{name} (raw VARCHAR, value VARCHAR)")
        if words:
            con.executemany(f"INSERT INTO d_{name} VALUES (?, ?)", [(word, function(word)) for word in words])


def _purposes(con: duckdb.DuckDBPyConnection, partner: Source) -> None:
    """Purposes in a legacy encoding, and what they say: any other is read as it is."""
    con.execute("CREATE OR REPLACE TABLE d_purpose (raw VARCHAR, value VARCHAR)")
    if "purpose" in {field.name for field in partner.fields}:
        query = "SELECT DISTINCT purpose FROM raw_partner WHERE regexp_matches(purpose, '[^\\x00-\\x7f]') ORDER BY purpose"
        words = [row[0] for row in con.execute(query).fetchall()]
        if changed := [(word, read) for word in words if (read := legible(word)) != word]:
            con.executemany("INSERT INTO d_purpose VALUES (?, ?)", changed)


_NAMES = """
SELECT (row_number() OVER (ORDER BY raw) - 1)::INTEGER AS name, * FROM d_names
"""

# Locality and door need one commune: a place in a split commune has neither, and is compared by its parts.
_ADDRESSES = """
SELECT (row_number() OVER (ORDER BY raw) - 1)::INTEGER AS address, *,
    CASE WHEN coalesce(street, hamlet) IS NOT NULL AND commune IS NOT NULL
         THEN (hash(commune, street IS NULL, coalesce(street, hamlet)) >> 1)::BIGINT END AS locality_key,
    CASE WHEN coalesce(house, building) IS NOT NULL AND coalesce(street, hamlet) IS NOT NULL AND commune IS NOT NULL
         THEN (hash(commune, coalesce(street, hamlet), coalesce(alley, ''), coalesce(house, building)) >> 1)::BIGINT END AS door_key
FROM d_addresses
"""

# A temporary residence counts until its last day; without a day it counts (Law on Residence 68/2020/QH14, Art. 27).
_REGISTER = """
SELECT (row_number() OVER (ORDER BY g.person_id) - 1)::INTEGER AS r, g.person_id,
    n.name, o.name AS other_name,
    i.id12::BIGINT AS id12, coalesce(w.id9, i.id9)::BIGINT AS id9, coalesce(i.digits, w.digits) AS id_digits,
    {birth}, coalesce(b.condition, 'missing') AS birth_condition, s.value AS sex,
    CASE WHEN g.household_id IS NOT NULL THEN dense_rank() OVER (ORDER BY g.household_id) END AS household,
    g.relationship, p.address AS permanent,
    CASE WHEN u.date IS NULL OR u.date >= DATE '{as_of}' THEN t.address END AS temporary, c.address AS current,
    coalesce(k.value, 'alive') AS status, d.date AS status_date, g.file, g.line
FROM raw_register g
JOIN register_addresses a ON a.person_id = g.person_id
LEFT JOIN std_name n ON n.raw = g.full_name
LEFT JOIN std_name o ON o.raw = g.other_name
LEFT JOIN d_ids i ON i.raw = g.id_number
LEFT JOIN d_ids w ON w.raw = g.old_id_number
LEFT JOIN d_dates b ON b.raw = g.birth_date
LEFT JOIN d_dates u ON u.raw = g.temporary_until
LEFT JOIN d_dates d ON d.raw = g.status_date
LEFT JOIN d_sex s ON s.raw = g.sex
LEFT JOIN d_status k ON k.raw = g.status
LEFT JOIN std_address p ON p.raw = a.permanent
LEFT JOIN std_address t ON t.raw = a.temporary
LEFT JOIN std_address c ON c.raw = a.current
"""


def _birth(raw: str, as_of: date) -> str:
    """Day and year of birth; a year of two digits after `as_of` is a century earlier: nobody was born "12/3/28" in 2028."""
    century = f"CASE WHEN b.year > {as_of.year} AND NOT regexp_matches({raw}, '[0-9]{{4}}') THEN 100 ELSE 0 END"
    return f"(b.date - to_years({century}))::DATE AS birth_date, b.year - {century} AS birth_year"


def _partner(source: Source, as_of: date) -> str:
    """The partner's rows; a field that the source has not is null for all."""

    def column(name: str | None) -> str:
        """SQL of a field by its name; null if the source has none."""
        return f"g.{name}" if name else "NULL::VARCHAR"

    fields = {field.name for field in source.fields}
    name, purpose = _column(source, "name"), column("purpose" if "purpose" in fields else None)
    return f"""
SELECT (row_number() OVER (ORDER BY g.{source.key}) - 1)::INTEGER AS l, g.{source.key} AS record_id,
    (row_number() OVER (ORDER BY g.{source.key}) - 1) // {BUCKET} AS bucket,
    n.name, i.id12::BIGINT AS id12, i.id9::BIGINT AS id9, i.digits AS id_digits,
    coalesce(i.condition, 'missing') AS id_condition, coalesce(i.repairs, []) AS id_repairs,
    {_birth(column("birth_date" if "birth_date" in fields else None), as_of)},
    coalesce(b.condition, 'missing') AS birth_condition, s.value AS sex,
    p.address AS place, e.date AS event_date,
    f.phone, coalesce(f.old_prefix, FALSE) AS phone_old_prefix,
    nullif(fold(coalesce(u.value, {purpose})), '') AS purpose, g.file, g.line
FROM raw_partner g
LEFT JOIN std_name n ON n.raw = {column(name)}
LEFT JOIN d_ids i ON i.raw = {column(_column(source, "id_number"))}
LEFT JOIN d_dates b ON b.raw = {column("birth_date" if "birth_date" in fields else None)}
LEFT JOIN d_dates e ON e.raw = {column(source.age_on)}
LEFT JOIN d_sex s ON s.raw = {column(_column(source, "sex"))}
LEFT JOIN d_phones f ON f.raw = {column(_column(source, "phone"))}
LEFT JOIN d_purpose u ON u.raw = {purpose}
LEFT JOIN std_address p ON p.raw = {f"nullif(trim({column(source.place)}), '')" if source.place else "NULL::VARCHAR"}
"""
