"""On a world whose truth is known: probabilities mean what they say, and the estimate without truth holds the true figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.generate import generate_world
from matching.engine import Limits, connect, view
from matching.estimate import Estimate, estimate_error
from matching.evaluate import Evaluation, evaluate
from tests.matching.linked_world import linked
from tests.matching.small_world import PARTNER

SEEDS = (31, 32)


@dataclass(frozen=True)
class Measured:
    """What a run says of itself, and what is true of it."""

    estimate: Estimate
    truth: Evaluation


def measured(folder: Path, people: int, seed: int) -> Measured:
    """A generated world through all stages."""
    generate_world(people, seed, folder / "world")
    paths = linked(folder, PARTNER, "contracts.csv")
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        truth = evaluate(con, paths, folder / "world" / "truth.csv")
        for name in ("links", "candidates", "std_register"):
            view(con, name, paths[name])
        return Measured(estimate_error(con), truth)


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measured(tmp_path_factory.mktemp(f"seed{request.param}"), 5_000, request.param)


def test_the_intervals_hold_the_truth(world: Measured) -> None:
    said, truth = world.estimate, world.truth
    assert (
        said.precision_low is not None and said.precision_high is not None and said.recall_low is not None and said.recall_high is not None
    )
    assert said.links == truth.links
    assert float(said.precision_low) <= truth.precision <= float(said.precision_high)
    assert float(said.recall_low) <= truth.recall <= float(said.recall_high)
    assert said.precision_high - said.precision_low < 0.02 and said.recall_high - said.recall_low < 0.1  # and say something
    assert said.matches is not None and float(said.matches) == pytest.approx(truth.findable, rel=0.02)
    assert said.blocking_recall is not None and 0.98 < said.blocking_recall < 1


def test_probabilities_mean_what_they_say(world: Measured) -> None:
    """In bands of enough records; between 0.95 and 0.99 about as many links are right as they say, above nearly all."""
    bands = world.truth.calibration
    assert int(bands["links"].sum()) == world.truth.links
    sure = bands[bands["from"] >= 0.949]
    said, right = (float((sure[column] * sure["links"]).sum() / sure["links"].sum()) for column in ("links: mean", "links: right"))
    assert right == pytest.approx(said, abs=0.004)
    unsure = bands[(bands["from"] < 0.949) & (bands["from"] > 0.09)]
    said, right = (
        float((unsure[column] * unsure["records"]).sum() / unsure["records"].sum()) for column in ("mean probability", "share right")
    )
    assert right == pytest.approx(said, abs=0.2)


def test_nobody_is_served_far_worse(world: Measured) -> None:
    groups = world.truth.groups
    assert set(groups["by"]) == {"region", "kind of place", "name", "number"}
    large = groups[(groups["by"] != "number") & (groups["have a resident"] > 100)]
    assert len(large) > 4
    assert (large["precision"] > 0.99).all() and (large["recall"] / large["ceiling"] > 0.93).all(), large.to_string()


def test_nothing_to_tell_it_from(tmp_path: Path) -> None:
    with connect(Limits("1GB", 1, tmp_path)) as con:
        con.execute("CREATE TABLE links (outcome VARCHAR, match_probability DECIMAL(9, 6))")
        con.execute("CREATE TABLE candidates (l INTEGER, match_probability DECIMAL(9, 6), weight_name INTEGER)")
        for name in ("number", "name", "place"):
            con.execute(f"ALTER TABLE candidates ADD COLUMN gamma_{name} VARCHAR")
        con.execute("CREATE TABLE std_register (r INTEGER)")
        found = estimate_error(con)
    assert (found.links, found.precision, found.recall, found.blocking_recall) == (0, None, None, None)
