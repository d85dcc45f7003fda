"""A run: its private folder, its lock and its secret, from the start to whatever end it has.

A run works in `.partial-<run-id>` and becomes visible by one rename (flows/publish.py), so a published folder is always
whole. What a killed run leaves is gone on with (flows/resume.py) or removed by the next one, which then gets the same number.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flows.audit_log import last_number
from flows.config import Settings, resolve_inputs
from flows.exchange import settle_exchanges
from flows.key_file import key_id, make_key, read_key
from flows.lock import output_lock
from flows.private_folder import LOOK, TRAIN, remove_dead
from flows.publish import PARTIAL, all_runs, current_name, fail, read_manifest, sequence
from flows.resume import RESUME, drop_expired, keep, take_leftover
from flows.run_folder import FLOW_RUN, Run
from flows.space import is_out_of_space
from matching.errors import ConfigError, DoisoatError, NoSpace, Problem

__all__ = ["Run", "hold_output", "is_out_of_space", "open_run"]

_RUN = re.compile(r"[0-9]{4,}-[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The run's folder at its largest, spilled data included, a byte of CSV: 2.8 measured on 20,000 people (with 4 GB of memory and with
# 500 MB), 2.5 on 60,000 (1.5 GB); half as much again, since another file may have more to report. gzip made these files 4 to 6 times smaller.
_BYTES_EACH = 4.0
_PACKED_EACH = 6 * _BYTES_EACH
_PACKED = (".gz", ".zst", ".zip", ".xlsx", ".parquet")
_SMALLEST = 32 << 20


@contextlib.contextmanager
def open_run(settings: Settings) -> Iterator[Run]:
    """A new run that holds the output until the block ends; a run that was not published by then leaves no data behind.

    An error leaves `failed/<run-id>/` and goes on; a full disk becomes NoSpace. Stages that were finished are put aside
    for the next run. Raises what `hold_output` raises, and ConfigError if the key cannot be used.
    """
    days = settings.retention.tables_days
    with hold_output(settings) as root:
        killed = _remove_leftovers(root, days)
        run = replace(_start(settings, root), killed=killed)
        try:
            yield run
            shutil.rmtree(root / RESUME, ignore_errors=True)
        except Exception as error:
            keep(run, days)
            _leave_failed(run, error)
            if isinstance(error, NoSpace) or is_out_of_space(error):
                raise _no_space(root, needed_bytes(settings)) from None
            raise
        except BaseException:
            keep(run, days)
            raise
        finally:
            shutil.rmtree(run.folder, ignore_errors=True)


@contextlib.contextmanager
def hold_output(settings: Settings) -> Iterator[Path]:
    """The folder of this name's runs, made if need be, private, and locked until the block ends.

    Raises OutputLocked if another run holds it, ConfigError if it cannot be written, NoSpace if the disk is full.
    """
    mask = os.umask(0o077)
    try:
        root = _make_root(settings)
        with output_lock(root):
            yield root
    finally:
        os.umask(mask)


def _leave_failed(run: Run, error: Exception) -> None:
    try:
        fail(run, error)
    except OSError as second:  # most likely the same full disk; the first error is the one to report
        error.add_note(f"no failed folder: {type(second).__name__}")


def _make_root(settings: Settings) -> Path:
    root = settings.root
    try:
        for folder in (root, root / "failed", root / "decisions"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
        if not (root / ".gitignore").exists():
            (root / ".gitignore").write_text("*\n", "ascii")  # an output below somebody's checkout is never committed
    except OSError as error:
        raise _unusable(root, error) from None
    return root


def _start(settings: Settings, root: Path) -> Run:
    number = max([last_number(root), *map(sequence, all_runs(root))]) + 1
    run_id = f"{number:04d}-{settings.as_of.isoformat()}"
    key_file = settings.secrets.key_file or settings.output / "key"
    _check_key(root, key_file)
    try:
        run = Run(run_id, root, root / f"{PARTIAL}{run_id}", key_file)
        for folder in (run.folder, run.folder / "tables", run.gates, run.tmp):
            folder.mkdir(mode=0o700)
    except OSError as error:
        raise _unusable(root, error) from None
    return run


def _check_key(root: Path, key_file: Path) -> None:
    """Refuse another key than the published runs had: with it every id would be new, and every decision lost."""
    published = current_name(root)
    known = read_manifest(root / published).get("key_id") if published and (root / published).is_dir() else None
    if not key_file.exists() and not known:
        try:
            make_key(key_file)
        except OSError as error:
            raise _unusable(key_file.parent, error) from None
    found = key_id(read_key(key_file)) if key_file.exists() else "không có / missing"
    if known and found != known:
        fix = f"lấy khóa cũ từ bản sao lưu, hoặc dời / put the old key back, or move away: {root}"
        raise ConfigError(Problem(str(key_file), f"key id {found}", f"key id {known}", fix))


def _remove_leftovers(root: Path, days: int) -> tuple[str, ...]:
    """Clean up after runs that were killed; by which id Prefect knows each of them (empty: it does not)."""
    killed = []
    drop_expired(root, days)
    settle_exchanges(root)
    remove_dead(root.parent, TRAIN)
    remove_dead(Path(tempfile.gettempdir()), LOOK)
    for leftover in (*sorted(root.glob(f"{PARTIAL}*")), *root.glob(".current-*"), *root.glob(".audit.*")):
        if not leftover.is_dir() or leftover.is_symlink():
            leftover.unlink()
            continue
        if _RUN.fullmatch(leftover.name.removeprefix(PARTIAL)):
            killed.append(_flow_run(leftover))
        if not take_leftover(leftover, days):
            shutil.rmtree(leftover)
    drop_expired(root, days)
    return tuple(killed)


def _flow_run(partial: Path) -> str:
    try:
        return (partial / "tmp" / FLOW_RUN).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _unusable(root: Path, error: OSError) -> DoisoatError:
    if is_out_of_space(error):
        return _no_space(root)
    found = f"{type(error).__name__}: {error.strerror}"
    return ConfigError(Problem(str(root), found, "thư mục ghi được / a folder that can be written"))


def needed_bytes(settings: Settings) -> int:
    """About how much a run of these inputs writes, by a measured factor of their size; 0 if that cannot be told: no such input."""
    try:
        found = [path for paths in resolve_inputs(settings).values() for path in paths]
        size = sum(path.stat().st_size * (_PACKED_EACH if path.suffix.lower() in _PACKED else _BYTES_EACH) for path in found)
    except (DoisoatError, OSError):
        return 0
    return max(int(size), _SMALLEST)


def _no_space(root: Path, needed: int = 0) -> NoSpace:
    there = next(folder for folder in (root, *root.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    about = f"khoảng / about {needed:,} byte" if needed else "đủ chỗ cho dữ liệu của lượt chạy / room for the run's data"
    fix = "giải phóng đĩa rồi chạy lại / free some space and run again; the last published run is untouched"
    return NoSpace(Problem(str(root), f"còn / free: {free:,} byte", about, fix))
