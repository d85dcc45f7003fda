"""Ids for people to quote: the same in every run for the same record, not guessable, and text to every spreadsheet."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256

# RFC 4648 letters to Crockford's: no I, L, O, U, so that 1 and 0 cannot be taken for letters.
_ALPHABET = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LENGTH = 20  # of 5 bits each: among 30 million ids the chance of any collision is about 4e-16


def keyed_id(key: bytes, prefix: str, *parts: str) -> str:
    """`prefix`, a hyphen and 20 characters that only the holder of `key` can derive from `parts`.

    It starts with letters and a hyphen, so it is never a number, a number with an exponent or a formula. Each part counts by
    its length, so ("ab", "c") and ("a", "bc") differ. ValueError unless the prefix is capital letters and the key not empty.
    """
    if not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
        raise ValueError("the prefix of an id must be capital letters A to Z")
    if not key:
        raise ValueError("the key of ids is empty")
    encoded = [part.encode("utf-8") for part in (prefix, *parts)]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
    digest = hmac.new(key, message, sha256).digest()
    return f"{prefix}-{b32encode(digest[:15])[:_LENGTH].translate(_ALPHABET).decode('ascii')}"
