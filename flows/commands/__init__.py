"""The commands, one module a concern; each is added to `app` when it is imported, and imports nothing heavy until it is called."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.help_page import Group

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="doisoat",
    cls=Group,
    help="Đối soát tệp của đối tác với cơ sở dữ liệu dân cư / reconcile a partner's file with the population register.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunFile = Annotated[Path, typer.Argument(metavar="RUN.toml", help="Tệp cấu hình / the run file.")]
RunDir = Annotated[
    Path,
    typer.Argument(
        metavar="RUN_DIR",
        help="Thư mục một lượt, hoặc <output>/<name> (lượt hiện hành) / a run's folder, or <output>/<name> (its current run).",
    ),
]

STDIN = ("-: đọc từ stdin, ps không thấy", "-: read from stdin, where ps does not show it")


def asked(*given: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What the command line gives as `names`; each `-` is a line of standard input, in this order. BadParameter if one is empty."""
    found = tuple(sys.stdin.readline().strip() if value == "-" else value.strip() for value in given)
    for name, value in zip(names, found, strict=True):
        if not value:
            raise typer.BadParameter("thiếu mã hoặc số / an id or a number is missing", param_hint=name)
    return found


def writable(path: Path | None) -> Path | None:
    """Where a command is to write, as given; BadParameter, before any work is done, if its folder is not there or takes nothing."""
    if path is not None and not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise typer.BadParameter("không ghi được ở đó / it cannot be written there")
    return path


def console() -> Console:
    """Where a command prints: long lines are wrapped by the terminal, not cut."""
    from rich.console import Console

    return Console(soft_wrap=True)
