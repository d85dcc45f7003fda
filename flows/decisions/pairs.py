"""What people have said of a record and a resident, kept from run to run: they are one, or they are not.

Such a verdict outlives the question it was given on: once it is heeded the mismatch is gone, and nobody may be asked again. It
rests on the two alone, so it holds while the values of the record and of the resident are what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from matching.engine import view, write_table
from matching.identifiers import keyed_id
from matching.sql import quoted

PAIRS = "link_decisions.parquet"
"""Where a published run keeps its verdicts: the table `link_decisions`."""
STANDING = "standing_pairs"
"""The table of those that still stand, below a run's private folder: what its linkage heeds."""
_PREFIX = "PR"
Verdict = tuple[str, str, str, str]
"""Record, resident, `same` or `other`, and the id of the mismatch or review that it was said on."""


class Pair(NamedTuple):
    """A row of `link_decisions`; `pair` is the hash of all values of the record and the resident."""

    record_id: str
    person_id: str
    verdict: str
    case_id: str
    pair: str


# All that a person may have judged the two by; statuses and dates of death say nothing of who somebody is.
_VALUES = """
    SELECT t.at, json_array(pn.raw, p.id_digits, p.birth_date, p.birth_year, p.sex, pa.raw,
        rn.raw, ro.raw, r.id12, r.id9, r.birth_date, r.birth_year, r.sex, r1.raw, r2.raw, r3.raw)::VARCHAR
    FROM told_pairs t JOIN std_partner p ON p.record_id = t.record_id JOIN std_register r ON r.person_id = t.person_id
    LEFT JOIN std_name pn ON pn.name = p.name LEFT JOIN std_address pa ON pa.address = p.place
    LEFT JOIN std_name rn ON rn.name = r.name LEFT JOIN std_name ro ON ro.name = r.other_name
    LEFT JOIN std_address r1 ON r1.address = r.permanent LEFT JOIN std_address r2 ON r2.address = r.temporary
    LEFT JOIN std_address r3 ON r3.address = r.current"""


def with_values(con: duckdb.DuckDBPyConnection, key: bytes, verdicts: Iterable[Verdict]) -> list[Pair]:
    """The verdicts with the hash of today's values; one whose record or resident is gone is left out. `con` has `std_*`."""
    told = list(verdicts)
    if not told:
        return []
    columns = {"at": range(len(told)), "record_id": [row[0] for row in told], "person_id": [row[1] for row in told]}
    con.register("told_pairs", pa.table({name: pa.array(list(values)) for name, values in columns.items()}))
    values = dict(con.execute(_VALUES).fetchall())
    con.unregister("told_pairs")
    return [Pair(*row, keyed_id(key, _PREFIX, values[at])) for at, row in enumerate(told) if at in values]


def write_standing(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], key: bytes, previous: Path | None, folder: Path) -> None:
    """Write what `standing_pairs` finds to `folder`, as rows of `link_decisions`; `tables` has the standardised ones."""
    for name in ("std_name", "std_address", "std_register", "std_partner"):
        view(con, name, tables[name])
    columns = zip(*standing_pairs(con, key, previous), strict=True)
    rows = dict(zip(Pair._fields, columns, strict=False)) or dict.fromkeys(Pair._fields, ())
    con.register("made_pairs", pa.table({name: pa.array(values, pa.string()) for name, values in rows.items()}))
    write_table(con, "SELECT * FROM made_pairs", folder, "record_id, person_id")
    con.unregister("made_pairs")


def standing_pairs(con: duckdb.DuckDBPyConnection, key: bytes, previous: Path | None) -> list[Pair]:
    """The verdicts of the published run `previous` (None: there is none) whose record and resident are what they were."""
    if previous is None or not (previous / PAIRS).is_file():
        return []
    query = f"SELECT record_id, person_id, verdict, case_id, pair FROM read_parquet({quoted(previous / PAIRS)}) ORDER BY ALL"
    before = [Pair(*row) for row in con.execute(query).fetchall()]
    now = with_values(con, key, [row[:4] for row in before])
    return sorted(set(before) & set(now))
