"""By which ids a resident can be found in the files of the kept runs: his own, those of records linked to him, those of his cases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flows.decisions.evidence import REVIEW_PREFIX
from flows.erase.look import looking
from flows.erase.residents import Residents, known_by_run, written
from flows.erase.unread import Unread
from flows.publish import published_runs, read_manifest
from matching.errors import ConfigError, Problem
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


def residents_of(runs: Iterable[Path], given: str) -> Residents:
    """Who in the register `given` (an id or a number) means in the published `runs`: ids with their numbers; none if no run knows.

    An id goes before a number. ConfigError if one run knows several residents by the number: only an id can tell them apart.
    """
    known, found = written(given), dict[str, set[str]]()
    for _ in range(2):  # the id by which one run knows a number leads to further numbers in another
        for run in runs:
            there = known_by_run(run, known)
            mine = {id_: numbers for id_, numbers in there.items() if id_ in known}
            for id_, numbers in (mine or one_of(there, given)).items():
                found.setdefault(id_, set()).update(numbers)
                known |= {id_, *numbers}
    return found


def one_of(found: Residents, given: str) -> Residents:
    """The resident whose id `given` is, else the only one there is; ConfigError if several are found by a number."""
    if given in found:
        return {given: found[given]}
    if len(found) > 1:
        told = f"số này là của {len(found)} cư dân / this number is that of {len(found)} residents"
        raise ConfigError(Problem("--person", told, "mã cư dân / the register's id of one of them"))
    return found


def find_person(root: Path, key: bytes, persons: frozenset[str], unread: Unread) -> Person:
    """Everything that the published runs in `root` know by the ids and numbers `persons`: the records linked to them, and their cases."""
    records, cases = set[str](), set[str]()
    for run in published_runs(root):
        with unread.reading(run / "links.parquet"):
            linked = _linked(run, persons)
            source = read_manifest(run)["configuration"]["partner"]["source"]
            records |= {record for record, _ in linked}
            cases |= {case for _, case in linked if case}
            cases |= {keyed_id(key, REVIEW_PREFIX, source, record) for record, _ in linked}
    return Person(persons, frozenset(records), frozenset(cases))


def _linked(run: Path, persons: Iterable[str]) -> list[tuple[str, str | None]]:
    file = run / "links.parquet"
    if not file.is_file():
        return []
    query = f"SELECT record_id, mismatch_id FROM read_parquet({quoted(file)}) WHERE list_contains($persons, person_id) ORDER BY 1"
    with looking(run) as con:
        return con.execute(query, {"persons": sorted(persons)}).fetchall()
