"""Small but complete tables of a run, built from their declarations: a record of every outcome, and as many copies as asked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.report.settings import ReportSettings
from matching.sources import source
from matching.tables import TABLES, Column

AS_OF = date(2026, 10, 31)
KEY = bytes(range(32))

RAW_PARTNER = ("record_id", "holder_name", "id_number", "phone", "address", "contract_date", "purpose", "households", "meter", "x:Ghi chú")
HEADERS = ("Mã khách hàng", "Tên khách hàng", "Số giấy tờ", "Số điện thoại", "Địa chỉ sử dụng điện", "Ngày ký hợp đồng",
           "Mục đích sử dụng", "Số hộ", "Số công tơ", "Ghi chú")  # fmt: skip

# l, record_id, name, number, address, decision, outcome, primary, findings, best resident
PARTNERS: tuple[dict[str, Any], ...] = (
    {"id": "PB0301000001", "name": "NGUYỄN VĂN ÁN", "number": "001085000011", "address": "-12/3 Lê Lợi, P. Ba Đình, HN", "outcome": "mismatch",
     "primary": "DECEASED", "findings": ["DECEASED", "NAME_DIFFERS", "NAME_FORM"], "r": 0, "p": "0.999900", "gap": "9.000", "note": "=1+1"},
    {"id": "PB0301000002", "name": "Trần Thị Hoà", "number": "001185000027", "address": "5 Trần Phú, Phường Ba Đình", "outcome": "mismatch",
     "primary": "ID_TYPO", "findings": ["ID_TYPO"], "r": 1, "p": "0.985000", "gap": "5.000", "note": "dòng 1\ndòng 2"},
    {"id": "PD0400000003", "name": "Lê Văn Tám", "number": None, "address": "Thôn 3, Xã Trà Vân", "outcome": "mismatch",
     "primary": "RESIDENCE_ELSEWHERE", "findings": ["RESIDENCE_ELSEWHERE", "ID_MISSING"], "r": 2, "p": "0.960000", "gap": "2.000",
     "level": "province", "note": "+84912345678"},
    {"id": "XX9900000004", "name": "Trần Thị Hòa", "number": "001185000017", "address": "5 Trần Phú, Phường Ba Đình", "outcome": "consistent",
     "primary": "NAME_FORM", "findings": ["NAME_FORM"], "r": 1, "p": "0.999999", "gap": None, "note": "bình thường"},
    {"id": "PB0301000005", "name": "Nguyễn Văn A", "number": None, "address": "Phường Ba Đình", "outcome": "ambiguous",
     "primary": None, "findings": [], "r": None, "candidates": [0, 1, 2, 3], "p": "0.250000", "gap": "0.100", "note": None},
    {"id": "PB0301000006", "name": "Phạm B", "number": "079", "address": None, "outcome": "review",
     "primary": "ID_INVALID", "findings": ["ID_INVALID"], "r": None, "candidates": [3], "p": "0.700000", "gap": "3.000", "note": None},
    {"id": "PB0301000007", "name": "Không Ai", "number": "001085999999", "address": "Phường Ba Đình", "outcome": "not_found",
     "primary": "ID_NOT_IN_REGISTER", "findings": ["ID_NOT_IN_REGISTER"], "r": None, "candidates": [], "p": None, "gap": None, "note": None},
    {"id": "PB0301000008", "name": "Công ty TNHH Ánh Dương", "number": None, "address": "Phường Ba Đình", "outcome": "out_of_scope",
     "primary": None, "findings": [], "r": None, "candidates": [], "p": None, "gap": None, "note": None},
)  # fmt: skip
REGISTER: tuple[dict[str, Any], ...] = (
    {"id": "R1", "name": "Nguyễn Văn Ấn", "number": 1085000011, "birth": "1985-03-04", "sex": "M", "address": "12/5 Lê Lai, Phường Ba Đình, Hà Nội"},
    {"id": "R2", "name": "Trần Thị Hòa", "number": 1185000017, "birth": "1985-01-01", "sex": "F", "address": "#00004|5 Trần Phú"},
    {"id": "R3", "name": "Lê Văn Tám", "number": 1085000033, "birth": "1970-05-06", "sex": "M", "address": "12/5 Lê Lai, Phường Ba Đình, Hà Nội"},
    {"id": "R4", "name": "Phạm Văn B", "number": 1085000044, "birth": "1970-05-06", "sex": "M", "address": None},
)  # fmt: skip
EVIDENCE = {"holder": "Nguyễn Văn Ấn", "status": "deceased", "status_date": "2024-02-01"}
SEVERITY = {"DECEASED": "field", "RESIDENCE_ELSEWHERE": "field", "NAME_FORM": "benign", "ID_MISSING": "benign"}
ADDRESSES: dict[str, dict[str, Any]] = {
    "-12/3 Lê Lợi, P. Ba Đình, HN": {"house": "3", "alley": "12", "street": "le loi", "street_display": "Lê Lợi", "communes": ["00004"]},
    "12/5 Lê Lai, Phường Ba Đình, Hà Nội": {"house": "5", "alley": "12", "street": "le lai", "street_display": "Lê Lai", "communes": ["00004"]},
    "5 Trần Phú, Phường Ba Đình": {"house": "5", "street": "tran phu", "street_display": "Trần Phú", "communes": ["00004"]},
    "#00004|5 Trần Phú": {"house": "5", "street": "tran phu", "street_display": "Trần Phú", "communes": ["00004"]},
    "Thôn 3, Xã Trà Vân": {"hamlet": "3", "hamlet_display": "Thôn 3", "communes": ["20497"], "province": "51"},
    "Phường Ba Đình": {"communes": ["00004"]},
}  # fmt: skip


def settings(**changes: object) -> ReportSettings:
    """Settings of an electricity run."""
    chosen: dict[str, Any] = {
        "name": "electricity", "as_of": AS_OF, "source": source("electricity"),
        "register_source": source("population_register"), "key": KEY, "threads": 1,
    }  # fmt: skip
    chosen.update(changes)
    return ReportSettings(**chosen)


def build(root: Path, copies: int = 1) -> dict[str, Path]:
    """Write all tables below `root` (each record `copies` times, under ids of its own) and return their folders."""
    with duckdb.connect() as con:
        for name, rows in _tables().items():
            _write(con, root, name, _columns(name), rows, copies)
    (root / "raw_partner" / "columns.json").write_text(json.dumps(_column_report(), ensure_ascii=False), encoding="utf-8")
    return {folder.name: folder for folder in sorted(root.iterdir())}


def _column_report() -> list[dict[str, str]]:
    fields = [
        {"header": h, "use": f"field:{n}" if not n.startswith("x:") else "carried"} for n, h in zip(RAW_PARTNER, HEADERS, strict=True)
    ]
    return [*fields, {"header": "Dân tộc", "use": "dropped_sensitive"}]


def _columns(name: str) -> tuple[Column, ...]:
    raw = {"raw_partner": RAW_PARTNER, "raw_register": [field.name for field in source("population_register").fields]}
    if name in raw:
        return (Column("file", "VARCHAR", ""), Column("line", "BIGINT", ""), *(Column(n, "VARCHAR", "") for n in raw[name]))
    if name.startswith("quarantine"):
        return tuple(Column(n, "BIGINT" if n == "line" else "VARCHAR", "") for n in ("file", "line", "rule", "raw", "record_id"))
    return TABLES[name].columns


def _write(
    con: duckdb.DuckDBPyConnection, root: Path, name: str, columns: tuple[Column, ...], rows: list[dict[str, Any]], copies: int
) -> None:
    folder = root / name
    folder.mkdir(parents=True)
    declared = ", ".join(f'"{c.name}" {c.type}' for c in columns)
    con.execute(f"CREATE OR REPLACE TABLE t ({declared})")
    for row in rows:
        filled = {**{c.name: _default(c) for c in columns}, **{key: value for key, value in row.items() if value is not None}}
        con.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(columns))})", [filled[c.name] for c in columns])
    changed = {"l": "l + k * 1000000", "record_id": "record_id || CASE WHEN k > 0 THEN k::VARCHAR ELSE '' END", "line": "line + k * 1000000",
               "mismatch_id": "mismatch_id || CASE WHEN k > 0 THEN k::VARCHAR ELSE '' END"}  # fmt: skip
    partner = name in ("quarantine_partner", "raw_partner", "std_partner", "candidates", "decided", "links", "findings")
    select = ", ".join(f'{changed[c.name]} AS "{c.name}"' if partner and c.name in changed else f'"{c.name}"' for c in columns)
    con.execute(
        f"COPY (SELECT {select} FROM t, range({copies if partner else 1}) s(k)) TO '{folder / 'part-0000.parquet'}' (FORMAT parquet)"
    )


def _default(column: Column) -> object:
    if column.nullable or column.name in ("commune", "province"):
        return None
    if column.type.endswith("[]"):
        return []
    return {"BOOLEAN": False, "VARCHAR": "ok", "DECIMAL(9,6)": "0.5"}.get(column.type, 0)


def _tables() -> dict[str, list[dict[str, Any]]]:
    names = sorted({row["name"] for row in (*PARTNERS, *REGISTER)})
    people = {name: at for at, name in enumerate(names)}
    places = {text: at for at, text in enumerate(ADDRESSES)}
    return {
        "raw_partner": [_raw(n, row) for n, row in enumerate(PARTNERS)],
        "raw_register": [{"file": "register.csv", "line": n + 2, "person_id": row["id"], "full_name": row["name"]} for n, row in enumerate(REGISTER)],
        "quarantine_partner": [{"file": "contracts.csv", "line": 99, "rule": "ragged_row", "raw": "PB0301000099;a;b\r\nc"}],
        "quarantine_register": [{"file": "register.csv", "line": 50, "rule": "missing_key", "raw": '"",=cmd'}],
        "std_name": [_name(at, name) for name, at in people.items()],
        "std_address": [_address(at, text) for text, at in places.items()],
        "std_partner": [_std_partner(n, row, people, places) for n, row in enumerate(PARTNERS)],
        "std_register": [_std_register(n, row, people, places) for n, row in enumerate(REGISTER)],
        "candidates": [pair for n, row in enumerate(PARTNERS) for pair in _candidates(n, row)],
        "pair_counts": [{"kind": "rule", "key": "id12", "pairs": 4, "best": 3}],
        "decided": [_decided(n, row) for n, row in enumerate(PARTNERS)],
        "links": [*(_link(n, row) for n, row in enumerate(PARTNERS)), {"record_id": "contracts.csv:99", "outcome": "rejected"}],
        "findings": [_finding(row, code) for row in PARTNERS for code in row["findings"]],
        "ledger": [{"stage": "ingest_partner", "rows_in": 9, "rows_out": 8, "rows_quarantined": 1}],
    }  # fmt: skip


def _raw(n: int, row: dict[str, Any]) -> dict[str, Any]:
    return {"file": "contracts.csv", "line": n + 2, "record_id": row["id"], "holder_name": row["name"], "id_number": row["number"],
            "address": row["address"], "x:Ghi chú": row["note"]}  # fmt: skip


def _name(at: int, name: str) -> dict[str, Any]:
    from matching.standardise.text import fold, tone_placement

    canonical = tone_placement(name.lower())
    return {"name": at, "raw": name, "display": tone_placement(name.title()), "canonical": canonical, "key": fold(name), "kind": "person",
            "repairs": ["case"] if name.isupper() else []}  # fmt: skip


def _address(at: int, text: str) -> dict[str, Any]:
    return {
        "address": at,
        "raw": text,
        "province": "01",
        "era": "new",
        "certain": True,
        "assumptions": ["province_missing"],
        **ADDRESSES[text],
    }


def _std_partner(n: int, row: dict[str, Any], people: dict[str, int], places: dict[str, int]) -> dict[str, Any]:
    number = row["number"]
    return {"l": n, "record_id": row["id"], "name": people[row["name"]], "id12": int(number) if number and len(number) == 12 else None,
            "id_digits": number, "birth_condition": "missing", "id_condition": "ok" if number else "missing",
            "place": places.get(row["address"]), "file": "contracts.csv", "line": n + 2}  # fmt: skip


def _std_register(n: int, row: dict[str, Any], people: dict[str, int], places: dict[str, int]) -> dict[str, Any]:
    return {"r": n, "person_id": row["id"], "name": people[row["name"]], "id12": row["number"], "birth_date": row["birth"],
            "birth_year": int(row["birth"][:4]), "birth_condition": "ok", "sex": row["sex"], "permanent": places.get(row["address"]),
            "status": "alive", "file": "register.csv", "line": n + 2}  # fmt: skip


def _fitting(row: dict[str, Any]) -> list[int]:
    return row.get("candidates", [row["r"]])


def _candidates(n: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    levels = {
        "gamma_name": "folded",
        "gamma_number": "else",
        "gamma_place": "commune",
        "gamma_birth": "null",
        "gamma_sex": "agree",
        "gamma_age": "of_age",
    }
    weights = {"weight_name": 4000, "weight_number": -2000, "weight_place": 1000, "weight_sex": 0}
    return [{"l": n, "r": r, "rank": rank, "match_key": "name_place", **levels, **weights, "match_probability": row["p"]}
            for rank, r in enumerate(_fitting(row), start=1)]  # fmt: skip


def _decided(n: int, row: dict[str, Any]) -> dict[str, Any]:
    outcome = row["outcome"]
    decision = "linked" if outcome in ("consistent", "mismatch") else outcome
    fitting = _fitting(row)
    return {
        "l": n,
        "decision": decision,
        "r": row["r"],
        "best": fitting[0] if fitting else None,
        "candidates": fitting,
        "match_probability": row["p"],
    }


def _link(n: int, row: dict[str, Any]) -> dict[str, Any]:
    linked = row["r"] is not None
    return {
        "record_id": row["id"], "outcome": row["outcome"], "primary_finding": row["primary"], "findings": row["findings"],
        "person_id": REGISTER[row["r"]]["id"] if linked else None, "candidate_person_ids": [REGISTER[r]["id"] for r in _fitting(row)],
        "match_probability": row["p"], "match_weight": None if row["p"] is None else str(12 - n), "gap": row["gap"],
        "residence": ("none" if "level" in row else "permanent") if linked else None, "address_level": row.get("level"),
        "commune_code": "00004" if n != 2 else None, "province_code": "01" if n != 2 else "51", "commune_candidates": ["00004"] if n != 2 else ["20497"],
        "mismatch_id": f"MM-{n:04d}" if row["outcome"] == "mismatch" else None,
    }  # fmt: skip


def _finding(row: dict[str, Any], code: str) -> dict[str, Any]:
    evidence = EVIDENCE if code == "DECEASED" else {}
    return {"record_id": row["id"], "finding": code, "severity": SEVERITY.get(code, "review"),
            "level": row.get("level") if code == "RESIDENCE_ELSEWHERE" else None,
            "evidence": json.dumps(evidence, ensure_ascii=False, sort_keys=True),
            "suggested_value": "001185000017" if code == "ID_TYPO" else None}  # fmt: skip
