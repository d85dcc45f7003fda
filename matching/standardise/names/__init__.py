"""Names of holders and residents: raw text -> comparable columns, for one name or a batch of distinct names."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from matching.standardise.names.parse import Name, parse_name

_BOOLEAN = frozenset({"deceased_hint", "abbreviated", "has_tones"})

NAME_COLUMNS: dict[str, pa.DataType] = {
    column: pa.list_(pa.string()) if column == "repairs" else pa.bool_() if column in _BOOLEAN else pa.string()
    for column in Name._fields}


def standardise_names(values: Sequence[str]) -> pa.RecordBatch:
    """One row a value, in their order, with the columns of NAME_COLUMNS.

    `canonical`, `key` and the columns made of them are null where nothing could be read; `surname`, `middle` and
    `given` are null for organisations and where the name has no such part.
    """
    columns = zip(*[parse_name(value) for value in values], strict=True) if values else ([] for _ in NAME_COLUMNS)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, NAME_COLUMNS.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(NAME_COLUMNS))


__all__ = ["NAME_COLUMNS", "Name", "parse_name", "standardise_names"]
