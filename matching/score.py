"""Levels of agreement to match weights and probabilities (Fellegi and Sunter 1969; term frequencies: Winkler 1989).

A weight is log2(m/u) in thousandths of a bit, an integer, so that no sum depends on its order. Where u is a count, it is the
share of residents that would agree by chance: bearers of the name *in the same commune* once the commune agrees (names are
regional, and a minority surname is common where it lives), residents of the commune, of the street, behind the door.
The probability is the posterior over all candidates of the record plus "none of them": twins share it. The share of records
whose person is in the register at all, which the prior needs, is estimated in every run from the records themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from matching.comparisons import COMPARISONS, comparison
from matching.model import Model, Weights

_FEW = 200.0  # residents below which a commune says little of how common a name is there
KEPT = 3  # candidates of a record that are kept, and all that tie with the last of them
_SAME_PLACE = ("door", "locality_compatible", "locality", "commune_compatible", "commune")
_NAME_COUNTS = {"canonical": "canonical", "key": "key", "key_sorted": "key_sorted", "key_regional": "key_regional",
                "ends": "surname || ' ' || given"}  # fmt: skip


def count_register(con: duckdb.DuckDBPyConnection) -> int:
    """Count once a run what agreement by chance depends on (names, communes, localities, doors); returns the residents."""
    con.execute(_PLACE_COUNTS)
    for name, column in _NAME_COUNTS.items():
        con.execute(_NAME_COUNT.format(name=name, column=column))
    return int(con.execute("SELECT count(*) FROM std_register").fetchall()[0][0])


def score(con: duckdb.DuckDBPyConnection, model: Model, residents: int) -> None:
    """Make the table `scored` from `compared`: the best candidates of each record with gammas as words and weights.

    `evidence` is the sum of the weights, without a prior; `top` the best one of the record, and `total` what all its
    candidates weigh together, as a multiple (in 1e-12) of the best.
    """
    con.execute(_shares(residents))
    weights = {name: _weight(name, model.weights[name]) for name in COMPARISONS}
    levels = {f"level_{name}": _words(name) for name in COMPARISONS}
    con.execute(_SCORED.format(kept=KEPT, **weights, **levels))


def _words(name: str) -> str:
    """SQL that turns the number of a level into its word."""
    names = ", ".join(f"'{level}'" for level in comparison(name).level_names)
    return f"[{names}][{name} + 1]"


def _weight(name: str, levels: Mapping[str, Weights]) -> str:
    """SQL for the weight of the level reached, in thousandths of a bit."""
    whens = " ".join(
        f"WHEN {position} THEN {_bits(levels[level])}" for position, level in enumerate(comparison(name).level_names)
    )
    return f"(CASE {name} {whens} END)::INTEGER"


def _bits(weights: Weights) -> str:
    """SQL for 1000 log2(m/u); a counted u is never below the share of one resident in the whole register."""
    u = f"(share_{weights.u} * {weights.factor!r})" if isinstance(weights.u, str) else repr(weights.u)
    if weights.u_same_door is not None:
        u = f"greatest({u}, CASE WHEN same_door THEN {weights.u_same_door!r} ELSE 0 END)"
    return f"round(1000 * log2({weights.m!r} / {u}))"


_PLACE_COUNTS = """
CREATE OR REPLACE TABLE commune_size AS
    SELECT commune, count(DISTINCT r) AS size FROM residences JOIN place_keys USING (address) WHERE commune IS NOT NULL GROUP BY commune;
CREATE OR REPLACE TABLE address_size AS
    WITH here AS (SELECT r, locality, door FROM residences JOIN place_keys USING (address)),
    sizes AS (SELECT locality, count(DISTINCT r) AS residents FROM here WHERE locality IS NOT NULL GROUP BY locality),
    doors AS (SELECT door, count(DISTINCT r) AS residents FROM here WHERE door IS NOT NULL GROUP BY door)
    SELECT k.address, max(c.size) AS commune, max(z.residents) AS locality, max(d.residents) AS door
    FROM place_keys k LEFT JOIN (SELECT commune, max(size) AS size FROM commune_size GROUP BY commune) c USING (commune)
    LEFT JOIN sizes z USING (locality) LEFT JOIN doors d USING (door) GROUP BY k.address;
