"""Another source, other fields, the same spine: bank customers have birth dates and no address, and a model of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.ingest import InputOptions, ingest
from matching.decide import Thresholds
from matching.engine import Limits, connect
from matching.findings.stage import FindSettings, find
from matching.link import LinkSettings, decide_links, find_candidates
from matching.model import DEFAULT, load_model
from matching.sources import source
from matching.standardise.stage import StandardiseSettings, standardise
from matching.tables import TABLES
from tests.matching.bank_world import make_bank
from tests.matching.small_world import AS_OF, REGISTER

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
    paths = {name: folder / name for name in (*TABLES, "raw_register", "raw_partner", "quarantine_register", "quarantine_partner")}
    scratch = folder / "scratch"
    scratch.mkdir()
    for side, declared, file in (("register", REGISTER, "register.csv"), ("partner", BANK, "customers.csv")):
        options = InputOptions(base=folder / "world")
        ingest(declared, [folder / "world" / file], options, paths[f"raw_{side}"], paths[f"quarantine_{side}"], scratch)
    settings = LinkSettings(load_model("bank"), BANK, Thresholds(0.95, 0.5), 2)
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        standardise(con, {**paths, "scratch": scratch}, paths, StandardiseSettings(AS_OF, BANK, None, 1))
        find_candidates(con, {**paths, "scratch": scratch}, paths, settings)
        decide_links(con, paths, paths, settings)
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        there = {name: path for name, path in paths.items() if path.is_dir()}
        find(con, there, paths["findings"], paths["links"], FindSettings(as_of=date(2026, 10, 31), source=BANK, key=b"k" * 32, extract_provinces=()))
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
    found = Counter(row["finding"] for row in pq.read_table(linked.paths["findings"]).to_pylist())
    assert found["BIRTH_DATE_DIFFERS"] > 10 and found["ID_MISSING"] > 100
    assert not found["RESIDENCE_ELSEWHERE"] and not found["ADDRESS_UNREADABLE"]


def test_a_model_of_its_own() -> None:
    bank = load_model("bank")
    assert bank.name == "bank"
    assert len({bank.sha256, load_model("electricity").sha256, load_model(DEFAULT).sha256}) == 3
