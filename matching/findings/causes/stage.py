"""Findings to root causes: the tables `causes` and `caused` of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from matching.engine import view, write_table
from matching.findings.causes.assign import assign
from matching.findings.causes.base import base
from matching.findings.causes.batches import batches
from matching.findings.causes.kinds import CAUSE_PREFIX, KINDS
from matching.findings.causes.letters import letters
from matching.findings.causes.people import people
from matching.findings.causes.places import places
from matching.identifiers import keyed_id
from matching.sources import Source
from matching.standardise.admin_units import Gazetteer
from matching.tables import CAUSED, CAUSES, Table

INPUTS = ("std_name", "std_address", "std_register", "std_partner", "candidates", "findings", "links")


@dataclass(frozen=True, slots=True)
class CauseSettings:
    """The day names of communes are of, the partner's source, and the key of ids."""

    as_of: date
    source: Source
    key: bytes = field(repr=False)


class Cause(NamedTuple):
    """What makes a cause: its kind, the finding and level that its mismatches have, and its key as JSON."""

    kind: str
    finding: str
    level: str
    key: str


def group_causes(
    con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out_causes: Path, out_caused: Path, settings: CauseSettings
) -> None:
    """Write `causes` and `caused` from the tables in `inputs`: INPUTS, and `raw_partner`, whose carried columns may name batches."""
    for name in (*INPUTS, *(("raw_partner",) if "raw_partner" in inputs else ())):
        view(con, name, inputs[name])
    _units(con, settings.as_of)
    base(con, settings.source)
    places(con)
    batches(con, settings.source)
    people(con)
    letters(con)
    _write(con, out_causes, out_caused, settings)


def _units(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """`cause_unit`: today's names of communes."""
    gazetteer = Gazetteer.load()
    codes = sorted(gazetteer.new_units)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cause_unit AS SELECT unnest($codes) AS code, unnest($names) AS today",
        {"codes": codes, "names": [gazetteer.display(code, as_of) or code for code in codes]},
    )


def _write(con: duckdb.DuckDBPyConnection, out_causes: Path, out_caused: Path, settings: CauseSettings) -> None:
    rows = con.execute("""
        SELECT f.kind, c.finding, coalesce(c.level, ''), f.key, list(f.record_id ORDER BY f.record_id), min(f.shown), CAST(max(f.expected) AS DECIMAL(12, 3))
        FROM cause_found f JOIN cause_case c USING (record_id) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""").fetchall()
    members = {Cause(*row[:4]): row[4] for row in rows}
    about = {Cause(*row[:4]): (row[5], row[6]) for row in rows}
    ids = {cause: keyed_id(settings.key, CAUSE_PREFIX, settings.source.name, *cause) for cause in members}
    telling = {kind.name: place for place, kind in enumerate(KINDS)}
    chosen = assign(members, {cause: (telling[cause.kind], ids[cause]) for cause in members})
    made = [
        (ids[cause], cause.kind, cause.finding, cause.level or None, len(records), about[cause][1], about[cause][0])
        for cause, records in chosen.items()
    ]
    _table(con, CAUSES, made, out_causes)
    _table(con, CAUSED, [(record, ids[cause]) for cause, records in chosen.items() for record in records], out_caused)


def _table(con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[tuple[object, ...]], out: Path) -> None:
    """Write `rows` as `table`, in its key's order."""
    kinds = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DECIMAL(12,3)": pa.decimal128(12, 3)}
    columns = {column.name: pa.array([row[at] for row in rows], kinds[column.type]) for at, column in enumerate(table.columns)}
    con.register("made_causes", pa.table(columns))
    write_table(con, "SELECT * FROM made_causes", out, ", ".join(table.key))
    con.unregister("made_causes")
