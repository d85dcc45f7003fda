"""Outcomes: every row of the partner's file ends in exactly one, and what it carries follows from it."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, between, matches, no_rows, not_empty, one_of, share
from expectations.suites.raw import LEDGER_STAGE
from matching.tables import LINKS

OUTCOMES = ("consistent", "mismatch", "ambiguous", "review", "not_found", "out_of_scope", "rejected")
LEVELS = ("province", "commune", "street", "house")

_P = "R-LNK"
_JUDGED = "outcome NOT IN ('out_of_scope', 'rejected')"


def _only(name: str, wrong: str, vi: str, en: str) -> Rule:
    return no_rows(f"{_P}-{name}", f"SELECT record_id FROM links WHERE {wrong}", vi, en)


SUITE = Suite(
    "links", "links", "find",
    (
        *contract(_P, LINKS),
        not_empty(_P, "bản ghi", "record"),
        one_of(_P, "outcome", OUTCOMES),
        one_of(_P, "residence", ("permanent", "temporary", "current", "none", "unknown")),
        one_of(_P, "address_level", LEVELS),
        between(_P, "match_probability", 0, 1),
        between(_P, "gap", 0, None),
        matches(_P, "commune_code", "^[0-9]{5}$", "Mã xã có 5 chữ số.", "A commune code has 5 digits."),
        matches(_P, "province_code", "^[0-9]{2}$", "Mã tỉnh có 2 chữ số.", "A province code has 2 digits."),
        Rule(
            f"{_P}-MISMATCH-ID", "expect_column_values_to_be_unique", {"column": "mismatch_id"}, "critical",
            "Mã sai lệch không được lặp lại.", "A mismatch_id occurs once.",
        ),
        no_rows(
            f"{_P}-LEDGER", f"""SELECT 'links' AS stage WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE stage = '{LEDGER_STAGE["partner"]}'
                AND rows_in = (SELECT count(*) FROM links))""",
            "Số kết quả bằng số dòng đã đọc của tệp đối tác.", "There are as many outcomes as rows read of the partner's file.",
        ),
        no_rows(
            f"{_P}-RECORDS", """SELECT record_id FROM std_partner ANTI JOIN links USING (record_id)
                UNION ALL SELECT record_id FROM links ANTI JOIN std_partner USING (record_id) WHERE outcome <> 'rejected'""",
            "Mỗi bản ghi đã chuẩn hóa có một kết quả, và ngược lại.", "Each standardised record has an outcome, and no other has.",
        ),
        no_rows(
            f"{_P}-REJECTED", """SELECT n FROM (SELECT count(*) AS n FROM links WHERE outcome = 'rejected')
                WHERE n <> (SELECT count(*) FROM quarantine_partner)""",
            "Mỗi dòng bị cách ly có kết quả bị từ chối.", "Each quarantined row is a rejected outcome.",
        ),
        _only(
            "PERSON", "(person_id IS NOT NULL) <> (outcome IN ('consistent', 'mismatch'))",
            "Chỉ kết quả khớp hoặc sai lệch mới có người được ghép.", "Exactly consistent and mismatch have a link.",
        ),
        no_rows(
            f"{_P}-REF-person_id", "SELECT record_id FROM links ANTI JOIN std_register USING (person_id) WHERE person_id IS NOT NULL",
            "Người được ghép phải có trong dữ liệu dân cư.", "A link leads to a resident of the register.",
        ),
        _only(
            "ID", "(mismatch_id IS NOT NULL) <> (outcome = 'mismatch')",
            "Có mã sai lệch khi và chỉ khi kết quả là sai lệch.", "Exactly mismatches have a mismatch_id.",
        ),
        _only(
            "PRIMARY", "(primary_finding IS NULL) <> (len(findings) = 0) OR NOT list_contains(findings, coalesce(primary_finding, findings[1]))",
            "Phát hiện chính là một trong các phát hiện của bản ghi.", "The primary finding is one of the record's findings.",
        ),
        no_rows(
            f"{_P}-WORK", """SELECT record_id FROM links
                LEFT JOIN (SELECT record_id, bool_or(severity <> 'benign') AS work FROM findings GROUP BY record_id) USING (record_id)
                WHERE (outcome = 'mismatch' AND NOT coalesce(work, FALSE)) OR (outcome = 'consistent' AND coalesce(work, FALSE))""",
            "Sai lệch thì có việc phải xử lý; khớp thì không.", "A mismatch has a finding to act on; a consistent record has none.",
        ),
        no_rows(
            f"{_P}-FINDINGS", """WITH listed AS (SELECT record_id, unnest(findings) AS finding FROM links)
                SELECT record_id FROM listed ANTI JOIN findings USING (record_id, finding)
                UNION ALL SELECT record_id FROM findings ANTI JOIN listed USING (record_id, finding)""",
            "Danh sách phát hiện phải khớp với bảng phát hiện.", "The list of findings is what the table of findings says.",
        ),
        _only(
            "FIT", "(outcome = 'ambiguous' AND len(candidate_person_ids) < 2) OR (outcome = 'review' AND len(candidate_person_ids) < 1)",
            "Kết quả chưa rõ phải kèm các ứng viên.", "What is ambiguous or for review comes with its candidates.",
        ),
        _only(
            "RESIDENCE", "person_id IS NULL AND residence IS NOT NULL",
            "Chỉ xét nơi cư trú khi đã ghép được người.", "Residence is judged of a link only.",
        ),
        _only(
            "LEVEL", "(address_level IS NOT NULL) <> list_contains(findings, 'RESIDENCE_ELSEWHERE')",
            "Có cấp địa chỉ khi và chỉ khi nơi cư trú khác.", "There is an address level exactly for RESIDENCE_ELSEWHERE.",
        ),
        share(
            f"{_P}-RATE-LOW", f"SELECT record_id FROM links WHERE person_id IS NULL AND {_JUDGED}", f"SELECT record_id FROM links WHERE {_JUDGED}", 0.60,
            "Quá ít bản ghi được ghép: có thể sai tệp hoặc sai phạm vi trích xuất.", "Too few records are linked: the wrong file or the wrong extract.",
        ),
        share(
            f"{_P}-RATE-REVIEW", "SELECT record_id FROM links WHERE outcome IN ('ambiguous', 'review')", f"SELECT record_id FROM links WHERE {_JUDGED}", 0.25,
            "Quá nhiều bản ghi phải xem tay.", "Too many records need a clerical review.",
        ),
        share(
            f"{_P}-RATE-MISMATCH", "SELECT record_id FROM links WHERE outcome = 'mismatch'", "SELECT record_id FROM links WHERE person_id IS NOT NULL", 0.80,
            "Hầu như bản ghi nào cũng sai lệch: nên kiểm tra cách đọc tệp.", "Nearly every linked record is a mismatch: look at how the file was read.",
        ),
    ),
)  # fmt: skip
