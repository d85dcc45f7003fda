"""Causes that lie in letters: of one office or one file, the same letter of most names is another letter, or gone.

Typing errors hit one name here and there; a conversion that damages a letter damages it in every name that has it.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

import duckdb
import pyarrow as pa
from rapidfuzz.distance import Levenshtein

from matching.findings.causes.base import LEAST, add

_MOST = 8  # letters that may differ before two names are no longer spellings of one
_LOST = ""  # what is written for a letter that is gone
Change = tuple[str, str]


def letters(con: duckdb.DuckDBPyConnection) -> None:
    """Put what is found into `cause_found`."""
    rows = con.execute("""
        SELECT c.record_id, c.unit, n.raw, coalesce(g.display, g.raw) FROM cause_case c
        JOIN std_name n ON n.name = c.written_name JOIN std_name g ON g.name = c.register_name
        WHERE c.finding = 'NAME_DIFFERS' ORDER BY c.record_id""").fetchall()
    hits: dict[tuple[str, Change], list[str]] = defaultdict(list)
    for record_id, unit, written, registered in rows:
        for change in changes(written, registered):
            hits[unit, change].append(record_id)
    told = [(unit, *change, record) for (unit, change), records in hits.items() if len(records) >= LEAST for record in records]
    names = ("unit", "registered", "written", "record_id")
    con.register(
        "cause_letters",
        pa.table({name: pa.array([row[at] for row in told], pa.string()) for at, name in enumerate(names)}),
    )
    con.execute("CREATE OR REPLACE TEMP TABLE cause_letter AS SELECT * FROM cause_letters")
    con.unregister("cause_letters")
    add(
        con,
        "letters",
        f"""
        WITH letters AS (SELECT DISTINCT unit, registered FROM cause_letter),
        names AS (
            SELECT c.unit, lower(nfc_normalize(coalesce(n.display, n.raw))) AS name FROM cause_linked c JOIN std_name n ON n.name = c.register_name
            WHERE c.unit IN (SELECT unit FROM letters)),
        sizes AS (SELECT t.unit, t.registered, count(*) AS size FROM letters t JOIN names n ON n.unit = t.unit AND contains(n.name, t.registered) GROUP BY ALL),
        sums AS (SELECT unit, registered, written, count(*) AS n FROM cause_letter GROUP BY ALL)
        SELECT m.record_id, c.r AS person, json_object('registered', m.registered, 'unit', m.unit, 'written', m.written) AS key,
            json_object('registered', m.registered, 'size', z.size, 'unit', m.unit, 'written', coalesce(nullif(m.written, '{_LOST}'), '∅')) AS shown,
            NULL AS expected
        FROM cause_letter m JOIN sums s USING (unit, registered, written) JOIN sizes z USING (unit, registered) JOIN cause_case c USING (record_id)
        WHERE 2 * s.n >= z.size
    """,
    )


def changes(written: str, registered: str) -> Iterable[Change]:
    """Which letters of the registered name are others in the written one: `Nguy?n`, `Nguyễn` -> {("ễ", "?")}; empty if nearly all are."""
    left, right = (unicodedata.normalize("NFC", text).lower() for text in (registered, written))
    steps = Levenshtein.editops(left, right)
    if len(steps) > min(_MOST, len(left) // 2):
        return set()
    found: set[Change] = set()
    for step in steps:
        if step.tag == "replace":
            found.add((left[step.src_pos], right[step.dest_pos]))
        elif step.tag == "delete" and left[step.src_pos] != " ":
            found.add((left[step.src_pos], _LOST))
    return found
