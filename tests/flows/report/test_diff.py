"""Marked differences: words, digits, days and addresses."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.report import diff
from flows.report.addresses import Names, Place, address_diff, written

CASES = list(csv.DictReader((Path(__file__).parents[2] / "cases" / "report_diff.tsv").open(encoding="utf-8"), delimiter="\t"))
NAMES = Names(date(2026, 10, 31))
EMPTY = Place(*(None,) * 10)
HERE = EMPTY._replace(house="5", street="tran phu", street_display="Trần Phú", communes="00004", province="01")
name = st.lists(st.sampled_from(["Nguyễn", "Nguyên", "nguyen", "Văn", "Thị", "Án", "Ấn", "An", "Hoà", "Hòa", "Lý", "Lí"]), max_size=5).map(
    " ".join
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['partner']}-{case['register']}")
def test_marked(case: dict[str, str]) -> None:
    assert getattr(diff, f"mark_{case['kind']}")(case["partner"], case["register"]) == case["marked"]


@given(name, name)
def test_both_sides_can_be_read_off_the_marks(partner: str, register: str) -> None:
    marked = diff.mark_words(partner, register)
    if not marked:
        assert partner.lower().replace("hoà", "hòa") == register.lower().replace("hoà", "hòa")
        return
    right = re.sub(r"\[[^\[\]|~]*[|~]([^\[\]]*)\]", r"\1", marked)
    assert right.split() == register.split()


@given(name)
def test_a_name_does_not_differ_from_itself(text: str) -> None:
    assert diff.mark_words(text, text) == ""


@pytest.mark.parametrize(
    ("partner", "register", "marked"),
    [
        (HERE, HERE, ""),
        (HERE, HERE._replace(street_display="TRẦN PHÚ"), ""),
        (HERE, HERE._replace(house="7"), "[5|7], Trần Phú, Phường Ba Đình, Thành phố Hà Nội"),
        (HERE._replace(house=None), HERE, ""),
        (
            HERE._replace(street_display="đường Trần Phú"),
            HERE._replace(street="le lai", street_display="phố Lê Lai"),
            "5, [Trần Phú|Lê Lai], Phường Ba Đình, Thành phố Hà Nội",
        ),
        (
            HERE._replace(building="can 2211; toa a"),
            HERE._replace(building="can 12; toa a"),
            "5, căn [2211,|12,] tòa A, Trần Phú, Phường Ba Đình, Thành phố Hà Nội",
        ),
        (HERE._replace(communes="00004|00008"), HERE, ""),
        (HERE._replace(unit_group="58"), HERE, ""),
        (HERE._replace(unit_group="58"), HERE._replace(house="7"), "[5|7], [tổ 58|?], Trần Phú, Phường Ba Đình, Thành phố Hà Nội"),
        (EMPTY, HERE, ""),
        (HERE._replace(communes=None, province=None), HERE, ""),
    ],
)
def test_address(partner: Place, register: Place, marked: str) -> None:
    assert address_diff(partner, register, NAMES) == marked


def test_a_coded_address_is_written_with_names() -> None:
    assert written("#00004|5 Trần Phú", "00004", NAMES) == "5 Trần Phú, Phường Ba Đình"
    assert written("5 Trần Phú", "00004", NAMES) == "5 Trần Phú"
    assert written(None, None, NAMES) == ""
