"""The lists of the records that have no link, as SQL: clerical review with its candidates side by side, records not found."""

from __future__ import annotations

from collections.abc import Sequence

from flows.report.facts import carried, raw_part
from flows.report.laid import Listing
from matching.findings import SEVERITIES
from matching.sql import quoted_list

CANDIDATE = (
    "person_id",
    "name",
    "number",
    "birth_date",
    "sex",
    "permanent_address",
    "communes",
    "probability",
    "levels",
    "signs",
    "findings",
)
_WEIGHED = ("name", "number", "place", "birth", "sex", "age")

_PLACED = "k.province_code, coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')) AS commune"
_SIDES = """SELECT h.n, pn.raw AS name_raw, coalesce(pn.display, pn.raw) AS name_display, pn.canonical AS name_canonical,
    lpad(p.id12::VARCHAR, 12, '0') AS id12, lpad(p.id9::VARCHAR, 9, '0') AS id9, p.id_digits,
    coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR) AS birth, pa.raw AS address_raw, p.sex
    FROM listed h JOIN std_partner p ON p.l = h.l LEFT JOIN std_name pn ON pn.name = p.name LEFT JOIN std_address pa ON pa.address = p.place"""
_SIDE = "s.name_raw, s.name_display, s.name_canonical, s.id12, s.id9, s.id_digits, s.birth, s.address_raw"

# One row a candidate that is shown; `levels` and `signs` are read by flows.report.clerical.
_SHOWN = f"""
SELECT h.n, fits.place, r.person_id, coalesce(rn.display, rn.raw) AS name,
    nullif(concat_ws('; CMND ',
        coalesce(lpad(r.id12::VARCHAR, 12, '0'), CASE WHEN r.id9 IS NULL THEN r.id_digits END),
        lpad(r.id9::VARCHAR, 9, '0')), '') AS number,
    coalesce(r.birth_date::VARCHAR, r.birth_year::VARCHAR) AS birth_date, r.sex, ra.raw AS permanent_address,
    nullif(array_to_string(ra.communes, '|'), '') AS communes, c.match_probability AS probability,
    concat_ws('|', {", ".join(f"c.gamma_{name}" for name in _WEIGHED)}) AS levels,
    concat_ws('|', {", ".join(f"sign(c.weight_{name})::INTEGER" for name in _WEIGHED)}) AS signs
FROM (
    SELECT d.l, unnest(CASE WHEN len(d.candidates) > 0 THEN d.candidates WHEN d.best IS NULL THEN [] ELSE [d.best] END) AS r,
        generate_subscripts(CASE WHEN len(d.candidates) > 0 THEN d.candidates WHEN d.best IS NULL THEN [] ELSE [d.best] END, 1) AS place
    FROM decided d WHERE d.decision IN ('ambiguous', 'review')) fits
JOIN listed h ON h.l = fits.l
JOIN std_register r ON r.r = fits.r
LEFT JOIN candidates c ON c.l = fits.l AND c.r = fits.r
LEFT JOIN std_name rn ON rn.name = r.name
LEFT JOIN std_address ra ON ra.address = r.permanent
WHERE fits.place <= 3"""
# What a candidate would have to be asked about, if it is the one.
_MAY_HAVE = f"""
SELECT h.n, q.place, q.finding, list_position([{quoted_list(SEVERITIES)}], q.severity) AS worst, o.place AS rank
FROM listed h JOIN possible q ON q.record_id = h.record_id LEFT JOIN finding_order o ON o.code = q.finding WHERE q.place <= 3"""

# Whom reviewers have said not to be the record's, and who fits next where nobody is left: the record was looked for on.
RULED_OUT = """
CREATE OR REPLACE TABLE ruled_out AS
SELECT d.record_id, string_agg(d.person_id, '|' ORDER BY d.person_id) AS persons, string_agg(DISTINCT d.said, '; ' ORDER BY d.said) AS told
FROM {verdicts} d JOIN links k ON k.record_id = d.record_id WHERE d.verdict = 'other' AND list_contains(k.ruled_out_person_ids, d.person_id)
GROUP BY d.record_id"""
NO_VERDICTS = "(SELECT ''::VARCHAR AS record_id, ''::VARCHAR AS person_id, ''::VARCHAR AS verdict, ''::VARCHAR AS said LIMIT 0)"
NEXT_BEST = """
CREATE OR REPLACE TABLE next_best AS
SELECT c.l, c.rank, r.person_id, coalesce(n.display, n.raw) AS name, c.match_probability AS probability
FROM ruled_out x JOIN links k ON k.record_id = x.record_id AND k.outcome = 'not_found' JOIN std_partner p ON p.record_id = x.record_id
JOIN candidates c ON c.l = p.l AND c.rank <= 3 JOIN std_register r ON r.r = c.r LEFT JOIN std_name n ON n.name = r.name"""


