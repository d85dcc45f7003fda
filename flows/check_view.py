"""Prints what `doisoat check` understood of a run file: each input file, and what becomes of each of its columns."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from flows.config import Settings
from flows.ingest import FilePlan
from flows.inputs import look_at_inputs
from matching.errors import InputRefused
from matching.sources import Source, source

_USES = {
    "field": "→ {name}",
    "part": "→ {name}, một phần / a part of it",
    "carried": "→ giữ nguyên / carried through",
    "dropped_sensitive": "✗ dữ liệu nhạy cảm, bỏ / sensitive, dropped",
}


def print_check(settings: Settings, console: Console) -> None:
    """Print both inputs as they would be read; then InputRefused with every problem of both, if there is one."""
    plans, problems = look_at_inputs(settings)
    console.print(f"[bold]{escape(settings.name)}[/]  {settings.as_of}  → {escape(str(settings.root))}", highlight=False)
    for side, chosen in (("register", settings.register), ("partner", settings.partner)):
        declared = source(chosen.source)
        console.print(f"\n[bold]\\[{side}][/] {declared.name}: {declared.title_vi} / {declared.title_en}", highlight=False)
        for plan in plans[side]:
            _print_file(declared, plan, console)
    if problems:
        raise InputRefused(problems)
    console.print("\n[green]✓[/] đọc được / can be read")


def _print_file(declared: Source, plan: FilePlan, console: Console) -> None:
    how = ", ".join(filter(None, (plan.kind, plan.compression, plan.encoding, plan.delimiter and repr(plan.delimiter))))
    console.print(f"  {escape(plan.file.name)}  ({escape(how)})", highlight=False)
    for note in plan.notes:
        console.print(f"    {escape(note)}", highlight=False)
    for column in plan.columns:
        use = _USES[column.use].format(name=column.part.field if column.part else column.name)
        console.print(f"    {escape(column.header):<36} {use}", highlight=False)
    absent = [
        name for name in plan.absent(declared) if not name.endswith(("_code", "_detail"))
    ]  # these stand for addresses where there are any
    if plan.columns and absent:
        console.print(f"    không có cột / no column: {', '.join(absent)}", markup=False, highlight=False)
