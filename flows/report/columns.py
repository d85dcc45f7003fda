"""The columns of the files that a person opens, and the partner's own columns among them under the headers it gave them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

DECISION = ("decision", "decided_by", "decided_at", "note")
MISMATCH_DECISIONS = ("partner_wrong", "register_wrong", "both_right", "not_same_person", "unsure")
REVIEW_DECISIONS = ("candidate_1", "candidate_2", "candidate_3", "none", "unsure")

MISMATCHES = (
    "mismatch_id", "evidence_hash", "status", "first_seen", "severity", "primary_finding", "findings", "reason_vi", "reason_en",
    "confidence", "province", "commune", "person_id",
    "name_partner", "name_register", "name_diff",
    "number_partner", "number_register", "number_diff",
    "birth_date_partner", "birth_date_register", "birth_date_diff",
    "address_partner", "address_register", "permanent_address_register", "temporary_address_register",
    "current_address_register", "address_diff",
    "suggested_action", "suggested_value", "suggested_source", "also_vi", "also_en", "cause_id", "decided_before", "changed_since",
)  # fmt: skip

CANDIDATE = ("person_id", "name", "number", "birth_date", "sex", "permanent_address", "probability", "for", "against", "findings")
CLERICAL = (
    "review_id", "evidence_hash", "outcome", "reason_vi", "reason_en", "findings", "province", "commune", "candidates",
    "name_partner", "number_partner", "birth_date_partner", "sex_partner", "address_partner",
    *(f"candidate_{n}_{part}" for n in (1, 2, 3) for part in CANDIDATE),
    "decided_before", "changed_since", "ruled_out_person_ids", "ruled_out",
)  # fmt: skip

NEXT = ("person_id", "name", "probability")
NOT_FOUND = (
    "record_id", "findings", "looked_for_vi", "looked_for_en", "ruled_out", "best_probability", "province", "commune",
    "name_partner", "number_partner", "birth_date_partner", "address_partner", "ruled_out_person_ids",
    *(f"candidate_{n}_{part}" for n in (1, 2, 3) for part in NEXT),
)  # fmt: skip

QUARANTINE = ("side", "file", "line", "rule", "rule_vi", "rule_en", "raw")
INDEX = ("unit", "unit_name", "part", "file_csv", "file_xlsx", "mismatches", "field", "review")


@dataclass(frozen=True, slots=True)
class OwnColumns:
    """The partner's columns that are carried through: their names in `raw_partner` and their headers in the files."""

    names: tuple[str, ...]
    headers: tuple[str, ...]


def own_columns(con: duckdb.DuckDBPyConnection, folder: Path, taken: Sequence[str]) -> OwnColumns:
    """The columns that the partner's file really has, in its order, from `columns.json` (list of header and use).

    Without that file: all columns of `raw_partner`. A header that a file of the report uses itself, or that comes twice,
    gets ` (partner)` behind it, so that a reader by header never takes one for the other.
    """
    present = [row[0] for row in con.execute("DESCRIBE raw_partner").fetchall() if row[0] not in ("file", "line")]
    declared = folder / "columns.json"
    pairs = _declared(declared) if declared.is_file() else [(name, name.removeprefix("x:")) for name in present]
    kept: dict[str, str] = {}  # several files may call one field by several headers: the first names it
    for name, header in pairs:
        if name in present:
            kept.setdefault(name, header)
    return OwnColumns(tuple(kept), _distinct(list(kept.values()), taken))


def _declared(path: Path) -> list[tuple[str, str]]:
    """Name in `raw_partner` and header, for fields and carried columns; what was dropped stays out."""
    found = []
    for column in json.loads(path.read_text(encoding="utf-8")):
        use, header = column["use"], column["header"]
        if use.startswith("field:"):
            found.append((use.removeprefix("field:"), header))
        elif use == "carried":
            found.append((f"x:{header}", header))
    return found


def _distinct(headers: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
    used = {name.casefold() for name in (*taken, *DECISION)}
    found = []
    for header in headers:
        name = header
        while name.casefold() in used:
            name = f"{name} (partner)"
        used.add(name.casefold())
        found.append(name)
    return tuple(found)
