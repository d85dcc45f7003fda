"""Which pairs are worth comparing: blocking rules over integer keys, each with a cap on how many residents a key may hold.

Number rules come first. A record whose number, name and commune agree with exactly one resident is certain: the other rules
skip it (its number is unique, so neither an ambiguity nor another owner can hide behind it). The rest are open and go
through every rule. A key that more residents share than the cap allows is left out, and counted: it would cost much and
tell little, since a name that a hundred people of one commune bear identifies nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """An equality that proposes pairs: the same `key` on both sides, built of names (`n`), name parts (`d`), places (`p`).

    `where` restricts both sides, `left_where` the records alone. `cap` is the most residents a key may hold.
    """

    name: str
    key: str
    uses: frozenset[str]
    cap: int
    where: str = "TRUE"
    left_where: str = "TRUE"


NUMBER_RULES = ("number", "old_number", "number_slip", "old_number_slip")
RULES = (
    BlockingRule("door", "hash(1, p.door)", frozenset("p"), 100, "p.door IS NOT NULL"),
    BlockingRule("door_province", "hash(8, p.unplaced_door)", frozenset("p"), 200, "p.unplaced_door IS NOT NULL", "p.commune IS NULL"),
    BlockingRule("name_commune", "hash(2, n.key_sorted, p.commune)", frozenset("np"), 300),
    BlockingRule("part_locality", "hash(3, d.part, p.locality)", frozenset("dp"), 150, "p.locality IS NOT NULL"),
    BlockingRule("regional_commune", "hash(4, n.key_regional, p.commune)", frozenset("np"), 300),
    BlockingRule("initials_commune", "hash(5, n.given, n.initials, p.commune)", frozenset("np"), 100, left_where="n.abbreviated"),
    BlockingRule("name_province", "hash(6, n.key_sorted, p.province)", frozenset("np"), 30),
    BlockingRule("name_country", "hash(7, n.key_sorted)", frozenset("n"), 8),
)
RULE_NAMES = (*NUMBER_RULES, *(rule.name for rule in RULES))


def prepare_register(con: duckdb.DuckDBPyConnection) -> None:
    """Make the register's key tables once a run, from the views std_name, std_address and std_register."""
    con.execute(_DICTIONARY_KEYS)
    con.execute(_REGISTER_KEYS)
    for rule in RULES:
        con.execute(f"CREATE OR REPLACE TABLE right_{rule.name} AS {_keys(rule, 'r')}")
        con.execute(
            f"CREATE OR REPLACE TABLE full_{rule.name} AS "
            f"SELECT k, count(*) AS size FROM right_{rule.name} GROUP BY k HAVING count(*) > {rule.cap}"
        )


def block(con: duckdb.DuckDBPyConnection, bucket: int) -> None:
    """Make the table `pairs` (l, r, rule as its number, slip) of the records of one bucket, and add to `rule_counts`."""
    con.execute(_BUCKET, [bucket])
    con.execute(_NUMBER_PAIRS)
    con.execute(_OPEN)
    for rule in RULES:
        con.execute(f"CREATE OR REPLACE TABLE left_{rule.name} AS {_keys(rule, 'l')}")
        con.execute(_CAPPED.format(rule=rule.name))
    con.execute(_PAIRS.format(rules=" UNION ALL ".join(_rule_pairs(i, rule) for i, rule in enumerate(RULES))))


def _keys(rule: BlockingRule, side: str) -> str:
    """The distinct keys of one side: `l` the open records of the bucket, `r` the residents."""
    joins = {"n": f"JOIN {side}_name n USING ({side})", "d": f"JOIN {side}_part d USING ({side})", "p": f"JOIN {side}_place p USING ({side})"}
    used = " ".join(joins[letter] for letter in "ndp" if letter in rule.uses)
    where = f"{rule.where} AND {rule.left_where}" if side == "l" else rule.where
    return f"SELECT DISTINCT {rule.key} AS k, s.{side} FROM {side}_all s {used} WHERE {where} ORDER BY k, s.{side}"


