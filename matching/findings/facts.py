"""`facts`: one wide row a partner record, all that a finding may read. Written once for a batch of records, then only read.

Columns: the record (`l`, `record_id`, `decision`, `linked`, `r`, `first` (candidate), `number`, `id12`, `id9`, `id_digits`, `id_condition`,
`birth*`, `sex`, `event_date`, `phone*`), its name (`name_*`) and place (`place_*`, `today`, `today_form`, `act`, `commune_names`);
the linked resident (`person_id`, `register_*`, `other_*`, `household`, `status*`, `permanent`, `temporary`, `current`,
`agreeing`, `resident_form`); the levels of link or first candidate (`gamma_*`); whose the number is (`owner*`); what is known
of the residence (`residence`, `place_level`, `unjudged`, `member_*`, `neighbour_*`, `households`); which records repeat it
(`duplicates`, `duplicate_ids`, `sharers`, `shared_*`); and what the run is judged on (`as_of`, `minimum_age`, `id_compulsory`,
`extract_provinces`, `has_*`). All about a resident is null without a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from matching.findings.homes import UNREADABLE
from matching.findings.prepare import READABLE
from matching.standardise.admin_units import Gazetteer

NAMED = 5  # communes that are named where a place may be several


@dataclass(frozen=True, slots=True)
class Judged:
    """What the run is judged on: the day, the source's rules, the extract, and which columns the files have at all."""

    as_of: date
    minimum_age: int | None
    id_compulsory: bool
    extract_provinces: tuple[str, ...]
    has_numbers: bool
    has_register_numbers: bool
    has_old_numbers: bool

    def values(self) -> dict[str, Any]:
        """The values to bind, by name; no province at all means the whole country."""
        return {name: getattr(self, name) for name in self.__slots__} | {"extract_provinces": list(self.extract_provinces) or None}


