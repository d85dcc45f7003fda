"""A model from data without truth: m by expectation maximisation, u from random pairs; what the register can count stays counted.

A blocking rule only brings pairs that agree on its key, so nothing is learned of the key from them: each session (rules, by the
agreement they ask for) teaches the comparisons that it leaves free. The start is a model that is there; where too little was seen
its values are kept, and the trained model says which.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from matching.arrays import Array
from matching.columns import array
from matching.compare import some_levels
from matching.comparisons import COMPARISONS, comparison
from matching.em import Bools, Cases, Ints, Learned, learn
from matching.engine import view
from matching.keys import World
from matching.load import load_records, load_world
from matching.model import Model, Weights
from matching.paths import level_probabilities, node_options
from matching.samples import drawn

ENOUGH = 10  # sampled pairs of a level below which its share is not trusted
RARE = 8  # bearers of a name that is looked for in the whole country
TABLES = ("std_name", "std_address", "std_register", "std_partner", "candidates")
LEVELS = {name: comparison(name).level_names for name in COMPARISONS}
# By the definition of a link, not by what is common: a resident whose name it cannot be is not the record's person.
FIXED: Mapping[str, tuple[str, ...]] = {"name": ("else",)}
# u that is a number and can be sampled. Sex is read off names, so it is sampled among people of one given name.
SAMPLED_U: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "name": ("random", ("close",)),
    "birth": ("random", ("exact", "year_only", "swapped", "close", "year", "else")),
    "age": ("random", ("of_age", "minor", "dead")),
    "sex": ("given", ("agree", "else")),
}

Counts = Mapping[str, Mapping[str, int]]  # comparison -> level -> sampled pairs


@dataclass(frozen=True, slots=True)
class Session:
    """What the pairs of some blocking rules agree on, whatever else they say; `rare`: only of names that few bear."""

    name: str
    agrees: Mapping[str, tuple[str, ...]]
    rare: bool = False

    @property
    def fixes(self) -> frozenset[str]:
        """The comparisons that the key uses: they are not learned from this session."""
        return frozenset(self.agrees)


_SAME_NAME = ("exact", "folded", "tone", "second", "order")
_IN_COMMUNE = ("door", "locality_compatible", "locality", "commune_compatible", "commune")
SESSIONS = (
    Session("number", {"number": ("exact", "old", "slip", "old_slip")}),
    Session("door", {"place": ("door", "door_unplaced")}),
    Session("name_commune", {"name": (*_SAME_NAME, "regional"), "place": _IN_COMMUNE}),
    Session("name_country", {"name": _SAME_NAME}, rare=True),
    Session("name_birth", {"name": (*_SAME_NAME, "regional"), "birth": ("exact",)}),
    Session("birth_commune", {"birth": ("exact",), "place": _IN_COMMUNE}),
)


@dataclass(frozen=True, slots=True)
class Observed:
    """What one register and one partner's file teach: records by their candidates' agreement, counted; sampled pairs by level.

    `codes` holds a number for each candidate (see `_code`), `first` where those of each case begin, `count` its records.
    """

    residents: int
    records: int
    codes: Ints
    first: Ints
    count: Ints
    sampled: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model, what each u rests on, and how the estimation went."""

    model: Model
    learned: Learned
    u_from: Mapping[str, Mapping[str, str]]
    worlds: tuple[tuple[int, int], ...]


def observe(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, Path], model: Model, minimum_age: int, world: World | None = None
) -> Observed:
    """Count what a run's standardised tables, and the candidates that `model` chose, say about m and u.

    `world`: those tables as columns, where they are at hand (`find_candidates` returns them).
    """
    for name in TABLES:
        view(con, name, tables[name])
    world = world or load_world(con)
    partner = load_records(con, world)
    residents, records = world.register.size, int((partner["organisation"] == 0).sum())
    cases = con.execute(_CASES.format(code=_code(model, residents))).to_arrow_table().combine_chunks()
    first, codes, count = np.zeros((3, 0), np.int64)
    if cases.num_rows:
        lists = cases["codes"].chunk(0)
        first, codes = (np.from_dlpack(values).astype(np.int64) for values in (lists.offsets, lists.values))
        first, count = first[:-1], array(cases["records"]).astype(np.int64)
    samples = drawn(con, world, partner)
    at_door = [name for name in COMPARISONS if any(weights.u_same_door is not None for weights in model.weights[name].values())]
    wanted = {sample: [name for name, (which, _) in SAMPLED_U.items() if which == sample] for sample in samples} | {"door": at_door}
    sampled = {sample: _levels(some_levels(world, partner, pairs, minimum_age, wanted[sample])) for sample, pairs in samples.items()}
    return Observed(residents, records, codes, first, count, sampled)


def _levels(found: Mapping[str, Array]) -> Counts:
    """How many pairs reach each level of the comparisons that were made."""
    counts: dict[str, dict[str, int]] = {}
    for name, levels in found.items():
        reached = np.bincount(levels, minlength=len(LEVELS[name]))
        counts[name] = {level: int(reached[number]) for number, level in enumerate(LEVELS[name]) if level != "null"}
    return counts


def train(worlds: Sequence[Observed], model: Model, name: str, fixed: Mapping[str, tuple[str, ...]] = FIXED) -> Trained:
    """A model called `name` for sources like those observed; `model` is the start, and what is kept where little was seen."""
    start = {c: {level: weights.m for level, weights in model.weights[c].items()} for c in COMPARISONS}
    learned = learn(_cases(worlds), LEVELS, start, model.share_in_register, fixed)
    sampled = {sample: _added([world.sampled[sample] for world in worlds]) for sample in ("random", "given", "door")}
    weights: dict[str, dict[str, Weights]] = {}
    u_from: dict[str, dict[str, str]] = {}
    for c in COMPARISONS:
        known = {level: replace(model.weights[c][level], m=_rounded(learned.m[c][level])) for level in LEVELS[c]}
        weights[c], u_from[c] = _with_u(c, known, sampled)
    share = _rounded(float(np.average(learned.shares, weights=[max(1, world.records) for world in worlds])))
    trained = Model(name, share, weights, "")
    return Trained(trained, learned, u_from, tuple((world.residents, world.records) for world in worlds))


