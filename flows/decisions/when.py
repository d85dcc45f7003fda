"""Whether the day that a reviewer wrote beside a decision can be the day of the decision; what cannot is told, and counts all the same.

No clock and no file's time is asked, so that the same inputs say the same: a decision is not older than the list that asked for
it, nor from more than a year after the day that the run which reads it is about (a year that was mistyped).
"""

from __future__ import annotations

from datetime import date, timedelta

NO_DAY = "no_day"
FAR_AHEAD = "far_ahead"
BEFORE_RUN = "before_run"
_AHEAD = timedelta(days=366)


def as_day(text: str) -> date | None:
    """The day of an ISO text; None for any other."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wrong_day(decided_at: str, as_of: date, first_seen: date | None) -> str:
    """What is wrong with the day of a decision that the run of `as_of` reads: `no_day`, `far_ahead`, `before_run`; empty if nothing is, or no day is given.

    `first_seen` is the as-of date of the first run that listed the row, None if it is not known.
    """
    if not decided_at:
        return ""
    day = as_day(decided_at)
    if day is None:
        return NO_DAY
    if day > as_of + _AHEAD:
        return FAR_AHEAD
    return BEFORE_RUN if first_seen is not None and day < first_seen else ""
