"""Which encoding a text file is in, and its bytes as UTF-8.

Undecodable bytes never stop a file: they become bytes that are no UTF-8, so that the line that holds them, and no other,
is found by the check of lines and goes to quarantine. Vietnamese legacy text inside a UTF-8 file (TCVN3, VNI) is valid
UTF-8 and is left to standardise.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from flows.ingest.limits import BAD_LINE_SHARE, FEW_BAD_LINES

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-16", "cp1258", "cp1252", "latin-1")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323ăĂđĐơƠưƯ")  # what cp1258 has and other single-byte code pages lack
_LETTERS = _MARKS | frozenset("ÀÁÂÈÉÊÌÍÒÓÔÙÚàáâèéêìíòóôùúÃãÕõÝý")


def canonical(name: str) -> str | None:
    """The name used here for a stated encoding: `UTF8` -> `utf-8`; None if it is not one of ENCODINGS."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    known = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1"}.get(known, known)
    return known if known in ENCODINGS else None


def bom(head: bytes) -> str | None:
    """The encoding that a byte order mark at the start names, if there is one."""
    return next((name for mark, name in _BOMS if head.startswith(mark)), None)


def utf16_without_bom(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` if every other byte is mostly NUL, as digits and delimiters are in UTF-16."""
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * half and odd < 0.05 * half else None


def detect(head: bytes) -> tuple[str | None, bool]:
    """The encoding of a file that begins with `head` (whole lines), and whether the head is pure ASCII.

    None if it is neither Unicode nor plausible cp1258.
    """
    named = bom(head) or utf16_without_bom(head)
    if named is not None:
        return named, False
    if head.isascii():
        return "utf-8", True
    lines = [line for line in head.splitlines() if not line.isascii()]
    bad = [line for line in lines if not valid_utf8(line)]
    if len(bad) > max(1, BAD_LINE_SHARE * head.count(b"\n")) and len(bad) > 0.9 * len(lines) and looks_cp1258(bad):
        return "cp1258", False
    total = head.count(b"\n") + 1
    if too_many_bad(len(bad), total) or (len(bad) == len(lines) and len(bad) > 0.1 * total):
        return None, False
    return "utf-8", False


def too_many_bad(bad: int, lines: int) -> bool:
    """True if so many lines do not decode that the encoding must be another one."""
    return bad > max(FEW_BAD_LINES, BAD_LINE_SHARE * lines)


def valid_utf8(data: bytes) -> bool:
    """True if the bytes are UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def looks_cp1258(lines: list[bytes]) -> bool:
    """True if what is beyond ASCII reads as Vietnamese in cp1258: nine in ten are its letters, one in ten its own marks."""
    text = b"".join(lines).decode("cp1258", "replace")
    beyond = [char for char in text if char > "\x7f"]
    letters = sum(char in _LETTERS for char in beyond)
    marks = sum(char in _MARKS for char in beyond)
    floating = sum(b in _MARKS and unicodedata.combining(b) > 0 and not a.isalpha() for a, b in pairwise(text))
    return bool(beyond) and letters >= 0.9 * len(beyond) and marks >= 0.1 * len(beyond) and floating <= 0.05 * len(beyond)


def to_utf8(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces as UTF-8 without the mark at the start; what does not decode comes out as bytes that are no UTF-8."""
    if encoding in ("utf-8", "utf-8-sig"):
        yield from _without_bom(pieces)
    elif encoding.startswith("utf-16"):
        yield from _without_bom(_from_utf16(pieces, encoding))
    else:
        for piece in pieces:
            yield piece.decode(encoding, "surrogateescape").encode("utf-8", "surrogatepass")


def _without_bom(pieces: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= 3:
            break
    yield start.removeprefix(codecs.BOM_UTF8)
    yield from pieces


def _from_utf16(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    name = "utf-16-le" if encoding == "utf-16" else encoding  # with a mark, detection has named the order
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"  # half a character at the end: the last line is not whole
