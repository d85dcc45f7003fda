"""The queries of the report's lists and what they share: values beside each other, in a complete order; SQL only."""

from __future__ import annotations

from collections.abc import Sequence

from matching.findings import SEVERITIES
from matching.sql import identifier, quoted_list

# Confidence in words. Certain: at most one in a thousand such links is wrong and the next resident is 2^7 = 128 times less
# likely; likely: one in fifty and 2^4 = 16 times; the rest of the links (link threshold 0.95) is weak.
CERTAIN = "coalesce(k.match_probability, 0) >= 0.999 AND coalesce(k.gap, 99) >= 7"
LIKELY = "coalesce(k.match_probability, 0) >= 0.98 AND coalesce(k.gap, 99) >= 4"
CONFIDENCE = f"CASE WHEN {CERTAIN} THEN 'certain' WHEN {LIKELY} THEN 'likely' ELSE 'weak' END"

PARTNER_SIDE = """pn.raw AS name_raw, coalesce(pn.display, pn.raw) AS name_display, pn.canonical AS name_canonical,
    lpad(p.id12::VARCHAR, 12, '0') AS id12, lpad(p.id9::VARCHAR, 9, '0') AS id9, p.id_digits,
    coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR) AS birth, pa.raw AS address_raw"""


def carried(columns: Sequence[str]) -> str:
    """The partner's own columns, by their names in `raw_partner`."""
    return ", ".join("w." + identifier(name) for name in columns) or "NULL"


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

# One row a candidate that is shown; `levels` and `signs` are read by flows.report.clerical.
SHOWN_CANDIDATES = f"""
CREATE OR REPLACE TABLE shown AS
WITH listed AS (
    SELECT d.l, unnest(CASE WHEN len(d.candidates) > 0 THEN d.candidates WHEN d.best IS NULL THEN [] ELSE [d.best] END) AS r,
        generate_subscripts(CASE WHEN len(d.candidates) > 0 THEN d.candidates WHEN d.best IS NULL THEN [] ELSE [d.best] END, 1) AS place
    FROM decided d WHERE d.decision IN ('ambiguous', 'review')
)
SELECT listed.l, listed.place, r.person_id, coalesce(rn.display, rn.raw) AS name,
    nullif(concat_ws('; CMND ',
        coalesce(lpad(r.id12::VARCHAR, 12, '0'), CASE WHEN r.id9 IS NULL THEN r.id_digits END),
        lpad(r.id9::VARCHAR, 9, '0')), '') AS number,
    coalesce(r.birth_date::VARCHAR, r.birth_year::VARCHAR) AS birth_date, r.sex, ra.raw AS permanent_address,
    nullif(array_to_string(ra.communes, '|'), '') AS communes, c.match_probability AS probability,
    concat_ws('|', {", ".join(f"c.gamma_{name}" for name in _WEIGHED)}) AS levels,
    concat_ws('|', {", ".join(f"sign(c.weight_{name})::INTEGER" for name in _WEIGHED)}) AS signs,
    q.findings
FROM listed
JOIN std_register r ON r.r = listed.r
LEFT JOIN candidates c ON c.l = listed.l AND c.r = listed.r
LEFT JOIN std_name rn ON rn.name = r.name
LEFT JOIN std_address ra ON ra.address = r.permanent
LEFT JOIN std_partner rp ON rp.l = listed.l
LEFT JOIN (
    SELECT record_id, possible.place, string_agg(finding, '|' ORDER BY list_position([{quoted_list(SEVERITIES)}], severity), o.place) AS findings
    FROM possible LEFT JOIN finding_order o ON o.code = finding GROUP BY ALL) q ON q.record_id = rp.record_id AND q.place = listed.place
WHERE listed.place <= 3"""


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


def clerical(own: Sequence[str]) -> str:
    """The query of the clerical review, what is decided left out; three candidates side by side, the likeliest records first."""
    three = ", ".join(f"c{n}.{name}" for n in (1, 2, 3) for name in CANDIDATE)
    joins = "\n".join(f"LEFT JOIN shown c{n} ON c{n}.l = p.l AND c{n}.place = {n}" for n in (1, 2, 3))
    return f"""
SELECT k.record_id, k.outcome, k.primary_finding, array_to_string(k.findings, '|'), f.level, f.evidence,
    k.match_probability, k.gap, greatest(len(k.candidate_person_ids), (c1.l IS NOT NULL)::INTEGER),
    k.province_code, coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')),
    {PARTNER_SIDE}, p.sex, {three}, h.evidence, h.decided_before, h.changed_since, x.persons, x.told, {carried(own)}
FROM links k
LEFT JOIN reviews h ON h.record_id = k.record_id
LEFT JOIN ruled_out x ON x.record_id = k.record_id
JOIN std_partner p ON p.record_id = k.record_id
LEFT JOIN findings f ON f.record_id = k.record_id AND f.finding = k.primary_finding
LEFT JOIN raw_partner w ON w.file = p.file AND w.line = p.line
LEFT JOIN std_name pn ON pn.name = p.name
LEFT JOIN std_address pa ON pa.address = p.place
{joins}
WHERE k.outcome IN ('ambiguous', 'review') AND coalesce(h.open, TRUE)
ORDER BY k.outcome = 'ambiguous', k.match_probability DESC NULLS LAST, k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""


def not_found(own: Sequence[str]) -> str:
    """The query of the records that no resident fits, by province, commune and record id; who fits next where a person ruled somebody out."""
    three = ", ".join(f"n{n}.{name}" for n in (1, 2, 3) for name in ("person_id", "name", "probability"))
    joins = "\n".join(f"LEFT JOIN next_best n{n} ON n{n}.l = p.l AND n{n}.rank = {n}" for n in (1, 2, 3))
    return f"""
SELECT k.record_id, array_to_string(k.findings, '|'), x.told, k.match_probability, k.province_code,
    coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')),
    {PARTNER_SIDE}, x.persons, {three}, {carried(own)}
FROM links k
JOIN std_partner p ON p.record_id = k.record_id
LEFT JOIN ruled_out x ON x.record_id = k.record_id
LEFT JOIN raw_partner w ON w.file = p.file AND w.line = p.line
LEFT JOIN std_name pn ON pn.name = p.name
LEFT JOIN std_address pa ON pa.address = p.place
{joins}
WHERE k.outcome = 'not_found'
ORDER BY k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""


def quarantined() -> str:
    """The query of the refused rows of both sides, where they stand in their files."""
    return """
SELECT 'partner' AS side, file, line, rule, raw FROM quarantine_partner
UNION ALL SELECT 'register', file, line, rule, raw FROM quarantine_register
ORDER BY side, file, line, rule, raw"""
