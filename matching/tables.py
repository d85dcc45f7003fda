"""The tables of a run, declared once: the data dictionary, the gate's column contract and the documentation.

A table is a folder of Parquet parts below `tables/`. Texts that repeat (names, addresses) are standardised once, stand in
`std_name` and `std_address`, and are pointed to by integers, so nothing is parsed or compared twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its DuckDB type, whether it may be null, and what it means (null included)."""

    name: str
    type: str
    meaning: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a run: one row is `row`, identified by `key`; sorted by `key`."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def parts(folder: Path) -> str:
    """The glob that reads all Parquet parts of the table in `folder`."""
    return str(folder / "*.parquet")


def _columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    """Columns from (name, type, meaning); a type that ends with `!` may not be null."""
    return tuple(Column(name, kind.rstrip("!"), meaning, not kind.endswith("!")) for name, kind, meaning in rows)




STD_NAME = Table(
    "std_name", "a distinct name as written in either file", ("name",),
    _columns(
        ("name", "INTEGER!", "its number: order of the raw text"),
        ("raw", "VARCHAR!", "as written"),
        ("display", "VARCHAR", "repaired, for people to read; null if unreadable"),
        ("canonical", "VARCHAR", "lower case with tones, honorifics and notes removed"),
        ("key", "VARCHAR", "canonical without accents"),
        ("key_sorted", "VARCHAR", "tokens of key in alphabetical order"),
        ("key_regional", "VARCHAR", "key with regional spellings made equal"),
        ("surname", "VARCHAR", "folded; null where the name has none"),
        ("middle", "VARCHAR", "folded; null if none"),
        ("given", "VARCHAR", "folded"),
        ("canonical2", "VARCHAR", "the second of two joint holders; null if one"),
        ("key2", "VARCHAR", "its folded key"),
        ("kind", "VARCHAR!", "person, organisation or unreadable"),
        ("sex_hint", "VARCHAR", "M or F where honorific or name say so"),
        ("deceased_hint", "BOOLEAN!", "a note in the name says that the holder died"),
        ("abbreviated", "BOOLEAN!", "some token is an initial"),
        ("has_tones", "BOOLEAN!", "the raw text carries Vietnamese marks"),
        ("repairs", "VARCHAR[]!", "what was repaired, as codes"),
    ),
)  # fmt: skip

STD_ADDRESS = Table(
    "std_address", "a distinct address as written in either file", ("address",),
    _columns(
        ("address", "INTEGER!", "its number: order of the raw text"),
        ("raw", "VARCHAR!", "as written (coded addresses: `code|detail`)"),
        ("house", "VARCHAR", "house number with letter and range"),
        ("alley", "VARCHAR", "alley chain, outermost first, joined by /"),
        ("street", "VARCHAR", "folded, kind word dropped"),
        ("building", "VARCHAR", "tower, floor, unit"),
        ("unit_group", "VARCHAR", "tổ n"),
        ("hamlet", "VARCHAR", "folded name without its kind"),
        ("hamlet_kind", "VARCHAR", "thon, ap, khu pho, ..."),
        ("communes", "VARCHAR[]!", "codes in force on the as-of date that the text may mean; empty if none is named"),
        ("commune", "VARCHAR", "the code iff exactly one"),
        ("province", "VARCHAR", "code in force on the as-of date; null if not named"),
        ("district", "VARCHAR", "old-era code; null if none is named"),
        ("era", "VARCHAR", "old, new or both; null if no unit is named"),
        ("written_commune", "VARCHAR", "old-era code if written in the old form and unique"),
        ("reorganised", "BOOLEAN!", "named by its form before a reorganisation"),
        ("contradicts", "BOOLEAN!", "the commune does not lie in the stated district or province"),
        ("confidence", "TINYINT!", "0 to 100"),
        ("certain", "BOOLEAN!", "one commune remains and nothing was guessed"),
        ("assumptions", "VARCHAR[]!", "what was assumed, as codes"),
        ("street_display", "VARCHAR", "as written, repaired, accents kept"),
        ("hamlet_display", "VARCHAR", "as written, repaired, accents kept"),
        ("locality_key", "BIGINT", "commune with street, else hamlet, as an integer; null without commune or locality"),
        ("door_key", "BIGINT", "locality with alley and house (flat: its building) as an integer; null without either"),
    ),
)  # fmt: skip

