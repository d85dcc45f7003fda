"""The parts of an address between commas and dashes, as (written, folded) of the same length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CUT = re.compile(r"[,;]+| - |--+")
_EMPTY = " .-/:)(+&'"


def parts_of(text: str, folded: str) -> Iterator[tuple[str, str]]:
    """The parts of a text that say anything; `folded` is its aligned fold."""
    if "," not in folded and ";" not in folded and "-" not in folded:
        if folded.strip(_EMPTY):
            yield text, folded
        return
    position = 0
    for match in _CUT.finditer(folded):
        if folded[position : match.start()].strip(_EMPTY):
            yield text[position : match.start()], folded[position : match.start()]
        position = match.end()
    if folded[position:].strip(_EMPTY):
        yield text[position:], folded[position:]


def outside(text: str, folded: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """The parts of the text outside the units, whose spans are cuts too."""
    position = 0
    for start, end in [*sorted(spans), (len(text), len(text))]:
        yield from parts_of(text[position:start], folded[position:start])
        position = max(position, end)
