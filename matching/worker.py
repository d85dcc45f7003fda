"""What every worker process does first: it sees to it that it ends with the run that started it.

A run that is killed cannot end its workers, and a pool's workers wait for work for ever, with persons' data in their memory.
"""

from __future__ import annotations

import atexit
import os
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it is gone, however it went: the pipe between them closes then."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def end_at_once() -> None:
    """Let this process end without taking apart what it keeps, for what it has done is handed over by then.

    Objects by the hundred thousand took 1.5 s of a processor to be freed one by one, and the run waits for it.
    """
    atexit.register(os._exit, 0)  # multiprocessing has written out its streams before


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
