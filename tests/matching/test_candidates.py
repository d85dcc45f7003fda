"""Candidates wait for the prior in parts, on disk but for the last bucket, and come back as they were put."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching import candidates
from matching.arrays import Array
from matching.candidates import Counted, Waiting, halves

BUCKETS = {0: ([0, 0, 1], [1, 3, 3, 3, 7]), 1: ([10], [10, 10, 10]), 4: ([], []), 5: ([50, 51, 52, 53], [])}


def pieces(bucket: int) -> list[dict[str, Array]]:
    return [{"l": np.array(numbers, np.int32), "r": np.arange(len(numbers))} for numbers in BUCKETS[bucket]]


def test_parts_come_back_as_they_were_put(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(candidates, "_WORTH_TWO", 3)
    waiting = Waiting(tmp_path / "spill")
    for bucket in BUCKETS:
        waiting.put(bucket, pieces(bucket))
    assert waiting.parts == [0, 1, 2, 8, 10, 11]  # the records of bucket 1 are one, and bucket 4 is small
    assert sorted(file.name for file in (tmp_path / "spill").iterdir()) == [f"candidates-{part:04d}.npz" for part in (0, 1, 2, 8)]
    found = {part: waiting.take(part) for part in waiting.parts}
    for name in ("l", "r"):
        expected = [piece[name].tolist() for bucket in BUCKETS for piece in pieces(bucket)]
        assert [value for part in found.values() for value in part[name].tolist()] == [value for piece in expected for value in piece]
    records = [record for part in found.values() for record in set(part["l"].tolist())]
    assert len(records) == len(set(records))  # a record is in one part
    assert not list((tmp_path / "spill").iterdir())


def test_few_rows_are_one_part_and_counts_add_up() -> None:
    assert halves(np.zeros(0, np.int32)) == [slice(0, 0)] and halves(np.arange(50_000)) == [slice(0, 50_000)]
    assert halves(np.arange(50_001)) == [slice(0, 25_000), slice(25_000, 50_001)]
    whole, part = Counted(), Counted(parts=1, asked=3)
    part.rules[1, 2], part.found[0], part.patterns[0, 5] = 4, 2, 9
    for _ in range(2):
        whole.add(part)
    assert (whole.parts, whole.asked, whole.rules[1, 2], whole.found[0], whole.patterns[0, 5]) == (2, 6, 8, 4, 18)
