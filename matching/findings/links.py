"""`links`: every partner row with its one outcome, rejected rows included, so that the counts add up to the rows read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from matching.engine import write_table
from matching.identifiers import keyed_id
from matching.sql import quoted
from matching.tables import LINKS

MISMATCH_PREFIX = "MM"
_IDS = 100_000  # mismatch ids that are made at a time


def write_links(con: duckdb.DuckDBPyConnection, quarantine: Path | None, out: Path, key: bytes, source: str, has_verdicts: bool) -> None:
    """Write `links` from `find_pair`, `find_residence`, `find_carried`, the partner's rejected rows (`quarantine`), and `link_decisions` if it has them."""
    _outcomes(con)
    con.execute(f"CREATE OR REPLACE TEMP VIEW find_ruled_out AS {_RULED_OUT if has_verdicts else _NOBODY}")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    ids = out / "mismatch_ids.tmp"
    try:
        _mismatch_ids(con, ids, key, source)
        columns = ", ".join(f"CAST({column.name} AS {column.type}) AS {column.name}" for column in LINKS.columns)
        rows = f"{_records(ids)} UNION ALL BY NAME {_rejected(quarantine)}"
        write_table(con, f"SELECT {columns} FROM ({rows})", out, "record_id")
    finally:
        ids.unlink(missing_ok=True)


def _outcomes(con: duckdb.DuckDBPyConnection) -> None:
    """`find_outcome`: of each record the outcome, its findings worst first, and whether anybody must act."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE find_outcome AS
        WITH carried AS (
            SELECT l, list(code ORDER BY rank) AS findings, bool_or(severity IN ('field', 'review')) AS acts
            FROM find_carried GROUP BY l)
        SELECT k.l, coalesce(c.findings, []) AS findings,
            CASE WHEN k.decision <> 'linked' THEN k.decision WHEN c.acts THEN 'mismatch' ELSE 'consistent' END AS outcome
        FROM find_pair k LEFT JOIN carried c USING (l)
    """)


def _mismatch_ids(con: duckdb.DuckDBPyConnection, file: Path, key: bytes, source: str) -> None:
    """Write `record_id` and `mismatch_id` of the mismatches to `file`; Python, since DuckDB has no keyed hash."""
    reader = con.sql(
        "SELECT record_id FROM std_partner JOIN find_outcome USING (l) WHERE outcome = 'mismatch' ORDER BY record_id"
    ).to_arrow_reader(_IDS)
    schema = pa.schema([("record_id", pa.string()), ("mismatch_id", pa.string())])
    with pq.ParquetWriter(file, schema) as writer:
        for batch in reader:
            records = batch.column(0).to_pylist()
            ids = [keyed_id(key, MISMATCH_PREFIX, source, record) for record in records]
            writer.write_batch(pa.record_batch([records, ids], schema=schema))


def _records(ids: Path) -> str:
    """The records that were reconciled."""
    return f"""
        SELECT p.record_id, o.outcome, o.findings[1] AS primary_finding, o.findings, g.person_id,
            coalesce(f.person_ids, []) AS candidate_person_ids, d.match_probability,
            d.match_weight / 1000.0 AS match_weight, d.gap / 1000.0 AS gap, d.match_key,
            v.residence, v.place_level AS address_level, a.commune AS commune_code, a.province AS province_code,
            coalesce(list_sort(a.communes), []) AS commune_candidates, i.mismatch_id,
            coalesce(x.persons, []) AS ruled_out_person_ids
        FROM std_partner p JOIN find_pair k USING (l) JOIN find_outcome o USING (l) JOIN decided d USING (l)
        LEFT JOIN std_register g ON g.r = k.r
        LEFT JOIN std_address a ON a.address = p.place
        LEFT JOIN find_residence v ON v.l = p.l
        LEFT JOIN ({_FITTING}) f ON f.l = p.l
        LEFT JOIN find_ruled_out x ON x.record_id = p.record_id
        LEFT JOIN read_parquet({quoted(ids)}) i ON i.record_id = p.record_id"""


# Whom reviewers have said not to be the record's: the linkage has heeded them.
_RULED_OUT = (
    """SELECT record_id, list(person_id ORDER BY person_id) AS persons FROM link_decisions WHERE verdict = 'other' GROUP BY record_id"""
)
_NOBODY = "SELECT NULL::VARCHAR AS record_id, []::VARCHAR[] AS persons WHERE FALSE"

# The residents that fit as their person_ids, in the order of the decision.
_FITTING = """
    SELECT c.l, list(w.person_id ORDER BY c.place) AS person_ids
    FROM (SELECT l, unnest(candidates) AS r, generate_subscripts(candidates, 1) AS place FROM decided) c
    JOIN std_register w USING (r) GROUP BY c.l"""


def _rejected(quarantine: Path | None) -> str:
    """The rejected rows under `file:line`, each once even where several rules refused it."""
    empty = ", ".join(
        f"[]::VARCHAR[] AS {name}" for name in ("findings", "candidate_person_ids", "commune_candidates", "ruled_out_person_ids")
    )
    columns = f"'rejected' AS outcome, {empty}"
    if quarantine is None or not any(quarantine.glob("*.parquet")):
        return f"SELECT NULL::VARCHAR AS record_id, {columns} WHERE FALSE"
    return f"SELECT DISTINCT file || ':' || line AS record_id, {columns} FROM read_parquet({quoted(quarantine / '*.parquet')})"
