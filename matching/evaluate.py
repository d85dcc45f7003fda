"""How right a run was, where the truth is known: links, outcomes, findings, calibration, and what could be reached at all.

Everything is a query over the run's tables and `truth.csv`, handed on as small pandas frames to print or plot; nothing here is
used by a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from matching.engine import view
from matching.evaluate_findings import FindingsMeasured, measure_findings
from matching.evaluate_groups import calibration, measure_groups
from matching.sql import quoted


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Counts of one run against its truth. Shares are left to whoever shows them.

    `outcomes` is the confusion table: a row for each outcome of the truth, a column for each that the run gave.

    `ceiling` counts the records that can be linked at all: the number is the resident's own, repaired or one slip away, or
    the folded name is unique among the residents registered at the true door (hamlet where there is no door number).
    """

    records: int
    findable: int
    ceiling: int
    links: int
    right: int
    ties: int
    ties_listed: int
    undecided: int
    not_found_wrong: int
    outcomes: pd.DataFrame
    findings: FindingsMeasured
    calibration: pd.DataFrame
    groups: pd.DataFrame

    @property
    def precision(self) -> float:
        """Right links among the links."""
        return self.right / max(1, self.links)

    @property
    def recall(self) -> float:
        """Right links among the records whose person is in the register."""
        return self.right / max(1, self.findable)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    @property
    def ceiling_recall(self) -> float:
        """Recall that the truth allows."""
        return self.ceiling / max(1, self.findable)


def evaluate(con: duckdb.DuckDBPyConnection, tables: dict[str, Path], truth: Path) -> Evaluation:
    """Hold the run's tables (std_*, links, findings, possible) against `truth` (CSV as report.md describes)."""
    for name in ("std_name", "std_address", "std_register", "std_partner", "links", "findings", "possible"):
        view(con, name, tables[name])
    con.execute(_TRUTH.format(truth=quoted(truth)))
    con.execute(_JOINED)
    counts = {str(name): int(count) for name, count in con.execute(_COUNTS).df().iloc[0].items()}
    outcomes = con.execute("SELECT true_outcome AS truth, outcome AS found FROM joined").df()
    return Evaluation(
        **counts,
        outcomes=pd.crosstab(outcomes["truth"], outcomes["found"]).reset_index(),
        findings=measure_findings(con),
        calibration=calibration(con),
        groups=measure_groups(con),
    )


_TRUTH = """
CREATE TABLE truth AS SELECT * FROM read_csv({truth}, all_varchar = true, header = true, nullstr = '', strict_mode = true)
"""

# The ceiling: is the number the resident's own (repaired, or one slip away), or the name alone at the true place?
_JOINED = """
CREATE TABLE homes AS
    SELECT r, h.residence, a.communes[1] AS commune, coalesce(a.street, a.hamlet) AS locality, coalesce(a.alley, '') AS alley,
        coalesce(a.house, a.building, '') AS house, n.key
    FROM (SELECT r, name, unnest(['permanent', 'temporary', 'current']) AS residence, unnest([permanent, temporary, current]) AS address FROM std_register) h
    JOIN std_address a USING (address) JOIN std_name n USING (name);
CREATE TABLE namesakes AS
    SELECT commune, locality, alley, house, key, count(DISTINCT r) AS bearers FROM homes GROUP BY ALL;
CREATE TABLE joined AS
    WITH person AS (SELECT t.*, g.r, g.id12, g.id9 FROM truth t LEFT JOIN std_register g ON g.person_id = t.person_id),
    numbered AS (
        SELECT p.*, coalesce(s.id12 = p.id12 OR s.id9 = p.id9
            OR damerau_levenshtein(s.id_digits, lpad(p.id12::VARCHAR, 12, '0')) <= 1
            OR damerau_levenshtein(s.id_digits, lpad(p.id9::VARCHAR, 9, '0')) <= 1, FALSE) AS own_number,
            n.key AS name_key, n.has_tones, s.name AS written
        FROM person p LEFT JOIN std_partner s USING (record_id) LEFT JOIN std_name n ON n.name = s.name)
    SELECT t.record_id, t.person_id AS true_person, t.outcome AS true_outcome, coalesce(t.findings, '') AS true_findings,
        t.id_condition, t.name_noise, t.address_noise, t.residence AS true_residence, t.commune_code AS true_commune,
        t.own_number OR coalesce((SELECT min(k.bearers) FROM homes h JOIN namesakes k USING (commune, locality, alley, house, key)
            WHERE h.r = t.r AND h.residence = t.residence), 0) = 1 AS reachable,
        l.* EXCLUDE (record_id)
    FROM numbered t JOIN links l USING (record_id);
"""

_COUNTS = """
SELECT count(*) AS records, count(true_person) AS findable, count(*) FILTER (reachable AND true_person IS NOT NULL) AS ceiling,
    count(*) FILTER (outcome IN ('consistent', 'mismatch')) AS links,
    count(*) FILTER (outcome IN ('consistent', 'mismatch') AND person_id = true_person) AS "right",
    count(*) FILTER (true_outcome = 'ambiguous' AND outcome IN ('ambiguous', 'review')) AS ties,
    count(*) FILTER (true_outcome = 'ambiguous' AND outcome IN ('ambiguous', 'review') AND list_contains(candidate_person_ids, true_person)) AS ties_listed,
    count(*) FILTER (outcome IN ('review', 'ambiguous')) AS undecided,
    count(*) FILTER (outcome = 'not_found' AND true_person IS NOT NULL) AS not_found_wrong
FROM joined
"""