def _with_u(name: str, known: dict[str, Weights], sampled: Mapping[str, Counts]) -> tuple[dict[str, Weights], dict[str, str]]:
    """The levels of one comparison with their u, and in words what each u rests on."""
    which, levels = SAMPLED_U.get(name, ("", ()))
    counts = sampled[which][name] if which else {}
    shares = _shares(name, counts)
    found, words = {}, {}
    for level, weights in known.items():
        u, words[level] = weights.u, "counted in every run" if isinstance(weights.u, str) else "kept"
        if level in levels and counts.get(level, 0) >= ENOUGH and not isinstance(u, str):
            u, words[level] = _rounded(shares[level]), f"{which} pairs: {counts[level]}"
        found[level] = replace(weights, u=u)
        if weights.u_same_door is not None:
            found[level], behind = _behind_one_door(name, level, found[level], sampled["door"][name])
            words[level] += f"; behind one door: {behind}"
    return found, words


def _behind_one_door(name: str, level: str, weights: Weights, counts: Mapping[str, int]) -> tuple[Weights, str]:
    """u of a level among people who are registered behind one door and are not the record's person."""
    if counts.get(level, 0) < ENOUGH:
        return weights, "kept"
    return replace(weights, u_same_door=_rounded(_shares(name, counts)[level])), f"{counts[level]} pairs"


def _shares(name: str, counts: Mapping[str, int]) -> dict[str, float]:
    """Shares of the levels among pairs that could reach them, split by split as for m."""
    splits = {}
    for node, options in node_options(name).items():
        found = {option: sum(counts.get(level, 0) for level in levels) for option, levels in options.items()}
        splits[node] = {option: number / max(1, sum(found.values())) for option, number in found.items()}
    return level_probabilities(name, splits)


def _added(all_counts: Sequence[Counts]) -> Counts:
    return {c: {level: sum(counts.get(c, {}).get(level, 0) for counts in all_counts) for level in LEVELS[c]} for c in COMPARISONS}


def _rounded(value: float) -> float:
    """Four significant digits: 0.123456 -> 0.1235. What stands in the file is what is used."""
    return float(f"{value:.4g}")


_STEP, _OFFSET, _WIDE = 250, 256, 1024  # u is rounded to quarters of a bit: alike is alike enough


def _code(model: Model, residents: int) -> str:
    """SQL for a candidate as one integer: its levels, whether its name is rare, -log2 u of all comparisons in quarters of a bit."""
    code, bits, name_bits = "0::BIGINT", "0", ""
    for name in COMPARISONS:
        words = ", ".join(f"'{level}'" for level in LEVELS[name])
        level = f"list_position([{words}], gamma_{name})"
        ms = ", ".join(str(round(1000 * math.log2(model.weights[name][level].m))) for level in LEVELS[name])
        u = f"(weight_{name} - [{ms}][{level}])"
        code, bits = f"({code} * 16 + {level} - 1)", f"{bits} + {u}"
        name_bits = u if name == "name" else name_bits
    rare = f"({name_bits} >= {math.floor(1000 * math.log2(max(1, residents) / RARE))})::BIGINT"
    rounded = f"least(greatest(round(({bits}) / {_STEP}.0)::BIGINT + {_OFFSET}, 0), {_WIDE - 1})"
    return f"({code} * 2 + {rare}) * {_WIDE} + {rounded}"


def _cases(worlds: Sequence[Observed]) -> Cases:
    """The worlds side by side, codes taken apart."""
    codes = np.concatenate([world.codes for world in worlds])
    starts = np.cumsum([0, *(len(world.codes) for world in worlds)])
    levels = np.empty((len(codes), len(COMPARISONS)), np.int64)
    rest = codes // (2 * _WIDE)
    for column in reversed(range(len(COMPARISONS))):
        levels[:, column], rest = rest % 16, rest // 16
    return Cases(
        count=np.concatenate([world.count for world in worlds]),
        world=np.repeat(np.arange(len(worlds)), [len(world.count) for world in worlds]),
        first=np.concatenate([world.first + start for world, start in zip(worlds, starts, strict=False)]),
        levels=levels,
        bits=(codes % _WIDE - _OFFSET) * (_STEP / 1000),
        free=_free(levels, (codes // _WIDE % 2).astype(bool)),
        residents=np.array([float(max(1, world.residents)) for world in worlds]),
        records=np.array([float(world.records) for world in worlds]),
    )


def _free(levels: Ints, rare: Bools) -> Bools:
    """What each pair may teach: the comparisons that some session leaves free whose pairs agree as this one does."""
    free = np.zeros(levels.shape, bool)
    for session in SESSIONS:
        inside = rare.copy() if session.rare else np.ones(len(levels), bool)
        for name, agreeing in session.agrees.items():
            wanted = [LEVELS[name].index(level) for level in agreeing]
            inside &= np.isin(levels[:, COMPARISONS.index(name)], wanted)
        for column, name in enumerate(COMPARISONS):
            if name not in session.fixes:
                free[:, column] |= inside
    return free


_CASES = """
SELECT codes, count(*) AS records FROM (SELECT list(code ORDER BY code) AS codes FROM (SELECT l, {code} AS code FROM candidates) GROUP BY l)
GROUP BY codes ORDER BY codes
"""
