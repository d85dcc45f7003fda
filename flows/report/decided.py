"""What became of the decisions in reviewers' files, in words and row by row: `decisions.csv`, `doisoat decisions check`."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from flows.report.cells import cell
from flows.report.columns import MISMATCH_DECISIONS, REVIEW_DECISIONS
from flows.report.tables import count, rows
from flows.report.words import Words

DECISIONS = ("file", "row", "mismatch_id", "finding", "decision", "decided_by", "cause_id", "result", "result_vi", "result_en")

RESULTS = {
    "applied": Words("Đã áp dụng", "applied"),
    "noted": Words("Đã ghi cho phát hiện này; phát hiện chính chưa có quyết định", "kept for this finding; the primary one is undecided"),
    "second_person": Words("Chờ người thứ hai", "waits for a second person"),
    "unsure": Words(
        "Đã ghi là chưa rõ; dòng vẫn nằm trong danh sách để xem lại", "kept as unsure; the row stays in the list for a second look"
    ),
    "conflict": Words("Trái với quyết định khác, cần thống nhất", "contradicts another decision: to be agreed upon"),
    "outvoted": Words("Người này đã quyết định lại sau đó", "the same person decided anew later"),
    "kept_alone": Words("Giữ quyết định riêng của dòng này", "the decision on this row alone is kept"),
    "asked_again": Words("Bằng chứng đã đổi từ đó, hỏi lại", "the evidence has changed since: asked again"),
    "resolved": Words("Sai lệch này không còn nữa", "there is nothing left to decide"),
    "known": Words("Đã có trong nhật ký quyết định", "stands in the log already"),
    "refused": Words("Bị từ chối", "refused"),
    "still_refused": Words(
        "Vẫn bị từ chối như lượt trước; sửa hoặc bỏ tệp này", "still refused, as the run before said; mend the file or take it away"
    ),
}

REASONS = {
    "unreadable": Words("tệp không đọc được; lưu lại bằng CSV hoặc XLSX", "the file cannot be read; save it as CSV or XLSX"),
    "too_large": Words("tệp quá lớn", "the file is too large"),
    "no_header": Words("không thấy dòng tiêu đề", "no header line was found"),
    "no_id_column": Words("thiếu cột mismatch_id hoặc review_id", "the column mismatch_id or review_id is missing"),
    "double_header": Words("một cột cần đọc xuất hiện hai lần", "a column that is read stands there twice"),
    "no_decision_column": Words("thiếu cột decision", "the column decision is missing"),
    "broken_quotes": Words("dấu ngoặc kép không khép lại", "a quote is not closed"),
    "ragged_row": Words("dòng có nhiều ô hơn tiêu đề", "the row has more cells than the header"),
    "no_id": Words("ô mã trống", "the id is empty"),
    "unknown_id": Words("không có mã này trong lượt đã công bố", "no published run has this id"),
    "unknown_decision": Words(f"chỉ ghi một trong: {', '.join(MISMATCH_DECISIONS)}", f"write one of: {', '.join(MISMATCH_DECISIONS)}"),
    "unknown_review_decision": Words(f"chỉ ghi một trong: {', '.join(REVIEW_DECISIONS)}", f"write one of: {', '.join(REVIEW_DECISIONS)}"),
    "unknown_finding": Words(
        "bản ghi không có phát hiện này; tên cột là decision_<MÃ> với mã ở cột findings",
        "the record does not carry this finding; the column is decision_<CODE>, with a code of the column findings",
    ),
    "no_candidate": Words(
        "không có ứng viên này; chỉ chọn ứng viên có trong dòng", "there is no such candidate; choose one that the row lists"
    ),
    "other_evidence": Words(
        "evidence_hash không phải của mã này; các cột đã bị xếp lệch", "the evidence_hash is not this id's; columns were moved apart"
    ),
    "cause_evidence": Words(
        "quyết định cho cả nhóm cần có evidence_hash của nhóm", "a decision on a whole group needs the group's evidence_hash"
    ),
    "evidence_needed": Words(
        "bằng chứng của mã này từng thay đổi mà tệp thiếu evidence_hash; dùng danh sách mới nhất",
        "the evidence of this id has changed before and the file has no evidence_hash; use the latest list",
    ),
}

UNNAMED = "unnamed"
"""Reason beside any result: the decision counts, but nobody stands behind it by name."""
BETWEEN = "|"
"""Between several notes beside one result."""
NOTES = {
    UNNAMED: Words("chưa ghi ai quyết định; điền decided_by rồi nộp lại", "nobody is named; fill decided_by and hand it in again"),
    "no_day": Words("decided_at không phải một ngày (ngày/tháng/năm)", "decided_at is no day (day/month/year)"),
    "far_ahead": Words("decided_at muộn hơn ngày của lượt này trên một năm", "decided_at is more than a year after the day of this run"),
    "before_run": Words("decided_at sớm hơn lượt đầu tiên nêu dòng này", "decided_at is before the first run that listed the row"),
}

CONFLICT = Words("Chưa thống nhất", "not agreed upon")
SECOND = Words("Chờ người thứ hai", "waits for a second person")
UNSURE = Words("Chưa rõ, cần xem lại", "unsure, a second look is wanted")
BEFORE = Words("Đã quyết định", "decided before")
NOBODY = Words("không ghi tên", "nobody named")
CHANGED = {
    "new": Words("mới", "new"),
    "gone": Words("hết", "gone"),
    "changed": Words("đổi", "changed"),
    "unknown": Words("bằng chứng đã đổi", "the evidence has changed"),
}


def decision_rows(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, ...]]:
    """Every decision and every refused row of the files that this run read, and what older files still want, where they stand in their files."""
    columns = ", ".join(DECISIONS[:7])
    for row in rows(con, f"SELECT {columns}, result, reason FROM decisions_read ORDER BY file, row, finding, mismatch_id"):
        told = told_result(row[7], row[8])
        yield tuple(map(cell, (row[0], str(row[1]), *row[2:8], told.vi, told.en)))


def told_result(result: str, reason: str | None) -> Words:
    """What became of a row: `Bị từ chối: ô mã trống` / `refused: the id is empty`, `Đã áp dụng; chưa ghi ai quyết định …`."""
    said = RESULTS[result]
    if reason in REASONS:
        return Words(f"{said.vi}: {REASONS[reason].vi}", f"{said.en}: {REASONS[reason].en}")
    notes = [NOTES[note] for note in (reason or "").split(BETWEEN) if note]
    return Words("; ".join((said.vi, *(note.vi for note in notes))), "; ".join((said.en, *(note.en for note in notes))))


def decision_counts(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Decisions of this run's files by what became of them, and open questions by how their decisions stand."""
    if not count(con, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'decisions_read'"):
        return {"read": {}, "standing": {}, "closed": {}, "unnamed": {}}
    read = dict(con.execute("SELECT result, count(*) FROM decisions_read GROUP BY 1 ORDER BY 1").fetchall())
    standing = dict(con.execute("SELECT state, count(*) FROM decisions GROUP BY 1 ORDER BY 1").fetchall())
    closed = dict(con.execute("SELECT decision, count(*) FROM decisions WHERE closed GROUP BY 1 ORDER BY 1").fetchall())
    unnamed = dict(
        con.execute("SELECT result, count(*) FROM decisions_read WHERE contains(reason, 'unnamed') GROUP BY 1 ORDER BY 1").fetchall()
    )
    return {"read": read, "standing": standing, "closed": closed, "unnamed": unnamed}
