"""Staged rows -> the raw table (Parquet parts in the order of file and line) and the quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from flows.ingest.declare import FilePlan
from flows.ingest.dialect import join_cells
from flows.ingest.limits import PART_ROWS, ROW_GROUP
from flows.ingest.staging import Staged
from flows.ingest.tables import QUARANTINE
from matching.sources import Source
from matching.sql import quoted

_ROW_GROUP_BYTES = 64 << 20
_UNLIKE = frozenset({"key", "name", "id_number", "old_id_number", "phone", "address"})


@dataclass(frozen=True, slots=True)
class _Job:
    """One part: batches `start` to `stop` of a staged file, whose first row has the number `row`."""

    number: int
    staged: Staged
    plan: FilePlan
    refused: pa.Table
    start: int
    stop: int
    row: int


def write_table(
    source: Source,
    staged: Sequence[Staged],
    plans: Sequence[FilePlan],
    refused: Sequence[pa.Table],
    out: Path,
    workspace: Path,
    threads: int,
) -> tuple[int, list[Path]]:
    """Write the raw table without the refused rows, one part a thread at a time; rows written, and files of the refused ones."""
    _empty_folder(out)
    jobs = list(_jobs(staged, plans, refused))
    shared = [name for name in staged[0].schema.names if name not in _unlike(source)]
    with ThreadPoolExecutor(max(1, threads)) as pool:
        written = list(pool.map(lambda job: _write_part(job, shared, out, workspace), jobs))
    return sum(rows for rows, _ in written), [path for _, path in written]


def _empty_folder(folder: Path) -> None:
    """Make the folder, or take out the parts of an attempt that was cut off: they would be read as rows."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in folder.glob("part-*.parquet"):
        part.unlink()


def _unlike(source: Source) -> set[str]:
    """Columns whose values seldom repeat: a dictionary of them would be built and thrown away."""
    return {"line"} | {field.name for field in source.fields if field.kind in _UNLIKE}


def _jobs(staged: Sequence[Staged], plans: Sequence[FilePlan], refused: Sequence[pa.Table]) -> Iterator[_Job]:
    number = 0
    for file, plan, table in zip(staged, plans, refused, strict=True):
        start, first, row = 0, 0, 0
        for at, size in enumerate(file.sizes, 1):
            row += size
            if row - first >= PART_ROWS or at == len(file.sizes):
                yield _Job(number, file, plan, table, start, at, first)
                number, start, first = number + 1, at, row


def _write_part(job: _Job, shared: list[str], out: Path, workspace: Path) -> tuple[int, Path]:
    partial = workspace / f"part-{job.number:03}.parquet"
    late = workspace / f"late-{job.number:03}.parquet"
    rows = job.refused["row"].to_numpy()
    row = job.row
    waiting: list[pa.RecordBatch] = []
    with (
        pq.ParquetWriter(partial, job.staged.schema, compression="zstd", compression_level=1, use_dictionary=shared) as writer,
        pq.ParquetWriter(late, QUARANTINE, compression="zstd") as rejects,
    ):
        for batch in job.staged.batches(job.start, job.stop):
            low, high = np.searchsorted(rows, (row, row + batch.num_rows))
            kept = batch
            if high > low:
                keep = np.ones(batch.num_rows, np.bool_)
                keep[rows[low:high] - row] = False
                rejects.write_table(_quarantined(batch.filter(pa.array(~keep)), job.refused.slice(low, high - low), job.plan))
                kept = batch.filter(pa.array(keep))
            waiting.append(kept)
            row += batch.num_rows
            if sum(b.num_rows for b in waiting) >= ROW_GROUP or sum(b.nbytes for b in waiting) >= _ROW_GROUP_BYTES:
                _flush(writer, waiting)
        _flush(writer, waiting)
    partial.chmod(0o600)
    written = int(pq.read_metadata(partial).num_rows)
    partial.replace(out / partial.name)
    return written, late


def _flush(writer: pq.ParquetWriter, waiting: list[pa.RecordBatch]) -> None:
    if waiting:
        table = pa.Table.from_batches(waiting)
        writer.write_table(table, row_group_size=max(1, table.num_rows))
    waiting.clear()


def _quarantined(rows: pa.RecordBatch, refused: pa.Table, plan: FilePlan) -> pa.Table:
    """Rows that the keys reject, their text put together again from their cells (sensitive columns are gone already)."""
    names = [column.name for column in plan.columns if column.name is not None and not column.again]
    cells = zip(*(rows.column(name).to_pylist() for name in names), strict=True)
    raw = [join_cells(row, plan.delimiter or ",") for row in cells]
    columns = [
        rows.column("file"),
        rows.column("line"),
        refused["rule"].combine_chunks(),
        raw,
        refused["record_id"].combine_chunks(),
    ]
    return pa.table(columns, schema=QUARANTINE)


def write_quarantine(con: duckdb.DuckDBPyConnection, pieces: Sequence[Path], quarantine: Path, workspace: Path) -> dict[str, int]:
    """Write the quarantine in the order of file and line, also if it is empty; the count of its rows by rule."""
    _empty_folder(quarantine)
    partial = workspace / "quarantine.parquet"
    sources = ", ".join(map(quoted, pieces))
    con.execute(f"""
        COPY (SELECT file, line, rule, raw, record_id FROM read_parquet([{sources}]) ORDER BY file, line, rule)
        TO {quoted(partial)} (FORMAT parquet, COMPRESSION zstd)
    """)
    partial.chmod(0o600)
    partial.replace(quarantine / "part-000.parquet")
    counted = f"SELECT rule, count(*) FROM read_parquet({quoted(quarantine / 'part-000.parquet')}) GROUP BY rule ORDER BY rule"
    return dict(con.execute(counted).fetchall())
