"""What people write where they have nothing to write: "không có", "chưa cập nhật", "N/A", "-"."""

from __future__ import annotations

from matching.standardise.text import fold

_WORDS = frozenset(
    {
        "",
        "khong",
        "khong co",
        "khong ro",
        "khong biet",
        "ko co",
        "ko",
        "k co",
        "kco",
        "khong xac dinh",
        "chua",
        "chua co",
        "chua cap",
        "chua cap nhat",
        "chua ro",
        "chua xac dinh",
        "dang cap nhat",
        "cap nhat sau",
        "bo trong",
        "trong",
        "mat",
        "na",
        "n a",
        "null",
        "none",
        "nan",
        "nil",
        "nat",
        "x",
        "xx",
        "xxx",
        "xxxx",
        "unknown",
        "no",
        "0",
        "00",
        "0 0",
    }
)


def is_missing(text: str | None) -> bool:
    """True for null, nothing but punctuation, and words that say that there is no value."""
    return text is None or fold(text) in _WORDS
