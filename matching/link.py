"""The linkage of a run: block, compare and score one bucket of records after another, then decide.

The three steps are separate functions fused per bucket, so the full set of pairs never stands on disk, and memory is bounded
by a bucket.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from matching.block import RULE_NAMES, block, prepare_register
from matching.compare import compare
from matching.decide import Thresholds, decide
from matching.engine import view, write_table
from matching.model import Model
from matching.score import count_register, score
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
    """Write `candidates` (a part a bucket) and `pair_counts` from the standardised tables."""
    for name in STANDARDISED:
        view(con, name, inputs[name])
    prepare_register(con)
    residents = count_register(con)
    con.execute(_COUNTS)
    minimum_age = settings.partner.minimum_age or 0
    for (bucket,) in con.execute("SELECT DISTINCT bucket FROM std_partner ORDER BY bucket").fetchall():
        block(con, bucket)
        compare(con, minimum_age, settings.threads)
        score(con, settings.model, residents)
        con.execute(_count_bucket())
        write_table(con, _CANDIDATES, out["candidates"], "l, rank", bucket)
    write_table(con, _pair_counts(), out["pair_counts"], "kind, key")


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
) + " FROM scored"  # fmt: skip

_COUNTS = """
CREATE OR REPLACE TABLE counts (kind VARCHAR, key VARCHAR, pairs BIGINT, best BIGINT);
"""

_GAMMAS = "concat_ws('|', gamma_name, gamma_number, gamma_place, gamma_birth, gamma_sex, gamma_age)"


def _count_bucket() -> str:
    """Add the pairs of this bucket to `counts`: by rule, and by pattern of the kept candidates."""
    return f"""
INSERT INTO counts SELECT 'rule', {rule_name("rule")}, count(*), 0 FROM pairs GROUP BY rule;
INSERT INTO counts SELECT 'rule', {rule_name("rule")}, 0, count(*) FROM scored WHERE rank = 1 GROUP BY rule;
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
