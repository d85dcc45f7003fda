"""By which ids a resident can be found in the files of the kept runs: his own, those of records linked to him, those of his cases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from flows.decisions.evidence import REVIEW_PREFIX
from flows.publish import published_runs, read_manifest
from flows.report.csv_files import read_csv
from matching.identifiers import keyed_id
from matching.sql import quoted

_SURE = 8  # characters from which an id means its bearer wherever it stands, and not a count or a house number


@dataclass(frozen=True)
class Person:
    """`persons`: ids in the register and numbers; `records`: partner's ids linked to him; `cases`: of his mismatches and reviews."""

    persons: frozenset[str]
    records: frozenset[str]
    cases: frozenset[str]

    @cached_property
    def ids(self) -> frozenset[str]:
        """All of them."""
        return self.persons | self.records | self.cases

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What finds those ids that are unmistakable inside any text; None if none is."""
        sure = sorted(id_ for id_ in self.ids if len(id_) >= _SURE)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sure))})(?!\w)") if sure else None


def find_person(root: Path, key: bytes, given: str) -> Person:
    """Everything that the published runs in `root` know `given` by: the register's id of a resident, or one of his numbers."""
    persons, records, cases = {given}, set[str](), set[str]()
    runs = published_runs(root)
    with duckdb.connect() as con:
        for _ in range(2):  # a number that one run knows leads to the id by which another knows him
            for run in runs:
                persons |= _same_person(con, run, persons)
        for run in runs:
            linked = _linked(con, run, persons)
            records |= {record for record, _ in linked}
            cases |= {case for _, case in linked if case}
            source = read_manifest(run)["configuration"]["partner"]["source"]
            cases |= {keyed_id(key, REVIEW_PREFIX, source, record) for record, _ in linked}
    return Person(frozenset(persons), frozenset(records), frozenset(cases))


def _same_person(con: duckdb.DuckDBPyConnection, run: Path, known: Iterable[str]) -> set[str]:
    return _of_tables(con, run, list(known)) | _of_lists(run, set(known))


def _of_tables(con: duckdb.DuckDBPyConnection, run: Path, known: list[str]) -> set[str]:
    folder = run / "tables" / "std_register"
    if not folder.is_dir():
        return set()
    query = f"""SELECT person_id, lpad(id12::VARCHAR, 12, '0'), lpad(id9::VARCHAR, 9, '0') FROM read_parquet({quoted(folder / "*.parquet")})
        WHERE list_contains($known, person_id) OR list_contains($known, lpad(id12::VARCHAR, 12, '0'))
            OR list_contains($known, lpad(id9::VARCHAR, 9, '0'))"""
    return {value for row in con.execute(query, {"known": known}).fetchall() for value in row if value}


def _of_lists(run: Path, known: set[str]) -> set[str]:
    """The number beside an id, and the id beside a number, in the lists that stay when the tables are dropped."""
    found: set[str] = set()
    delimiter = read_manifest(run)["configuration"]["report"]["delimiter"]
    for path, pairs in (
        (run / "clerical_review.csv", [(f"candidate_{n}_person_id", f"candidate_{n}_number") for n in (1, 2, 3)]),
        (run / "mismatches.csv", [("mismatch_id", "number_register")]),
    ):
        if not path.is_file():
            continue
        mismatches = _mismatches(run, known) if path.name == "mismatches.csv" else {}
        lines = read_csv(path, delimiter)
        header = next(lines)
        for cells in lines:
            row = dict(zip(header, (value.removeprefix("'") for value in cells), strict=False))
            for left, right in pairs:
                id_ = mismatches.get(row[left], row[left]) if mismatches else row[left]
                numbers = row[right].split("; CMND ")  # a resident's new number and the old one beside it
                if ({id_, *numbers} & known and path.name != "mismatches.csv") or id_ in known:
                    found |= {value for value in (id_, *numbers) if value}
    return found


def _mismatches(run: Path, known: set[str]) -> dict[str, str]:
    """Mismatch id -> resident, of the residents that are known."""
    query = f"""SELECT mismatch_id, person_id FROM read_parquet({quoted(run / "links.parquet")})
        WHERE list_contains($known, person_id) AND mismatch_id IS NOT NULL"""
    with duckdb.connect() as con:
        return dict(con.execute(query, {"known": sorted(known)}).fetchall())


def _linked(con: duckdb.DuckDBPyConnection, run: Path, persons: Iterable[str]) -> list[tuple[str, str | None]]:
    file = run / "links.parquet"
    if not file.is_file():
        return []
    query = f"SELECT record_id, mismatch_id FROM read_parquet({quoted(file)}) WHERE list_contains($persons, person_id) ORDER BY 1"
    return con.execute(query, {"persons": sorted(persons)}).fetchall()
