"""The key that a published run's ids were made with, found again: by whoever has to know the id of a record of that run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.key_file import key_id, read_key
from matching.errors import ConfigError, Problem


def run_key(run: Path, manifest: Mapping[str, Any], given: Path | None = None) -> bytes:
    """The key of the run's ids: the file `given`, else what the run file said, else the usual place.

    ConfigError if there is none, or it is not the one of the run.
    """
    named = manifest["configuration"].get("secrets", {}).get("key_file")
    file = given or (Path(named) if named else run.parent.parent / "key")
    if not file.is_file():
        raise ConfigError(Problem(str(file), "không có / missing", "tệp khóa của lượt chạy / the key file of the run"))
    key = read_key(file)
    if key_id(key) != manifest.get("key_id"):
        raise ConfigError(Problem(str(file), f"key id {key_id(key)}", f"key id {manifest.get('key_id')}"))
    return key
