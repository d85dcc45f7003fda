"""Names of holders and residents: raw text -> comparable columns, for one name or a batch of distinct names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
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
    names, readings = _one_at_a_time(values, np.flatnonzero(~plain & ~titled).tolist(), texts)
    raw = pa.array(values, pa.string())
    parts = [(list(names), _names(list(names.values())))]
    if plain.any():
        parts.append((np.flatnonzero(plain).tolist(), _plain(texts.some(plain), raw.filter(pa.array(plain)), initials[plain])))
    if titled.any():
        parts.append((np.flatnonzero(titled).tolist(), _behind_titles(untitled.some(titled), raw.filter(pa.array(titled)), sexes)))
    if readings:
        parts.append((list(readings), _read([values[row] for row in readings], list(readings.values()))))
    return _in_order(parts) if values else parts[0][1]


def _one_at_a_time(values: Sequence[str], rows: list[int], texts: Texts) -> tuple[dict[int, Name], dict[int, Reading]]:
    """What stands in these rows, read by itself: whole names, and what was read but is yet to be put together from its words."""
    names: dict[int, Name] = {}
    readings: dict[int, Reading] = {}
    short, tidy = texts.may_be_short().tolist(), texts.tidy().tolist()
    for row in rows:
        found = read_name(values[row], short[row], tidy[row])
        if isinstance(found, Reading) and is_ordinary(found.words):
            readings[row] = found
        else:
            names[row] = found if isinstance(found, Name) else assembled(values[row], found)
    return names, readings


def _in_order(parts: Sequence[tuple[list[int], pa.RecordBatch]]) -> pa.RecordBatch:
    """One batch of all parts, each with the places of its rows."""
    places = np.concatenate([rows for rows, _ in parts]).astype(np.int64)
    return pa.Table.from_batches([batch for _, batch in parts]).take(pa.array(np.argsort(places))).combine_chunks().to_batches()[0]


def _plain(names: Texts, raw: pa.Array, initials: npt.NDArray[np.bool_]) -> pa.RecordBatch:
    """The rows of names with nothing beside them."""
    return _batch({**names.columns(), "raw": raw, "repairs": names.repairs(), "abbreviated": pa.array(initials)})


def _behind_titles(names: Texts, raw: pa.Array, sexes: pa.Array) -> pa.RecordBatch:
    """The rows of plain names with a title before them that tells a sex or none."""
    columns = names.columns()
    sex = pc.coalesce(sexes, columns["sex_hint"])
    return _batch({**columns, "raw": raw, "sex_hint": sex, "repairs": names.repairs("honorific")})


def _names(names: list[Name]) -> pa.RecordBatch:
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
