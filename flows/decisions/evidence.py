"""What a question to a reviewer rests on, as one keyed hash: while it stays the same, a decision holds.

A mismatch rests on the resident it was linked to and on all findings with their values, benign ones included; a clerical
review on the record's values, its findings, and the candidates as they were shown, in their order. Two values are left out,
since they change without anything having happened: age, and the day of the run itself.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.report.decided import CHANGED
from matching.engine import write_table
from matching.identifiers import keyed_id
from matching.sql import quoted

REVIEW_PREFIX = "RV"  # as the report gives them out
_PREFIX = "EV"
_BATCH = 50_000
_AT_ONCE = 500_000  # cases whose findings are held at once: about 0.5 GB
_DIGEST = 8  # hex characters a value: only ever compared with the value of the same name before
_SHOWN = 3  # candidates that a reviewer sees

Parts = dict[str, str]
"""Name of a value (`DECEASED.status_date`, `person`, `candidate_2`) -> keyed digest of it."""

# Findings of a record as one text, and each with its values; `stable` leaves out what changes by itself.
_FINDINGS = """
    SELECT record_id, to_json(list(json_array(finding, level, stable) ORDER BY finding))::VARCHAR AS found FROM (
        SELECT record_id, finding, level, CASE WHEN finding = 'IMPLAUSIBLE_AGE' THEN json_merge_patch(evidence,
            CASE WHEN (evidence ->> 'on') = '{as_of}' THEN '{{"age":null,"on":null}}' ELSE '{{"age":null}}' END)::VARCHAR
            ELSE evidence END AS stable FROM {findings}) GROUP BY record_id"""

# What a mismatch rests on beside its findings.
_MISMATCHES = """
    SELECT k.record_id, k.mismatch_id, 'mismatch' AS kind, json_object('person', k.person_id)::VARCHAR AS facts
    FROM {links} k WHERE k.outcome = 'mismatch'"""

# What a review rests on beside them: the record, and the candidates as they are shown.
_REVIEWS = f"""
    SELECT k.record_id, NULL AS mismatch_id, 'review' AS kind, json_object(
        'name', pn.raw, 'number', p.id_digits, 'birth_date', coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR), 'place', pa.raw,
        'candidates', len(k.candidate_person_ids), 'candidate_1', c.shown[1], 'candidate_2', c.shown[2], 'candidate_3', c.shown[3])::VARCHAR AS facts
    FROM links k
    JOIN std_partner p ON p.record_id = k.record_id
    LEFT JOIN std_name pn ON pn.name = p.name
    LEFT JOIN std_address pa ON pa.address = p.place
    LEFT JOIN (
        SELECT s.record_id, list(json_array(s.person_id, rn.raw, r.id12, r.id9, r.birth_date, r.birth_year, r.sex, ra.raw)::VARCHAR ORDER BY s.place) AS shown
        FROM (SELECT record_id, unnest(candidate_person_ids[:{_SHOWN}]) AS person_id,
                generate_subscripts(candidate_person_ids[:{_SHOWN}], 1) AS place FROM links WHERE outcome IN ('ambiguous', 'review')) s
        JOIN std_register r ON r.person_id = s.person_id
        LEFT JOIN std_name rn ON rn.name = r.name
        LEFT JOIN std_address ra ON ra.address = r.permanent
        GROUP BY s.record_id) c ON c.record_id = k.record_id
    WHERE k.outcome IN ('ambiguous', 'review')"""


def write_evidence(con: duckdb.DuckDBPyConnection, out: Path, key: bytes, source: str, as_of: date) -> None:
    """Write the table `evidence` from the run's views; Python, since DuckDB has no keyed hash."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = out / "evidence.tmp"
    names = ("case_id", "kind", "record_id", "evidence")
    schema = pa.schema([(name, pa.string()) for name in names])
    try:
        with pq.ParquetWriter(draft, schema) as writer:
            for query in _cases(con, as_of):
                for batch in con.execute(query).to_arrow_reader(_BATCH):
                    made = [_case(key, source, *row) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]
                    columns = [pa.array(column, pa.string()) for column in zip(*made, strict=True)] or [pa.array([], pa.string())] * len(
                        names
                    )
                    writer.write_batch(pa.record_batch(columns, schema=schema))
        write_table(con, f"SELECT * FROM read_parquet({quoted(draft)})", out, "case_id")
    finally:
        draft.unlink(missing_ok=True)


