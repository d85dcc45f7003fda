"""Input made to break a reader, as large as somebody may send it: each is refused within a minute of a processor, below 1 GB of memory."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow.parquet as pq
import zstandard

from tests.flows.ingest.test_ingest_hostile import HEADER, dictionary_bomb, in_bounds

ROW = b"K2," + b"x" * 20_000 + b"\n"


def test_large_bombs(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "gzip.in", "wb") as stream:
        stream.write(HEADER)
        for _ in range(250):  # 5 GB of rows
            stream.write(ROW * 1000)
    with (tmp_path / "zstd.in").open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as stream:
        stream.write(HEADER)
        for _ in range(160):  # 10 GB of one line
            stream.write(b"x" * (64 << 20))
    (tmp_path / "line.in").write_bytes(HEADER + b"K2,An\n" * 200_000)
    os.truncate(tmp_path / "line.in", 10 << 30)
    with (tmp_path / "quotes.in").open("wb") as file:
        file.write(HEADER)
        for _ in range(20):  # 20 million quotes, a tenth of them alone on a line
            file.write(b'"' * 900_000 + b"\n" + b'"\n' * 100_000)
    (tmp_path / "columns.in").write_bytes(b",".join(b"c%d" % at for at in range(5_000_000)) + b"\n")
    pq.write_table(dictionary_bomb(20_000_000, 1_000_000), tmp_path / "long.in")
    found = in_bounds(tmp_path)
    assert found.pop("quotes") == ["ragged_row", "unclosed_quote"]
    says = {
        "gzip": "unpacks to over",
        "zstd": "unpacks to over",
        "line": "no end within",
        "columns": "within",
        "long": "unpacks to over",
    }
    assert {name: text for name, text in says.items() if text not in str(found[name])} == {}, found
