"""The rows of one file without those that name a person; the others stay as they were, to the byte where the format allows it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.erase.person import Person

# Columns in which even a short id is one, and whose: the ids of the register and those of the partner may be the same words.
_LISTS = ("candidate_person_ids", "candidates", "ruled_out_person_ids")  # of residents
_PERSONS, _RECORDS, _CASES = ("person_id",), ("record_id",), ("mismatch_id", "review_id", "case_id", "id")
_CANDIDATE = re.compile(r"candidate_([123])_person_id")
_RULED_OUT = "ruled_out_person_ids"
MARK = "erased"
_BATCH = 20_000  # rows of a table in memory at a time


def names_person(row: Mapping[str, str], person: Person) -> bool:
    """Whether a row is about the person: an id of his in a column of ids, or an unmistakable one anywhere."""
    owned = ((_PERSONS, person.persons), (_RECORDS, person.records), (_CASES, person.cases))
    if any(row.get(name, "").removeprefix("'") in ids for names, ids in owned for name in names):
        return True
    pattern = person.pattern
    return pattern is not None and any(pattern.search(value) for value in row.values())


def filter_csv(text: bytes, person: Person, delimiter: str) -> tuple[bytes, int]:
    """A CSV file of ours without his rows; where he was only a candidate of somebody's record, without the candidate's cells."""
    records = list(_records(text.decode("utf-8-sig")))
    header = next(csv.reader([records[0]], delimiter=delimiter)) if records else []
    kept, gone = [], 0
    for record in records[1:]:
        row = dict(zip(header, next(csv.reader([record], delimiter=delimiter)), strict=False))
        blanked = _without_candidate(row, person)
        if names_person(blanked, person):
            gone += 1
            continue
        gone += blanked != row
        kept.append(record if blanked == row else _written(blanked, delimiter))
    if not gone:
        return text, 0
    return b"\xef\xbb\xbf" + "".join([records[0], *kept]).encode(), gone


def _without_candidate(row: Mapping[str, str], person: Person) -> dict[str, str]:
    mine = {found[1] for name, value in row.items() if (found := _CANDIDATE.fullmatch(name)) and value.removeprefix("'") in person.persons}
    kept = {name: "" if any(name.startswith(f"candidate_{n}_") for n in mine) else value for name, value in row.items()}
    ruled_out = kept.get(_RULED_OUT, "").removeprefix("'").split("|")
    if not person.persons.isdisjoint(ruled_out):
        kept[_RULED_OUT] = "|".join(id_ for id_ in ruled_out if id_ not in person.persons)
    return kept


def _written(row: Mapping[str, str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(list(row.values()))
    return out.getvalue()


def _records(text: str) -> Iterator[str]:
    """The records as written: our own files hold no line break in a cell, but one that does is kept whole."""
    held = ""
    for line in text.splitlines(keepends=True) if "\r\n" not in text else re.findall(r".*?\r\n|.+\Z", text, re.DOTALL):
        held += line
        if held.count('"') % 2 == 0:
            yield held
            held = ""
    if held:
        yield held


def filter_parquet(source: Path, target: Path, person: Person) -> int:
    """Write the table in `source` to `target` without his rows and without him among candidates; returns how many rows changed.

    A batch of rows at a time; nothing is left in `target` if none changed.
    """
    table, gone = pq.ParquetFile(source), 0
    with pq.ParquetWriter(target, table.schema_arrow, compression="zstd") as out:
        for batch in table.iter_batches(_BATCH):
            kept, changed = _without(batch.to_pylist(), person)
            out.write_batch(pa.RecordBatch.from_pylist(kept, schema=table.schema_arrow) if changed else batch)
            gone += changed
    if not gone:
        target.unlink()
    return gone


def _without(rows: list[dict[str, Any]], person: Person) -> tuple[list[dict[str, Any]], int]:
    kept, gone = [], 0
    for row in rows:
        if names_person({name: _text(value) for name, value in row.items() if not isinstance(value, list)}, person):
            gone += 1
            continue
        lists = {
            name: [item for item in value if item not in person.persons]
            for name, value in row.items()
            if isinstance(value, list) and name in _LISTS
        }
        gone += any(lists[name] != row[name] for name in lists)
        kept.append({**row, **lists})
    return kept, gone


def filter_lines(text: bytes, person: Person) -> tuple[bytes, int]:
    """JSON lines without his."""
    lines = text.decode("utf-8").split("\n")[:-1]
    kept = [line for line in lines if not _about(json.loads(line), person)]
    return "".join(f"{line}\n" for line in kept).encode(), len(lines) - len(kept)


def filter_text(text: bytes, person: Person) -> tuple[bytes, int]:
    """Any other text with his unmistakable ids replaced by a mark."""
    pattern = person.pattern
    if pattern is None:
        return text, 0
    done, gone = pattern.subn(MARK, text.decode("utf-8"))
    return done.encode(), gone


def _about(line: Mapping[str, object], person: Person) -> bool:
    return names_person({name: _text(value) for name, value in line.items()}, person)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
