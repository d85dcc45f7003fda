"""How right the findings of a run are, one by one, where the truth is known: missed, and said without reason.

Shares are told apart, since a finding about a person needs a link: of the records linked to their true resident that have
the condition; of all that have it; and of all, counting those as well that wait for a person to whom the review shows the finding at
the true resident (`possible`). Beside them stands the ceiling: of those that have the condition the share that is within the
ceiling of recall (see matching/evaluate.py), which other evidence can exceed; all of them where the finding needs no link. A
false alarm is a finding on a rightly linked record that has not the condition; of records that are truly ambiguous the truth
lists only what stands on the record itself, so nothing else of theirs counts as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

from matching.findings import FINDINGS

ELSEWHERE = "RESIDENCE_ELSEWHERE"
OF_LINKED = 0.98
OF_ALL = 0.95
FALSE_ELSEWHERE = 0.005
"""The shares that are aimed at: found of the linked, found of all, and RESIDENCE_ELSEWHERE on consistent records."""


@dataclass(frozen=True, slots=True)
class FindingsMeasured:
    """A row a finding (`table`), and how many truly consistent records there are and carry RESIDENCE_ELSEWHERE."""

    table: pd.DataFrame
    consistent: int
    false_elsewhere: int

    @property
    def false_share(self) -> float:
        """False alarms of RESIDENCE_ELSEWHERE among the truly consistent records."""
        return self.false_elsewhere / max(1, self.consistent)


def measure_findings(con: duckdb.DuckDBPyConnection) -> FindingsMeasured:
    """Hold the findings of `joined` (see matching/evaluate.py: a record with its truth and its link) against the truth."""
    consistent, false = con.execute(_CONSISTENT, [ELSEWHERE]).fetchall()[0]
    of_record = [finding.code for finding in FINDINGS if not finding.needs_link]
    return FindingsMeasured(con.execute(_FINDINGS, {"of_record": of_record}).df(), int(consistent), int(false))


_FINDINGS = """
WITH true_now AS (SELECT record_id, unnest(string_split(true_findings, '|')) AS finding FROM joined WHERE true_findings <> ''),
found AS (SELECT record_id, unnest(findings) AS finding FROM joined),
at_review AS (SELECT DISTINCT q.record_id, q.finding FROM possible q JOIN joined j ON j.record_id = q.record_id AND j.true_person = q.person_id),
both_sides AS (
    SELECT finding, e.record_id IS NOT NULL AS has, f.record_id IS NOT NULL AS said, f.record_id IS NOT NULL OR q.record_id IS NOT NULL AS shown,
        coalesce(j.reachable AND j.true_person IS NOT NULL, FALSE) OR list_contains($of_record, finding) AS within,
        true_outcome = 'ambiguous' AND (finding = 'ID_OTHER_PERSON' OR NOT list_contains($of_record, finding)) AS unlisted,
        coalesce(j.person_id = j.true_person AND j.outcome IN ('consistent', 'mismatch'), FALSE) AS linked
    FROM true_now e FULL JOIN found f USING (record_id, finding) JOIN joined j USING (record_id)
        LEFT JOIN at_review q USING (record_id, finding)),
counted AS (
    SELECT finding, count(*) FILTER (has) AS "all", count(*) FILTER (has AND said) AS "all found", count(*) FILTER (has AND shown) AS "all shown",
        count(*) FILTER (has AND within) AS ceiling,
        count(*) FILTER (has AND linked) AS linked, count(*) FILTER (has AND said AND linked) AS "linked found",
        count(*) FILTER (NOT has AND linked AND NOT unlisted) AS "false"
    FROM both_sides GROUP BY finding)
SELECT finding, "all", "all found", round(100.0 * "all found" / nullif("all", 0), 2) AS "% of all",
    round(100.0 * "all shown" / nullif("all", 0), 2) AS "% shown",
    round(100.0 * ceiling / nullif("all", 0), 2) AS "% ceiling",
    linked, "linked found", round(100.0 * "linked found" / nullif(linked, 0), 2) AS "% of linked", "false"
FROM counted ORDER BY finding
"""

_CONSISTENT = """
SELECT count(*), count(*) FILTER (list_contains(findings, ?)) FROM joined WHERE true_outcome = 'consistent'
"""
