"""Where the holder lives as seen from the place of the record, and who is registered there: narrow tables keyed by `l`.

A disagreement is only called one where it holds however the place is read: a commune that was guessed, a level that nobody
wrote, a name that may be a street's, leave the residence unknown.
"""

from __future__ import annotations

import duckdb

from matching.load import HOUSEHOLD
from matching.standardise.addresses.places import GUESSED
from matching.standardise.admin_units import Gazetteer

_AGREES = "('door', 'locality_compatible', 'commune_compatible')"
_LIVES = "status NOT IN ('deceased', 'missing', 'left')"
_HOMES = ("permanent", "temporary", "current")


def districts(con: duckdb.DuckDBPyConnection) -> None:
    """`find_district`: the communes of today that a resident of a district of before may be in."""
    gazetteer = Gazetteer.load()
    communes: dict[str, set[str]] = {}
    for code, unit in gazetteer.old_units.items():
        communes.setdefault(unit.district_code, set()).update(gazetteer.resident_successors(code))
    codes = sorted(communes)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE find_district AS SELECT unnest($codes) AS district, unnest($communes) AS communes",
        {"codes": codes, "communes": [sorted(communes[code]) for code in codes]},
    )


# Street (or hamlet), alley and house (or flat) of two addresses, whatever their communes.
_SAME_DOOR = """coalesce(coalesce({a}.street, {a}.hamlet) = coalesce({b}.street, {b}.hamlet)
    AND coalesce({a}.house, {a}.building) = coalesce({b}.house, {b}.building) AND coalesce({a}.alley, '') = coalesce({b}.alley, ''), FALSE)"""


# `Căn hộ 1712, Tây Sơn, TP. HCM`: the street of the residence stands in the text, where letters were put right to make a commune of it.
_STREET_NAMED = """coalesce(list_has_any(a.assumptions, ['commune_typo', 'accents_differ']) AND length({b}.street) >= 6
    AND contains(replace(strip_accents(lower(a.raw)), 'đ', 'd'), {b}.street), FALSE)"""


