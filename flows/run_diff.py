"""Two published runs beside each other, mismatch by mismatch: new, resolved, decided, changed, the same.

A mismatch is open if it stands in the run's work list. Its evidence hash (history.parquet) says whether anything that it
rests on has changed. Ids are keyed, so runs of two names, of two partners or under two keys have nothing in common.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.private_folder import private_folder
from flows.publish import read_manifest
from flows.report.addresses import Names
from flows.report.cells import cell, unguard
from flows.report.csv_files import write_csv
from flows.report.history import evidences_in
from flows.report.tables import count
from matching.engine import Limits, connect
from matching.errors import ConfigError, InputRefused, Problem
from matching.sql import quoted

KINDS = ("new", "resolved", "decided", "changed", "same")
FILES = ("links.parquet", "history.parquet", "summary.json")
COLUMNS = (
    "kind",
    "mismatch_id",
    "record_id",
    "province_code",
    "finding_a",
    "finding_b",
    "findings_a",
    "findings_b",
    "outcome_a",
    "outcome_b",
)


@dataclass(frozen=True, slots=True)
class RunDiff:
    """What became of the mismatches of run `a` in run `b`: counts of `KINDS`, in all, by primary finding, by province.

    `outcomes`: how many records went from one outcome to another (`-`: not in that run). No personal data in it.
    """

    name: str
    a: str
    b: str
    as_of_a: str
    as_of_b: str
    open_a: int
    open_b: int
    totals: Mapping[str, int]
    findings: Mapping[str, Mapping[str, int]]
    provinces: Mapping[str, Mapping[str, int]]
    province_names: Mapping[str, str]
    outcomes: Mapping[str, int]

    @property
    def holds(self) -> bool:
        """Whether open in `a` + new - resolved - decided = open in `b`."""
        return self.open_a + self.totals["new"] - self.totals["resolved"] - self.totals["decided"] == self.open_b


def compare_runs(a: Path, b: Path, target: Path | None = None) -> RunDiff:
    """Compare the published runs in the folders `a` (earlier) and `b`; with `target`, every mismatch that is not the same goes there.

    ConfigError if they are not runs of one name and partner, under one key, in this order; InputRefused if files are missing.
    """
    first, second = _manifest(a), _manifest(b)
    _comparable(a, first, b, second)
    with private_folder() as spill, connect(Limits("1GB", 2, spill, (a, b))) as con:
        for side, folder in (("a", a), ("b", b)):
            rejected = pa.table(
                {name: pa.array(values, pa.string()) for name, values in zip(("record_id", "key"), _rejected(folder), strict=True)}
            )
            con.register("rejected", rejected)
            con.execute(f"CREATE TABLE {side} AS {_side(folder)}")
            con.unregister("rejected")
        con.execute(_PAIRED)
        if target is not None:
            write_csv(target, COLUMNS, _lines(con), ",")
        return _counted(con, a, b, first, second)


def _manifest(run: Path) -> Mapping[str, Any]:
    missing = [name for name in FILES if not (run / name).is_file()]
    if missing:
        raise InputRefused(Problem(str(run), f"thiếu / missing: {', '.join(missing)}", "một lượt đã công bố / a published run"))
    manifest = read_manifest(run)
    return {**manifest, "counts": manifest.get("counts") or {}}


def _comparable(a: Path, first: Mapping[str, Any], b: Path, second: Mapping[str, Any]) -> None:
    """All reasons at once why these two runs cannot be compared."""
    told = {
        "name": "cùng tên lượt chạy / runs of one name",
        "source": "cùng nguồn đối tác / one partner source",
    }
    problems = [
        Problem(f"{a.name}, {b.name}", f"{key}: {first['counts'].get(key)}, {second['counts'].get(key)}", expected)
        for key, expected in told.items()
        if first["counts"].get(key) != second["counts"].get(key)
    ]
    if first.get("key_id") != second.get("key_id"):
        fix = "mã chỉ so được dưới cùng một tệp key / ids can be compared under one key only"
        problems.append(
            Problem(
                f"{a.name}, {b.name}",
                f"key_id: {first.get('key_id')}, {second.get('key_id')}",
                "cùng khóa / one key",
                fix,
            )
        )
    if str(first["counts"].get("as_of")) > str(second["counts"].get("as_of")):
        fix = "đổi chỗ hai lượt / give them the other way round"
        found = f"as_of: {first['counts'].get('as_of')}, {second['counts'].get('as_of')}"
        problems.append(Problem(f"{a.name}, {b.name}", found, "lượt trước đứng trước / the earlier run first", fix))
    if problems:
        raise ConfigError(problems)


def _rejected(run: Path) -> tuple[list[str], list[str]]:
    """The rejected rows of a run, `file:line`, and what each is known by: its text, and how often that has come before.

    A delivery may come under another name, or with lines before it: the row is the same. Without the quarantine there are none.
    """
    texts: dict[str, str] = {}
    if (run / "quarantine.csv").is_file():
        with (run / "quarantine.csv").open(encoding="utf-8-sig", newline="") as stream:
            csv.field_size_limit(1 << 30)
            head = stream.readline()
            names = next(csv.reader([head], delimiter=";" if '";"' in head else ","))
            for row in csv.reader(stream, delimiter=";" if '";"' in head else ","):
                cells = dict(zip(names, map(unguard, row), strict=False))
                if cells["side"] == "partner":
                    texts.setdefault(f"{cells['file']}:{cells['line']}", cells["raw"])
    seen: Counter[str] = Counter()
    keys = []
    for text in texts.values():
        seen[text] += 1
        keys.append(f"rejected {sha256(text.encode()).hexdigest()} {seen[text]}")
    return list(texts), keys


def _side(run: Path) -> str:
    """A run's records: outcome, findings, and whether its mismatch is open, on which evidence; `key` is the same in both runs."""
    links, history = run / "links.parquet", run / "history.parquet"
    return f"""
        SELECT k.record_id, coalesce(CASE WHEN k.outcome = 'rejected' THEN q.key END, k.record_id) AS key,
            k.outcome, k.mismatch_id, k.primary_finding AS finding, array_to_string(k.findings, '|') AS findings,
            k.province_code, k.outcome = 'mismatch' AND coalesce(h.open, TRUE) AS open, h.evidences[-1] AS evidence
        FROM read_parquet({quoted(links)}) k
        LEFT JOIN (SELECT mismatch_id, open, {evidences_in(history)} FROM read_parquet({quoted(history)})) h
            ON h.mismatch_id = k.mismatch_id
        LEFT JOIN rejected q ON q.record_id = k.record_id"""


