"""Two written values and the level that they reach (tests/cases/comparisons.toml), read and compared as in a run."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.block import Pairs
from matching.compare import compare_pairs
from matching.comparisons import COMPARISONS, comparison
from matching.engine import Limits, connect, view
from matching.load import load_records, load_world
from matching.slips import slips_of
from matching.sources import source
from matching.standardise.stage import StandardiseSettings, standardise
from matching.tables import TABLES
from tests.matching.small_world import AS_OF, REGISTER, write_raw

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads((Path(__file__).parents[1] / "cases" / "comparisons.toml").read_text("utf-8"))
SOURCES = {"place": "electricity", "age": "electricity"}
SLIPS = ("slip", "old_slip")  # that two numbers are one slip apart is told by the blocking rule


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return {name: _reached(name, cases, tmp_path_factory.mktemp(name)) for name, cases in CASES.items()}


def _reached(name: str, cases: list[dict[str, Any]], folder: Path) -> list[str]:
    """The level of each case: records and residents with the same number are a pair."""
    partner = source(SOURCES.get(name, "bank"))
    paths = {table: folder / table for table in (*TABLES, "raw_register", "raw_partner")}
    write_raw(
        paths["raw_register"],
        REGISTER,
        [{"person_id": f"P{n:03d}", "full_name": "Lê Thị Ba", **case["b"]} for n, case in enumerate(cases)],
    )
    write_raw(
        paths["raw_partner"],
        partner,
        [{"record_id": f"K{n:03d}", "holder_name": "Lê Thị Ba", **case["a"]} for n, case in enumerate(cases)],
    )
    (folder / "scratch").mkdir()
    with connect(Limits("1GB", 1, folder / "spill")) as con:
        standardise(con, {**paths, "scratch": folder / "scratch"}, paths, StandardiseSettings(AS_OF, partner, None, 1))
        for table in ("std_name", "std_address", "std_register", "std_partner"):
            view(con, table, paths[table])
        world = load_world(con)
        records = load_records(con, world)
    everybody = np.arange(len(cases))
    slip = np.array([case["level"] in SLIPS for case in cases])
    pairs = Pairs(everybody, everybody, np.zeros(len(cases), np.int8), slip)
    levels = compare_pairs(world, records, pairs, partner.minimum_age or 0, prune=False).levels[name]
    return [comparison(name).level_names[int(level)] for level in levels]


@pytest.mark.parametrize(("name", "number"), [(name, number) for name, cases in CASES.items() for number in range(len(cases))])
def test_level(name: str, number: int, reached: dict[str, list[str]]) -> None:
    assert reached[name][number] == CASES[name][number]["level"], CASES[name][number]


def test_every_level_has_a_case() -> None:
    for name in COMPARISONS:
        missing = set(comparison(name).level_names) - {case["level"] for case in CASES[name]}
        # a record without a name is refused at ingest
        assert missing <= ({"null"} if name == "name" else set()), (
            name,
            missing,
        )


def test_slips_are_one_digit_away() -> None:
    """What the blocking rule takes for a slip of the numbers in the table."""
    for case in CASES["number"]:
        if case["level"] in SLIPS:
            written, known = (
                case["a"]["id_number"],
                case["b"]["id_number" if case["level"] == "slip" else "old_id_number"],
            )
            found, _ = slips_of(np.array([int(written)]), np.array([len(written)]), len(known))
            assert int(known) in found.tolist()
