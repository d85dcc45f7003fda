"""What the columns, marks and decisions of the work list mean: the second sheet of every spreadsheet, for whoever opens one."""

from __future__ import annotations

from flows.report.words import FINDINGS, SEVERITIES, Words
from matching.findings import FINDINGS as DECLARED
from matching.findings.declaration import Finding

SHEET = "Hướng dẫn"
"""The name of the sheet; it is passed over when a file comes back."""

DECISION_WORDS = {
    "partner_wrong": Words("Đối tác sai: hồ sơ của đối tác phải sửa", "the partner's record is wrong and is to be corrected"),
    "register_wrong": Words("Dân cư sai: báo công an xã cập nhật cơ sở dữ liệu dân cư", "the register is wrong: tell the commune police"),
    "both_right": Words(
        "Cả hai đúng: không phải sửa gì (chủ nhà cho thuê, tên gọi khác...)",
        "both are right: nothing to correct (a landlord, another name in use)",
    ),
    "not_same_person": Words("Không phải một người: bỏ liên kết này", "not the same person: the link is dropped"),
    "unsure": Words("Chưa rõ: ghi lại, chỉ hỏi lại khi dữ liệu thay đổi", "not sure: kept, asked again only when the data change"),
}

REVIEW_WORDS = {
    "candidate_1": Words("Là ứng viên 1", "it is candidate 1"),
    "candidate_2": Words("Là ứng viên 2", "it is candidate 2"),
    "candidate_3": Words("Là ứng viên 3", "it is candidate 3"),
    "none": Words("Không phải ai trong số này", "none of them"),
    "unsure": Words("Chưa rõ: ghi lại, chỉ hỏi lại khi dữ liệu thay đổi", "not sure: kept, asked again only when the data change"),
}

COLUMN_WORDS = {
    "mismatch_id": Words("Mã của sai lệch, không đổi qua các lượt; đừng sửa", "the mismatch's id, the same in every run; leave it"),
    "evidence_hash": Words("Dấu của bằng chứng; đừng sửa", "the seal of the evidence; leave it"),
    "status": Words("new: mới; persisting: còn từ lượt trước; reopened: mở lại", "new, persisting from the last run, or reopened"),
    "first_seen": Words("Ngày xét lần đầu thấy", "as-of date of the first run that saw it"),
    "severity": Words("field: phải xác minh tại chỗ; review: người xem quyết định", "field: go or call; review: a person decides"),
    "primary_finding": Words("Phát hiện chính; cột decision nói về phát hiện này", "the primary finding; `decision` is about it"),
    "findings": Words("Mọi phát hiện của bản ghi", "all findings of the record"),
    "reason_vi, reason_en": Words("Vì sao dòng này ở đây", "why the row is here"),
    "confidence": Words(
        "Liên kết với cư dân: certain chắc chắn; likely nhiều khả năng; weak yếu",
        "how sure the link to the resident is",
    ),
    "province, commune": Words(
        "Tỉnh, xã của địa chỉ đối tác ghi; nếu đối tác không ghi địa chỉ thì của nơi thường trú",
        "of the partner's address; where it has none, of the permanent residence",
    ),
    "person_id": Words("Mã cư dân trong sổ dân cư", "the resident's id in the register"),
    "name_…, number_…, birth_date_…, address_…": Words(
        "_partner: đối tác ghi; _register: dân cư ghi; _diff: chỗ khác", "what each side says, and where they differ"
    ),
    "[Văn|Vân]": Words("Khác chữ: trái là đối tác, phải là dân cư", "other letters: partner left, register right"),
    "[Án~Ấn]": Words("Chỉ khác dấu", "only accents or tone marks differ"),
    "[|Thị]  [12|?]": Words(
        "Bên trống: thiếu từ đó; dấu ?: bên đó không nêu", "empty: the word is missing there; ?: that side does not say"
    ),
    "suggested_action": Words("Việc nên làm", "what to do"),
    "suggested_value, suggested_source": Words("Giá trị gợi ý và nguồn; chỉ là gợi ý", "a value to consider, and where it comes from"),
    "also_vi, also_en": Words("Các phát hiện khác của bản ghi", "the record's other findings"),
    "cause_id": Words("Nguyên nhân chung với các dòng khác; xem causes.xlsx", "the cause it shares with other rows; see causes.xlsx"),
    "decided_before, changed_since": Words(
        "Đã quyết định gì trước đây, từ đó điều gì đã đổi", "what was decided before, and what has changed since"
    ),
    "decision": Words("Điền một trong các từ dưới đây", "fill in one of the words below"),
    "decided_by, decided_at, note": Words("Ai, ngày nào, ghi chú", "who, when, a note"),
}


def severities(finding: Finding) -> tuple[str, ...]:
    """The severities that a finding may have, each once: one, or one a level."""
    return (finding.severity,) if isinstance(finding.severity, str) else tuple(dict.fromkeys(finding.severity.values()))


def guide_rows() -> list[tuple[str, str, str]]:
    """The sheet's rows: a term, Vietnamese, English; a row with an empty English cell is a heading."""
    rows = [("Cách làm / how", "", "")]
    rows.append(
        (
            "1",
            "Điền cột decision, decided_by (và note nếu cần) ở trang thứ nhất.",
            "Fill decision and decided_by (and note) on the first sheet.",
        )
    )
    rows.append(
        (
            "2",
            "Lưu tệp, thả vào thư mục decisions/; lượt sau đọc lại và trả lời trong decisions.csv.",
            "Save the file into decisions/; the next run answers in decisions.csv.",
        )
    )
    rows.append(("Quyết định / decisions", "", ""))
    rows += [(word, told.vi, told.en) for word, told in DECISION_WORDS.items()]
    rows.append(("Cột và dấu / columns and marks", "", ""))
    rows += [(name, told.vi, told.en) for name, told in COLUMN_WORDS.items()]
    rows.append(("Phát hiện / findings", "", ""))
    for finding in DECLARED:
        told, kinds = FINDINGS[finding.code], [SEVERITIES[name] for name in severities(finding)]
        rows.append(
            (
                finding.code,
                f"{told.vi} ({'; '.join(kind.vi.lower() for kind in kinds)})",
                f"{told.en} ({'; '.join(kind.en for kind in kinds)})",
            )
        )
    return rows
