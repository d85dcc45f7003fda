"""What the published runs, and this one, say of the ids in reviewers' files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from flows.decisions.evidence import REVIEW_PREFIX, Parts, mismatch_parts, review_parts
from flows.report.causes import CAUSES_FILE
from flows.report.history import HISTORY, REVIEW_HISTORY, evidences_in
from matching.findings.causes.kinds import CAUSE_PREFIX
from matching.identifiers import keyed_id
from matching.sql import quoted


@dataclass(frozen=True, slots=True)
class Case:
    """A mismatch or a review as one run had it: `persons` is the resident linked, or the candidates that were shown."""

    id: str
    kind: str
    record_id: str
    evidence: str
    primary: str
    findings: tuple[str, ...]
    persons: tuple[str, ...]
    parts: Parts


class Member(NamedTuple):
    """A mismatch that a cause stood for when it was published: its id, the finding, and the evidence it had."""

    id: str
    finding: str
    evidence: str


Causes = Mapping[str, Mapping[str, tuple[Member, ...]]]
"""Cause -> evidence hash under which it was published -> its mismatches then."""


@dataclass(frozen=True, slots=True)
class Known:
    """Of the ids asked for: the cases of this run, those of the last published one, every evidence that was ever published.

    `causes` are those asked for, as the runs that are still there have published them; `since`: the as-of date that an id was first seen on.
    """

    now: Mapping[str, Case]
    then: Mapping[str, Case]
    published: Mapping[str, tuple[str, ...]]
    causes: Causes = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)

    def case(self, id_: str, evidence: str) -> Case | None:
        """The case with just that evidence; None where only an older run had it."""
        return next((cases[id_] for cases in (self.now, self.then) if id_ in cases and cases[id_].evidence == evidence), None)


def known(con: duckdb.DuckDBPyConnection, ids: Iterable[str], previous: Path | None, key: bytes, source: str, as_of: date) -> Known:
    """Look up `ids`. `con` has the run's views and `evidence`; `previous` is the last published run, None if there is none."""
    causes = {} if previous is None else _causes(con, previous, ids)
    _ask(con, {*ids, *_members(causes)})
    published, since = ({}, {}) if previous is None else _published(con, previous)
    then = {} if previous is None else _then(con, previous, published, key, source)
    return Known(_now(con, key, as_of), then, published, causes, since)


def known_before(con: duckdb.DuckDBPyConnection, ids: Iterable[str], run: Path, key: bytes, source: str) -> Known:
    """The same without a run that is under way: the questions of today are those of the published `run`."""
    causes = _causes(con, run, ids)
    _ask(con, {*ids, *_members(causes)})
    published, since = _published(con, run)
    return Known(_then(con, run, published, key, source), {}, published, causes, since)


def _members(causes: Causes) -> set[str]:
    return {member.id for shown in causes.values() for members in shown.values() for member in members}


def _causes(con: duckdb.DuckDBPyConnection, run: Path, ids: Iterable[str]) -> dict[str, dict[str, tuple[Member, ...]]]:
    """The causes among `ids` as `run` and the runs before it published them."""
    wanted = {id_ for id_ in ids if id_.startswith(f"{CAUSE_PREFIX}-")}
    found: dict[str, dict[str, tuple[Member, ...]]] = {}
    files = [path for path in run.parent.glob(f"*/{CAUSES_FILE}") if path.parent.name <= run.name] if wanted else []
    _ask(con, wanted)
    for path in sorted(files):
        query = f"""SELECT cause_id, shown, list(struct_pack(m := mismatch_id, f := finding, e := evidence) ORDER BY mismatch_id)
            FROM read_parquet({quoted(path)}) SEMI JOIN asked ON id = cause_id GROUP BY cause_id, shown"""
        for cause, shown, members in con.execute(query).fetchall():
            found.setdefault(cause, {})[shown] = tuple(Member(one["m"], one["f"], one["e"]) for one in members)
    return found


def _ask(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> None:
    con.register("asked_ids", pa.table({"id": pa.array(sorted(ids), pa.string())}))
    con.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT id FROM asked_ids")
    con.unregister("asked_ids")


def _published(con: duckdb.DuckDBPyConnection, run: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, date]]:
    """Every evidence that the ids asked for have had, and since when they are known."""
    found: dict[str, tuple[str, ...]] = {}
    since: dict[str, date] = {}
    for name, column in ((HISTORY, "mismatch_id"), (REVIEW_HISTORY, "review_id")):
        if (run / name).is_file():
            query = f"SELECT {column}, {evidences_in(run / name)}, first_seen FROM read_parquet({quoted(run / name)}) SEMI JOIN asked ON id = {column}"
            rows = con.execute(query).fetchall()
            found |= {row[0]: tuple(row[1]) for row in rows}
            since |= {row[0]: row[2] for row in rows}
    return found, since


def _now(con: duckdb.DuckDBPyConnection, key: bytes, as_of: date) -> dict[str, Case]:
    rows = con.execute("""
        SELECT e.case_id, e.kind, e.record_id, e.evidence, coalesce(k.primary_finding, ''), k.findings,
            CASE e.kind WHEN 'mismatch' THEN [k.person_id] ELSE k.candidate_person_ids[:3] END
        FROM evidence e JOIN links k ON k.record_id = e.record_id SEMI JOIN asked ON asked.id = e.case_id""").fetchall()
    cases = {row[0]: Case(row[0], row[1], row[2], row[3], row[4], tuple(row[5]), tuple(row[6]), {}) for row in rows}
    of_mismatches = mismatch_parts(con, "links", "findings", key, as_of, (id_ for id_, case in cases.items() if case.kind == "mismatch"))
    of_reviews = review_parts(con, key, {case.record_id: id_ for id_, case in cases.items() if case.kind == "review"})
    parts = {**{id_: found for id_, (_, found) in of_mismatches.items()}, **of_reviews}
    return {id_: replace(case, parts=parts.get(id_, {})) for id_, case in cases.items()}


def _then(con: duckdb.DuckDBPyConnection, run: Path, evidences: Mapping[str, tuple[str, ...]], key: bytes, source: str) -> dict[str, Case]:
    """The cases of the published `run`, from the files that stay when its tables are dropped."""
    if not (run / "links.parquet").is_file():
        return {}
    links, findings = (f"read_parquet({quoted(run / name)})" for name in ("links.parquet", "findings.parquet"))
    of_mismatches = mismatch_parts(con, links, findings, key, date.fromisoformat(run.name.split("-", 1)[1]), evidences)
    columns = "record_id, coalesce(primary_finding, ''), findings"
    mismatches = con.execute(f"SELECT mismatch_id, {columns}, [person_id] FROM {links} SEMI JOIN asked ON id = mismatch_id").fetchall()
    cases = {}
    for id_, record_id, primary, codes, persons in mismatches:
        last = evidences.get(id_, ("",))[-1]
        evidence, parts = of_mismatches.get(id_, ("", {}))
        cases[id_] = Case(id_, "mismatch", record_id, last, primary, tuple(codes), tuple(persons), parts if evidence == last else {})
    if any(id_.startswith(f"{REVIEW_PREFIX}-") for id_ in evidences):
        query = f"SELECT {columns}, candidate_person_ids[:3] FROM {links} WHERE outcome IN ('ambiguous', 'review')"
        for record_id, primary, codes, persons in con.execute(query).fetchall():
            id_ = keyed_id(key, REVIEW_PREFIX, source, record_id)
            if id_ in evidences:
                cases[id_] = Case(id_, "review", record_id, evidences[id_][-1], primary, tuple(codes), tuple(persons), {})
    return cases
