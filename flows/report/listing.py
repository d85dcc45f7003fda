"""The work list's rows, worst first, without ever joining the run's wide tables: what a batch of mismatches needs is set apart first.

Which mismatches stand in the list, in which order, is one narrow table; their findings and the partner's own columns are laid
down in files sorted by place in the list, names and addresses once each. A batch then reads its own stretch. The order is
complete, so the file is the same in every run: severity, place in the table of findings, certainty, province, commune, record id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from flows.report.addresses import FIELDS
from flows.report.facts import CERTAIN, CONFIDENCE, LIKELY, carried
from flows.report.tables import Row, count, rows
from matching.sql import quoted

_BATCH = 10_000  # mismatches that are joined at once
_STRETCH = 20_000  # rows of a file that are read or passed over together
_FOUND, _CARRIED = "listed-findings.parquet", "listed-raw.parquet"
# Where the record states no place (a bank's customers), the work is where the resident's permanent residence is.
_PROVINCE = "CASE WHEN p.place IS NULL THEN home.province ELSE k.province_code END"
_COMMUNE = "CASE WHEN p.place IS NULL THEN home.commune ELSE k.commune_code END"
_ADDRESSES = ("place", "judged", "permanent", "temporary", "current")


def listed_rows(con: duckdb.DuckDBPyConnection, own: Sequence[str], scratch: Path) -> Iterator[Row]:
    """All open mismatches, worst first, as `worklist` takes them; `own` are the columns of `raw_partner` to carry through.

    Files are laid down in `scratch`, a private folder; memory is that of a batch and of the narrow table.
    """
    _order(con)
    con.execute(f"CREATE OR REPLACE TABLE listed_name AS {_NAMES}")
    con.execute(f"CREATE OR REPLACE TABLE listed_address AS {_addresses()}")
    found = _lay_down(con, _FINDINGS, scratch / _FOUND)
    raw = _lay_down(con, _raw(own), scratch / _CARRIED)
    for first in range(0, count(con, "SELECT count(*) FROM listed"), _BATCH):
        yield from rows(con, _batch(own, found, raw, first))
    for name in ("listed", "listed_name", "listed_address"):
        con.execute(f"DROP TABLE {name}")
    for name in (_FOUND, _CARRIED):
        (scratch / name).unlink()


def _order(con: duckdb.DuckDBPyConnection) -> None:
    """Make `listed`: a row a mismatch with its place `n` in the list, and all that is short."""
    con.execute(f"""
CREATE OR REPLACE TABLE listed AS
SELECT row_number() OVER (ORDER BY f.severity <> 'field', o.place, NOT ({CERTAIN}), NOT ({LIKELY}),
        {_PROVINCE} NULLS LAST, {_COMMUNE} NULLS LAST, k.record_id) - 1 AS n,
    h.mismatch_id, h.evidence, whence.cause_id, h.decided_before, h.changed_since, h.status, h.first_seen::VARCHAR AS first_seen,
    k.record_id, k.person_id, k.primary_finding, array_to_string(k.findings, '|') AS findings, {CONFIDENCE} AS confidence, {_PROVINCE} AS province,
    CASE WHEN p.place IS NULL THEN nullif(array_to_string(home.communes, '|'), '')
        ELSE coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')) END AS commune,
    p.file, p.line, p.name, lpad(p.id12::VARCHAR, 12, '0') AS id12, lpad(p.id9::VARCHAR, 9, '0') AS id9, p.id_digits,
    coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR) AS birth,
    r.name AS name_r, lpad(r.id12::VARCHAR, 12, '0') AS id12_r, lpad(r.id9::VARCHAR, 9, '0') AS id9_r, r.id_digits AS id_digits_r,
    coalesce(r.birth_date::VARCHAR, r.birth_year::VARCHAR) AS birth_r,
    p.place, r.permanent, r.temporary, r.current,
    CASE CASE WHEN k.residence IN ('permanent', 'temporary', 'current') THEN k.residence ELSE c.residence END
        WHEN 'temporary' THEN r.temporary WHEN 'current' THEN r.current ELSE r.permanent END AS judged
