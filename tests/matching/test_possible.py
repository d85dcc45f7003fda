"""What a candidate would bring: the findings of a link, for each candidate that a review shows, and for nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from matching.findings.possible import find_possible
from matching.tables import POSSIBLE
from tests.matching.findings_world import write_world
from tests.matching.test_findings import WORLD, rows, settings

_DEAD = {"status": "deceased", "status_date": None}
_FAR = {"permanent": "far", "household": 2, "id12": 79080012346, "name": "Trần Thị Hòa"}
CASES: dict[int, dict[str, Any]] = {
    1: {"resident": _DEAD, "link": {"decision": "review"}},
    2: {"resident": _DEAD, "link": {}},
    3: {"resident": _DEAD, "link": {"decision": "not_found"}},
    4: {"resident": _FAR, "link": {"decision": "ambiguous", "place": "else", "name": "tone"}},
    5: {"resident": _DEAD, "record": {"place": "junk"}, "link": {"decision": "review", "place": "null", "candidate": False}},
    7: {"link": {"decision": "review"}, "records": [{"place": "home_again", "link": {}}, {"place": "far", "link": {"place": "else"}}]},
    8: {"link": {"decision": "review"}, "records": [{"place": "home_again", "link": {"decision": "review"}}]},
    6: {"record": {"place": "contradictory"}, "link": {"decision": "review", "place": "door"}},
}


@pytest.fixture(scope="module")
def possible(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder: Path = tmp_path_factory.mktemp("possible")
    with duckdb.connect() as con:
        inputs = write_world(con, folder, CASES, WORLD["places"])
        find_possible(con, inputs, folder / "possible", settings({}))
        records = sum(1 + len(case.get("records", [])) for case in CASES.values())
        assert con.execute("SELECT count(*) FROM std_partner").fetchall() == [(records,)], "the view of the records is as it was"
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet('{folder}/possible/*.parquet')").fetchall()
        assert [(row[0], row[1]) for row in described] == [(column.name, column.type) for column in POSSIBLE.columns]
        return rows(con, folder / "possible")


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        (1, {"DECEASED"}),
        (2, set()),
        (3, set()),
        (4, {"RESIDENCE_ELSEWHERE", "NAME_DIFFERS"}),
        (5, set()),
        (6, set()),
        (7, {"DUPLICATE_AT_PLACE"}),
        (8, set()),
    ],
)
def test_an_undecided_record_shows_what_a_link_would_bring(possible: list[dict[str, Any]], case: int, codes: set[str]) -> None:
    """Linked, not found and without a candidate: nothing. What the record carries anyway (a contradiction) is not said again.

    A linked record of the household at the door makes it a duplicate (7), one that is undecided itself does not (8).
    """
    mine = [row for row in possible if row["record_id"].startswith(f"{case:03}-") and row["severity"] != "benign"]
    assert {row["finding"] for row in mine} == codes
    assert {(row["place"], row["person_id"]) for row in mine} <= {(1, f"{case:03}-R0")}


def test_the_level_is_that_of_the_finding(possible: list[dict[str, Any]]) -> None:
    levels = {row["finding"]: row["level"] for row in possible if row["record_id"].startswith("004-")}
    assert levels["RESIDENCE_ELSEWHERE"] == "province" and levels["NAME_DIFFERS"] == "tone"
