"""Input made to break a reader: refused or quarantined with bounded time and memory, and never an error of a library."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import textwrap
import time
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from flows.ingest import InputOptions, ingest, read_headers
from flows.ingest.declare import InputFile
from flows.ingest.dialect import BadLine, split_line
from flows.ingest.limits import MAX_LINE
from flows.ingest.workbook import _measure
from matching.errors import InputRefused, NoSpace, StageError
from matching.sources import source
from tests.flows.ingest.conftest import Run

HEADER = b"MaKH,TenKH\nK1,An\n"


@pytest.mark.parametrize("kind", ["gzip", "zstd", "gzip in gzip", "zero line"])
def test_bombs(run: Run, kind: str) -> None:
    size = 100 << 20
    row = b"K2," + b"An " * 200 + b"\n"
    rows = HEADER + row * (size // len(row))
    content = {
        "gzip": lambda: gzip.compress(rows, 6), "zstd": lambda: zstandard.compress(rows),
        "gzip in gzip": lambda: gzip.compress(gzip.compress(rows)), "zero line": lambda: gzip.compress(rows[: 2 << 20] + bytes(size)),
    }[kind]()  # fmt: skip
    with pytest.raises(InputRefused, match=r"unpacks to over|gzip data|no end within"):
        run({"in.csv.gz": content})


def test_a_line_that_is_too_long_is_quarantined_and_its_neighbours_are_not(run: Run) -> None:
    long = b"K2," + b"x" * (9 * MAX_LINE)
    edge = b"K3," + b"x" * (MAX_LINE - 3)
    outcome = run({"in.csv": HEADER + long + b"\r\n" + edge + b"\nK4,An\n"})
    assert [row["record_id"] for row in outcome.rows] == ["K1", "K3", "K4"]
    assert outcome.rules() == [(3, "line_too_long")]
    assert len(outcome.quarantine[0]["raw"]) == 4096


def test_a_line_without_an_end_is_refused_quickly(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(HEADER + b"K2,An\n" * 200_000)
    os.truncate(path, 10 << 30)  # sparse: 10 GB of NUL
    started = time.process_time()
    with pytest.raises(InputRefused, match="no end within"):
        ingest(source("electricity"), [path], InputOptions(base=tmp_path), tmp_path / "o", tmp_path / "q", tmp_path / "w")
    assert time.process_time() - started < 20


def test_a_hundred_thousand_columns(run: Run) -> None:
    with pytest.raises(InputRefused, match="100000 columns"):
        run({"in.csv": b"MaKH,TenKH," + b",".join(b"c%d" % i for i in range(99_998)) + b"\n"})


def test_a_million_quotes(run: Run) -> None:
    outcome = run({"in.csv": HEADER + b'"' * 1_000_000 + b"\n" + b'"\n' * 100_000 + b"K2,An\n"})
    assert [row["record_id"] for row in outcome.rows] == ["K1", "K2"]
    assert outcome.report.rows_quarantined == {"ragged_row": 1, "unclosed_quote": 100_000}


def test_a_long_line_of_quotes_is_split_in_linear_time() -> None:
    started = time.process_time()
    for text in ('"' * MAX_LINE, '"a",' * (MAX_LINE // 4), '"a" ' * (MAX_LINE // 4), "," * MAX_LINE):
        try:
            split_line(text, ",")
        except BadLine as bad:
            assert bad.rule == "stray_quote"
    assert time.process_time() - started < 10


def test_links_pipes_and_folders(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(HEADER)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    options = InputOptions(base=tmp_path)
    assert read_headers(source("electricity"), [tmp_path / "link.csv"], options) == []
    for name in ("loop.csv", "pipe.csv", "device.csv"):
        assert len(read_headers(source("electricity"), [tmp_path / name], options)) == 1


def test_a_workbook_with_a_cell_at_the_far_corner(run: Run, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "w.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["MaKH", "TenKH"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(InputRefused, match="cells span"):
        run({"in.xlsx": (tmp_path / "w.xlsx").read_bytes()})


def test_a_workbook_that_is_a_bomb_or_only_a_zip(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "x")
        package.writestr("xl/worksheets/sheet1.xml", bytes(80 << 20))
    with zipfile.ZipFile(tmp_path / "zip", "w") as package:
        package.writestr("in.csv", HEADER)
    with pytest.raises(InputRefused, match="unpacks to over"):
        run({"in.xlsx": (tmp_path / "bomb").read_bytes()})
    with pytest.raises(InputRefused, match="a ZIP archive"):
        run({"in.xlsx": (tmp_path / "zip").read_bytes()})


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize("entry", ["../in.csv", "/etc/passwd", "xl/../../x", "..\\x", "C:/x", _link()], ids=str)
def test_an_archive_whose_entries_lead_out_of_it(run: Run, tmp_path: Path, entry: str | zipfile.ZipInfo) -> None:
    with zipfile.ZipFile(tmp_path / "bad", "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
        package.writestr(entry, "/etc/passwd")
    with pytest.raises(InputRefused, match="lead out of it"):
        run({"in.xlsx": (tmp_path / "bad").read_bytes()})


def test_a_tar_archive(run: Run) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as package:
        entry = tarfile.TarInfo("../../in.csv")
        entry.size = len(HEADER)
        package.addfile(entry, io.BytesIO(HEADER))
    with pytest.raises(InputRefused, match="a TAR archive"):
        run({"in.csv.gz": stream.getvalue()})


def test_formula_cells_are_text_and_go_out_guarded(run: Run) -> None:
    from flows.report.cells import cell

    cells = ["=cmd|' /C calc'!A0", "+84901234567", "-2+3", "@SUM(1+1)", '=HYPERLINK("http://x","y")']
    rows = "".join(f'K{at},"{text.replace(chr(34), chr(34) * 2)}"\n' for at, text in enumerate(cells))
    found = run({"in.csv": b"MaKH,TenKH\n" + rows.encode()}).column("holder_name")
    assert found == cells
    assert all(cell(text).startswith("'") for text in found)


CHILD = """
    import json, re, sys, time
    from pathlib import Path
    from flows.ingest import InputOptions, ingest
    from matching.errors import InputRefused
    from matching.sources import source
    folder, told = Path(sys.argv[1]), {}
    for path in sorted(folder.glob("*.in")):
        started, work = time.process_time(), folder / "work" / path.name
        try:
            report = ingest(source("electricity"), [path], InputOptions(base=folder, memory="400MB"), work / "o", work / "q", work / "w")
            found = sorted(report.rows_quarantined)
        except InputRefused as refused:
            found = str(refused)
        told[path.stem] = found, time.process_time() - started
    # not ru_maxrss: a process inherits that of whoever started it
    peak = re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1]
    print(json.dumps([told, int(peak) // 1024]))
"""


def in_bounds(folder: Path) -> dict[str, object]:
    """What became of each `*.in` of the folder, read in one process; it stays below 1 GB and each takes less than a minute of a processor."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(folder)], capture_output=True, text=True, timeout=600, check=True
    )
    told, megabytes = json.loads(done.stdout)
    assert megabytes < 1000 and max(seconds for _, seconds in told.values()) < 60
    print({name: round(seconds, 1) for name, (_, seconds) in told.items()}, f"{megabytes} MB at most")
    return {name: found for name, (found, _) in told.items()}


def dictionary_bomb(rows: int, length: int) -> pa.Table:
    """Rows of one long text, which Parquet stores once."""
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * length]))
    return pa.table({"MaKH": pa.array(np.arange(rows)), "TenKH": text})


