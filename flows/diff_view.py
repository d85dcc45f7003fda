"""Prints the difference of two runs: counts by finding and by province, never an id or a name of a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from flows.report.words import OUTCOMES, Words, finding_words
from flows.run_diff import KINDS, RunDiff

_TITLES = {
    "new": Words("mới", "new"),
    "resolved": Words("đã hết", "resolved"),
    "decided": Words("đã quyết định", "decided"),
    "changed": Words("đã đổi", "changed"),
    "same": Words("như cũ", "the same"),
}


def print_diff(found: RunDiff, console: Console, as_json: bool) -> None:
    """As tables, or as one JSON object on standard output."""
    if as_json:
        print(json.dumps({**asdict(found), "identity_holds": found.holds}, ensure_ascii=False, indent=2))
        return
    console.print(f"[bold]{found.name}[/bold]: {found.a} ({found.as_of_a}) → {found.b} ({found.as_of_b})")
    t = found.totals
    console.print(
        f"Sai lệch đang mở / open mismatches: {found.open_a:,} + {t['new']:,} mới/new − {t['resolved']:,} đã hết/resolved"
        f" − {t['decided']:,} đã quyết định/decided = {found.open_b:,}"
    )
    console.print(
        _table(
            "phát hiện / finding",
            found.findings,
            {code: f"{code}  {finding_words(code).vi}" for code in found.findings},
        )
    )
    names = {code: name or "không rõ / unknown" for code, name in found.province_names.items()}
    console.print(_table("tỉnh, thành phố / province", found.provinces, names))
    if found.outcomes:
        console.print(_moves(found.outcomes))


def _table(title: str, rows: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> Table:
    table = Table(title, *(f"{told.vi}\n{told.en}" for told in _TITLES.values()), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for key, counts in rows.items():
        table.add_row(names[key], *(f"{counts[kind]:,}" if counts[kind] else "·" for kind in KINDS))
    return table


def _moves(outcomes: Mapping[str, int]) -> Table:
    table = Table("kết quả / outcome", "bản ghi / records", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for move, count in outcomes.items():
        sides = (OUTCOMES[side].both("vi") if side in OUTCOMES else "không có / not there" for side in move.split(" > "))
        table.add_row(" → ".join(sides), f"{count:,}")
    return table