def clerical(own: Sequence[str]) -> Listing:
    """The clerical review, what is decided left out; three candidates side by side, the likeliest records first."""
    order = """
SELECT k.record_id, p.l, p.file, p.line
FROM links k LEFT JOIN reviews h ON h.record_id = k.record_id JOIN std_partner p ON p.record_id = k.record_id
WHERE k.outcome IN ('ambiguous', 'review') AND coalesce(h.open, TRUE)
ORDER BY k.outcome = 'ambiguous', k.match_probability DESC NULLS LAST, k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""
    cases = f"""
SELECT b.n, k.record_id, k.outcome, k.primary_finding, array_to_string(k.findings, '|') AS findings, f.level, f.evidence,
    k.match_probability, k.gap, len(k.candidate_person_ids) AS fitting, {_PLACED},
    h.evidence AS evidence_hash, h.decided_before, h.changed_since, x.persons, x.told
FROM listed b JOIN links k ON k.record_id = b.record_id
LEFT JOIN reviews h ON h.record_id = b.record_id
LEFT JOIN ruled_out x ON x.record_id = b.record_id
LEFT JOIN findings f ON f.record_id = b.record_id AND f.finding = k.primary_finding"""
    parts = {"cases": cases, "sides": _SIDES, "shown": _SHOWN, "may_have": _MAY_HAVE, "raw": raw_part(own)}
    return Listing(order, parts, _clerical_rows(own))


def _clerical_rows(own: Sequence[str]) -> str:
    told = [f"m{n}.findings" if name == "findings" else f"c{n}.{name}" for n in (1, 2, 3) for name in CANDIDATE]
    may_have = "(SELECT n, place, string_agg(finding, '|' ORDER BY worst, rank) AS findings FROM may_have GROUP BY n, place)"
    joins = "\n".join(
        f"LEFT JOIN shown c{n} ON c{n}.n = h.n AND c{n}.place = {n} LEFT JOIN {may_have} m{n} ON m{n}.n = c{n}.n AND m{n}.place = {n}"
        for n in (1, 2, 3)
    )
    return f"""
SELECT h.record_id, h.outcome, h.primary_finding, h.findings, h.level, h.evidence,
    h.match_probability, h.gap, greatest(h.fitting, (c1.n IS NOT NULL)::INTEGER), h.province_code, h.commune,
    {_SIDE}, s.sex, {", ".join(told)}, h.evidence_hash, h.decided_before, h.changed_since, h.persons, h.told, {carried(own)}
FROM cases h
JOIN sides s ON s.n = h.n
LEFT JOIN raw w ON w.n = h.n
{joins}"""


def not_found(own: Sequence[str]) -> Listing:
    """The records that no resident fits, by province, commune and record id; who fits next where a person ruled somebody out."""
    order = """
SELECT k.record_id, p.l, p.file, p.line FROM links k JOIN std_partner p ON p.record_id = k.record_id WHERE k.outcome = 'not_found'
ORDER BY k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""
    cases = f"""
SELECT h.n, k.record_id, array_to_string(k.findings, '|') AS findings, x.told, k.match_probability, {_PLACED}, x.persons
FROM listed h JOIN links k ON k.record_id = h.record_id LEFT JOIN ruled_out x ON x.record_id = h.record_id"""
    next_fit = "SELECT h.n, b.rank, b.person_id, b.name, b.probability FROM listed h JOIN next_best b ON b.l = h.l"
    three = ", ".join(f"n{n}.{name}" for n in (1, 2, 3) for name in ("person_id", "name", "probability"))
    joins = "\n".join(f"LEFT JOIN next_fit n{n} ON n{n}.n = h.n AND n{n}.rank = {n}" for n in (1, 2, 3))
    rows = f"""
SELECT h.record_id, h.findings, h.told, h.match_probability, h.province_code, h.commune, {_SIDE}, h.persons, {three}, {carried(own)}
FROM cases h
JOIN sides s ON s.n = h.n
LEFT JOIN raw w ON w.n = h.n
{joins}"""
    return Listing(order, {"cases": cases, "sides": _SIDES, "next_fit": next_fit, "raw": raw_part(own)}, rows)
