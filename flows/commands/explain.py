"""`explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands import RunDir, app, console


@app.command()
def explain(
    run_dir: RunDir,
    record_id: Annotated[str, typer.Argument(help="Mã của bản ghi đối tác / the partner's record.")],
    person: Annotated[
        str | None, typer.Option(metavar="PERSON_ID", help="Vì sao không phải người này / why it is not this resident.")
    ] = None,
) -> None:
    """Vì sao bản ghi này có kết quả này / why a record ended as it did."""
    from flows.publish import run_folder

    folder = run_folder(run_dir)
    from flows.explain_view import print_explain

    print_explain(folder, record_id, console(), person)
