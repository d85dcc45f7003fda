"""Expectation maximisation finds the m that simulated patterns were drawn with, says so when it has not, and minds what rules fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from matching.comparisons import COMPARISONS, comparison
from matching.em import Cases, Learned, learn
from matching.model import DEFAULT, load_model
from matching.paths import Paths, level_probabilities, node_options, start_options
from matching.train import FIXED, LEVELS, SESSIONS

RECORDS, RESIDENTS, SHARE = 8_000, 6, 0.8
START = {name: {level: w.m for level, w in load_model(DEFAULT).weights[name].items()} for name in COMPARISONS}
# What is drawn: full information only, so that m of a level is the share of matches that reach it.
TRUE_M: dict[str, dict[str, float]] = {
    "name": {"exact": 0.70, "tone": 0.08, "order": 0.02, "middle_missing": 0.10, "close": 0.09, "surname_given": 0.01},
    "number": {"exact": 0.78, "slip": 0.10, "else": 0.12},
    "place": {"door": 0.55, "locality": 0.10, "commune": 0.15, "province": 0.05, "else": 0.15},
    "birth": {"exact": 0.75, "swapped": 0.05, "close": 0.08, "year": 0.04, "else": 0.08},
    "sex": {"agree": 0.97, "else": 0.03},
    "age": {"of_age": 0.98, "minor": 0.01, "dead": 0.01},
}
U: dict[str, dict[str, float]] = {
    "name": {"exact": 0.02, "tone": 0.03, "order": 0.01, "middle_missing": 0.04, "close": 0.05, "surname_given": 0.85},
    "number": {"exact": 0.01, "slip": 0.01, "else": 0.98},
    "place": {"door": 0.05, "locality": 0.15, "commune": 0.20, "province": 0.30, "else": 0.30},
    "birth": {"exact": 0.01, "swapped": 0.01, "close": 0.05, "year": 0.03, "else": 0.90},
    "sex": {"agree": 0.5, "else": 0.5},
    "age": {"of_age": 0.7, "minor": 0.2, "dead": 0.1},
}


def drawn(dice: np.random.Generator, shares: Mapping[str, Mapping[str, float]], size: int) -> np.ndarray:
    """Numbers of levels: a row a pair, a column a comparison."""
    columns = []
    for name in COMPARISONS:
        numbers = [LEVELS[name].index(level) for level in shares[name]]
        columns.append(dice.choice(numbers, size, p=np.array(list(shares[name].values())) / sum(shares[name].values())))
    return np.stack(columns, axis=1)


def simulated(seed: int, records: int = RECORDS) -> Cases:
    """Records with all residents as candidates: the first is the person of a share of them."""
    dice = np.random.default_rng(seed)
    levels = drawn(dice, U, records * RESIDENTS)
    first = np.arange(records) * RESIDENTS
    found = dice.random(records) < SHARE
    levels[first[found]] = drawn(dice, TRUE_M, int(found.sum()))
    bits = np.zeros(len(levels))
    for column, name in enumerate(COMPARISONS):
        bits -= np.log2([U[name].get(level, 1.0) for level in LEVELS[name]])[levels[:, column]]
    return Cases(
        count=np.ones(records, np.int64), world=np.zeros(records, np.int64), first=first, levels=levels, bits=bits,
        free=np.ones(levels.shape, bool), residents=np.array([float(RESIDENTS)]), records=np.array([float(records)]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(simulated(1), LEVELS, START, 0.5, {})


def test_the_parameters_are_recovered(learned: Learned) -> None:
    assert learned.converged and learned.last_change < 1e-6
    assert learned.shares[0] == pytest.approx(SHARE, abs=0.02)
    wrong = {(name, level): (m, learned.m[name][level]) for name, levels in TRUE_M.items() for level, m in levels.items()
             if abs(learned.m[name][level] - m) > 0.02}  # fmt: skip
    assert not wrong


def test_another_start_leads_to_the_same_place(learned: Learned) -> None:
    other_start = {name: dict.fromkeys(levels, 0.05) for name, levels in LEVELS.items()}
    other = learn(simulated(1), LEVELS, other_start, 0.9, {})
    assert other.converged
    for name, levels in TRUE_M.items():
        for level in levels:
            assert other.m[name][level] == pytest.approx(learned.m[name][level], abs=0.005), (name, level)


def test_it_says_that_it_has_not_converged() -> None:
    ended = learn(simulated(2, 500), LEVELS, START, 0.5, {}, rounds=2)
    assert (ended.converged, ended.iterations) == (False, 2)
    assert ended.last_change > 1e-6


def test_alike_records_may_be_counted(learned: Learned) -> None:
    """Two of each record are one case with a count of two: nothing changes but how much was seen."""
    cases = simulated(1)
    doubled = learn(replace(cases, count=cases.count * 2, records=cases.records * 2), LEVELS, START, 0.5, {})
    for name in COMPARISONS:
        for level, pairs in learned.evidence[name].items():
            assert doubled.evidence[name][level] == pytest.approx(2 * pairs, rel=0.01, abs=1.0), (name, level)


def test_a_key_teaches_nothing_of_itself() -> None:
    """Only pairs that agree on the number or the door are brought: m of both is found if each is learned where the other one asked."""
    cases = simulated(3, 20_000)
    number = np.isin(cases.levels[:, COMPARISONS.index("number")], [LEVELS["number"].index("exact")])
    door = cases.levels[:, COMPARISONS.index("place")] == LEVELS["place"].index("door")
    kept = number | door
    case_of = cases.case_of[kept]
    some, first = np.unique(case_of, return_index=True)
    free = np.zeros((int(kept.sum()), len(COMPARISONS)), bool)
    for column, name in enumerate(COMPARISONS):
        free[:, column] = (number[kept] & (name != "number")) | (door[kept] & (name != "place"))
    blocked = replace(
        cases,
        count=cases.count[some],
        world=cases.world[some],
        first=first,
        levels=cases.levels[kept],
        bits=cases.bits[kept],
        free=free,
    )
    minding = learn(blocked, LEVELS, START, 0.5, {})
    blind = learn(replace(blocked, free=np.ones_like(free)), LEVELS, START, 0.5, {})
    assert minding.m["number"]["exact"] == pytest.approx(TRUE_M["number"]["exact"], abs=0.03)
    assert minding.m["place"]["door"] == pytest.approx(TRUE_M["place"]["door"], abs=0.03)
    assert blind.m["number"]["exact"] > TRUE_M["number"]["exact"] + 0.05


def test_fixed_levels_and_rare_ones_stay() -> None:
    cases = simulated(4, 2_000)
    unseen = replace(cases, free=cases.free & (np.arange(len(COMPARISONS)) != COMPARISONS.index("birth")))
    ended = learn(unseen, LEVELS, START, 0.5, {"number": ("else",)})
    assert ended.m["number"]["else"] == START["number"]["else"] and "else" in ended.kept["number"]
    assert ended.m["birth"] == START["birth"] and set(ended.kept["birth"]) == set(LEVELS["birth"]) - {"null"}
    assert not ended.kept["place"]


def test_every_comparison_is_free_in_two_sessions() -> None:
    for name in COMPARISONS:
        assert sum(name not in session.fixes for session in SESSIONS) >= 2, name


@pytest.mark.parametrize("name", COMPARISONS)
def test_paths_know_every_level(name: str) -> None:
    assert set(Paths.of(name)) == set(comparison(name).level_names) - {"null"}
    shares = start_options(name, START[name])
    for node, options in node_options(name).items():
        assert len(options) > 1 and sum(shares[node].values()) == pytest.approx(1), node
    assert all(0 < m <= 1 for m in level_probabilities(name, shares).values())


def test_a_level_that_says_less_is_worth_what_it_may_mean() -> None:
    """Without a house number, street and commune are all there is to agree: m is that of the same and of another house together."""
    shares = start_options("place", START["place"])
    m = level_probabilities("place", shares)
    assert m["locality_compatible"] == pytest.approx(m["door"] + m["locality"])
    assert m["commune_compatible"] == pytest.approx(m["locality_compatible"] + m["commune"])
    assert m["province_compatible"] == pytest.approx(m["commune_compatible"] + m["province"])


def test_the_definition_of_a_link_is_not_learned() -> None:
    assert FIXED == {"name": ("else",)}
