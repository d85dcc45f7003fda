"""What is worth a second try: input on a network share that was out of reach for a moment, and nothing else.

A wrong file stays wrong, a failed gate stays failed, a full disk stays full: to run those again only hides for a while what
somebody has to see.
"""

from __future__ import annotations

import errno
import os
from typing import Any

# What a share (NFS, SMB) answers while its server restarts or the line is down: Linux errno(3), mount.nfs(8) under "soft".
TRANSIENT = frozenset(
    {
        errno.EIO, errno.EREMOTEIO, errno.ESTALE, errno.ETIMEDOUT, errno.EAGAIN, errno.ENETDOWN, errno.ENETUNREACH,
        errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ECONNRESET, errno.ECONNABORTED, errno.ECONNREFUSED, errno.ENOTCONN,
    }
)  # fmt: skip

RETRIES = 2
DELAYS_SECONDS = (5.0, 20.0)
JITTER = 0.5  # several runs that lost one share do not come back in the same moment


def is_transient(error: object) -> bool:
    """Whether `error` is an OSError that may be gone in a moment; never one of ours, whatever it wraps."""
    return isinstance(error, OSError) and error.errno in TRANSIENT


def bare(error: OSError) -> OSError:
    """The same error without its file names and arguments: what Prefect may keep of it."""
    return OSError(error.errno, os.strerror(error.errno or 0))


def worth_a_retry(_task: object, _run: object, state: Any) -> bool:  # noqa: ANN401  (a Prefect State of any result)
    """Prefect's `retry_condition_fn`: the failed `state` holds the error of the attempt."""
    return is_transient(state.data)
