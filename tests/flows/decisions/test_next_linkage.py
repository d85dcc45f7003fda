"""What the next linkage is told of pairs: the verdicts of the published run before it, while both sides are what they were."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.decisions.pairs import write_standing
from matching.engine import Limits, connect
from tests.flows.decisions.spreadsheet import Office
from tests.flows.decisions.test_decisions import decide


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with one run published."""
    made = Office(tmp_path)
    made.run()
    return made


def _told(office: Office, folder: Path, previous: Path | None) -> list[dict[str, Any]]:
    with connect(Limits("1GB", 1, folder / "spill")) as con:
        write_standing(con, office.inputs, office.settings.key, previous, folder / "standing")
    return pq.read_table(folder / "standing").to_pylist()


def test_nothing_before_the_first_run(office: Office, tmp_path: Path) -> None:
    assert _told(office, tmp_path, None) == []
    assert _told(office, tmp_path, office.runs[-1]) == []


def test_a_verdict_is_told_until_one_of_the_two_changes(office: Office, tmp_path: Path) -> None:
    decide(office, "not_same_person", "An")
    run = office.run()
    (told,) = _told(office, tmp_path, run)
    assert (told["person_id"], told["verdict"]) == ("R1", "other")
    office.change("std_register", "SELECT * REPLACE (CASE WHEN person_id = 'R1' THEN 1 ELSE id12 END AS id12) FROM t")
    assert _told(office, tmp_path, run) == []
