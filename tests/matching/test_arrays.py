"""Columns between Arrow and numpy without the libraries that pyarrow and numpy import for comfort."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from matching.arrays import coded, inside, lookup, one_of, ranked, text_column
from matching.columns import array, arrow, decimal_millionths, listed, millionths, positions, texts, words

TEXTS = ["an", None, "", "nghiiªm", "bình", "x", None]


def test_texts_are_read_by_row() -> None:
    found = texts(pa.chunked_array([TEXTS[:3], TEXTS[3:]]))
    rows = np.array([4, 0, 1, 3, 6, 2, 5, 4])
    assert found.at(rows) == [TEXTS[row] or "" for row in rows]
    sliced = texts(pa.chunked_array([pa.array(TEXTS).slice(2, 3)]))
    assert sliced.at(np.arange(3)) == ["", "nghiiªm", "bình"]
    assert texts(pa.chunked_array([], pa.string())).at(np.zeros(0, np.int64)) == []
    assert text_column("ab", np.array([0, 0, 2])).at(np.array([1, 0])) == ["ab", ""]


def test_initials_are_equal_where_the_first_letters_are() -> None:
    names = [
        "an",
        "nguyen van an",
        "nhan vo a",
        "nguyen van",
        "le thi be",
        "lo thu bon",
        "",
        "ñu an",
        "ño ai",
        "íu an",
        "iu an",
        "le t b",
        "be t le",
    ]
    column = texts(pa.chunked_array([names]))
    rows = np.array([*range(len(names)), 1, 1])
    keys = column.initials(rows)
    first = [[word[0] for word in names[row].split()] for row in rows]
    for one, mine in zip(keys, first, strict=True):
        assert [other == one for other in keys] == [theirs == mine for theirs in first]


def test_texts_one_edit_apart_have_an_odd_number_of_two_letters_at_most() -> None:
    pairs = [
        ("nguyen van an", "nguyen van am"),
        ("nguyen van an", "nguyenvan an"),
        ("le thi hoa", "le thi oha"),
        ("aa", "a"),
        ("anna", "anan"),
    ]
    left, right = (texts(pa.chunked_array([list(side)])).letters() for side in zip(*pairs, strict=True))
    assert np.bitwise_count(left ^ right).max() <= 2
    assert texts(pa.chunked_array([["ñu", None]])).letters().tolist() == [0, 0]


def test_columns_go_over_and_come_back() -> None:
    for values in (np.arange(5, dtype=np.int32)[::2], np.array([1, -(2**40)]), np.zeros(0, np.int8)):
        column = arrow(values)
        assert column.to_pylist() == values.tolist()
        assert array(pa.chunked_array([column])).tolist() == values.tolist()
    assert words(np.array([1, 0, 1], np.int8), ("một", "hai"), np.array([True, True, False])).to_pylist() == ["hai", "một", None]
    assert arrow(np.array([7, 8, 9], np.int32), np.array([True, False, True])).to_pylist() == [7, None, 9]
    named = pa.chunked_array([words(np.array([1, 0], np.int8), ("một", "hai")), words(np.array([0], np.int8), ("hai", "ba"))])
    assert positions(named, ("ba", "hai", "một")).tolist() == [1, 2, 1]
    assert positions(named, ("một",)).tolist() == [-1, 0, -1]
    decimals = pa.chunked_array([decimal_millionths(np.array([5, 999_999, 1_000_000]), 9).slice(1), decimal_millionths(np.array([7]), 9)])
    assert millionths(decimals).tolist() == [999_999, 1_000_000, 7]
    assert listed(np.array([0, 2, 2, 3]), np.array([5, 6, 7], np.int32)).to_pylist() == [[5, 6], [], [7]]
    assert decimal_millionths(np.array([0, 1_000_000, 987_654]), 9).to_pylist() == [
        Decimal("0.000000"),
        Decimal("1.000000"),
        Decimal("0.987654"),
    ]


@pytest.mark.parametrize("size", [0, 1, 1000, 50_000])
def test_distinct_values_and_look_ups(size: int) -> None:
    values = np.random.default_rng(7).integers(0, max(1, size // 3), size).astype(np.uint64)
    values *= np.uint64(0x9E3779B97F4A7C15)  # over all bits
    once, first, which = coded(values)
    assert (ranked(values) == np.argsort(values, kind="stable")).all()
    assert once.tolist() == sorted(set(values.tolist()))
    assert (once[which] == values).all() and (values[first] == once).all()
    wanted = once[::2]
    rows, places = lookup(values, wanted)
    sought = set(wanted.tolist())
    assert rows.tolist() == [n for n, value in enumerate(values.tolist()) if value in sought]
    assert (wanted[places] == values[rows]).all() and inside(values, wanted).sum() == len(rows)
    assert one_of(np.array([0, 3, 2], np.int8), [2, 3]).tolist() == [False, True, True]


def test_nothing_heavy_is_imported_on_the_way() -> None:
    """pandas takes a third of a second, pyarrow.compute a fifth: as long as linking 100,000 records takes."""
    code = "import sys, matching.link, matching.train; print(sorted({'pandas', 'pyarrow.compute', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout.strip() == "[]"
