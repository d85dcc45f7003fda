"""Declarations of sources: those that ship are whole, and what is wrong with another is told, all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from matching.source_check import wrong_with
from matching.sources import SOURCES, Field, Source, source

PENSION = Source(
    name="pension",
    title_vi="Người hưởng lương hưu",
    title_en="pensioners",
    role="partner",
    fields=(
        Field("record_id", "key", ("Số sổ BHXH",), required=True),
        Field("holder_name", "name", ("Họ và tên",), required=True),
        Field("birth_date", "date", ("Ngày sinh",)),
        Field("address", "address", ("Nơi cư trú",)),
    ),
    place="address",
)


def _field(at: int, **change: object) -> Callable[[], Source]:
    fields = list(PENSION.fields)
    return lambda: replace(PENSION, fields=(*fields[:at], replace(fields[at], **change), *fields[at + 1 :]))  # type: ignore[arg-type]


WRONG: dict[str, tuple[Callable[[], Source], str]] = {
    "another name than the file's": (lambda: replace(PENSION, name="pensions"), "'pension'"),
    "a role that is none": (lambda: replace(PENSION, role="other"), '"register"'),  # type: ignore[arg-type]
    "no key": (_field(0, kind="code"), "kind='key'"),
    "a key that may be missing": (_field(0, required=False), "required=True"),
    "no name": (_field(1, kind="text"), "kind='name'"),
    "a kind that is none": (_field(2, kind="birthday"), "one of: key, name"),
    "one name twice": (_field(2, name="address"), "a name of its own"),
    "a name with a blank": (_field(2, name="birth date"), "a name of its own"),
    "the comma forgotten": (_field(3, aliases="Nơi cư trú"), 'add a comma: ("Nơi cư trú",)'),
    "one header for two fields": (_field(3, aliases=("NGAY SINH",)), "also belongs to birth_date"),
    "a place that is no address": (lambda: replace(PENSION, place="birth_date"), "a field of that kind: address"),
    "a place that is not there": (lambda: replace(PENSION, place="home"), "a field of that kind: address"),
    "an address that nobody uses": (lambda: replace(PENSION, place=None), "the address would not be used"),
    "an age on a day that is none": (lambda: replace(PENSION, age_on="address"), "a field of that kind: birth_date"),
    "a birth date under a name that nothing compares": (_field(2, name="dob"), "the field's name: birth_date"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_sources_that_ship_are_whole(name: str) -> None:
    assert source(name).name == name


def test_a_right_declaration_has_no_problem() -> None:
    assert wrong_with(PENSION, "pension") == []


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_declaration_is_told(wrong: str) -> None:
    make, said = WRONG[wrong]
    problems = wrong_with(make(), "pension")
    assert any(said in str(problem) for problem in problems), problems
    assert all(problem.where.startswith("matching/sources/pension.py: ") for problem in problems)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(wrong_with(replace(PENSION, name="x", role="y", age_on="address"), "pension")) == 3  # type: ignore[arg-type]
