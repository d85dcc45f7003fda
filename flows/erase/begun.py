"""What an erasure that was not finished needs to be repeated: the ids it had found, in a private file that goes with its end.

The first runs that it changed have no tables any more, so who a number means could not be found out a second time.
"""

from __future__ import annotations

import json
from pathlib import Path

from flows.sealed import json_line, replace_text

_NAME = ".erasing-"


def begin(root: Path, token: str, persons: frozenset[str]) -> None:
    """Note the ids and numbers of the person with the keyed id `token`."""
    replace_text(root / f"{_NAME}{token}", json_line({"persons": sorted(persons)}) + "\n")


def begun_with(root: Path, known: set[str]) -> tuple[str, frozenset[str]]:
    """The keyed id, ids and numbers of an unfinished erasure that knows one of `known`; empty if there is none."""
    for file in sorted(root.glob(f"{_NAME}*")):
        persons = _persons(file)
        if persons & known:
            return file.name.removeprefix(_NAME), persons
    return "", frozenset()


def end(root: Path, token: str) -> None:
    """Forget them."""
    (root / f"{_NAME}{token}").unlink(missing_ok=True)


def _persons(file: Path) -> frozenset[str]:
    try:
        return frozenset(json.loads(file.read_text("utf-8"))["persons"])
    except (ValueError, KeyError, TypeError):  # nothing writes such a file; then it helps nobody
        return frozenset()
