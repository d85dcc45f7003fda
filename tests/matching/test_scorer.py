"""The engine agrees with the slow scorer on every pair of a generated world: levels, weights to the thousandth, probabilities."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.generate import generate_world
from matching.block import Blocker
from matching.compare import compare
from matching.comparisons import comparison
from matching.decide import Thresholds
from matching.engine import Limits, connect, part_file
from matching.keys import World
from matching.link import LinkSettings, decide_links, find_candidates
from matching.load import load_records, load_world
from matching.model import Model, load_model
from tests.matching.linked_world import standardised
from tests.matching.slow_scorer import ATTRIBUTES, Pair, Row, Seen, SlowScorer, Tables, probabilities
from tests.matching.small_world import PARTNER

PEOPLE, SEED = 4_000, 20261031
STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")
MINIMUM_AGE = 18
BESIDE = 99  # the rule of pairs that no rule brought


@dataclass(frozen=True)
class Answers:
    """What the engine says of every pair, and of the candidates it keeps."""

    compared: dict[Pair, Row]
    candidates: dict[Pair, Row]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standardised tables of a generated world; some records get birth dates, which contracts have not, or lose the day they were made."""
    folder = tmp_path_factory.mktemp("scorer")
    generate_world(PEOPLE, SEED, folder / "world")
    standardised(folder, PARTNER, "contracts.csv")
    _change_dates(folder)
    return folder


def _change_dates(folder: Path) -> None:
    """To two of three records the birth date of somebody with their number or name, as it is or damaged; some lose their day."""
    register = _rows(folder / "std_register")
    by_number, by_name = {g.id12: g for g in register}, {g.name: g for g in register}
    dice = random.Random(SEED)
    rows = []
    for record in _rows(folder / "std_partner"):
        resident = by_number.get(record.id12) or by_name.get(record.name) or dice.choice(register)
        undated = {"event_date": None} if dice.random() < 0.1 else {}
        rows.append({**vars(record), **undated, **(_damaged(resident, dice) if dice.random() < 0.67 else {})})
    file = part_file(folder / "std_partner", 0)
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(file)), file)


def _damaged(resident: Row, dice: random.Random) -> dict[str, Any]:
    born = resident.birth_date or date(resident.birth_year or 1950, 2, 28)
    swapped = date(born.year, born.day, born.month) if born.day <= 12 else born
    written = dice.choice([born, born, swapped, born + timedelta(days=1), born + timedelta(days=47), date(born.year - 9, born.month, 1)])
    if dice.random() < 0.1:
        return {"birth_date": None, "birth_year": born.year, "birth_condition": "year_only"}
    return {"birth_date": written, "birth_year": written.year, "birth_condition": "ok"}


def _rows(folder: Path) -> list[Row]:
    return [Row(**row) for row in pq.read_table(folder).to_pylist()]


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("electricity")


@pytest.fixture(scope="module")
def answers(folder: Path, model: Model) -> Answers:
    inputs = {name: folder / name for name in STANDARDISED}
    out = {name: folder / name for name in ("candidates", "pair_counts")}
    settings = LinkSettings(model, replace(PARTNER, minimum_age=MINIMUM_AGE), Thresholds(0.95, 0.5), 2)
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        find_candidates(con, {**inputs, "scratch": folder / "scratch"}, out, settings)
        world = load_world(con)
        _propose(con, world)
        compare(con, world, MINIMUM_AGE)
        compared = _by_pair(con, "compared")
    with duckdb.connect() as con:
        return Answers(compared, _by_pair(con, f"read_parquet('{folder}/candidates/*.parquet')"))


def _propose(con: duckdb.DuckDBPyConnection, world: World) -> None:
    """The table `pairs` of everything that blocking brings, candidates or not, of who stands beside them in the register, and of strangers."""
    records = load_records(con, world)
    found = Blocker(world).block(records).pairs
    columns = {"l": records["l"][found.record], "r": found.resident, "rule": found.rule, "slip": found.slip}
    con.register("proposed", pa.table(columns))
    con.execute(_PAIRS)


_PAIRS = f"""
CREATE OR REPLACE TABLE pairs AS
    SELECT l, r, min(rule)::TINYINT AS rule, bool_or(slip) AS slip FROM (
        SELECT * FROM proposed
        UNION ALL SELECT l, r + step, {BESIDE}, FALSE FROM proposed, (VALUES (-1), (1), (2)) near(step)
        UNION ALL SELECT l, (l * 7919 + n * 104729) % (SELECT count(*) FROM std_register), {BESIDE}, FALSE FROM std_partner, range(2) strangers(n))
    WHERE r IN (SELECT r FROM std_register) GROUP BY l, r
"""


