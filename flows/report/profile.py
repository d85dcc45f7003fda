"""The data-quality profile of both inputs: how much is empty, what had to be repaired, what could not be read."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import duckdb

from flows.report.figures import Profile
from flows.report.tables import count
from matching.sources import Source

Role = Literal["partner", "register"]
_PLACE = {"partner": "place", "register": "permanent"}
_SIX = Decimal("0.000001")


def profile(con: duckdb.DuckDBPyConnection, role: Role, source: Source) -> Profile:
    """The profile of one side; addresses of the register are the permanent ones."""
    people = f"std_{role} p"
    names = f"{people} JOIN std_name n ON n.name = p.name"
    places = f"{people} JOIN std_address a ON a.address = p.{_PLACE[role]}"
    rows = count(con, f"SELECT count(*) FROM raw_{role}")
    return Profile(
        rows=rows,
        empty=_empty(con, role, source, rows),
        name_repairs=tally(con, f"SELECT unnest(n.repairs) AS what FROM {names}"),
        name_kinds=tally(con, f"SELECT n.kind AS what FROM {names}"),
        id_conditions=tally(con, f"SELECT {_ID_CONDITION[role]} AS what FROM {people}"),
        address_eras=tally(con, f"SELECT coalesce(a.era, 'none') AS what FROM {places}"),
        address_communes=tally(con, f"SELECT {_COMMUNES} AS what FROM {places}"),
        address_assumptions=tally(con, f"SELECT unnest(a.assumptions) AS what FROM {places}"),
        birth_conditions=tally(con, f"SELECT p.birth_condition AS what FROM {people}"),
        quarantined=tally(con, f"SELECT rule AS what FROM quarantine_{role}"),
    )


_ID_CONDITION = {
    "partner": "p.id_condition",
    "register": "CASE WHEN p.id12 IS NOT NULL THEN 'ok' WHEN p.id9 IS NOT NULL THEN 'old' "
    "WHEN p.id_digits IS NOT NULL THEN 'invalid' ELSE 'missing' END",
}
_COMMUNES = "CASE len(a.communes) WHEN 0 THEN 'none' WHEN 1 THEN 'one' ELSE 'several' END"


def tally(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    """How often each value of the query's column `what` comes, most frequent first, equals by name."""
    return dict(con.execute(f"SELECT what, count(*) FROM ({query}) GROUP BY what ORDER BY count(*) DESC, what").fetchall())


def rate(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """A share with six decimals; null if nothing is counted."""
    return (Decimal(part) / Decimal(whole)).quantize(_SIX) if whole else None


def _empty(con: duckdb.DuckDBPyConnection, role: Role, source: Source, rows: int) -> dict[str, Decimal]:
    """The share of empty cells of each declared field that the file has in any row, in the order of the declaration."""
    present = {row[0] for row in con.execute(f"DESCRIBE raw_{role}").fetchall()}
    fields = [field.name for field in source.fields if field.name in present]
    filled = ", ".join(f"count(nullif(trim({field}), ''))" for field in fields)
    found = con.execute(f"SELECT {filled} FROM raw_{role}").fetchall()[0]
    shares = {field: rate(rows - full, rows) for field, full in zip(fields, found, strict=True) if full}
    return {field: share for field, share in shares.items() if share is not None}