def unit_names(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """`find_unit`, `find_act`, `find_candidates`: today's names of communes, and the acts that made them."""
    gazetteer = Gazetteer.load()
    codes = sorted(gazetteer.new_units)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE find_unit AS SELECT unnest($codes) AS code, unnest($names) AS today",
        {"codes": codes, "names": [gazetteer.display(code, as_of) or code for code in codes]},
    )
    renamed = con.execute(
        "SELECT DISTINCT commune, era FROM std_address WHERE reorganised AND commune IS NOT NULL AND era IS NOT NULL ORDER BY ALL"
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE find_act (commune VARCHAR, era VARCHAR, act VARCHAR)")
    if renamed:
        con.execute(
            "INSERT INTO find_act SELECT unnest($communes), unnest($eras), unnest($acts)",
            {
                "communes": [commune for commune, _ in renamed],
                "eras": [era for _, era in renamed],
                "acts": [act_of(gazetteer, commune, era, as_of) or None for commune, era in renamed],
            },
        )
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE find_candidates AS
        WITH several AS (SELECT address, unnest(communes) AS code FROM std_address WHERE len(communes) > 1 OR contradicts)
        SELECT address, list(coalesce(today, code) ORDER BY code)[1:{NAMED}] AS commune_names
        FROM several LEFT JOIN find_unit USING (code) GROUP BY address
    """)


def act_of(gazetteer: Gazetteer, commune: str, era: str, as_of: date) -> str:
    """The act by which a name of `era` stopped to be that of `commune`: of 2025 for old forms, else the latest since."""
    unit = gazetteer.new_units.get(commune)
    if unit is None:
        return ""
    changes = [c for c in gazetteer.changes if c.code in (commune, unit.province_code) and c.effective <= as_of]
    if era == "new" and changes:
        return max(changes, key=lambda c: (c.effective, c.code)).act
    return gazetteer.acts.get(unit.province_code, "")


# An address of the register as people read it: `#00004|Số 12` is a coded one.
_SHOWN = "CASE WHEN starts_with({a}.raw, '#') THEN concat_ws(', ', nullif(trim(substr({a}.raw, instr({a}.raw, '|') + 1)), ''), {u}.today) ELSE {a}.raw END"
# The place with today's units behind its own detail; none where there is a building, whose parts have no display form: a suggestion that is
# taken over must not lose the flat.
_FORM = """CASE WHEN {u}.today IS NOT NULL AND a.building IS NULL AND (a.hamlet IS NULL OR a.hamlet_display IS NOT NULL) THEN concat_ws(', ',
    nullif(concat_ws(' ', concat_ws('/', a.alley, a.house), a.street_display), ''), 'Tổ ' || a.unit_group, a.hamlet_display, {u}.today) END"""

# The record itself, and what the run is judged on.
_RECORD = """
    p.l, p.record_id, k.decision, k.r IS NOT NULL AS linked, k.r, k.first,
    $as_of::DATE AS as_of, $minimum_age::INTEGER AS minimum_age, $id_compulsory AS id_compulsory,
    $extract_provinces::VARCHAR[] AS extract_provinces, $has_numbers AS has_numbers,
    $has_register_numbers AS has_register_numbers, $has_old_numbers AS has_old_numbers,
    coalesce(lpad(p.id12::VARCHAR, 12, '0'), lpad(p.id9::VARCHAR, 9, '0'), nullif(p.id_digits, '')) AS number,
    p.id12, p.id9, p.id_digits, p.id_condition, p.id_repairs, p.birth_year, p.sex, p.event_date, p.phone, p.phone_old_prefix,
    CASE WHEN p.birth_condition = 'ok' THEN p.birth_date::VARCHAR ELSE p.birth_year::VARCHAR END AS birth"""
# Its name and its place: as written, as read, and with today's units.
_WRITTEN = f"""
    n.raw AS name_raw, {READABLE.format(n="n")} AS name_readable,
    coalesce(n.display, n.raw) AS name_display, n.key AS name_key, n.has_tones AS name_has_tones,
    coalesce(n.repairs, []) AS name_repairs, n.key2 IS NOT NULL AS name_joint,
    a.raw AS place_raw, coalesce(a.communes, []) AS place_communes, a.commune AS place_commune,
    a.province AS place_province, a.era AS place_era, coalesce(list_contains(a.assumptions, 'commune_missing'), FALSE) AS place_communeless,
    coalesce(a.reorganised, FALSE) AS place_reorganised,
    coalesce(a.contradicts, FALSE) AS place_contradicts, coalesce({UNREADABLE}, FALSE) AS place_unreadable,
    u.today, {_FORM.format(u="u")} AS today_form, t.act, c.commune_names"""
# The linked resident.
_RESIDENT = f"""
    list_has_any(a.communes, flatten([coalesce(b1.communes, []), coalesce(b2.communes, []), coalesce(b3.communes, [])])) AS place_near,
    g.person_id, coalesce(gn.display, gn.raw) AS register_name, gn.raw AS register_raw, gn.key AS register_key,
    gn.has_tones AS register_has_tones, gn.repairs AS register_repairs, go.raw AS other_raw, go.key AS other_key,
    g.id12 AS register_id12, g.id9 AS register_id9, lpad(g.id12::VARCHAR, 12, '0') AS register_number,
    lpad(g.id9::VARCHAR, 9, '0') AS register_old_number, g.birth_date AS register_birth_date,
    g.birth_year AS register_birth_year, g.birth_condition AS register_birth_condition,
    CASE WHEN g.birth_condition = 'ok' THEN g.birth_date::VARCHAR ELSE g.birth_year::VARCHAR END AS register_birth,
    g.sex AS register_sex, g.household, g.status, g.status_date,
    {_SHOWN.format(a="b1", u="u1")} AS permanent, {_SHOWN.format(a="b2", u="u2")} AS temporary,
    {_SHOWN.format(a="b3", u="u3")} AS current,
    CASE v.residence WHEN 'permanent' THEN {_SHOWN.format(a="b1", u="u1")} WHEN 'temporary' THEN {_SHOWN.format(a="b2", u="u2")}
        WHEN 'current' THEN {_SHOWN.format(a="b3", u="u3")} END AS agreeing,
    CASE WHEN list_contains(a.communes, ur.code) THEN {_FORM.format(u="ur")} END AS resident_form"""
# The levels of link or first candidate, whose the number is, who lives at the place, which records repeat it.
_AROUND = """
    k.gamma_name, k.gamma_number, k.gamma_place, k.gamma_birth,
    o.owner, o.differs AS owner_differs, w.person_id AS owner_person_id, coalesce(wn.display, wn.raw) AS owner_name, w.household AS owner_household,
    v.residence, v.place_level, v.unjudged,
    m.person_id AS member_person_id, coalesce(mn.display, mn.raw) AS member_name, m.relationship AS member_relationship,
    nb.households, h.person_id AS neighbour_person_id, coalesce(hn.display, hn.raw) AS neighbour_name,
    du.records AS duplicates, du.record_ids AS duplicate_ids, sh.sharers, sh.shared_ids, sh.shared_names"""
_RECORDS = "FROM std_partner p JOIN find_pair k USING (l)"
_JOINED_WRITTEN = """
LEFT JOIN std_name n ON n.name = p.name
LEFT JOIN std_address a ON a.address = p.place
LEFT JOIN find_unit u ON u.code = a.commune
LEFT JOIN find_act t ON t.commune = a.commune AND t.era = a.era
LEFT JOIN find_candidates c ON c.address = p.place"""
_JOINED_RESIDENT = """
LEFT JOIN std_address a ON a.address = p.place
LEFT JOIN std_register g ON g.r = k.r
LEFT JOIN std_name gn ON gn.name = g.name
LEFT JOIN std_name go ON go.name = g.other_name
LEFT JOIN std_address b1 ON b1.address = g.permanent LEFT JOIN find_unit u1 ON u1.code = b1.commune
LEFT JOIN std_address b2 ON b2.address = g.temporary LEFT JOIN find_unit u2 ON u2.code = b2.commune
LEFT JOIN std_address b3 ON b3.address = g.current LEFT JOIN find_unit u3 ON u3.code = b3.commune
LEFT JOIN find_residence v ON v.l = p.l
LEFT JOIN find_unit ur ON ur.code =
    CASE v.residence WHEN 'permanent' THEN b1.commune WHEN 'temporary' THEN b2.commune WHEN 'current' THEN b3.commune END"""
_JOINED_AROUND = """
LEFT JOIN find_residence v ON v.l = p.l
LEFT JOIN find_owner o ON o.l = p.l
LEFT JOIN std_register w ON w.r = o.owner LEFT JOIN std_name wn ON wn.name = w.name
LEFT JOIN find_member fm ON fm.l = p.l
LEFT JOIN std_register m ON m.r = fm.member LEFT JOIN std_name mn ON mn.name = m.name
LEFT JOIN find_neighbour nb ON nb.l = p.l
LEFT JOIN std_register h ON h.r = nb.neighbour LEFT JOIN std_name hn ON hn.name = h.name
LEFT JOIN find_duplicate du ON du.l = p.l
LEFT JOIN find_shared sh ON sh.l = p.l"""
# In steps: DuckDB holds some 10 MB for each join of a query, however few rows it has, and all at the same time.
_STEPS = {
    "facts_written": (f"{_RECORD}, {_WRITTEN}", _JOINED_WRITTEN),
    "facts_resident": (f"p.l, {_RESIDENT}", _JOINED_RESIDENT),
    "facts_around": (f"p.l, {_AROUND}", _JOINED_AROUND),
}


def facts(con: duckdb.DuckDBPyConnection, judged: Judged, first: int, last: int) -> None:
    """Make the table `facts` for the records from `first` to `last`, replacing that of the batch before."""
    con.execute("DROP TABLE IF EXISTS facts")
    batch = {"first": first, "last": last}
    for name, (columns, joined) in _STEPS.items():
        values = batch | (judged.values() if columns.startswith(_RECORD) else {})
        con.execute(f"CREATE TEMP TABLE {name} AS SELECT {columns} {_RECORDS} {joined} WHERE p.l BETWEEN $first AND $last", values)
    con.execute("CREATE TEMP TABLE facts AS SELECT * FROM facts_written JOIN facts_resident USING (l) JOIN facts_around USING (l)")
    for name in _STEPS:
        con.execute(f"DROP TABLE {name}")