def test_time_and_memory_are_bounded(tmp_path: Path) -> None:
    """Small ones of each kind; tests/soak has the large ones."""
    (tmp_path / "quotes.in").write_bytes(HEADER + b'"' * 1_000_000 + b"\n" + b'"\n' * 200_000)
    (tmp_path / "columns.in").write_bytes(b"MaKH,TenKH," + b",".join(b"c%d" % at for at in range(100_000)) + b"\n")
    (tmp_path / "gzip.in").write_bytes(gzip.compress(HEADER + b"K2,An\n" * 20_000_000))
    (tmp_path / "line.in").write_bytes(HEADER + b"K2,An\n" * 200_000)
    os.truncate(tmp_path / "line.in", 10 << 30)
    pq.write_table(dictionary_bomb(500_000, 900_000), tmp_path / "long.in")
    nothing = pa.DictionaryArray.from_arrays(pa.array(np.zeros(5_000_000, np.int32)), pa.array(["K"]))
    pq.write_table(pa.table({"MaKH": nothing, "TenKH": nothing}), tmp_path / "many.in")
    pq.write_table(dictionary_bomb(30_000, 2_000_000), tmp_path / "wide.in")
    found = in_bounds(tmp_path)
    assert found.pop("quotes") == ["ragged_row", "unclosed_quote"]
    says = {
        "columns": "columns",
        "gzip": "unpacks to over",
        "line": "no end within",
        "long": "unpacks to over",
        "many": "rows in",
        "wide": "a value of",
    }
    assert {name: text for name, text in says.items() if text not in str(found[name])} == {}, found


def test_no_error_of_a_library_gets_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("Original Line: K1,Nguyễn Văn An")

    monkeypatch.setattr("flows.ingest.run.unusable", fail)
    with pytest.raises(StageError, match="ValueError") as failure:
        run({"in.csv": HEADER})
    assert "Nguyễn" not in str(failure.value) and failure.value.__cause__ is None


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_an_entry_unpacks_to_is_counted_to_the_byte(packed: int, tmp_path: Path) -> None:
    """Neither what stands behind it in the archive, nor what the archive says of its size."""
    path, content = tmp_path / "a.xlsx", np.random.default_rng(7).bytes(200_000)
    with zipfile.ZipFile(path, "w", packed) as package:
        for name in ("a.bin", "b.bin"):
            package.writestr(name, content)
    file = InputFile(path, path.name, path.stat().st_size, 0)
    with zipfile.ZipFile(path) as package, path.open("rb") as stream:
        first, second = package.infolist()
        first.file_size = 1
        assert _measure(file, stream, first, 5) == 200_005
        assert _measure(file, stream, second, 0) == 200_000


def test_a_full_disk_is_told_by_whichever_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    def fail(*_: object) -> None:
        raise duckdb.IOException('Could not write file "x": No space left on device')

    monkeypatch.setattr("flows.ingest.run.unusable", fail)
    with pytest.raises(NoSpace):
        run({"in.csv": HEADER})


def test_files_written_are_private(run: Run, tmp_path: Path) -> None:
    run({"in.csv": HEADER})
    for folder in (tmp_path / "raw", tmp_path / "quarantine"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())


def test_looking_at_headers_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(HEADER)
    code = f"""
        import sys
        from pathlib import Path
        from flows.ingest import InputOptions, read_headers
        from matching.sources import source
        folder = Path({str(tmp_path)!r})
        assert read_headers(source("electricity"), [folder / "in.csv"], InputOptions(base=folder)) == []
        heavy = {{"pyarrow", "duckdb", "numpy", "pandas", "zstandard", "python_calamine"}} & set(sys.modules)
        assert not heavy, heavy
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)
