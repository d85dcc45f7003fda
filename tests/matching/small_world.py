"""A world of a few residents and records, given as fields, taken through the real stages up to the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matching.decide import Thresholds
from matching.engine import Limits, connect, view
from matching.link import LinkSettings, decide_links, find_candidates
from matching.model import load_model
from matching.sources import Source, source
from matching.standardise.stage import StandardiseSettings, standardise
from matching.tables import TABLES

AS_OF = date(2026, 10, 31)
PARTNER = source("electricity")
REGISTER = source("population_register")
# Enough strangers that one resident in the register says something: nobody's number, name or place of a case.
STRANGERS = 2_000
Verdicts = Sequence[tuple[str, str, str]]


def write_raw(folder: Path, declared: Source, rows: list[dict[str, str]]) -> None:
    """A raw table as ingest writes it: every field of the source as text, with file and line."""
    folder.mkdir(parents=True)
    names = [field.name for field in declared.fields]
    columns: dict[str, list[Any]] = {"file": ["f.csv"] * len(rows), "line": list(range(2, len(rows) + 2))}
    columns |= {name: [row.get(name) for row in rows] for name in names}
    schema = pa.schema([("file", pa.string()), ("line", pa.int64()), *((name, pa.string()) for name in names)])
    pq.write_table(pa.table(columns, schema), folder / "part-0000.parquet")


def strangers(count: int = STRANGERS) -> list[dict[str, str]]:
    """Residents of a province that no case plays in, each with a number of its own."""
    givens = ("Quyên", "Khuê", "Diễm", "Thoại", "Vĩ", "Triết", "Uyên", "Sương", "Khoát", "Thược")
    return [
        {
            "person_id": f"S{n:05d}", "id_number": f"0960{n % 90 + 10:02d}{900000 + n:06d}", "full_name": f"Lữ {givens[n % 10]} {givens[n // 10 % 10]}",
            "birth_date": "03/04/1980", "sex": "Nữ", "household_id": f"HS{n // 4}",
            "permanent_address": f"Ấp {n % 40 + 1}, Xã Đất Mũi, Tỉnh Cà Mau",
        }
        for n in range(count)
    ]  # fmt: skip


def run_stages(
    folder: Path, register: list[dict[str, str]], partner: list[dict[str, str]], threads: int = 2, told: Verdicts = (), memory: str = "1GB"
) -> dict[str, Path]:
    """The tables after the decisions, by name; `told` is what people have said before: (record, resident, same or other)."""
    paths = {name: folder / name for name in (*TABLES, "raw_register", "raw_partner")}
    if told:
        paths["link_decisions"].mkdir(parents=True)
        said = [dict(zip(("record_id", "person_id", "verdict"), verdict, strict=True)) for verdict in told]
        pq.write_table(pa.Table.from_pylist(said), paths["link_decisions"] / "part-0000.parquet")
    write_raw(paths["raw_register"], REGISTER, register)
    write_raw(paths["raw_partner"], PARTNER, partner)
    scratch = folder / "scratch"
    scratch.mkdir()
    thresholds = LinkSettings(load_model("electricity"), PARTNER, Thresholds(0.95, 0.5), threads)
    with connect(Limits(memory, threads, folder / "spill")) as con:
        standardise(con, {**paths, "scratch": scratch}, paths, StandardiseSettings(AS_OF, PARTNER, None, 1))
        find_candidates(con, {**paths, "scratch": scratch}, paths, thresholds)
        decide_links(con, paths, paths, thresholds)
    return paths


def decisions(paths: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """For each record id: the decision, the linked person, the best candidate's gammas, all candidates' person ids."""
    with connect(Limits("1GB", 1, paths["std_name"].parent / "spill")) as con:
        for name in ("std_partner", "std_register", "candidates", "decided"):
            view(con, name, paths[name])
        cursor = con.execute(
            """
            SELECT record_id, decision, g.person_id AS person, c.gamma_name AS name, c.gamma_number AS number, c.gamma_place AS place,
                c.gamma_age AS age, d.match_probability::DOUBLE AS probability, d.match_key, c.residence,
                d.candidates
            FROM decided d JOIN std_partner p USING (l) LEFT JOIN std_register g ON g.r = d.r
            LEFT JOIN candidates c ON c.l = d.l AND c.r = coalesce(d.r, d.best)
            """
        )
        names = [column[0] for column in cursor.description or ()]
        found = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        persons = dict(con.execute("SELECT r, person_id FROM std_register").fetchall())
        return {record: {**row, "candidates": [persons[r] for r in row["candidates"]]} for record, row in found.items()}
