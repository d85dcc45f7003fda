"""The table of findings against the truth: shares of the linked, of all, and of all with what the review shows, ceilings, false alarms, each by hand."""

from __future__ import annotations

from math import isnan

import duckdb
import pytest

from matching.evaluate_findings import FindingsMeasured, measure_findings

# record, outcome of the truth and of the run, true person, linked person, whether it can be linked at all, true findings, findings said
ROWS = [
    ("1", "mismatch", "mismatch", "A", "A", True, "DECEASED|NAME_FORM", ["DECEASED", "NAME_FORM"]),
    ("2", "mismatch", "mismatch", "B", "B", True, "DECEASED", ["NAME_FORM"]),
    ("3", "mismatch", "review", "C", None, False, "DECEASED|ID_MISSING", ["ID_MISSING"]),
    ("4", "consistent", "mismatch", "D", "D", True, "", ["RESIDENCE_ELSEWHERE"]),
    ("5", "consistent", "consistent", "E", "E", True, "", []),
    ("6", "consistent", "mismatch", "F", "Z", True, "", ["DECEASED"]),
    ("8", "ambiguous", "mismatch", "G", "G", True, "ID_MISSING", ["ID_MISSING", "ID_INVALID", "DECEASED"]),
    ("7", "not_found", "not_found", None, None, False, "", ["ID_NOT_IN_REGISTER"]),
]


@pytest.fixture(scope="module")
def measured() -> FindingsMeasured:
    with duckdb.connect() as con:
        con.execute("""CREATE TABLE joined (record_id VARCHAR, true_outcome VARCHAR, outcome VARCHAR, true_person VARCHAR,
            person_id VARCHAR, reachable BOOLEAN, true_findings VARCHAR, findings VARCHAR[])""")
        con.executemany("INSERT INTO joined VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        con.execute("CREATE TABLE possible (record_id VARCHAR, person_id VARCHAR, finding VARCHAR)")
        at_review = [("3", "C", "DECEASED"), ("3", "C", "ID_MISSING"), ("3", "X", "NAME_FORM"), ("2", "X", "DECEASED")]
        con.executemany("INSERT INTO possible VALUES (?, ?, ?)", at_review)
        return measure_findings(con)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (
            "DECEASED",
            (3, 1, 33.33, 66.67, 66.67, 2, 1, 50.0, 0),
        ),  # record 6 is linked to another: no false alarm of the finding itself; record 3 is out of anybody's reach
        # Record 3 again: what stands on the record itself needs no link.
        ("ID_MISSING", (2, 2, 100.0, 100.0, 100.0, 1, 1, 100.0, 0)),
        ("ID_INVALID", (0, 0, None, None, None, 0, 0, None, 1)),  # of record 8, truly ambiguous, only this could be known to be wrong
        ("NAME_FORM", (1, 1, 100.0, 100.0, 100.0, 1, 1, 100.0, 1)),
        ("RESIDENCE_ELSEWHERE", (0, 0, None, None, None, 0, 0, None, 1)),
        ("ID_NOT_IN_REGISTER", (0, 0, None, None, None, 0, 0, None, 0)),
    ],
)
def test_row(finding: str, expected: tuple[object, ...], measured: FindingsMeasured) -> None:
    (row,) = measured.table[measured.table["finding"] == finding].astype(object).to_numpy().tolist()
    assert tuple(None if isinstance(value, float) and isnan(value) else value for value in row[1:]) == expected


def test_false_alarms_of_residence_are_counted_among_the_truly_consistent(measured: FindingsMeasured) -> None:
    assert (measured.consistent, measured.false_elsewhere, round(measured.false_share, 3)) == (3, 1, 0.333)
