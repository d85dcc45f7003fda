"""A published page once more, in another language: drawn from summary.json alone, so nothing personal can come in."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import UndefinedError

from flows.report.page import render_page
from matching.errors import InputRefused, Problem


def draw_again(run: Path, lang: str, target: Path) -> None:
    """Write the page of the published run in folder `run` to `target`; InputRefused if its summary cannot be read or drawn."""
    path = run / "summary.json"
    try:
        summary = json.loads(path.read_text("utf-8"))
        page = render_page(summary, lang)
    except (OSError, ValueError, KeyError, UndefinedError) as error:
        fix = "chạy lại bằng phiên bản này / run again with this version"
        raise InputRefused(Problem(str(path), type(error).__name__, "summary.json của một lượt / the summary of a run", fix)) from None
    target.touch(mode=0o600)
    target.write_text(page, encoding="utf-8", newline="\n")
