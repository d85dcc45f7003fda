"""The scored candidates of a run: they wait for the prior, part by part, and are then written as `candidates` and counted in `pair_counts`.

They go from arrays to Parquet without passing through DuckDB, which would import pandas to look at them and copy them twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from matching.arrays import Array
from matching.block import RULE_NAMES, Blocked, Pairs
from matching.columns import arrow, decimal_millionths, words
from matching.comparisons import COMPARISONS, comparison
from matching.engine import part_file
from matching.keys import RESIDENCES
from matching.score import Scored, posterior
from matching.tables import CANDIDATES, PAIR_COUNTS, Table

_LEVELS = {name: comparison(name).level_names for name in COMPARISONS}
_PATTERNS = math.prod(len(levels) for levels in _LEVELS.values())
_WORTH_TWO = 50_000


def columns_of(numbers: Array, scored: Scored) -> dict[str, Array]:
    """The scored candidates as columns of numbers; `numbers` are those of the records."""
    pairs = scored.pairs
    return {
        "l": numbers[pairs.record], "r": pairs.resident.astype(np.int32), "rank": scored.rank.astype(np.int32), "rule": pairs.rule,
        "residence": pairs.residence, **pairs.levels, **{f"weight_{name}": scored.weights[name] for name in COMPARISONS},
        "evidence": scored.evidence, "top": scored.top, "share": scored.share, "total": scored.total,
    }  # fmt: skip


class Waiting:
    """Parts of the candidates until the prior is known, two of a bucket; all but the last two stand in files of `folder`: memory holds a bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.parts, self._last = folder, list[int](), dict[int, dict[str, Array]]()

    def put(self, bucket: int, pieces: list[dict[str, Array]]) -> None:
        """Keep the pieces of a bucket, as two parts where it has many candidates, since a file is written by one thread."""
        for part, columns in self._last.items():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            np.savez(self._file(part), **columns)  # type: ignore[arg-type]  # a column is no flag of savez
        whole = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
        self._last = {2 * bucket + n: {name: values[rows] for name, values in whole.items()} for n, rows in enumerate(halves(whole["l"]))}
        self.parts += self._last

    def take(self, part: int) -> dict[str, Array]:
        """The columns of a part, once."""
        if part in self._last:
            return self._last[part]
        with np.load(self._file(part)) as stored:
            columns = dict(stored)
        self._file(part).unlink()
        return columns

    def _file(self, part: int) -> Path:
        return self.folder / f"candidates-{part:04d}.npz"


@dataclass(slots=True)
class Counted:
    """What the rules brought and left out, and how often each pattern of agreement came: all pairs kept, and each record's best."""

    parts: int = 0
    asked: int = 0
    rules: Array = field(default_factory=lambda: np.zeros((4, len(RULE_NAMES)), np.int64))
    found: Array = field(default_factory=lambda: np.zeros(len(RULE_NAMES) + 1, np.int64))
    patterns: Array = field(default_factory=lambda: np.zeros((2, _PATTERNS), np.int64))

    def rules_of(self, blocked: Blocked, heeded: Pairs) -> None:
        """Add what the rules did for one part of the records."""
        brought = np.bincount(heeded.rule, minlength=len(RULE_NAMES))
        self.rules[:3] += np.stack([brought, blocked.capped_keys, blocked.capped_pairs])
        self.found += blocked.found
        self.asked += blocked.asked
        self.parts += 1

    def add(self, other: Counted) -> None:
        """Add what was counted elsewhere."""
        self.parts, self.asked = self.parts + other.parts, self.asked + other.asked
        self.rules += other.rules
        self.found += other.found
        self.patterns += other.patterns

    def candidates(self, columns: dict[str, Array]) -> None:
        """Add a piece of the candidates."""
        pattern = np.ravel_multi_index([columns[name] for name in COMPARISONS], [len(levels) for levels in _LEVELS.values()])
        best = columns["rank"] == 1
        self.patterns += np.stack([np.bincount(each, minlength=_PATTERNS) for each in (pattern, pattern[best])])
        self.rules[3] += np.bincount(columns["rule"][best], minlength=len(RULE_NAMES))

    def rows(self) -> list[tuple[str, str, int, int, int, int]]:
        """The rows of `pair_counts`, sorted by its key."""
        rows = [("rule", name, *map(int, values)) for name, *values in zip(RULE_NAMES, *self.rules, strict=True)] if self.parts else []
        if self.parts:
            rows += [("recall", name, self.asked, 0, 0, int(found)) for name, found in zip((*RULE_NAMES, "any"), self.found, strict=True)]
        there = np.flatnonzero(self.patterns[0])
        levels = np.unravel_index(there, [len(names) for names in _LEVELS.values()])
        for pattern, *reached in zip(there, *levels, strict=True):
            key = "|".join(names[level] for names, level in zip(_LEVELS.values(), reached, strict=True))
            rows.append(("pattern", key, int(self.patterns[0, pattern]), 0, 0, int(self.patterns[1, pattern])))
        return sorted(rows)


def write_candidates(columns: dict[str, Array], prior: int, folder: Path, part: int) -> None:
    """Write one part of `candidates`, with the `prior` (thousandths of a bit) in weight and probability."""
    weight, probability = posterior(columns, prior)
    known = columns["residence"] > 0
    made = {
        "match_key": words(columns["rule"], RULE_NAMES),
        **{f"gamma_{name}": words(columns[name], levels) for name, levels in _LEVELS.items()},
        "residence": words(np.maximum(columns["residence"] - 1, 0), RESIDENCES, known),
        "match_weight": arrow(weight), "match_probability": decimal_millionths(probability, 9),
    }  # fmt: skip
    write_columns(CANDIDATES, {name: made[name] if name in made else arrow(columns[name]) for name in CANDIDATES.names}, folder, part)


def write_pair_counts(counted: Counted, folder: Path) -> None:
    """Write `pair_counts`."""
    columns = list(zip(*counted.rows(), strict=True)) or [()] * len(PAIR_COUNTS.names)
    named = []
    for texts in columns[:2]:
        place = {text: number for number, text in enumerate(sorted(set(texts)))}
        named.append(words(np.array([place[text] for text in texts], np.int32), list(place)))
    numbers = [arrow(np.array(values, np.int64)) for values in columns[2:]]
    write_columns(PAIR_COUNTS, dict(zip(PAIR_COUNTS.names, [*named, *numbers], strict=True)), folder, 0)


def halves(numbers: Array) -> list[slice]:
    """The rows of a part as two, if they are many: a file is written by one thread. `numbers` are sorted; what has one number stays together."""
    size = len(numbers)
    half = int(np.searchsorted(numbers, numbers[size // 2])) if size > _WORTH_TWO else 0
    return [slice(0, half), slice(half, size)] if half else [slice(0, size)]


def write_columns(table: Table, columns: dict[str, Any], folder: Path, part: int) -> None:
    """Write Arrow columns as one part of the declared `table` in `folder`, as `engine.write_table` does but in less time, a little larger."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = part_file(folder, part)
    texts = [name for name, values in columns.items() if pa.types.is_dictionary(values.type)]
    schema = pa.schema([pa.field(column.name, columns[column.name].type, column.nullable) for column in table.columns])
    parquet.write_table(
        pa.Table.from_arrays([columns[name] for name in table.names], schema=schema), target.with_suffix(".tmp"),
        compression="lz4", use_dictionary=texts, row_group_size=100_000, store_schema=False,
        write_statistics=list(table.names)[:1],  # of the rest nobody asks for a range
    )  # fmt: skip
    target.with_suffix(".tmp").rename(target)
