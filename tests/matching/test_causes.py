"""Root causes that were planted are found, with just their records; noise without a cause gives none."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.findings import BY_CODE
from matching.findings.causes.assign import assign
from matching.findings.causes.kinds import KINDS, cause_action, cause_sentence
from matching.findings.causes.letters import changes
from tests.matching.causes_world import SETTINGS, World, at

STREETS = [f"duong {name}" for name in "abcdefghij"]
ELSEWHERE = {"finding": "RESIDENCE_ELSEWHERE"}


def noise(records: int = 400, seed: int = 1) -> World:
    """People as they are: some live elsewhere, here and there a number or a name is wrong, nothing goes back to one thing."""
    dice, world = random.Random(seed), World()
    letters = "abcdeghiklmnoôơpqrstuưvxyễạ"
    for _ in range(records):
        unit, street, house = dice.choice(("PD01", "PD02", "PE01")), dice.choice(STREETS), dice.randrange(1, 90)
        plain = {
            "unit": unit,
            "day": f"20{dice.randrange(10, 25)}-0{dice.randrange(1, 9)}-{dice.randrange(10, 28)}",
            "clerk": dice.choice("XYZ"),
        }
        name = " ".join("".join(dice.choice(letters) for _ in range(4)).title() for _ in range(3))
        roll = dice.random()
        if roll < 0.10:
            home = at(dice.choice([other for other in STREETS if other != street]), dice.randrange(1, 90))
            world.add(**plain, **ELSEWHERE, level="street", place=at(street, house), home=home, gamma="commune")
        elif roll < 0.13:
            world.add(
                **plain,
                **ELSEWHERE,
                level="house",
                place=at(street, house),
                home=at(street, house + 1),
                gamma="locality",
            )
        elif roll < 0.18:
            home = at(dice.choice(STREETS), dice.randrange(1, 90), dice.choice(("00008", "00025", "00070")))
            world.add(**plain, **ELSEWHERE, level="commune", place=at(street, house), home=home, gamma="province")
        elif roll < 0.22:
            world.add(**plain, finding="ID_NOT_IN_REGISTER", place=at(street, house), number=int(1e9) + dice.randrange(10**8))
        elif roll < 0.25:
            slip = dice.randrange(len(name))
            written = name[:slip] + dice.choice(letters) + name[slip + 1 :]
            world.add(**plain, finding="NAME_DIFFERS", level="typo", place=at(street, house), name=written, registered=name)
        elif roll < 0.26:
            contradictory = at(street, house, contradicts=True, district=dice.choice(("005", "006", "007", "008")))
            world.add(**plain, finding="ADDRESS_CONTRADICTS", place=contradictory, home=at(street, house))
        else:
            world.add(**plain, place=at(street, house), name=name)
    return world


@pytest.mark.parametrize("seed", range(4))
def test_no_cause_in_noise(seed: int, tmp_path: Path) -> None:
    assert noise(seed=seed).causes(tmp_path) == {}


def only(world: World, folder: Path, kind: str, records: list[str]) -> dict[str, object]:
    """The one cause that was planted."""
    found = world.causes(folder)
    assert list(found) == [kind]
    cause, members = found[kind]
    assert members == set(records) and cause["records"] == len(records)
    for lang in ("vi", "en"):
        sentence = cause_sentence(kind, cause["evidence"], cause["records"], lang)
        assert (
            sentence.endswith(".") and str(len(records) if kind not in ("number",) else "") in sentence and not set("{}[]…") & set(sentence)
        )
    return cause


def test_a_renamed_street(tmp_path: Path) -> None:
    world = noise()
    renamed = [
        world.add(
            **ELSEWHERE,
            level="street",
            place=at("duong le duan", house),
            home=at("duong 30 thang 4", house),
            gamma="commune",
        )
        for house in range(3, 9)
    ]
    world.add(**ELSEWHERE, level="street", place=at("duong le duan", 70), home=at(STREETS[0], 71), gamma="commune")  # lives elsewhere
    cause = only(world, tmp_path, "street", renamed)
    assert (cause["finding"], cause["level"]) == ("RESIDENCE_ELSEWHERE", "street")
    assert cause["evidence"] == {
        "commune": "Phường Ba Đình, Thành phố Hà Nội",
        "registered": "Duong 30 Thang 4",
        "written": "Duong Le Duan",
    }


def test_a_renamed_hamlet_without_numbers(tmp_path: Path) -> None:
    world = noise()
    renamed = [world.add(**ELSEWHERE, level="street", place=at("thon 3"), home=at("thon dong"), gamma="commune") for _ in range(8)]
    only(world, tmp_path, "street", renamed)


def test_people_of_one_hamlet_who_live_in_another_are_no_renaming(tmp_path: Path) -> None:
    world = noise()
    for _ in range(8):
        world.add(**ELSEWHERE, level="street", place=at("thon 3"), home=at("thon dong"), gamma="commune")
        world.add(place=at("thon 3"))
    assert world.causes(tmp_path) == {}


def test_a_misprinted_commune_of_one_office(tmp_path: Path) -> None:
    world = noise()
    wrong = [
        world.add(
            "PE09",
            **ELSEWHERE,
            level="commune",
            place=at(STREETS[n % 3], n, "00008"),
            home=at(STREETS[n % 3], n, "00025"),
            gamma="province",
        )
        for n in range(1, 7)
    ]
    cause = only(world, tmp_path, "commune", wrong)
    assert cause["evidence"] == {
        "registered": "Phường Giảng Võ, Thành phố Hà Nội",
        "unit": "PE09",
        "written": "Phường Ngọc Hà, Thành phố Hà Nội",
    }


def test_one_owner_of_several_doors_is_no_misprint(tmp_path: Path) -> None:
    world = noise()
    for _ in range(4):
        world.add(
            "PE09",
            **ELSEWHERE,
            level="commune",
            place=at("duong x", 1, "00008"),
            home=at("duong x", 1, "00025"),
            gamma="province",
            person="RX",
        )
    assert list(world.causes(tmp_path)) == ["holder"]


def test_a_contradiction_that_an_office_always_writes(tmp_path: Path) -> None:
    world = noise()
    place = {"commune": "00070", "contradicts": True, "district": "005"}
    wrong = [
        world.add("PE09", finding="ADDRESS_CONTRADICTS", place=at(STREETS[0], n, **place), home=at(STREETS[0], n, "00070"))
        for n in range(9)
    ]
    only(world, tmp_path, "contradiction", wrong)


def test_a_renumbered_street(tmp_path: Path) -> None:
    world = noise()
    wrong = [
        world.add(**ELSEWHERE, level="house", place=at("duong moi", n), home=at("duong moi", n + 100), gamma="locality") for n in range(8)
    ]
    world.add(place=at("duong moi", 300))
    only(world, tmp_path, "numbering", wrong)


@pytest.mark.parametrize("batch", [{"unit": "PE09", "day": "2019-03-04"}, {"file": "b.csv"}, {"clerk": "Q"}])
def test_a_wrong_batch(batch: dict[str, str], tmp_path: Path) -> None:
    world = noise()
    wrong = [world.add(**batch, finding="ID_NOT_IN_REGISTER", place=at(STREETS[n % 5], n)) for n in range(9)]
    world.add(**batch, place=at(STREETS[0], 1))
    cause = only(world, tmp_path, "batch", wrong)
    assert cause["evidence"]["share"] == 90 and cause["expected"] < 2


def test_a_batch_is_not_wrong_for_what_is_usual_there(tmp_path: Path) -> None:
    """An office where all holders live elsewhere, contract by contract: that is no one thing."""
    world = noise()
    for n in range(30):
        far = at("duong xa", n * 7, "26740")
        world.add(
            "PE09",
            **ELSEWHERE,
            level="province",
            place=at(STREETS[n % 9], n),
            home=far,
            gamma="else",
            day=f"2019-03-{n + 1:02}",
        )
    assert world.causes(tmp_path) == {}


def test_one_number_on_many_records(tmp_path: Path) -> None:
    world = noise()
    wrong = [world.add(finding="ID_SHARED", place=at(STREETS[n], n), number=1085000011) for n in range(4)]
    world.add(finding="ID_SHARED", place=at(STREETS[5], 1), number=1085000012)
    only(world, tmp_path, "number", wrong)


def test_one_holder_and_one_household_of_many_records(tmp_path: Path) -> None:
    world = noise()
    dead = [world.add(finding="DECEASED", severity="field", place=at(STREETS[n], n), person="RD") for n in range(5)]
    again = [world.add(finding="DUPLICATE_AT_PLACE", place=at(STREETS[0], 1), household=7) for n in range(3)]
    world.add(finding="DUPLICATE_AT_PLACE", place=at(STREETS[0], 2), household=8)
    found = world.causes(tmp_path)
    assert {kind: records for kind, (_, records) in found.items()} == {"holder": set(dead), "household": set(again)}


def test_letters_that_a_conversion_damaged(tmp_path: Path) -> None:
    world = noise()
    wrong = [
        world.add(
            "PE09",
            finding="NAME_DIFFERS",
            level="typo",
            place=at(STREETS[n], n),
            name=f"Nguy?n Văn {given}",
            registered=f"Nguyễn Văn {given}",
        )
        for n, given in enumerate(("An", "Bình", "Chi", "Dũng"))
    ]
    world.add("PE09", place=at(STREETS[0], 8), name="Nguyễn Thị Hoa")
    cause = only(world, tmp_path, "letters", wrong)
    assert cause["evidence"] == {"registered": "ễ", "size": 5, "unit": "PE09", "written": "?"}


def test_a_record_has_one_cause_the_biggest(tmp_path: Path) -> None:
    world = noise()
    for house in range(3, 9):
        world.add(
            "PE09",
            **ELSEWHERE,
            level="street",
            place=at("duong le duan", house),
            home=at("duong 30 thang 4", house),
            gamma="commune",
            day="2019-03-04",
        )
    for house in range(20, 23):
        world.add(
            "PE09",
            **ELSEWHERE,
            level="street",
            place=at("duong x", house),
            home=at("duong y", house),
            gamma="commune",
            day="2019-03-04",
        )
    found = world.causes(tmp_path)
    assert {kind: cause["records"] for kind, (cause, _) in found.items()} == {"batch": 9}


def test_ids_are_those_of_the_next_run_and_bytes_do_not_depend_on_threads(tmp_path: Path) -> None:
    def planted(records: int, houses: range) -> World:
        world = noise(records)
        for house in houses:
            world.add(
                **ELSEWHERE,
                level="street",
                place=at("duong le duan", house),
                home=at("duong 30 thang 4", house),
                gamma="commune",
            )
        return world

    first, later = (
        planted(300, range(4)).causes(tmp_path / "a")["street"][0],
        planted(350, range(2, 9)).causes(tmp_path / "b")["street"][0],
    )
    assert first["cause_id"] == later["cause_id"] and first["records"] != later["records"]
    other = planted(300, range(4)).causes(tmp_path / "c", threads=3, settings=replace(SETTINGS, key=b"x"))["street"][0]
    assert other["cause_id"] != first["cause_id"]
    planted(300, range(4)).causes(tmp_path / "d", threads=3)
    for table in ("causes", "caused"):
        assert [sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / "a" / table).iterdir())] == [
            sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / "d" / table).iterdir())
        ]


@given(st.dictionaries(st.text(max_size=3), st.sets(st.integers(0, 30).map(str), max_size=12), max_size=12))
def test_assignment(members: dict[str, set[str]]) -> None:
    chosen = assign({cause: sorted(records) for cause, records in members.items()}, {cause: (0, cause) for cause in members})
    taken = [record for records in chosen.values() for record in records]
    assert len(taken) == len(set(taken))
    assert all(len(records) >= 3 and set(records) <= members[cause] for cause, records in chosen.items())
    assert all(len(members[cause] - set(taken)) < 3 for cause in members if cause not in chosen)
    assert [len(records) for records in chosen.values()] == sorted((len(records) for records in chosen.values()), reverse=True)


@pytest.mark.parametrize(
    ("written", "registered", "expected"),
    [
        ("Nguy?n Văn An", "Nguyễn Văn An", {("ễ", "?")}),
        ("Nguyn Vn An", "Nguyễn Văn An", {("ễ", ""), ("ă", "")}),
        ("NGUYỄN VĂN AN", "Nguyễn Văn An", set()),
        ("Lê Thị Bình", "Nguyễn Văn An", set()),
        ("", "An", set()),
    ],
)
def test_changes_of_letters(written: str, registered: str, expected: set[tuple[str, str]]) -> None:
    assert changes(written, registered) == expected


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_words_of_every_kind(kind: object) -> None:
    name = kind.name  # type: ignore[attr-defined]
    assert "{records}" in kind.sentence.vi and "{records}" in kind.sentence.en  # type: ignore[attr-defined]
    for lang in ("vi", "en"):
        assert cause_action(name, lang).endswith(".")
    assert name not in BY_CODE
