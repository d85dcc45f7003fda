"""Telling somebody how a run ended: a webhook, a command, or both, as the run file says; counts only, and never at the cost of the run."""

from __future__ import annotations

import json
import logging
import subprocess
import urllib.request
from collections.abc import Callable
from typing import Any

from flows.config import Notify

SECONDS = 10
_log = logging.getLogger(__name__)

Message = dict[str, Any]


def message(name: str, status: str, *, exit_code: int, run_id: str = "", error: str = "", summary: Message | None = None) -> Message:
    """What is told: `status` is published, failed or crashed; of a published run its outcomes and mismatches in counts."""
    counts: Message = {key: summary[key] for key in ("rows_read", "outcomes")} if summary else {}
    return {"name": name, "run_id": run_id, "status": status, "exit_code": exit_code, "error": error, **counts}


def notify(chosen: Notify, told: Message) -> list[str]:
    """Send `told` to whoever is named; returns the types of the errors, which are logged and end nothing."""
    body = json.dumps(told, ensure_ascii=False).encode()
    failed = []
    if chosen.webhook:
        failed += _try("webhook", lambda: _post(str(chosen.webhook), body))
    if chosen.command:
        failed += _try("command", lambda: _call(chosen.command, body))
    return failed


def _try(way: str, send: Callable[[], None]) -> list[str]:
    try:
        send()
    except Exception as error:
        failure = type(error).__name__  # its text may hold the address, which may hold a secret
    else:
        return []
    _log.warning("no notification by %s: %s", way, failure)
    return [failure]


def _post(address: str, body: bytes) -> None:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        answer.read(1)


def _call(command: tuple[str, ...], body: bytes) -> None:
    subprocess.run(command, input=body, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=True)
