"""Files of a source -> a raw table of text and a quarantine, with no row lost in between.

`ingest` reads; `read_headers` only looks at the heads of the files, for `doisoat check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.ingest.declare import ColumnReport, FilePlan, FileReport, IngestReport, InputOptions
from flows.ingest.plan import plan_files
from matching.errors import Problem
from matching.sources import Source

__all__ = [
    "ColumnReport",
    "FilePlan",
    "FileReport",
    "IngestReport",
    "InputOptions",
    "ingest",
    "plan_headers",
    "read_headers",
]


def ingest(source: Source, paths: Sequence[Path], options: InputOptions, out: Path, quarantine: Path, workspace: Path) -> IngestReport:
    """Read all files into `out/part-*.parquet`, what cannot be read into `quarantine/part-000.parquet`.

    The raw table is all text but `line`, null for an empty cell, sorted by file and line.
    `workspace` is a private folder on the same disk; nothing stays in it. Parts already in the folders are replaced.
    Raises InputRefused if a file cannot be what
    the run file says (all problems at once), NoSpace, or StageError; their texts hold headers but no cell.
    """
    from flows.ingest.run import run  # noqa: PLC0415 - loads pyarrow and DuckDB, which `doisoat check` does not need

    return run(source, paths, options, out, quarantine, workspace)


def read_headers(source: Source, paths: Sequence[Path], options: InputOptions) -> list[Problem]:
    """All that the heads of the files show to be wrong; an empty list if they can be read. Cheap."""
    return plan_files(source, paths, options)[1]


def plan_headers(source: Source, paths: Sequence[Path], options: InputOptions) -> list[FilePlan]:
    """How each file would be read (encoding, delimiter, columns), of those that can be; for `doisoat check` to show."""
    return plan_files(source, paths, options)[0]
