"""A field out of its parts, row by row: `12` + `Lê Lợi` + `6` + `Gò Vấp` -> `12 Lê Lợi, Phường 6, Gò Vấp`."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from flows.ingest.declare import Column, FilePlan
from flows.ingest.parts import SIGNS, Part
from matching.sources import Source


def joined_fields(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """Field -> the columns that are its parts, in their order."""
    parts = [(column.part, column) for column in columns if column.part is not None]
    fields: dict[str, list[Column]] = {}
    for part, column in sorted(parts, key=lambda one: (one[0].rank, one[1].position)):
        fields.setdefault(part.field, []).append(column)
    return fields


def with_joined(source: Source, plan: FilePlan, table: pa.Table) -> pa.Table:
    """The table with the fields that come in parts put together; a row without any of a field's parts has null."""
    for name, columns in joined_fields(plan.columns).items():
        sign = SIGNS.get(source.field(name).kind)
        parts = [column.part for column in columns if column.part is not None]
        rows = zip(*(table[column.name].to_pylist() for column in columns), strict=True)
        texts = [_first(row) if sign is None else _text(row, parts, sign) for row in rows]
        table = table.append_column(name, pa.array(texts, pa.string()))
    return table


def _first(cells: Sequence[str | None]) -> str | None:
    return next((cell for cell in cells if cell and cell.strip()), None)


def _text(cells: Sequence[str | None], parts: Sequence[Part], sign: str) -> str | None:
    """The cells one behind the other with `sign` between them; what an address has said already is not said again."""
    text, between = "", ""
    for cell, part in zip(cells, parts, strict=True):
        bare = (cell or "").strip(" ,;")
        word = f"{part.word} {bare}" if part.word and bare.isdigit() else bare
        if not bare or (sign == SIGNS["address"] and f", {word}, ".casefold() in f", {text}, ".casefold()):
            continue
        text += between + word
        between = " " if part.house and bare[-1].isdigit() else sign
    return text or None