# A record has one mismatch id in every run. What is open in neither run is no line of the difference.
_PAIRED = """
    CREATE TABLE paired AS
    SELECT coalesce(b.mismatch_id, a.mismatch_id) AS mismatch_id, coalesce(b.record_id, a.record_id) AS record_id,
        CASE WHEN b.open AND NOT coalesce(a.open, FALSE) THEN 'new'
            WHEN a.open AND b.outcome = 'mismatch' AND NOT b.open THEN 'decided'
            WHEN a.open AND NOT coalesce(b.open, FALSE) THEN 'resolved'
            WHEN a.finding IS DISTINCT FROM b.finding OR a.findings IS DISTINCT FROM b.findings
                OR a.evidence IS DISTINCT FROM b.evidence THEN 'changed'
            ELSE 'same' END AS kind,
        CASE WHEN b.open THEN b.province_code ELSE a.province_code END AS province_code,
        CASE WHEN b.open THEN b.finding ELSE a.finding END AS counted,
        CASE WHEN a.open THEN a.finding END AS finding_a, CASE WHEN b.open THEN b.finding END AS finding_b,
        CASE WHEN a.open THEN a.findings END AS findings_a, CASE WHEN b.open THEN b.findings END AS findings_b,
        a.outcome AS outcome_a, b.outcome AS outcome_b
    FROM a FULL JOIN b ON b.key = a.key
    WHERE a.open OR b.open"""


def _lines(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, ...]]:
    """Every mismatch that is not the same, as cells of `COLUMNS`."""
    query = f"SELECT {', '.join(COLUMNS)} FROM paired WHERE kind <> 'same' ORDER BY list_position(['new', 'resolved', 'decided', 'changed'], kind), mismatch_id"
    for row in con.execute(query).fetchall():
        yield tuple(cell(value) for value in row)


def _counted(con: duckdb.DuckDBPyConnection, a: Path, b: Path, first: Mapping[str, Any], second: Mapping[str, Any]) -> RunDiff:
    as_of = second["counts"]["as_of"]
    names = Names(date.fromisoformat(as_of))
    provinces = _tally(con, "coalesce(province_code, '')")
    moves = con.execute("""
        SELECT coalesce(a.outcome, '-') || ' > ' || coalesce(b.outcome, '-'), count(*) FROM a FULL JOIN b ON b.key = a.key
        WHERE a.outcome IS DISTINCT FROM b.outcome GROUP BY 1 ORDER BY 2 DESC, 1""").fetchall()
    open_a, open_b = (count(con, f"SELECT count(*) FROM {side} WHERE open") for side in ("a", "b"))
    totals = _tally(con, "'all'").get("all", dict.fromkeys(KINDS, 0))
    return RunDiff(
        second["counts"]["name"], a.name, b.name, first["counts"]["as_of"], as_of, open_a, open_b,
        totals, _tally(con, "counted"), provinces, {code: names.province(code) for code in provinces}, dict(moves),
    )  # fmt: skip


def _tally(con: duckdb.DuckDBPyConnection, by: str) -> dict[str, dict[str, int]]:
    """Counts of the kinds by an expression, what changed most first."""
    kinds = ", ".join(f"count(*) FILTER (kind = '{kind}')" for kind in KINDS)
    rows = con.execute(f"SELECT {by}, {kinds} FROM paired GROUP BY 1 ORDER BY count(*) FILTER (kind <> 'same') DESC, 1").fetchall()
    return {row[0]: dict(zip(KINDS, row[1:], strict=True)) for row in rows}
