"""What to say when DuckDB cannot do something within its memory, spilling included: how much it had, what it lacked, what to raise."""

from __future__ import annotations

import re

from matching.errors import ConfigError, Problem

_SIZE = r"[\d.]+ (?:bytes|[KMGT]iB)"
_LACKED = re.compile(rf"\bof size ({_SIZE})")
_USED = re.compile(rf"\((?:{_SIZE})/({_SIZE}) used\)")
_LEAST = "400MB trở lên, dữ liệu lớn thì nhiều hơn / 400MB or more, and more for more data"
_IN_A_RUN = "Hãy tăng memory hoặc giảm threads, rồi chạy lại / Raise memory or lower threads, and run again: finished stages are taken over"
_ELSEWHERE = "Lệnh này có giới hạn cố định; hãy báo lỗi, kèm số dòng của lượt chạy / this command has a fixed limit: report it with the run's row counts"


def short_of_memory(where: str, error: Exception, fix: str = _IN_A_RUN) -> ConfigError:
    """The error to raise instead of DuckDB's, whose text may hold values of rows: only the sizes that it names are kept."""
    lacked, used = _LACKED.search(str(error)), _USED.search(str(error))
    found = "quá ít / too little"
    if used:
        more = f", cần thêm / needed besides: {lacked[1]}" if lacked else ""
        found += f"; đã dùng hết / all used: {used[1]}{more}"
    return ConfigError(Problem(where, found, _LEAST, fix))


def is_short_of_memory(error: Exception) -> bool:
    """Whether DuckDB raised this for want of memory; told by its name, so that DuckDB need not be imported."""
    return type(error).__module__.split(".")[0].strip("_") == "duckdb" and type(error).__name__ == "OutOfMemoryException"


def short_of_memory_elsewhere(error: Exception) -> ConfigError:
    """The same for a command that is no run and has a limit of its own."""
    return short_of_memory("DuckDB", error, _ELSEWHERE)
