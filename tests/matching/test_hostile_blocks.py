"""Keys that too many share: they cost little, what was left out is said, and nobody is linked for want of anybody better."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from matching.block import NUMBER_RULES, RULES
from matching.keys import Rows
from matching.propose import _asked
from matching.slips import slips_of
from tests.matching.small_world import decisions, run_stages

RESIDENTS, RECORDS = 3_000, 1_000
BUDGET = 200  # pairs a record from which the gate warns
NAME = "Nguyễn Văn Hùng"
DOORS = 60  # people of one name behind each of them: more than one, fewer than the cap
CAPS = {rule.name: rule.cap for rule in (*NUMBER_RULES, *RULES)}
GIVEN = (
    "An",
    "Bảo",
    "Cường",
    "Dũng",
    "Giang",
    "Hà",
    "Khoa",
    "Lan",
    "Minh",
    "Nam",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Tâm",
    "Vinh",
    "Xuân",
    "Yến",
)


def _resident(n: int, address: str) -> dict[str, str]:
    return {
        "person_id": f"P{n:05d}", "full_name": NAME, "birth_date": f"{n % 28 + 1:02d}/04/{1950 + n % 50}", "sex": "Nam",
        "household_id": f"H{n}", "permanent_address": address,
    }  # fmt: skip


def _record(n: int, address: str) -> dict[str, str]:
    return {"record_id": f"K{n:05d}", "holder_name": NAME, "address": address, "contract_date": "05/06/2024"}


def _hamlet(_: int) -> str:
    return "Thôn 1, Xã Quỳnh Lưu, Tỉnh Nghệ An"


def _house(n: int) -> str:
    return f"Số {n % DOORS + 1} đường Lê Lợi, Xã Quỳnh Lưu, Tỉnh Nghệ An"


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], float]:
    """Everybody bears one name in one hamlet without house numbers."""
    return _linked(tmp_path_factory.mktemp("hamlet"), _hamlet)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], float]:
    """Everybody bears one name in one street, fifty of them behind each door."""
    return _linked(tmp_path_factory.mktemp("street"), _house)


def _linked(folder: Path, address: Callable[[int], str]) -> tuple[dict[str, Path], float]:
    started = time.process_time()
    paths = run_stages(folder, [_resident(n, address(n)) for n in range(RESIDENTS)], [_record(n, address(n)) for n in range(RECORDS)])
    return paths, time.process_time() - started


def _rules(paths: dict[str, Path]) -> dict[str, dict[str, Any]]:
    rows = pq.read_table(paths["pair_counts"]).to_pylist()
    return {row["key"]: row for row in rows if row["kind"] == "rule"}


def test_a_hamlet_of_one_name_costs_nothing_and_says_so(hamlet: tuple[dict[str, Path], float]) -> None:
    rules = _rules(hamlet[0])
    assert sum(rule["pairs"] for rule in rules.values()) == 0
    for name in ("name_commune", "part_locality", "regional_commune", "name_province", "name_country"):
        assert rules[name]["capped_keys"] >= 1, name
        assert rules[name]["capped_pairs"] >= RECORDS * RESIDENTS, name
    assert {found["decision"] for found in decisions(hamlet[0]).values()} == {"not_found"}


def test_a_street_of_one_name_stays_within_the_budget_and_links_nobody(street: tuple[dict[str, Path], float]) -> None:
    rules = _rules(street[0])
    assert 0 < sum(rule["pairs"] for rule in rules.values()) <= BUDGET * RECORDS
    assert rules["door"]["pairs"] == RECORDS * RESIDENTS // DOORS
    assert rules["door"]["capped_keys"] == 0
    assert rules["name_commune"]["capped_keys"] == 1
    found = decisions(street[0]).values()
    assert {answer["decision"] for answer in found} <= {"ambiguous", "not_found"}
    assert all(answer["person"] is None for answer in found)


def test_who_fits_equally_well_is_listed(street: tuple[dict[str, Path], float]) -> None:
    """A reader of an ambiguous record sees people of its door, and of no other."""
    listed = [(record, answer["candidates"]) for record, answer in decisions(street[0]).items() if answer["decision"] == "ambiguous"]
    assert listed
    for record, candidates in listed:
        assert len(candidates) > 1
        assert {int(person[1:]) % DOORS for person in candidates} == {int(record[1:]) % DOORS}


@pytest.mark.parametrize("world", ["hamlet", "street"])
def test_no_time_is_lost(world: str, request: pytest.FixtureRequest) -> None:
    """Three million pairs of one name would take minutes of a processor, none of them a few seconds."""
    assert request.getfixturevalue(world)[1] < 60


NUMBER = "040085012345"


@pytest.mark.parametrize("owners", [1, CAPS["number"], CAPS["number"] + 1])
def test_one_number_on_everything(tmp_path: Path, owners: int) -> None:
    """A number that a clerk typed for want of any, on every record, and on residents by the dozen."""
    register = [
        {**_resident(n, f"Số {n} đường Lê Lợi, Xã Quỳnh Lưu, Tỉnh Nghệ An"), **({"id_number": NUMBER} if n < owners else {})}
        for n in range(500)
    ]
    partner = [
        {**_record(n, "Tỉnh Nghệ An"), "holder_name": f"Trần Văn {GIVEN[n % len(GIVEN)]}", "id_number": NUMBER} for n in range(RECORDS)
    ]
    paths = run_stages(tmp_path, register, partner)
    rule = _rules(paths)["number"]
    over = owners > CAPS["number"]
    assert (rule["pairs"], rule["capped_keys"], rule["capped_pairs"]) == ((0, 1, RECORDS * owners) if over else (RECORDS * owners, 0, 0))
    assert {answer["decision"] for answer in decisions(paths).values()} == ({"not_found"} if over else {"review"})


def test_a_budget_is_kept_however_small_the_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Many keys below the cap cost as much as one above it: the largest are left out, and said to be."""
    monkeypatch.setattr("matching.block.AT_LEAST", 2_000)
    monkeypatch.setattr("matching.block.PER_RECORD", 0)
    register = [_resident(n, _house(n)) for n in range(600)]
    rules = _rules(run_stages(tmp_path, register, [_record(n, _house(n)) for n in range(500)]))
    assert sum(rule["pairs"] for rule in rules.values()) <= 2_000
    assert rules["door"]["capped_pairs"] + rules["door"]["pairs"] == 500 * 600 // DOORS


@pytest.mark.parametrize("over", [0, 1])
def test_the_cap_is_the_last_size_that_is_compared(tmp_path: Path, over: int) -> None:
    bearers = CAPS["door"] + over
    register = [_resident(n, _house(0)) for n in range(bearers)]
    rules = _rules(run_stages(tmp_path, register, [_record(0, _house(0))]))
    assert rules["door"]["capped_keys"] == over
    assert rules["door"]["capped_pairs"] == over * bearers


def test_a_number_that_several_ways_lead_to_is_asked_for_once() -> None:
    """A digit put in beside its like, or one of two alike dropped, gives one number in several ways."""
    numbers, of = slips_of(np.array([123, 1113]), np.array([3, 4]), 4)
    rows = Rows(of, {"id12": (numbers, np.arange(len(of)))})
    keys, records = _asked(NUMBER_RULES[0], rows, {0: np.flatnonzero(numbers)})
    asked = list(zip(keys.tolist(), records.tolist(), strict=True))
    assert asked == sorted(set(asked)) and len(asked) < len(numbers)
    assert {int(record) for record in records} == {0, 1}
    assert len(asked) == len(set(zip(numbers[numbers != 0].tolist(), of[numbers != 0].tolist(), strict=True)))
