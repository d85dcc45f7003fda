"""What people said of a record and a resident is heeded by the linkage: never linked again, or linked whatever the weights say."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.matching.small_world import Verdicts, decisions, run_stages, strangers

HOUSE = "Số 12 phố Trúc Bạch, Phường Ba Đình, Thành phố Hà Nội"
REGISTER = [
    {"person_id": "P1", "id_number": "001085012345", "full_name": "Nguyễn Văn Bình", "permanent_address": HOUSE},
    {
        "person_id": "P2",
        "id_number": "001085012346",
        "full_name": "Nguyễn Văn Bình",
        "permanent_address": "Phường Tây Hồ, Thành phố Hà Nội",
    },
    {"person_id": "P3", "id_number": "001187012347", "full_name": "Trần Thị Hạnh", "permanent_address": "Xã Đông Anh, Thành phố Hà Nội"},
]
PARTNER = [
    {"record_id": "K1", "holder_name": "Nguyễn Văn Bình", "id_number": "001085012345", "address": HOUSE},
    {"record_id": "K2", "holder_name": "Nguyễn Văn Bình", "address": "Hà Nội"},
]


def _run(folder: Path, told: Verdicts) -> dict[str, dict[str, Any]]:
    return decisions(run_stages(folder, [*REGISTER, *strangers()], PARTNER, told=told))


@pytest.mark.parametrize(
    ("told", "record", "decision", "person", "candidates"),
    [
        ((), "K1", "linked", "P1", ["P1"]),
        ((("K1", "P1", "other"),), "K1", "not_found", None, []),
        ((("K1", "P3", "other"),), "K1", "linked", "P1", ["P1"]),
        ((), "K2", "ambiguous", None, ["P1", "P2"]),
        ((("K2", "P1", "other"),), "K2", "linked", "P2", ["P2"]),
        ((("K2", "P1", "same"),), "K2", "linked", "P1", ["P1"]),
        ((("K2", "P3", "same"),), "K2", "linked", "P3", ["P3"]),
        ((("K2", "P1", "other"), ("K2", "P2", "other")), "K2", "not_found", None, []),
        ((("K9", "P1", "same"), ("K2", "P9", "other")), "K2", "ambiguous", None, ["P1", "P2"]),
    ],
)
def test_verdict(tmp_path: Path, told: Verdicts, record: str, decision: str, person: str | None, candidates: list[str]) -> None:
    found = _run(tmp_path, told)[record]
    assert (found["decision"], found["person"], found["candidates"]) == (decision, person, candidates), found


def test_whom_no_rule_would_bring_is_said_to_come_from_a_person(tmp_path: Path) -> None:
    paths = run_stages(tmp_path, [*REGISTER, *strangers()], PARTNER, told=[("K2", "P3", "same")])
    assert decisions(paths)["K2"]["match_key"] == "told"
    assert {row["key"]: row["pairs"] for row in pq.read_table(paths["pair_counts"]).to_pylist() if row["kind"] == "rule"}["told"] == 1
