from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.encodings import repair_encoding
from matching.standardise.tables import name_counts, rows
from matching.standardise.text import fold, nfc, tone_placement
from tests.matching.standardise.std_cases import cases, maybe

# Words that say "Vietnamese" in any encoding stand first, as a surname does in life.
USUAL = [word for word, count in name_counts().items() if count >= 20]
NAMES = st.lists(st.sampled_from(USUAL), min_size=1, max_size=3).map(lambda words: " ".join(["nguyễn", *words]).title())


@pytest.mark.parametrize(("raw", "expected", "code"), cases("encodings", 3))
def test_examples(raw: str, expected: str, code: str) -> None:
    assert repair_encoding(raw) == (expected, maybe(code))


def _units() -> list[str]:
    folder = resources.files("matching.standardise.admin_units").joinpath("data")
    names: set[str] = set()
    for file in ("communes_new", "communes_old", "provinces", "districts"):
        with folder.joinpath(f"{file}.tsv").open(encoding="utf-8") as handle:
            names.update(row["name"] for row in csv.DictReader(handle, delimiter="\t"))
    return sorted(names)


@pytest.mark.parametrize("form", [str, str.upper, str.lower, fold, lambda name: fold(name).upper(), lambda name: fold(name).title()])
def test_no_unit_name_is_damaged(form: Callable[[str], str]) -> None:
    units = _units()
    assert len(units) > 9_000
    damaged = [written for unit in units if repair_encoding(written := form(unit)) != (nfc(written), None)]
    assert damaged == []


def test_no_unit_name_changes_its_letters() -> None:
    damaged = [unit for unit in _units() if fold(tone_placement(nfc(unit))) != fold(unit)]
    assert damaged == []


def test_no_name_word_is_damaged() -> None:
    words = [form for word in name_counts() for form in (word, word.upper(), fold(word), fold(word).upper())]
    assert [word for word in words if repair_encoding(word)[1]] == []


def _stored(name: str, charset: str) -> str:
    if charset == "utf8":
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in name.encode())
    table = {letter: seen if charset == "vni" else chr(int(seen, 16)) for seen, letter in rows(f"charset_{charset}")}
    if charset == "tcvn3":
        table |= {letter.upper(): seen for letter, seen in table.items()}  # the capital font shows the same bytes
    return "".join(table.get(char, char) for char in name)


@pytest.mark.parametrize("charset", ["tcvn3", "vni", "viscii", "utf8"])
@given(name=NAMES)
def test_round_trip(charset: str, name: str) -> None:
    stored = _stored(name, charset)
    repaired, _ = repair_encoding(stored)
    assert repaired.lower() == name.lower()


@given(NAMES)
def test_names_in_unicode_stay(name: str) -> None:
    for form in (name, name.upper(), name.lower(), fold(name), fold(name).upper()):
        assert repair_encoding(form) == (form, None)
    assert repair_encoding(unicodedata.normalize("NFD", name)) == (name, None)


@given(st.text(max_size=60))
def test_any_text_comes_back_composed_and_else_unchanged_if_nothing_was_repaired(raw: str) -> None:
    repaired, kind = repair_encoding(raw)
    assert repaired == unicodedata.normalize("NFC", repaired)
    without = re.sub("[\u200b-\u200f\u2060\ufeff]", "", raw)  # zero width: no letters, but beside letters of code pages
    assert kind is not None or repaired in (raw, nfc(without))
