"""What a finding needs to know beyond its own record: whose the number is, which records repeat it (see homes.py for the place).

Each function makes one narrow table keyed by `l`, with hash joins over the whole partner file; nothing here holds a long text
for each record.
"""

from __future__ import annotations

import duckdb

from matching.sources import Source

LISTED = 10  # record ids that evidence lists; the count is always complete
CROWD = 40  # different names on one number above which no pair of names is looked at: nobody shares a number that often

# A name as written; where its letters came out of another encoding ("Ng« ThÞ"), as it was read.
READABLE = """CASE WHEN list_has_any(coalesce({n}.repairs, []), ['tcvn3', 'vni', 'viscii', 'vps', 'utf8_as_cp1252'])
    THEN coalesce({n}.display, {n}.raw) ELSE {n}.raw END"""


def pairs(con: duckdb.DuckDBPyConnection) -> None:
    """`find_pair`: each record's decision with the levels of its link, else of the first candidate that it lists."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE find_pair AS
        SELECT d.l, d.decision, d.r, d.first, c.gamma_name, c.gamma_number, c.gamma_place, c.gamma_birth, c.residence AS agreeing
        FROM (SELECT l, decision, CASE WHEN decision = 'linked' THEN r END AS r,
                CASE WHEN decision = 'linked' THEN r ELSE coalesce(candidates[1], best) END AS first FROM decided) d
        LEFT JOIN candidates c ON c.l = d.l AND c.r = d.first
    """)


def owners(con: duckdb.DuckDBPyConnection) -> None:
    """`find_owner`: the resident who bears the record's number, the link if it is the link's, else the first.

    `differs`, without a link: the name on the record cannot be the owner's.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_owner AS
        WITH bearers AS (
            SELECT p.l, g.r FROM std_partner p JOIN std_register g ON g.id12 = p.id12 WHERE p.id_condition <> 'invalid'
            UNION ALL
            SELECT p.l, g.r FROM std_partner p JOIN std_register g ON g.id9 = p.id9
            WHERE p.id_condition <> 'invalid' AND p.id12 IS NULL),
        owners AS (
            SELECT b.l, max(k.r) AS linked, coalesce(max(b.r) FILTER (b.r = k.first), min(b.r)) AS owner
            FROM bearers b JOIN find_pair k USING (l) GROUP BY b.l),
        differing AS (
            SELECT o.l, coalesce(c.gamma_name IN ('surname_given', 'else'),
                NOT coalesce({_SAME_NAME}, FALSE) AND NOT coalesce(a.key = t.key, FALSE)) AS differs
            FROM owners o JOIN std_partner p USING (l) JOIN std_name a ON a.name = p.name
            JOIN std_register g ON g.r = o.owner JOIN std_name b ON b.name = g.name LEFT JOIN std_name t ON t.name = g.other_name
            LEFT JOIN candidates c ON c.l = o.l AND c.r = o.owner
            WHERE o.linked IS NULL AND a.key IS NOT NULL AND b.key IS NOT NULL)
        SELECT o.l, o.owner, d.differs FROM owners o LEFT JOIN differing d USING (l)
    """)


