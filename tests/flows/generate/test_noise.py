"""The letters and the kinds of noise, by a table of examples; the rates, by their sums and by counting."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.generate import letters, noise, numbers
from flows.generate.contracts import SHARES
from flows.generate.dice import Dice, parsed, table
from flows.generate.papers import ERRORS_9, ERRORS_12
from flows.generate.units import in_district, readings
from matching.standardise.admin_units import Gazetteer

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "cases" / "generate_noise.toml").read_text(encoding="utf-8"))
KINDS = {kind.name: kind for kind in (*noise.FORMS, *noise.DIFFERENCES, *noise.MEDIA)}


@pytest.mark.parametrize(("function", "before", "after"), CASES["letters"])
def test_letters(function: str, before: str, after: str) -> None:
    assert getattr(letters, function)(before) == after


@pytest.mark.parametrize(("kind", "before", "after"), CASES["names"])
def test_every_outcome_of_a_kind_of_noise_is_a_declared_one(kind: str, before: str, after: list[str]) -> None:
    dice = Dice("test", kind, before)
    assert {KINDS[kind].change(before, dice) for _ in range(200)} == set(after)


@pytest.mark.parametrize(("number", "good"), CASES["numbers"])
def test_well_formed_numbers(number: str, good: bool) -> None:
    assert numbers.well_formed(number) is good


@pytest.mark.parametrize(("name", "province", "codes"), CASES["readings"])
def test_readings_of_a_name_without_district(name: str, province: str, codes: list[str]) -> None:
    found = readings(name, province)
    assert set(codes) <= found
    if codes and name.startswith("Xã"):
        assert found == set(codes)
    assert "19753" not in readings("Phường Thuận Hóa", "46", accents=True) and "19753" in readings("Phường Thuận Hóa", "46")
    if not codes:
        assert len(found) > 5, "a numbered ward stands in many districts"


def test_a_merged_ward_was_in_its_district() -> None:
    """`Phường 14, Quận 4` was one before a merger, `Phường 14, Quận 1` never was."""
    quarters = {district.name: district.code for district in Gazetteer.load().districts.values() if district.province_code == "79"}
    assert in_district("14", quarters["Quận 4"])
    assert not in_district("25", quarters["Quận Phú Nhuận"])


@pytest.mark.parametrize(
    "rates",
    [SHARES, ERRORS_12, ERRORS_9, {k.name: k.rate for k in noise.MEDIA}, {k.name: k.rate for k in noise.DIFFERENCES}],
)
def test_rates_of_exclusive_kinds_leave_room_for_the_plain_one(rates: dict[str, float]) -> None:
    assert all(rate > 0 for rate in rates.values())
    assert sum(rates.values()) < 0.5


def test_names_of_noise_are_unique() -> None:
    assert len(KINDS) == len(noise.FORMS) + len(noise.DIFFERENCES) + len(noise.MEDIA)


def test_what_is_seen_is_what_was_changed() -> None:
    seen: Counter[str] = Counter()
    dice = Dice("seen")
    for _ in range(20_000):
        written = noise.noised("Đặng Thị Quý", dice, noise.medium(dice)[0], "female")
        assert bool(written.noise) == (written.text != "Đặng Thị Quý")
        assert written.differs == bool({kind.name for kind in noise.DIFFERENCES} & set(written.noise))
        seen.update(written.noise)
    upper = KINDS["upper"].rate * (1 - noise.LONELY / 2)
    assert seen["upper"] / 20_000 == pytest.approx(upper, rel=0.1)
    assert seen["typo"] / 20_000 == pytest.approx(KINDS["typo"].rate, rel=0.25)


def test_a_hidden_difference_of_accents_is_no_difference() -> None:
    dice = Dice("hidden")
    for _ in range(5_000):
        written = noise.noised("Trần Thị Thủy", dice, KINDS["accents_lost"], "female")
        assert "tone" not in written.noise


@pytest.mark.parametrize(("sex", "word"), [("female", "Bà "), ("male", "Ông ")])
def test_titles_fit_the_sex(sex: str, word: str) -> None:
    dice = Dice("titles")
    titles = {noise.noised("Y Tam", dice, noise.PLAIN, sex).text.partition("Y Tam")[0] for _ in range(5_000)}
    assert word in titles
    assert ("Ông " in titles) != (sex == "female")


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằấẻệốợừýĐÁ ", min_size=1, max_size=40))
def test_legacy_fonts_and_accents_keep_letters(text: str) -> None:
    assert letters.fold(letters.bare(text)) == letters.fold(text)
    assert len(letters.tcvn3(text)) == len(text)
    assert normalize("NFC", letters.decomposed(text)) == text


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.floats(0.5, 9)), min_size=1, max_size=20))
def test_a_weighted_table_keeps_the_shares(weights: list[tuple[str, float]]) -> None:
    whole, counts = sum(weight for _, weight in weights), Counter(table(weights))
    expected: Counter[str] = Counter()
    for name, weight in weights:
        expected[name] += 4096 * weight / whole  # type: ignore[assignment]
    assert all(abs(counts[name] - expected[name]) <= len(weights) for name, _ in weights)


def test_names_with_blanks_and_no_name_are_parsed() -> None:
    assert set(parsed("Niê Kdăm:1 Mlô:2 :1")) == {"Niê Kdăm", "Mlô", ""}


def test_numbers_are_unique_and_slips_are_told_from_them() -> None:
    given_out = set()
    for index in range(3):
        counters = numbers.Counters(index, index, 3)
        given_out |= {counters.personal("001", "male", 1990, start) for start in (0, numbers.GUESTS, numbers.STRANGERS) for _ in range(150)}
    assert len(given_out) == 3 * 3 * 150
    assert all(numbers.well_formed(number) and numbers.birth_year(number) == 1990 for number in given_out)
    here = numbers.Counters(0, 0, 3)
    own = {here.personal("001", "male", 1990) for _ in range(150)}
    assert not any(numbers.surely_free(number, here, own) for number in own)


def test_every_province_of_the_units_has_habits() -> None:
    assert {f"0{code}" for code in Gazetteer.load().provinces_old} == numbers.PROVINCES
