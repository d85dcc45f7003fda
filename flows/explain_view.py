"""Prints one record's way through a run, for the person who asks why: this shows personal data, on the terminal only."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.decided_view import print_decided
from flows.decisions.pairs import PAIRS
from flows.erase.tombstones import Tombstones, tombstones
from flows.private_folder import private_folder
from flows.publish import past_retention, read_manifest
from flows.recompute import previous_gone, recomputed
from flows.why_view import print_why_not, run_model
from matching.comparisons import comparison
from matching.decide import MINIMUM_GAP
from matching.engine import Limits, connect
from matching.errors import NotFound, Problem
from matching.explain import TABLES, Explanation, Row, explain, weights
from matching.findings.sentences import render
from matching.model import Model
from matching.told import Said


def print_explain(run: Path, record_id: str, console: Console, person_id: str | None = None) -> None:
    """Explain the record `record_id` of the published run in folder `run`, and why `person_id`, if given, is not its link.

    Where the run's tables are gone they are made anew from its inputs, for this look alone. NotFound if
    record or person is not there or was erased, InputRefused if the inputs are no longer those of the run.
    """
    erased = tombstones(run)
    erased.refuse(run, record_id, person_id)
    if all((run / "tables" / name).is_dir() for name in TABLES):
        _explain(run, run, record_id, console, person_id, erased)
        return
    vi, en = _gone(run, erased)
    console.print(f"{vi}, tính lại từ tệp đầu vào / {en}: made anew from the inputs", markup=False)
    if previous_gone(run):
        told = "lượt chạy trước đã bị xóa: không tính được quyết định về cặp của nó / the run before was purged: verdicts on pairs are not in this"
        console.print(told, markup=False)
    with recomputed(run) as folder:
        _explain(run, folder, record_id, console, person_id, erased)


def _gone(run: Path, erased: Tombstones) -> tuple[str, str]:
    """Why a run has no tables any more, in both languages: an erasure drops them at once, retention in its time."""
    manifest = read_manifest(run)
    if past_retention(manifest, manifest["configuration"]["retention"]["tables_days"], datetime.now(UTC)):
        return "các bảng đã hết hạn", "the tables are past their retention"
    if erased.days:
        return "các bảng đã bỏ khi xóa một người", "the tables were dropped when a person was erased"
    return "các bảng không còn", "the tables are gone"


def _explain(run: Path, folder: Path, record_id: str, console: Console, person_id: str | None, erased: Tombstones) -> None:
    """Explain by the tables below `folder`, which are those of `run` or the same made anew."""
    tables = {name: folder / "tables" / name for name in TABLES}
    with private_folder() as spill, connect(Limits("2GB", 2, spill, (folder, run))) as con:
        try:
            found = explain(con, tables, record_id, run / PAIRS)
        except KeyError:
            found_none = "lượt chạy này không có bản ghi đó / this run has no such record"
            fix = "hàng bị loại: tìm trong quarantine.csv / refused rows stand in quarantine.csv"
            expected = "mã trong links.parquet / an id of links.parquet"
            raise NotFound(Problem(f"{run}: RECORD_ID", found_none, expected, fix)) from None
    found = _without(found, erased)
    model = run_model(run)
    show(found, console, model.model if model.same else None)  # with another model the parts would not add up
    print_decided(run, record_id, str(found.link["outcome"]), console)
    if person_id is not None:
        print_why_not(folder, record_id, person_id, model, found, console)


def _without(found: Explanation, erased: Tombstones) -> Explanation:
    """An explanation that was made anew, without residents who were erased since."""
    candidates = tuple(row for row in found.candidates if not erased.hides([row["person_id"]]))
    findings = tuple(row for row in found.findings if not erased.hides([row["evidence"]]))
    said = tuple(one for one in found.said if not erased.hides([one.person_id]))
    return replace(found, candidates=candidates, findings=findings, said=said)


def show(found: Explanation, console: Console, model: Model | None) -> None:
    """Print an explanation, top to bottom: as written, as read, who could it be, what came of it."""
    _facts(console, "Như trong tệp / as written", found.raw)
    _facts(console, "Họ tên / name", found.name)
    _facts(console, "Số giấy tờ / number", found.number)
    _facts(console, "Nơi / place", found.place)
    _repairs(console, "Đã sửa, suy ra khi chuẩn hóa / repaired, assumed", found.repairs)
    _repairs(console, "Đọc là / read as", found.read)
    if found.number:  # a rejected row was never looked for
        _candidates(console, found, model)
        _verdicts(console, found.said)
    _facts(console, "Kết quả / outcome", found.link)
    _findings(console, found)


def _candidates(console: Console, found: Explanation, model: Model | None) -> None:
    console.print(f"\n[bold]Ứng viên / candidates[/bold]  (prior {found.prior / 1000:+.2f} bit)")
    for candidate in found.candidates:
        _candidate(console, candidate, model, found.residents)
    if not found.candidates:
        console.print("  không có / none")
    if len(found.candidates) > 1:
        first, second = (int(str(candidate["match_weight"])) / 1000 for candidate in found.candidates[:2])
        told = f"{first - second:.2f} bit (liên kết cần / a link needs {MINIMUM_GAP / 1000:.0f})"
        console.print(f"\n  chênh lệch với người kế tiếp / gap to the runner-up: {told}", highlight=False)


def _verdicts(console: Console, said: tuple[Said, ...]) -> None:
    """What people said of the record and a resident, and whether this run's linkage has heeded it."""
    for one in said:
        verdict = "đúng là người này / the same person" if one.verdict == "same" else "không phải người này / not this person"
        when = "đã theo / heeded" if one.heeded else "lượt sau mới theo / heeded by the next run"
        by = f"; {one.told}" if one.told else ""
        console.print(f"\n  người xét đã nói / a person said: {one.person_id}: {verdict} ({when}{by})", markup=False, highlight=False)


