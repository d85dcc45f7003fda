"""Standardised names: one row a distinct text; most are readable, and few needed their encoding repaired."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, graded, no_rows, not_empty, one_of, share
from matching.sql import quoted_list
from matching.tables import STD_NAME

ENCODINGS = ("tcvn3", "vni", "viscii", "utf8_as_cp1252", "telex", "vni_keys")

SUITE = Suite(
    "std_name", "std_name", "standardise",
    (
        *contract("R-STD-NAM", STD_NAME),
        not_empty("R-STD-NAM", "họ tên", "name"),
        Rule(
            "R-STD-NAM-RAW", "expect_column_values_to_be_unique", {"column": "raw"}, "critical",
            "Mỗi họ tên như trong tệp chỉ được chuẩn hóa một lần.", "A name as written is standardised once.",
        ),
        one_of("R-STD-NAM", "kind", ("person", "organisation", "unreadable")),
        one_of("R-STD-NAM", "sex_hint", ("M", "F")),
        no_rows(
            "R-STD-NAM-KEYS",
            """SELECT name FROM std_name WHERE kind = 'person' AND
               (display IS NULL OR canonical IS NULL OR key IS NULL OR key_sorted IS NULL OR key_regional IS NULL)""",
            "Họ tên đọc được thì phải có đủ các khóa so sánh.", "A readable name has all its keys.",
        ),
        *graded(
            "R-STD-NAM-UNREADABLE", "SELECT name FROM std_name WHERE kind = 'unreadable'", "SELECT name FROM std_name", 0.02, 0.30,
            "Ít họ tên không đọc được", "Few names are unreadable",
        ),
        share(
            "R-STD-NAM-ENCODING", f"SELECT name FROM std_name WHERE list_has_any(repairs, [{quoted_list(ENCODINGS)}])",
            "SELECT name FROM std_name", 0.05,
            "Nhiều họ tên phải sửa bảng mã: nên hỏi lại nơi xuất tệp.", "Many names needed their encoding repaired: ask where the file was made.",
        ),
    ),
)  # fmt: skip
