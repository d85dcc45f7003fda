"""Candidate pairs to levels of agreement, each distinct pair of values looked at once.

Names are compared per distinct pair of names, places per distinct pair of addresses; the levels are joined back to the
pairs of people. A person's other name counts as theirs, and each of their residences: the best level holds.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from matching.comparisons import Comparison, comparison

RESIDENCES = ("permanent", "temporary", "current")
_FAR = 9  # an edit distance that is no slip


def compare(con: duckdb.DuckDBPyConnection, minimum_age: int, threads: int) -> None:
    """Make the table `compared` (l, r, rule, gamma_* as numbers of levels, residence) from `pairs`."""
    _compare_names(con, threads)
    con.execute(_PLACES.format(level=_rank(comparison("place"))))
    persons = {
        name: _rank(comparison(name)).replace("minimum_age", str(minimum_age)) for name in ("number", "birth", "sex", "age")
    }
    con.execute(_COMPARED.format(**persons))


def _rank(declared: Comparison) -> str:
    """The level reached as its position in the declaration: 0 is the first. Numbers are smaller than words."""
    sql = declared.case()
    for position, level in enumerate(declared.levels):
        sql = sql.replace(f"THEN '{level.name}'", f"THEN {position}").replace(f"ELSE '{level.name}'", f"ELSE {position}")
    return f"({sql})::TINYINT"


def _compare_names(con: duckdb.DuckDBPyConnection, threads: int) -> None:
    """Levels of the distinct pairs of names; the edit distance only of those that no other level takes."""
    declared = comparison("name")
    last = len(declared.levels) - 1
    con.execute(_NAME_PAIRS)
    con.execute(_NAME_LEVELS.format(level=_rank(declared).replace("similarity", str(_FAR)), unsure=last - 1))
    unsure = con.execute(f"SELECT a.x, a.y, p.key AS left_key, q.key AS right_key, {_FAR} AS d FROM name_levels a "
                         f"JOIN std_name p ON p.name = a.x JOIN std_name q ON q.name = a.y WHERE level >= {last - 1}").to_arrow_table()  # fmt: skip
    distances = _distances(unsure["left_key"], unsure["right_key"], threads)
    slips = pa.table({"x": unsure["x"], "y": unsure["y"], "similarity": distances})
    con.register("slips", slips.filter(pa.compute.less_equal(slips["similarity"], 2)))
    close = declared.level_names.index("close")
    con.execute(_NAME_SLIPS.format(close=close, condition=declared.levels[close].condition))
    con.unregister("slips")


def _distances(left: pa.ChunkedArray, right: pa.ChunkedArray, threads: int) -> pa.Array:
    """Edits (optimal string alignment) between two columns of folded names; 9 where it is more than 2."""
    if len(left) == 0:
        return pa.array([], pa.uint8())
    found = cpdist(left.to_pylist(), right.to_pylist(), scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=threads)
    return pa.array(np.where(found > 2, _FAR, found).astype(np.uint8))


_NAME_PAIRS = """
CREATE OR REPLACE TABLE person_names AS
    SELECT r, name FROM std_register WHERE name IS NOT NULL
    UNION SELECT r, other_name FROM std_register WHERE other_name IS NOT NULL;
CREATE OR REPLACE TABLE pair_names AS
    SELECT p.l, p.r, a.name AS x, b.name AS y FROM pairs p JOIN records a USING (l) JOIN person_names b USING (r) WHERE a.name IS NOT NULL;
CREATE OR REPLACE TABLE name_pairs AS SELECT DISTINCT x, y FROM pair_names;
"""

_NAME_LEVELS = """
CREATE OR REPLACE TABLE name_levels AS
    SELECT x, y, {level} AS level FROM name_pairs JOIN std_name a ON a.name = x JOIN std_name b ON b.name = y
"""

_NAME_SLIPS = """
UPDATE name_levels SET level = {close} FROM slips, std_name a, std_name b
WHERE name_levels.x = slips.x AND name_levels.y = slips.y AND a.name = slips.x AND b.name = slips.y AND {condition}
"""

_PLACES = """
CREATE OR REPLACE TABLE pair_places AS
    SELECT p.l, p.r, a.place AS x, b.address AS y, b.kind FROM pairs p JOIN records a USING (l) JOIN residences b USING (r) WHERE a.place IS NOT NULL;
CREATE OR REPLACE TABLE place_levels AS
    SELECT x, y, {level} AS level FROM (SELECT DISTINCT x, y FROM pair_places)
    JOIN std_address a ON a.address = x JOIN std_address b ON b.address = y;
CREATE OR REPLACE TABLE best_place AS
    SELECT l, r, min(level * 4 + kind) FILTER (level > 0) AS best
    FROM pair_places JOIN place_levels USING (x, y) GROUP BY l, r;
"""

_COMPARED = """
CREATE OR REPLACE TABLE best_name AS
    SELECT l, r, coalesce(min(level) FILTER (level > 0), 0)::TINYINT AS level, arg_min(y, (level = 0, level, y)) AS name
    FROM pair_names JOIN name_levels USING (x, y) GROUP BY l, r;
CREATE OR REPLACE TABLE compared AS
    SELECT p.l, p.r, p.rule, coalesce(n.level, 0)::TINYINT AS name, n.name AS register_name,
        {number} AS number, coalesce(q.best // 4, 0)::TINYINT AS place, (q.best % 4)::TINYINT AS residence,
        {birth} AS birth, {sex} AS sex, {age} AS age
    FROM pairs p JOIN records a USING (l) JOIN std_register b USING (r)
    LEFT JOIN best_name n USING (l, r) LEFT JOIN best_place q USING (l, r)
"""
