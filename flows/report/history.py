"""What became of every mismatch since it was first seen: new, persisting, reopened; resolved or decided since the last run.

The memory is `history.parquet` of the last published run; a run of before it had one is read by its work list. Both are
keyed hashes and as-of dates only; beside an id stands every evidence hash that it has had, the last one last. Clerical reviews
have a memory of their own, `review_history.parquet`. A mismatch is *open* if it stands in the work list. The identity that the summary prints:
open before + new + reopened - resolved - decided = open now; where a person was erased from the last run since, what was open
of theirs is counted as `erased` and goes off, too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from flows.report.tables import copy, count
from matching.sql import quoted

HISTORY = "history.parquet"
REVIEW_HISTORY = "review_history.parquet"
LISTED = 1_000  # resolved ids that stand in summary.json; history.parquet has all


@dataclass(frozen=True, slots=True)
class Status:
    """Mismatches against the last published run (`compared`: there is one)."""

    compared: bool
    open_before: int
    new: int
    persisting: int
    reopened: int
    resolved: int
    decided: int
    open_now: int
    resolved_ids: tuple[str, ...]
    erased: int = 0

    @property
    def holds(self) -> bool:
        """Whether the identity is true."""
        return self.open_before + self.new + self.reopened - self.resolved - self.decided - self.erased == self.open_now

    @property
    def identity(self) -> str:
        """The identity in words."""
        return f"open_before + new + reopened - resolved - decided{' - erased' if self.erased else ''} = open_now"


def load_history(con: duckdb.DuckDBPyConnection, previous: Path | None, as_of: date) -> None:
    """Make the tables `before` (mismatch_id, first_seen, open, evidences) and `work` (the mismatches to be shown, with status).

    An optional table `decisions` (mismatch_id, closed) says which mismatches a reviewer's decision still settles: they leave
    the work list; its columns decided_before and changed_since, if there, are shown for those that stay. An optional table
    `evidence` has the hash that each rests on. A mismatch that was seen before but was not open in the last run is `reopened`.
    `reviews_before` and `reviews` are the same for clerical reviews.
    """
    con.execute(f"CREATE TABLE before AS {_before(previous)}")
    con.execute(f"CREATE TABLE reviews_before AS {_reviews_before(previous)}")
    decided = _decided(con)
    evidence = "evidence" if _has_view(con, "evidence") else _NO_EVIDENCE
    con.execute(f"""
        CREATE TABLE work AS
        SELECT k.mismatch_id, coalesce(b.first_seen, DATE '{as_of}') AS first_seen,
            CASE WHEN b.mismatch_id IS NULL THEN 'new' WHEN b.open THEN 'persisting' ELSE 'reopened' END AS status,
            NOT coalesce(d.closed, FALSE) AS open, e.evidence, {_EVIDENCES}, d.decided_before, d.changed_since
        FROM links k LEFT JOIN before b ON b.mismatch_id = k.mismatch_id
        LEFT JOIN {evidence} e ON e.case_id = k.mismatch_id LEFT JOIN {decided} d ON d.mismatch_id = k.mismatch_id
        WHERE k.outcome = 'mismatch'""")
    con.execute(f"""
        CREATE TABLE reviews AS
        SELECT e.case_id AS review_id, e.record_id, coalesce(b.first_seen, DATE '{as_of}') AS first_seen,
            NOT coalesce(d.closed, FALSE) AS open, e.evidence, {_EVIDENCES}, d.decided_before, d.changed_since
        FROM {evidence} e LEFT JOIN reviews_before b ON b.review_id = e.case_id LEFT JOIN {decided} d ON d.mismatch_id = e.case_id
        WHERE e.kind = 'review'""")


# Every evidence hash that a case has had, today's last, each once.
_EVIDENCES = """CASE WHEN e.evidence IS NULL THEN coalesce(b.evidences, [])
    ELSE list_append(list_filter(coalesce(b.evidences, []), lambda x: x <> e.evidence), e.evidence) END AS evidences"""
_NO_EVIDENCE = "(SELECT ''::VARCHAR AS case_id, ''::VARCHAR AS kind, ''::VARCHAR AS record_id, ''::VARCHAR AS evidence LIMIT 0)"


def _decided(con: duckdb.DuckDBPyConnection) -> str:
    """The relation of what reviewers have decided: each id once."""
    if not _has_view(con, "decisions"):
        return (
            "(SELECT ''::VARCHAR AS mismatch_id, FALSE AS closed, NULL::VARCHAR AS decided_before, NULL::VARCHAR AS changed_since LIMIT 0)"
        )
    names = {row[0] for row in con.execute("DESCRIBE decisions").fetchall()}
    told = ", ".join(f"max({name if name in names else 'NULL::VARCHAR'}) AS {name}" for name in ("decided_before", "changed_since"))
    return f"(SELECT mismatch_id, bool_or(closed) AS closed, {told} FROM decisions GROUP BY mismatch_id)"


def status(con: duckdb.DuckDBPyConnection, previous: Path | None) -> Status:
    """Count the mismatches of `work` against `before`."""
    by_status = dict(con.execute("SELECT status, count(*) FROM work WHERE open GROUP BY status").fetchall())
    resolved = "FROM before b ANTI JOIN work w ON w.mismatch_id = b.mismatch_id WHERE b.open"
    listed = con.execute(f"SELECT mismatch_id {resolved} ORDER BY mismatch_id LIMIT {LISTED}").fetchall()
    still = count(con, "SELECT count(*) FROM before WHERE open")
    open_before = _published(previous, still)
    return Status(
        compared=previous is not None,
        open_before=open_before,
        new=by_status.get("new", 0),
        persisting=by_status.get("persisting", 0),
        reopened=by_status.get("reopened", 0),
        resolved=count(con, f"SELECT count(*) {resolved}"),
        decided=count(con, "SELECT count(*) FROM work WHERE NOT open AND status = 'persisting'"),
        open_now=count(con, "SELECT count(*) FROM work WHERE open"),
        resolved_ids=tuple(row[0] for row in listed),
        erased=open_before - still,
    )


def _published(previous: Path | None, still: int) -> int:
    """How many were open by the summary of the run before; `still` of them its history has, the others were erased since."""
    file = previous / "summary.json" if previous is not None else None
    if file is None or not file.is_file():
        return still
    return max(still, int(json.loads(file.read_text("utf-8")).get("status", {}).get("open_now", still)))


def write_history(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write every mismatch ever seen, with the as-of date it was first seen on, whether it is open now, and its evidences."""
    _write(con, "mismatch_id", "work", "before", target)


