"""Whether the day that a reviewer wrote beside a decision can be the day of the decision; what cannot is told, and counts all the same.

No clock is asked, so that a re-run says the same: a decision is not older than the list that asked for it, nor younger than
the file it stands in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

NO_DAY = "no_day"
AFTER_FILE = "after_file"
BEFORE_RUN = "before_run"
_ELSEWHERE = timedelta(days=1)  # the reviewer's clock may be ahead of UTC


def last_day(path: Path) -> date:
    """The last day that a decision in the file can have been made on: that on which it was saved, anywhere on earth."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date() + _ELSEWHERE


def wrong_day(decided_at: str, saved: date | None, first_seen: date | None) -> str:
    """What is wrong with the day of a decision: `no_day`, `after_file`, `before_run`; empty if nothing is, or no day is given."""
    if not decided_at:
        return ""
    try:
        day = date.fromisoformat(decided_at)
    except ValueError:
        return NO_DAY
    if saved is not None and day > saved:
        return AFTER_FILE
    return BEFORE_RUN if first_seen is not None and day < first_seen else ""
