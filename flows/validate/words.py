"""How a rule and its verdict are told, the same in the table, JUnit, SARIF and the page: Vietnamese, then English, then counts."""

from __future__ import annotations

import re

from expectations.verdict import RuleVerdict
from flows.validate.outcome import Outcome, Place
from matching.errors import Problem

READ = "R-READ"  # the rule of what is refused as a whole
STATUS = {
    "passed": "đạt / passed", "passed_with_warnings": "đạt, có cảnh báo / passed with warnings", "failed": "không đạt / failed",
    "broken": "bộ kiểm tra lỗi / gate broken", "not_run": "không xét / not run", "refused": "bị từ chối / refused",
}  # fmt: skip
SEVERITY = {"critical": "nghiêm trọng / critical", "warning": "cảnh báo / warning"}
QUARANTINE_VI = {
    "ragged_row": "Số ô của dòng không khớp tiêu đề.", "unclosed_quote": "Dấu ngoặc kép không đóng.", "stray_quote": "Có chữ sau dấu ngoặc kép đóng.",
    "nul_byte": "Dòng có ký tự NUL.", "bad_encoding": "Dòng không đọc được bằng bảng mã của tệp.", "line_too_long": "Dòng quá dài.",
    "repeated_header": "Dòng tiêu đề lặp lại.", "missing_key": "Thiếu mã.", "missing_name": "Thiếu họ tên.",
    "duplicate_record_id": "Mã bản ghi bị trùng.", "duplicate_person_id": "Mã cư dân bị trùng, nội dung khác nhau.", "duplicate_row": "Dòng trùng lặp.",
}  # fmt: skip
QUARANTINE_EN = {
    "ragged_row": "The row has not as many cells as the header.", "unclosed_quote": "A quote is not closed.",
    "stray_quote": "There is text after a closing quote.",
    "nul_byte": "The line holds a NUL.", "bad_encoding": "The line is not in the file's encoding.", "line_too_long": "The line is too long.",
    "repeated_header": "The header is repeated.", "missing_key": "The key is missing.", "missing_name": "The name is missing.",
    "duplicate_record_id": "The record id occurs more than once.", "duplicate_person_id": "The resident's id occurs with different contents.",
    "duplicate_row": "The row is an identical copy.",
}  # fmt: skip
_LINE = re.compile(r", (?:line|row) (\d+)$")


def reason(rule: RuleVerdict) -> str:
    """Why the rule stands there, in both languages."""
    return f"{rule.reason_vi} / {rule.reason_en}"


def quarantine_reason(rule: str) -> str:
    """Why a row was set aside, in both languages."""
    return f"{QUARANTINE_VI.get(rule, rule)} / {QUARANTINE_EN.get(rule, rule)}"


def counted(rule: RuleVerdict) -> str:
    """The counts of a verdict: `12 / 5,000 (0.24 %)`; of a broken rule the kind of its error."""
    if rule.error:
        return rule.error
    if rule.unexpected_count is None:
        return "" if rule.observed is None else f"{rule.observed:g}"
    return f"{rule.unexpected_count:,}" + (f" / {rule.element_count:,} ({share(rule)})" if rule.element_count else "")


def share(rule: RuleVerdict) -> str:
    """The share of rows that break the rule; empty where there is none."""
    if not rule.element_count or rule.unexpected_count is None:
        return ""
    return f"{100 * rule.unexpected_count / rule.element_count:.2f} %"


def tolerated(rule: RuleVerdict) -> str:
    """The share of rows that may break the rule."""
    return f"{100 * (1 - rule.tolerance):g} %"


def lines(places: tuple[Place, ...]) -> str:
    """The lines of the first file among `places`, for a message."""
    numbers = [str(line) for file, line in places if file == places[0][0]]
    return f"{places[0][0]}: dòng / line {', '.join(numbers)}" if numbers else ""


def place_of(problem: Problem, outcome: Outcome) -> Place:
    """File and line of what was refused: the line that the problem names, or the first."""
    found = _LINE.search(problem.where)
    name = problem.where[: found.start()] if found else problem.where
    return (name if "[" not in name else outcome.files[0]), int(found[1]) if found else 1
