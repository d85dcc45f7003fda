"""No text in a field of a name, number, date or phone breaks the run or holds it up: a megabyte, controls, emoji, right to left."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.standardise.dates import standardise_dates
from matching.standardise.distinct import Standardiser
from matching.standardise.identity import standardise_ids
from matching.standardise.names import parse_name, standardise_names
from matching.standardise.names.parse import LONGEST
from matching.standardise.phones import standardise_phones

READERS: dict[str, Standardiser] = {
    "names": standardise_names,
    "ids": standardise_ids,
    "dates": standardise_dates,
    "phones": standardise_phones,
}
UNITS = (
    "a", "w", "ơ", "0", " ", "(", "H'", "aeae", "nguyeenx", "Nguyễn ", "NguyÔn ", "Nguyeenx ", "Lê An - ", "Lê An và ", "Ã\xa0", "á»…", "&#225;",
    "công ty ", "ông/bà ", "NguyễnVănAn", "[x] ", "1/", "\u202e\u0000\u0007", "😀", "\u0301", "مرحبا ", "Ng. ", "Ê ban ",
)  # fmt: skip
ALPHABET = "aăđêưNV12/,-.&' ()Ã\xa0\xad\x85\u0301\u200f\u202e\u0000\ufffd\U0001f600مﷺ"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("length", [LONGEST, 1_000_000])
def test_hostile_texts_take_no_time(reader: str, length: int) -> None:
    some = UNITS if length == LONGEST else UNITS[::5]
    texts = [(unit * length)[:length] for unit in some]
    start = time.process_time()
    assert READERS[reader](texts).column("raw").to_pylist() == texts
    assert time.process_time() - start < 2 * len(texts)  # it takes a tenth of a second a text


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=80) | st.text(ALPHABET, max_size=80), max_size=3))
def test_no_text_breaks_a_reader(texts: list[str]) -> None:
    for reader in READERS.values():
        assert reader(texts).column("raw").to_pylist() == texts


def test_what_is_longer_than_any_name_is_not_read_and_not_lost() -> None:
    longest, longer = ("Nguyễn Văn An " + "x" * LONGEST)[:LONGEST], "Nguyễn Văn An " + "x" * LONGEST
    assert parse_name(longest).kind == "person"
    found = parse_name(longer)
    assert (found.raw, found.kind, found.canonical) == (longer, "unreadable", None)
