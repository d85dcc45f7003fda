"""What reviewers are asked about, and what became of what they said."""

from __future__ import annotations

from matching.tables.declaration import Table, columns

EVIDENCE = Table(
    "evidence", "a record that a person is asked about: a mismatch, or a clerical review", ("case_id",),
    columns(
        ("case_id", "VARCHAR!", "mismatch_id or review_id"),
        ("kind", "VARCHAR!", "mismatch or review"),
        ("record_id", "VARCHAR!", "the partner's key"),
        ("evidence", "VARCHAR!", "keyed hash of all values that the question rests on"),
    ),
)  # fmt: skip

DECISIONS = Table(
    "decisions", "a mismatch or review of today on which reviewers have said something", ("mismatch_id",),
    columns(
        ("mismatch_id", "VARCHAR!", "mismatch_id or review_id"),
        ("kind", "VARCHAR!", "mismatch or review"),
        ("evidence", "VARCHAR!", "today's evidence hash"),
        ("state", "VARCHAR!", "settled, conflict, second_person, unsure, noted (the primary finding is undecided), asked_again"),
        ("closed", "BOOLEAN!", "the decision holds on today's evidence: nobody is asked again"),
        ("decision", "VARCHAR", "the one that holds; null unless closed"),
        ("decided_before", "VARCHAR", "who decided what and when, in words for the work list; null if closed"),
        ("changed_since", "VARCHAR", "what of the evidence has changed, in words; null unless asked_again"),
    ),
)  # fmt: skip

DECISIONS_READ = Table(
    "decisions_read", "a decision on one finding in a reviewer's file of this run, or a refused row", ("file", "row", "finding", "mismatch_id"),
    columns(
        ("file", "VARCHAR!", "the file's name below the decisions folder"),
        ("row", "BIGINT!", "as the spreadsheet shows it; 0: the file as a whole"),
        ("mismatch_id", "VARCHAR!", "mismatch_id or review_id as read; empty if there is none"),
        ("finding", "VARCHAR!", "what is decided on; empty for a review or a refused row"),
        ("decision", "VARCHAR", "as declared; of a refused row as it was written, null where it says nothing"),
        ("decided_by", "VARCHAR", "null if nobody is named"),
        ("result", "VARCHAR!", "applied, noted, second_person, unsure, conflict, outvoted, kept_alone, asked_again, resolved, known, refused, still_refused"),
        ("reason", "VARCHAR", "why it was refused; else what is told of who and when, several with | between; else null"),
        ("cause_id", "VARCHAR", "the cause that the row decides on; null where it is about the mismatch alone"),
    ),
)  # fmt: skip

LINK_DECISIONS = Table(
    "link_decisions", "a record and a resident of whom a person has said that they are the same, or are not", ("record_id", "person_id"),
    columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("person_id", "VARCHAR!", "the register's key"),
        ("verdict", "VARCHAR!", "same or other"),
        ("case_id", "VARCHAR!", "mismatch_id or review_id of the decision"),
        ("pair", "VARCHAR!", "keyed hash of all values of the record and of the resident: the verdict holds while it is the same"),
        ("said", "VARCHAR", "the decision, by whom, when, read by the run of which day; null where the log no longer has it"),
    ),
)  # fmt: skip
