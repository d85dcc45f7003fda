"""`audit-sample`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import RunDir, app, console
from flows.help_page import Command


@app.command("audit-sample", cls=Command)
def audit_sample(
    run_dir: RunDir,
    size: Annotated[int, typer.Option(min=50, help="Số cặp rút ra / how many pairs to draw.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Cùng số thì cùng mẫu / the same seed, the same sample.")] = 1,
    out: Annotated[Path, typer.Option(help="Ghi mẫu vào tệp CSV mới này / write the sample to this new CSV file.")] = Path(
        "audit_sample.csv"
    ),
    answers: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Tệp mẫu đã điền, lặp lại được: mỗi người một tệp / a filled sample, may be repeated: one file a clerk.",
        ),
    ] = None,
) -> None:
    """Rút mẫu cho người kiểm tra, hoặc đọc câu trả lời / draw a sample for clerks, or read their answers."""
    from flows.publish import read_manifest, run_folder

    folder = run_folder(run_dir)
    if answers:
        from flows.audit.answers import read_answers
        from flows.audit.view import print_audit

        print_audit(read_answers(answers, str(read_manifest(folder)["run_id"])), console())
        return
    from flows.audit.draw import draw
    from flows.audit.view import print_drawn

    print_drawn(draw(folder, size, seed, out), out, console())
