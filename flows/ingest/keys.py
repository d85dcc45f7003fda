"""Which staged rows cannot be used: no key, no name (partner), or a key that occurs more than once.

A partner's record id that occurs twice identifies nothing, so all its rows go. The register may hold one person twice in
identical copies (overlapping extracts): the first stays. Copies that conflict go, all of them: ingest does not choose.
Keys are compared without blanks and invisible signs around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from flows.ingest.declare import InputOptions
from flows.ingest.staging import Staged
from matching.errors import InputRefused, Problem
from matching.sources import Source
from matching.sql import identifier, quoted

_SHARED = 5  # keys that two files must share before it is anything but a slip


def unusable(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    staged: Sequence[Staged],
    names: Sequence[str],
    options: InputOptions,
    workspace: Path,
) -> list[pa.Table]:
    """For each staged file its rejected rows: `row` (ascending), `rule`, `record_id`.

    `names` are those of the files. InputRefused if two files hold so many of the same keys that one delivery came twice.
    """
    con.execute(f"CREATE VIEW keys AS {_union([file.keys for file in staged])}")
    con.execute("""
        CREATE TABLE twice AS
        SELECT hash(key) AS mark FROM keys WHERE key <> '' GROUP BY mark HAVING count(*) > 1
    """)
    con.execute("""
        CREATE TABLE doubled AS
        SELECT file, row, key FROM keys
        WHERE key <> '' AND hash(key) IN (SELECT mark FROM twice)
        QUALIFY count(*) OVER (PARTITION BY key) > 1
    """)
    _refuse_overlap(con, names, options)
    if source.role == "register":
        _judge_copies(con, staged, workspace)
    else:
        con.execute("CREATE TABLE refused AS SELECT file, row, 'duplicate_record_id' AS rule, key AS record_id FROM doubled")
    con.execute("""
        INSERT INTO refused
        SELECT file, row, CASE WHEN coalesce(key, '') = '' THEN 'missing_key' ELSE 'missing_name' END, nullif(key, '')
        FROM keys
        WHERE coalesce(key, '') = '' OR (nameless AND (file, row) NOT IN (SELECT (file, row) FROM refused))
    """)
    return [
        con.sql(f"SELECT row, rule, record_id FROM refused WHERE file = {number} ORDER BY row").to_arrow_table()
        for number in range(len(staged))
    ]


def _refuse_overlap(con: duckdb.DuckDBPyConnection, names: Sequence[str], options: InputOptions) -> None:
    """InputRefused for each pair of files that share at least five keys and more than the tolerated share of the smaller one's."""
    if len(names) < 2 or "overlap" in options.allow or con.execute("SELECT count(*) FROM doubled").fetchall() == [(0,)]:
        return
    found = con.execute("""
        WITH there AS (SELECT DISTINCT file, key FROM doubled),
             sizes AS (SELECT file, count(*) AS keys FROM keys WHERE key <> '' GROUP BY file)
        SELECT a.file, b.file, count(*) AS shared, min(least(s.keys, t.keys)) AS keys
        FROM there a JOIN there b ON a.key = b.key AND a.file < b.file JOIN sizes s ON s.file = a.file JOIN sizes t ON t.file = b.file
        GROUP BY a.file, b.file ORDER BY a.file, b.file
    """).fetchall()
    problems = [
        Problem(
            names[right],
            f"{shared} of {keys} keys ({100 * shared // keys} %) are also in {names[left]} / hai tệp chồng lên nhau",
            f"nhiều nhất / at most {100 * options.overlap:g} % of the keys in two files",
            'bỏ một tệp, hoặc cho qua / take one of them out, or let it pass: [drift] allow = ["overlap"]',
        )
        for left, right, shared, keys in found
        if shared >= _SHARED and shared > options.overlap * keys
    ]
    if problems:
        raise InputRefused(problems)


def _union(paths: Sequence[Path]) -> str:
    selects = [f"SELECT {number} AS file, * FROM read_parquet({quoted(path)})" for number, path in enumerate(paths)]
    return " UNION ALL ".join(selects)


def _judge_copies(con: duckdb.DuckDBPyConnection, staged: Sequence[Staged], workspace: Path) -> None:
    """Rows of one person: of identical ones the first stays, unless others differ from it."""
    paths = [workspace / f"copies-{number:03}.parquet" for number in range(len(staged))]
    for number, (file, path) in enumerate(zip(staged, paths, strict=True)):
        rows = con.execute("SELECT row FROM doubled WHERE file = ? ORDER BY row", [number]).fetchnumpy()["row"]
        _write_rows(file, np.asarray(rows, np.int64), path)
    columns = [column for column in staged[0].schema.names if column not in ("file", "line")]
    con.execute(f"""
        CREATE TABLE refused AS
        WITH copies AS (
            SELECT file, row, key, hash({", ".join(map(identifier, columns))}) AS content
            FROM ({_union(paths)}) AS stored JOIN doubled USING (file, row)
        ), counted AS (
            SELECT file, row, key,
                row_number() OVER (PARTITION BY key, content ORDER BY file, row) AS copy,
                min(content) OVER (PARTITION BY key) <> max(content) OVER (PARTITION BY key) AS conflict
            FROM copies
        )
        SELECT file, row, CASE WHEN copy > 1 THEN 'duplicate_row' ELSE 'duplicate_person_id' END AS rule, key AS record_id
        FROM counted WHERE copy > 1 OR conflict
    """)


def _write_rows(file: Staged, rows: npt.NDArray[np.int64], path: Path) -> None:
    """The staged rows with these numbers, without file and line, as Parquet with their `row`."""
    schema = pa.schema([field for field in file.schema if field.name not in ("file", "line")]).insert(0, pa.field("row", pa.int64()))
    first = 0
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        for batch in file.batches() if len(rows) else ():
            here = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + batch.num_rows)]
            if len(here):
                table = pa.Table.from_batches([batch]).drop_columns(["file", "line"]).take(pa.array(here - first))
                writer.write_table(table.add_column(0, "row", pa.array(here)))
            first += batch.num_rows
