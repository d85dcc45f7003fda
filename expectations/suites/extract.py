"""An extract beside the last accepted one: no rows or columns lost, no column emptied, swapped or filled from elsewhere, not older.

The table holds one row a measure and field (flows/extract/compare.py): what it was, what it is, and the bounds of the run file.
It holds counts and shares, never a value of a person. `allowed`: the run file lets this group pass; then it is only reported.
"""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, between, no_rows, one_of
from matching.tables import Column, Table

MEASURES = ("rows_fewer", "rows_more", "missing", "extra", "nulls", "values", "swapped", "earlier", "older", "same")

EXTRACT_CHANGES = Table(
    "extract_changes", "a measure of an extract beside the last accepted one", ("side", "measure", "field"),
    (
        Column("side", "VARCHAR", "register or partner", False),
        Column("measure", "VARCHAR", "what is compared", False),
        Column("field", "VARCHAR", "the field or header; empty for the extract as a whole", False),
        Column("before", "DOUBLE", "in the accepted extract"),
        Column("now", "DOUBLE", "in this one"),
        Column("change", "DOUBLE", "what the bounds are held against", False),
        Column("warn", "DOUBLE", "reported above this", False),
        Column("stop", "DOUBLE", "stops above this", False),
        Column("allowed", "BOOLEAN", "the run file lets it pass", False),
    ),
)  # fmt: skip

_P = "R-EXT"


def _bounded(name: str, measure: str, vi: str, en: str) -> tuple[Rule, Rule]:
    """A change that is reported above its one bound and stops the run above the other, unless it is allowed."""
    where = f"SELECT side, measure, field FROM extract_changes WHERE measure = '{measure}'"
    return (
        no_rows(f"{_P}-{name}-WARN", f"{where} AND change > warn", f"{vi} (báo).", f"{en} (reported).", "warning"),
        no_rows(f"{_P}-{name}-STOP", f"{where} AND change > stop AND NOT allowed", f"{vi} (dừng).", f"{en} (stops)."),
    )


SUITE = Suite(
    EXTRACT_CHANGES.name, EXTRACT_CHANGES.name, "ingest",
    (
        *contract(_P, EXTRACT_CHANGES),
        one_of(_P, "side", ("register", "partner")),
        one_of(_P, "measure", MEASURES),
        between(_P, "change", 0, None),
        *_bounded("FEWER", "rows_fewer", "Tệp không được thiếu nhiều dòng so với lần nhận trước: có thể bị cắt cụt",
                  "The extract has not lost many rows since the last accepted one: it may be cut off"),
        *_bounded("MORE", "rows_more", "Tệp không được thừa nhiều dòng so với lần nhận trước: có thể bị ghép hai lần",
                  "The extract has not grown by much since the last accepted one: it may be joined twice"),
        *_bounded("MISSING", "missing", "Cột có ở lần nhận trước thì phải còn: có thể bị đổi tên hoặc bỏ mất",
                  "A column of the last accepted extract is still there: it may be renamed or left out"),
        no_rows(
            f"{_P}-EXTRA", "SELECT side, measure, field FROM extract_changes WHERE measure = 'extra' AND change > warn",
            "Cột mới so với lần nhận trước được giữ nguyên và báo lại.", "A column that is new since the last accepted extract is carried through and told.",
            "warning",
        ),
        *_bounded("NULLS", "nulls", "Tỷ lệ ô trống của một cột không được đổi nhiều", "The share of empty cells of a column has not changed much"),
        *_bounded("VALUES", "values", "Phân bố của một cột (tỉnh, năm, độ dài) không được lệch nhiều",
                  "The distribution of a column (provinces, years, lengths) has not drifted much"),
        *_bounded("SWAPPED", "swapped", "Hai cột không được đổi chỗ nội dung cho nhau", "Two columns have not changed places"),
        *_bounded("EARLIER", "earlier", "Ngày chốt của tệp không được sớm hơn lần nhận trước",
                  "The day of the extract is not before that of the last accepted one"),
        *_bounded("OLDER", "older", "Ngày mới nhất ghi trong tệp không được lùi so với lần nhận trước: có thể là tệp cũ",
                  "The newest day in the extract has not gone back since the last accepted one: it may be an old file"),
        no_rows(
            f"{_P}-SAME", "SELECT side, measure, field FROM extract_changes WHERE measure = 'same' AND change > warn",
            "Tệp của ngày chốt mới không được y hệt lần nhận trước: có thể gửi nhầm.",
            "An extract of a later day does not repeat the last accepted one to the byte: it may be the wrong file.",
            "warning",
        ),
    ),
)  # fmt: skip
