"""The secret that ids are keyed with (matching/identifiers.py), in a file of its own: without it every id would be new."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from matching.errors import ConfigError, Problem

KEY_BYTES = 32


def key_id(key: bytes) -> str:
    """Eight hex digits that name a key without giving it away: the manifest tells by it whether ids can be compared."""
    return hmac.digest(key, b"doisoat key id", "sha256")[:4].hex()


def read_key(file: Path) -> bytes:
    """The key in `file` (64 or more hex digits); ConfigError if there is none or it is none."""
    expected = f"tệp khóa / a key file: {2 * KEY_BYTES} chữ số hex / hex digits"
    try:
        key = bytes.fromhex(file.read_text("ascii"))
    except OSError as error:
        raise ConfigError(Problem(str(file), type(error).__name__, expected)) from None
    except ValueError:  # the text is a secret and stays out of the message
        raise ConfigError(Problem(str(file), "không phải khóa / not a key", expected)) from None
    if len(key) < KEY_BYTES:
        raise ConfigError(Problem(str(file), f"{len(key)} byte", expected))
    return key


def make_key(file: Path) -> None:
    """Write a new key unless `file` is there; two runs that start at once get one key. OSError if it cannot."""
    draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(KEY_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):  # link, not rename: never over a key that somebody else just made
            file.hardlink_to(draft)
    finally:
        draft.unlink()
