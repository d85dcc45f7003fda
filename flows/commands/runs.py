"""`run`, `check`, `version`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import RunFile, app, console
from flows.help_page import Command
from matching.errors import InputRefused

if TYPE_CHECKING:
    from flows.config import Settings


@app.command(cls=Command)
def run(
    run_file: RunFile,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Chỉ báo lỗi / print errors only.")] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Không vẽ tiến độ / no progress line.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Nhật ký JSON ra stderr / events as JSON lines to stderr.")] = False,
) -> None:
    """Đối soát và công bố kết quả / reconcile and publish the result."""
    from flows.config import load_settings
    from flows.inputs import check_inputs
    from flows.run import hold_output

    settings = load_settings(run_file)
    try:
        check_inputs(settings)
    except InputRefused as error:
        if settings.root.is_dir():  # that another run holds the output is told first: its input may be on its way
            with hold_output(settings):
                pass
        _tell(settings, error, log_json)
        raise
    with hold_output(settings):  # a wrong file or a held output is told before Prefect takes its seconds to start
        from rich.markdown import Markdown

        from flows.events import EventLog
        from flows.progress import Progress
        from flows.reconcile import run_reconcile
        from flows.summary import markdown

        shown = console()
        log = EventLog(sys.stderr if log_json else None)
        outcome = run_reconcile(settings, Progress(None if quiet or no_progress else shown, log=log))
        if not quiet:
            shown.print(Markdown(markdown(outcome.summary, outcome.folder)))
    raise typer.Exit(outcome.exit_code)


def _tell(settings: Settings, error: InputRefused, log_json: bool) -> None:
    """Tell of a run that was refused before Prefect, whose hooks tell of all others, was started."""
    from flows.events import EventLog
    from flows.notify import message, notify

    kind = type(error).__name__
    EventLog(sys.stderr if log_json else None, settings.log.file).write("failed", error=kind, exit_code=error.exit_code)
    notify(settings.notify, message(settings.name, "failed", exit_code=error.exit_code, error=kind))


@app.command(cls=Command)
def check(run_file: RunFile) -> None:
    """Kiểm tra cấu hình và tiêu đề cột, không chạy / check the run file and the headers, without a run."""
    from flows.check_view import print_check
    from flows.config import load_settings

    print_check(load_settings(run_file), console())


@app.command(cls=Command)
def version() -> None:
    """Phiên bản / the version."""
    from flows.manifest import code_version

    code = code_version()
    commit = f" ({code['commit'][:12]}, {code['state']})" if code["commit"] else ""
    typer.echo(f"doisoat {code['version']}{commit}, Python {sys.version.split()[0]}")
