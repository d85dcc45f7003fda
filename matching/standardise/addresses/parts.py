"""The parts of an address between commas and dashes, as (written, folded) of the same length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CUT = re.compile(r"[,;]+| - |--+| / (?=[^\s\d])")
_EMPTY = " .-/:)(+&'"


def parts_of(text: str, folded: str) -> Iterator[tuple[str, str]]:
    """The parts of a text that say anything; `folded` is its aligned fold."""
    if "," not in folded and ";" not in folded and "-" not in folded and " / " not in folded:
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


_BEHIND = re.compile(r"\s?-\S|\s\S")
_BEFORE = re.compile(r".*[^\s,;-]\s")
_BARE = re.compile(r"[\W_]*(?![dp]\.|k\.)[^\W\d_](?:[^\d,;]*[^\W\d_])?[\W_]*")
_WORDY = re.compile(
    r"(?<![a-z])(?:duong|pho(?=\W+[a-z])|ngo|ngach|hem|kiet|thon|xom|ap|khom|khoi|khu|ban|buon|bon|lang|plei|to|doi|toa|can|lo|chung cu)(?![a-z])"
)


def meant(text: str, folded: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """The parts outside the units without what is left of a misspelt one: bare words behind a unit that the next one or the last continues.

    `Phường Đông Hòa, Tành phố Dĩ An`, `TP Phan Rang-Tháp Hàm`. Behind a unit a street or hamlet says so by its kind or has a number.
    """
    position = 0
    ordered = sorted(spans)
    for i, (start, end) in enumerate([*ordered, (len(text), len(text))]):
        part = folded[position:start]
        joined = i and (_BEHIND.match(part) if i == len(ordered) else _BEFORE.fullmatch(part))
        if not joined or not _BARE.fullmatch(part) or _WORDY.search(part):
            yield from parts_of(text[position:start], part)
        position = max(position, end)


def outside(text: str, folded: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """The parts of the text outside the units, whose spans are cuts too."""
    position = 0
    for start, end in [*sorted(spans), (len(text), len(text))]:
        yield from parts_of(text[position:start], folded[position:start])
        position = max(position, end)
