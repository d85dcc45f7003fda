"""`report`, `diff`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import RunDir, app, console, writable
from flows.help_page import Command


class Lang(StrEnum):
    """The languages of a page."""

    both = "both"
    vi = "vi"
    en = "en"


@app.command(cls=Command)
def report(
    run_dir: RunDir,
    lang: Annotated[Lang, typer.Option("--lang", help="Ngôn ngữ / the language.")] = Lang.both,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            dir_okay=False,
            callback=writable,
            help="Ghi vào tệp này; bỏ trống: ở thư mục đang đứng, theo tên lượt / write it there; left out: here, named after the run.",
        ),
    ] = None,
) -> None:
    """Vẽ lại trang báo cáo từ summary.json đã công bố / draw the page again from the published summary.json."""
    from flows.publish import run_folder
    from flows.report_again import draw_again

    folder = run_folder(run_dir)
    target = out or Path(f"report-{folder.name}-{lang.value}.html")
    draw_again(folder, lang.value, target)
    typer.echo(target)


@app.command(cls=Command)
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Thư mục lượt trước / the earlier run's folder.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Thư mục lượt sau / the later run's folder.")],
    json: Annotated[bool, typer.Option("--json", help="In ra dạng JSON / print JSON.")] = False,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            dir_okay=False,
            callback=writable,
            help="Ghi các sai lệch không còn như cũ vào tệp này, theo mã / write the mismatches that are not the same to this file, by id.",
        ),
    ] = None,
) -> None:
    """So hai lượt: sai lệch nào mới, đã hết, đã đổi / what is new, resolved and changed between two runs."""
    from flows.diff_view import print_diff
    from flows.publish import run_folder
    from flows.run_diff import compare_runs

    found = compare_runs(run_folder(run_a), run_folder(run_b), csv)
    print_diff(found, console(), json)
