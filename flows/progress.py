"""How far a run is: for whoever watches the terminal, and as a Prefect progress artifact. Names of stages and counts only."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

from flows.events import EventLog

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
    """Seconds by stage, the line on the terminal (`console` None: silent), and the log of events.

    `expected` is what the stages took the last time: out of it comes how long the rest will take.
    """

    console: Console | None = None
    timings: dict[str, float] = field(default_factory=dict)
    log: EventLog = field(default_factory=EventLog)
    expected: Mapping[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Show and time one stage."""
        start = time.perf_counter()
        title = STAGES[name]
        waiting: Status | nullcontext[None] = self.console.status(f"{title} …") if self.console else nullcontext()
        with waiting:
            yield
        self.timings[name] = time.perf_counter() - start
        self.log.write("stage", stage=name, seconds=round(self.timings[name], 3))
        if self.console:
            self.console.print(f"[green]✓[/green] {title:<42} {self.timings[name]:>7.1f} s")

    def taken(self, step: str) -> None:
        """Say that a step was taken over from the run before, which did not come to its end."""
        self.log.write("resumed", step=step)
        if self.console:
            title = STAGES.get(step, step)
            self.console.print(f"[cyan]↻[/cyan] {title}: lấy lại từ lượt chạy bị dừng / taken over from the run that stopped")

    def say(self, text: str) -> None:
        """A line on the terminal."""
        if self.console:
            self.console.print(text, markup=False)

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take if it goes as the last time, at the speed of today; None if there was none."""
        rest = sum(seconds for name, seconds in self.expected.items() if name not in self.timings)
        done = sum(self.expected.get(name, 0.0) for name in self.timings)
        spent = sum(seconds for name, seconds in self.timings.items() if name in self.expected)
        return None if not self.expected else rest * (spent / done if done and spent else 1.0)

    @property
    def share(self) -> float:
        """Stages done, in percent."""
        return 100 * len(self.timings) / len(STAGES)


# The run that this process works on: set by the command line, read by the flow; a flow started by a worker is silent.
current: ContextVar[Progress] = ContextVar("current")