def duplicates(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """`find_duplicate`: household records of one household (or person) at one place, for those that are linked.

    A place that is the resident's door, or says less than it, is that of the residence, so one written before and one after a
    reorganisation are one; places that may be in one commune are one where street, alley and house are. Two flats of one
    building are two places; in a hamlet without numbers the hamlet is the place. Where there are numbers, a record for review
    counts beside a linked one of its best candidate's household, an ambiguous one where all whom it fits are of one household; in
    a hamlet without numbers one for review does whose best candidate lives there and is the one in all likelihood.
    """
    _held(con, source, _FITTING)
    con.execute(_REPEATED.format(others="find_held", which="a.linked AND (b.linked OR a.numbered OR b.likely)"))


def held_by_links(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """`find_linked`: the linked ones among the household records, before `find_pair` is made anew for pairs that somebody asks of."""
    _held(con, source, "SELECT l, r, TRUE AS likely FROM find_pair WHERE decision = 'linked'")
    con.execute("CREATE OR REPLACE TEMP TABLE find_linked AS FROM find_held")


def duplicates_of_links(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """`find_duplicate` for the pairs of `find_pair` as if they were links: with the records of `find_linked` at the same spot."""
    _held(con, source, "SELECT l, r, TRUE AS likely FROM find_pair")
    con.execute(_REPEATED.format(others="find_linked", which="TRUE"))


# Records of one household at one spot, which may be in one commune.
_REPEATED = f"""
CREATE OR REPLACE TEMP TABLE find_duplicate AS
SELECT a.l, count(*) + 1 AS records, list_sort(list_append(list(b.record_id), a.record_id))[1:{LISTED}] AS record_ids
FROM find_held a JOIN {{others}} b ON b.home = a.home AND b.spot = a.spot AND b.record_id <> a.record_id
WHERE (list_has_any(a.communes, b.communes) OR starts_with(a.spot, 'raw ')
    OR (len(a.communes) * len(b.communes) = 0 AND a.province = b.province)) AND {{which}}
GROUP BY a.l, a.record_id
"""
_LIKELY = 0.8  # the probability of a record for review above which somebody may be sent out to its hamlet
# Whom each record fits; `likely`: it is theirs in all likelihood, and stands where they live.
_FITTING = f"""
SELECT l, r, TRUE AS likely FROM find_pair WHERE decision = 'linked'
UNION ALL SELECT l, k.first, d.best = k.first AND d.match_probability > {_LIKELY} AND k.gamma_place = 'door'
    FROM find_pair k JOIN decided d USING (l) WHERE k.decision = 'review'
UNION ALL SELECT l, unnest(candidates), FALSE FROM decided WHERE decision = 'ambiguous'
"""


def _held(con: duckdb.DuckDBPyConnection, source: Source, fitting: str) -> None:
    """`find_held`: each household record with the one household (or person) that it fits, and the spot that it stands at."""
    words = [row[0] for row in con.execute("SELECT DISTINCT purpose FROM std_partner WHERE purpose IS NOT NULL").fetchall()]
    household = [word for word in words if household_purpose(word, source.one_per_household)]
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE find_held AS
        WITH fitting AS ({fitting}),
        homes AS (
            SELECT f.l, max(coalesce(g.household, -1 - g.r)) AS home, bool_and(f.likely) AS likely FROM fitting f JOIN std_register g ON g.r = f.r
            GROUP BY f.l HAVING count(DISTINCT coalesce(g.household, -1 - g.r)) = 1),
        placed AS (
            SELECT p.l, p.record_id, h.home, h.likely, k.r IS NOT NULL AS linked, p.place, a.province, a.building,
                e.communes, e.street, e.hamlet, e.alley, e.house
            FROM homes h JOIN find_pair k USING (l) JOIN std_partner p USING (l) JOIN std_address a ON a.address = p.place
            LEFT JOIN std_register g ON g.r = k.first
            LEFT JOIN std_address b ON b.address =
                CASE k.agreeing WHEN 'permanent' THEN g.permanent WHEN 'temporary' THEN g.temporary ELSE g.current END
            JOIN std_address e ON e.address = CASE WHEN k.gamma_place IN ('door', 'door_unplaced', 'locality_compatible')
                OR (k.gamma_place = 'province_compatible' AND coalesce(a.street, a.hamlet) = coalesce(b.street, b.hamlet))
                THEN coalesce(b.address, a.address) ELSE a.address END
            WHERE $judged AND (p.purpose IS NULL OR list_contains($household, p.purpose)))
        SELECT l, record_id, home, likely, linked, province, communes, coalesce(house, building) IS NOT NULL AS numbered,
            CASE WHEN coalesce(house, building, hamlet) IS NULL THEN 'raw ' || place
                WHEN coalesce(house, building) IS NULL THEN concat_ws('|', hamlet, street)
                ELSE concat_ws('|', CASE WHEN street IS NULL THEN 'h' ELSE 's' END, coalesce(street, hamlet, ''), coalesce(alley, ''),
                    coalesce(house, ''), coalesce(building, '')) END AS spot
        FROM placed
        """,
        {"judged": bool(source.one_per_household), "household": household},
    )


def household_purpose(purpose: str, family: tuple[str, ...]) -> bool:
    """Whether a folded purpose is of the household `family`: `dien sinh hoat` is, `ngoai sinh hoat` is not."""
    words = f" {purpose} "
    if any(f" {word} " in words for word in ("ngoai", "khong", "phi")):
        return False
    return any(f" {value} " in words for value in family)


def sharers(con: duckdb.DuckDBPyConnection) -> None:
    """`find_shared`: numbers that stand on records of different names; spelling variants of one name are not different.

    A name under which the register knows the number's own bearer (a maiden name, another name) is that bearer's.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_bearer AS
        SELECT p.l, p.record_id, p.name AS written, CASE WHEN p.id12 IS NOT NULL THEN p.id12 ELSE -p.id9 END AS number,
            CASE WHEN k.gamma_number IN ('exact', 'old') AND k.gamma_name NOT IN ('null', 'surname_given', 'else') THEN coalesce(g.name, p.name)
                ELSE p.name END AS name
        FROM std_partner p JOIN find_pair k USING (l) JOIN std_name n ON n.name = p.name LEFT JOIN std_register g ON g.r = k.r
        WHERE coalesce(p.id12, p.id9) IS NOT NULL AND p.id_condition <> 'invalid'
            AND k.decision <> 'out_of_scope' AND n.kind = 'person' AND n.key IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE find_shared AS
        WITH several AS (SELECT number FROM find_bearer GROUP BY number HAVING count(DISTINCT name) > 1),
        names AS (SELECT DISTINCT number, name FROM find_bearer WHERE number IN (SELECT number FROM several)),
        crowds AS (SELECT number FROM names GROUP BY number HAVING count(*) > {CROWD}),
        small AS (SELECT n.number, s.* FROM names n JOIN std_name s USING (name) WHERE n.number NOT IN (SELECT number FROM crowds)),
        different AS (
            SELECT DISTINCT a.number, a.name FROM small a JOIN small b ON a.number = b.number AND a.name <> b.name
            WHERE NOT coalesce({_SAME_NAME}, FALSE)
            UNION ALL SELECT number, name FROM names WHERE number IN (SELECT number FROM crowds)),
        groups AS (
            SELECT f.number, count(*) AS sharers, list(f.record_id ORDER BY f.record_id)[1:{LISTED}] AS shared_ids,
                list_sort(list(DISTINCT {READABLE.format(n="n")}))[1:{LISTED}] AS shared_names
            FROM find_bearer f JOIN different d USING (number, name) JOIN std_name n ON n.name = f.written GROUP BY f.number)
        SELECT f.l, g.sharers, g.shared_ids, g.shared_names
        FROM find_bearer f JOIN different d USING (number, name) JOIN groups g USING (number)
    """)


# One name in two spellings: other order, regional, less middle, initials, one slip; of joint holders either counts.
_SAME_NAME = """(
    a.key = b.key OR a.key_sorted = b.key_sorted OR a.key_regional = b.key_regional
    OR coalesce(a.key2 = b.key, FALSE) OR coalesce(a.key = b.key2, FALSE)
    OR (a.surname = b.surname AND a.given = b.given AND (a.middle IS NULL OR b.middle IS NULL
        OR list_has_any(string_split(a.middle, ' '), string_split(b.middle, ' '))))
    OR ((a.abbreviated OR b.abbreviated) AND left(a.given, 1) = left(b.given, 1) AND left(a.surname, 1) = left(b.surname, 1))
    OR damerau_levenshtein(a.key, b.key) <= 1)"""