_PERSON = (
    ("id12", "BIGINT", "12-digit personal number, zeros put back"),
    ("id9", "BIGINT", "9-digit old number"),
    ("id_digits", "VARCHAR", "the digits as repaired, valid or not"),
    ("birth_date", "DATE", "null when partial"),
    ("birth_year", "SMALLINT", "null if unknown"),
    ("birth_condition", "VARCHAR", "ok, year_only, first_january, invalid, missing"),
    ("sex", "VARCHAR", "M or F; null if unknown"),
)

STD_REGISTER = Table(
    "std_register", "a resident", ("r",),
    _columns(
        ("r", "INTEGER!", "number of the resident: order of person_id"),
        ("person_id", "VARCHAR!", "the register's key"),
        ("name", "INTEGER", "-> std_name; null if the cell is empty"),
        ("other_name", "INTEGER", "-> std_name; the register's other name"),
        *_PERSON,
        ("household", "INTEGER", "number of the household; null if unknown"),
        ("relationship", "VARCHAR", "to the householder, as written"),
        ("permanent", "INTEGER", "-> std_address; null if the cell is empty"),
        ("temporary", "INTEGER", "-> std_address; null unless valid on the as-of date"),
        ("current", "INTEGER", "-> std_address"),
        ("status", "VARCHAR!", "alive, deceased, missing, absent, left"),
        ("status_date", "DATE", "null if unknown"),
        ("file", "VARCHAR!", "origin"),
        ("line", "BIGINT!", "origin"),
    ),
)  # fmt: skip

STD_PARTNER = Table(
    "std_partner", "a record of the partner", ("l",),
    _columns(
        ("l", "INTEGER!", "number of the record: order of record_id"),
        ("record_id", "VARCHAR!", "the partner's key"),
        ("bucket", "INTEGER!", "the part of the candidates it stands in"),
        ("name", "INTEGER", "-> std_name"),
        *_PERSON,
        ("id_condition", "VARCHAR!", "ok, old, zero_lost, old_zero_lost, invalid, missing"),
        ("id_repairs", "VARCHAR[]!", "what was repaired in the number"),
        ("place", "INTEGER", "-> std_address; null if the cell is empty"),
        ("event_date", "DATE", "the day on which age is judged (contract date); null: the as-of date"),
        ("phone", "VARCHAR", "today's form"),
        ("phone_old_prefix", "BOOLEAN!", "an 11-digit mobile number of before 2018"),
        ("purpose", "VARCHAR", "folded"),
        ("file", "VARCHAR!", "origin"),
        ("line", "BIGINT!", "origin"),
    ),
)  # fmt: skip

