"""The command line. It imports nothing heavy before a command needs it, and no traceback ever reaches a user.

Every end has its exit code (matching/errors.py): a traceback would quote values of persons, so of an unexpected error only
the type is shown, and where its place in the code is written down. DOISOAT_TRACEBACK=1 shows it whole, to a developer.
The commands stand in flows/commands/, one module a concern, in the order in which `--help` lists them.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

from flows.commands import app
from matching.errors import DoisoatError

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130
UNEXPECTED = 70
WRONG_USAGE = 2
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

COMMANDS = (
    "runs",
    "explain",
    "report",
    "train",
    "audit",
    "decisions",
    "keep",
    "validate",
    "worlds",
    "bench",
)
for _name in COMMANDS:
    import_module(f"flows.commands.{_name}")


def main() -> None:
    """Run the command line and end the process with the exit code that the outcome has."""
    signal.signal(signal.SIGTERM, _interrupt)
    os.umask(0o077)
    try:
        code = _called()
    except DoisoatError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        sys.exit(_told(error))
    sys.exit(code)


def _told(error: Exception) -> int:
    """Tell an error that is none of ours; the exit code. A want of memory is told as that, whatever command it is."""
    from flows.short_memory import is_short_of_memory, short_of_memory_elsewhere

    if not is_short_of_memory(error):
        _tell_unexpected(error)
        return UNEXPECTED
    short = short_of_memory_elsewhere(error)
    short.__cause__ = error
    _tell(short)
    return short.exit_code


def _called() -> int:
    """Call the command that the command line names; WrongUsage if it cannot be read. A group alone has shown its help by then."""
    from flows.usage import UsageError, wrong_usage

    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(str(error))
            return WRONG_USAGE
        raise wrong_usage(error) from None
    return code if isinstance(code, int) else 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """A polite end (SIGTERM) goes the way of Ctrl-C, so that the run's folder is cleaned up."""
    raise KeyboardInterrupt


def _tell(error: DoisoatError) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text.assemble(("lỗi / error: ", "bold red"), (error.title, "bold")))
    for problem in error.problems:
        console.print(Text(f"  {_clean(problem.where)}"))
        lines = {"có / found": problem.found, "cần / expected": problem.expected, "sửa / fix": problem.fix}
        for label, text in lines.items():
            if text:
                console.print(Text.assemble((f"    {label:<15}", "dim"), _clean(text)))
    _tell_folder(console, error)
    _tell_traceback(error)


def _tell_unexpected(error: Exception) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text.assemble(("lỗi bất ngờ / unexpected error: ", "bold red"), (type(error).__name__, "bold")))
    _tell_folder(console, error)
    console.print(Text("  xem vết lỗi / for the traceback: DOISOAT_TRACEBACK=1", "dim"))
    _tell_traceback(error)


def _tell_folder(console: Console, error: Exception) -> None:
    from flows.publish import LOG_NOTE

    for note in getattr(error, "__notes__", ()):
        if note.startswith(LOG_NOTE):
            console.print(f"  xem / see: {note.removeprefix(LOG_NOTE)}", markup=False)


def _tell_traceback(error: Exception) -> None:
    if os.environ.get("DOISOAT_TRACEBACK") == "1":
        traceback.print_exception(error)


def _clean(text: str) -> str:
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)
