"""Where rows wait until it is known which keys are unique: one file of columns an input file, in the private workspace.

Arrow IPC with LZ4 is written three times as fast as Parquet and read back once, so that the raw table is written once,
without the rows that the keys reject. What the rules on keys need lies beside it, small, as Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.ingest.tables import QUARANTINE, Reject, Rows, shaped
from matching.errors import Problem, StageError

BLANKS = "".join(
    map(
        chr,
        (
            *range(9, 14),
            32,
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x2010),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x2060,
            0x3000,
            0xFEFF,
        ),
    )
)
_KEYS = pa.schema([("row", pa.int64()), ("line", pa.int64()), ("key", pa.string()), ("nameless", pa.bool_())])
_FLUSH = 16 << 20


@dataclass(slots=True)
class Counts:
    """What one file came to."""

    rows: int = 0
    accepted: int = 0
    blank: int = 0
    boms: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    undecodable: list[bytes] = field(default_factory=list)


class Staged:
    """The staged rows of one input file; a context manager while it is written."""

    def __init__(self, folder: Path, number: int, schema: pa.Schema, key: str, name: str | None) -> None:
        self.rows = folder / f"rows-{number:03}.arrow"
        self.keys = folder / f"keys-{number:03}.parquet"
        self.rejects = folder / f"rejects-{number:03}.parquet"
        self.schema, self.key, self.name = schema, key, name
        self.counts = Counts()
        self.sizes: list[int] = []
        self._waiting: list[Reject] = []
        self._weight = 0

    def __enter__(self) -> Self:
        self._rows = pa.ipc.new_file(self.rows, self.schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))
        self._keys = pq.ParquetWriter(self.keys, _KEYS, compression="lz4", use_dictionary=False)
        self._rejects = pq.ParquetWriter(self.rejects, QUARANTINE, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in (self._rows, self._keys, self._rejects):
            writer.close()

    def add(self, piece: Rows, file: str) -> None:
        """Write a piece of the file; StageError unless its rows are the accepted and the rejected ones."""
        table = shaped(piece.table, self.schema, file)
        if piece.rows != table.num_rows + len(piece.rejects):
            raise StageError(
                Problem(
                    file, "số dòng không khớp / rows read are not rows accepted plus rows quarantined", "tổng khớp / a ledger that holds"
                )
            )
        if table.num_rows:
            for batch in table.combine_chunks().to_batches():
                self._rows.write_batch(batch)
                self.sizes.append(batch.num_rows)
            self._keys.write_table(self._key_table(table))
        self._hold(piece.rejects, file)
        counts = self.counts
        counts.rows += piece.rows
        counts.accepted += table.num_rows
        counts.blank += piece.blank
        counts.boms += piece.boms
        counts.undecodable += piece.undecodable[: 1000 - len(counts.undecodable)]

    def finish(self, file: str) -> None:
        """Write what still waits."""
        self._flush(file)

    def _key_table(self, table: pa.Table) -> pa.Table:
        row = np.arange(self.counts.accepted, self.counts.accepted + table.num_rows)
        nameless = _blank(table[self.name]) if self.name else pa.repeat(pa.scalar(False), table.num_rows)
        return pa.table([row, table["line"], pc.utf8_trim(table[self.key], BLANKS), nameless], schema=_KEYS)

    def _hold(self, rejects: list[Reject], file: str) -> None:
        for reject in rejects:
            self.counts.rejected[reject.rule] = self.counts.rejected.get(reject.rule, 0) + 1
            self._waiting.append(reject)
            self._weight += 64 + len(reject.raw)
            if self._weight > _FLUSH:
                self._flush(file)

    def _flush(self, file: str) -> None:
        if self._waiting:
            self._rejects.write_table(reject_table(self._waiting, file))
        self._waiting, self._weight = [], 0

    def batches(self, start: int = 0, stop: int | None = None) -> Iterator[pa.RecordBatch]:
        """The staged rows in their order, from batch `start` to before batch `stop`."""
        with pa.memory_map(str(self.rows)) as source, pa.ipc.open_file(source) as reader:
            for number in range(start, reader.num_record_batches if stop is None else stop):
                yield reader.get_batch(number)


def reject_table(rejects: list[Reject], file: str) -> pa.Table:
    """Rejected lines as a table of the quarantine."""
    lines, rules, raws, ids = zip(*rejects, strict=True)
    return pa.table([pa.repeat(pa.scalar(file), len(rejects)), lines, rules, raws, ids], schema=QUARANTINE)


def _blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(pc.utf8_trim(column, BLANKS), ""), True)
