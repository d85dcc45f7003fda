"""A stage that takes longer than `[engine] stage_timeout` is stopped: its statements in DuckDB, and Python between two of its steps."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from matching.engine import interrupt_all
from matching.errors import Problem, StageError

_AGAIN_SECONDS = 0.5  # a statement may start right after the one that was interrupted


class _Late(Exception):
    """Raised in the stage's own thread when its time is over."""


@contextlib.contextmanager
def deadline(name: str, seconds: int | None) -> Iterator[None]:
    """Let the block run for at most `seconds` (None: for ever); StageError if that was not enough."""
    if seconds is None:
        yield
        return
    over, done = threading.Event(), threading.Event()
    watch = threading.Thread(target=_watch, args=(seconds, over, done), daemon=True)
    late = False
    try:
        with _alarm(seconds):
            watch.start()
            yield
    except _Late:
        late = True
    except Exception:
        late = over.is_set()
        if not late:
            raise
    finally:
        done.set()
        if watch.ident is not None:
            watch.join()  # what it may be interrupting is this stage's: nothing of the next one
    if late:
        fix = "tăng [engine] stage_timeout, hoặc cho thêm máy / raise it, or give the run more of the machine"
        raise StageError(Problem(f"stage {name}", f"quá / longer than {seconds} s", f"{seconds} s", fix))


def _watch(seconds: float, over: threading.Event, done: threading.Event) -> None:
    if done.wait(seconds):
        return
    over.set()
    interrupt_all()
    while not done.wait(_AGAIN_SECONDS):
        interrupt_all()


@contextlib.contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    """Raise in the main thread shortly after `seconds`; elsewhere only DuckDB can be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = [True]

    def late(_signal: int, _frame: FrameType | None) -> None:
        """Raise in the stage, unless it has ended by now."""
        if armed:
            raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds + _AGAIN_SECONDS, _AGAIN_SECONDS)
    try:
        try:
            yield
        finally:
            armed.clear()  # an alarm before this line is the stage's, one after it is nobody's
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
