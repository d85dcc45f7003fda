"""What the work list is made of: one row a mismatch, all values beside each other, worst first; SQL only.

The order is complete, so the file is the same in every run: severity, place in the table of findings, certainty, province,
commune, record id.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.report.addresses import FIELDS

# Confidence in words. Certain: at most one in a thousand such links is wrong and the next resident is 2^7 = 128 times less
# likely; likely: one in fifty and 2^4 = 16 times; the rest of the links (link threshold 0.95) is weak.
_CERTAIN = "coalesce(k.match_probability, 0) >= 0.999 AND coalesce(k.gap, 99) >= 7"
_LIKELY = "coalesce(k.match_probability, 0) >= 0.98 AND coalesce(k.gap, 99) >= 4"
CONFIDENCE = f"CASE WHEN {_CERTAIN} THEN 'certain' WHEN {_LIKELY} THEN 'likely' ELSE 'weak' END"

# An address field as `Place` takes it: lists are joined, all is text.
_PARTS = {"communes": "nullif(array_to_string({0}.communes, '|'), '')"}

PARTNER_SIDE = """pn.raw AS name_raw, coalesce(pn.display, pn.raw) AS name_display, pn.canonical AS name_canonical,
    lpad(p.id12::VARCHAR, 12, '0') AS id12, lpad(p.id9::VARCHAR, 9, '0') AS id9, p.id_digits,
    coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR) AS birth, pa.raw AS address_raw"""

REGISTER_SIDE = """rn.raw AS name_raw_r, coalesce(rn.display, rn.raw) AS name_display_r, rn.canonical AS name_canonical_r,
    lpad(r.id12::VARCHAR, 12, '0') AS id12_r, lpad(r.id9::VARCHAR, 9, '0') AS id9_r, r.id_digits AS id_digits_r,
    coalesce(r.birth_date::VARCHAR, r.birth_year::VARCHAR) AS birth_r"""


def address_parts(alias: str) -> str:
    """The columns of `Place` out of the address table called `alias`."""
    return ", ".join(_PARTS.get(name, "{0}." + name).format(alias) for name in FIELDS)


def carried(columns: Sequence[str]) -> str:
    """The partner's own columns, by their names in `raw_partner`."""
    return ", ".join("w." + '"' + name.replace('"', '""') + '"' for name in columns) or "NULL"


# All findings of a mismatch but its primary one, in the order of their table: code, level, evidence, suggested value.
_MORE = """
    SELECT m.record_id, list(json_array(m.finding, m.level, m.evidence, m.suggested_value)::VARCHAR ORDER BY mo.place) AS findings
    FROM findings m JOIN links mk ON mk.record_id = m.record_id JOIN finding_order mo ON mo.code = m.finding
    WHERE mk.outcome = 'mismatch' AND m.finding <> mk.primary_finding GROUP BY m.record_id"""


