"""Reviewers' decisions: they are about questions of today, none holds that is contradicted, none is lost between file and log."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Suite, matches, no_rows, one_of
from matching.tables import DECISIONS, DECISIONS_READ, EVIDENCE, LINK_DECISIONS

_NOTES = ("unnamed", "no_day", "far_ahead", "before_run")  # what is told beside a decision that counts
_ID = "^(MM|RV)-[0-9A-HJKMNP-TV-Z]{20}$"

SUITE_EVIDENCE = Suite(
    "evidence", "evidence", "decisions",
    (
        *contract("R-EVI", EVIDENCE),
        one_of("R-EVI", "kind", ("mismatch", "review")),
        matches("R-EVI", "evidence", "^EV-[0-9A-HJKMNP-TV-Z]{20}$", "Mã bằng chứng phải đúng dạng.", "An evidence hash has its form."),
        no_rows(
            "R-EVI-ALL", """SELECT record_id FROM links WHERE outcome IN ('mismatch', 'ambiguous', 'review')
                AND record_id NOT IN (SELECT record_id FROM evidence)""",
            "Mọi bản ghi cần người xem đều có mã bằng chứng.", "Every record that a person is asked about has its evidence.",
        ),
    ),
)  # fmt: skip

SUITE = Suite(
    "decisions", "decisions", "decisions",
    (
        *contract("R-DCN", DECISIONS),
        one_of("R-DCN", "state", ("settled", "conflict", "second_person", "unsure", "noted", "asked_again")),
        matches("R-DCN", "mismatch_id", _ID, "Mã phải đúng dạng.", "An id has its form."),
        no_rows(
            "R-DCN-TODAY", """SELECT d.mismatch_id FROM decisions d LEFT JOIN evidence e ON e.case_id = d.mismatch_id
                WHERE e.evidence IS DISTINCT FROM d.evidence""",
            "Quyết định chỉ được giữ trên bằng chứng của lượt này.", "A decision stands on the evidence of this run.",
        ),
        no_rows(
            "R-DCN-CLOSED", "SELECT mismatch_id FROM decisions WHERE closed <> (state = 'settled') OR closed <> (decision IS NOT NULL)",
            "Chỉ quyết định đã thống nhất mới khép lại câu hỏi.", "Nothing but a settled decision closes a question.",
        ),
    ),
)  # fmt: skip

SUITE_READ = Suite(
    "decisions_read", "decisions_read", "decisions",
    (
        *contract("R-DRD", DECISIONS_READ),
        no_rows(
            "R-DRD-REASON", f"""SELECT file, row FROM decisions_read WHERE (result IN ('refused', 'still_refused'))
                = (reason IS NULL OR list_has_all({list(_NOTES)}, string_split(reason, '|')))""",
            "Dòng bị từ chối phải có lý do.", "A row that was refused has its reason.",
        ),
        no_rows(
            "R-DRD-APPLIED", """SELECT r.file, r.row FROM decisions_read r LEFT JOIN decisions d ON d.mismatch_id = r.mismatch_id
                WHERE r.result = 'applied' AND d.closed IS NOT TRUE""",
            "Quyết định đã áp dụng phải có hiệu lực.", "A decision that was applied is in force.",
        ),
    ),
)  # fmt: skip

SUITE_LINKS = Suite(
    "link_decisions", "link_decisions", "decisions",
    (
        *contract("R-LDC", LINK_DECISIONS),
        one_of("R-LDC", "verdict", ("same", "other")),
        no_rows(
            "R-LDC-ONE", "SELECT record_id FROM link_decisions WHERE verdict = 'same' GROUP BY record_id HAVING count(*) > 1",
            "Một bản ghi chỉ được xác nhận là một người.", "A record is confirmed to be one resident at most.",
        ),
    ),
)  # fmt: skip
