"""Findings: declared codes with their declared severities, each once a record, and a link where the finding speaks of a person."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Suite, between, no_rows, one_of, share
from matching.findings import BY_CODE, FINDINGS, SEVERITIES, Finding
from matching.findings.possible import SHOWN
from matching.sql import quoted_list
from matching.tables import FINDINGS as TABLE
from matching.tables import POSSIBLE

_P = "R-FND"


def _severities(finding: Finding) -> tuple[str, ...]:
    """The severities that the finding may have, in a fixed order."""
    declared = {finding.severity} if isinstance(finding.severity, str) else set(finding.severity.values())
    return tuple(severity for severity in SEVERITIES if severity in declared)


_ALLOWED = quoted_list([f"{code} {severity}" for code, finding in BY_CODE.items() for severity in _severities(finding)])
_LINKED_ONLY = quoted_list([finding.code for finding in FINDINGS if finding.needs_link])
_WITH_LEVEL = quoted_list([finding.code for finding in FINDINGS if finding.level])

SUITE = Suite(
    "findings", "findings", "find",
    (
        *contract(_P, TABLE),
        one_of(_P, "finding", tuple(BY_CODE)),
        one_of(_P, "severity", SEVERITIES),
        no_rows(
            f"{_P}-SEVERITY", f"SELECT record_id, finding FROM findings WHERE finding || ' ' || severity NOT IN ({_ALLOWED})",
            "Mức độ phải đúng như khai báo của phát hiện.", "The severity is one that the finding declares.",
        ),
        no_rows(
            f"{_P}-LEVEL", f"SELECT record_id, finding FROM findings WHERE (level IS NOT NULL) <> (finding IN ({_WITH_LEVEL}))",
            "Có cấp khác biệt khi và chỉ khi phát hiện khai báo cấp.", "There is a level exactly where the finding declares one.",
        ),
        no_rows(
            f"{_P}-RECORD", "SELECT record_id, finding FROM findings ANTI JOIN std_partner USING (record_id)",
            "Phát hiện phải thuộc về một bản ghi có thật.", "A finding belongs to a record.",
        ),
        no_rows(
            f"{_P}-LINK", f"""SELECT f.record_id, f.finding FROM findings f JOIN std_partner p USING (record_id) JOIN decided d USING (l)
                WHERE f.finding IN ({_LINKED_ONLY}) AND d.r IS NULL""",
            "Phát hiện về người hoặc nơi cư trú chỉ có ở bản ghi đã ghép.", "Findings about a person or a residence need a link.",
        ),
        no_rows(
            f"{_P}-EVIDENCE", "SELECT record_id, finding FROM findings WHERE NOT json_valid(evidence) OR json_type(try_cast(evidence AS JSON)) <> 'OBJECT'",
            "Bằng chứng phải là một đối tượng JSON.", "The evidence is one JSON object.",
        ),
        share(
            f"{_P}-UNREADABLE", "SELECT record_id FROM findings WHERE finding = 'ADDRESS_UNREADABLE'", "SELECT record_id FROM std_partner", 0.10,
            "Ít địa chỉ không đọc được.", "Few addresses are unreadable.",
        ),
    ),
)  # fmt: skip

SUITE_POSSIBLE = Suite(
    "possible", "possible", "find",
    (
        *contract("R-PSB", POSSIBLE),
        between("R-PSB", "place", 1, SHOWN),
        one_of("R-PSB", "finding", tuple(BY_CODE)),
        no_rows(
            "R-PSB-SEVERITY", f"SELECT record_id, finding FROM possible WHERE finding || ' ' || severity NOT IN ({_ALLOWED})",
            "Mức độ phải đúng như khai báo của phát hiện.", "The severity is one that the finding declares.",
        ),
        no_rows(
            "R-PSB-UNDECIDED", """SELECT s.record_id, s.finding FROM possible s LEFT JOIN std_partner p USING (record_id) LEFT JOIN decided d USING (l)
                WHERE d.decision IS NULL OR d.decision NOT IN ('review', 'ambiguous')""",
            "Chỉ bản ghi đang chờ xem xét mới có phát hiện có thể có.", "Only an undecided record has possible findings.",
        ),
    ),
)  # fmt: skip
