"""`explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands import STDIN, RunDir, app, asked, console
from flows.help_page import Command

_RECORD = f"Mã của bản ghi đối tác; {STDIN[0]} / the id of the partner's record; {STDIN[1]}."
_PERSON = f"Vì sao không phải cư dân này; {STDIN[0]} / why it is not this resident; {STDIN[1]}."


@app.command(cls=Command)
def explain(
    run_dir: RunDir,
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help=_RECORD)],
    person: Annotated[str | None, typer.Option(metavar="PERSON_ID", help=_PERSON)] = None,
) -> None:
    """Vì sao bản ghi này có kết quả này / why a record ended as it did."""
    from flows.publish import run_folder

    folder = run_folder(run_dir)
    if person is None:
        (record,), who = asked(record_id, names=("RECORD_ID",)), None
    else:
        record, who = asked(record_id, person, names=("RECORD_ID", "--person"))
    from flows.explain_view import print_explain

    print_explain(folder, record, console(), who)
