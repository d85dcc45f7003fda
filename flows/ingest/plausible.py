"""Do the values fit their headers? A file whose columns were swapped has right headers over wrong values.

Judged on distinct values, so that a placeholder ("không có") in most cells says nothing, and leniently: a column is refused
only if more than half of at least twenty values cannot be what the header says. Values themselves stay unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from flows.ingest.declare import FilePlan
from flows.ingest.joining import joined_fields
from matching.errors import Problem
from matching.sources import Kind, Source
from matching.sql import identifier, quoted

_SAMPLE = 5_000  # rows of a file that are looked at, in runs evenly spread: other runs need not be decoded
_RUN = 256
_AT_LEAST, _SHARE, _LOST = 20, 0.5, 0.2

# v = the value; d = how many digits it has; n = how many characters. RE2 patterns.
_IMPLAUSIBLE: dict[Kind, str] = {
    "key": r"d = 0 AND regexp_matches(v, '\pL{2,}\s+\pL{2,}')",
    "name": r"d * 2 > n OR (d > 0 AND contains(v, ','))",
    "id_number": r"d * 2 < n OR regexp_matches(v, '^\s*(0[35789]\d{8}|01\d{9}|\+84\d{9,10})\s*$') OR regexp_matches(v, '^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}$')",
    "old_id_number": r"d * 2 < n OR regexp_matches(v, '^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}$')",
    "date": r"d = 0 OR contains(v, ',') OR regexp_matches(v, '^\s*[+\d]\d{8,12}\s*$')",
    "phone": r"d * 2 < n OR regexp_matches(v, '^\s*0\d{11}\s*$') OR regexp_matches(v, '^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}$')",
    "address": r"NOT regexp_matches(v, '\pL{2,}')",
    "sex": "n > 10 OR d > 2",
    "code": "d = 0",
}
_EXPECTED: dict[Kind, str] = {
    "key": "codes", "name": "names", "id_number": "identity numbers", "old_id_number": "identity numbers", "date": "dates",
    "phone": "phone numbers", "address": "addresses", "sex": "sex", "code": "codes",
}  # fmt: skip


def implausible(
    con: duckdb.DuckDBPyConnection, source: Source, plans: Sequence[FilePlan], sizes: Sequence[int], out: Path
) -> list[Problem]:
    """One problem for each column of a file whose values cannot be what its header says."""
    con.execute(f"CREATE VIEW accepted AS SELECT * FROM read_parquet({quoted(out / '*.parquet')})")
    return [problem for plan, size in zip(plans, sizes, strict=True) for problem in _file(con, source, plan, size)]


def _file(con: duckdb.DuckDBPyConnection, source: Source, plan: FilePlan, rows: int) -> list[Problem]:
    columns = {column.name: column.header for column in plan.columns if column.use == "field" and column.name}
    columns |= {name: " + ".join(part.header for part in parts) for name, parts in joined_fields(plan.columns).items()}
    fields = [field for field in source.fields if field.name in columns and field.kind in _IMPLAUSIBLE]
    names = ", ".join(identifier(field.name) for field in fields)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE looked_at AS SELECT {names} FROM accepted WHERE file = ? AND (line // ?) % ? = 0",
        [plan.file.name, _RUN, max(1, rows // _SAMPLE)],
    )
    problems = []
    for field in fields:
        if field.kind in ("name", "address"):
            problems += _letters_lost(con, plan, field.name, columns[field.name])
        values, wrong = _count(con, field.name, _IMPLAUSIBLE[field.kind])
        if wrong >= _AT_LEAST and wrong > _SHARE * values:
            share = f"{100 * wrong // values} % of {values} different values"
            what = f"column {columns[field.name]!r}: {share} cannot be {_EXPECTED[field.kind]} / nội dung cột không khớp tiêu đề"
            fix = "cột bị đổi chỗ? Sửa tệp, hoặc `columns` trong tệp chạy / are columns swapped? Correct the file, or `columns` in the run file"
            problems.append(Problem(plan.file.name, what, f"{_EXPECTED[field.kind]} for {field.name}", fix))
    return problems


def _letters_lost(con: duckdb.DuckDBPyConnection, plan: FilePlan, field: str, header: str) -> list[Problem]:
    """Vietnamese saved in a code page that has no such letters comes out as "Nguy?n Th? H?ng": no one can read it again."""
    values, lost = _count(con, field, r"regexp_matches(v, '\pL[?\x{FFFD}]|[?\x{FFFD}]\pL')")
    if lost < _AT_LEAST or lost <= _LOST * values:
        return []
    what = f"column {header!r}: in {100 * lost // values} % of {values} different values a letter is lost ('?') / mất dấu tiếng Việt"
    return [
        Problem(
            plan.file.name,
            what,
            "chữ còn đủ dấu / text with all its letters",
            "xuất lại bằng UTF-8: chữ đã mất không khôi phục được / export it again as UTF-8: what is lost cannot be put back",
        )
    ]


def _count(con: duckdb.DuckDBPyConnection, field: str, rule: str) -> tuple[int, int]:
    found = con.execute(rf"""
        SELECT count(*), count(*) FILTER ({rule})
        FROM (SELECT v, length(v) AS n, length(regexp_replace(v, '\D', '', 'g')) AS d
              FROM (SELECT DISTINCT trim({identifier(field)}) AS v FROM looked_at) WHERE v <> '')
    """).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])
