from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import text as text_module
from matching.standardise.syllables import is_plain_syllable, is_pronounceable, is_syllable
from matching.standardise.tables import name_counts
from matching.standardise.text import fold, nfc, squeeze, tone_placement
from tests.matching.standardise.std_cases import cases

NAMES = st.lists(st.sampled_from(sorted(name_counts())), min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize(("function", "raw", "expected"), cases("text", 3))
def test_examples(function: str, raw: str, expected: str) -> None:
    assert getattr(text_module, function)(raw) == expected


@given(st.text(max_size=40))
def test_every_function_is_stable(raw: str) -> None:
    for function in (fold, nfc, squeeze):
        once = function(raw)
        assert function(once) == once
    placed = tone_placement(nfc(raw))
    assert tone_placement(placed) == placed


@given(st.text(max_size=40))
def test_fold_has_only_letters_digits_and_single_blanks(raw: str) -> None:
    folded = fold(raw)
    assert "  " not in folded
    assert folded == folded.strip()
    assert all(char.isalnum() or char == " " for char in folded)


@given(NAMES)
def test_tone_placement_moves_marks_and_nothing_else(name: str) -> None:
    def letters(value: str) -> list[str]:
        return sorted(unicodedata.normalize("NFD", value))

    assert letters(tone_placement(name)) == letters(name)
    assert fold(tone_placement(name)) == fold(name)


@pytest.mark.parametrize("word", ["Nguyễn", "quý", "GIẾNG", "ngoèo", "Thuở", "yêu", "gì", "khuỷu", "Quới"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_plain_syllable(fold(word))


@pytest.mark.parametrize("word", ["Nguyeenx", "Vaên", "Vâ", "hat́", "bàp", "ngin", "cê", "quu"])
def test_not_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize("word", ["Kdăm", "Mlô", "Niê", "Păh", "Krông", "Ksor", "Đắk", "Prông", "Blưh"])
def test_minority_words_are_pronounceable_but_no_syllables(word: str) -> None:
    assert is_pronounceable(word)
    assert not is_syllable(word)
