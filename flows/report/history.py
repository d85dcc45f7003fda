"""What became of every mismatch since it was first seen: new, persisting, reopened; resolved or decided since the last run.

The memory is `history.parquet` of the last published run; a run of before it had one is read by its work list. Both are
keyed hashes and as-of dates only. A mismatch is *open* if it stands in the work list. The identity that the summary prints:
open before + new + reopened - resolved - decided = open now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.report.tables import copy, count
from matching.engine import quoted

HISTORY = "history.parquet"
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

    @property
    def holds(self) -> bool:
        """Whether the identity is true."""
        return self.open_before + self.new + self.reopened - self.resolved - self.decided == self.open_now


def load_history(con: duckdb.DuckDBPyConnection, previous: Path | None, as_of: date) -> None:
    """Make the tables `before` (mismatch_id, first_seen, open) and `work` (the mismatches to be shown, with status).

    An optional table `decisions` (mismatch_id, closed) says which mismatches a reviewer's decision still settles: they leave
    the work list. A mismatch that was seen before but was not open in the last run is `reopened`.
    """
    con.execute(f"CREATE TABLE before AS {_before(previous)}")
    closed = "SELECT mismatch_id FROM decisions WHERE closed" if _has_view(con, "decisions") else "SELECT ''"
    con.execute(f"""
        CREATE TABLE work AS
        SELECT k.mismatch_id, coalesce(b.first_seen, DATE '{as_of}') AS first_seen,
            CASE WHEN b.mismatch_id IS NULL THEN 'new' WHEN b.open THEN 'persisting' ELSE 'reopened' END AS status,
            k.mismatch_id NOT IN ({closed}) AS open
        FROM links k LEFT JOIN before b ON b.mismatch_id = k.mismatch_id
        WHERE k.outcome = 'mismatch'""")


def status(con: duckdb.DuckDBPyConnection, previous: Path | None) -> Status:
    """Count the mismatches of `work` against `before`."""
    by_status = dict(con.execute("SELECT status, count(*) FROM work WHERE open GROUP BY status").fetchall())
    resolved = "FROM before b ANTI JOIN work w ON w.mismatch_id = b.mismatch_id WHERE b.open"
    listed = con.execute(f"SELECT mismatch_id {resolved} ORDER BY mismatch_id LIMIT {LISTED}").fetchall()
    return Status(
        compared=previous is not None,
        open_before=count(con, "SELECT count(*) FROM before WHERE open"),
        new=by_status.get("new", 0),
        persisting=by_status.get("persisting", 0),
        reopened=by_status.get("reopened", 0),
        resolved=count(con, f"SELECT count(*) {resolved}"),
        decided=count(con, "SELECT count(*) FROM work WHERE NOT open AND status = 'persisting'"),
        open_now=count(con, "SELECT count(*) FROM work WHERE open"),
        resolved_ids=tuple(row[0] for row in listed),
    )


def write_history(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write every mismatch ever seen, with the as-of date it was first seen on and whether it is open now."""
    copy(
        con,
        """SELECT coalesce(w.mismatch_id, b.mismatch_id) AS mismatch_id, coalesce(w.first_seen, b.first_seen) AS first_seen,
            coalesce(w.open, FALSE) AS open
        FROM work w FULL JOIN before b ON b.mismatch_id = w.mismatch_id ORDER BY 1""",
        target,
    )


def _has_view(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return count(con, f"SELECT count(*) FROM duckdb_views() WHERE view_name = '{name}'") > 0


def _before(previous: Path | None) -> str:
    if previous is not None and (previous / HISTORY).is_file():
        return f"SELECT mismatch_id, first_seen, open FROM read_parquet({quoted(previous / HISTORY)})"
    if previous is not None and (previous / "mismatches.csv").is_file():
        return f"SELECT mismatch_id, first_seen::DATE AS first_seen, TRUE AS open FROM ({_work_list(previous / 'mismatches.csv')})"
    return "SELECT NULL::VARCHAR AS mismatch_id, NULL::DATE AS first_seen, FALSE AS open LIMIT 0"


def _work_list(path: Path) -> str:
    """Reads a published work list as it was written: its delimiter is that of its own header."""
    with path.open(encoding="utf-8-sig") as file:
        delimiter = ";" if '";"' in file.readline() else ","
    return (
        f"SELECT mismatch_id, first_seen FROM read_csv({quoted(path)}, delim = '{delimiter}', quote = '\"', escape = '\"', "
        "header = true, all_varchar = true, auto_detect = true, strict_mode = true)"
    )