def _cases(con: duckdb.DuckDBPyConnection, as_of: date) -> Iterator[str]:
    """Queries that give all cases with their findings, so many at a time that the lists of findings fit into memory."""
    asked = "outcome IN ('mismatch', 'ambiguous', 'review')"
    size = con.execute(f"SELECT count(*) FROM links WHERE {asked}").fetchall()[0][0]
    buckets = 1 + int(size) // _AT_ONCE
    for bucket in range(buckets):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE asked_now AS SELECT record_id FROM links WHERE {asked} AND hash(record_id) % {buckets} = {bucket}"
        )
        about = "(SELECT f.* FROM findings f SEMI JOIN asked_now a ON a.record_id = f.record_id)"
        yield f"""SELECT c.record_id, c.mismatch_id, c.kind, c.facts, coalesce(f.found, '[]')
            FROM ({_MISMATCHES.format(links="links")} UNION ALL {_REVIEWS}) c SEMI JOIN asked_now a ON a.record_id = c.record_id
            LEFT JOIN ({_FINDINGS.format(findings=about, as_of=as_of)}) f ON f.record_id = c.record_id"""


def _case(key: bytes, source: str, record_id: str, mismatch_id: str | None, kind: str, facts: str, found: str) -> tuple[str, str, str, str]:
    case_id = mismatch_id or keyed_id(key, REVIEW_PREFIX, source, record_id)
    return case_id, kind, record_id, evidence_hash(key, facts, found)


def evidence_hash(key: bytes, facts: str, found: str) -> str:
    """The hash of a case; starts with letters, so that no spreadsheet takes it for a number."""
    return keyed_id(key, _PREFIX, facts, found)


def mismatch_parts(
    con: duckdb.DuckDBPyConnection, links: str, findings: str, key: bytes, as_of: date, ids: Iterable[str]
) -> dict[str, tuple[str, Parts]]:
    """Evidence hash and digested values of the mismatches `ids`, out of the relations `links` and `findings` (SQL)."""
    con.execute("CREATE OR REPLACE TEMP TABLE wanted (id VARCHAR)")
    wanted = pa.table({"id": pa.array(sorted(ids), pa.string())})
    con.register("wanted_ids", wanted)
    con.execute("INSERT INTO wanted SELECT id FROM wanted_ids")
    con.unregister("wanted_ids")
    chosen = f"(SELECT * FROM {links} WHERE mismatch_id IN (SELECT id FROM wanted))"
    about = f"(SELECT f.* FROM {findings} f SEMI JOIN {chosen} k ON k.record_id = f.record_id)"
    rows = con.execute(f"""
        SELECT c.mismatch_id, c.facts, coalesce(f.found, '[]') FROM ({_MISMATCHES.format(links=chosen)}) c
        LEFT JOIN ({_FINDINGS.format(findings=about, as_of=as_of)}) f ON f.record_id = c.record_id""").fetchall()
    return {row[0]: (evidence_hash(key, row[1], row[2]), _parts(key, row[1], row[2])) for row in rows}


def review_parts(con: duckdb.DuckDBPyConnection, key: bytes, records: Mapping[str, str]) -> dict[str, Parts]:
    """The digested values of reviews of this run, without those of findings; `records` is record id -> review id."""
    if not records:
        return {}
    rows = con.execute(f"SELECT record_id, facts FROM ({_REVIEWS})").fetchall()
    return {records[row[0]]: _parts(key, row[1], "[]") for row in rows if row[0] in records}


def _parts(key: bytes, facts: str, found: str) -> Parts:
    values: dict[str, object] = dict(json.loads(facts))
    for finding, level, stable in json.loads(found):
        values[finding] = level
        for name, value in json.loads(stable).items():
            values[f"{finding}.{name}"] = value
    return {name: _digest(key, name, value) for name, value in sorted(values.items())}


def _digest(key: bytes, name: str, value: object) -> str:
    text = json.dumps([name, value], ensure_ascii=False, sort_keys=True)
    return hmac.new(key, text.encode(), sha256).hexdigest()[:_DIGEST]


def changes(before: Parts, now: Parts) -> str:
    """What has changed, by the names of values, never the values: `đổi / changed: DECEASED (status_date); mới / new: ID_TYPO`."""
    new = sorted(name for name in now.keys() - before.keys() if "." not in name)
    gone = sorted(name for name in before.keys() - now.keys() if "." not in name)
    other: dict[str, list[str]] = {}
    for name in sorted(now.keys() | before.keys()):
        owner, _, value = name.partition(".")
        if before.get(name) != now.get(name) and owner not in (*new, *gone):
            other.setdefault(owner, []).extend([value] if value else [])
    changed = [f"{owner} ({', '.join(values)})" if values else owner for owner, values in other.items()]
    told = [(CHANGED["new"], new), (CHANGED["gone"], gone), (CHANGED["changed"], changed)]
    words = [f"{word.both('vi')}: {', '.join(names)}" for word, names in told if names]
    return "; ".join(words) or CHANGED["unknown"].both("vi")
