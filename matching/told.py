"""What people have said of a record and a resident, heeded: a pair that is `other` is nobody's candidate again, one that is `same` is linked.

The verdicts come with the input `link_decisions` (record_id, person_id, verdict); whoever hands them in has made sure that the
record and the resident are what they were when somebody judged them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from matching.arrays import Array
from matching.block import RULE_NAMES, Pairs
from matching.columns import fetch
from matching.engine import view
from matching.sql import quoted


@dataclass(frozen=True, slots=True)
class Told:
    """Verdicts by number of the record and of the resident, in their order."""

    l: Array  # noqa: E741 - l and r are the sides
    r: Array
    same: Array


def load_told(con: duckdb.DuckDBPyConnection, inputs: Mapping[str, Path]) -> Told:
    """Make the view `told` (l, r, same) and read it; empty where nobody has said anything. The views std_partner and std_register are there."""
    folder = inputs.get("link_decisions")
    if folder is not None and folder.is_dir():
        view(con, "link_decisions", folder)
        con.execute(_TOLD)
    else:
        con.execute("CREATE OR REPLACE TEMP VIEW told AS SELECT 0 AS l, 0 AS r, FALSE AS same WHERE FALSE")
    return Told(**fetch(con, "SELECT l, r, same FROM told ORDER BY l, r"))


def heed(pairs: Pairs, records: dict[str, Array], told: Told) -> Pairs:
    """The pairs without those that are said to be two people; a record whose person is known has that one alone."""
    at = np.searchsorted(records["l"], told.l)
    here = np.flatnonzero(np.append(records["l"], -1)[at] == told.l)
    if not len(here):
        return pairs
    record, resident, same = at[here], told.r[here].astype(np.int64), told.same[here]
    coded, said = pairs.record << 32 | pairs.resident, record << 32 | resident
    known = np.isin(pairs.record, record[same])
    keep = ~np.isin(coded, said[~same]) & (~known | np.isin(coded, said[same]))
    missing = np.flatnonzero(same & ~np.isin(said, coded))
    added: list[Array] = [
        record[missing],
        resident[missing],
        np.full(len(missing), RULE_NAMES.index("told"), np.int8),
        np.zeros(len(missing), np.bool_),
    ]
    kept: list[Array] = [pairs.record[keep], pairs.resident[keep], pairs.rule[keep], pairs.slip[keep]]
    record, resident, rule, slip = (np.concatenate([a, b]) for a, b in zip(kept, added, strict=True))
    certain = np.isin(record << 32 | resident, said[same])
    return Pairs(record, resident, rule, slip, certain).at(np.argsort(record << 32 | resident))


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict on a record and a resident as somebody gave it; `heeded`: the run's candidates are what it asks for; `told`: by whom and when."""

    person_id: str
    verdict: str
    heeded: bool
    told: str | None = None


def said_of(con: duckdb.DuckDBPyConnection, decisions: Path, record_id: str) -> tuple[Said, ...]:
    """The verdicts on a record in the file `decisions`, a table `link_decisions`; the views std_partner, std_register and candidates are there.

    A verdict that came with this run's own decisions is heeded by the linkage of the next.
    """
    if not decisions.is_file():
        return ()
    named = {row[0] for row in con.execute(f"DESCRIBE FROM read_parquet({quoted(decisions)})").fetchall()}
    query = _SAID.format(decisions=quoted(decisions), told="said" if "said" in named else "NULL")
    return tuple(Said(*row) for row in con.execute(query, [record_id]).fetchall())


_SAID = """
WITH here AS (SELECT person_id FROM candidates JOIN std_partner USING (l) JOIN std_register USING (r) WHERE std_partner.record_id = $1)
SELECT person_id, verdict, CASE verdict
    WHEN 'same' THEN (SELECT count(*) = 1 AND bool_and(here.person_id = d.person_id) FROM here) ELSE person_id NOT IN (FROM here) END AS heeded, {told} AS told
FROM read_parquet({decisions}) d WHERE record_id = $1 ORDER BY person_id
"""

_TOLD = """
CREATE OR REPLACE TEMP VIEW told AS
    SELECT l, r, verdict = 'same' AS same FROM link_decisions JOIN std_partner USING (record_id) JOIN std_register USING (person_id)
"""
