"""The same rows in every format, encoding, compression and delimiter come out the same: text, with its zeros."""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard

from flows.ingest import InputOptions, plan_headers
from matching.errors import InputRefused
from matching.sources import source
from tests.flows.ingest.conftest import Outcome, Run, run_ingest

Quoting = Literal[0, 1, 2, 3]

HEADER = ["Mã khách hàng", "Tên khách hàng", "Số giấy tờ", "Địa chỉ", "Ghi chú"]
ROWS = [
    ["0012", "Nguyễn Thị Ánh", "001079000123", "Số 3, ngõ 5/2 Hào Nam", " x "],
    ["0013", 'Cty "Đặng" & con', "", "36A; Trần Phú", ""],
    ["=0014", "Vũ Văn Bưởi", "79090001234", "-12/3 Lê Lợi", "+84"],
]
EXPECTED = [[cell or None for cell in row] for row in ROWS]


def _csv(delimiter: str = ",", end: str = "\n", quoting: Quoting = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([HEADER, *ROWS])
    return text.getvalue()


def _cells(outcome: Outcome) -> list[list[str | None]]:
    names = ["record_id", "holder_name", "id_number", "address", "x:Ghi chú"]
    return [[row[name] for name in names] for row in outcome.rows]


@pytest.mark.parametrize(("quoting", "end"), [(csv.QUOTE_MINIMAL, "\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_MINIMAL, "\r")])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text(run: Run, quoting: Quoting, delimiter: str, encoding: str, end: str) -> None:
    outcome = run({"in.csv": _csv(delimiter, end, quoting).encode(encoding)})
    assert _cells(outcome) == EXPECTED
    assert [row["line"] for row in outcome.rows] == [2, 3, 4]
    assert outcome.report.files[0].delimiter == delimiter


def _cp1258(text: str) -> bytes:
    """Vietnamese as cp1258 has it: the tone as a mark after its letter, the other marks in the letter."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for char in unicodedata.normalize("NFC", text):
        split = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in split if mark in tones)
        parts.append(unicodedata.normalize("NFC", "".join(c for c in split if c not in tones)) + tone)
    return "".join(parts).encode("cp1258")


@pytest.mark.parametrize("stated", [None, "cp1258", "windows-1258"])
def test_cp1258_is_decoded_and_not_yet_composed(run: Run, stated: str | None) -> None:
    outcome = run({"in.csv": _cp1258(_csv())}, encoding=stated)
    composed = [[cell and unicodedata.normalize("NFC", cell) for cell in row] for row in _cells(outcome)]
    assert composed == EXPECTED
    assert outcome.report.files[0].encoding == "cp1258"


def test_cp1258_after_a_head_of_pure_ascii(run: Run) -> None:
    ascii_rows = "".join(f"K{i},TRAN VAN AN,0790900{i:05},SO {i} LE LOI\r\n" for i in range(40_000))
    accents = "".join(f"L{i},Nguyễn Thị Ánh,0790900{i:05},Số {i} Hào Nam\r\n" for i in range(2_000))
    outcome = run({"in.csv": b"MaKH,TenKH,CCCD,DiaChi\r\n" + ascii_rows.encode() + _cp1258(accents)})
    assert (outcome.report.rows_accepted, outcome.report.files[0].encoding) == (42_000, "cp1258")
    assert unicodedata.normalize("NFC", outcome.rows[-1]["holder_name"]) == "Nguyễn Thị Ánh"


def test_a_few_lines_in_another_encoding_are_quarantined(run: Run) -> None:
    lines = [f"K{i},Nguyễn Thị Ánh".encode() for i in range(50)]
    lines[7] = b"K7,Nguy\xea\xdes"
    outcome = run({"in.csv": b"\n".join([b"MaKH,TenKH", *lines])})
    assert outcome.rules() == [(9, "bad_encoding")]
    assert outcome.quarantine[0]["raw"] == r"K7,Nguy\xea\xdes"


def test_legacy_text_inside_utf8_is_text(run: Run) -> None:
    assert run({"in.csv": "MaKH,TenKH\nK1,NguyÔn V¨n B×nh\n".encode()}).column("holder_name") == ["NguyÔn V¨n B×nh"]


@pytest.mark.parametrize("name", ["in.csv.gz", "in.csv.zst", "members.gz", "frames.zst", "no_suffix"])
def test_compressed(run: Run, name: str) -> None:
    text = _csv().encode()
    halves = text[:50], text[50:]
    if name == "frames.zst":
        content = b"".join(zstandard.compress(half) for half in halves)
    elif name == "members.gz":
        content = b"".join(gzip.compress(half) for half in halves) + b"\0" * 512
    else:
        content = zstandard.compress(text) if name.endswith("zst") else gzip.compress(text)
    outcome = run({name: content})
    assert _cells(outcome) == EXPECTED
    assert outcome.report.files[0].sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_compressed_data_that_end_early_are_refused(run: Run, pack: Callable[[bytes], bytes], kept: float) -> None:
    rows = "".join(f"K{i},{hashlib.sha256(str(i).encode()).hexdigest()}\n" for i in range(60_000))
    whole = pack(("MaKH,TenKH\n" + rows).encode())
    with pytest.raises(InputRefused, match="damaged or end early"):
        run({"in.csv.gz": whole[: int(len(whole) * kept)]})


def _workbook(path: Path, rows: list[list[Any]], sheets: int = 1) -> bytes:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for _ in range(sheets):
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(at, column, cell, *([day] if isinstance(cell, datetime.date) else []))
    return path.read_bytes()


def test_workbook(run: Run, tmp_path: Path) -> None:
    numbers: list[Any] = ["0015", "An", 79090001234.0, 12.5, datetime.date(2020, 1, 31)]
    outcome = run({"in.xlsx": _workbook(tmp_path / "w.xlsx", [[], HEADER, *ROWS, [], numbers])})
    assert _cells(outcome) == [*EXPECTED, ["0015", "An", "79090001234", "12.5", "2020-01-31"]]
    assert [row["line"] for row in outcome.rows] == [3, 4, 5, 7]
    assert outcome.report.files[0].blank_lines == 1


def test_workbook_with_the_table_on_two_sheets_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="on several sheets"):
        run({"in.xlsx": _workbook(tmp_path / "w.xlsx", [HEADER, *ROWS], sheets=2)})


def test_parquet(run: Run, tmp_path: Path) -> None:
    table = pa.table({
        "record_id": pa.array([12, 13, 14, 15]), "holder_name": [b"An", b"B\xff", b"C\0", b"D"],
        "id_number": pa.array([7.0, 8.5, None, 79090001234.0]),
        "contract_date": pa.array([datetime.datetime(2020, 1, 31), datetime.datetime(2020, 1, 31, 5), None, None]),
        "phone": pa.array(["0901", "0902", "", None]).dictionary_encode(),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "p")
    outcome = run({"in.parquet": (tmp_path / "p").read_bytes()})
    names = ["line", "record_id", "holder_name", "id_number", "contract_date", "phone"]
    assert [[row[name] for name in names] for row in outcome.rows] == [
        [1, "12", "An", "7", "2020-01-31", "0901"], [4, "15", "D", "79090001234", None, None],
    ]  # fmt: skip
    assert outcome.rules() == [(2, "bad_encoding"), (3, "nul_byte")]


def test_several_files_map_their_own_headers(run: Run) -> None:
    outcome = run({
        "b/2.csv": "Tên KH;Mã KH;GHI CHÚ;Tôn giáo;SĐT\nBình;K2;x;Phật;09\n".encode(),
        "a/1.csv": "MaKH,TenKH,Ghi chú,Trạm\nK1,An,y,T1\n".encode(),
    })  # fmt: skip
    assert [(r["file"], r["record_id"], r["holder_name"], r["phone"], r["x:Ghi chú"], r["x:Trạm"]) for r in outcome.rows] == [
        ("a/1.csv", "K1", "An", None, "y", "T1"), ("b/2.csv", "K2", "Bình", "09", "x", None),
    ]  # fmt: skip
    assert "phone" in outcome.report.files[0].absent_fields
    uses = {column.header: column.use for column in outcome.report.columns}
    assert uses["Tôn giáo"] == "dropped_sensitive" and uses["Trạm"] == "carried" and uses["MaKH"] == "field:record_id"
    assert not any("Tôn" in name or "Phật" in str(value) for row in outcome.rows for name, value in row.items())


def test_the_run_file_says_which_header_is_which_field(run: Run) -> None:
    text = "Mã,Bên mua,CMND,CCCD\n1,An,012345678,001079000123\n"
    outcome = run({"in.csv": text.encode()}, columns={"record_id": "ma", "holder_name": "Bên mua", "id_number": "CCCD"})
    row = outcome.rows[0]
    assert (row["record_id"], row["holder_name"], row["id_number"], row["x:CMND"]) == (
        "1",
        "An",
        "001079000123",
        "012345678",
    )


def test_every_field_is_a_column_and_the_schema_is_text(run: Run, tmp_path: Path) -> None:
    run({"in.csv": b"MaKH,TenKH\nK1,An\n"})
    schema = pq.read_schema(tmp_path / "raw" / "part-000.parquet")
    assert schema.names == ["file", "line", *(field.name for field in source("electricity").fields)]
    assert [str(kind) for kind in schema.types] == ["string", "int64"] + ["string"] * (len(schema) - 2)


def test_the_plan_is_made_without_reading_the_file(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(_csv(";", "\r\n").encode("utf-8-sig"))
    (plan,) = plan_headers(source("electricity"), [tmp_path / "in.csv"], InputOptions(base=tmp_path))
    assert (plan.encoding, plan.delimiter, [column.use for column in plan.columns][-1]) == ("utf-8-sig", ";", "carried")


def test_parts_of_an_attempt_that_was_cut_off_are_replaced(run: Run, tmp_path: Path) -> None:
    run({"in.csv": b"MaKH,TenKH\nK1,An\n"})
    (tmp_path / "raw" / "part-007.parquet").write_bytes((tmp_path / "raw" / "part-000.parquet").read_bytes())
    assert run({"in.csv": b"MaKH,TenKH\nK2,An\n"}).column("record_id") == ["K2"]
    assert list((tmp_path / "workspace").iterdir()) == []


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    rows = "".join(f"K{i % 900},An,{i}\n" for i in range(1000)).encode()
    hashes = set()
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        run_ingest(folder, {"in.csv": b"MaKH,TenKH,CCCD\n" + rows}, threads=threads)
        parts = [*sorted((folder / "raw").iterdir()), *sorted((folder / "quarantine").iterdir())]
        hashes.add(tuple(hashlib.sha256(part.read_bytes()).hexdigest() for part in parts))
    assert len(hashes) == 1
