"""Statuses and sexes as extracts write them: tests/cases/statuses.tsv, and a few words for the sex."""

import csv
from pathlib import Path

import pytest

from matching.standardise.categories import sex, status

with (Path(__file__).parents[2] / "cases" / "statuses.tsv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_status(case: dict[str, str]) -> None:
    assert status(case["text"]) == case["status"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Nam", "M"), ("NỮ", "F"), ("nu", "F"), ("N÷", "F"), ("Nöõ", "F"), ("Male", "M"), ("", None), (None, None), ("khác", None)],
)
def test_sex(text: str | None, expected: str | None) -> None:
    assert sex(text) == expected
