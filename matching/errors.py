"""One tree of errors, each with the exit code that a run ends with.

A message says what was expected, what was found, where, and what to do. It lists all problems at once and holds no name,
number or address of a person: such values stand in report and quarantine files only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `where` (file, key, line), `found`, `expected`, and what to do about it (`fix`)."""

    where: str
    found: str
    expected: str
    fix: str = ""

    def __str__(self) -> str:
        """`where: found X; expected Y. Fix` on one line."""
        text = f"{self.where}: {self.found}; expected {self.expected}"
        return f"{text}. {self.fix}" if self.fix else text


class DoisoatError(Exception):
    """Base of all errors that end a run with a known exit code."""

    exit_code: ClassVar[int] = 70
    title: ClassVar[str] = "lỗi nội bộ / internal error"

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[DoisoatError], tuple[tuple[Problem, ...]]]:
        """Pickle by the problems, since worker processes and Prefect hand errors on."""
        return type(self), (self.problems,)


class ConfigError(DoisoatError):
    """The run file or the command line is wrong."""

    exit_code = 2
    title = "cấu hình sai / wrong configuration"


class NotFound(ConfigError):
    """No run knows the record or the person that the command line names."""

    title = "không tìm thấy / not found"


class GateFailed(DoisoatError):
    """A table broke a critical rule of its gate."""

    exit_code = 3
    title = "dữ liệu không qua kiểm tra / a gate failed"


class GateBroken(DoisoatError):
    """A rule of a gate could not be evaluated: says nothing about the data."""

    exit_code = 4
    title = "bộ kiểm tra bị lỗi / a gate is broken"


class InputRefused(DoisoatError):
    """An input file cannot be what the run file says it is."""

    exit_code = 5
    title = "tệp đầu vào bị từ chối / input refused"


class OutputLocked(DoisoatError):
    """Another run writes into the same output folder."""

    exit_code = 6
    title = "một lượt chạy khác đang giữ thư mục kết quả / another run holds the output"


class NoSpace(DoisoatError):
    """The disk is too small for what the run has to write."""

    exit_code = 7
    title = "hết dung lượng đĩa / no space"


class StageError(DoisoatError):
    """A stage failed for a reason of its own; only the type of the cause is kept, since causes quote input lines."""

    exit_code = 70
    title = "một bước bị lỗi / a stage failed"
