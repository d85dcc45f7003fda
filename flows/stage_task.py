"""What a stage is to Prefect: a task without cache or stored result, within its time, whose foreign errors lose their text.

An error that is not one of ours is re-raised with its type alone, since engine errors quote input lines and Prefect would keep them.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

import duckdb
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.config import Settings
from flows.deadline import deadline
from flows.retry import DELAYS_SECONDS, JITTER, bare, is_transient, worth_a_retry
from flows.run import Run, is_out_of_space
from flows.short_memory import short_of_memory
from matching.errors import DoisoatError, Problem, StageError

P = ParamSpec("P")
T = TypeVar("T")

_TOP = Path(__file__).resolve().parent.parent
_OURS = ("matching", "expectations", "flows")


def stage(*, retries: int = 0) -> Callable[[Callable[Concatenate[Run, P], T]], Callable[Concatenate[Run, P], T]]:
    """Make a function a task without cache or stored result, whose foreign errors lose everything but their type.

    With `retries`, which only a stage may have that can be done over, an OSError that may be gone in a moment is tried again
    (flows/retry.py) and comes out bare in the end; every other error ends the run at once.
    """

    def decorate(function: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[Run, P], T]:
        """The function as a task."""

        @wraps(function)
        def guarded(run: Run, *args: P.args, **kwargs: P.kwargs) -> T:
            """The function within its time, its errors ours or without a text."""
            engine = next((found.engine for found in args if isinstance(found, Settings)), None)
            try:
                with deadline(function.__name__, engine.stage_timeout if engine else None):
                    return function(run, *args, **kwargs)
            except DoisoatError:
                raise
            except Exception as error:
                if is_out_of_space(error):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
                if retries and isinstance(error, OSError) and is_transient(error):
                    raise bare(error) from None
                if isinstance(error, duckdb.OutOfMemoryException) and engine:
                    raise short_of_memory(f"[engine] memory = {engine.memory!r} (stage {function.__name__})", error) from None
                shown = error if os.environ.get("DOISOAT_TRACEBACK") == "1" else None
                raise scrubbed(function.__name__, error) from shown

        as_task = task(
            name=function.__name__, cache_policy=NO_CACHE, persist_result=False, log_prints=False,
            retries=retries, retry_delay_seconds=list(DELAYS_SECONDS), retry_jitter_factor=JITTER, retry_condition_fn=worth_a_retry,
        )  # fmt: skip
        return cast(Callable[Concatenate[Run, P], T], as_task(guarded))

    return decorate


def scrubbed(name: str, error: Exception) -> StageError:
    """What may be said of a foreign error: its type, and where in our code it arose."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_TOP) and file.relative_to(_TOP).parts[0] in _OURS:
            place = f" at {file.relative_to(_TOP).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    found = f"{type(error).__name__}{place}"
    fix = "DOISOAT_TRACEBACK=1: hiện toàn bộ lỗi, kể cả dữ liệu đầu vào / shows the whole error, input values included"
    return StageError(Problem(f"stage {name}", found, "không lỗi / no error", fix))
