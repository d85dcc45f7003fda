"""Whether an error means that the disk is full."""

from __future__ import annotations

import errno

_FULL = ("No space left on device", "Disk quota exceeded")


def is_out_of_space(error: BaseException) -> bool:
    """Whether a full disk or quota is at the bottom of `error`, whichever library reported it."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(text in str(cause) for text in _FULL):  # DuckDB and Arrow raise errors of their own
            return True
        cause = cause.__cause__ or cause.__context__
    return False
