"""Each mismatch to one cause at most: the biggest cause takes its mismatches, what is left of the others is counted anew."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import TypeVar

from matching.findings.causes.base import LEAST

Cause = TypeVar("Cause")


def assign(members: Mapping[Cause, Sequence[str]], order: Mapping[Cause, tuple[int, str]]) -> dict[Cause, list[str]]:
    """Cause -> its records, none in two, none with fewer than three; equals are taken by `order`."""
    waiting = [(-len(records), order[cause], cause) for cause, records in members.items()]
    heapq.heapify(waiting)
    taken: set[str] = set()
    chosen: dict[Cause, list[str]] = {}
    while waiting:
        size, place, cause = heapq.heappop(waiting)
        left = [record for record in members[cause] if record not in taken]
        if len(left) < LEAST:
            continue
        if len(left) < -size:
            heapq.heappush(waiting, (-len(left), place, cause))
            continue
        chosen[cause] = left
        taken.update(left)
    return chosen
