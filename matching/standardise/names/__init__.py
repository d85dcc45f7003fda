"""Names of holders and residents: raw text -> comparable columns, for one name or a batch of distinct names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np
import pyarrow as pa

from matching.standardise.names.parse import Name, parse_name
from matching.standardise.names.plain import Texts

_BOOLEAN = frozenset({"deceased_hint", "abbreviated", "has_tones"})

NAME_COLUMNS: dict[str, pa.DataType] = {
    column: pa.list_(pa.string()) if column == "repairs" else pa.bool_() if column in _BOOLEAN else pa.string()
    for column in Name._fields}


_PLAIN = {"kind": "person", "deceased_hint": False, "abbreviated": False}     # of all plain names


def standardise_names(values: Sequence[str]) -> pa.RecordBatch:
    """One row a value, in their order, with the columns of NAME_COLUMNS.

    `canonical`, `key` and the columns made of them are null where nothing could be read; `surname`, `middle` and
    `given` are null for organisations and where the name has no such part.
    """
    texts = Texts.of(values)
    plain = texts.plain()
    if not plain.any():
        return _batch([parse_name(value) for value in values])
    rest = _batch([parse_name(value) for value in compress(values, ~plain)])
    order = np.argsort(np.argsort(~plain, kind="stable"), kind="stable")
    both = pa.Table.from_batches([_plain(pa.array(values, pa.string()).filter(pa.array(plain)), texts.some(plain)), rest])
    return both.take(pa.array(order)).combine_chunks().to_batches()[0]


def _plain(raw: pa.Array, texts: Texts) -> pa.RecordBatch:
    """The rows of plain names; a column that the words do not tell is the same for all, or null."""
    columns = {"raw": raw, **texts.columns()}
    arrays = [columns[name] if name in columns else pa.repeat(pa.scalar(_PLAIN.get(name), kind), len(raw)) for name, kind in NAME_COLUMNS.items()]
    return pa.RecordBatch.from_arrays(arrays, names=list(NAME_COLUMNS))


def _batch(names: list[Name]) -> pa.RecordBatch:
    columns = zip(*names, strict=True) if names else ([] for _ in NAME_COLUMNS)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, NAME_COLUMNS.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(NAME_COLUMNS))


__all__ = ["NAME_COLUMNS", "Name", "parse_name", "standardise_names"]
