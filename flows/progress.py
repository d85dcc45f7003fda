"""How far a run is: for whoever watches the terminal, and as a Prefect progress artifact. Names of stages and counts only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

# What each stage is called where people read it; the order is that of the run.
STAGES = {
    "ingest": "Đọc dữ liệu / ingest",
    "standardise": "Chuẩn hóa / standardise",
    "candidates": "Tìm ứng viên / block, compare, score",
    "decide": "Quyết định / decide",
    "find": "Phát hiện / find",
    "decisions": "Đọc quyết định của người xem xét / decisions",
    "report": "Báo cáo / report",
    "publish": "Công bố / publish",
}


@dataclass
class Progress:
    """Seconds by stage, and the line on the terminal; `console` None: silent."""

    console: Console | None = None
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Show and time one stage."""
        start = time.perf_counter()
        title = STAGES[name]
        waiting: Status | nullcontext[None] = self.console.status(f"{title} …") if self.console else nullcontext()
        with waiting:
            yield
        self.timings[name] = time.perf_counter() - start
        if self.console:
            self.console.print(f"[green]✓[/green] {title:<42} {self.timings[name]:>7.1f} s")

    @property
    def share(self) -> float:
        """Stages done, in percent."""
        return 100 * len(self.timings) / len(STAGES)


# The run that this process works on: set by the command line, read by the flow; a flow started by a worker is silent.
current: ContextVar[Progress] = ContextVar("current")
