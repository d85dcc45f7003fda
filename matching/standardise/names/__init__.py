"""Names of holders and residents: raw text -> comparable columns, for one name or a batch of distinct names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.standardise.names.ordinary import is_ordinary
from matching.standardise.names.parse import LONGEST, assembled, parse_name, read_name
from matching.standardise.names.plain import Texts
from matching.standardise.names.reading import Name, Reading

_BOOLEAN = frozenset({"deceased_hint", "abbreviated", "has_tones"})

NAME_COLUMNS: dict[str, pa.DataType] = {
    column: pa.list_(pa.string()) if column == "repairs" else pa.bool_() if column in _BOOLEAN else pa.string() for column in Name._fields
}


_ALIKE = {"kind": "person", "deceased_hint": False, "abbreviated": False}  # of all plain names


def standardise_names(values: Sequence[str]) -> pa.RecordBatch:
    """One row a value, in their order, with the columns of NAME_COLUMNS.

    `canonical`, `key` and the columns made of them are null where nothing could be read; `surname`, `middle` and
    `given` are null for organisations and where the name has no such part. What is longer than any name is not read.
    """
    texts = Texts.of([value if len(value) <= LONGEST else "" for value in values])
    plain, initials = texts.plain()
    untitled, titled, sexes = texts.titled(~plain)
    names: list[tuple[int, Name]] = []
    readings: list[tuple[int, Reading]] = []
    short, tidy = texts.may_be_short().tolist(), texts.tidy().tolist()
    for row in np.flatnonzero(~plain & ~titled).tolist():
        found = read_name(values[row], short[row], tidy[row])
        if isinstance(found, Reading) and is_ordinary(found.words):
            readings.append((row, found))
        else:
            names.append((row, found if isinstance(found, Name) else assembled(values[row], found)))
    parts = [_one_by_one([name for _, name in names])]
    if plain.any():
        some = texts.some(plain)
        told = {
            "raw": pa.array(values, pa.string()).filter(pa.array(plain)),
            "repairs": some.repairs(),
            "abbreviated": pa.array(initials[plain]),
        }
        parts.append(_batch({**some.columns(), **told}))
    if titled.any():
        parts.append(_behind_titles(untitled.some(titled), pa.array(values, pa.string()).filter(pa.array(titled)), sexes))
    if readings:
        parts.append(_read([values[row] for row, _ in readings], [found for _, found in readings]))
    places = np.concatenate(
        [[row for row, _ in names], np.flatnonzero(plain), np.flatnonzero(titled), [row for row, _ in readings]]
    ).astype(np.int64)
    return pa.Table.from_batches(parts).take(pa.array(np.argsort(places))).combine_chunks().to_batches()[0] if values else parts[0]


def _behind_titles(names: Texts, raw: pa.Array, sexes: pa.Array) -> pa.RecordBatch:
    """The rows of plain names with a title before them that tells a sex or none."""
    columns = names.columns()
    sex = pc.coalesce(sexes, columns["sex_hint"])
    return _batch({**columns, "raw": raw, "sex_hint": sex, "repairs": names.repairs("honorific")})


def _one_by_one(names: list[Name]) -> pa.RecordBatch:
    return _batch(dict(zip(NAME_COLUMNS, zip(*names, strict=True), strict=True)) if names else {})


def _read(raw: list[str], readings: list[Reading]) -> pa.RecordBatch:
    """The rows of names that had something beside or in them: what was read so, and what the words tell."""
    columns = Texts.made_of([found.words for found in readings]).columns()
    told = pa.array([found.sex for found in readings], pa.string())
    return _batch({
        **columns, "raw": raw, "sex_hint": pc.coalesce(told, columns["sex_hint"]),
        "repairs": [found.all_repairs() for found in readings], "abbreviated": [found.abbreviated for found in readings],
        "deceased_hint": [found.deceased for found in readings], "key2": [found.key2 for found in readings],
        "canonical2": [found.canonical2 for found in readings],
    })  # fmt: skip


def _batch(columns: Mapping[str, pa.Array | Sequence[object]]) -> pa.RecordBatch:
    """Rows of the columns at hand; one that is not at hand is the same for all, or null."""
    size = len(columns.get("raw", ()))
    arrays = [columns.get(name, pa.repeat(pa.scalar(_ALIKE.get(name), kind), size)) for name, kind in NAME_COLUMNS.items()]
    made = [
        array if isinstance(array, pa.Array) else pa.array(list(array), kind)
        for array, kind in zip(arrays, NAME_COLUMNS.values(), strict=True)
    ]
    return pa.RecordBatch.from_arrays(made, names=list(NAME_COLUMNS))


__all__ = ["NAME_COLUMNS", "Name", "parse_name", "standardise_names"]
