"""Decisions in the order of a run: read the new files, hold each row against what it was decided on, settle, write.

Nothing outside the run's folder is written: the log gets its lines after the run is published (flows/decisions/log.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.decisions.evidence import write_evidence
from flows.decisions.files import decision_files
from flows.decisions.hold import DecisionSettings, Files, Held, hold, read_files
from flows.decisions.known import known
from flows.decisions.log import known_files, write_added
from flows.decisions.notes import Notes
from flows.decisions.pairs import standing_pairs, with_values
from flows.decisions.rows import file_of
from flows.decisions.standing import Standing
from flows.sealed import Line
from matching.engine import view, write_table
from matching.tables import DECISIONS, DECISIONS_READ, LINK_DECISIONS, Table


def read_decisions(
    con: duckdb.DuckDBPyConnection,
    inputs: Mapping[str, Path],
    folder: Path,
    log: Sequence[Line],
    previous: Path | None,
    out: Mapping[str, Path],
    added: Path,
    settings: DecisionSettings,
) -> None:
    """Write the tables `evidence`, `decisions`, `decisions_read` and `link_decisions` to `out`, and the log's new lines to `added`.

    `inputs` are the run's tables, `folder` the (copied) decisions folder, `log` what earlier runs have read, `previous` the
    last published run. The same of all of them gives the same bytes.
    """
    for name, path in inputs.items():
        view(con, name, path)
    write_evidence(con, out["evidence"], settings.key, settings.source, settings.as_of)
    view(con, "evidence", out["evidence"])
    files = read_files(folder, decision_files(folder), known_files(log))
    found = known(
        con, files.ids | {line["id"] for line in log if line["kind"] == "decision"}, previous, settings.key, settings.source, settings.as_of
    )
    held = hold(files, found, settings)
    standing = Standing(found, log, held, settings, Notes(files.paths))
    _write(con, DECISIONS, standing.decisions(), out)
    _write(con, DECISIONS_READ, standing.results(files), out)
    pairs = standing.pairs(with_values(con, settings.key, standing.verdicts()), standing_pairs(con, settings.key, previous))
    _write(con, LINK_DECISIONS, [(*pair, standing.said_of(pair)) for pair in pairs], out)
    write_added(added, _added(files, held, standing, settings.as_of))


def _added(files: Files, held: Held, standing: Standing, as_of: date) -> list[dict[str, Any]]:
    """The log's new lines: each file once, with the rows that were refused (no file or sheet by its name), then its decisions that are new."""
    lines: list[dict[str, Any]] = []
    for name, sha256 in files.hashes.items():
        wrong = [[one.sheet, one.row, one.reason] for one in held.refused if file_of(one) == name]
        decisions = [held.lines[place] for place in sorted(standing.new) if held.lines[place]["file"] == sha256]
        rows = sum(file_of(row) == name for row in files.rows)
        lines.append(
            {
                "kind": "file",
                "file": sha256,
                "as_of": as_of.isoformat(),
                "rows": rows,
                "new": len(decisions),
                "refused": len(wrong),
                "wrong": wrong,
            }
        )
        lines += decisions
    return lines


def _write(con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Sequence[object]], out: Mapping[str, Path]) -> None:
    """Write `rows` as a table, in its key's order."""
    kinds = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_()}
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    arrays = {column.name: pa.array(values, kinds[column.type]) for column, values in zip(table.columns, columns, strict=True)}
    con.register("made_rows", pa.table(arrays))
    write_table(con, "SELECT * FROM made_rows", out[table.name], ", ".join(table.key))
    con.unregister("made_rows")
