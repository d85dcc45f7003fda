"""The linkage of a run: block, compare and score one part of the records after another, then decide.

The three steps are separate functions fused per part, so the full set of pairs never stands on disk, and memory is bounded by a part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from matching.arrays import Array
from matching.block import RULE_NAMES, Blocked, Blocker, Pairs
from matching.compare import compare_pairs
from matching.comparisons import COMPARISONS, comparison
from matching.counts import Counts, count_register
from matching.decide import Thresholds, decide
from matching.engine import view, write_table
from matching.keys import World, load_records, load_world
from matching.model import Model
from matching.score import Scored, estimate_share, posterior, prior_odds, score
from matching.sources import Source
from matching.tables import CANDIDATES
from matching.told import heed, load_told

STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")
AT_ONCE = 1_000_000  # pairs that are compared at a time, by all threads together


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The model, the partner's declaration, the thresholds, and threads."""

    model: Model
    partner: Source
    thresholds: Thresholds
    threads: int


def find_candidates(
    con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings
) -> None:
    """Write `candidates` (a part a bucket) and `pair_counts` from the standardised tables, and from `link_decisions` where there are any."""
    for name in STANDARDISED:
        view(con, name, inputs[name])
    world = load_world(con)
    con.execute(_TABLES)
    told = load_told(con, inputs)
    tops = []
    buckets = [row[0] for row in con.execute("SELECT DISTINCT bucket FROM std_partner ORDER BY bucket").fetchall()]
    with ThreadPoolExecutor(settings.threads) as pool:
        counting = pool.submit(count_register, world)
        blocker = Blocker(world, pool.map)
        for bucket in buckets:
            records = load_records(con, world, f"bucket = {int(bucket)}")
            blocked = blocker.block(records)
            heeded = heed(blocked.pairs, records, told)
            _note_rules(con, blocked, heeded)
            weighed = partial(_weighed, world, counting.result(), records, settings)
            for scored in pool.map(weighed, _in_pieces(heeded, settings.threads)):
                tops.append((scored.top[scored.rank == 1], scored.total[scored.rank == 1]))
                _keep(con, bucket, records["l"], scored)
    counts = counting.result()
    prior = _prior(con, tops, settings.model, counts.residents)
    for bucket in buckets:  # their rows were added record after record, best first: to sort so many words again would cost as much as to write them
        kept = f"SELECT {_NAMED} FROM scored WHERE bucket = {int(bucket)}"
        write_table(con, f"SELECT {', '.join(CANDIDATES.names)} FROM ({posterior(kept, prior)})", out["candidates"], "", bucket)
    write_table(con, _PAIR_COUNTS, out["pair_counts"], "kind, key")


def _weighed(world: World, counts: Counts, records: dict[str, Array], settings: LinkSettings, pairs: Pairs) -> Scored:
    """Some of the pairs compared and scored."""
    return score(world, counts, settings.model, compare_pairs(world, records, pairs, settings.partner.minimum_age or 0))


