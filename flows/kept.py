"""The runs of one name, held as a run holds them, for the commands that change or check what was published."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.config import load_settings
from flows.exchange import settle_exchanges
from flows.key_file import read_key
from flows.lock import output_lock
from flows.publish import PARTIAL, published_runs, read_manifest
from flows.resume import RESUME
from matching.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Kept:
    """`root` is `<output>/<name>`, `key` that of its ids."""

    root: Path
    key: bytes


@contextlib.contextmanager
def open_kept(path: Path) -> Iterator[Kept]:
    """The runs that `path` (a run file, or `<output>/<name>`) means, held until the block ends.

    ConfigError if there are none, or their key is not to be found; OutputLocked if a run is under way.
    """
    root, key_file = _of_run_file(path) if path.is_file() else _of_folder(path)
    if not root.is_dir() or not (root / "failed").is_dir():
        found = "không có lượt chạy nào / no run there"
        raise ConfigError(Problem(str(root), found, "tệp cấu hình, hoặc / a run file, or <output>/<name>"))
    mask = os.umask(0o077)
    try:
        with output_lock(root):
            settle_exchanges(root)
            yield Kept(root, read_key(key_file))
    finally:
        os.umask(mask)


def drop_unfinished(root: Path) -> None:
    """Remove what a run that failed or was killed left to be gone on with: it holds whoever the inputs held."""
    for left in (root / RESUME, *root.glob(f"{PARTIAL}*")):
        shutil.rmtree(left, ignore_errors=True)


def _of_run_file(path: Path) -> tuple[Path, Path]:
    settings = load_settings(path)
    return settings.root, settings.secrets.key_file or settings.output / "key"


def _of_folder(path: Path) -> tuple[Path, Path]:
    root = path.resolve()
    runs = published_runs(root) if root.is_dir() else []
    named = read_manifest(runs[-1])["configuration"]["secrets"]["key_file"] if runs else None
    return root, Path(named) if named else root.parent / "key"