def _repairs(console: Console, title: str, repairs: tuple[str, ...], pad: str = "  ") -> None:
    if repairs:
        console.print(f"{pad}{title}: {'; '.join(repairs)}", markup=False, highlight=False)


def _findings(console: Console, found: Explanation) -> None:
    for finding in found.findings:
        evidence = json.loads(str(finding["evidence"]))
        level = None if finding["level"] is None else str(finding["level"])
        console.print(f"  [bold]{finding['finding']}[/bold] ({finding['severity']})")
        for lang in ("vi", "en"):
            console.print(f"    {render(str(finding['finding']), level, evidence, lang)}", markup=False)


def _facts(console: Console, title: str, row: Row) -> None:
    if not row:
        return
    console.print(f"\n[bold]{title}[/bold]")
    for name, value in row.items():
        if value not in (None, [], False, ""):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            console.print(f"  {name:<22} {text}", markup=False, highlight=False)


def _candidate(console: Console, candidate: Row, model: Model | None, residents: int) -> None:
    head = f"{candidate['rank']}. {candidate['person_id']}  {candidate['register_name']}  {candidate['permanent'] or ''}"
    console.print(f"\n  {head}", markup=False, highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2), show_header=False)
    for name, level, weight in weights(candidate):
        words = next(declared for declared in comparison(name).levels if declared.name == level)
        table.add_row(
            f"     {name}",
            level,
            f"{words.vi} / {words.en}{term_frequency(model, name, level, weight, residents)}",
            f"{weight / 1000:+.2f}",
        )
    total = int(str(candidate["match_weight"])) / 1000
    table.add_row("     =", f"p = {candidate['match_probability']}", f"qua / by rule {candidate['match_key']}", f"{total:+.2f}")
    console.print(table, highlight=False)
    repairs = candidate["repairs"]
    _repairs(console, "đã sửa, suy ra / repaired, assumed", repairs if isinstance(repairs, tuple) else (), "     ")
    read = candidate["read"]
    _repairs(console, "đọc là / read as", read if isinstance(read, tuple) else (), "     ")


def term_frequency(model: Model | None, name: str, level: str, weight: int, residents: int) -> str:
    """What of a weight is how rare the value is, for a level whose u is counted: its bits, and as how many residents it counts."""
    known = model.weights[name][level] if model else None
    if known is None or not isinstance(known.u, str) or not residents:
        return ""
    rarity = weight / 1000 - math.log2(known.m)
    return f" [độ hiếm / term frequency {rarity:+.2f}: như / as {residents * 2**-rarity:,.1f} cư dân / residents]"
