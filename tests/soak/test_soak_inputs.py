"""1,000 mutated inputs: none ends in a traceback, and the ledger is true in all. SOAK_SEED takes other ones, SOAK_INPUTS more."""

from __future__ import annotations

import os
from pathlib import Path

from tests.soak.inputs import run_all, try_all, validate_all

INPUTS = int(os.environ.get("SOAK_INPUTS", "1000"))
SEED = int(os.environ.get("SOAK_SEED", "0"))


def test_whole_runs_of_mutated_inputs(tmp_path: Path) -> None:
    """What got past the reader meets names, addresses, linkage and lists: no run may break down (70) over it.

    The first here, since its runs are forked: a fork of a process in which DuckDB has read waits for threads that it has not.
    """
    codes, wrong = run_all(range(SEED, SEED + INPUTS // 8), tmp_path)
    print(f"\n{INPUTS // 8} of them in whole runs ended with {dict(sorted(codes.items()))}; {len(wrong)} wrong")
    assert wrong == [] and min(codes[0], codes[5]) >= INPUTS // 40


def test_mutated_inputs(tmp_path: Path) -> None:
    tally = try_all(range(SEED, SEED + INPUTS), tmp_path)
    print(f"\n{tally} (seeds {SEED} to {SEED + INPUTS - 1})")
    assert tally.wrong == []
    assert tally.read > INPUTS // 5 and tally.refused > INPUTS // 5, "both ends are tried"


def test_mutated_inputs_through_the_gates(tmp_path: Path) -> None:
    found = validate_all(range(SEED, SEED + INPUTS // 8), tmp_path)
    print(f"\n{INPUTS // 8} of them through `validate`: {dict(found)}")
    assert set(found) <= {"passed", "passed_with_warnings", "failed", "refused"}
    assert found["refused"] < INPUTS // 8
