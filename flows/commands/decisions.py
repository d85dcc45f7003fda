"""`decisions check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import app, console
from flows.help_page import Command, Group

decisions_app = typer.Typer(cls=Group, no_args_is_help=True, help="Quyết định của người xem xét / reviewers' decisions.")
app.add_typer(decisions_app, name="decisions")


@decisions_app.command("check", cls=Command)
def check_decisions(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV hoặc XLSX đã điền / a filled-in CSV or XLSX."),
    ],
    run_dir: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="RUN_DIR",
            help="So với lượt này; bỏ trống: lượt mà tệp nằm trong đó / the run to check against; left out: the one whose folder the file lies in.",
        ),
    ] = None,
) -> None:
    """Thử đọc một tệp quyết định, không áp dụng / try a file of decisions without applying it.

    Mã thoát / exit code: 0 mọi dòng dùng được / all rows fit; 1 có dòng bị từ chối hoặc mâu thuẫn / some are refused or
    contradicted; 5 tệp không đọc được / the file cannot be read.
    """
    from flows.decisions.check_view import check_file, print_checked, run_of

    folder = run_of(file, run_dir)
    checked = check_file(file, folder)
    print_checked(checked, folder, console())
    raise typer.Exit(int(not checked.fits))
