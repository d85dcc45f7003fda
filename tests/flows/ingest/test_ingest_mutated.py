"""A few dozen of the inputs that `make soak` tries by the thousand."""

from __future__ import annotations

from pathlib import Path

from tests.soak.inputs import try_all


def test_mutated_inputs(tmp_path: Path) -> None:
    tally = try_all(range(900_000, 900_048), tmp_path)
    assert tally.wrong == []
    assert tally.read > 9 and tally.refused > 9
