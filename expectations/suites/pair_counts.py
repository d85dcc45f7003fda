"""Pairs by blocking rule and by pattern of agreement: the sums are those of the candidates, and every rule earns its keep."""

from __future__ import annotations

from expectations.contract import contract
from expectations.declarations import Suite, between, no_rows, not_empty, one_of
from matching.block import BIRTH_RULES, RULE_NAMES
from matching.sql import quoted_list
from matching.tables import PAIR_COUNTS

_P = "R-PAI"


def _total(column: str, kind: str) -> str:
    """The sum of a column over the rows of one kind."""
    return f"(SELECT coalesce(sum({column}), 0) FROM pair_counts WHERE kind = '{kind}')"


SUITE = Suite(
    "pair_counts", "pair_counts", "score",
    (
        *contract(_P, PAIR_COUNTS),
        not_empty(_P, "luật chia khối", "blocking rule"),
        one_of(_P, "kind", ("rule", "pattern", "recall")),
        *(between(_P, column, 0, None) for column in ("pairs", "capped_keys", "capped_pairs", "best")),
        no_rows(
            f"{_P}-RULES",
            f"""(SELECT unnest([{quoted_list(RULE_NAMES)}]) AS key EXCEPT SELECT key FROM pair_counts WHERE kind = 'rule')
                UNION ALL SELECT key FROM pair_counts WHERE kind = 'rule' AND key NOT IN ({quoted_list(RULE_NAMES)})""",
            "Mỗi luật chia khối đã khai báo có đúng một dòng.", "Every declared blocking rule has its row, and no other.",
        ),
        no_rows(
            f"{_P}-SUM-PATTERNS", f"""SELECT n FROM (SELECT count(*) AS n FROM candidates)
                WHERE n <> {_total("pairs", "pattern")} OR n > {_total("pairs", "rule")}""",
            "Tổng theo mẫu bằng số cặp được giữ, và không vượt quá tổng theo luật.",
            "Pairs by pattern are the pairs that were kept, and no more than the pairs by rule.",
        ),
        no_rows(
            f"{_P}-SUM-BEST", f"""SELECT n FROM (SELECT count(DISTINCT l) AS n FROM candidates)
                WHERE n <> {_total("best", "rule")} OR n <> {_total("best", "pattern")}""",
            "Mỗi bản ghi có ứng viên được đếm đúng một lần theo luật và một lần theo mẫu.",
            "Each record with a candidate is counted once by rule and once by pattern.",
        ),
        no_rows(
            f"{_P}-WITHIN", "SELECT kind, key FROM pair_counts WHERE best > pairs OR (capped_keys = 0) <> (capped_pairs = 0)",
            "Số liệu của mỗi dòng phải nhất quán.", "The counts of a row agree with each other.",
        ),
        no_rows(
            f"{_P}-PRODUCTIVE",
            f"""SELECT key FROM pair_counts WHERE kind = 'rule' AND pairs = 0 AND key <> 'told' AND (SELECT count(*) FROM std_partner) >= 10000
                AND (key NOT IN ({quoted_list(BIRTH_RULES)}) OR EXISTS (SELECT 1 FROM std_partner WHERE birth_date IS NOT NULL))""",
            "Luật chia khối không tạo ra cặp nào: nên xem lại.", "A blocking rule that proposes no pair should be looked at.", "warning",
        ),
        no_rows(
            f"{_P}-CAPPED", "SELECT key FROM pair_counts WHERE kind = 'rule' AND capped_pairs > 10 * (SELECT sum(pairs) FROM pair_counts WHERE kind = 'rule')",
            "Luật chia khối bỏ qua quá nhiều cặp vì khóa quá đông.", "A blocking rule leaves out too many pairs because its keys are over-full.", "warning",
        ),
    ),
)  # fmt: skip