def _by_pair(con: duckdb.DuckDBPyConnection, table: str) -> dict[Pair, Row]:
    return {(row["l"], row["r"]): Row(**row) for row in con.execute(f"SELECT * FROM {table}").to_arrow_table().to_pylist()}


@pytest.fixture(scope="module")
def scorer(folder: Path, model: Model) -> SlowScorer:
    keys = {"std_name": "name", "std_address": "address", "std_register": "r", "std_partner": "l"}
    tables = Tables(*({getattr(row, keys[name]): row for row in _rows(folder / name)} for name in STANDARDISED))
    return SlowScorer(tables, model, {name: comparison(name).level_names for name in ATTRIBUTES}, MINIMUM_AGE)


@pytest.fixture(scope="module")
def seen(scorer: SlowScorer, answers: Answers) -> dict[Pair, Seen]:
    return {pair: scorer.look(pair) for pair in answers.compared}


@pytest.fixture(scope="module")
def weights(scorer: SlowScorer, seen: dict[Pair, Seen]) -> dict[Pair, dict[str, int]]:
    return {pair: scorer.weights(pair, found) for pair, found in seen.items() if scorer.is_candidate(found)}


def test_levels(answers: Answers, seen: dict[Pair, Seen]) -> None:
    assert len(seen) > 3_000
    wrong = []
    for pair, engine in answers.compared.items():
        reached = {name: comparison(name).level_names[getattr(engine, name)] for name in ATTRIBUTES}
        residence = (None, "permanent", "temporary", "current")[engine.residence or 0]
        if (reached, engine.register_name, residence) != (seen[pair].levels, seen[pair].name, seen[pair].residence):
            wrong.append((pair, reached, seen[pair]))
    assert not wrong, f"{len(wrong)} pairs, the first: {wrong[:3]}"


def test_the_world_reaches_the_levels(seen: dict[Pair, Seen]) -> None:
    """A world that reaches few levels would prove little."""
    reached = {name: Counter(found.levels[name] for found in seen.values()) for name in ATTRIBUTES}
    rare = {"name": {"null", "order", "abbreviated", "second"}, "place": {"province_compatible", "locality_compatible", "null"}}
    for name in ATTRIBUTES:
        assert set(comparison(name).level_names) - set(reached[name]) <= rare.get(name, set()), name


def test_weights(answers: Answers, weights: dict[Pair, dict[str, int]]) -> None:
    wrong = []
    for pair, engine in answers.candidates.items():
        found = {name: getattr(engine, f"weight_{name}") for name in ATTRIBUTES}
        if found != weights.get(pair):
            wrong.append((pair, found, weights.get(pair)))
    assert not wrong, f"{len(wrong)} candidates, the first: {wrong[:3]}"


def test_kept_and_probabilities(answers: Answers, scorer: SlowScorer, weights: dict[Pair, dict[str, int]]) -> None:
    of_record: dict[int, dict[int, int]] = defaultdict(dict)
    for (l, r), found in weights.items():  # noqa: E741 - l and r are the sides
        if answers.compared[l, r].rule != BESIDE:
            of_record[l][r] = sum(found.values())
    prior = scorer.prior({l: list(found.values()) for l, found in of_record.items()})  # noqa: E741
    expected: dict[Pair, tuple[int, float]] = {}
    for l, evidence in of_record.items():  # noqa: E741
        shares = dict(zip(evidence, probabilities(list(evidence.values()), prior), strict=True))
        kept = [r for r in evidence if sum(other > evidence[r] for other in evidence.values()) < 3]
        expected |= {(l, r): (evidence[r] + prior, shares[r]) for r in kept}
    assert set(expected) == set(answers.candidates)
    for pair, (weight, share) in expected.items():
        engine = answers.candidates[pair]
        assert engine.match_weight == weight, pair
        assert float(engine.match_probability) == pytest.approx(share, abs=1.0e-6), pair


def test_what_certain_links_skip_hides_nothing(folder: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record whose number and name are one resident's is not looked for any further: with every rule asked, each ends the same."""
    inputs = {name: folder / name for name in STANDARDISED}
    ends = []
    for name in ("skipping", "searching"):
        out = {table: folder / name / table for table in ("candidates", "pair_counts", "decided")}
        with connect(Limits("1GB", 2, folder / "spill")) as con:
            settings = LinkSettings(model, PARTNER, Thresholds(0.95, 0.5), 2)
            find_candidates(con, inputs, out, settings)
            decide_links(con, {**inputs, **out}, out, settings)
        ends.append([(row.l, row.decision, row.r, row.candidates) for row in _rows(out["decided"])])
        monkeypatch.setattr(Blocker, "_certain", lambda _, records, exact: exact[:0])
    pairs = [pq.read_metadata(folder / name / "candidates" / "part-0000.parquet").num_rows for name in ("skipping", "searching")]
    assert pairs[0] < pairs[1] and ends[0] == ends[1]
