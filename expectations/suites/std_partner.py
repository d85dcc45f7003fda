"""The partner's records, comparable: one row each, keys unique, most names and addresses understood."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, between, no_rows, not_empty, one_of, share
from expectations.suites.std import one_row_each, person_rules, places_found, points_to, unreadable_names
from matching.tables import STD_PARTNER

_P = "R-STD-PAR"
_TABLE = "std_partner"

SUITE = Suite(
    _TABLE, _TABLE, "standardise",
    (
        *contract(_P, STD_PARTNER),
        not_empty(_P, "bản ghi", "record"),
        Rule(
            f"{_P}-RECORD", "expect_column_values_to_be_unique", {"column": "record_id"}, "critical",
            "Mã bản ghi không được lặp lại.", "A record_id occurs once.",
        ),
        one_row_each(_P, _TABLE, "raw_partner"),
        between(_P, "bucket", 0, None),
        *person_rules(_P, _TABLE, "l"),
        one_of(_P, "id_condition", ("ok", "old", "zero_lost", "old_zero_lost", "invalid", "missing")),
        no_rows(
            f"{_P}-NUMBER",
            """SELECT l FROM std_partner WHERE (id_condition IN ('ok', 'zero_lost') AND id12 IS NULL)
               OR (id_condition IN ('old', 'old_zero_lost') AND id9 IS NULL)
               OR (id_condition IN ('invalid', 'missing') AND (id12 IS NOT NULL OR id9 IS NOT NULL))""",
            "Số giấy tờ phải khớp với tình trạng của nó.", "The number agrees with its condition.",
        ),
        share(
            f"{_P}-NUMBERS", "SELECT l FROM std_partner WHERE id_condition = 'invalid'",
            "SELECT l FROM std_partner WHERE id_condition <> 'missing'", 0.10,
            "Ít số giấy tờ không hợp lệ.", "Few numbers are invalid.",
        ),
        share(
            f"{_P}-PHONES", "SELECT l FROM std_partner WHERE phone IS NOT NULL AND NOT regexp_full_match(phone, '0[0-9]{8,10}')",
            "SELECT l FROM std_partner WHERE phone IS NOT NULL", 0.05,
            "Ít số điện thoại có dạng lạ.", "Few phone numbers have an odd form.",
        ),
        share(
            f"{_P}-DATES", "SELECT l FROM std_partner WHERE year(event_date) NOT BETWEEN 1950 AND 2100",
            "SELECT l FROM std_partner WHERE event_date IS NOT NULL", 0.01,
            "Ngày ký nằm ngoài khoảng hợp lý.", "Dates of records lie in a plausible range.",
        ),
        *(points_to(_P, _TABLE, "l", column, target, key) for column, target, key in (("name", "std_name", "name"), ("place", "std_address", "address"))),
        *unreadable_names(_P, _TABLE, "l"),
        *places_found(_P, _TABLE, "l", "place", 0.10, 0.70),
    ),
)  # fmt: skip
