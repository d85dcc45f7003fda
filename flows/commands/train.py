"""`train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import app, console, writable
from flows.help_page import Command


@app.command(cls=Command)
def train(
    run_files: Annotated[list[Path], typer.Argument(metavar="RUN.toml...", help="Một hay nhiều tệp cấu hình / run files.")],
    out: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            callback=writable,
            help="Ghi mô hình vào tệp này; bỏ trống: chỉ in ra / write the model to this file; left out: only print it.",
        ),
    ] = None,
) -> None:
    """Học mô hình từ dữ liệu, không cần sự thật / learn a model from the data, without truth."""
    from flows.config import load_settings

    settings = [load_settings(run_file) for run_file in run_files]
    from flows.train import train_on, write_model
    from flows.train_view import print_training

    end = train_on(settings)
    shown = console()
    print_training(end, shown)
    if out is not None:
        write_model(end, out)
        shown.print(f'mô hình / model: {out}   ([linkage] model = "{out.name}")', markup=False)
