"""The linkage on small worlds: what it says of each record of tests/cases/linkage.toml, and that order changes nothing."""

import random
import tomllib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from matching.engine import Limits, connect
from matching.findings.stage import INPUTS, FindSettings, find
from tests.matching.small_world import AS_OF, PARTNER, decisions, run_stages, strangers

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
    """From raw rows in any order to `links` and `findings`: the same content in the same order, byte by byte."""
    register = [{**person, "person_id": f"P{n}-{person['person_id']}"} for n, case in enumerate(CASES) for person in case["register"]]
    partner = [{"record_id": f"K{n:03d}", **case["record"]} for n, case in enumerate(CASES)]
    runs = []
    for number, (threads, memory, finding) in enumerate(((1, "1GB", "2GB"), (2, "1GB", "1GB"), (5, "250MB", "200MB"))):
        paths = run_stages(tmp_path / str(number), register, partner, threads=threads, memory=memory)
        with connect(Limits(finding, threads, tmp_path / "spill")) as con:
            find(con, {name: paths[name] for name in INPUTS}, paths["findings"], paths["links"], FindSettings(AS_OF, PARTNER, b"k" * 32))
        runs.append(paths)
        random.Random(number).shuffle(register)
        random.Random(number + 10).shuffle(partner)
    for name in ("candidates", "decided", "pair_counts", "links", "findings"):
        first, *others = ([part.read_bytes() for part in sorted(run[name].glob("*.parquet"))] for run in runs)
        assert others == [first] * len(others), name
        assert pq.read_table(runs[0][name]).num_rows > 0, name