CANDIDATES = Table(
    "candidates", "one of the best candidate pairs of a record", ("l", "rank"),
    _columns(
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
    _columns(
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
    _columns(
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

LINKS = Table(
    "links", "a partner record and its one outcome", ("record_id",),
    _columns(
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
    ),
)  # fmt: skip

FINDINGS = Table(
    "findings", "a record and one finding", ("record_id", "finding"),
    _columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("finding", "VARCHAR!", "its code"),
        ("severity", "VARCHAR!", "field, review or benign"),
        ("level", "VARCHAR", "kind of difference (NAME_DIFFERS, RESIDENCE_ELSEWHERE, BIRTH_DATE_DIFFERS)"),
        ("evidence", "VARCHAR!", "the values it rests on, as one JSON object with sorted keys"),
        ("suggested_value", "VARCHAR", "only ever a suggestion"),
    ),
)  # fmt: skip

CAUSES = Table(
    "causes", "a root cause that three mismatches or more go back to", ("cause_id",),
    _columns(
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
    _columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("cause_id", "VARCHAR!", "-> causes"),
    ),
)  # fmt: skip

LEDGER = Table(
    "ledger", "a stage", ("stage",),
    _columns(
        ("stage", "VARCHAR!", "its name"),
        ("rows_in", "BIGINT!", "rows it took"),
        ("rows_out", "BIGINT!", "rows it passed on"),
        ("rows_quarantined", "BIGINT!", "rows it refused"),
    ),
)  # fmt: skip

EVIDENCE = Table(
    "evidence", "a record that a person is asked about: a mismatch, or a clerical review", ("case_id",),
    _columns(
        ("case_id", "VARCHAR!", "mismatch_id or review_id"),
        ("kind", "VARCHAR!", "mismatch or review"),
        ("record_id", "VARCHAR!", "the partner's key"),
        ("evidence", "VARCHAR!", "keyed hash of all values that the question rests on"),
    ),
)  # fmt: skip

DECISIONS = Table(
    "decisions", "a mismatch or review of today on which reviewers have said something", ("mismatch_id",),
    _columns(
        ("mismatch_id", "VARCHAR!", "mismatch_id or review_id"),
        ("kind", "VARCHAR!", "mismatch or review"),
        ("evidence", "VARCHAR!", "today's evidence hash"),
        ("state", "VARCHAR!", "settled, conflict, second_person, noted (the primary finding is undecided), asked_again"),
        ("closed", "BOOLEAN!", "the decision holds on today's evidence: nobody is asked again"),
        ("decision", "VARCHAR", "the one that holds; null unless closed"),
        ("decided_before", "VARCHAR", "who decided what and when, in words for the work list; null if closed"),
        ("changed_since", "VARCHAR", "what of the evidence has changed, in words; null unless asked_again"),
    ),
)  # fmt: skip

DECISIONS_READ = Table(
    "decisions_read", "a decision on one finding in a reviewer's file of this run, or a refused row", ("file", "row", "finding", "mismatch_id"),
    _columns(
        ("file", "VARCHAR!", "the file's name below the decisions folder"),
        ("row", "BIGINT!", "as the spreadsheet shows it; 0: the file as a whole"),
        ("mismatch_id", "VARCHAR!", "mismatch_id or review_id as read; empty if there is none"),
        ("finding", "VARCHAR!", "what is decided on; empty for a review or a refused row"),
        ("decision", "VARCHAR", "null if refused"),
        ("decided_by", "VARCHAR", "null if nobody is named"),
        ("result", "VARCHAR!", "applied, noted, second_person, conflict, outvoted, kept_alone, asked_again, resolved, known, refused"),
        ("reason", "VARCHAR", "why it was refused; else null"),
        ("cause_id", "VARCHAR", "the cause that the row decides on; null where it is about the mismatch alone"),
    ),
)  # fmt: skip

LINK_DECISIONS = Table(
    "link_decisions", "a record and a resident of whom a person has said that they are the same, or are not", ("record_id", "person_id"),
    _columns(
        ("record_id", "VARCHAR!", "the partner's key"),
        ("person_id", "VARCHAR!", "the register's key"),
        ("verdict", "VARCHAR!", "same or other"),
        ("case_id", "VARCHAR!", "mismatch_id or review_id of the decision"),
        ("pair", "VARCHAR!", "keyed hash of all values of the record and of the resident: the verdict holds while it is the same"),
    ),
)  # fmt: skip

TABLES = {
    table.name: table
    for table in (STD_NAME, STD_ADDRESS, STD_REGISTER, STD_PARTNER, CANDIDATES, PAIR_COUNTS, DECIDED, LINKS, FINDINGS, CAUSES, CAUSED, LEDGER,
                  EVIDENCE, DECISIONS, DECISIONS_READ, LINK_DECISIONS)
}  # fmt: skip
