"""Draws a stratified sample of a run's pairs for clerks, as a CSV that they can fill: both sides beside each other, a decision.

A pair is a record and a resident that it might be. Whoever fills the file sees neither what the run said nor how sure it was: rows are
shuffled, strata are letters. The file carries what the estimate needs (the strata and their sizes), so its answers can be read
when the run's tables are gone. Same run, size and seed: same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.private_folder import private_folder
from flows.publish import read_manifest
from flows.report.addresses import Names, written
from flows.report.cells import cell
from flows.report.csv_files import write_csv
from matching.audit import OTHER, SAME, UNSURE, Stratum, allocate
from matching.engine import Limits, connect, view
from matching.errors import ConfigError, InputRefused, Problem

TABLES = ("std_name", "std_address", "std_register", "std_partner", "candidates", "links")
KEY = ("audit_id", "run_id", "stratum", "linked", "stratum_size", "stratum_expected")
ANSWER = ("decision", "decided_by", "note")
_SIDES = (
    "name_partner", "name_register", "other_name_register", "number_partner", "number_register", "birth_date_partner", "birth_date_register",
    "sex_partner", "sex_register", "address_partner", "permanent_address_register", "temporary_address_register", "current_address_register",
    "status_register", "date_partner", "record_id", "person_id",
)  # fmt: skip
HEADER = (KEY[0], *_SIDES, *ANSWER, *KEY[1:], "huong_dan", "instructions")
_GUIDE = (
    f"Hai bên có phải là một người không? Điền decision: {SAME} (một người), {OTHER} (hai người), {UNSURE} (không đủ để biết); "
    "ghi tên ở decided_by. Không sửa các cột khác.",
    f"Are both sides one person? Fill decision: {SAME}, {OTHER} or {UNSURE}; put your name into decided_by. Leave the other columns.",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn: how many pairs of which strata, and the matches expected among pairs too unlikely to be sampled."""

    strata: tuple[Stratum, ...]
    sizes: tuple[int, ...]
    left_out: float


def draw(run: Path, size: int, seed: int, out: Path) -> Drawn:
    """Write the sample of the published run in folder `run` to `out`.

    Raises InputRefused if the run's tables are gone (retention), ConfigError if `out` is there already or cannot be written.
    """
    missing = [name for name in TABLES if not (run / "tables" / name).is_dir()]
    if missing:
        fix = "bảng của lượt chạy chỉ giữ [retention] tables_days / tables are kept for [retention] tables_days"
        raise InputRefused(Problem(str(run / "tables"), f"thiếu / missing: {', '.join(missing)}", "các bảng / the run's tables", fix))
    if out.exists():
        raise ConfigError(Problem(str(out), "đã có / exists already", "tệp mới / a new file", "--out"))
    with private_folder() as spill, connect(Limits("2GB", 2, spill, (run,))) as con:
        for name in TABLES:
            view(con, name, run / "tables" / name)
        con.execute(_POPULATION)
        strata = tuple(Stratum(*row) for row in con.execute(_STRATA).fetchall())
        sizes = tuple(allocate(strata, size))
        try:
            write_csv(out, HEADER, _rows(con, run, strata, sizes, seed), ",")
        except OSError as error:
            raise ConfigError(
                Problem(str(out), f"{type(error).__name__}: {error.strerror}", "tệp ghi được / a file that can be written")
            ) from None
        left_out = float(con.execute(_LEFT_OUT).fetchall()[0][0])
    return Drawn(strata, sizes, left_out)


