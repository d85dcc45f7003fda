"""`doisoat audit-sample` on a published run: the sample, filled by a clerk who knows the truth, and read back."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.audit.answers import read_answers
from flows.audit.draw import HEADER
from flows.publish import run_folder
from matching.audit import OTHER, SAME, UNSURE
from matching.errors import InputRefused
from tests.conftest import Doisoat
from tests.flows.reconcile_world import SampleRun

pytestmark = pytest.mark.flow
Row = dict[str, str]


@pytest.fixture(scope="module")
def drawn(sample: SampleRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from flows.audit.draw import draw

    out = tmp_path_factory.mktemp("audit") / "audit.csv"
    draw(run_folder(sample.first), 120, 5, out)
    return out


def rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def filled(file: Path, out: Path, decide: Callable[[Row], str], by: str = "") -> Path:
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER)
        writer.writeheader()
        writer.writerows({**row, "decision": decide(row), "decided_by": by} for row in rows(file))
    return out


@pytest.fixture(scope="module")
def truth(sample: SampleRun) -> dict[str, str]:
    return {row["record_id"]: row["person_id"] for row in rows(sample.folder / "truth.csv")}


def test_the_sample_is_a_file_for_people(drawn: Path, sample: SampleRun) -> None:
    data = drawn.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 121 and drawn.stat().st_mode & 0o777 == 0o600
    found = rows(drawn)
    assert len({row["audit_id"] for row in found}) == len({(row["record_id"], row["person_id"]) for row in found}) == 120
    linked = {link["record_id"]: link["person_id"] for link in pq.read_table(sample.first / "links.parquet").to_pylist()}
    assert all((linked[row["record_id"]] == row["person_id"]) == (row["linked"] == "1") for row in found)
    strata = Counter(row["stratum"] for row in found)
    assert {name[0] for name in strata} >= {"A", "B", "C"} and all(
        count <= int(row["stratum_size"]) for row in found for count in [strata[row["stratum"]]]
    )
    assert all(row["name_register"] and row["instructions"] and row["huong_dan"] and not row["decision"] for row in found)


def test_same_seed_same_sample(drawn: Path, sample: SampleRun, tmp_path: Path, doisoat: Doisoat) -> None:
    for seed, same in ((5, True), (6, False)):
        out = tmp_path / f"{seed}.csv"
        done = doisoat("audit-sample", sample.first, "--size", "120", "--seed", str(seed), "--out", out)
        assert (done.code, done.err) == (0, "")
        assert (out.read_bytes() == drawn.read_bytes()) is same
    assert doisoat("audit-sample", sample.first, "--out", tmp_path / "5.csv").code == 2  # nobody's answers are overwritten


def test_answers_become_precision_and_recall(
    drawn: Path, sample: SampleRun, truth: dict[str, str], tmp_path: Path, doisoat: Doisoat
) -> None:
    file = filled(drawn, tmp_path / "an.csv", lambda row: SAME if truth.get(row["record_id"]) == row["person_id"] else OTHER)
    done = doisoat("audit-sample", sample.first, "--answers", file)
    assert (done.code, done.err) == (0, "")
    found = read_answers([file], run_folder(sample.first).name)
    links = [link for link in pq.read_table(sample.first / "links.parquet").to_pylist() if link["outcome"] in ("consistent", "mismatch")]
    right = sum(truth.get(link["record_id"]) == link["person_id"] for link in links)
    assert found.precision is not None and found.precision.low <= right / len(links) <= found.precision.high
    assert found.recall is not None and 0.8 < found.recall.low <= found.recall.high <= 1
    assert f"precision {found.precision.value:.4f}" in done.out and f"recall    {found.recall.value:.4f}" in done.out
    assert not [
        cell for row in rows(drawn) for cell in (row["name_partner"], row["record_id"], row["person_id"]) if cell and cell in done.out
    ]


def test_two_clerks(drawn: Path, sample: SampleRun, tmp_path: Path) -> None:
    ids = [row["audit_id"] for row in rows(drawn)]
    first = filled(drawn, tmp_path / "an.csv", lambda row: SAME, "An")
    second = filled(drawn, tmp_path / "binh.csv", lambda row: OTHER if row["audit_id"] in ids[:3] else "Same person", "Bình")
    found = read_answers([first, second], run_folder(sample.first).name)
    assert (found.both, found.contested, found.unanswered) == (120, 3, 0)
    assert sum(answer.unsure for answer in found.answers) == 3 and sum(answer.right for answer in found.answers) == 117
    assert found.kappa == pytest.approx(0)  # one of them always says the same: agreement is what chance gives


def test_half_filled(drawn: Path, sample: SampleRun, tmp_path: Path) -> None:
    found = read_answers(
        [filled(drawn, tmp_path / "x.csv", lambda row: UNSURE if row["linked"] == "1" else "")], run_folder(sample.first).name
    )
    assert found.precision is None and found.unanswered > 0


@pytest.mark.parametrize(("damage", "says"), [
    ({"run_id": "0007-2020-01-01"}, "another run's, or none; expected '0001-2026-10-31'"), ({"decision": "maybe"}, "not understood"),
    ({"stratum_size": "1e3"}, "as they were drawn"), ({"linked": ""}, "as they were drawn"),
])  # fmt: skip
def test_wrong_files_are_told(damage: Row, says: str, drawn: Path, sample: SampleRun, tmp_path: Path) -> None:
    out = tmp_path / "wrong.csv"
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER)
        writer.writeheader()
        writer.writerow({**rows(drawn)[0], **damage})
    with pytest.raises(InputRefused, match=says):
        read_answers([out], run_folder(sample.first).name)
    (tmp_path / "no.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputRefused, match="no columns"):
        read_answers([tmp_path / "no.csv"], run_folder(sample.first).name)
