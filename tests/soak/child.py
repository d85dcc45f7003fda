"""A whole run in a process of its own, without Prefect's server: the same flow and the same stages, called as plain functions.

python -m tests.soak.child RUN.toml
"""

from __future__ import annotations

import sys
from pathlib import Path


def without_server() -> None:
    """Make the flow's tasks plain functions, and let it show nothing."""
    from flows import reconcile, stages

    for name, found in list(vars(stages).items()):
        if hasattr(found, "fn") and hasattr(found, "retries"):
            setattr(stages, name, found.fn)
    for name in ("create_progress_artifact", "update_progress_artifact", "create_markdown_artifact", "create_link_artifact"):
        setattr(reconcile, name, lambda **_: None)


def run(run_file: Path) -> int:
    """The exit code of the run, as the command line gives it."""
    from flows.reconcile import reconcile
    from matching.errors import DoisoatError

    try:
        return int(reconcile.fn(str(run_file)).exit_code)
    except DoisoatError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return error.exit_code
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
        return 70


if __name__ == "__main__":
    without_server()
    sys.exit(run(Path(sys.argv[1])))
