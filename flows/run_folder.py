"""Where one run writes: paths only, so that every part of a run, in whatever process, can be told by one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.key_file import read_key

FLOW_RUN = "flow_run"  # in `tmp`: by which id Prefect knows the run
LAST_FLOW_RUN = ".flow_run"  # in `root`, until Prefect knows how the run ended: the same id
NOTES = "stages.json"  # in `tmp`: which stages are finished, and what they wrote


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folders. `root` is `<output>/<name>`, `folder` the private one below it; the secret itself is not in it.

    `killed` has an entry for each run that was found killed when this one started: Prefect's id of it, if it has one.
    """

    run_id: str
    root: Path
    folder: Path
    key_file: Path
    killed: tuple[str, ...] = ()

    def tables(self, name: str) -> Path:
        """The folder of the table `name`."""
        return self.folder / "tables" / name

    @property
    def gates(self) -> Path:
        """The folder of the gates' verdicts."""
        return self.folder / "gates"

    @property
    def tmp(self) -> Path:
        """The folder for spilled data and workers; it is never published."""
        return self.folder / "tmp"

    @property
    def decisions(self) -> Path:
        """The folder where reviewers drop their files; it may be empty."""
        return self.root / "decisions"

    @property
    def key(self) -> bytes:
        """The secret that ids are keyed with, read from its file."""
        return read_key(self.key_file)
