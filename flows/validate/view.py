"""The outcome on the terminal: what was read, what was set aside, what changed, and every rule that does not hold."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from flows.validate.outcome import Outcome
from flows.validate.words import SEVERITY, STATUS, lines, quarantine_reason, reason, share, tolerated


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print the outcome of an extract that could be read; counts, rules and lines only."""
    for file in outcome.reports:
        how = ", ".join(filter(None, (file.kind, file.compression, file.encoding, file.delimiter and repr(file.delimiter))))
        console.print(f"{file.name}  ({how})  {file.rows:,} dòng / rows", markup=False, highlight=False)
    carried = [column.header for column in outcome.columns if column.use == "carried"]
    if carried:
        console.print(f"  giữ nguyên / carried through: {', '.join(carried)}", markup=False, highlight=False)
    absent = set.intersection(*(set(file.absent_fields) for file in outcome.reports))
    if told := sorted(name for name in absent if not name.endswith(("_code", "_detail"))):  # codes stand for addresses where there are any
        console.print(f"  không có cột / no column: {', '.join(told)}", markup=False, highlight=False)
    _quarantined(outcome, console)
    _changed(outcome, console)
    _rules(outcome, console)
    console.print(f"\n{outcome.source}: {STATUS[outcome.status]}", markup=False, highlight=False)


def _quarantined(outcome: Outcome, console: Console) -> None:
    for rule, count in outcome.quarantined.items():
        where = lines(outcome.quarantine_places.get(rule, ()))
        console.print(
            f"  cách ly / set aside: {count:,} {rule}  {quarantine_reason(rule)}  {where}",
            markup=False,
            highlight=False,
        )


def _changed(outcome: Outcome, console: Console) -> None:
    told = [change for change in outcome.changes if change.level != "fine"]
    if outcome.compared_with:
        console.print(f"  so với lần nhận / compared with the extract of: {outcome.compared_with}", highlight=False)
    if not told:
        return
    table = Table(
        *("đo / measure", "cột / field", "trước / before", "nay / now", "đổi / change", "giới hạn / bound", ""),
        box=None,
        pad_edge=False,
    )
    for change in told:
        before, now = ("" if value is None else f"{value:g}" for value in (change.before, change.now))
        table.add_row(change.measure, change.field, before, now, f"{change.change:g}", f"{change.stop:g}", change.level)
    console.print(table, highlight=False)


def _rules(outcome: Outcome, console: Console) -> None:
    """A row a rule that does not hold; its reason and lines stand below it, since a terminal is too narrow for them beside."""
    told = [rule for rule in outcome.rules if rule.status in ("failed", "broken")]
    if told:
        titles = ("quy tắc / rule", "mức / severity", "dòng sai / rows", "tỷ lệ / share", "cho phép / tolerance")
        console.print("\n" + _row(titles), style="bold", markup=False, highlight=False)
    for rule in told:
        rows = rule.error or ("" if rule.unexpected_count is None else f"{rule.unexpected_count:,}")
        console.print(
            _row((rule.rule, SEVERITY[rule.severity], rows, share(rule), tolerated(rule))),
            markup=False,
            highlight=False,
        )
        for text in filter(None, (reason(rule), lines(outcome.places.get(rule.rule, ())))):
            console.print(f"    {text}", markup=False, highlight=False)
    held = sum(rule.status == "passed" for rule in outcome.rules)
    console.print(f"\n{held} / {len(outcome.rules)} quy tắc đạt / rules hold", highlight=False)


def _row(cells: tuple[str, ...]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, (36, 24, 16, 14, 0), strict=True)).rstrip()
