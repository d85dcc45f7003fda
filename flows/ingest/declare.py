"""What ingest is told and what it reports: plain frozen values, safe to pickle and to log (no cell of a file is in them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flows.ingest.parts import Part
from matching.sources import Source

Use = Literal["field", "part", "carried", "dropped_sensitive"]
FileKind = Literal["delimited", "xlsx", "parquet"]


@dataclass(frozen=True, slots=True)
class InputOptions:
    """What the run file says about one input: `columns` is field -> header, or headers; None = detected. Names are relative to `base`.

    `overlap` is the share of a file's keys that another file may hold too; `allow` names what is let pass all the same
    (flows/extract/bounds.py: `overlap`, `repeated_header`, `cut_off`).
    """

    columns: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    base: Path = Path()
    memory: str = "2GB"
    threads: int = 2
    overlap: float = 0.05
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputFile:
    """A regular file: `real` is where it lies after symbolic links, `name` how tables and messages call it."""

    real: Path
    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one file: its place, its header as written, and the table column it becomes (None: dropped).

    `part` says which field it is part of; it is carried through as well, as it was written. `again`: the place has a column
    before, and this is the other field that it stands for.
    """

    position: int
    header: str
    use: Use
    name: str | None
    part: Part | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class FilePlan:
    """How one file is read, decided from its first bytes.

    `width` is the number of named columns; `surplus` the empty cells that most lines have after them.
    `ascii_head`: the head holds no letter beyond ASCII, so the encoding may still turn out to be another one.
    `skip` is the number of lines (rows of a sheet) up to and including the header.
    """

    file: InputFile
    kind: FileKind
    columns: tuple[Column, ...]
    width: int
    skip: int = 0
    surplus: int = 0
    compression: Literal["gzip", "zstd"] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    ascii_head: bool = False
    sheet: int = 0
    notes: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()

    def absent(self, source: Source) -> tuple[str, ...]:
        """The fields of the source that no column, and no part, stands for."""
        have = {column.part.field if column.part else column.name for column in self.columns}
        return tuple(field.name for field in source.fields if field.name not in have)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read from one file. `rows` = accepted + quarantined at reading; blank lines are no rows, but are counted."""

    name: str
    sha256: str
    bytes: int
    kind: FileKind
    compression: str | None
    encoding: str | None
    delimiter: str | None
    rows: int
    blank_lines: int
    boms_removed: int
    absent_fields: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What became of a header: `field:NAME`, `part:NAME` (of the field, and carried), `carried` or `dropped_sensitive`."""

    header: str
    use: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The ledger of one input: `rows_read` = `rows_accepted` + the sum of `rows_quarantined` (by rule)."""

    rows_read: int
    rows_accepted: int
    rows_quarantined: dict[str, int]
    files: tuple[FileReport, ...]
    columns: tuple[ColumnReport, ...]
