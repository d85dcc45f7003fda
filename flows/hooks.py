"""What Prefect calls when a run has ended, and what a run does about those before it that never got so far.

The hooks tell whom the run file names (flows/notify.py). A run that was killed stays `Running` in Prefect for ever; the next
one of its name finds its folder, and by the id in it marks it as crashed. One that was killed after its folder was renamed, and
before Prefect knew its end, has no such folder any more: its id stands in `.flow_run` beside the runs until a hook takes it away.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.states import Crashed

from flows.config import Settings, load_settings
from flows.notify import message, notify
from flows.progress import Progress
from flows.run_folder import FLOW_RUN, LAST_FLOW_RUN, Run
from matching.errors import ConfigError

_log = logging.getLogger(__name__)
WHY = "bị dừng giữa chừng / killed; found by the next run"
WHY_AT_THE_END = "bị dừng khi đang kết thúc, kết quả đã công bố vẫn nguyên vẹn / killed at its very end; what it published is whole"


def tell_completed(flow: object, flow_run: Any, state: Any) -> None:  # noqa: ANN401  (as Prefect calls it)
    """Prefect's `on_completion`: tell of a published run, in counts."""
    settings = _ended(flow_run)
    outcome = state.result(raise_on_failure=False)
    if settings is not None and hasattr(outcome, "summary"):
        told = message(settings.name, "published", exit_code=outcome.exit_code, run_id=outcome.folder.name, summary=outcome.summary)
        notify(settings.notify, told)


def tell_failed(flow: object, flow_run: Any, state: Any) -> None:  # noqa: ANN401
    """Prefect's `on_failure`, `on_crashed`, `on_cancellation`: tell of it, by the type of the error alone."""
    settings = _ended(flow_run)
    if settings is not None:
        error = state.result(raise_on_failure=False)
        kind = type(error).__name__ if isinstance(error, BaseException) else state.name
        notify(settings.notify, message(settings.name, state.type.value.lower(), exit_code=getattr(error, "exit_code", 70), error=kind))


def tell_killed(run: Run, progress: Progress) -> None:
    """Say that earlier runs were killed, mark them as crashed in Prefect where it lets us, and note this one's own id."""
    for flow_run in run.killed:
        progress.say("lượt chạy trước bị dừng giữa chừng / the run before was killed")
        progress.log.write("found_killed", flow_run=flow_run)
        if flow_run:
            _mark(flow_run, WHY)
    last = _noted(run.root)
    if last and last not in run.killed and _mark(last, WHY_AT_THE_END):
        progress.say("lượt chạy trước bị dừng khi đang kết thúc / the run before was killed at its very end")
        progress.log.write("found_killed", flow_run=last)
    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        for note in (run.tmp / FLOW_RUN, run.root / LAST_FLOW_RUN):
            note.write_text(str(context.flow_run.id), "ascii")


def _noted(root: Path) -> str:
    """The run in `root` of which no hook has been told that it ended; empty if there is none."""
    try:
        return (root / LAST_FLOW_RUN).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _ended(flow_run: Any) -> Settings | None:  # noqa: ANN401
    """The settings of a run whose end Prefect knows; the note that it is under way goes, if it is still this run's."""
    settings = _settings(flow_run)
    if settings is not None and _noted(settings.root) == str(flow_run.id):
        (settings.root / LAST_FLOW_RUN).unlink(missing_ok=True)
    return settings


def _mark(flow_run: str, why: str) -> bool:
    """Let Prefect know that a run crashed; whether it took it for running until now."""
    running, failure = False, ""
    try:
        with get_client(sync_client=True) as client:
            running = client.read_flow_run(UUID(flow_run)).state_type == "RUNNING"
            if running:
                client.set_flow_run_state(UUID(flow_run), Crashed(message=why), force=True)
    except Exception as error:
        failure = type(error).__name__
    if failure:
        _log.warning("Prefect could not mark the killed run: %s", failure)
    return running


def _settings(flow_run: Any) -> Settings | None:  # noqa: ANN401
    try:
        return load_settings(Path(flow_run.parameters["run_file"]))
    except (ConfigError, KeyError):  # the run has failed by that very run file, and says so itself
        return None
