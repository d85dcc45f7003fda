"""The outcome as a page that opens offline: what Great Expectations calls Data Docs, made here.

Its own pages load scripts and styles from five foreign hosts and an image that counts who opens them; this one loads nothing, runs
nothing, and holds counts, rules and lines of files, never a value.
"""

from __future__ import annotations

from pathlib import Path

from flows.templates import templates
from flows.validate.files import write_text
from flows.validate.outcome import Outcome
from flows.validate.words import SEVERITY, STATUS, counted, lines, quarantine_reason, tolerated

PAGE = "index.html"


def write_page(outcome: Outcome, folder: Path) -> Path:
    """Write `folder/index.html`, in a folder for its owner only; returns the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(folder / PAGE, render(outcome))
    return folder / PAGE


def render(outcome: Outcome) -> str:
    """The page as HTML."""
    environment = templates("flows.validate")
    environment.globals.update(
        STATUS=STATUS, SEVERITY=SEVERITY, counted=counted, tolerated=tolerated, lines=lines, quarantine_reason=quarantine_reason,
    )  # fmt: skip
    return environment.get_template("validate.html.j2").render(o=outcome)
