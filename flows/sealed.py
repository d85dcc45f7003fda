"""A file of JSON lines, each of which seals the one before: who changes, adds, removes or moves one breaks every seal after it.

With a key only its holder can make a seal; without one the chain tells of damage and of careless hands. A line must stand
there just as it was written, to the byte. A cut tail is no broken seal: who must notice that keeps the last seal elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from matching.errors import InputRefused, Problem

START = "0" * 64

Line = dict[str, Any]


def read_sealed(file: Path, key: bytes = b"") -> list[Line]:
    """The lines of `file`, oldest first, without their seals; none if there is no file.

    InputRefused, with the number of the line, if one was changed, removed, moved or put in.
    """
    lines: list[Line] = []
    seal = START
    for number, text in enumerate(_texts(file), 1):
        line = _line(text)
        seal = next_seal(seal, {name: value for name, value in line.items() if name != "seal"}, key)
        if line.pop("seal", None) != seal or json_line({**line, "seal": seal}).encode() != text:
            raise altered(file, number)
        lines.append(line)
    return lines


def write_sealed(file: Path, lines: Iterable[Mapping[str, Any]], key: bytes = b"") -> str:
    """Write the whole file anew beside the old one, which it then replaces by one rename; returns the last seal."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seal = START
    texts = []
    for line in lines:
        seal = next_seal(seal, line, key)
        texts.append(json_line({**line, "seal": seal}))
    replace_text(file, "".join(f"{text}\n" for text in texts))
    return seal


def last_seal(lines: Iterable[Mapping[str, Any]], key: bytes = b"") -> str:
    """The seal of the last of `lines`; START if there is none."""
    seal = START
    for line in lines:
        seal = next_seal(seal, line, key)
    return seal


def next_seal(before: str, line: Mapping[str, Any], key: bytes = b"") -> str:
    """What seals `line` after a line whose seal is `before`."""
    message = f"{before}\n{json_line(line)}".encode()
    return hmac.digest(key, message, "sha256").hex() if key else hashlib.sha256(message).hexdigest()


def json_line(line: Mapping[str, Any]) -> str:
    """The one way in which a line is written."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def replace_text(file: Path, text: str) -> None:
    """Write a private file whole or not at all, forced to the disk."""
    draft = file.with_name(f".{file.name}")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8", newline="\n") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def altered(file: Path, number: int) -> InputRefused:
    """The error for a line that is not as it was written."""
    found = "dòng đã bị sửa, thêm hoặc xóa / the line was changed, added or removed"
    expected = "nhật ký không bị sửa / a log that nobody has changed"
    fix = "lấy lại từ bản sao lưu / put it back from a backup"
    return InputRefused(Problem(f"{file}:{number}", found, expected, fix))


def _texts(file: Path) -> list[bytes]:
    if not file.exists():
        return []
    texts = file.read_bytes().split(b"\n")
    if texts.pop():
        raise altered(file, len(texts) + 1)
    return texts


def _line(text: bytes) -> Line:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
