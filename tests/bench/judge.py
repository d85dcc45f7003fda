"""Links against the truth, at a fixed threshold and at the one that gives the best F1."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from matching.engine import view
from matching.sql import quoted
from tests.bench.child import report

THRESHOLDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
LEADS = (0, 0.1, 1, 2, 3, 4, 6)  # bits over the next resident; 0: of several that fit equally the first is taken
FIXED = 0.95


def main(which: str, folder: Path) -> None:
    """Judge `ours` or `splink`; ours at the fixed threshold is what the run decided, not what its probabilities would give."""
    with duckdb.connect() as con:
        view(con, "std_partner", folder / "std_partner")
        view(con, "std_register", folder / "std_register")
        con.execute(_TRUTH.format(truth=quoted(folder / "world" / "truth.csv")))
        if which == "ours":
            view(con, "candidates", folder / "ours" / "candidates")
            view(con, "decided", folder / "ours" / "decided")
            con.execute(_LINKS.format(best=_OURS))
            con.execute(_DECIDED)
            fixed = _judged(con, FIXED, 3, "decided_links")
        else:
            con.execute(_LINKS.format(best=f"SELECT * FROM read_parquet({quoted(folder / 'links_splink.parquet')})"))
            fixed = max((_judged(con, FIXED, lead) for lead in LEADS), key=lambda found: found["f1"])
        best = max((_judged(con, threshold, lead) for threshold in THRESHOLDS for lead in LEADS), key=lambda found: found["f1"])
    report(fixed=fixed, best=best)


def _judged(con: duckdb.DuckDBPyConnection, threshold: float, lead: float, links: str = "links") -> dict[str, float]:
    """Precision, recall and F1 of the links that reach the threshold with that lead."""
    counted = (
        f"SELECT count(*), count(*) FILTER (good), (SELECT count(person_id) FROM truth) FROM {links} WHERE probability >= ? AND lead >= ?"
    )
    made, right, findable = con.execute(counted, [threshold, lead]).fetchall()[0]
    precision, recall = right / max(1, made), right / max(1, findable)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"threshold": threshold, "lead": lead, "precision": precision, "recall": recall, "f1": f1}


_TRUTH = """
CREATE TABLE truth AS SELECT record_id, person_id FROM read_csv({truth}, all_varchar = true, header = true, nullstr = '')
"""

# A record without a second candidate leads by as much as anybody asks for.
_LINKS = """
CREATE TABLE links AS
    SELECT b.l, b.r, probability, coalesce(gap, 1e9) AS lead, coalesce(t.person_id = g.person_id, FALSE) AS good
    FROM ({best}) b JOIN std_partner USING (l) JOIN std_register g USING (r) LEFT JOIN truth t USING (record_id)
"""
_OURS = """
SELECT l, arg_min(r, rank) AS r, max(match_probability)::DOUBLE AS probability,
    (max(match_weight) FILTER (rank = 1) - max(match_weight) FILTER (rank = 2)) / 1000 AS gap
FROM candidates GROUP BY l
"""
_DECIDED = """
CREATE VIEW decided_links AS SELECT links.* FROM links JOIN decided d ON d.l = links.l AND d.r = links.r
"""


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