def doubts(con: duckdb.DuckDBPyConnection) -> None:
    """`find_doubt`: links whose place differs from the residence only by what was assumed in reading it.

    No commune is written, and the residence lies in the district; a bare name is taken for a commune that may be a street;
    a name is a commune of today and a district of before that the residence lies in; so many communes of before have the name that
    only today's were kept, or letters of it were put right and nothing else says where it is; or the commune was guessed, and
    street and house are the very ones of the residence, or the name that was put right is that of its street.
    """
    sides = [f"b{number}" for number in range(len(_HOMES))]
    same = " OR ".join(f"{_SAME_DOOR.format(a='a', b=side)} OR {_STREET_NAMED.format(b=side)}" for side in sides)
    homes = " ".join(f"LEFT JOIN std_address b{number} ON b{number}.address = g.{home}" for number, home in enumerate(_HOMES))
    communes = ", ".join(f"coalesce(b{number}.communes, [])" for number in range(len(_HOMES)))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE find_doubt AS
        SELECT k.l FROM find_pair k JOIN std_partner p USING (l) JOIN std_register g ON g.r = k.r
        JOIN std_address a ON a.address = p.place {homes} LEFT JOIN find_district d ON d.district = a.district
        WHERE k.gamma_place IN ('locality', 'commune', 'province', 'else') AND list_has_any(a.assumptions, $guessed)
            AND CASE WHEN k.gamma_place IN ('locality', 'commune') THEN list_contains(a.assumptions, 'commune_missing')
                ELSE list_has_all(a.assumptions, ['ambiguous', 'era_ambiguous']) OR {same}
                    OR (a.district IS NULL AND list_has_all(a.assumptions, ['commune_typo', 'province_missing']))
                    OR (k.gamma_place = 'province' AND (list_contains(a.assumptions, 'local_or_commune')
                    OR (list_contains(a.assumptions, 'commune_or_district') AND list_has_any(coalesce(d.communes, []), flatten([{communes}])))))
                END
        """,
        {"guessed": sorted({*GUESSED, "province_missing"})},
    )


# A disagreement above the street is not judged where the place contradicts itself: either reading may be the right one.
def residences(con: duckdb.DuckDBPyConnection, judged: bool) -> None:
    """`find_residence`: for each link, which residence the place is, at which level it differs, or why it cannot be judged."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_residence AS
        WITH placed AS (
            SELECT k.l, CASE WHEN m.l IS NULL THEN k.gamma_place ELSE 'door' END AS gamma_place,
                coalesce(m.agreeing, k.agreeing) AS agreeing, p.place, a.communes, a.province, a.contradicts, {UNREADABLE} AS unreadable,
                coalesce(m.less, coalesce({_LESS}, FALSE) OR o.l IS NOT NULL) AS less, m.l IS NULL AND coalesce({_LESS}, FALSE) AS lacking,
                k.gamma_place = 'door_unplaced' AND a.street IS NOT NULL AND coalesce(list_has_any(d.communes, b.communes), FALSE) AS in_district
            FROM find_pair k JOIN std_partner p USING (l) LEFT JOIN std_address a ON a.address = p.place
            LEFT JOIN std_register g ON g.r = k.r
            LEFT JOIN std_address b ON b.address =
                CASE k.agreeing WHEN 'permanent' THEN g.permanent WHEN 'temporary' THEN g.temporary ELSE g.current END
            LEFT JOIN find_doubt o ON o.l = k.l LEFT JOIN find_misread m ON m.l = k.l LEFT JOIN find_district d ON d.district = a.district
            WHERE k.r IS NOT NULL),
        levelled AS (
            SELECT *, CASE WHEN less THEN 'unknown' WHEN gamma_place IN {_AGREES} OR in_district THEN coalesce(agreeing, 'unknown')
                WHEN gamma_place IN ('locality', 'commune') THEN 'none'
                WHEN gamma_place IN ('province', 'else') AND len(communes) + (province IS NOT NULL AND gamma_place = 'else')::INT > 0
                    AND NOT contradicts THEN 'none'
                ELSE 'unknown' END AS residence
            FROM placed)
        SELECT l, residence,
            CASE WHEN residence = 'none' THEN CASE gamma_place WHEN 'locality' THEN 'house' WHEN 'commune' THEN 'street'
                WHEN 'province' THEN 'commune' ELSE 'province' END END AS place_level,
            CASE WHEN residence <> 'unknown' THEN NULL WHEN NOT {judged} THEN 'absent' WHEN place IS NULL THEN 'no_place'
                WHEN contradicts AND NOT lacking THEN 'contradicts' WHEN unreadable THEN 'unreadable'
                WHEN less OR len(communes) = 0 OR province IS NULL THEN 'levels' ELSE 'register' END AS unjudged
        FROM levelled
    """)


# The place `a` says less than the residence `b`: the street or hamlet, or the house, that would decide is not named. With a
# district and no commune a street and a number are enough, a hamlet is not: there is more than one of a name.
_LESS = """CASE k.gamma_place WHEN 'locality_compatible' THEN coalesce(a.house, a.building) IS NULL
    WHEN 'commune_compatible' THEN coalesce(b.street, b.hamlet) IS NOT NULL
    WHEN 'door' THEN list_contains(a.assumptions, 'commune_missing') AND a.street IS NULL END"""

UNREADABLE = """(len(a.communes) = 0 AND coalesce(a.province, a.district, a.hamlet, a.building, a.unit_group, a.alley) IS NULL
    AND (a.street IS NULL OR (a.house IS NULL AND NOT regexp_matches(
        strip_accents(lower(coalesce(a.street_display, ''))), '^(đuong|pho|đai lo|quoc lo|tinh lo|huong lo|ql|tl|đt|hl)\\b'))))"""
"""Nothing recognised in the address `a`: no unit, hamlet or building, and no street that says so by its kind or a house.

