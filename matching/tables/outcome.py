"""What a run comes to: the one outcome of each record, its findings, their root causes, and the ledger of the stages."""

from __future__ import annotations

from matching.tables.declaration import Table, columns

LINKS = Table(
    "links", "a partner record and its one outcome", ("record_id",),
    columns(
        ("record_id", "VARCHAR!", "the partner's key, or file:line of a rejected row"),
        ("outcome", "VARCHAR!", "consistent, mismatch, ambiguous, review, not_found, out_of_scope, rejected"),
        ("primary_finding", "VARCHAR", "the worst finding; null if none"),
        ("findings", "VARCHAR[]!", "all findings, benign ones included"),
        ("person_id", "VARCHAR", "of the link; null if none"),
        ("candidate_person_ids", "VARCHAR[]!", "best first"),
        ("match_probability", "DECIMAL(9,6)", "of the best candidate; null if there is none"),
        ("match_weight", "DECIMAL(9,3)", "in bits, of the best candidate"),
        ("gap", "DECIMAL(9,3)", "best minus next, in bits; null if there is no next"),
        ("match_key", "VARCHAR", "blocking rule that brought the best candidate"),
        ("residence", "VARCHAR", "permanent, temporary, current, none, unknown; null without a link"),
        ("address_level", "VARCHAR", "level of RESIDENCE_ELSEWHERE; else null"),
        ("commune_code", "VARCHAR", "of the place, in force on the as-of date; null when ambiguous"),
        ("province_code", "VARCHAR", "of the place"),
        ("commune_candidates", "VARCHAR[]!", "codes that the place may mean"),
        ("mismatch_id", "VARCHAR", "of a mismatch; null otherwise"),
        ("ruled_out_person_ids", "VARCHAR[]!", "residents of whom a reviewer has said that they are not the one: no candidates any more"),
    ),
)  # fmt: skip

FINDINGS = Table(
    "findings", "a record and one finding", ("record_id", "finding"),
    columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("finding", "VARCHAR!", "its code"),
        ("severity", "VARCHAR!", "field, review or benign"),
        ("level", "VARCHAR", "kind of difference (NAME_DIFFERS, RESIDENCE_ELSEWHERE, BIRTH_DATE_DIFFERS)"),
        ("evidence", "VARCHAR!", "the values it rests on, as one JSON object with sorted keys"),
        ("suggested_value", "VARCHAR", "only ever a suggestion"),
    ),
)  # fmt: skip

POSSIBLE = Table(
    "possible", "a record for review, one of its candidates, and a finding that it would have if that one is right", ("record_id", "place", "finding"),
    columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("place", "INTEGER!", "1 to 3: which candidate, as the review lists them"),
        ("person_id", "VARCHAR!", "the register's key of the candidate"),
        ("finding", "VARCHAR!", "its code"),
        ("severity", "VARCHAR!", "field, review or benign"),
        ("level", "VARCHAR", "kind of difference, as in findings"),
    ),
)  # fmt: skip

CAUSES = Table(
    "causes", "a root cause that three mismatches or more go back to", ("cause_id",),
    columns(
        ("cause_id", "VARCHAR!", "keyed hash of what makes it: the same in every run"),
        ("kind", "VARCHAR!", "street, commune, contradiction, numbering, number, household, holder, letters, batch"),
        ("finding", "VARCHAR!", "the primary finding of its mismatches"),
        ("level", "VARCHAR", "the level of that finding; null if it has none"),
        ("records", "BIGINT!", "its mismatches, decided ones included"),
        ("expected", "DECIMAL(12,3)", "how many chance would give; null where chance gives none"),
        ("evidence", "VARCHAR!", "the values that its sentence names, as one JSON object"),
    ),
)  # fmt: skip

CAUSED = Table(
    "caused", "a mismatch and the root cause it goes back to", ("record_id",),
    columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("cause_id", "VARCHAR!", "-> causes"),
    ),
)  # fmt: skip

LEDGER = Table(
    "ledger", "a stage", ("stage",),
    columns(
        ("stage", "VARCHAR!", "its name"),
        ("rows_in", "BIGINT!", "rows it took"),
        ("rows_out", "BIGINT!", "rows it passed on"),
        ("rows_quarantined", "BIGINT!", "rows it refused"),
    ),
)  # fmt: skip
