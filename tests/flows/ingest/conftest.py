"""Run ingest over files given as bytes, and look at what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pyarrow.parquet as pq
import pytest

from flows.ingest import IngestReport, InputOptions, ingest
from matching.sources import source


class Options(TypedDict, total=False):
    columns: dict[str, str]
    encoding: str | None
    delimiter: str | None
    threads: int
    allow: tuple[str, ...]
    overlap: float


@dataclass(frozen=True)
class Outcome:
    report: IngestReport
    rows: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]

    def rules(self) -> list[tuple[int, str]]:
        return [(row["line"], row["rule"]) for row in self.quarantine]

    def column(self, name: str) -> list[str | None]:
        return [row[name] for row in self.rows]


Run = Callable[..., Outcome]


def read_table(folder: Path) -> list[dict[str, Any]]:
    return [row for part in sorted(folder.glob("*.parquet")) for row in pq.read_table(part).to_pylist()]


def run_ingest(folder: Path, files: dict[str, bytes], source_name: str = "electricity", **options: Unpack[Options]) -> Outcome:
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    out, quarantine = folder / "raw", folder / "quarantine"
    settings = InputOptions(base=folder, **options)
    report = ingest(source(source_name), paths, settings, out, quarantine, folder / "workspace")
    rows, refused = read_table(out), read_table(quarantine)
    assert report.rows_read == len(rows) + len(refused) == report.rows_accepted + sum(report.rows_quarantined.values())
    assert [(row["file"], row["line"]) for row in rows] == sorted((row["file"], row["line"]) for row in rows)
    return Outcome(report, rows, refused)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return lambda *args, **options: run_ingest(tmp_path, *args, **options)