def _rule_pairs(number: int, rule: BlockingRule) -> str:
    return (
        f"SELECT a.l, b.r, {number + len(NUMBER_RULES)} AS rule, FALSE AS slip FROM left_{rule.name} a JOIN right_{rule.name} b USING (k) "
        f"ANTI JOIN full_{rule.name} f USING (k)"
    )


# A place may lie in any of a split commune's successors: one row each. Keys: locality = commune and street, else hamlet.
_PLACE_KEYS = """
WITH communes AS (SELECT address, province, coalesce(house, building) AS house, alley, street, hamlet,
        unnest(CASE WHEN len(communes) = 0 THEN [NULL] ELSE communes END) AS commune FROM std_address),
names AS (SELECT *, unnest(CASE WHEN street IS NOT NULL AND hamlet IS NOT NULL THEN [street, hamlet]
        ELSE [coalesce(street, hamlet)] END) AS place_name FROM communes)
SELECT address, commune, province,
    CASE WHEN place_name IS NOT NULL AND commune IS NOT NULL THEN hash(commune, place_name) END AS locality,
    CASE WHEN place_name IS NOT NULL AND commune IS NOT NULL AND house IS NOT NULL
         THEN hash(commune, place_name, coalesce(alley, ''), house) END AS door,
    CASE WHEN place_name IS NOT NULL AND province IS NOT NULL AND house IS NOT NULL
         THEN hash(province, place_name, coalesce(alley, ''), house) END AS unplaced_door
FROM names
"""

# A name's parts are the whole name and the name without each one of its words: two names with one word wrong, or one
# word missing on one side, share a part.
_NAME_KEYS = """
SELECT name, key_sorted, key_regional, given, abbreviated,
    array_to_string(list_sort(list_transform(string_split(key, ' '), lambda t: t[1])), '') AS initials
FROM std_name WHERE key IS NOT NULL
UNION ALL
SELECT name, array_to_string(list_sort(string_split(key2, ' ')), ' '), key2, string_split(key2, ' ')[-1], FALSE, ''
FROM std_name WHERE key2 IS NOT NULL
"""
_PART_KEYS = """
SELECT name, unnest(list_distinct(list_append(list_transform(range(1, len(t) + 1),
    lambda j: array_to_string(list_filter(t, lambda w, i: i <> j), ' ')), key))) AS part
FROM (SELECT name, key, string_split(key, ' ') AS t FROM std_name WHERE key IS NOT NULL
      UNION ALL SELECT name, key2, string_split(key2, ' ') FROM std_name WHERE key2 IS NOT NULL)
WHERE len(t) BETWEEN 2 AND 8
"""

_DICTIONARY_KEYS = f"""
CREATE OR REPLACE TABLE place_keys AS {_PLACE_KEYS};
CREATE OR REPLACE TABLE name_keys AS {_NAME_KEYS};
CREATE OR REPLACE TABLE part_keys AS SELECT name, hash(part) AS part FROM ({_PART_KEYS});
CREATE OR REPLACE TABLE rule_counts (rule VARCHAR, capped_keys BIGINT, capped_pairs BIGINT);
"""

_REGISTER_KEYS = """
CREATE OR REPLACE TABLE residences AS
    SELECT r, address, min(kind) AS kind FROM (
        SELECT r, permanent AS address, 1 AS kind FROM std_register
        UNION ALL SELECT r, temporary, 2 FROM std_register
        UNION ALL SELECT r, current, 3 FROM std_register)
    WHERE address IS NOT NULL GROUP BY r, address;
CREATE OR REPLACE VIEW r_all AS SELECT r FROM std_register;
CREATE OR REPLACE VIEW r_names AS SELECT r, name FROM std_register WHERE name IS NOT NULL
    UNION SELECT r, other_name FROM std_register WHERE other_name IS NOT NULL;
CREATE OR REPLACE VIEW r_name AS SELECT r, k.* FROM r_names JOIN name_keys k USING (name);
CREATE OR REPLACE VIEW r_part AS SELECT r, part FROM r_names JOIN part_keys USING (name);
CREATE OR REPLACE VIEW r_place AS SELECT r, k.* FROM residences JOIN place_keys k USING (address);
"""