What is left of a text when nothing was recognised stands in `street` (`không rõ`, `xxx`): alone it is no street.
"""


def households(con: duckdb.DuckDBPyConnection) -> None:
    """`find_member`, `find_neighbour`: who is registered at the place of a holder who lives elsewhere."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE find_elsewhere AS
        SELECT v.l, k.r, g.household, v.place_level, a.communes, a.province, a.street, a.hamlet, a.alley, a.house, a.building
        FROM find_residence v JOIN find_pair k USING (l) JOIN std_partner p USING (l)
        JOIN std_address a ON a.address = p.place JOIN std_register g ON g.r = k.r
        WHERE v.residence = 'none' AND g.household IS NOT NULL
    """)
    con.execute(f"""
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
        WITH places AS (
            SELECT l, household, unnest(communes) AS commune, {_DOOR} AS door FROM find_elsewhere a),
        doors AS (
            SELECT address, commune, {_DOOR} AS door FROM std_address a
            WHERE commune IN (SELECT commune FROM places) AND ({_DOOR}) IN (SELECT door FROM places)),
        homes AS (
            SELECT d.commune, d.door, g.household, g.r, g.relationship FROM std_register g JOIN doors d ON d.address = g.permanent WHERE {_LIVES}
            UNION ALL
            SELECT d.commune, d.door, g.household, g.r, g.relationship FROM std_register g JOIN doors d ON d.address = g.temporary WHERE {_LIVES}),
        registered AS (
            SELECT commune, door, household, min(CASE WHEN {_HOUSEHOLDER} THEN r ELSE r + 4294967296 END) AS first
            FROM homes WHERE household IS NOT NULL GROUP BY commune, door, household)
        SELECT e.l, count(DISTINCT h.household) AS households, (min(first) % 4294967296)::INTEGER AS neighbour
        FROM places e JOIN registered h ON h.commune = e.commune AND h.door = e.door AND h.household <> e.household
        GROUP BY e.l HAVING count(DISTINCT e.commune) = 1
    """)


_HOUSEHOLDER = "coalesce(strip_accents(lower(relationship)) LIKE 'chu ho%', FALSE)"
# A door below its commune, null without a number: a place that may be in several communes has it in each of them.
_DOOR = """CASE WHEN coalesce(a.street, a.hamlet) IS NOT NULL AND coalesce(a.house, a.building) IS NOT NULL THEN
    concat_ws('|', CASE WHEN a.street IS NULL THEN 'h' ELSE 's' END, coalesce(a.street, a.hamlet), coalesce(a.alley, ''), coalesce(a.house, a.building)) END"""
# As the place comparison has it: house and alley equal, or the same street or hamlet with a house missing on a side. Where the
# place names no commune, a hamlet, or house and alley, of that name in the province are the household's own; where it names
# nothing below the commune, that is all there is to compare.
_LIVES_THERE = """
    CASE WHEN e.street IS NOT NULL AND b.street IS NOT NULL THEN e.street = b.street ELSE coalesce(e.hamlet = b.hamlet, FALSE) END
    AND CASE WHEN len(e.communes) = 0 THEN e.province = b.province AND coalesce(e.house, e.building, e.hamlet) IS NOT NULL
        ELSE list_has_any(e.communes, b.communes) END
    AND ((coalesce(e.house, e.building) = coalesce(b.house, b.building) AND coalesce(e.alley, '') = coalesce(b.alley, ''))
        OR (e.place_level <> 'house' AND (len(e.communes) > 0 OR e.hamlet IS NOT NULL)
            AND (coalesce(e.house, e.building) IS NULL OR coalesce(b.house, b.building) IS NULL)))
    OR (coalesce(e.street, e.hamlet, e.house, e.building) IS NULL AND list_has_any(e.communes, b.communes))"""
