"""A stream of UTF-8 bytes -> blocks of whole physical lines. The line is the unit that rows are counted by.

LF, CRLF and lone CR all end a line, also mixed in one file. A line longer than MAX_LINE keeps its place and its number,
but only its start: so memory is bounded, and the count of lines stays true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.ingest.limits import MAX_LINE, MAX_RUNAWAY
from matching.errors import InputRefused, Problem

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
_LF, _CR = 10, 13


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: `data` ends with LF, CR stands only before LF; line i is data[starts[i]:stops[i]] (without its end).

    `endless`: the last of them, the last of the file, has no line end of its own.
    """

    first_line: int
    data: Bytes
    starts: Places
    stops: Places
    ends: Places
    endless: bool = False

    def line(self, at: int) -> bytes:
        """The bytes of line `at` without its end."""
        return self.data[self.starts[at] : self.stops[at]].tobytes()


def blocks(pieces: Iterator[bytes], name: str) -> Iterator[Block]:
    """All lines of the stream, in blocks; lines are numbered from 1. InputRefused if a line never ends."""
    number = 1
    for data, endless in _whole_lines(pieces, name):
        block = _block(number, data, endless)
        number += len(block.starts)
        yield block


def _whole_lines(pieces: Iterator[bytes], name: str) -> Iterator[tuple[bytes, bool]]:
    """Pieces that end with a line, and whether its end is one that the file has not."""
    rest, dropped = b"", 0
    for piece in pieces:
        data = piece
        if dropped:  # inside a line that is too long already
            end = _first_end(data)
            dropped += len(data) if end < 0 else end
            if dropped > MAX_RUNAWAY:
                what = f"a line has no end within {MAX_RUNAWAY >> 20} MiB / dòng quá dài"
                raise InputRefused(
                    Problem(
                        name, what, "dòng văn bản / lines of text", "tệp hỏng, hoặc không phải bảng / the file is damaged or no text table"
                    )
                )
            if end < 0:
                continue
            data, dropped = data[end:], 0
        data = rest + data
        cut = 1 + max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1))
        if cut:
            yield data[:cut], False
        rest = data[cut:]
        if len(rest) > MAX_LINE + 1:
            dropped = len(rest) - MAX_LINE - 1
            ends_in_cr = rest.endswith(b"\r")
            rest = rest[: MAX_LINE + 1]
            if ends_in_cr:
                rest, dropped = rest + b"\r", 0
    if rest:
        ended = rest.endswith(b"\r")
        yield (rest, False) if ended else (rest + b"\n", True)


def _first_end(data: bytes) -> int:
    ends = [end for end in (data.find(b"\n"), data.find(b"\r")) if end >= 0]
    return min(ends, default=-1)


def _block(number: int, raw: bytes, endless: bool) -> Block:
    data = np.frombuffer(raw, np.uint8)
    if b"\r" in raw:
        data = _lone_cr_to_lf(data)
    ends = np.flatnonzero(data == _LF)
    starts = np.concatenate(([0], ends[:-1] + 1))
    before = data[np.maximum(ends - 1, 0)]
    stops = np.where((before == _CR) & (ends > starts), ends - 1, ends)
    return Block(number, data, starts, stops, ends, endless)


def _lone_cr_to_lf(data: Bytes) -> Bytes:
    places = np.flatnonzero(data == _CR)
    lone = places[data[np.minimum(places + 1, len(data) - 1)] != _LF]
    if len(lone):
        data = data.copy()
        data[lone] = _LF
    return data
