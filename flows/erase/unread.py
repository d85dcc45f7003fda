"""Files that an erasure could not read: it goes on without them, names them in the end, and is not done before they are mended or gone."""

from __future__ import annotations

import contextlib
import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
from python_calamine import CalamineError

from matching.errors import InputRefused, Problem

# What a torn file, or one that is not what its name says, makes the readers raise; a full disk is no such thing and ends the erasure.
_TORN = (ValueError, KeyError, IndexError, StopIteration, EOFError, PermissionError, csv.Error, zipfile.BadZipFile,
         CalamineError, pa.ArrowInvalid, duckdb.Error, InputRefused)  # fmt: skip


class Unread:
    """The files by path, with the type of the error."""

    def __init__(self) -> None:
        self.files: dict[Path, str] = {}

    @contextlib.contextmanager
    def reading(self, file: Path) -> Iterator[None]:
        """Note `file` if the block cannot read it, and go on; other errors come out."""
        try:
            yield
        except _TORN as error:
            self.files[file] = type(error).__name__
        except OSError as error:
            if error.errno is not None:  # pyarrow raises a bare one for a torn file
                raise
            self.files[file] = type(error).__name__

    def problems(self) -> list[Problem]:
        """What to tell of them."""
        expected = "một tệp đọc được / a file that can be read"
        fix = "xem tệp đó, sửa, lấy lại hoặc xóa, rồi chạy lại lệnh này / mend it, put it back or remove it, then give this command again"
        return [Problem(str(file), f"không đọc được / cannot be read: {kind}", expected, fix) for file, kind in sorted(self.files.items())]
