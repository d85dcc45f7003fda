"""Why a resident was not linked: one small world for each reason, and the numbers are those of the run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matching.comparisons import COMPARISONS
from matching.engine import Limits, connect, view
from matching.model import load_model
from matching.told import Said, said_of
from matching.why import TABLES, VERDICTS, WhyNot, why_not
from tests.matching.small_world import PARTNER, run_stages, strangers

HOME = "Số 12 phố Trúc Bạch, Phường Ba Đình, Thành phố Hà Nội"
BINH = {
    "person_id": "P1",
    "id_number": "001085012345",
    "full_name": "Nguyễn Văn Bình",
    "birth_date": "02/03/1985",
    "sex": "Nam",
    "permanent_address": HOME,
}
HANH = {
    "person_id": "P2",
    "id_number": "001187012345",
    "full_name": "Trần Thị Hạnh",
    "birth_date": "02/03/1987",
    "sex": "Nữ",
    "permanent_address": HOME,
}
TWIN = {**BINH, "person_id": "P3", "id_number": "001085054321"}
FAR = {**BINH, "person_id": "P4", "id_number": "038085012399", "permanent_address": "Thôn 3, Xã Hoằng Hóa, Tỉnh Thanh Hóa"}
RECORDS: list[dict[str, Any]] = [
    {"record_id": "K1", "holder_name": "Nguyễn Văn Bình", "id_number": "001085012345", "address": "12 Trúc Bạch, phường Ba Đình, Hà Nội"},
    {"record_id": "K2", "holder_name": "Nguyễn Văn Bình", "address": "12 Trúc Bạch, phường Ba Đình, Hà Nội"},
    {"record_id": "K3", "holder_name": "Đặng Thị Thoa", "id_number": "001187012345", "address": "Thôn 5, xã Hoằng Hóa, Thanh Hóa"},
    {"record_id": "K4", "holder_name": "Công ty TNHH Trúc Bạch", "id_number": "0101234567", "address": HOME},
]
EXPECTED = {
    ("K1", "P1"): ("linked", "number"), ("K1", "P3"): ("certain", None), ("K1", "P2"): ("certain", None),
    ("K1", "S00001"): ("not_proposed", None),
    ("K2", "P1"): ("gap", "door"), ("K2", "P3"): ("gap", "door"), ("K2", "P4"): ("outweighed", "name_country"),
    ("K2", "P2"): ("other_person", "door"), ("K3", "P2"): ("number_only", "number"), ("K4", "P1"): ("out_of_scope", None),
}  # fmt: skip


@dataclass(frozen=True)
class World:
    paths: dict[str, Path]

    def ask(self, record: str, person: str, prior: int = 0) -> WhyNot:
        tables = {name: self.paths[name] for name in TABLES}
        with connect(Limits("1GB", 1, self.paths["std_name"].parent / "spill")) as con:
            return why_not(con, tables, record, person, load_model("electricity"), PARTNER.minimum_age or 0, prior)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(run_stages(tmp_path_factory.mktemp("why"), [BINH, HANH, TWIN, FAR, *strangers()], RECORDS))


@pytest.mark.parametrize(("record", "person"), EXPECTED)
def test_the_reason(record: str, person: str, world: World) -> None:
    found = world.ask(record, person)
    assert (found.verdict, found.proposed_by) == EXPECTED[record, person]


def test_what_people_said_is_the_reason(tmp_path: Path) -> None:
    told = [("K1", "P1", "other"), ("K2", "P3", "same")]
    paths = run_stages(tmp_path, [BINH, HANH, TWIN, FAR, *strangers()], RECORDS, told=told)
    verdicts = paths["link_decisions"] / "part-0000.parquet"
    with connect(Limits("1GB", 1, tmp_path / "spill")) as con:

        def ask(record: str, person: str) -> str:
            found = why_not(
                con,
                {name: paths[name] for name in TABLES},
                record,
                person,
                load_model("electricity"),
                18,
                0,
                said_of(con, verdicts, record),
            )
            return found.verdict

        for name in TABLES:
            view(con, name, paths[name])
        assert said_of(con, verdicts, "K1") == (Said("P1", "other", True),)
        assert said_of(con, verdicts, "K2") == (Said("P3", "same", True),)
        assert said_of(con, verdicts, "K3") == said_of(con, tmp_path / "none.parquet", "K1") == ()
        asked = {pair: ask(*pair) for pair in (("K1", "P1"), ("K2", "P3"), ("K2", "P1"), ("K3", "P2"))}
    assert asked == {("K1", "P1"): "told", ("K2", "P3"): "linked", ("K2", "P1"): "told_other", ("K3", "P2"): "number_only"}


def test_a_verdict_of_this_run_waits_for_the_next(world: World, tmp_path: Path) -> None:
    rows = [{"record_id": record, "person_id": "P1", "verdict": verdict} for record, verdict in (("K1", "other"), ("K2", "same"))]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "v.parquet")
    with connect(Limits("1GB", 1, tmp_path / "spill")) as con:
        for name in TABLES:
            view(con, name, world.paths[name])
        for row in rows:
            assert said_of(con, tmp_path / "v.parquet", row["record_id"]) == (Said("P1", row["verdict"], False),)


def test_every_reason_has_words() -> None:
    assert {verdict for verdict, _ in EXPECTED.values()} <= set(VERDICTS)
    assert all(vi and en for vi, en in VERDICTS.values())


def test_which_keys_differ(world: World) -> None:
    said = {rule.rule: rule for rule in world.ask("K1", "P2").rules}
    assert said["number"].differ == ("id12",) and said["old_number"].unknown == ("id9",)
    assert said["door"].agree == ("door",)  # K1 is certain: no other rule was asked
    assert (said["name_commune"].agree, said["name_commune"].differ) == (("commune",), ("key_sorted",))
    assert said["name_birth"].unknown == ("birth",)
    assert said["door_province"].differ[-1:] == ("no_commune",)  # that rule is for records without a commune


def test_the_weights_are_those_of_the_run(world: World) -> None:
    with connect(Limits("1GB", 1, world.paths["std_name"].parent / "spill")) as con:
        for name in TABLES:
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{world.paths[name]}/*.parquet')")
        joined = "SELECT c.*, record_id, person_id FROM candidates c JOIN std_partner USING (l) JOIN std_register USING (r)"
        kept = con.execute(joined).to_arrow_table().to_pylist()
    assert len(kept) > 4
    for row in kept:
        weights = {name: row[f"weight_{name}"] for name in COMPARISONS}
        prior = row["match_weight"] - sum(weights.values())
        found = world.ask(row["record_id"], row["person_id"], prior)
        assert found.weights == weights and found.weight == row["match_weight"]
        assert found.levels == {name: row[f"gamma_{name}"] for name in COMPARISONS}
        assert found.proposed_by == row["match_key"] and found.probability == float(row["match_probability"])
        rivals = {one["person_id"]: one["match_weight"] for one in kept if one["record_id"] == row["record_id"]}
        assert found.best == max(rivals.values()) == rivals[str(found.best_person)]
    assert world.ask("K1", "S00001").probability is None, "a pair that was not kept has none"


def test_unknown_ids(world: World) -> None:
    for record, person in (("K9", "P1"), ("K1", "P9")):
        with pytest.raises(KeyError, match="9"):
            world.ask(record, person)
