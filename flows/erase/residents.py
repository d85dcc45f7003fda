"""Which residents a kept run knows by an id or a number: from its tables while it has them, and from the lists that stay."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.erase.look import looking
from flows.publish import read_manifest
from flows.report.csv_files import read_csv
from matching.sql import quoted

Residents = dict[str, set[str]]  # the register's id -> numbers, as digits

_DIGITS = re.compile(r"[0-9]{7,12}")
_SIGNS = re.compile(r"[\s.\-]")
_TORN = (OSError, ValueError, KeyError, csv.Error, duckdb.Error, pa.ArrowException)  # ValueError: no Unicode either
_WHO = "lpad(id12::VARCHAR, 12, '0'), lpad(id9::VARCHAR, 9, '0')"


def is_number(given: str) -> bool:
    """Whether somebody typed a number of 7 to 12 digits, blanks and dots left out of account."""
    return _DIGITS.fullmatch(_SIGNS.sub("", given)) is not None


def written(given: str) -> set[str]:
    """What somebody typed, and if it is a number, as the register has it: without blanks and dots, with its zeros."""
    digits = _SIGNS.sub("", given)
    if not is_number(given):
        return {given}
    return {given, digits, digits.zfill(9 if len(digits) <= 9 else 12)}


def known_by_run(run: Path, known: Iterable[str]) -> Residents:
    """The residents that the published run in folder `run` knows by one of `known`; a torn table or list tells of none."""
    found: Residents = {}
    for look in (_of_tables, _of_reviews, _of_mismatches):
        with contextlib.suppress(*_TORN):  # tables go as a whole; a list is read again when it is erased, and named then
            for id_, numbers in look(run, sorted(known)):
                found.setdefault(id_, set()).update(number for number in numbers if number)
    return found


def _of_tables(run: Path, known: list[str]) -> Iterator[tuple[str, Iterable[str]]]:
    folder = run / "tables" / "std_register"
    if folder.is_dir():
        query = f"""SELECT person_id, [{_WHO}] FROM read_parquet({quoted(folder / "*.parquet")})
            WHERE list_contains($known, person_id) OR list_has_any($known, [{_WHO}]) ORDER BY 1"""
        yield from _asked(run, query, known)


def _of_reviews(run: Path, known: list[str]) -> Iterator[tuple[str, Iterable[str]]]:
    """The candidates of the records that a person has to look at."""
    for row in _rows(run / "clerical_review.csv"):
        for place in (1, 2, 3):
            id_, numbers = row[f"candidate_{place}_person_id"], _numbers(row[f"candidate_{place}_number"])
            if id_ and {id_, *numbers} & set(known):
                yield id_, numbers


def _of_mismatches(run: Path, known: list[str]) -> Iterator[tuple[str, Iterable[str]]]:
    """The residents of the work list, whose ids stand in `links.parquet` beside those of the mismatches."""
    by_number = [row["mismatch_id"] for row in _rows(run / "mismatches.csv") if set(_numbers(row["number_register"])) & set(known)]
    query = f"""SELECT mismatch_id, [person_id] FROM read_parquet({quoted(run / "links.parquet")}) WHERE person_id IS NOT NULL
        AND mismatch_id IS NOT NULL AND (list_contains($known, person_id) OR list_contains($known, mismatch_id)) ORDER BY 1"""
    people = {mismatch: next(iter(person)) for mismatch, person in _asked(run, query, [*known, *by_number])}
    for row in _rows(run / "mismatches.csv") if people else ():
        if row["mismatch_id"] in people:
            yield people[row["mismatch_id"]], _numbers(row["number_register"])


def _asked(run: Path, query: str, known: list[str]) -> list[tuple[str, Iterable[str]]]:
    with looking(run) as con:
        return con.execute(query, {"known": known}).fetchall()


def _rows(file: Path) -> Iterator[dict[str, str]]:
    if not file.is_file():
        return
    lines = read_csv(file, read_manifest(file.parent)["configuration"]["report"]["delimiter"])
    header = next(lines)
    for cells in lines:
        yield dict(zip(header, (value.removeprefix("'") for value in cells), strict=False))


def _numbers(text: str) -> list[str]:
    return [number for number in text.split("; CMND ") if number]  # a resident's new number and the old one beside it
