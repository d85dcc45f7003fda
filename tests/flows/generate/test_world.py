"""The world as a whole: the same every time, as dense as the country, and true in what it says of itself."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.generate import generate_world
from flows.generate.letters import fold
from flows.generate.papers import NOTHING
from flows.generate.places import layout
from flows.generate.sample import BANK_FILES, FILES, write_sample
from flows.generate.sample import PEOPLE as PEOPLE_OF_SAMPLE
from flows.generate.sample import SEED as SEED_OF_SAMPLE
from flows.generate.truth import BENIGN, SEVERE
from flows.generate.units import AS_OF, PEOPLE_A_COMMUNE, communes, how_many
from matching.findings import BY_CODE
from matching.standardise.admin_units import Gazetteer

SAMPLE = Path(__file__).parents[3] / "sample_data"
PEOPLE = 9_000
Rows = list[dict[str, str]]


def rows(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Rows:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("world")
    generate_world(PEOPLE, 11, folder)
    yield folder


@pytest.fixture(scope="module")
def register(world: Path) -> Rows:
    return rows(world / "register.csv")


@pytest.fixture(scope="module")
def contracts(world: Path) -> Rows:
    return rows(world / "contracts.csv", "utf-8-sig", ";")


@pytest.fixture(scope="module")
def truth(world: Path) -> Rows:
    return rows(world / "truth.csv")


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        generate_world(1_200, seed, tmp_path / folder)
    for name in FILES:
        first, second, other = ((tmp_path / folder / name).read_bytes() for folder in "abc")
        assert first == second
        assert name == "run.toml" or first != other


def test_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate_world(1_200, 5, tmp_path / "one")
    monkeypatch.setattr("flows.generate.world.ALONE", 1)
    generate_world(1_200, 5, tmp_path / "several")
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "several" / name).read_bytes() for name in FILES)


def test_the_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    for name in (*FILES, *BANK_FILES):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), f"{name}: make the sample again, or undo the change"


def test_an_old_street_changes_its_own_contracts_and_nothing_else(tmp_path: Path) -> None:
    generate_world(PEOPLE_OF_SAMPLE, SEED_OF_SAMPLE, tmp_path)
    assert (tmp_path / "register.csv").read_bytes() == (SAMPLE / "register.csv").read_bytes()
    pairs = list(zip(rows(tmp_path / "contracts.csv", "utf-8-sig", ";"), rows(SAMPLE / "contracts.csv", "utf-8-sig", ";"), strict=True))
    changed = [now for before, now in pairs if now != before]
    address = "Địa chỉ sử dụng điện"
    assert 10 <= len(changed) <= 20 and all("hàng đẫy" in now[address].lower() or "hang day" in now[address].lower() for now in changed)
    assert all({**now, address: ""} == {**before, address: ""} for before, now in pairs)
    told = {row["record_id"]: (row["outcome"], row["address_level"]) for row in rows(SAMPLE / "truth.csv")}
    assert {told[now["Mã khách hàng"]] for now in changed} == {("mismatch", "street")}


def test_the_sample_shows_every_finding_and_outcome() -> None:
    truth = rows(SAMPLE / "truth.csv")
    assert {code for row in truth for code in row["findings"].split("|") if code} == {*SEVERE, *BENIGN}
    assert {row["outcome"] for row in truth} == {
        "consistent",
        "mismatch",
        "ambiguous",
        "not_found",
        "out_of_scope",
        "rejected",
    }
    rejected = [row["record_id"] for row in truth if row["outcome"] == "rejected"]
    assert 1 < len(set(rejected)) < len(rejected), "one without a name, one that stands twice"
    assert {row["address_level"] for row in truth} == {"", "house", "street", "commune", "province"}


def test_sizes_are_those_asked_for(register: Rows, contracts: Rows, truth: Rows) -> None:
    assert len(register) == PEOPLE
    assert len(contracts) == len(truth) == round(PEOPLE * 0.3)


def test_files_have_the_shapes_of_extracts(world: Path) -> None:
    contracts = (world / "contracts.csv").read_bytes()
    assert contracts.startswith("\ufeffMã khách hàng;Tên khách hàng;Số giấy tờ;".encode())
    assert contracts.count(b"\r\n") == contracts.count(b"\n") == round(PEOPLE * 0.3) + 1
    assert (
        (world / "register.csv").read_bytes().startswith('Mã cư dân,Số định danh cá nhân,Số CMND,"Họ, chữ đệm và tên khai sinh",'.encode())
    )


def test_keys_and_numbers_are_unique(register: Rows) -> None:
    for column in ("Mã cư dân", "Số định danh cá nhân", "Số CMND"):
        values = [row[column] for row in register if row[column]]
        assert len(values) == len(set(values))


def test_every_contract_has_its_truth(contracts: Rows, truth: Rows, register: Rows) -> None:
    people = {row["Mã cư dân"] for row in register}
    assert [row["record_id"] for row in truth] == [row["Mã khách hàng"] for row in contracts]
    for row in truth:
        linked = row["outcome"] in ("consistent", "mismatch", "ambiguous")
        assert (row["person_id"] in people) == linked
        assert linked or not row["person_id"]


def test_findings_are_declared_and_decide_the_outcome(truth: Rows) -> None:
    severe = {code for code, finding in BY_CODE.items() if finding.severity != "benign"} - {"ID_MISSING"}
    assert set(SEVERE) | {"BIRTH_DATE_DIFFERS"} == severe
    assert set(BENIGN) == set(BY_CODE) - severe
    record_only = {code for code, finding in BY_CODE.items() if not finding.needs_link}
    for row in truth:
        found = {code for code in row["findings"].split("|") if code}
        assert found <= set(BY_CODE)
        if row["outcome"] in ("consistent", "mismatch"):
            assert (row["outcome"] == "mismatch") == bool(found & severe)
        else:
            assert found <= record_only


def test_rejected_rows_are_the_nameless_and_the_repeated(contracts: Rows, truth: Rows) -> None:
    times = Counter(row["Mã khách hàng"] for row in contracts)
    for contract, row in zip(contracts, truth, strict=True):
        assert (row["outcome"] == "rejected") == (times[row["record_id"]] > 1 or not contract["Tên khách hàng"])


def test_residence_agrees_with_the_register_and_the_findings(register: Rows, truth: Rows) -> None:
    person = {row["Mã cư dân"]: row for row in register}
    columns = {"permanent": "Nơi thường trú", "temporary": "Nơi tạm trú", "current": "Nơi ở hiện tại"}
    gazetteer = Gazetteer.load()
    for row in truth:
        found = row["findings"].split("|")
        if row["residence"] in columns and row["person_id"]:
            place = person[row["person_id"]][columns[row["residence"]]]
            assert fold(gazetteer.commune_name(row["commune_code"], AS_OF) or "?") in fold(place)
        if row["outcome"] in ("consistent", "mismatch"):
            assert ("RESIDENCE_ELSEWHERE" in found) == (row["residence"] == "none") == bool(row["address_level"])


def test_what_the_truth_says_of_an_address_can_be_read_in_it(contracts: Rows, truth: Rows) -> None:
    """A kindless district that is a ward of today lacks no level; a door that is not written has no other household, and no duplicate of one."""
    seen: Counter[str] = Counter()
    for contract, row in zip(contracts, truth, strict=True):
        found, noise = row["findings"].split("|"), row["address_noise"].split("|")
        if row["person_id"] and "house_left_out" in noise:
            assert "OTHER_HOUSEHOLD_AT_PLACE" not in found
            seen["no house"] += 1
        if {"commune_left_out", "kinds_left_out"} <= set(noise) and ", Ba Đình, Hà Nội" in contract["Địa chỉ sử dụng điện"]:
            assert ("ADDRESS_INCOMPLETE" in found) == bool(
                {"house_left_out", "local_left_out"} & set(noise) and row["residence"] == "unknown"
            )
            seen["ward"] += 1
        if "DUPLICATE_AT_PLACE" in found:
            assert not {"local_left_out", "unreadable"} & set(noise)
            seen["duplicate"] += 1
    assert all(seen[kind] for kind in ("no house", "duplicate")), seen


def test_numbers_are_what_the_truth_says(register: Rows, contracts: Rows, truth: Rows) -> None:
    owners = {row["Số định danh cá nhân"]: row["Mã cư dân"] for row in register}
    owners |= {row["Số CMND"]: row["Mã cư dân"] for row in register if row["Số CMND"]}
    for contract, row in zip(contracts, truth, strict=True):
        digits = "".join(char for char in contract["Số giấy tờ"] if char.isdigit())
        padded = digits.zfill(9 if row["id_condition"] == "old_zero_lost" else 12) if "zero_lost" in row["id_condition"] else digits
        if row["id_condition"] in ("ok", "old", "zero_lost", "old_zero_lost") and row["person_id"]:
            assert owners[padded] == row["person_id"]
        if row["id_condition"] in ("not_in_register", "typo", "invalid"):
            assert digits not in owners
        if row["id_condition"] == "borrowed":
            assert owners[digits] != row["person_id"]
        assert (row["id_condition"] == "missing") == (contract["Số giấy tờ"] in NOTHING)


def test_an_ambiguous_holder_has_a_namesake_and_no_usable_number(register: Rows, truth: Rows) -> None:
    names = {row["Mã cư dân"]: fold(row["Họ, chữ đệm và tên khai sinh"]) for row in register}
    bearers = Counter(names.values())
    ambiguous = [row for row in truth if row["outcome"] == "ambiguous"]
    assert ambiguous
    for row in ambiguous:
        assert bearers[names[row["person_id"]]] > 1
        assert row["id_condition"] in ("missing", "invalid", "not_in_register", "borrowed")


def test_a_larger_world_has_more_communes_of_the_same_density() -> None:
    assert [how_many(people) for people in (5_000, 150_000, 300_000, 1_000_000)] == [6, 6, 10, 33]
    chosen = communes(33)
    assert len({commune.code for commune in chosen}) == 33
    assert {commune.way for commune in chosen} == {"north", "central", "south"}
    assert any(commune.urban for commune in chosen) and any(dict(commune.habits.peoples) for commune in chosen)


@pytest.mark.parametrize("people", [1_500, 30_000])
def test_streets_and_hamlets_keep_their_size_in_a_smaller_world(people: int) -> None:
    for commune in communes(8):
        mean = people / len(layout(3, commune, people).spots)
        assert 400 <= mean <= 1_300, commune.code


def test_namesakes_are_as_many_as_in_the_country(tmp_path: Path) -> None:
    """In a commune of 30,000 the commonest name has a few dozen bearers, and most people have a name of their own there."""
    generate_world(6 * PEOPLE_A_COMMUNE // 10, 3, tmp_path, contracts_per_person=0.01)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(tmp_path / "register.csv"):
        names[row["Nơi thường trú"].rpartition(", ")[0].rpartition(", ")[2]][fold(row["Họ, chữ đệm và tên khai sinh"])] += 1
    for bearers in names.values():
        people = sum(bearers.values())
        assert 3 <= bearers.most_common(1)[0][1] * PEOPLE_A_COMMUNE / people / 10 <= 14
        assert 0.55 <= sum(count for count in bearers.values() if count == 1) / people <= 0.95


def test_households_look_like_households(register: Rows) -> None:
    homes: dict[str, Rows] = defaultdict(list)
    for row in register:
        homes[row["Mã hộ"]].append(row)
    assert 3.0 <= PEOPLE / len(homes) <= 3.7
    for members in homes.values():
        assert len({row["Nơi thường trú"] for row in members}) == 1
        assert [row["Quan hệ với chủ hộ"] for row in members].count("Chủ hộ") == 1
    fathers = [
        (members[0], child)
        for members in homes.values()
        for child in members
        if members[0]["Giới tính"] == "Nam" and child["Quan hệ với chủ hộ"] == "Con"
    ]
    shared = [
        father["Họ, chữ đệm và tên khai sinh"].split()[0] == child["Họ, chữ đệm và tên khai sinh"].split()[0] for father, child in fathers
    ]
    assert sum(shared) / len(shared) > 0.85, "the Ê Đê take their mother's clan, nearly all others their father's surname"
    twins = [members for members in homes.values() if len({row["Ngày sinh"] for row in members}) < len(members)]
    assert twins


def test_numbers_fit_sex_and_birth_of_nearly_all(register: Rows) -> None:
    wrong = 0
    for row in register:
        number, year = row["Số định danh cá nhân"], int(row["Ngày sinh"][-4:])
        wrong += (int(number[3]) % 2 == 1) != (row["Giới tính"] == "Nữ") or number[4:6] != f"{year % 100:02d}"
    assert 0 < wrong / PEOPLE < 0.004


def test_shares_of_outcomes_are_those_of_life(truth: Rows) -> None:
    share = {outcome: count / len(truth) for outcome, count in Counter(row["outcome"] for row in truth).items()}
    assert 0.15 <= share["mismatch"] <= 0.30
    assert 0.60 <= share["consistent"] <= 0.75
    assert 0.02 <= share["not_found"] <= 0.06
    found = Counter(code for row in truth for code in row["findings"].split("|"))
    assert 0.01 <= found["DECEASED"] / len(truth) <= 0.04
    assert 0.15 <= found["ID_MISSING"] / len(truth) <= 0.25


@pytest.mark.parametrize(("people", "share"), [(10, 0.3), (10**8, 0.3), (5_000, 0.0), (5_000, 1.5)])
def test_impossible_worlds_are_refused(tmp_path: Path, people: int, share: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        generate_world(people, 1, tmp_path, share)
