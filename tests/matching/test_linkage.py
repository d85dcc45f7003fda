"""The linkage on small worlds: what it says of each record of tests/cases/linkage.toml, and that order changes nothing."""

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.matching.small_world import decisions, run_stages, strangers

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "linkage.toml").read_text("utf-8"))["case"]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every case in a world of its own would need thousands of strangers each: they are run one by one, sharing nothing else."""
    found = []
    for number, case in enumerate(CASES):
        folder = tmp_path_factory.mktemp(f"case{number}")
        paths = run_stages(folder, [*case["register"], *strangers()], [{"record_id": "K1", **case["record"]}])
        found.append(decisions(paths)["K1"])
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["why"] for case in CASES])
def test_case(number: int, answers: list[dict[str, Any]]) -> None:
    expected = dict(CASES[number]["expect"])
    found = answers[number]
    assert (found["person"] or "") == expected.pop("person"), found
    assert {key: found[key] for key in expected} == expected, found


def test_order_threads_and_memory_change_no_byte(tmp_path: Path) -> None:
    register = [{**person, "person_id": f"P{n}-{person['person_id']}"} for n, case in enumerate(CASES) for person in case["register"]]
    partner = [{"record_id": f"K{n:03d}", **case["record"]} for n, case in enumerate(CASES)]
    first = run_stages(tmp_path / "a", register, partner, threads=1)
    random.Random(5).shuffle(register)
    random.Random(6).shuffle(partner)
    second = run_stages(tmp_path / "b", register, partner, threads=2, memory="250MB")
    for name in ("candidates", "decided", "pair_counts"):
        parts = [[part.read_bytes() for part in sorted(run[name].glob("*.parquet"))] for run in (first, second)]
        assert parts[0] == parts[1], name
