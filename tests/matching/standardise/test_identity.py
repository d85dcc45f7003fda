from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.identity import ID_COLUMNS, contradicts, is_possible, parse_id, standardise_ids
from tests.matching.standardise.std_cases import cases, maybe

NUMBERS = st.builds(
    lambda place, century, year, rest: f"{place}{century}{year:02d}{rest:06d}",
    st.sampled_from(["001", "002", "008", "010", "048", "079", "096"]),
    st.integers(0, 1),
    st.integers(0, 99),
    st.integers(1, 999_999),
)


@pytest.mark.parametrize(("raw", "condition", "id12", "id9", "repairs"), cases("ids", 5))
def test_examples(raw: str, condition: str, id12: str, id9: str, repairs: str) -> None:
    number = parse_id(raw)
    found = (number.condition, number.id12, number.id9, number.repairs)
    assert found == (condition, maybe(id12), maybe(id9), [code for code in repairs.split(",") if code])


def test_an_invalid_number_keeps_its_digits() -> None:
    assert parse_id("003 085 012345").digits == "003085012345"


@given(NUMBERS)
def test_a_spreadsheet_loses_nothing(number: str) -> None:
    for form in (str(int(number)), f"{int(number)}.0", f"{number[:3]} {number[3:6]} {number[6:]}", number):
        assert parse_id(form).id12 == number


@given(NUMBERS)
def test_what_the_number_tells_does_not_contradict_itself(number: str) -> None:
    told = parse_id(number)
    assert is_possible(number)
    assert contradicts(number, told.birth_year, told.sex) == ()
    assert contradicts(number, None, None) == ()


def test_contradictions_are_named() -> None:
    assert contradicts("001085012345", 1986, "M") == ("year",)
    assert contradicts("001085012345", 2085, "F") == ("century", "sex")


@given(st.text(max_size=30))
def test_never_raises(raw: str) -> None:
    number = parse_id(raw)
    assert (number.id12 is not None) == (number.condition in ("ok", "zero_lost"))
    assert (number.id9 is not None) == (number.condition in ("old", "old_zero_lost"))


def test_batch() -> None:
    batch = standardise_ids(["079085012345", None])
    assert batch.schema.names == list(ID_COLUMNS)
    assert batch.column("condition").to_pylist() == ["ok", "missing"]
    assert standardise_ids([]).num_rows == 0
