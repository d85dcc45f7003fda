"""`purge`, `erase`, `audit check`: what becomes of published runs as time goes by."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import STDIN, app, asked, console
from flows.help_page import Command, Group

audit_app = typer.Typer(cls=Group, no_args_is_help=True, help="Nhật ký kiểm toán / the audit log.")
app.add_typer(audit_app, name="audit")

Kept = Annotated[
    Path,
    typer.Argument(metavar="RUNS", help="Tệp cấu hình, hoặc <output>/<name> / a run file, or <output>/<name>."),
]


_WHO = f"Mã cư dân hoặc số giấy tờ; {STDIN[0]} / the register's id, or a number; {STDIN[1]}."


@app.command(cls=Command)
def purge(
    runs: Kept,
    before: Annotated[
        datetime,
        typer.Option(
            "--before", formats=["%Y-%m-%d"], help="Xóa các lượt công bố trước ngày này / remove what was published before this day."
        ),
    ],
) -> None:
    """Xóa các lượt chạy cũ, giữ lượt hiện hành / remove old runs; the current one stays."""
    from flows.kept import open_kept
    from flows.purge import purge as purge_runs

    with open_kept(runs) as kept:
        done = purge_runs(kept.root, kept.key, before.date())
    shown = console()
    for name in done.runs:
        shown.print(f"đã xóa / removed: {name}", markup=False)
    shown.print(f"{len(done.runs)} lượt / runs, {len(done.failed)} lượt lỗi / failed runs", markup=False)
    if done.current:
        shown.print(f"giữ lượt hiện hành / the current run stays: {done.current}", markup=False)


@app.command(cls=Command)
def erase(
    runs: Kept,
    person: Annotated[str, typer.Option("--person", metavar="ID", help=_WHO)],
) -> None:
    """Xóa một người khỏi mọi lượt đã lưu, không đụng tệp đầu vào / take a person out of all kept runs; input files are not touched."""
    from flows.erase import erase as erase_person
    from flows.kept import open_kept

    (who,) = asked(person, names=("--person",))
    with open_kept(runs) as kept:
        done = erase_person(kept.root, kept.key, who)
    shown = console()
    if done.since:
        shown.print(
            f"đã xóa ngày {done.since}, không còn gì / erased on {done.since}, nothing is left: {done.token}",
            markup=False,
        )
        return
    for name, rows in done.runs.items():
        shown.print(f"{name}: {rows} dòng / rows", markup=False)
    shown.print(
        f"tệp lượt lỗi / files of failed runs: {done.failed}; dòng quyết định / decision rows: {done.decisions}",
        markup=False,
    )
    shown.print(f"nhật ký / audit log: {done.token}", markup=False)
    if not done.numbers:
        told = "không rõ số giấy tờ: dòng chỉ có số thì chưa xóa / his numbers are not known: rows with nothing but a number still stand"
        shown.print(told, markup=False)
    shown.print("tệp đầu vào không đổi: hãy xóa ở đó nữa / the input files are as they were: erase there, too", markup=False)


@audit_app.command("check", cls=Command)
def check_audit(runs: Kept) -> None:
    """Nhật ký và các lượt còn nguyên không / whether the log and all it tells of are as they were written."""
    from flows.audit_log import as_text
    from flows.audit_log import check_audit as check
    from flows.kept import open_kept
    from matching.errors import InputRefused

    with open_kept(runs) as kept:
        lines, problems = check(kept.root, kept.key)
    shown = console()
    for line in lines:
        shown.print(as_text(line), markup=False, highlight=False)
    if problems:
        raise InputRefused(problems)
    shown.print(f"[green]✓[/] {len(lines)} dòng, nguyên vẹn / lines, whole")
