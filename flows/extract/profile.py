"""A raw table in counts: rows, filled cells, and how the values of each field are spread over provinces, years and lengths.

A profile is kept where no data of persons may be, so it holds no value: a bin is a province's code, five years, a length, or a
word of a category, and what fewer than ten rows share is counted as `other`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from flows.ingest import IngestReport
from matching.sources import Field, Kind, Source

VERSION = 1
OTHER = "other"
FEW = 10  # rows that a bin must have to be named
_BINS = 200
_SAMPLE = 1_000_000  # rows whose values are looked at, in runs evenly spread over the files
_RUN = 256

# What a value (v, not empty) is counted under. Codes of provinces, spans of years, lengths: nothing that tells one person.
_DIGITS = r"regexp_replace(v, '\D', '', 'g')"
_WORDS = "length(trim(v)) - length(replace(trim(v), ' ', '')) + 1"
_LENGTH = "'l' || least(length(v) // 10, 20)"
_YEAR = r"coalesce(nullif(regexp_extract(v, '(1[89]\d\d|20\d\d)', 1), ''), '')"
_BIN: Mapping[Kind, str] = {
    "key": "regexp_extract(v, '^[A-Za-z]{0,4}') || ':' || length(v)",
    "name": f"'w' || least({_WORDS}, 8)",
    "id_number": f"CASE length({_DIGITS}) WHEN 12 THEN left({_DIGITS}, 3) ELSE 'd' || least(length({_DIGITS}), 20) END",
    "old_id_number": f"CASE length({_DIGITS}) WHEN 9 THEN left({_DIGITS}, 2) ELSE 'd' || least(length({_DIGITS}), 20) END",
    "date": f"CASE {_YEAR} WHEN '' THEN 'none' ELSE (5 * ({_YEAR}::INTEGER // 5))::VARCHAR END",
    "phone": f"left({_DIGITS}, 3)",
    "address": rf"CASE WHEN length(regexp_extract(v, '[,;]\s*([^,;]*)$', 1)) BETWEEN 2 AND 30 "
    rf"THEN lower(strip_accents(translate(trim(regexp_extract(v, '[,;]\s*([^,;0-9]*)$', 1)), 'Đđ', 'Dd'))) ELSE {_LENGTH} END",
    "sex": "lower(trim(left(v, 12)))",
    "status": "lower(trim(left(v, 24)))",
    "code": "'c' || left(v, 2)",
    "text": r"'l' || least(length(v), 40) || CASE WHEN regexp_matches(v, '\d') THEN 'd' ELSE '' END",
}  # fmt: skip
_DAYS = "try_strptime(trim({0}), ['%d/%m/%Y', '%Y-%m-%d', '%d-%m-%Y', '%d.%m.%Y', '%d/%m/%Y %H:%M:%S', '%Y-%m-%d %H:%M:%S'])::DATE"
_WITNESSES = 3  # rows that must be as new: one slip of a year is no news


@dataclass(frozen=True, slots=True)
class FieldProfile:
    """A field of the extract: how many of the rows looked at have it filled, and how they are spread."""

    filled: int
    bins: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """An extract in counts. `looked_at` is the number of rows that the fields were counted on; `newest` the newest day in it."""

    source: str
    role: str
    day: str
    rows: int
    looked_at: int
    contents: tuple[str, ...]
    carried: tuple[str, ...]
    newest: str | None
    fields: Mapping[str, FieldProfile]

    def as_json(self) -> dict[str, Any]:
        """The profile as JSON holds it."""
        fields = {name: {"filled": one.filled, "bins": dict(sorted(one.bins.items()))} for name, one in self.fields.items()}
        return {
            "version": VERSION, "source": self.source, "role": self.role, "day": self.day, "rows": self.rows, "looked_at": self.looked_at,
            "contents": list(self.contents), "carried": list(self.carried), "newest": self.newest, "fields": fields,
        }  # fmt: skip


def from_json(found: Mapping[str, Any]) -> Profile:
    """The profile that `as_json` wrote; KeyError, TypeError or ValueError if it is none."""
    if found["version"] != VERSION:
        raise ValueError("version")
    fields = {
        name: FieldProfile(int(one["filled"]), {key: int(n) for key, n in one["bins"].items()}) for name, one in found["fields"].items()
    }
    newest = None if found["newest"] is None else date.fromisoformat(found["newest"]).isoformat()
    return Profile(
        str(found["source"]), str(found["role"]), date.fromisoformat(found["day"]).isoformat(), int(found["rows"]), int(found["looked_at"]),
        tuple(map(str, found["contents"])), tuple(map(str, found["carried"])), newest, fields,
    )  # fmt: skip


def profile(con: duckdb.DuckDBPyConnection, source: Source, report: IngestReport, day: date) -> Profile:
    """The profile of the raw table of `source` (a view of `con`), read as `report` says, of the extract of `day`."""
    table = f"raw_{source.role}"
    present = _present(source, report)
    every = max(1, report.rows_accepted // _SAMPLE)
    looked = f"(SELECT * FROM {table} WHERE (line // {_RUN}) % {every} = 0)"
    names = [one.name for one in present]
    counts = con.execute(f"SELECT count(*){''.join(f', count({name})' for name in names)} FROM {looked}").fetchall()[0]
    fields = {one.name: FieldProfile(int(filled), _spread(con, one, looked)) for one, filled in zip(present, counts[1:], strict=True)}
    carried = sorted({column.header for column in report.columns if column.use == "carried"})
    contents = sorted(file.sha256 for file in report.files)
    return Profile(
        source.name, source.role, day.isoformat(), report.rows_accepted, int(counts[0]), tuple(contents), tuple(carried),
        _newest(con, present, table, day), fields,
    )  # fmt: skip


def _present(source: Source, report: IngestReport) -> list[Field]:
    """The fields that at least one file has a column for."""
    absent = set.intersection(*(set(file.absent_fields) for file in report.files))
    return [one for one in source.fields if one.name not in absent]


def _spread(con: duckdb.DuckDBPyConnection, one: Field, looked: str) -> dict[str, int]:
    """How the filled cells of a field are spread over its bins; small bins, and those beyond the largest, are `other`."""
    found = con.execute(f"""
        SELECT bin, count(*) AS n FROM (SELECT {_BIN[one.kind]} AS bin FROM (SELECT {one.name} AS v FROM {looked} WHERE {one.name} IS NOT NULL))
        GROUP BY bin ORDER BY n DESC, bin
    """).fetchall()
    named = {str(name): int(n) for name, n in found[:_BINS] if n >= FEW and name is not None}
    rest = sum(int(n) for _, n in found) - sum(named.values())
    return {**named, **({OTHER: named.get(OTHER, 0) + rest} if rest else {})}


def _newest(con: duckdb.DuckDBPyConnection, present: list[Field], table: str, day: date) -> str | None:
    """The newest day that at least three rows bear, in a field that tells what happened, not after the extract's own day."""
    names = [one.name for one in present if one.kind == "date" and not one.name.startswith("birth") and not one.name.endswith("until")]
    found = []
    for name in names:
        days = f"SELECT {_DAYS.format(name)} AS d FROM {table} WHERE {name} IS NOT NULL"
        query = f"SELECT d FROM ({days}) WHERE d <= ? ORDER BY d DESC LIMIT 1 OFFSET {_WITNESSES - 1}"
        found += [row[0].isoformat() for row in con.execute(query, [day]).fetchall()]
    return max(found, default=None)
