"""What a finding needs to know beyond its own record: whose the number is, who else lives there, which records repeat it.

Each function makes one narrow table keyed by `l`, with hash joins over the whole partner file; nothing here holds a long text
for each record.
"""

from __future__ import annotations

import duckdb

from matching.sources import Source

LISTED = 10  # record ids that evidence lists; the count is always complete
CROWD = 40  # different names on one number above which no pair of names is looked at: nobody shares a number that often
HOUSEHOLD = 50  # a "household" of more members is a placeholder or an institution

_AGREES = "('door', 'locality_compatible', 'commune_compatible')"
_LIVES = "status NOT IN ('deceased', 'missing', 'left')"


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
    """`find_owner`: the resident who bears the record's number, the link if it is the link's, else the first."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE find_owner AS
        WITH bearers AS (
            SELECT p.l, g.r FROM std_partner p JOIN std_register g ON g.id12 = p.id12 WHERE p.id_condition <> 'invalid'
            UNION ALL
            SELECT p.l, g.r FROM std_partner p JOIN std_register g ON g.id9 = p.id9
            WHERE p.id_condition <> 'invalid' AND p.id12 IS NULL)
        SELECT b.l, coalesce(max(b.r) FILTER (b.r = k.first), min(b.r)) AS owner
        FROM bearers b JOIN find_pair k USING (l) GROUP BY b.l
    """)


# A disagreement above the street is not judged where the place contradicts itself: either reading may be the right one.
def residences(con: duckdb.DuckDBPyConnection, judged: bool) -> None:
    """`find_residence`: for each link, which residence the place is, at which level it differs, or why it cannot be judged."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_residence AS
        WITH placed AS (
            SELECT k.l, k.gamma_place, k.agreeing, p.place, a.communes, a.province, a.contradicts, {UNREADABLE} AS unreadable,
                coalesce({_LESS}, FALSE) AS less
            FROM find_pair k JOIN std_partner p USING (l) LEFT JOIN std_address a ON a.address = p.place
            LEFT JOIN std_register g ON g.r = k.r
            LEFT JOIN std_address b ON b.address =
                CASE k.agreeing WHEN 'permanent' THEN g.permanent WHEN 'temporary' THEN g.temporary ELSE g.current END
            WHERE k.r IS NOT NULL),
        levelled AS (
            SELECT *, CASE WHEN gamma_place IN {_AGREES} THEN CASE WHEN less THEN 'unknown' ELSE coalesce(agreeing, 'unknown') END
                WHEN gamma_place IN ('locality', 'commune') THEN 'none'
                WHEN gamma_place IN ('province', 'else') AND len(communes) + (province IS NOT NULL AND gamma_place = 'else')::INT > 0
                    AND NOT contradicts THEN 'none'
                ELSE 'unknown' END AS residence
            FROM placed)
        SELECT l, residence,
            CASE WHEN residence = 'none' THEN CASE gamma_place WHEN 'locality' THEN 'house' WHEN 'commune' THEN 'street'
                WHEN 'province' THEN 'commune' ELSE 'province' END END AS place_level,
            CASE WHEN residence <> 'unknown' THEN NULL WHEN NOT {judged} THEN 'absent' WHEN place IS NULL THEN 'no_place'
                WHEN contradicts THEN 'contradicts' WHEN unreadable THEN 'unreadable'
                WHEN less OR len(communes) = 0 OR province IS NULL THEN 'levels' ELSE 'register' END AS unjudged
        FROM levelled
    """)


# The place `a` says less than the residence `b`: the street or hamlet, or the house, that would decide is not named.
_LESS = """CASE k.gamma_place WHEN 'locality_compatible' THEN coalesce(a.house, a.building) IS NULL
    WHEN 'commune_compatible' THEN coalesce(b.street, b.hamlet) IS NOT NULL END"""

UNREADABLE = """(len(a.communes) = 0 AND coalesce(a.province, a.district, a.hamlet, a.building, a.unit_group, a.alley) IS NULL
    AND (a.street IS NULL OR (a.house IS NULL AND NOT regexp_matches(
        strip_accents(lower(coalesce(a.street_display, ''))), '^(đuong|pho|đai lo|quoc lo|tinh lo|huong lo|ql|tl|đt|hl)\\b'))))"""
"""Nothing recognised in the address `a`: no unit, hamlet or building, and no street that says so by its kind or a house.

What is left of a text when nothing was recognised stands in `street` (`không rõ`, `xxx`): alone it is no street.
"""


