"""What standardising writes: each distinct name and address once, and residents and records that point to them by number.

So nothing that repeats is parsed or compared twice.
"""

from __future__ import annotations

from matching.tables.declaration import Table, columns

STD_NAME = Table(
    "std_name", "a distinct name as written in either file", ("name",),
    columns(
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
    columns(
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
    columns(
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
    columns(
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