def work_list(own: Sequence[str]) -> str:
    """The query of the work list; `own` are the columns of `raw_partner` to carry through."""
    return f"""
SELECT h.mismatch_id, h.evidence, whence.cause_id, h.decided_before, h.changed_since, h.status, h.first_seen::VARCHAR,
    f.severity, k.primary_finding, array_to_string(k.findings, '|'),
    f.level, f.evidence, f.suggested_value, {CONFIDENCE} AS confidence,
    k.record_id, k.province_code, coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')), more.findings,
    {PARTNER_SIDE}, {REGISTER_SIDE},
    judged.raw, nullif(array_to_string(judged.communes, '|'), ''),
    permanent.raw, nullif(array_to_string(permanent.communes, '|'), ''),
    temporary.raw, nullif(array_to_string(temporary.communes, '|'), ''),
    living.raw, nullif(array_to_string(living.communes, '|'), ''),
    {address_parts("pa")}, {address_parts("judged")}, {carried(own)}
FROM work h
JOIN links k ON k.mismatch_id = h.mismatch_id
JOIN std_partner p ON p.record_id = k.record_id
JOIN std_register r ON r.person_id = k.person_id
JOIN finding_order o ON o.code = k.primary_finding
LEFT JOIN cause_of whence ON whence.mismatch_id = h.mismatch_id
JOIN findings f ON f.record_id = k.record_id AND f.finding = k.primary_finding
LEFT JOIN ({_MORE}) more ON more.record_id = k.record_id
LEFT JOIN candidates c ON c.l = p.l AND c.r = r.r
LEFT JOIN raw_partner w ON w.file = p.file AND w.line = p.line
LEFT JOIN std_name pn ON pn.name = p.name
LEFT JOIN std_name rn ON rn.name = r.name
LEFT JOIN std_address pa ON pa.address = p.place
LEFT JOIN std_address judged ON judged.address = CASE
    WHEN k.residence IN ('permanent', 'temporary', 'current') THEN {_residence("k")} ELSE {_residence("c")} END
LEFT JOIN std_address permanent ON permanent.address = r.permanent
LEFT JOIN std_address temporary ON temporary.address = r.temporary
LEFT JOIN std_address living ON living.address = r.current
WHERE h.open
ORDER BY f.severity <> 'field', o.place, NOT ({_CERTAIN}), NOT ({_LIKELY}),
    k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""


def _residence(alias: str) -> str:
    """The address number of the residence that `alias` names; the permanent one if it names none."""
    return (
        f"CASE {alias}.residence WHEN 'temporary' THEN r.temporary WHEN 'current' THEN r.current ELSE r.permanent END"
    )


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
    concat_ws('|', {", ".join(f"sign(c.weight_{name})::INTEGER" for name in _WEIGHED)}) AS signs
FROM listed
JOIN std_register r ON r.r = listed.r
LEFT JOIN candidates c ON c.l = listed.l AND c.r = listed.r
LEFT JOIN std_name rn ON rn.name = r.name
LEFT JOIN std_address ra ON ra.address = r.permanent
WHERE listed.place <= 3"""


def clerical(own: Sequence[str]) -> str:
    """The query of the clerical review, what is decided left out; three candidates side by side, the likeliest records first."""
    three = ", ".join(f"c{n}.{name}" for n in (1, 2, 3) for name in CANDIDATE)
    joins = "\n".join(f"LEFT JOIN shown c{n} ON c{n}.l = p.l AND c{n}.place = {n}" for n in (1, 2, 3))
    return f"""
SELECT k.record_id, k.outcome, k.primary_finding, array_to_string(k.findings, '|'), f.level, f.evidence,
    k.match_probability, k.gap, greatest(len(k.candidate_person_ids), (c1.l IS NOT NULL)::INTEGER),
    k.province_code, coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')),
    {PARTNER_SIDE}, p.sex, {three}, h.evidence, h.decided_before, h.changed_since, {carried(own)}
FROM links k
LEFT JOIN reviews h ON h.record_id = k.record_id
JOIN std_partner p ON p.record_id = k.record_id
LEFT JOIN findings f ON f.record_id = k.record_id AND f.finding = k.primary_finding
LEFT JOIN raw_partner w ON w.file = p.file AND w.line = p.line
LEFT JOIN std_name pn ON pn.name = p.name
LEFT JOIN std_address pa ON pa.address = p.place
{joins}
WHERE k.outcome IN ('ambiguous', 'review') AND coalesce(h.open, TRUE)
ORDER BY k.outcome = 'ambiguous', k.match_probability DESC NULLS LAST, k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""


def not_found(own: Sequence[str]) -> str:
    """The query of the records that no resident fits, by province, commune and record id."""
    return f"""
SELECT k.record_id, array_to_string(k.findings, '|'), k.match_probability, k.province_code,
    coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')),
    {PARTNER_SIDE}, {carried(own)}
FROM links k
JOIN std_partner p ON p.record_id = k.record_id
LEFT JOIN raw_partner w ON w.file = p.file AND w.line = p.line
LEFT JOIN std_name pn ON pn.name = p.name
LEFT JOIN std_address pa ON pa.address = p.place
WHERE k.outcome = 'not_found'
ORDER BY k.province_code NULLS LAST, k.commune_code NULLS LAST, k.record_id"""


def quarantined() -> str:
    """The query of the refused rows of both sides, where they stand in their files."""
    return """
SELECT 'partner' AS side, file, line, rule, raw FROM quarantine_partner
UNION ALL SELECT 'register', file, line, rule, raw FROM quarantine_register
ORDER BY side, file, line, rule, raw"""
