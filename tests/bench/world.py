"""A world of the generator, standardised once; and the same standardised columns as two flat tables, as Splink wants them.

Flat means: one row for every reading. A record whose old ward was split stands there once for each commune it may mean, a
resident once for each residence and name. Whoever links with flat tables would do that; without it a sixth of the records would
have no commune at all. `main` marks the rows a model is trained on: unambiguous records, legal name and permanent residence.
How long the flat rows take is measured: they are the way from the standardised tables to what Splink reads.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from flows.generate import generate_world
from flows.ingest import InputOptions, ingest
from matching.engine import Limits, connect, view
from matching.sources import source
from matching.sql import quoted
from matching.standardise.stage import StandardiseSettings, standardise
from tests.bench.child import MEMORY, THREADS, processor_seconds, report

AS_OF = date(2026, 10, 31)
STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")


def main(people: int, seed: int, folder: Path) -> None:
    """Make the world in `folder`, its standardised tables and the flat ones."""
    generate_world(people, seed, folder / "world")
    tables = {name: folder / name for name in (*STANDARDISED, "raw_register", "raw_partner")}
    for side, declared, file in (("register", "population_register", "register.csv"), ("partner", "electricity", "contracts.csv")):
        workspace = folder / "ingest"
        workspace.mkdir(exist_ok=True)
        options = InputOptions(base=folder / "world")
        ingest(source(declared), [folder / "world" / file], options, tables[f"raw_{side}"], folder / f"refused_{side}", workspace)
    scratch = folder / "standardise"
    scratch.mkdir()
    started = time.perf_counter()
    with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
        settings = StandardiseSettings(AS_OF, source("electricity"), None, THREADS)
        standardise(con, {**tables, "scratch": scratch}, tables, settings)
        seconds = time.perf_counter() - started
        for name in STANDARDISED:
            view(con, name, tables[name])
        started, used = time.perf_counter(), processor_seconds()
        con.execute(_READINGS)
        for side, query in _FLAT.items():
            con.execute(f"CREATE TABLE flat_{side} AS {query}")
        flat, used = time.perf_counter() - started, processor_seconds() - used
        rows = {
            side: con.execute(
                f"COPY (FROM flat_{side} ORDER BY row) TO {quoted(folder / f'flat_{side}.parquet')} (FORMAT parquet)"
            ).fetchall()[0][0]
            for side in _FLAT
        }
        counts = con.execute("SELECT (SELECT count(*) FROM std_register), (SELECT count(*) FROM std_partner)").fetchall()[0]
    report(
        residents=counts[0], records=counts[1], flat_residents=rows["register"], flat_records=rows["partner"],
        standardise=seconds, flat=flat, flat_processor=used,
    )  # fmt: skip


# `house` has the alley chain before the number, as it is written: 26/30/17. A flat has its building and unit there.
_READINGS = """
CREATE TABLE province_of AS SELECT commune, any_value(province) AS province FROM std_address WHERE commune IS NOT NULL GROUP BY commune;
CREATE TABLE places AS
    WITH readings AS (
        SELECT * EXCLUDE (commune), unnest(CASE WHEN len(communes) = 0 THEN [NULL] ELSE communes END) AS commune, len(communes) < 2 AS only_one
        FROM std_address)
    SELECT address, commune, coalesce(p.province, a.province) AS province, coalesce(street, hamlet) AS street,
        nullif(concat_ws('/', alley, coalesce(house, building)), '') AS house, only_one
    FROM readings a LEFT JOIN province_of p USING (commune);
"""

_NAME = "n.canonical AS name, n.key AS name_folded, n.key_sorted AS name_sorted, n.surname, n.middle, n.given, n.has_tones"
_PLACE = (
    "q.province, q.commune, q.street, q.house, q.commune || '|' || q.street AS locality,"
    " q.commune || '|' || q.street || '|' || q.house AS door"
)

_PARTNER = f"""
SELECT row_number() OVER (ORDER BY l, q.commune) AS row, l AS id, {_NAME}, {_PLACE},
    coalesce(lpad(id12::VARCHAR, 12, '0'), CASE WHEN id9 IS NULL AND length(id_digits) BETWEEN 11 AND 13 THEN id_digits END) AS id_number,
    coalesce(lpad(id9::VARCHAR, 9, '0'), CASE WHEN id12 IS NULL AND length(id_digits) BETWEEN 8 AND 10 THEN id_digits END) AS old_number,
    coalesce(p.sex, n.sex_hint) AS sex, coalesce(year(event_date), {AS_OF.year})::INTEGER AS year, event_date AS day,
    TRUE AS rare, coalesce(only_one, TRUE) AS main
FROM std_partner p JOIN std_name n USING (name) LEFT JOIN places q ON q.address = p.place WHERE n.kind <> 'organisation'
"""

# `rare`: few enough people of the province bear the name for the province to narrow it down.
_REGISTER = f"""
WITH homes AS (
    SELECT r, address, min(kind) AS kind FROM (
        SELECT r, unnest([permanent, temporary, current]) AS address, unnest([1, 2, 3]) AS kind FROM std_register)
    WHERE address IS NOT NULL GROUP BY r, address),
calls AS (
    SELECT r, name, TRUE AS legal FROM std_register UNION SELECT r, other_name, FALSE FROM std_register WHERE other_name <> name),
flat AS (
    SELECT r, {_NAME}, {_PLACE}, lpad(id12::VARCHAR, 12, '0') AS id_number, lpad(id9::VARCHAR, 9, '0') AS old_number,
        g.sex, birth_year::INTEGER AS year, CASE WHEN status = 'deceased' THEN status_date END AS day, legal AND coalesce(h.kind, 1) = 1 AS main
    FROM std_register g JOIN calls c USING (r) JOIN std_name n ON n.name = c.name LEFT JOIN homes h USING (r) LEFT JOIN places q USING (address)),
common AS (SELECT name_sorted, province, count(DISTINCT r) AS bearers FROM flat GROUP BY ALL)
SELECT row_number() OVER (ORDER BY r, main DESC, flat.name, door, commune) AS row, r AS id, flat.* EXCLUDE (r, main),
    coalesce(bearers <= 30, FALSE) AS rare, main
FROM flat LEFT JOIN common USING (name_sorted, province)
"""
_FLAT = {"partner": _PARTNER, "register": _REGISTER}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
