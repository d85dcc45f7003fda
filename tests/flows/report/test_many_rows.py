"""Many rows in little memory: the lists are sorted and joined in narrow steps, and the benchmark's copies are a run's records indeed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import report_world as world

from flows.bench.report import multiplied
from flows.report.causes import load_causes
from flows.report.columns import CLERICAL, MISMATCHES, NOT_FOUND, own_columns
from flows.report.history import load_history
from flows.report.laid import Listing, laid_rows
from flows.report.listing import work_list
from flows.report.reviews import load_ruled_out
from flows.report.tables import Row, opened
from flows.report.unlinked import clerical, not_found

COPIES = 30_000
MEMORY = "120MB"
"""Of DuckDB: with one wide query for the work list it needed more than 150 MB for as many rows, and the more the more there were."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return world.build(tmp_path_factory.mktemp("many"), COPIES)


def _rows(inputs: dict[str, Path], scratch: Path, memory: str, listing: Callable[[list[str]], Listing]) -> list[Row]:
    settings = world.settings(memory=memory)
    with opened(inputs, settings, scratch, []) as con:
        load_history(con, None, settings.as_of)
        load_causes(con, settings.key)
        load_ruled_out(con)
        own = own_columns(con, inputs["raw_partner"], (*MISMATCHES, *CLERICAL, *NOT_FOUND))
        return list(laid_rows(con, listing(list(own.names)), scratch))


@pytest.mark.parametrize(("listing", "each"), [(work_list, 3), (clerical, 2), (not_found, 1)])
def test_memory_does_not_grow_with_the_rows(
    many: dict[str, Path], tmp_path: Path, listing: Callable[[list[str]], Listing], each: int
) -> None:
    found = _rows(many, tmp_path, MEMORY, listing)
    assert len(found) == each * COPIES
    assert not list(tmp_path.glob("*.parquet")), "what was laid down is taken away"


def test_batches_hold_every_row_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = world.build(tmp_path / "tables", 50)
    whole = _rows(inputs, tmp_path, "1GB", work_list)
    monkeypatch.setattr("flows.report.laid.BATCH", 7)
    monkeypatch.setattr("flows.report.listing.BATCH", 7)
    assert _rows(inputs, tmp_path, "1GB", work_list) == whole
    assert len({row[0] for row in whole}) == len(whole) == 150


def test_copies_of_the_benchmark_have_names_and_places_of_their_own(tmp_path: Path) -> None:
    inputs = multiplied_world(tmp_path, 4)
    found = _rows(inputs, tmp_path, "1GB", work_list)
    once = _rows(multiplied_world(tmp_path / "once", 1), tmp_path, "1GB", work_list)
    assert len(found) == 4 * len(once) == 12 and len({row[0] for row in found}) == 12
    told = slice(19, None)  # all that is shown of both sides, the partner's own columns included
    assert Counter(row[19:22] for row in found) == Counter({row[19:22]: 4 for row in once})
    assert {row[told][:8] for row in found} == {row[told][:8] for row in once}


def multiplied_world(root: Path, copies: int) -> dict[str, Path]:
    """The tables of a small run as the benchmark multiplies them."""
    world.build(root / "run")
    return multiplied(root / "run", root / "more", copies)
