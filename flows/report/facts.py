"""The queries of the report's lists and what they share: values beside each other, in a complete order; SQL only."""

from __future__ import annotations

from collections.abc import Sequence

from matching.sql import identifier

# Confidence in words. Certain: at most one in a thousand such links is wrong and the next resident is 2^7 = 128 times less
# likely; likely: one in fifty and 2^4 = 16 times; the rest of the links (link threshold 0.95) is weak.
CERTAIN = "coalesce(k.match_probability, 0) >= 0.999 AND coalesce(k.gap, 99) >= 7"
LIKELY = "coalesce(k.match_probability, 0) >= 0.98 AND coalesce(k.gap, 99) >= 4"
CONFIDENCE = f"CASE WHEN {CERTAIN} THEN 'certain' WHEN {LIKELY} THEN 'likely' ELSE 'weak' END"

# Where the record states no place (a bank's customers), the work is where the linked resident's permanent residence is (`home`).
PROVINCE = "CASE WHEN p.place IS NULL THEN home.province ELSE k.province_code END"


def carried(columns: Sequence[str]) -> str:
    """The partner's own columns, by their names in `raw_partner`."""
    return ", ".join("w." + identifier(name) for name in columns) or "NULL"


def raw_part(own: Sequence[str]) -> str:
    """The query of a list's part that carries the partner's own columns through (flows/report/laid.py)."""
    return f"SELECT h.n, {carried(own)} FROM listed h JOIN raw_partner w ON w.file = h.file AND w.line = h.line"


# Every record that was not refused, with the province that it counts for, and whether that is its resident's and not its own.
LOCATED = f"""
SELECT k.outcome, k.primary_finding, coalesce({PROVINCE}, '') AS province, p.place IS NULL AND home.province IS NOT NULL AS lives
FROM links k LEFT JOIN std_partner p ON p.record_id = k.record_id LEFT JOIN std_register r ON r.person_id = k.person_id
LEFT JOIN std_address home ON home.address = r.permanent
WHERE k.outcome <> 'rejected'"""


def quarantined() -> str:
    """The query of the refused rows of both sides, where they stand in their files."""
    return """
SELECT 'partner' AS side, file, line, rule, raw FROM quarantine_partner
UNION ALL SELECT 'register', file, line, rule, raw FROM quarantine_register
ORDER BY side, file, line, rule, raw"""
