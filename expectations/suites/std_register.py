"""Residents, comparable: one row each, keys unique, most names and addresses understood."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Suite, not_empty, one_of, share
from expectations.suites.std import one_row_each, person_rules, places_found, points_to, unreadable_names
from matching.tables import STD_REGISTER

_P = "R-STD-REG"
_TABLE = "std_register"

SUITE = Suite(
    _TABLE, _TABLE, "standardise",
    (
        *contract(_P, STD_REGISTER),
        not_empty(_P, "cư dân", "resident"),
        Rule(
            f"{_P}-PERSON", "expect_column_values_to_be_unique", {"column": "person_id"}, "critical",
            "Mã cư dân không được lặp lại.", "A person_id occurs once.",
        ),
        one_row_each(_P, _TABLE, "raw_register"),
        *person_rules(_P, _TABLE, "r"),
        one_of(_P, "status", ("alive", "deceased", "missing", "absent", "left")),
        *(points_to(_P, _TABLE, "r", column, "std_name", "name") for column in ("name", "other_name")),
        *(points_to(_P, _TABLE, "r", column, "std_address", "address") for column in ("permanent", "temporary", "current")),
        *unreadable_names(_P, _TABLE, "r"),
        *places_found(_P, _TABLE, "r", "permanent", 0.05, 0.50),
        share(
            f"{_P}-NUMBERS",
            "SELECT r FROM std_register WHERE id12 IN (SELECT id12 FROM std_register WHERE id12 IS NOT NULL GROUP BY id12 HAVING count(*) > 1)",
            "SELECT r FROM std_register WHERE id12 IS NOT NULL", 0.001,
            "Số định danh chỉ thuộc về một người (Luật Căn cước 2023, Điều 12).", "A personal number is one person's (Law on Identity 2023, Art. 12).",
        ),
    ),
)  # fmt: skip
