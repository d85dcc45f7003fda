"""Linked records with one finding each, to plant root causes among: the tables that causes are found in, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from matching.engine import write_table
from matching.findings.causes.stage import CauseSettings, group_causes
from matching.sources import source
from matching.tables import CANDIDATES, FINDINGS, LINKS, STD_ADDRESS, STD_NAME, STD_PARTNER, STD_REGISTER, Column, Table

SETTINGS = CauseSettings(date(2026, 10, 31), source("electricity"), b"k" * 32)
Row = dict[str, Any]
_TABLES = (STD_NAME, STD_ADDRESS, STD_REGISTER, STD_PARTNER, CANDIDATES, FINDINGS, LINKS)
_RAW = Table(
    "raw_partner",
    "",
    ("line",),
    tuple(Column(name, kind, "") for name, kind in (("file", "VARCHAR"), ("line", "BIGINT"), ("x:Người nhập", "VARCHAR"))),
)


@dataclass
class World:
    """Records that are linked; each may have one finding, which is then its primary one."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {table.name: [] for table in (*_TABLES, _RAW)})
    addresses: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def add(
        self, unit: str = "PD01", finding: str = "", level: str | None = None, place: Row | None = None, home: Row | None = None,
        gamma: str = "door", name: str = "Trần Thị Hòa", registered: str = "", day: str = "", number: int | None = None,
        person: str = "", household: int | None = None, file: str = "a.csv", clerk: str | None = None, severity: str = "review",
    ) -> str:  # fmt: skip
        """Add a record and its resident (a new one unless `person` names one); returns the record's id."""
        l = len(self.tables["std_partner"])  # noqa: E741
        record, person_id = f"{unit}{l:07}", person or f"R{l:07}"
        r = next(
            (row["r"] for row in self.tables["std_register"] if row["person_id"] == person_id),
            len(self.tables["std_register"]),
        )
        if r == len(self.tables["std_register"]):
            self.tables["std_register"].append({
                "r": r, "person_id": person_id, "name": self._name(registered or name), "birth_condition": "missing", "household": household,
                "permanent": self._address(home or place), "status": "alive", "file": "r.csv", "line": r + 2,
            })  # fmt: skip
        self.tables["std_partner"].append({
            "l": l, "record_id": record, "bucket": 0, "name": self._name(name), "id12": number, "birth_condition": "missing", "id_condition": "ok",
            "id_repairs": [], "place": self._address(place), "event_date": day or f"2015-{l % 12 + 1:02}-{l % 28 + 1:02}",
            "phone_old_prefix": False, "file": file, "line": l + 2,
        })  # fmt: skip
        self.tables["raw_partner"].append({"file": file, "line": l + 2, "x:Người nhập": clerk})
        self.tables["candidates"].append({
            "l": l, "r": r, "rank": 1, "match_key": "number", **dict.fromkeys((f"gamma_{n}" for n in ("name", "number", "birth", "sex", "age")), "null"),
            "gamma_place": gamma, "residence": "permanent", **dict.fromkeys((f"weight_{n}" for n in ("name", "number", "place", "birth", "sex", "age")), 0),
            "match_weight": 1, "match_probability": 0.99,
        })  # fmt: skip
        self.tables["links"].append({
            "record_id": record, "outcome": "mismatch" if finding else "consistent", "primary_finding": finding or None,
            "findings": [finding] if finding else [], "person_id": person_id, "candidate_person_ids": [person_id], "commune_candidates": [],
        })  # fmt: skip
        if finding:
            self.tables["findings"].append(
                {"record_id": record, "finding": finding, "severity": severity, "level": level, "evidence": "{}"}
            )
        return record

    def causes(self, folder: Path, threads: int = 1, settings: CauseSettings = SETTINGS) -> dict[str, tuple[Row, set[str]]]:
        """The causes by kind (the key of a second one of a kind is `kind 2`), each with its records."""
        with duckdb.connect(config={"threads": str(threads)}) as con:
            for table in (*_TABLES, _RAW):
                _write(con, table, self.tables[table.name], folder / table.name)
            group_causes(
                con,
                {table.name: folder / table.name for table in (*_TABLES, _RAW)},
                folder / "causes",
                folder / "caused",
                settings,
            )
            rows = con.execute(f"SELECT * FROM read_parquet('{folder}/causes/*.parquet') ORDER BY records DESC, cause_id")
            names = [column[0] for column in rows.description or []]
            causes = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
            caused: dict[str, set[str]] = {}
            for record, cause in con.execute(f"SELECT record_id, cause_id FROM read_parquet('{folder}/caused/*.parquet')").fetchall():
                caused.setdefault(cause, set()).add(record)
        found: dict[str, tuple[Row, set[str]]] = {}
        for cause in causes:
            same = sum(key.split(" ")[0] == cause["kind"] for key in found)
            found[f"{cause['kind']} {same + 1}" if same else cause["kind"]] = (
                cause | {"evidence": json.loads(cause["evidence"])},
                caused.pop(cause["cause_id"]),
            )
        assert not caused
        return found

    def _name(self, raw: str) -> int:
        if raw not in self.names:
            self.names[raw] = len(self.names)
            self.tables["std_name"].append({
                "name": self.names[raw], "raw": raw, "display": raw, "kind": "person", "deceased_hint": False, "abbreviated": False,
                "has_tones": True, "repairs": [],
            })  # fmt: skip
        return self.names[raw]

    def _address(self, given: Mapping[str, Any] | None) -> int | None:
        if given is None:
            return None
        raw = json.dumps(given, ensure_ascii=False, sort_keys=True)
        if raw not in self.addresses:
            self.addresses[raw] = len(self.addresses)
            communes = {"communes": [given["commune"]]} if given.get("commune") else {"communes": []}
            self.tables["std_address"].append({
                **communes, "reorganised": False, "contradicts": False, "confidence": 100, "certain": True, "assumptions": [], **given,
                "raw": raw, "address": self.addresses[raw], "province": "01",
            })  # fmt: skip
        return self.addresses[raw]


def _write(con: duckdb.DuckDBPyConnection, table: Table, rows: list[Row], folder: Path) -> None:
    """Write `rows` as `table`; a column that a row does not have is null."""
    lists = {column.name: pa.list_(pa.string()) for column in table.columns if column.type.endswith("[]")}
    arrays = {name: pa.array([row.get(name) for row in rows], lists.get(name)) for name in table.names}
    con.register("made_rows", pa.table(arrays))
    columns = ", ".join(f'"{column.name}"::{column.type} AS "{column.name}"' for column in table.columns)
    write_table(con, f"SELECT {columns} FROM made_rows", folder, ", ".join(table.key))
    con.unregister("made_rows")


def at(street: str, house: object = None, commune: str = "00004", **more: object) -> Row:
    """A place: street (or hamlet, if it begins with `thon`), house, commune."""
    kind = "hamlet" if street.startswith("thon") else "street"
    return {
        kind: street,
        f"{kind}_display": street.title(),
        "house": None if house is None else str(house),
        "commune": commune,
        **more,
    }