def households(con: duckdb.DuckDBPyConnection) -> None:
    """`find_member`, `find_neighbour`: who is registered at the place of a holder who lives elsewhere."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_elsewhere AS
        SELECT v.l, k.r, g.household, v.place_level, a.communes, a.street, a.hamlet, a.alley, a.house, a.door_key
        FROM find_residence v JOIN find_pair k USING (l) JOIN std_partner p USING (l)
        JOIN std_address a ON a.address = p.place JOIN std_register g ON g.r = k.r
        WHERE v.residence = 'none' AND g.household IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE find_member AS
        WITH members AS (
            SELECT household, r, unnest([permanent, temporary, current]) AS address FROM std_register
            WHERE {_LIVES} AND household IN (
                SELECT household FROM std_register WHERE household IN (SELECT household FROM find_elsewhere)
                GROUP BY household HAVING count(*) BETWEEN 2 AND {HOUSEHOLD}))
        SELECT e.l, min(m.r) AS member
        FROM find_elsewhere e JOIN members m ON m.household = e.household AND m.r <> e.r JOIN std_address b ON b.address = m.address
        WHERE {_LIVES_THERE} GROUP BY e.l
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_neighbour AS
        WITH doors AS (
            SELECT address, door_key FROM std_address WHERE door_key IN (SELECT door_key FROM find_elsewhere)),
        homes AS (
            SELECT d.door_key, g.household, g.r, g.relationship FROM std_register g JOIN doors d ON d.address = g.permanent WHERE {_LIVES}
            UNION ALL
            SELECT d.door_key, g.household, g.r, g.relationship FROM std_register g JOIN doors d ON d.address = g.temporary WHERE {_LIVES}),
        registered AS (
            SELECT door_key, household, min(CASE WHEN {_HOUSEHOLDER} THEN r ELSE r + 4294967296 END) AS first
            FROM homes WHERE household IS NOT NULL GROUP BY door_key, household)
        SELECT e.l, count(*) AS households, (min(first) % 4294967296)::INTEGER AS neighbour
        FROM find_elsewhere e JOIN registered h ON h.door_key = e.door_key AND h.household <> e.household GROUP BY e.l
    """)


_HOUSEHOLDER = "coalesce(strip_accents(lower(relationship)) LIKE 'chu ho%', FALSE)"
# As the place comparison has it: house and alley equal, or the same street or hamlet with a house missing on a side.
_LIVES_THERE = """(b.door_key = e.door_key) OR (
    list_has_any(e.communes, b.communes)
    AND CASE WHEN e.street IS NOT NULL AND b.street IS NOT NULL THEN e.street = b.street ELSE coalesce(e.hamlet = b.hamlet, FALSE) END
    AND ((e.house = b.house AND coalesce(e.alley, '') = coalesce(b.alley, ''))
        OR (e.place_level <> 'house' AND (e.house IS NULL OR b.house IS NULL))))"""


def duplicates(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """`find_duplicate`: household records of one household (or person) at one door, or at one and the same written address.

    A link whose place is the resident's door takes the door of the residence, so one written before and one after a split
    of the commune are one place. Two flats of one building are two places. In a hamlet without numbers the hamlet is the place.
    """
    words = [
        row[0] for row in con.execute("SELECT DISTINCT purpose FROM std_partner WHERE purpose IS NOT NULL").fetchall()
    ]
    household = [word for word in words if household_purpose(word, source.one_per_household)]
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE find_duplicate AS
        WITH held AS (
            SELECT p.l, p.record_id, coalesce(g.household, -1 - g.r) AS home, p.place, a.building,
                coalesce(CASE WHEN k.gamma_place = 'door' THEN coalesce(b.door_key, b.locality_key) END, a.door_key)::VARCHAR AS door,
                CASE WHEN coalesce(a.house, a.building, a.hamlet) IS NOT NULL THEN concat_ws('|', array_to_string(list_sort(a.communes), ' '),
                    coalesce(a.street, ''), coalesce(a.hamlet, ''), coalesce(a.alley, ''), coalesce(a.house, '')) END AS written
            FROM find_pair k JOIN std_partner p USING (l) JOIN std_register g ON g.r = k.r
            JOIN std_address a ON a.address = p.place
            LEFT JOIN std_address b ON b.address =
                CASE k.agreeing WHEN 'permanent' THEN g.permanent WHEN 'temporary' THEN g.temporary ELSE g.current END
            WHERE $judged AND (p.purpose IS NULL OR list_contains($household, p.purpose))),
        spots AS (
            SELECT l, record_id, home,
                CASE WHEN coalesce(door, written) IS NULL THEN 'raw ' || place ELSE concat_ws('|', coalesce(door, written), building) END AS spot
            FROM held),
        groups AS (
            SELECT home, spot, count(*) AS records, list(record_id ORDER BY record_id)[1:$listed] AS record_ids
            FROM spots GROUP BY home, spot HAVING count(*) > 1)
        SELECT l, records, record_ids FROM spots JOIN groups USING (home, spot)
        """,
        {"judged": bool(source.one_per_household), "household": household, "listed": LISTED},
    )


def household_purpose(purpose: str, family: tuple[str, ...]) -> bool:
    """Whether a folded purpose is of the household `family`: `dien sinh hoat` is, `ngoai sinh hoat` is not."""
    words = f" {purpose} "
    if any(f" {word} " in words for word in ("ngoai", "khong", "phi")):
        return False
    return any(f" {value} " in words for value in family)


def sharers(con: duckdb.DuckDBPyConnection) -> None:
    """`find_shared`: numbers that stand on records of different names; spelling variants of one name are not different."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_bearer AS
        SELECT p.l, p.record_id, p.name, CASE WHEN p.id12 IS NOT NULL THEN p.id12 ELSE -p.id9 END AS number
        FROM std_partner p JOIN find_pair k USING (l) JOIN std_name n ON n.name = p.name
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
                list_sort(list(DISTINCT n.raw))[1:{LISTED}] AS shared_names
            FROM find_bearer f JOIN different d USING (number, name) JOIN std_name n USING (name) GROUP BY f.number)
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
