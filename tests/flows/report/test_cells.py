"""Cells: no formula, no line break, and what was put on to guard comes off again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.report.cells import SHEET_CELL, cell, guard, one_line, sheet_cell, unguard

DANGEROUS = [
    "=1+1",
    "+84912345678",
    "-12/3 Lê Lợi",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\0x",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\u3000＝1",
    "\ufeff=1",
]
starts = st.sampled_from(["", "'", "''", " ", "' ", "\u200b"])
risky = st.builds(lambda start, sign, rest: start + sign + rest, starts, st.sampled_from("=+-@\t\r\0＝＋－＠ax1"), st.text())


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_starts_a_formula_is_guarded(text: str) -> None:
    assert guard(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Lê Lợi", "12-3", "'tis", "a=1", "'", "O'Neil", "(=1)"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guard(text) == text


@given(st.one_of(st.text(), risky))
def test_the_guard_comes_off_exactly(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.one_of(st.text(), risky))
def test_no_cell_starts_a_formula_or_breaks_a_line(text: str) -> None:
    shown = cell(text)
    assert len(shown.splitlines()) <= 1
    assert "\0" not in shown
    assert shown.lstrip(" \u3000\u200b\ufeff")[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert unguard(shown) == one_line(text)


def test_line_breaks_are_shown() -> None:
    assert cell("a\r\nb\nc\u2028d") == "a ⏎ b ⏎ c ⏎ d"
    assert cell(None) == ""


def test_a_cell_too_long_for_a_sheet_says_so() -> None:
    cut = sheet_cell("x" * (SHEET_CELL + 1))
    assert len(cut) == SHEET_CELL and cut.endswith("(xem tệp CSV / see the CSV file)")
    assert sheet_cell("x" * SHEET_CELL) == "x" * SHEET_CELL
