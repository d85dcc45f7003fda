"""What the linkage decided of each record: one decision, and a link exactly where it says linked."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Suite, between, no_rows, not_empty, one_of
from expectations.suites.std import points_to
from matching.tables import DECIDED

_P = "R-DEC"

SUITE = Suite(
    "decided", "decided", "decide",
    (
        *contract(_P, DECIDED),
        not_empty(_P, "bản ghi", "record"),
        one_of(_P, "decision", ("linked", "ambiguous", "review", "not_found", "out_of_scope")),
        between(_P, "match_probability", 0, 1),
        between(_P, "gap", 0, None),
        points_to(_P, "decided", "l", "r", "std_register", "r"),
        no_rows(
            f"{_P}-LEDGER", "SELECT l FROM std_partner ANTI JOIN decided USING (l) UNION ALL SELECT l FROM decided ANTI JOIN std_partner USING (l)",
            "Mỗi bản ghi có đúng một quyết định.", "Each record has one decision.",
        ),
        no_rows(
            f"{_P}-LINK", "SELECT l FROM decided WHERE (decision = 'linked') <> (r IS NOT NULL)",
            "Có người được ghép khi và chỉ khi quyết định là ghép.", "There is a link exactly where the decision says so.",
        ),
        no_rows(
            f"{_P}-FIT",
            """SELECT l FROM decided WHERE (decision = 'ambiguous' AND len(candidates) < 2) OR (decision = 'review' AND len(candidates) < 1)""",
            "Kết quả chưa rõ phải kèm các ứng viên.", "What is ambiguous or for review comes with its candidates.",
        ),
    ),
)  # fmt: skip
