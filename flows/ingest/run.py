"""Files -> raw table + quarantine + ledger: the whole of ingest, in the order in which it happens.

1. find the files, 2. plan each from its head, 3. stage the rows of each, 4. judge the keys, 5. write, 6. judge the contents.
A file is refused as a whole if it cannot be what the run file says; a row is quarantined if it alone cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from flows.ingest.declare import Column, ColumnReport, FilePlan, FileReport, IngestReport, InputOptions
from flows.ingest.encoding import looks_cp1258, too_many_bad
from flows.ingest.engine import engine
from flows.ingest.keys import unusable
from flows.ingest.plan import plan_files
from flows.ingest.plausible import implausible
from flows.ingest.publish import write_quarantine, write_table
from flows.ingest.readers import read
from flows.ingest.staging import Counts, Staged
from flows.ingest.tables import raw_schema
from flows.retry import bare, is_transient
from flows.space import is_out_of_space
from matching.errors import DoisoatError, InputRefused, NoSpace, Problem, StageError
from matching.sources import Source


def run(source: Source, paths: Sequence[Path], options: InputOptions, out: Path, quarantine: Path, workspace: Path) -> IngestReport:
    """See `flows.ingest.ingest`. Errors of libraries are replaced by ours: theirs quote the lines they fail on."""
    try:
        workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="ingest-", dir=workspace) as private:
            return _run(source, paths, options, out, quarantine, Path(private))
    except DoisoatError:
        raise
    except Exception as error:  # its text may hold a person's data
        if is_out_of_space(error):  # DuckDB has an error of its own for it
            raise NoSpace(
                Problem(
                    "ingest",
                    "hết dung lượng đĩa / the disk is full",
                    "chỗ cho các bảng / room for the raw tables",
                    f"giải phóng / free space at {workspace}",
                )
            ) from None
        if isinstance(error, OSError) and is_transient(error):
            raise bare(error) from None
        failure = type(error).__name__
    raise StageError(
        Problem(
            "ingest",
            f"{failure} (không hiện lời, có thể chứa dữ liệu / its text is not shown, it may quote the input)",
            "không lỗi / no failure",
        )
    )


def _run(source: Source, paths: Sequence[Path], options: InputOptions, out: Path, quarantine: Path, workspace: Path) -> IngestReport:
    plans, problems = plan_files(source, paths, options)
    if problems:
        raise InputRefused(problems)
    schema = raw_schema([field.name for field in source.fields], _carried(plans))
    staged, reports = [], []
    for number, plan in enumerate(plans):
        file, report = _stage(source, plan, options, workspace, number, schema)
        staged.append(file)
        reports.append(report)
    with engine(workspace, (out, quarantine), options.memory, options.threads) as con:
        refused = unusable(con, source, staged, [plan.file.name for plan in plans], options, workspace)
        _refuse_empty(staged, refused, plans)
        accepted, late = write_table(source, staged, plans, refused, out, workspace, options.threads)
        by_rule = write_quarantine(con, [file.rejects for file in staged] + late, quarantine, workspace)
        if wrong := implausible(con, source, plans, [file.counts.rows for file in staged], out):
            raise InputRefused(wrong)
    return _report(plans, staged, reports, accepted, by_rule)


def _carried(plans: Sequence[FilePlan]) -> list[str]:
    """The carried columns of all files, in the order in which they first occur."""
    names = [column.name for plan in plans for column in plan.columns if column.use in ("carried", "part") and column.name]
    return list(dict.fromkeys(names))


def _stage(
    source: Source, plan: FilePlan, options: InputOptions, workspace: Path, number: int, schema: pa.Schema
) -> tuple[Staged, FileReport]:
    """Read one file into the workspace; once more as cp1258 if that turns out to be its encoding after an ASCII head."""
    staged, digest = _read(source, plan, workspace, number, schema)
    counts = staged.counts
    if too_many_bad(counts.rejected.get("bad_encoding", 0), counts.rows):
        if options.encoding is not None or not plan.ascii_head or not looks_cp1258(counts.undecodable):
            what = f"{counts.rejected['bad_encoding']} of {counts.rows} rows are not {plan.encoding} / sai bảng mã"
            raise InputRefused(
                Problem(
                    plan.file.name,
                    what,
                    "một bảng mã cho cả tệp / one encoding for the whole file",
                    "ghi hoặc sửa / state or correct `encoding`",
                )
            )
        plan = replace(plan, encoding="cp1258")
        staged, digest = _read(source, plan, workspace, number, schema)
    _unchanged(plan)
    return staged, _file_report(source, plan, staged.counts, digest)


def _read(source: Source, plan: FilePlan, workspace: Path, number: int, schema: pa.Schema) -> tuple[Staged, str]:
    digest = sha256()
    required = [field.name for field in source.fields if field.required and field.kind == "name"]
    name = required[0] if required and source.role == "partner" else None
    with Staged(workspace, number, schema, source.key, name) as staged:
        for piece in read(source, plan, digest):
            staged.add(piece, plan.file.name)
        staged.finish(plan.file.name)
    if staged.counts.rows == 0:
        raise InputRefused(Problem(plan.file.name, "a header and no row / chỉ có dòng tiêu đề", "ít nhất một dòng / at least one row"))
    return staged, digest.hexdigest()


def _unchanged(plan: FilePlan) -> None:
    state = plan.file.real.stat()
    if (state.st_size, state.st_mtime_ns) != (plan.file.size, plan.file.modified_ns):
        what = "changed while it was read / tệp bị thay đổi khi đang đọc"
        raise InputRefused(
            Problem(
                plan.file.name,
                what,
                "tệp không ai đang ghi / a file that nobody writes to",
                "chạy lại khi tệp đã xong / run again when it is complete",
            )
        )


def _refuse_empty(staged: Sequence[Staged], refused: Sequence[pa.Table], plans: Sequence[FilePlan]) -> None:
    """Refuse a file of which no row at all could be accepted: its plan cannot have been right."""
    problems = []
    for file, table, plan in zip(staged, refused, plans, strict=True):
        if file.counts.accepted == table.num_rows:
            rules = sorted({*file.counts.rejected, *table["rule"].unique().to_pylist()})
            what = f"none of {file.counts.rows} rows can be used ({', '.join(rules)}) / không dòng nào dùng được"
            problems.append(
                Problem(
                    plan.file.name,
                    what,
                    "các dòng của bảng / rows of the table",
                    "xem lại tiêu đề, dấu phân cách, bảng mã / check header, delimiter and encoding",
                )
            )
    if problems:
        raise InputRefused(problems)


def _file_report(source: Source, plan: FilePlan, counts: Counts, digest: str) -> FileReport:
    return FileReport(
        plan.file.name, digest, plan.file.size, plan.kind, plan.compression, plan.encoding, plan.delimiter,
        counts.rows, counts.blank, counts.boms, plan.absent(source), plan.notes,
    )  # fmt: skip


def _report(
    plans: Sequence[FilePlan], staged: Sequence[Staged], files: list[FileReport], accepted: int, by_rule: dict[str, int]
) -> IngestReport:
    """The report; StageError unless rows read = rows accepted + rows in quarantine, each counted where it is written."""
    rows = sum(file.counts.rows for file in staged)
    if rows != accepted + sum(by_rule.values()):
        found = f"{rows} dòng đọc / rows read, {accepted} nhận / accepted, {sum(by_rule.values())} bị loại / in quarantine"
        raise StageError(Problem("ingest", found, "tổng khớp / a ledger that adds up"))
    columns: dict[ColumnReport, None] = {}
    for plan in plans:
        for column in plan.columns:
            columns[ColumnReport(column.header, _use(column))] = None
    return IngestReport(rows, accepted, by_rule, tuple(files), tuple(columns))


def _use(column: Column) -> str:
    named = {"field": column.name, "part": column.part and column.part.field}.get(column.use)
    return f"{column.use}:{named}" if named else column.use
