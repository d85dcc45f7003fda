"""Root causes: each has its mismatches, three at least, all with the finding it is about; no mismatch has two."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Suite, between, matches, no_rows, one_of
from matching.findings import BY_CODE
from matching.findings.causes.base import LEAST
from matching.findings.causes.kinds import BY_NAME
from matching.tables import CAUSED, CAUSES

SUITE = Suite(
    "causes", "causes", "find",
    (
        *contract("R-CAU", CAUSES),
        one_of("R-CAU", "kind", tuple(BY_NAME)),
        one_of("R-CAU", "finding", tuple(BY_CODE)),
        between("R-CAU", "records", LEAST, None),
        matches("R-CAU", "cause_id", "^RC-[0-9A-HJKMNP-TV-Z]{20}$", "Mã phải đúng dạng.", "An id has its form."),
        no_rows(
            "R-CAU-EVIDENCE", "SELECT cause_id FROM causes WHERE NOT json_valid(evidence) OR json_type(try_cast(evidence AS JSON)) <> 'OBJECT'",
            "Bằng chứng phải là một đối tượng JSON.", "The evidence is one JSON object.",
        ),
        no_rows(
            "R-CAU-RECORDS", """SELECT c.cause_id FROM causes c LEFT JOIN (SELECT cause_id, count(*) AS n FROM caused GROUP BY cause_id) m USING (cause_id)
                WHERE c.records IS DISTINCT FROM m.n""",
            "Số sai lệch của nguyên nhân phải khớp với bảng chi tiết.", "A cause has as many mismatches as it says.",
        ),
    ),
)  # fmt: skip

SUITE_CAUSED = Suite(
    "caused", "caused", "find",
    (
        *contract("R-CSD", CAUSED),
        no_rows(
            "R-CSD-CAUSE", "SELECT record_id FROM caused ANTI JOIN causes USING (cause_id)",
            "Nguyên nhân phải có trong bảng nguyên nhân.", "The cause is one of the table of causes.",
        ),
        no_rows(
            "R-CSD-FINDING", """SELECT d.record_id FROM caused d JOIN causes c USING (cause_id) LEFT JOIN links k USING (record_id)
                WHERE k.outcome IS DISTINCT FROM 'mismatch' OR k.primary_finding IS DISTINCT FROM c.finding""",
            "Chỉ gom các sai lệch có phát hiện chính của nguyên nhân.", "What is grouped are mismatches with the cause's finding as their primary one.",
        ),
    ),
)  # fmt: skip
