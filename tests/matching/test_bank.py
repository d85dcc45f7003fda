"""Another source, other fields, the same spine: bank customers have birth dates and no address, and a model of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from matching.model import DEFAULT, load_model
from matching.sources import source
from tests.matching.bank_world import make_bank
from tests.matching.linked_world import linked as linked_world

BANK = source("bank")
PEOPLE, SEED = 2_500, 77  # the model that ships was trained on another seed
LINKED = ("consistent", "mismatch")


@dataclass(frozen=True)
class Linked:
    """The links of the bank's records, the truth, and the tables."""

    links: list[dict[str, object]]
    truth: dict[str, str]
    paths: dict[str, Path]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    folder = tmp_path_factory.mktemp("bank")
    truth = make_bank(folder / "world", PEOPLE, SEED)
    paths = linked_world(folder, BANK, "customers.csv")
    return Linked(pq.read_table(paths["links"]).to_pylist(), truth, paths)


def test_precision_and_recall(linked: Linked) -> None:
    found = {link["record_id"]: link for link in linked.links}
    links = {record for record, link in found.items() if link["outcome"] in LINKED}
    right = sum(found[record]["person_id"] == linked.truth[str(record)] for record in links)
    findable = sum(bool(person) for person in linked.truth.values())
    assert len(linked.links) == len(linked.truth) and findable > 400
    assert right / len(links) >= 0.995 and right / findable >= 0.97


def test_birth_dates_do_the_work(linked: Linked) -> None:
    candidates = pq.read_table(linked.paths["candidates"]).to_pylist()
    best = [row for row in candidates if row["rank"] == 1]
    assert {row["gamma_place"] for row in candidates} == {"null"}
    assert {row["gamma_birth"] for row in best} >= {"exact", "year_only", "swapped", "close"}
    assert {row["match_key"] for row in best} >= {"name_country", "name_birth"}  # in a small register nearly every name is rare
    told = [row for row in best if row["gamma_number"] == "null" and row["gamma_birth"] == "exact" and row["match_probability"] > 0.95]
    assert len(told) > 100


def test_what_a_bank_is_told(linked: Linked) -> None:
    rows = pq.read_table(linked.paths["findings"]).to_pylist()
    assert {row["severity"] for row in rows if row["finding"] == "BIRTH_DATE_DIFFERS" and row["level"] == "year_only"} == {"review"}
    found = Counter(row["finding"] for row in rows)
    assert found["BIRTH_DATE_DIFFERS"] > 10 and found["ID_MISSING"] > 100
    assert not found["RESIDENCE_ELSEWHERE"] and not found["ADDRESS_UNREADABLE"]


def test_a_model_of_its_own() -> None:
    bank = load_model("bank")
    assert bank.name == "bank"
    assert len({bank.sha256, load_model("electricity").sha256, load_model(DEFAULT).sha256}) == 3
