"""Keyed ids of who was erased: what stays of him in the manifest and the audit log, so that nobody makes him anew by mistake.

Who holds the key and the id can tell that it was erased, and when; nobody can read from it who that was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.key_file import read_key
from flows.publish import read_manifest
from matching.errors import NotFound, Problem
from matching.identifiers import keyed_id

_PREFIX = "ER"
_WORD = re.compile(r"\w+")


def person_token(key: bytes, id_: str) -> str:
    """The keyed id of a resident's id or number."""
    return keyed_id(key, _PREFIX, id_)


def record_token(key: bytes, record_id: str) -> str:
    """The keyed id of a partner's record."""
    return keyed_id(key, _PREFIX, "record", record_id)


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Who was erased from one run: keyed id -> day."""

    key: bytes
    days: dict[str, str]

    def refuse(self, run: Path, record_id: str, person_id: str | None) -> None:
        """NotFound, with the day, if the record or the resident was erased from the run in folder `run`."""
        if not self.days:
            return
        asked = [record_token(self.key, record_id), *([person_token(self.key, person_id)] if person_id else [])]
        for token in asked:
            if day := self.days.get(token):
                fix = "không tính lại được nữa / it is not made anew from the inputs"
                raise NotFound(
                    Problem(
                        str(run),
                        f"đã xóa ngày / erased on {day}",
                        "một mã chưa bị xóa / an id that was not erased",
                        fix,
                    )
                )

    def hides(self, values: Iterable[object]) -> bool:
        """Whether one of `values` names somebody who was erased."""
        words = {word for value in values for word in _WORD.findall(str(value))}
        return bool(self.days) and any(person_token(self.key, word) in self.days for word in words)


def tombstones(run: Path) -> Tombstones:
    """Those of the published run in folder `run`; ConfigError if it has some, and their key is not to be found."""
    manifest = read_manifest(run)
    entries: list[dict[str, Any]] = manifest.get("erased", [])
    days = {token: entry["at"][:10] for entry in entries for token in (entry["person"], *entry.get("ids", ()), *entry.get("records", ()))}
    named = manifest["configuration"]["secrets"]["key_file"]
    return Tombstones(read_key(Path(named) if named else run.parent.parent / "key") if days else b"", days)
