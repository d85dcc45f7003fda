"""Which files are read: each exists, is a regular file after its symbolic links, holds something, and none comes twice."""

from __future__ import annotations

import os
import stat
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

from flows.ingest.declare import InputFile
from flows.ingest.limits import CHUNK, FREE_INFLATION, MAX_RATIO
from matching.errors import InputRefused, Problem

_READABLE = "một tệp đọc được / a readable file"


class Digest(Protocol):
    """The part of a hashlib object that reading needs."""

    def update(self, data: bytes, /) -> None:
        """Take in the next bytes."""


def find_files(paths: Sequence[Path], base: Path) -> tuple[list[InputFile], list[Problem]]:
    """The files to read, sorted by name, and what is wrong with the paths. Content is compared only among equal sizes."""
    found: list[InputFile] = []
    problems = [] if paths else [Problem("files", "no file is named / không có tệp nào", "ít nhất một tệp / at least one input file")]
    for path in paths:
        checked = _regular_file(path, base)
        if isinstance(checked, Problem):
            problems.append(checked)
        else:
            found.append(checked)
    found.sort(key=lambda file: file.name)
    return found, problems + _twice(found)


def _regular_file(path: Path, base: Path) -> InputFile | Problem:
    name = Path(os.path.relpath(path.absolute(), base.absolute())).as_posix()
    try:
        real = path.resolve(strict=True)
        state = real.stat()
    except FileNotFoundError:
        return Problem(name, "no such file / không có tệp này", _READABLE, "kiểm tra đường dẫn / check the path")
    except (OSError, RuntimeError, ValueError):
        return Problem(
            name,
            "the path cannot be followed / không mở được",
            _READABLE,
            "kiểm tra liên kết và quyền / check links and rights",
        )
    if not stat.S_ISREG(state.st_mode):
        return Problem(name, "not a regular file / không phải tệp thường", "một tệp / a file, not a folder, pipe or device")
    if not os.access(real, os.R_OK):
        return Problem(
            name,
            "no right to read it / không có quyền đọc",
            _READABLE,
            "cấp quyền đọc cho người dùng này / give the user the right",
        )
    if state.st_size == 0:
        return Problem(
            name,
            "the file is empty / tệp rỗng",
            "tiêu đề và ít nhất một dòng / a header and at least one row",
            "xin lại tệp / ask for the file again",
        )
    return InputFile(real, name, state.st_size, state.st_mtime_ns)


def _twice(files: Sequence[InputFile]) -> list[Problem]:
    """Files that are one and the same, by place or by content: read twice, every row would be a duplicate."""
    by_size: dict[int, list[InputFile]] = defaultdict(list)
    for file in files:
        by_size[file.size].append(file)
    first: dict[object, str] = {}
    problems = []
    for group in by_size.values():
        for file in group if len(group) > 1 else ():
            for mark in (file.real, sha256(file.real)):
                if mark in first:
                    found = f"same content twice: also in {first[mark]} / trùng nội dung"
                    problems.append(Problem(file.name, found, "mỗi tệp một lần / each file once", "bỏ bớt một tệp / take one of them out"))
                    break
                first[mark] = file.name
    return problems


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def chunks(file: InputFile, compression: str | None, digest: Digest | None = None) -> Iterator[bytes]:
    """The file's bytes, decompressed, at most about CHUNK at a time; `digest` gets them as they lie on disk.

    InputRefused if the compression is damaged, or yields so much that it can only be a bomb.
    """
    stored = _stored(file, digest)
    if compression is None:
        yield from stored
        return
    inflated = _gzip(stored) if compression == "gzip" else _zstd(stored)
    produced = 0
    try:
        for piece in inflated:
            produced += len(piece)
            if produced > max(FREE_INFLATION, MAX_RATIO * file.size):
                raise InputRefused(
                    Problem(file.name, f"giải nén ra quá lớn / unpacks to over {MAX_RATIO} times its size", "tệp dữ liệu / a data file")
                )
            yield piece
    except (zlib.error, EOFError, _Damaged):
        what = f"the {compression} data are damaged or end early / tệp nén hỏng"
        raise InputRefused(
            Problem(file.name, what, "tệp nén nguyên vẹn / a whole compressed file", "xin lại tệp / ask for the file again")
        ) from None


class _Damaged(Exception):
    """The compressed data do not decode; raised in place of a library's own error."""


def _stored(file: InputFile, digest: Digest | None) -> Iterator[bytes]:
    with file.real.open("rb", buffering=0) as stream:
        while piece := stream.read(CHUNK):
            if digest is not None:
                digest.update(piece)
            yield piece


def _gzip(stored: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate all members; zero bytes after the last one are padding. EOFError if a member has no end."""
    engine = zlib.decompressobj(wbits=31)
    fresh = True
    for piece in stored:
        data = piece
        while data:
            if fresh and not data.strip(b"\0"):
                break
            fresh = False
            yield engine.decompress(data, CHUNK)
            data = engine.unconsumed_tail
            if engine.eof:
                data, engine, fresh = engine.unused_data, zlib.decompressobj(wbits=31), True
    while not fresh and not engine.eof:
        rest = engine.decompress(engine.unconsumed_tail, CHUNK)
        if not rest:
            raise EOFError
        yield rest


def _zstd(stored: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate all frames. Fed 1 KiB at a time: a block of 4 bytes may stand for 128 KiB, so that is 32 MiB at worst."""
    import zstandard  # noqa: PLC0415 - `doisoat check` should not load it for plain files

    unpack = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    engine = unpack.decompressobj()
    fresh = True
    try:
        for piece in stored:
            for start in range(0, len(piece), 1024):
                data = piece[start : start + 1024]
                while data:
                    fresh = False
                    yield engine.decompress(data)
                    data = b""
                    if engine.eof:
                        data, engine, fresh = engine.unused_data, unpack.decompressobj(), True
    except zstandard.ZstdError:
        raise _Damaged from None
    if not fresh:
        raise EOFError