def _rows(con: duckdb.DuckDBPyConnection, run: Path, strata: tuple[Stratum, ...], sizes: tuple[int, ...], seed: int) -> Iterator[list[str]]:
    """The lines of the sample, in an order that tells nothing."""
    manifest = read_manifest(run)
    names = Names(_day(manifest["configuration"]["as_of"]))
    con.execute("CREATE TABLE wanted (stratum VARCHAR, linked BOOLEAN, size BIGINT, expected DOUBLE, wanted BIGINT)")
    for stratum, wanted in zip(strata, sizes, strict=True):
        con.execute("INSERT INTO wanted VALUES (?, ?, ?, ?, ?)", [stratum.name, stratum.linked, stratum.size, stratum.expected, wanted])
    for number, row in enumerate(con.execute(_SAMPLE, [str(seed), str(seed)]).fetchall(), 1):
        stratum, linked, size, expected = row[:4]
        values: list[str | None] = [None if value is None else str(value) for value in row[4:13]]
        places = [written(row[at], row[at + 1], names) for at in (13, 15, 17, 19)]
        key = (str(manifest["run_id"]), stratum, str(int(linked)), str(size), f"{expected:.6f}")
        line = [f"AU-{number:05d}", *values, *places, *row[21:25], *("",) * len(ANSWER), *key, *_GUIDE]
        yield [cell(text) for text in line]


def _day(text: str) -> date:
    return date.fromisoformat(text)


# Pairs that the model takes for impossible are left out: they would cost an audit much and tell little.
_POPULATION = """
CREATE TABLE population AS
SELECT *, which || CASE WHEN p >= 0.999 THEN 5 WHEN p >= 0.99 THEN 4 WHEN p >= 0.5 THEN 3 WHEN p >= 0.1 THEN 2 ELSE 1 END AS stratum
FROM (
    SELECT c.l, c.r, k.record_id, g.person_id, c.match_probability AS p, coalesce(k.person_id = g.person_id, FALSE) AS linked,
        CASE
            WHEN k.person_id = g.person_id THEN 'A' WHEN k.outcome IN ('review', 'ambiguous') THEN 'B'
            WHEN k.outcome = 'not_found' THEN 'C' ELSE 'D' END AS which
    FROM candidates c JOIN std_partner s USING (l) JOIN links k USING (record_id) JOIN std_register g USING (r)
    WHERE k.outcome IN ('consistent', 'mismatch', 'review', 'ambiguous', 'not_found'))
WHERE linked OR p >= 0.001;
"""

_STRATA = "SELECT stratum, bool_or(linked), count(*), sum(p)::DOUBLE FROM population GROUP BY stratum ORDER BY stratum"

_LEFT_OUT = "SELECT coalesce(sum(c.match_probability), 0) FROM candidates c ANTI JOIN population p USING (l, r)"

_NUMBER = (
    "nullif(concat_ws('; CMND ', coalesce(lpad({0}.id12::VARCHAR, 12, '0'), CASE WHEN {0}.id9 IS NULL THEN {0}.id_digits END), "
    "lpad({0}.id9::VARCHAR, 9, '0')), '')"
)
_SAMPLE = f"""
WITH shuffled AS (
    SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY md5(? || '|' || record_id || '|' || person_id), record_id, person_id) AS place FROM population)
SELECT w.stratum, w.linked, w.size, w.expected,
    pn.raw, coalesce(gn.display, gn.raw), coalesce(o.display, o.raw), {_NUMBER.format("p")}, {_NUMBER.format("g")},
    coalesce(p.birth_date::VARCHAR, p.birth_year::VARCHAR), coalesce(g.birth_date::VARCHAR, g.birth_year::VARCHAR), p.sex, g.sex,
    a.raw, array_to_string(a.communes, '|'), h.raw, array_to_string(h.communes, '|'),
    t.raw, array_to_string(t.communes, '|'), u.raw, array_to_string(u.communes, '|'),
    concat_ws(' ', g.status, g.status_date::VARCHAR), p.event_date::VARCHAR, s.record_id, s.person_id
FROM shuffled s JOIN wanted w ON w.stratum = s.stratum AND s.place <= w.wanted
JOIN std_partner p ON p.l = s.l JOIN std_register g ON g.r = s.r
LEFT JOIN std_name pn ON pn.name = p.name LEFT JOIN std_name gn ON gn.name = g.name LEFT JOIN std_name o ON o.name = g.other_name
LEFT JOIN std_address a ON a.address = p.place LEFT JOIN std_address h ON h.address = g.permanent
LEFT JOIN std_address t ON t.address = g.temporary LEFT JOIN std_address u ON u.address = g.current
ORDER BY md5(? || s.person_id || s.record_id), s.record_id, s.person_id
"""
