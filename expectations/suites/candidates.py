"""Candidate pairs: the best few of each record, in their order, with levels that are declared and weights that add up."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Rule, Severity, Suite, between, no_rows, not_empty, one_of
from expectations.suites.std import points_to
from matching.block import RULE_NAMES
from matching.comparisons import COMPARISONS, comparison
from matching.score import KEPT
from matching.tables import CANDIDATES

_P = "R-CAN"
_BITS = 100_000  # thousandths: no comparison speaks louder than one in 2^100
_WEIGHTS = " + ".join(f"weight_{name}" for name in COMPARISONS)


def _budget(pairs: int, severity: Severity, kind: str) -> Rule:
    """Pairs that were compared, a record: what a run costs."""
    return no_rows(
        f"{_P}-BUDGET-{kind}",
        f"""SELECT pairs FROM (SELECT sum(pairs) AS pairs FROM pair_counts WHERE kind = 'rule')
            WHERE pairs > {pairs} * (SELECT count(*) FROM std_partner)""",
        f"Trung bình mỗi bản ghi được so với không quá {pairs} người.", f"A record is compared with {pairs} residents at most, on average.", severity,
    )  # fmt: skip


SUITE = Suite(
    "candidates", "candidates", "score",
    (
        *contract(_P, CANDIDATES),
        not_empty(_P, "cặp ứng viên", "candidate pair", "warning"),
        *(one_of(_P, f"gamma_{name}", comparison(name).level_names) for name in COMPARISONS),
        *(between(_P, f"weight_{name}", -_BITS, _BITS) for name in COMPARISONS),
        between(_P, "match_weight", -_BITS * len(COMPARISONS), _BITS * len(COMPARISONS)),
        between(_P, "match_probability", 0, 1),
        one_of(_P, "match_key", RULE_NAMES),
        one_of(_P, "residence", ("permanent", "temporary", "current")),
        points_to(_P, "candidates", "l", "l", "std_partner", "l"),
        points_to(_P, "candidates", "l", "r", "std_register", "r"),
        Rule(
            f"{_P}-PAIR", "expect_compound_columns_to_be_unique", {"column_list": ["l", "r"]}, "critical",
            "Mỗi cặp chỉ xuất hiện một lần.", "A pair occurs once.",
        ),
        no_rows(
            f"{_P}-SUM", f"""SELECT l, r FROM (SELECT l, r, match_weight - ({_WEIGHTS}) AS prior FROM candidates)
                WHERE prior <> (SELECT min(match_weight - ({_WEIGHTS})) FROM candidates)""",
            "Trọng số của cặp là tổng các trọng số thành phần và cùng một trọng số tiên nghiệm.",
            "A match weight is the sum of its weights and of one prior.",
        ),
        no_rows(
            f"{_P}-ORDER", """SELECT l, rank FROM candidates
                QUALIFY rank <> row_number() OVER (PARTITION BY l ORDER BY match_weight DESC, r)""",
            "Thứ hạng theo trọng số giảm dần, liên tục từ 1.", "Ranks follow the weights, from 1 without a hole.",
        ),
        no_rows(
            f"{_P}-KEPT", f"""SELECT a.l, a.rank FROM candidates a JOIN candidates b ON a.l = b.l AND b.rank = {KEPT}
                WHERE a.rank > {KEPT} AND a.match_weight <> b.match_weight""",
            f"Chỉ giữ {KEPT} ứng viên tốt nhất và những người ngang hạng.", f"Only the best {KEPT} are kept, and all that tie with them.",
        ),
        no_rows(
            f"{_P}-POSTERIOR", "SELECT l FROM candidates GROUP BY l HAVING sum(match_probability) > 1 + 0.000001 * count(*)",
            "Tổng xác suất các ứng viên của một bản ghi không vượt quá 1.", "The probabilities of a record's candidates add up to 1 at most.",
        ),
        _budget(200, "warning", "WARN"),
        _budget(2000, "critical", "STOP"),
    ),
)  # fmt: skip
