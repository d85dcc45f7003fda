from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.names import NAME_COLUMNS, parse_name, standardise_names
from matching.standardise.tables import name_counts
from matching.standardise.text import fold
from tests.matching.standardise.std_cases import cases, maybe

USUAL = [word for word, count in name_counts().items() if count >= 20 and word not in ("ông", "y")]
NAMES = st.lists(st.sampled_from(USUAL), min_size=2, max_size=3).map(lambda words: " ".join(["phạm", *words]).title())


@pytest.mark.parametrize(("raw", "canonical", "second", "sex", "marks", "repairs"), cases("names", 6))
def test_examples(raw: str, canonical: str, second: str, sex: str, marks: str, repairs: str) -> None:
    name = parse_name(raw)
    found = (name.canonical, name.canonical2, name.sex_hint, name.deceased_hint, name.abbreviated, name.repairs)
    wanted = (maybe(canonical), maybe(second), maybe(sex), "D" in marks, "A" in marks, [code for code in repairs.split(",") if code])
    assert found == wanted
    assert name.kind == ("unreadable" if name.canonical is None else "person")
    assert name.raw == raw


@pytest.mark.parametrize(("a", "b", "agrees"), cases("names_same", 3))
def test_what_two_writings_share(a: str, b: str, agrees: str) -> None:
    one, other = parse_name(a), parse_name(b)
    shared = [column for column in ("canonical", "key", "key_regional") if getattr(one, column) == getattr(other, column)]
    order = ["canonical", "key", "key_regional"]
    assert shared == (order[order.index(agrees) :] if agrees != "nothing" else [])


@pytest.mark.parametrize(
    ("raw", "surname", "middle", "given_name"),
    [
        ("Nguyễn Thị Thu Hà", "nguyen", "thi thu", "ha"),
        ("Lê Lan", "le", None, "lan"),
        ("Lan", None, None, "lan"),
        ("Tôn Nữ Thị Lan", "ton nu", "thi", "lan"),
        ("Công Tằng Tôn Nữ Hồng Vân", "cong tang ton nu", "hong", "van"),
        ("Hoàng Phủ Ngọc Tường", "hoang phu", "ngoc", "tuong"),
        ("Y Wang Mlô Duôn Du", "mlo duon du", None, "wang"),
        ("H'Blum Buôn Yă", "buon ya", None, "h blum"),
        ("Ksor H'Bia", "ksor", None, "h bia"),
        ("A Huy", None, None, "huy"),
        ("Rơ Châm Hlan", "ro cham", None, "h lan"),
        ("Giàng A Pháo", "giang", "a", "phao"),
        ("Công ty ABC", None, None, None),
    ],
)
def test_parts(raw: str, surname: str | None, middle: str | None, given_name: str | None) -> None:
    name = parse_name(raw)
    assert (name.surname, name.middle, name.given) == (surname, middle, given_name)


@pytest.mark.parametrize(
    ("raw", "display"),
    [
        ("NGUYỄN THỊ THUÝ", "Nguyễn Thị Thuý"),
        ("H’BLUM BUÔN YĂ", "H'Blum Buôn Yă"),
        ("nguyễn văn qúy", "Nguyễn Văn Quý"),
        ("NGUYEN VAN AN", "Nguyen Van An"),
        ("CTY TNHH ABC", "CTY TNHH ABC"),
    ],
)
def test_display(raw: str, display: str) -> None:
    assert parse_name(raw).display == display


@pytest.mark.parametrize(("raw", "expected"), cases("organisations", 2))
def test_organisations(raw: str, expected: str) -> None:
    assert (parse_name(raw).kind == "organisation") == (expected == "yes")


@given(NAMES)
def test_forms_of_one_name_agree(name: str) -> None:
    canonical = parse_name(name).canonical
    for form in (
        name.upper(),
        name.lower(),
        unicodedata.normalize("NFD", name),
        name.replace(" ", "\u00a0 "),
        name.replace("Đ", "Ð").replace("đ", "ð"),
        f"Hộ ông {name}",
        f"{name} (đã mất)",
        f"{name} 2",
    ):
        assert parse_name(form).canonical == canonical
    plain = parse_name(fold(name).upper())
    assert (plain.key, plain.key_regional) == (parse_name(name).key, parse_name(name).key_regional)
    assert plain.kind == "person"


@given(NAMES)
def test_canonical_is_stable_and_key_is_its_fold(name: str) -> None:
    found = parse_name(name)
    assert found.canonical is not None
    assert parse_name(found.canonical).canonical == found.canonical
    assert found.key == fold(found.canonical)
    assert found.key_sorted == " ".join(sorted(found.key.split()))


@given(st.text(max_size=60))
def test_never_raises(raw: str) -> None:
    assert parse_name(raw).kind in ("person", "organisation", "unreadable")


def test_batch_keeps_order_and_columns() -> None:
    values = ["Nguyễn Văn An", "", "Công ty ABC", "Trần Thị B và Lê Văn C"]
    batch = standardise_names(values)
    assert batch.schema.names == list(NAME_COLUMNS)
    assert batch.column("raw").to_pylist() == values
    assert batch.column("kind").to_pylist() == ["person", "unreadable", "organisation", "person"]
    assert batch.column("key2").to_pylist() == [None, None, None, "le van c"]
    assert standardise_names([]).num_rows == 0


@pytest.mark.parametrize(("raw", "expected", "second"), cases("names_hard", 3))
def test_names_as_clerks_write_them(raw: str, expected: str, second: str) -> None:
    found = parse_name(raw)
    assert (found.kind if expected == "organisation" else found.canonical, found.canonical2) == (expected, maybe(second))
