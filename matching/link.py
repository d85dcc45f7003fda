"""The linkage of a run: block, compare and score one bucket of records after another, then decide.

The three steps are separate functions fused per bucket, so the full set of pairs never stands on disk, and memory is bounded
by a bucket.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

from matching.block import RULE_NAMES, block, prepare_register
from matching.compare import compare
from matching.decide import Thresholds, decide
from matching.engine import part_file, quoted, view, write_table
from matching.model import Model
from matching.score import count_register, estimate_share, posterior, prior_odds, score
from matching.sources import Source
from matching.tables import CANDIDATES

STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The model, the partner's declaration, the thresholds, and threads for edit distances."""

    model: Model
    partner: Source
    thresholds: Thresholds
    threads: int


def find_candidates(
    con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings
) -> None:
    """Write `candidates` (a part a bucket) and `pair_counts` from the standardised tables; `scratch` is a private folder."""
    for name in STANDARDISED:
        view(con, name, inputs[name])
    prepare_register(con)
    residents = count_register(con)
    con.execute(_COUNTS)
    minimum_age = settings.partner.minimum_age or 0
    buckets = [row[0] for row in con.execute("SELECT DISTINCT bucket FROM std_partner ORDER BY bucket").fetchall()]
    scratch = inputs["scratch"] / "scored"
    for bucket in buckets:
        block(con, bucket)
        compare(con, minimum_age, settings.threads)
        score(con, settings.model, residents)
        con.execute(_count_bucket())
        write_table(con, "SELECT * FROM scored", scratch, "l, rank", bucket)
    prior = _prior(con, settings.model, residents)
    for bucket in buckets:
        part = f"SELECT * FROM read_parquet({quoted(part_file(scratch, bucket))})"
        write_table(con, _CANDIDATES.format(scored=posterior(part, prior)), out["candidates"], "l, rank", bucket)
    write_table(con, _pair_counts(), out["pair_counts"], "kind, key")


def _prior(con: duckdb.DuckDBPyConnection, model: Model, residents: int) -> int:
    """The prior of this run in thousandths of a bit, from the share of records that have a person in the register."""
    records = con.execute(_IN_SCOPE).fetchall()[0][0]
    return round(1000 * math.log2(prior_odds(estimate_share(con, records, model, residents), residents)))


def decide_links(
    con: duckdb.DuckDBPyConnection, inputs: dict[str, Path], out: dict[str, Path], settings: LinkSettings
) -> None:
    """Write `decided`: one row for every record, from `std_partner`, `std_name` and `candidates`."""
    for name in ("std_partner", "std_name", "candidates"):
        view(con, name, inputs[name])
    write_table(con, decide(settings.thresholds), out["decided"], "l")


def rule_name(column: str) -> str:
    """SQL that turns the number of a blocking rule into its name."""
    return f"[{', '.join(repr(name) for name in RULE_NAMES)}][{column} + 1]"


_CANDIDATES = "SELECT " + ", ".join(
    f"{rule_name('rule')} AS match_key" if column == "match_key" else column for column in CANDIDATES.names
) + " FROM ({scored})"  # fmt: skip

_COUNTS = """
CREATE OR REPLACE TABLE counts (kind VARCHAR, key VARCHAR, pairs BIGINT, best BIGINT);
CREATE OR REPLACE TABLE scored_records (top INTEGER, total HUGEINT);
"""

_IN_SCOPE = """
SELECT count(*) FROM std_partner LEFT JOIN std_name USING (name) WHERE kind IS DISTINCT FROM 'organisation'
"""

_GAMMAS = "concat_ws('|', gamma_name, gamma_number, gamma_place, gamma_birth, gamma_sex, gamma_age)"


def _count_bucket() -> str:
    """Add the pairs of this bucket to `counts`: by rule, and by pattern of the kept candidates."""
    return f"""
INSERT INTO counts SELECT 'rule', {rule_name("rule")}, count(*), 0 FROM pairs GROUP BY rule;
INSERT INTO counts SELECT 'rule', {rule_name("rule")}, 0, count(*) FROM scored WHERE rank = 1 GROUP BY rule;
INSERT INTO scored_records SELECT top, total FROM scored WHERE rank = 1;
INSERT INTO counts SELECT 'pattern', {_GAMMAS}, count(*), count(*) FILTER (rank = 1) FROM scored GROUP BY ALL;
"""


def _pair_counts() -> str:
    """Rows of `pair_counts`; a rule that proposed nothing has a row of zeros."""
    declared = ", ".join(f"('rule', '{name}', 0, 0)" for name in RULE_NAMES)
    return f"""
SELECT kind, key, sum(pairs)::BIGINT AS pairs, coalesce(any_value(c.keys), 0)::BIGINT AS capped_keys,
    coalesce(any_value(c.lost), 0)::BIGINT AS capped_pairs, sum(best)::BIGINT AS best
FROM (SELECT * FROM counts UNION ALL VALUES {declared})
LEFT JOIN (SELECT rule, sum(capped_keys) AS keys, sum(capped_pairs) AS lost FROM rule_counts GROUP BY rule) c
    ON c.rule = key AND kind = 'rule'
GROUP BY kind, key
"""
