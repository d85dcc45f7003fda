"""One decision a record: linked, ambiguous, review, not_found or out_of_scope.

A link needs the posterior of `link` and a gap to the next resident. A resident to whom only the number points, and whose
name it cannot be, is never linked: someone else's number is used, so a person looks (outcome review). Whom a person has
confirmed is linked, whatever the weights say.
"""

from __future__ import annotations

from dataclasses import dataclass

MINIMUM_GAP = 3000  # thousandths of a bit: below it two residents fit about equally well (8 to 1)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities: a link is made from `link` on, a person looks from `review` on."""

    link: float
    review: float


def decide(thresholds: Thresholds) -> str:
    """The query that gives the `decided` rows, from the views std_partner, std_name, candidates and told."""
    return _DECIDED.format(link=thresholds.link, review=thresholds.review, gap=MINIMUM_GAP)


# `fits`: the candidates within the gap of the best, who would do as well as it. The probability of the best and the fits
# together says whether the record is one of theirs at all. Lists are made of the few records that have need of them.
_DECIDED = """
WITH best AS (
    SELECT l, max(CASE WHEN rank = 1 THEN r END) AS best, max(CASE WHEN rank = 1 THEN match_probability END) AS probability,
        max(CASE WHEN rank = 1 THEN match_weight END) AS weight, max(CASE WHEN rank = 2 THEN match_weight END) AS second,
        max(CASE WHEN rank = 1 THEN match_key END) AS match_key, bool_or(rank = 1 AND gamma_name IN ('else', 'null')) AS number_only,
        sum(match_probability) AS mass, bool_or(gamma_name IN ('else', 'null')) AS any_number
    FROM candidates GROUP BY l),
judged AS (
    SELECT p.l, b.*, weight - second <= {gap} AS others_fit, CASE
        WHEN n.kind = 'organisation' THEN 'out_of_scope'
        WHEN b.best IS NULL THEN 'not_found'
        WHEN t.l IS NOT NULL THEN 'linked'
        WHEN NOT number_only AND probability >= {link} AND (second IS NULL OR weight - second >= {gap}) THEN 'linked'
        WHEN weight - second <= {gap} AND mass >= {review} AND NOT number_only THEN 'ambiguous'
        WHEN probability >= {review} OR any_number THEN 'review'
        WHEN mass >= {review} THEN 'ambiguous'
        ELSE 'not_found' END AS decision
    FROM std_partner p LEFT JOIN std_name n USING (name) LEFT JOIN best b ON b.l = p.l
    LEFT JOIN told t ON same AND t.l = p.l AND t.r = b.best),
listed AS (
    SELECT l, list(r ORDER BY rank) AS everyone, list(r ORDER BY rank) FILTER (match_weight >= weight - {gap}) AS fits,
        list(r ORDER BY gamma_name NOT IN ('else', 'null'), rank) AS owners_first
    FROM candidates JOIN (SELECT l, weight FROM judged WHERE decision IN ('ambiguous', 'review')) USING (l) GROUP BY l)
SELECT j.l, decision, CASE WHEN decision = 'linked' THEN best END AS r,
    CASE WHEN decision NOT IN ('out_of_scope', 'not_found') THEN best END AS best,
    CASE decision WHEN 'linked' THEN [best] WHEN 'ambiguous' THEN CASE WHEN others_fit THEN fits ELSE everyone END
         WHEN 'review' THEN CASE WHEN number_only OR probability < {review} THEN owners_first ELSE everyone END ELSE [] END AS candidates,
    probability AS match_probability, weight AS match_weight, weight - second AS gap, match_key
FROM judged j LEFT JOIN listed ON listed.l = j.l
"""
