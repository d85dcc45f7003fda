"""The work list, worst first, as SQL: severity, place in the table of findings, certainty, province, commune, record id."""

from __future__ import annotations

from collections.abc import Sequence

from flows.report.addresses import FIELDS
from flows.report.facts import CERTAIN, CONFIDENCE, LIKELY, PROVINCE, carried, raw_part
from flows.report.laid import BATCH, Listing

_COMMUNE = "CASE WHEN p.place IS NULL THEN home.commune ELSE k.commune_code END"
_ADDRESSES = ("place", "judged", "permanent", "temporary", "current")

# The open mismatches in the order of the list: what they are sorted by, and the ids that lead to everything else.
_ORDER = f"""
SELECT k.record_id, k.mismatch_id, p.l, r.r, p.file, p.line, p.name, r.name AS name_r, {PROVINCE} AS province,
    CASE WHEN p.place IS NULL THEN nullif(array_to_string(home.communes, '|'), '')
        ELSE coalesce(k.commune_code, nullif(array_to_string(k.commune_candidates, '|'), '')) END AS commune,
    p.place, r.permanent, r.temporary, r.current,
    CASE CASE WHEN k.residence IN ('permanent', 'temporary', 'current') THEN k.residence ELSE c.residence END
        WHEN 'temporary' THEN r.temporary WHEN 'current' THEN r.current ELSE r.permanent END AS judged
FROM work h
JOIN links k ON k.mismatch_id = h.mismatch_id
JOIN std_partner p ON p.record_id = k.record_id
JOIN std_register r ON r.person_id = k.person_id
JOIN finding_order o ON o.code = k.primary_finding
LEFT JOIN std_address home ON home.address = r.permanent
JOIN (SELECT record_id, finding, severity FROM findings) f ON f.record_id = k.record_id AND f.finding = k.primary_finding
LEFT JOIN candidates c ON c.l = p.l AND c.r = r.r
WHERE h.open
ORDER BY f.severity <> 'field', o.place, NOT ({CERTAIN}), NOT ({LIKELY}), {PROVINCE} NULLS LAST, {_COMMUNE} NULLS LAST, k.record_id"""

_CASES = f"""SELECT h.n, w.mismatch_id, w.evidence, whence.cause_id, w.decided_before, w.changed_since, w.status, w.first_seen::VARCHAR AS first_seen,
    k.primary_finding, array_to_string(k.findings, '|') AS findings, {CONFIDENCE} AS confidence, k.record_id, k.person_id, h.province, h.commune
    FROM listed h JOIN links k ON k.record_id = h.record_id JOIN work w ON w.mismatch_id = h.mismatch_id
    LEFT JOIN cause_of whence ON whence.mismatch_id = h.mismatch_id"""

_SIDES = """SELECT h.n, h.place, h.judged, h.permanent, h.temporary, h.current,
    lpad(p.id12::VARCHAR, 12, '0') AS id12, lpad(p.id9::VARCHAR, 9, '0') AS id9, p.id_digits,
    coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR) AS birth,
    lpad(r.id12::VARCHAR, 12, '0') AS id12_r, lpad(r.id9::VARCHAR, 9, '0') AS id9_r, r.id_digits AS id_digits_r,
    coalesce(r.birth_date::VARCHAR, r.birth_year::VARCHAR) AS birth_r
    FROM listed h JOIN std_partner p ON p.l = h.l JOIN std_register r ON r.r = h.r"""

_NAMES = """SELECT h.n, pn.raw, coalesce(pn.display, pn.raw) AS display, pn.canonical,
    rn.raw AS raw_r, coalesce(rn.display, rn.raw) AS display_r, rn.canonical AS canonical_r
    FROM listed h LEFT JOIN std_name pn ON pn.name = h.name LEFT JOIN std_name rn ON rn.name = h.name_r"""

_FOUND = """SELECT h.n, o.place, m.finding, m.finding = k.primary_finding AS leads, m.severity, m.level, m.evidence, m.suggested_value
    FROM listed h JOIN links k ON k.record_id = h.record_id JOIN findings m ON m.record_id = h.record_id JOIN finding_order o ON o.code = m.finding"""


def work_list(own: Sequence[str]) -> Listing:
    """The work list: all open mismatches, worst first, as `worklist` takes them; `own` are the columns of `raw_partner` to carry through."""
    parts = {"cases": _CASES, "sides": _SIDES, "names": _NAMES, "found": _FOUND, "addresses": _addresses(), "raw": raw_part(own)}
    return Listing(_ORDER, parts, _rows(own))


def _addresses() -> str:
    """The addresses that each batch shows, once each, their parts as `Place` takes them: lists are joined, all is text."""
    parts = ("nullif(array_to_string(communes, '|'), '') AS communes" if name == "communes" else name for name in FIELDS)
    return f"""SELECT h.n, a.address, a.raw, {", ".join(parts)}
    FROM (SELECT DISTINCT n - n % {BATCH} AS n, unnest([{", ".join(_ADDRESSES)}]) AS address FROM listed) h JOIN std_address a ON a.address = h.address"""


def _rows(own: Sequence[str]) -> str:
    """The list's rows, in the columns that `worklist` names."""
    shown = ", ".join(f"{name}.raw, {name}.communes" for name in _ADDRESSES[1:])
    joined = "\n".join(f"LEFT JOIN addresses {name} ON {name}.address = s.{name}" for name in _ADDRESSES)
    parts = ", ".join(f"{name}.{part}" for name in _ADDRESSES[:2] for part in FIELDS)
    return f"""
SELECT h.mismatch_id, h.evidence, h.cause_id, h.decided_before, h.changed_since, h.status, h.first_seen,
    f.severity, h.primary_finding, h.findings, f.level, f.evidence, f.suggested_value, h.confidence,
    h.record_id, h.person_id, h.province, h.commune, more.findings,
    names.raw, names.display, names.canonical, s.id12, s.id9, s.id_digits, s.birth, place.raw,
    names.raw_r, names.display_r, names.canonical_r, s.id12_r, s.id9_r, s.id_digits_r, s.birth_r,
    {shown}, {parts}, {carried(own)}
FROM cases h
JOIN sides s ON s.n = h.n
JOIN names ON names.n = h.n
JOIN found f ON f.n = h.n AND f.leads
LEFT JOIN (SELECT n, list(json_array(finding, level, evidence, suggested_value)::VARCHAR ORDER BY place) AS findings
    FROM found WHERE NOT leads GROUP BY n) more ON more.n = h.n
LEFT JOIN raw w ON w.n = h.n
{joined}"""