FROM work h
JOIN links k ON k.mismatch_id = h.mismatch_id
JOIN std_partner p ON p.record_id = k.record_id
JOIN std_register r ON r.person_id = k.person_id
JOIN finding_order o ON o.code = k.primary_finding
LEFT JOIN std_address home ON home.address = r.permanent
LEFT JOIN cause_of whence ON whence.mismatch_id = h.mismatch_id
JOIN (SELECT record_id, finding, severity FROM findings) f ON f.record_id = k.record_id AND f.finding = k.primary_finding
LEFT JOIN candidates c ON c.l = p.l AND c.r = r.r
WHERE h.open""")


_NAMES = """SELECT name, raw, coalesce(display, raw) AS display, canonical FROM std_name
    WHERE name IN (SELECT name FROM listed UNION ALL SELECT name_r FROM listed)"""

_FINDINGS = """SELECT h.n, o.place, m.finding, m.finding = h.primary_finding AS leads, m.severity, m.level, m.evidence, m.suggested_value
    FROM findings m JOIN listed h ON h.record_id = m.record_id JOIN finding_order o ON o.code = m.finding"""


def _addresses() -> str:
    """The addresses that the list shows, their parts as `Place` takes them: lists are joined, all is text."""
    used = " UNION ALL ".join(f"SELECT {name} FROM listed" for name in _ADDRESSES)
    parts = ("nullif(array_to_string(communes, '|'), '') AS communes" if name == "communes" else name for name in FIELDS)
    return f"SELECT address, raw, {', '.join(parts)} FROM std_address WHERE address IN ({used})"


def _raw(own: Sequence[str]) -> str:
    return f"SELECT h.n, {carried(own)} FROM listed h JOIN raw_partner w ON w.file = h.file AND w.line = h.line"


def _lay_down(con: duckdb.DuckDBPyConnection, query: str, target: Path) -> str:
    """Write the rows of `query` by their place in the list; the file as SQL reads it."""
    target.touch(mode=0o600)
    con.execute(f"COPY ({query} ORDER BY h.n) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_STRETCH})")
    target.chmod(0o600)
    return f"read_parquet({quoted(target)})"


def _batch(own: Sequence[str], found: str, raw: str, first: int) -> str:
    """The query of the rows from `first` on, in the columns that `worklist` names."""
    stretch = f"n BETWEEN {first} AND {first + _BATCH - 1}"
    needed = " UNION ALL ".join(f"SELECT {name} FROM h" for name in _ADDRESSES)
    shown = ", ".join(f"{name}.raw, {name}.communes" for name in _ADDRESSES[1:])
    joined = "\n".join(f"LEFT JOIN a {name} ON {name}.address = h.{name}" for name in _ADDRESSES)
    parts = ", ".join(f"{name}.{part}" for name in _ADDRESSES[:2] for part in FIELDS)
    return f"""
WITH h AS MATERIALIZED (SELECT * FROM listed WHERE {stretch}),
a AS MATERIALIZED (SELECT * FROM listed_address WHERE address IN ({needed})),
f AS MATERIALIZED (SELECT * FROM {found} WHERE {stretch}),
more AS (SELECT n, list(json_array(finding, level, evidence, suggested_value)::VARCHAR ORDER BY place) AS findings
    FROM f WHERE NOT leads GROUP BY n)
SELECT h.mismatch_id, h.evidence, h.cause_id, h.decided_before, h.changed_since, h.status, h.first_seen,
    f.severity, h.primary_finding, h.findings, f.level, f.evidence, f.suggested_value, h.confidence,
    h.record_id, h.person_id, h.province, h.commune, more.findings,
    pn.raw, pn.display, pn.canonical, h.id12, h.id9, h.id_digits, h.birth, place.raw,
    rn.raw, rn.display, rn.canonical, h.id12_r, h.id9_r, h.id_digits_r, h.birth_r,
    {shown}, {parts}, {carried(own)}
FROM h
JOIN f ON f.n = h.n AND f.leads
LEFT JOIN more ON more.n = h.n
LEFT JOIN (SELECT * FROM {raw} WHERE {stretch}) w ON w.n = h.n
LEFT JOIN listed_name pn ON pn.name = h.name
LEFT JOIN listed_name rn ON rn.name = h.name_r
{joined}
ORDER BY h.n"""
