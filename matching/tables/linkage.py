"""What the linkage writes: the best candidate pairs, how they came about, and what was decided on each record."""

from __future__ import annotations

from matching.tables.declaration import Table, columns

CANDIDATES = Table(
    "candidates", "one of the best candidate pairs of a record", ("l", "rank"),
    columns(
        ("l", "INTEGER!", "-> std_partner"),
        ("r", "INTEGER!", "-> std_register"),
        ("rank", "INTEGER!", "1 = best; ties by r"),
        ("match_key", "VARCHAR!", "the first blocking rule that proposed the pair"),
        ("gamma_name", "VARCHAR!", "level of the name comparison"),
        ("gamma_number", "VARCHAR!", "level of the number comparison"),
        ("gamma_place", "VARCHAR!", "level of the place comparison, the best of the resident's residences"),
        ("gamma_birth", "VARCHAR!", "level of the birth date comparison"),
        ("gamma_sex", "VARCHAR!", "level of the sex comparison"),
        ("gamma_age", "VARCHAR!", "old enough to hold the record on the day it was made"),
        ("residence", "VARCHAR", "permanent, temporary, current: the one that agrees best; null if none was compared"),
        ("weight_name", "INTEGER!", "thousandths of a bit"),
        ("weight_number", "INTEGER!", "thousandths of a bit"),
        ("weight_place", "INTEGER!", "thousandths of a bit"),
        ("weight_birth", "INTEGER!", "thousandths of a bit"),
        ("weight_sex", "INTEGER!", "thousandths of a bit"),
        ("weight_age", "INTEGER!", "thousandths of a bit"),
        ("match_weight", "INTEGER!", "thousandths of a bit, prior included"),
        ("match_probability", "DECIMAL(9,6)!", "posterior over all candidates of the record and none of them"),
    ),
)  # fmt: skip

PAIR_COUNTS = Table(
    "pair_counts", "a blocking rule, a pattern of agreement, or what a rule would find without the number", ("kind", "key"),
    columns(
        ("kind", "VARCHAR!", "rule, pattern or recall"),
        ("key", "VARCHAR!", "name of the rule (recall: or `any`); levels of the pattern joined by |"),
        ("pairs", "BIGINT!", "pairs that the rule was the first to propose; pairs with the pattern; recall: certain links that were asked for"),
        ("capped_keys", "BIGINT!", "keys of the rule that were over-full and left out"),
        ("capped_pairs", "BIGINT!", "pairs that these keys would have made"),
        ("best", "BIGINT!", "records whose best candidate came by the rule or has the pattern; recall: certain links that the rule proposes by itself"),
    ),
)  # fmt: skip

DECIDED = Table(
    "decided", "a partner record and what the linkage says of it", ("l",),
    columns(
        ("l", "INTEGER!", "-> std_partner"),
        ("decision", "VARCHAR!", "linked, ambiguous, review, not_found, out_of_scope"),
        ("r", "INTEGER", "the link; null unless linked"),
        ("best", "INTEGER", "the best candidate; null if there is none"),
        ("candidates", "INTEGER[]!", "residents that fit, best first; all that tie when ambiguous"),
        ("match_probability", "DECIMAL(9,6)", "of the best candidate"),
        ("match_weight", "INTEGER", "thousandths of a bit, of the best candidate"),
        ("gap", "INTEGER", "thousandths of a bit, best minus next; null if there is no next"),
        ("match_key", "VARCHAR", "blocking rule of the best candidate"),
    ),
)  # fmt: skip