CREATE OR REPLACE TABLE home AS
    SELECT r, min(commune) AS commune FROM residences JOIN place_keys USING (address) WHERE kind = 1 GROUP BY r;
CREATE OR REPLACE TABLE province_size AS
    SELECT a.province, count(*) AS size FROM std_register g JOIN std_address a ON a.address = g.permanent WHERE a.province IS NOT NULL GROUP BY a.province;
"""
_NAME_COUNT = """
CREATE OR REPLACE TABLE count_{name} AS
    SELECT {column} AS value, h.commune, count(*) AS bearers FROM std_register g JOIN std_name n USING (name)
    LEFT JOIN home h USING (r) WHERE value IS NOT NULL GROUP BY value, h.commune;
CREATE OR REPLACE TABLE total_{name} AS SELECT value, sum(bearers)::BIGINT AS bearers FROM count_{name} GROUP BY value
"""

def _place_number(*levels: str) -> str:
    """The numbers of levels of the place comparison, as an SQL list."""
    names = comparison("place").level_names
    return ", ".join(str(names.index(level)) for level in levels)


def _name_share(name: str) -> str:
    """SQL: the share of residents who bear the register's name by chance.

    Once the commune agrees it is the share of the *other* bearers there, or the country's if that is more: a name that is
    unique in its commune is still as likely to be a stranger's as anywhere. The commune's own share counts for little where
    the extract holds few of its residents. In the country the bearer himself counts half (Krichevsky and Trofimov 1981): of
    names that one resident bears a good part would be borne by no other if the register were twice as large.
    """
    return (
        f"greatest((coalesce(t_{name}.bearers, 1) - 0.5) / residents, CASE WHEN same_commune "
        f"THEN (coalesce(c_{name}.bearers, 1) - 1) / (coalesce(s.size, 0) + {_FEW}) ELSE 0 END) AS share_{name}"
    )


def _name_joins(name: str, column: str) -> str:
    value = "n.surname || ' ' || n.given" if name == "ends" else f"n.{column}"
    return (
        f"LEFT JOIN count_{name} c_{name} ON c_{name}.value = {value} AND c_{name}.commune = h.commune "
        f"LEFT JOIN total_{name} t_{name} ON t_{name}.value = {value}"
    )


def _shares(residents: int) -> str:
    """SQL for the table `shares`: the compared pairs with what agreement by chance depends on.

    A pair whose names are of two people, and whose numbers and birth dates do not meet, is nobody's candidate: it is left out.
    """
    names = comparison("name").level_names.index("else")
    numbers, births = comparison("number").level_names, comparison("birth").level_names
    unmet = ", ".join(str(numbers.index(level)) for level in ("else", "null"))
    born = ", ".join(str(births.index(level)) for level in ("exact", "swapped"))
    return f"""
CREATE OR REPLACE TABLE shares AS
WITH wanted AS (
    SELECT *, place IN ({_place_number(*_SAME_PLACE)}) AS same_commune, place IN ({_place_number("door")}) AS same_door,
        {max(1, residents)}::DOUBLE AS residents
    FROM compared WHERE NOT (name = {names} AND number IN ({unmet}) AND birth NOT IN ({born})))
SELECT c.* REPLACE (same_door AND z.door IS NOT NULL AS same_door),  -- a hamlet without house numbers is no household
    1 / residents AS share_resident,
    greatest(coalesce(z.door, z.locality, 1), 1) / residents AS share_door,
    greatest(coalesce(z.locality, 1), 1) / residents AS share_locality,
    greatest(coalesce(z.commune, 1), 1) / residents AS share_commune,
    greatest(coalesce(v.size, 1), 1) / residents AS share_province,
    {", ".join(map(_name_share, _NAME_COUNTS))}
