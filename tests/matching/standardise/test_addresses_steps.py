"""The quick ways of reading many addresses say what the long ways say: pieces that are in order, and all texts step by step."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.bench.country import drawn_addresses
from flows.generate.units import AS_OF, communes
from matching.standardise.addresses import AddressParser, standardise_addresses
from matching.standardise.addresses.chunks import cleaned_and_folded
from matching.standardise.addresses.details import parse_detail
from matching.standardise.addresses.parts import parts_of
from matching.standardise.addresses.tokens import clean, fold_aligned
from matching.standardise.admin_units import Gazetteer
from matching.standardise.distinct import Standardiser
from matching.standardise.names import standardise_names

CASES = Path(__file__).parents[2] / "cases"
_PIECES = """
T. T.P T.Phú TT. TP. (T. P P. X H H. h. K k. K. 5 12, 0 12/3 7B 12A3 số SỐ Số: Nà n No lô Lô trân h.12 5,H. ng 3 ,h. Long Xuyên Xã
Phường Quận Tỉnh Đắk đường thn Êp kom hà Nam Nam, VN 700000 (cũ) thônn Laak Bìhn Thä Taân Xa4 PXI iii ×5 -
"""
PIECES = (*_PIECES.split(), "", "\u200bPhú", "Ho\u0300a", "a\u00a0b")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Addresses of all regions with the generator's noise, and those of the tables of cases."""
    drawn = [row["text"] for row in drawn_addresses(communes(200), 2_500, 7, 0)]
    lines = [line for name in ("place", "detail") for line in (CASES / f"addresses_{name}.tsv").read_text(encoding="utf-8").splitlines()]
    return [*drawn, *(line.split("\t")[0] for line in lines), "", " ", "Hà Nội " * 200]


def test_what_is_in_order_is_as_cleaned_at_length(texts: list[str]) -> None:
    for text in texts:
        _same(text)
    untouched = sum(clean(text)[0] is text for text in texts)
    assert untouched > len(texts) / 2


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join))
@example("5 T. P Long")
@example("Số 5 số 12 Long")
@example("12, h. 7 Xã Nam")
def test_pieces_beside_each_other_are_as_cleaned_at_length(text: str) -> None:
    _same(text)


def test_all_at_once_is_as_one_by_one(texts: list[str]) -> None:
    together = AddressParser(Gazetteer.load(), AS_OF).read_all(texts)
    alone = AddressParser(Gazetteer.load(), AS_OF)
    assert [alone.read(text) for text in reversed(texts)] == together[::-1]


@pytest.mark.parametrize("standardise", [partial(standardise_addresses, as_of=AS_OF), standardise_names], ids=["addresses", "names"])
def test_nothing_is_left_for_the_garbage_collector(texts: list[str], standardise: Standardiser) -> None:
    """Workers do without it: a batch must leave no objects that refer to each other."""
    standardise(texts[:500])
    gc.collect()
    gc.disable()
    try:
        standardise(texts[500:])
        assert gc.collect() == 0
    finally:
        gc.enable()


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from((*PIECES, "/", "-", "ngõ", "tổ", "thôn", "T.5", "B.Nà")), min_size=1, max_size=5).map(" ".join))
def test_a_comma_behind_a_beginning_says_nothing(text: str) -> None:
    cleaned, folded, _ = cleaned_and_folded(text)
    if not folded[-1:].isalnum():
        return
    for behind in (",", ", "):
        for rural in (True, False, None):
            alone = parse_detail(parts_of(cleaned, folded), rural)
            assert parse_detail(parts_of(cleaned + behind, folded + behind), rural) == alone, text


def _same(text: str) -> None:
    cleaned, repaired = clean(text)
    assert cleaned_and_folded(text) == (cleaned, fold_aligned(cleaned), repaired), text