def write_review_history(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """The same for every clerical review."""
    _write(con, "review_id", "reviews", "reviews_before", target)


def evidences_in(path: Path) -> str:
    """SQL of the evidences in a history; those of before it had them are empty."""
    return "evidences" if "evidences" in pq.read_schema(path).names else "[]::VARCHAR[] AS evidences"


def _write(con: duckdb.DuckDBPyConnection, key: str, now: str, before: str, target: Path) -> None:
    copy(
        con,
        f"""SELECT coalesce(w.{key}, b.{key}) AS {key}, coalesce(w.first_seen, b.first_seen) AS first_seen,
            coalesce(w.open, FALSE) AS open, coalesce(w.evidences, b.evidences)::VARCHAR[] AS evidences
        FROM {now} w FULL JOIN {before} b ON b.{key} = w.{key} ORDER BY 1""",
        target,
    )


def _has_view(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return count(con, f"SELECT count(*) FROM duckdb_views() WHERE view_name = '{name}'") > 0


def _before(previous: Path | None) -> str:
    if previous is not None and (previous / HISTORY).is_file():
        return f"SELECT mismatch_id, first_seen, open, {evidences_in(previous / HISTORY)} FROM read_parquet({quoted(previous / HISTORY)})"
    if previous is not None and (previous / "mismatches.csv").is_file():
        return f"SELECT mismatch_id, first_seen::DATE AS first_seen, TRUE AS open, []::VARCHAR[] AS evidences FROM ({_work_list(previous / 'mismatches.csv')})"
    return "SELECT NULL::VARCHAR AS mismatch_id, NULL::DATE AS first_seen, FALSE AS open, []::VARCHAR[] AS evidences LIMIT 0"


def _reviews_before(previous: Path | None) -> str:
    if previous is not None and (previous / REVIEW_HISTORY).is_file():
        return f"SELECT review_id, first_seen, open, evidences FROM read_parquet({quoted(previous / REVIEW_HISTORY)})"
    return "SELECT NULL::VARCHAR AS review_id, NULL::DATE AS first_seen, FALSE AS open, []::VARCHAR[] AS evidences LIMIT 0"


def _work_list(path: Path) -> str:
    """Reads a published work list as it was written: its delimiter is that of its own header."""
    with path.open(encoding="utf-8-sig") as file:
        delimiter = ";" if '";"' in file.readline() else ","
    return (
        f"SELECT mismatch_id, first_seen FROM read_csv({quoted(path)}, delim = '{delimiter}', quote = '\"', escape = '\"', "
        "header = true, all_varchar = true, auto_detect = true, strict_mode = true)"
    )
