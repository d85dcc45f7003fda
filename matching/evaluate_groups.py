"""The figures of an evaluation by region, kind of place, name and condition of the number: is anybody served far worse than the rest?

The place is the true one. A minority name is one whose surname stands in the lists of a people other than the Kinh and is not
among the common ones, or a name without a surname. The calibration stands here too: is what is said to be likely as likely?
"""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd

from matching.standardise.admin_units.gazetteer import Gazetteer
from matching.standardise.names.lists import COMMON
from matching.standardise.tables import rows
from matching.standardise.text import fold

# The six economic regions as the provinces of July 2025 make them up (Resolution 306/NQ-CP of 2025).
REGIONS = {
    "Trung du, miền núi phía Bắc / northern uplands": ("04", "08", "11", "12", "14", "15", "19", "20", "25"),
    "Đồng bằng sông Hồng / Red River delta": ("01", "22", "24", "31", "33", "37"),
    "Bắc Trung Bộ / north central": ("38", "40", "42", "44", "46"),
    "Nam Trung Bộ, Tây Nguyên / south central": ("48", "51", "52", "56", "66", "68"),
    "Đông Nam Bộ / southeast": ("75", "79", "80"),
    "Đồng bằng sông Cửu Long / Mekong delta": ("82", "86", "91", "92", "96"),
}
KINDS = {"phường": "phường / urban ward", "xã": "xã / rural commune", "đặc khu": "đặc khu / island"}
_NOT_MINORITY = ("common", "kinh", "compound")


def measure_groups(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """A row for each group, from the tables `joined` (a record and its truth), std_register and std_name."""
    con.register("units", _units())
    con.register("minority", pd.DataFrame({"surname": sorted(_minority())}))
    found = con.execute(_GROUPS).df()
    con.unregister("units")
    con.unregister("minority")
    return found


def calibration(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """What was said and what was right, by band of probability, from the table `joined`."""
    return con.execute(_CALIBRATION).df()


def _units() -> pd.DataFrame:
    region_of = {code: region for region, codes in REGIONS.items() for code in codes}
    units = Gazetteer.load().communes(date(2025, 7, 1))
    return pd.DataFrame(
        [(unit.code, region_of[unit.province_code], KINDS[unit.kind.lower()]) for unit in units], columns=["code", "region", "kind"]
    )


def _minority() -> set[str]:
    groups = [(group, words) for group, words in rows("surnames") if group not in _NOT_MINORITY]
    return {fold(word.replace("_", " ")) for _, words in groups for word in words.split()} - COMMON


_GROUPS = """
WITH told AS (
    SELECT j.*, u.region, u.kind, CASE WHEN n.key IS NULL THEN NULL WHEN n.surname IS NULL OR m.surname IS NOT NULL
        THEN 'họ dân tộc thiểu số hoặc không họ / minority or no surname' ELSE 'họ khác / other surname' END AS name_group
    FROM joined j LEFT JOIN units u ON u.code = j.true_commune
    LEFT JOIN std_register g ON g.person_id = j.true_person LEFT JOIN std_name n ON n.name = g.name LEFT JOIN minority m ON m.surname = n.surname),
grouped AS (
    SELECT 1 AS place, 'region' AS "by", coalesce(region, '-') AS "group", * FROM told
    UNION ALL SELECT 2, 'kind of place', coalesce(kind, '-'), * FROM told
    UNION ALL SELECT 3, 'name', coalesce(name_group, '-'), * FROM told
    UNION ALL SELECT 4, 'number', coalesce(id_condition, '-'), * FROM told)
SELECT "by", "group", count(*) AS records, count(true_person) AS "have a resident", count(*) FILTER (linked) AS links, count(*) FILTER (correct) AS "right",
    round(count(*) FILTER (correct) / nullif(count(*) FILTER (linked), 0), 5) AS precision,
    round(count(*) FILTER (correct) / nullif(count(true_person), 0), 5) AS recall,
    round(count(*) FILTER (reachable AND true_person IS NOT NULL) / nullif(count(true_person), 0), 5) AS ceiling,
    round(count(*) FILTER (outcome IN ('review', 'ambiguous')) / count(*), 4) AS undecided,
    round(count(*) FILTER (outcome = 'not_found' AND true_person IS NOT NULL) / nullif(count(true_person), 0), 4) AS "not_found wrong"
FROM (SELECT *, outcome IN ('consistent', 'mismatch') AS linked, outcome IN ('consistent', 'mismatch') AND coalesce(person_id = true_person, FALSE) AS correct
    FROM grouped)
GROUP BY place, "by", "group" ORDER BY place, "group"
"""

# Of the records whose best candidate has about this probability: how many are right. Nine of ten links lie above 0.999.
_CALIBRATION = """
WITH bands(low, high) AS (VALUES (0, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95),
    (0.95, 0.97), (0.97, 0.99), (0.99, 0.999), (0.999, 1.1)),
best AS (
    SELECT match_probability AS p, outcome IN ('consistent', 'mismatch') AS linked,
        coalesce(coalesce(person_id, candidate_person_ids[1]) = true_person, FALSE) AS correct
    FROM joined WHERE match_probability IS NOT NULL AND outcome NOT IN ('out_of_scope', 'rejected', 'not_found'))
SELECT low::DECIMAL(4,3) AS "from", least(high, 1)::DECIMAL(4,3) AS "to", count(*) AS records, avg(p)::DECIMAL(7,5) AS "mean probability",
    avg(correct::INT)::DECIMAL(7,5) AS "share right", count(*) FILTER (linked) AS links,
    avg(p) FILTER (linked)::DECIMAL(7,5) AS "links: mean", avg(correct::INT) FILTER (linked)::DECIMAL(7,5) AS "links: right"
FROM best JOIN bands ON p >= low AND p < high GROUP BY low, high ORDER BY low
"""