_BUCKET = """
CREATE OR REPLACE TABLE records AS
    SELECT p.*, n.sex_hint, coalesce(n.kind, 'unreadable') = 'organisation' AS organisation
    FROM std_partner p LEFT JOIN std_name n USING (name) WHERE bucket = ?;
"""

# Numbers are compared as integers. A number that nobody bears is also looked up one slip away: every digit changed,
# neighbours swapped, a surplus digit dropped, a missing one put in. That is 119 look-ups a number instead of a fuzzy join.
_NUMBER_PAIRS = """
CREATE OR REPLACE TABLE exact_pairs AS
    SELECT l, r, 0 AS rule, FALSE AS slip FROM records a JOIN std_register b USING (id12) WHERE NOT organisation
    UNION ALL
    SELECT l, r, 1, FALSE FROM records a JOIN std_register b USING (id9) WHERE NOT organisation;
CREATE OR REPLACE TABLE unowned AS
    SELECT l, id_digits AS s, length(id_digits) AS n FROM records
    WHERE NOT organisation AND length(id_digits) BETWEEN 8 AND 13 AND l NOT IN (SELECT l FROM exact_pairs);
CREATE OR REPLACE TABLE variants AS
    WITH places AS (SELECT *, unnest(range(1, n + 2)) AS i FROM unowned),
    digits AS (SELECT *, unnest(range(0, 10))::VARCHAR AS d FROM places)
    SELECT DISTINCT l, v FROM (
        SELECT l, s[1:i-1] || d || s[i+1:] AS v FROM digits WHERE i <= n AND n IN (9, 12) AND s[i:i] <> d
        UNION ALL SELECT l, s[1:i-1] || d || s[i:] FROM digits WHERE n IN (8, 11)
        UNION ALL SELECT l, s[1:i-1] || s[i+1:] FROM places WHERE i <= n AND n IN (10, 13)
        UNION ALL SELECT l, s[1:i-1] || s[i+1:i+1] || s[i:i] || s[i+2:] FROM places WHERE i < n AND n IN (9, 12) AND s[i:i] <> s[i+1:i+1]);
CREATE OR REPLACE TABLE number_pairs AS
    SELECT * FROM exact_pairs
    UNION ALL SELECT l, r, 2, TRUE FROM variants JOIN std_register ON id12 = v::BIGINT WHERE length(v) = 12
    UNION ALL SELECT l, r, 3, TRUE FROM variants JOIN std_register ON id9 = v::BIGINT WHERE length(v) = 9;
"""

_OPEN = """
CREATE OR REPLACE TABLE certain AS
    SELECT e.l FROM exact_pairs e
    JOIN records a USING (l) JOIN std_register b USING (r)
    JOIN std_name x ON x.name = a.name JOIN std_name y ON y.name = b.name
    JOIN std_address p ON p.address = a.place JOIN std_address q ON q.address = b.permanent
    GROUP BY e.l HAVING count(*) = 1 AND bool_and(x.key = y.key AND list_has_any(p.communes, q.communes));
CREATE OR REPLACE VIEW l_all AS SELECT l FROM records WHERE NOT organisation AND l NOT IN (SELECT l FROM certain);
CREATE OR REPLACE VIEW l_name AS SELECT l, k.* FROM records JOIN name_keys k USING (name);
CREATE OR REPLACE VIEW l_part AS SELECT l, part FROM records JOIN part_keys USING (name);
CREATE OR REPLACE VIEW l_place AS SELECT l, k.* FROM records JOIN place_keys k ON address = place;
"""

_CAPPED = """
INSERT INTO rule_counts SELECT '{rule}', count(DISTINCT k), coalesce(sum(size), 0) FROM left_{rule} JOIN full_{rule} USING (k)
"""

_PAIRS = """
CREATE OR REPLACE TABLE pairs AS
    SELECT l, r, min(rule)::TINYINT AS rule, bool_or(slip) AS slip FROM (SELECT * FROM number_pairs UNION ALL {rules}) GROUP BY l, r
"""
