from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.phones import PHONE_COLUMNS, parse_phone, standardise_phones
from tests.matching.standardise.std_cases import cases, maybe


@pytest.mark.parametrize(("raw", "condition", "phone"), cases("phones", 3))
def test_examples(raw: str, condition: str, phone: str) -> None:
    found = parse_phone(raw)
    assert (found.condition, found.phone) == (condition, maybe(phone))
    assert found.old_prefix == (condition == "old_prefix")


@given(st.integers(1, 9_999_999))
def test_forms_of_one_number_agree(rest: int) -> None:
    number = f"091{rest:07d}"
    expected = parse_phone(number).phone
    for form in (f"+84{number[1:]}", f"84{number[1:]}", number[1:], f"{number[:4]} {number[4:7]} {number[7:]}"):
        assert parse_phone(form).phone == expected


@given(st.text(max_size=30))
def test_never_raises(raw: str) -> None:
    found = parse_phone(raw)
    assert (found.phone is None) == (found.condition in ("invalid", "missing"))


def test_batch() -> None:
    batch = standardise_phones(["0912345678", None])
    assert batch.schema.names == list(PHONE_COLUMNS)
    assert batch.column("old_prefix").to_pylist() == [False, False]
    assert standardise_phones([]).num_rows == 0