def _in_pieces(pairs: Pairs, threads: int) -> Iterator[Pairs]:
    """The pairs in pieces, one a thread or more, all pairs of a record in one."""
    begin, most = 0, min(-(-len(pairs.record) // threads), AT_ONCE // threads)
    while begin < len(pairs.record):
        end = min(begin + most, len(pairs.record))
        end = int(np.searchsorted(pairs.record, pairs.record[end - 1], "right"))
        yield pairs.at(slice(begin, end))
        begin = end


def _keep(con: duckdb.DuckDBPyConnection, bucket: int, numbers: Array, scored: Scored) -> None:
    """Add the scored candidates to the table `scored`, where they wait for the prior."""
    pairs = scored.pairs
    columns = {
        "bucket": np.full(len(scored.rank), bucket, np.int32), "l": numbers[pairs.record], "r": pairs.resident.astype(np.int32),
        "rank": scored.rank.astype(np.int32), "rule": pairs.rule, "residence": pairs.residence, **pairs.levels,
        **{f"weight_{name}": scored.weights[name] for name in COMPARISONS},
        "evidence": scored.evidence, "top": scored.top, "share": scored.share, "total": scored.total,
    }  # fmt: skip
    con.register("scored_piece", pa.table(columns))
    con.execute("INSERT INTO scored SELECT * FROM scored_piece")
    con.unregister("scored_piece")


def _note_rules(con: duckdb.DuckDBPyConnection, blocked: Blocked, heeded: Pairs) -> None:
    """Add what the rules brought and left out to `rules`."""
    pairs = np.bincount(heeded.rule, minlength=len(RULE_NAMES))
    rows = zip(RULE_NAMES, pairs, blocked.capped_keys, blocked.capped_pairs, strict=True)
    con.executemany("INSERT INTO rules VALUES ('rule', ?, ?, ?, ?, 0)", [(name, *map(int, values)) for name, *values in rows])
    recall = zip((*RULE_NAMES, "any"), blocked.found, strict=True)
    con.executemany("INSERT INTO rules VALUES ('recall', ?, ?, 0, 0, ?)", [(name, blocked.asked, int(found)) for name, found in recall])


def _prior(con: duckdb.DuckDBPyConnection, tops: list[tuple[Array, Array]], model: Model, residents: int) -> int:
    """The prior of this run in thousandths of a bit, from the share of records that have a person in the register."""
    records = con.execute(_IN_SCOPE).fetchall()[0][0]
    return round(1000 * math.log2(prior_odds(estimate_share(tops, records, model, residents), residents)))


def decide_links(
    con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings
) -> None:
    """Write `decided`: one row for every record, from `candidates` and `link_decisions` where there are any."""
    for name in ("std_partner", "std_register", "std_name", "candidates"):
        view(con, name, inputs[name])
    load_told(con, inputs)
    write_table(con, decide(settings.thresholds), out["decided"], "l")


def _word(column: str, words: tuple[str, ...]) -> str:
    """SQL that turns a position into its word."""
    whens = " ".join(f"WHEN {position} THEN '{word}'" for position, word in enumerate(words))
    return f"CASE {column} {whens} END"


_LEVELS = {name: _word(name, comparison(name).level_names) for name in COMPARISONS}
_NAMED = ", ".join((
    "l, r, rank", f"{_word('rule', RULE_NAMES)} AS match_key", *(f"{sql} AS gamma_{name}" for name, sql in _LEVELS.items()),
    "CASE residence WHEN 1 THEN 'permanent' WHEN 2 THEN 'temporary' WHEN 3 THEN 'current' END AS residence",
    *(f"weight_{name}" for name in COMPARISONS), "evidence, top, share, total",
))  # fmt: skip

_TABLES = f"""
CREATE OR REPLACE TABLE rules (kind VARCHAR, key VARCHAR, pairs BIGINT, capped_keys BIGINT, capped_pairs BIGINT, best BIGINT);
CREATE OR REPLACE TABLE scored (bucket INTEGER, l INTEGER, r INTEGER, rank INTEGER, rule TINYINT, residence TINYINT,
    {", ".join(f"{name} TINYINT" for name in COMPARISONS)}, {", ".join(f"weight_{name} INTEGER" for name in COMPARISONS)},
    evidence INTEGER, top INTEGER, share BIGINT, total BIGINT);
"""

_IN_SCOPE = """
SELECT count(*) FROM std_partner LEFT JOIN std_name USING (name) WHERE kind IS DISTINCT FROM 'organisation'
"""

# Patterns are counted as positions; only the few that there are get their words.
_PAIR_COUNTS = f"""
SELECT kind, key, sum(pairs)::BIGINT AS pairs, sum(capped_keys)::BIGINT AS capped_keys, sum(capped_pairs)::BIGINT AS capped_pairs,
    sum(best)::BIGINT AS best
FROM (SELECT * FROM rules
    UNION ALL SELECT 'rule', {_word("rule", RULE_NAMES)}, 0, 0, 0, best FROM (SELECT rule, count(*) AS best FROM scored WHERE rank = 1 GROUP BY rule)
    UNION ALL SELECT 'pattern', concat_ws('|', {", ".join(_LEVELS.values())}), pairs, 0, 0, best
    FROM (SELECT {", ".join(COMPARISONS)}, count(*) AS pairs, count(*) FILTER (rank = 1) AS best FROM scored GROUP BY ALL))
GROUP BY kind, key
"""