FROM wanted c
JOIN std_register g USING (r)
LEFT JOIN home h USING (r)
LEFT JOIN commune_size s ON s.commune = h.commune
LEFT JOIN std_name n ON n.name = c.register_name
LEFT JOIN address_size z ON z.address = CASE c.residence WHEN 1 THEN g.permanent WHEN 2 THEN g.temporary WHEN 3 THEN g.current END
LEFT JOIN std_address w ON w.address = g.permanent
LEFT JOIN province_size v ON v.province = w.province
{" ".join(_name_joins(*item) for item in _NAME_COUNTS.items())}
"""


_SCORED = """
CREATE OR REPLACE TABLE scored AS
WITH weighed AS (
    SELECT l, r, rule, name, number, place, birth, sex, age, residence,
        {name} AS weight_name, {number} AS weight_number, {place} AS weight_place,
        {birth} AS weight_birth, {sex} AS weight_sex, {age} AS weight_age
    FROM shares),
summed AS (
    SELECT *, weight_name + weight_number + weight_place + weight_birth + weight_sex + weight_age AS evidence FROM weighed),
placed AS (
    SELECT *, max(evidence) OVER (PARTITION BY l) AS top,
        rank() OVER (PARTITION BY l ORDER BY evidence DESC) AS place_rank,
        row_number() OVER (PARTITION BY l ORDER BY evidence DESC, r) AS rank
    FROM summed),
-- 2^(weight - top) scaled to integers: their sum is exact whatever its order
shared AS (SELECT *, (pow(2, greatest(evidence - top, -60000) / 1000.0) * 1e12)::BIGINT AS share FROM placed)
SELECT l, r, rank::INTEGER AS rank, rule,
    {level_name} AS gamma_name, {level_number} AS gamma_number, {level_place} AS gamma_place,
    {level_birth} AS gamma_birth, {level_sex} AS gamma_sex, {level_age} AS gamma_age,
    CASE residence WHEN 1 THEN 'permanent' WHEN 2 THEN 'temporary' WHEN 3 THEN 'current' END AS residence,
    weight_name, weight_number, weight_place, weight_birth, weight_sex, weight_age, evidence, top, share,
    sum(share) OVER (PARTITION BY l)::HUGEINT AS total
FROM shared QUALIFY place_rank <= {kept}
"""


def estimate_share(con: duckdb.DuckDBPyConnection, records: int, model: Model, residents: int) -> float:
    """The share of `records` whose person is in the register, by expectation maximisation over `scored_records` (top, total).

    The expectation is the mean posterior of "one of the candidates"; the model's share counts as _BELIEF more records, so
    that a handful of them does not decide it. Sums are of integers, so the result does not depend on their order.
    """
    share: float = model.share_in_register
    for _ in range(_ROUNDS if records else 0):
        prior = prior_odds(share, residents)
        found = float(con.execute(_EXPECTED.format(odds=repr(prior))).fetchall()[0][0])
        renewed = min(max((found / 1e9 + _BELIEF * model.share_in_register) / (records + _BELIEF), _LEAST), _MOST)
        if abs(renewed - share) < 1e-6:
            return renewed
        share = renewed
    return share


def prior_odds(share: float, residents: int) -> float:
    """The odds that one given resident is the record's, against none of them."""
    return share / ((1 - share) * max(1, residents))


def posterior(scored: str, prior: int) -> str:
    """The query of final candidates from `scored` rows: `prior` (thousandths of a bit) added, probabilities taken."""
    return f"""
SELECT *, (evidence + {prior})::INTEGER AS match_weight,
    (share / (total + pow(2, least(greatest(-(top + {prior}), -60000), 300000) / 1000.0) * 1e12))::DECIMAL(9,6) AS match_probability
FROM ({scored})"""


_ROUNDS, _BELIEF, _LEAST, _MOST = 50, 100, 0.01, 0.999

_EXPECTED = """
SELECT coalesce(sum((1e9 * x / (1 + x))::BIGINT), 0)::DOUBLE
FROM (SELECT {odds} * pow(2, least(top, 200000) / 1000.0) * (total / 1e12) AS x FROM scored_records)
"""
