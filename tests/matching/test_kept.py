"""The columns that the linkage works on come back from their files as they were, and link as those that it makes itself."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from matching.decide import Thresholds
from matching.engine import Limits, connect, view
from matching.kept import KEPT, STANDARDISED, Kept, keep, kept
from matching.keys import Dictionary
from matching.link import LinkSettings, find_candidates
from matching.load import load_world, read_records
from matching.model import load_model
from tests.matching.small_world import PARTNER, run_stages, strangers

DOOR = "12 Lê Lợi, Xã Đất Mũi, Cà Mau"
PEOPLE = [
    {"person_id": "A1", "id_number": "001085000011", "full_name": "Nguyễn Thị Bình", "birth_date": "02/03/1985", "permanent_address": DOOR},
    {"person_id": "A2", "full_name": "Nguyễn Văn Hạnh", "other_name": "Nguyễn Hạnh", "permanent_address": "Ấp 3, Xã Đất Mũi, Cà Mau"},
    {"person_id": "A3", "full_name": "", "household_id": "H1", "permanent_address": ""},
]
RECORDS = [
    {"record_id": "P1", "holder_name": "NGUYEN THI BINH", "id_number": "001085000011", "address": DOOR},
    {"record_id": "P2", "holder_name": "Nguyễn Hạnh và Lữ Quyên", "address": "Ấp 3, Đất Mũi, Cà Mau"},
    {"record_id": "P3", "holder_name": "Công ty TNHH Đất Mũi", "address": ""},
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return run_stages(tmp_path_factory.mktemp("kept"), [*PEOPLE, *strangers(300)], RECORDS)


def opened(tables: dict[str, Path]) -> duckdb.DuckDBPyConnection:
    con = connect(Limits("1GB", 2, tables["std_name"].parent / "spill"))
    for name in STANDARDISED:
        view(con, name, tables[name])
    return con


def same_columns(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:  # type: ignore[type-arg]
    return set(one) == set(other) and all(one[name].dtype == other[name].dtype and np.array_equal(one[name], other[name]) for name in one)


def same_dictionary(one: Dictionary, other: Dictionary) -> bool:
    texts = all(
        one.texts[name].whole == text.whole and np.array_equal(one.texts[name].starts, text.starts) for name, text in other.texts.items()
    )
    ways = np.array_equal(one.start, other.start) and np.array_equal(one.count, other.count)
    return same_columns(one.columns, other.columns) and same_columns(one.keys, other.keys) and texts and ways


def test_they_come_back_as_they_were(tables: dict[str, Path], tmp_path: Path) -> None:
    with opened(tables) as con:
        made, records = load_world(con), read_records(con, "TRUE")
        keep(con, tables, tmp_path / "there", 2)
        found = kept(con, {**tables, KEPT: tmp_path / "there"}, 2)
    assert made.register.size > 300 and len(records["l"]) == 3
    assert same_dictionary(found.world.names, made.names) and same_dictionary(found.world.addresses, made.addresses)
    assert same_columns(found.world.register.people, made.register.people) and same_columns(found.records, records)
    for one, other in ((found.world.register.named, made.register.named), (found.world.register.living, made.register.living)):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_without_them_the_linkage_makes_its_own_and_leaves_nothing(tables: dict[str, Path], tmp_path: Path) -> None:
    settings = LinkSettings(load_model("electricity"), PARTNER, Thresholds(0.95, 0.5), 2)
    with opened(tables) as con:
        keep(con, tables, tmp_path / "there", 2)
        out = {name: tmp_path / name for name in ("candidates", "pair_counts")}
        find_candidates(con, {**tables, KEPT: tmp_path / "there"}, out, settings)
    for name in ("candidates", "pair_counts"):
        assert pq.read_table(tmp_path / name).equals(pq.read_table(tables[name]))
    assert pq.read_table(tables["candidates"]).num_rows >= 2
    assert not list((tables["std_name"].parent / "spill").glob("**/*.arrow"))


def test_buckets_are_stretches_of_the_records(tables: dict[str, Path]) -> None:
    with opened(tables) as con:
        world = kept(con, tables, 2).world
    for numbers, expected in (([0, 0, 2, 2, 2, 3], [(0, 0, 2), (2, 2, 5), (3, 5, 6)]), ([], [])):
        buckets = Kept(world, {"bucket": np.array(numbers, np.int32)}).buckets()
        assert [(bucket, rows.start, rows.stop) for bucket, rows in buckets] == expected
