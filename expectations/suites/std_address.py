"""Standardised addresses: one row a distinct text; codes have their form, and what is said to be certain is."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, between, matches, no_rows, not_empty, one_of, share
from matching.tables import STD_ADDRESS

SUITE = Suite(
    "std_address", "std_address", "standardise",
    (
        *contract("R-STD-ADR", STD_ADDRESS),
        not_empty("R-STD-ADR", "địa chỉ", "address", "warning"),
        Rule(
            "R-STD-ADR-RAW", "expect_column_values_to_be_unique", {"column": "raw"}, "critical",
            "Mỗi địa chỉ như trong tệp chỉ được chuẩn hóa một lần.", "An address as written is standardised once.",
        ),
        matches("R-STD-ADR", "commune", "^[0-9]{5}$", "Mã xã có 5 chữ số.", "A commune code has 5 digits."),
        matches("R-STD-ADR", "written_commune", "^[0-9]{5}$", "Mã xã cũ có 5 chữ số.", "An old commune code has 5 digits."),
        matches("R-STD-ADR", "district", "^[0-9]{3}$", "Mã huyện cũ có 3 chữ số.", "An old district code has 3 digits."),
        matches("R-STD-ADR", "province", "^[0-9]{2}$", "Mã tỉnh có 2 chữ số.", "A province code has 2 digits."),
        one_of("R-STD-ADR", "era", ("old", "new", "both")),
        between("R-STD-ADR", "confidence", 0, 100),
        no_rows(
            "R-STD-ADR-ONE", "SELECT address FROM std_address WHERE commune IS DISTINCT FROM CASE WHEN len(communes) = 1 THEN communes[1] END",
            "Có mã xã khi và chỉ khi chỉ còn một xã.", "There is a commune code exactly when one commune remains.",
        ),
        no_rows(
            "R-STD-ADR-CERTAIN", "SELECT address FROM std_address WHERE certain AND commune IS NULL",
            "Chỉ địa chỉ đã rõ xã mới được coi là chắc chắn.", "Only an address with a commune is certain.",
        ),
        no_rows(
            "R-STD-ADR-KEYS", """SELECT address FROM std_address WHERE door_key IS NOT NULL AND (locality_key IS NULL OR coalesce(house, building) IS NULL)""",
            "Có khóa số nhà thì phải có khóa đường/thôn và số nhà.", "A door key goes with a locality key and a house.",
        ),
        share(
            "R-STD-ADR-CONTRADICTS", "SELECT address FROM std_address WHERE contradicts", "SELECT address FROM std_address", 0.05,
            "Ít địa chỉ có xã không thuộc huyện, tỉnh đã ghi.", "Few addresses name a commune outside their district or province.",
        ),
        share(
            "R-STD-ADR-ENCODING", "SELECT address FROM std_address WHERE list_contains(assumptions, 'encoding')",
            "SELECT address FROM std_address", 0.05,
            "Nhiều địa chỉ phải sửa bảng mã: nên hỏi lại nơi xuất tệp.", "Many addresses needed their encoding repaired: ask where the file was made.",
        ),
    ),
)  # fmt: skip
