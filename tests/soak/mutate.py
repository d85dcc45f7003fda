"""Inputs that are wrong in the ways in which files go wrong, and in a few in which nobody would think: the same for the same seed.

One to four changes to a good register or contract file, in any format that is read: to its bytes, its lines, its cells or its packing.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import zstandard

from flows.generate import generate_world

Rng = random.Random
Rows = list[list[str]]


@dataclass(frozen=True)
class Input:
    """A file as it is delivered, and what was done to it."""

    seed: int
    source: str
    name: str
    content: bytes
    changes: tuple[str, ...]


def _place(rng: Rng, data: bytes) -> int:
    return rng.randrange(len(data) + 1)


def _put(rng: Rng, data: bytes, new: bytes, drop: int = 0) -> bytes:
    at = _place(rng, data)
    return data[:at] + new + data[at + drop :]


NASTY = [
    b'"',
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\r\n",
    b";",
    b",",
    b"\t",
    b"|",
    b"\x1a",
    b"\x1b[31m",
    "\u2028".encode(),
    b"\xc3",
    b"=1+1",
]
ENCODINGS = ("utf-16", "utf-16-be", "utf-8-sig", "cp1258", "cp1252", "utf-32")
HEADERS = ("", "Cột", "CCCD", "Ngày sinh", "x" * 300)
BYTES: dict[str, Callable[[Rng, bytes], bytes]] = {
    "a sign": lambda rng, data: _put(rng, data, rng.choice(NASTY)),
    "signs": lambda rng, data: _put(rng, data, rng.choice(NASTY) * rng.choice([3, 100, 5000])),
    "bytes": lambda rng, data: _put(rng, data, rng.randbytes(rng.choice([1, 4, 300])), rng.choice([0, 1, 300])),
    "cut": lambda rng, data: data[: _place(rng, data)],
    "hole": lambda rng, data: _put(rng, data, b"", rng.randrange(1, 4000)),
    "zeros": lambda rng, data: _put(rng, data, bytes(rng.choice([1, 512, 70_000]))),
    "twice": lambda rng, data: data + data,
    "shifted": lambda rng, data: data[(at := _place(rng, data)) :] + data[:at],
    "a bit": lambda rng, data: (
        data[: (at := _place(rng, data))] + bytes(byte ^ (1 << rng.randrange(8)) for byte in data[at : at + 1]) + data[at + 1 :]
    ),
    "a long line": lambda rng, data: _put(rng, data, b"x" * rng.choice([70_000, 1_100_000])),
    "line ends": lambda rng, data: data.replace(b"\r\n", b"\n").replace(b"\n", rng.choice([b"\r", b"\r\n", b"\n\n", b"\n\r"])),
    "no quotes": lambda rng, data: data.replace(b'"', b""),
    "other sign": lambda rng, data: data.replace(rng.choice([b";", b","]), rng.choice([b",", b"\t", b"|", b"  "])),
    "encoding": lambda rng, data: data.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace"),
    "mojibake": lambda rng, data: data.decode("latin-1").encode("utf-8"),
}


def _cell(rng: Rng, rows: Rows, text: str) -> Rows:
    row = rng.choice([row for row in rows if row])
    row[rng.randrange(len(row))] = text
    return rows


def _column(rng: Rng, rows: Rows, change: Callable[[str], str]) -> Rows:
    at = rng.randrange(len(rows[0]))
    return [rows[0], *([*row[:at], *map(change, row[at : at + 1]), *row[at + 1 :]] for row in rows[1:])]


def _order(rng: Rng, rows: Rows) -> Rows:
    order = list(range(len(rows[0])))
    rng.shuffle(order)
    head = rows[0] if rng.random() < 0.5 else [rows[0][at] for at in order]
    return [head, *([row[at] for at in order if at < len(row)] for row in rows[1:])]


def _ragged(rng: Rng, rows: Rows) -> Rows:
    return [row[: rng.randrange(1, len(row) + 1)] if row and rng.random() < 0.1 else row for row in rows]


CELLS = [
    "",
    " ",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    '"',
    "a\nb",
    "\u202e",
    "0" * 400,
    "-",
    "NULL",
    "1e400",
    "31/02/2020",
    "không có",
    "nguye6n4",
    "Ng\u0303",
]
LINES: dict[str, Callable[[Rng, Rows], Rows]] = {
    "a cell": lambda rng, rows: _cell(rng, rows, rng.choice(CELLS)),
    "a column of one text": lambda rng, rows: _column(rng, rows, lambda _: "x"),
    "a column emptied": lambda rng, rows: _column(rng, rows, lambda _: ""),
    "a column reversed": lambda rng, rows: _column(rng, rows, lambda cell: cell[::-1]),
    "a column dropped": lambda rng, rows: [[*row[:at], *row[at + 1 :]] for at in [rng.randrange(len(rows[0]))] for row in rows],
    "a column twice": lambda rng, rows: [[*row, *row[at : at + 1]] for at in [rng.randrange(len(rows[0]))] for row in rows],
    "a header renamed": lambda rng, rows: [[rng.choice(HEADERS) if rng.random() < 0.15 else cell for cell in rows[0]], *rows[1:]],
    "columns in another order": _order,
    "rows cut short": _ragged,
    "rows in another order": lambda rng, rows: [rows[0], *rng.sample(rows[1:], len(rows) - 1)],
    "the header again": lambda rng, rows: [*rows[: (at := rng.randrange(len(rows)) + 1)], list(rows[0]), *rows[at:]],
    "no header": lambda _, rows: rows[1:],
    "a few rows": lambda rng, rows: rows[: rng.randrange(1, 6)],
    "keys twice": lambda rng, rows: [*rows, *rng.sample(rows[1:], min(20, len(rows) - 1))],
    "a title above": lambda _, rows: [["DANH SÁCH KHÁCH HÀNG"], ["Tháng 10"], *rows],
    "a total below": lambda _, rows: [*rows, ["Tổng cộng", str(len(rows))]],
}  # fmt: skip


def _sheet(rows: Rows) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, [cell[:32_000] for cell in row])
    return stream.getvalue()


def _parquet(rows: Rows) -> bytes:
    stream = io.BytesIO()
    names = [f"{name}{'' if name not in rows[0][:at] else at}" for at, name in enumerate(rows[0])]
    columns = [[row[at] if at < len(row) else None for row in rows[1:]] for at in range(len(names))]
    pq.write_table(pa.table([pa.array(column, pa.string()) for column in columns], names=names), stream)
    return stream.getvalue()


def _zip(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("../../in.csv", content)
    return stream.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstandard.compress, "zip": _zip}


class Mutations:
    """Makes inputs out of a small generated world, which is made once, in `folder`."""

    def __init__(self, folder: Path) -> None:
        generate_world(400, 77, folder / "world")
        self.rows = {
            "electricity": _read(folder / "world" / "contracts.csv", ";")[:121],
            "population_register": _read(folder / "world" / "register.csv", ",")[:161],
        }

    def make(self, seed: int) -> Input:
        """The input of a seed."""
        rng = random.Random(seed)
        source = rng.choice(sorted(self.rows))
        rows = [list(row) for row in self.rows[source]]
        told: list[str] = []
        for name in rng.sample(sorted(LINES), rng.choice([0, 0, 1, 2])):
            told.append(name)
            rows = LINES[name](rng, rows) or [["x"]]
        kind = rng.choices(["csv", "xlsx", "parquet"], [8, 1, 1])[0]
        if kind == "csv" or not rows[0]:
            text = io.StringIO()
            csv.writer(text, delimiter=rng.choice(";,"), lineterminator=rng.choice(["\n", "\r\n"])).writerows(rows)
            content = text.getvalue().encode()
        else:
            content = _sheet(rows) if kind == "xlsx" else _parquet(rows)
        for name in rng.sample(sorted(BYTES), rng.choice([0, 1, 1, 2]) if told else rng.choice([1, 2, 3])):
            told.append(name)
            content = BYTES[name](rng, content)
        if rng.random() < 0.15:
            packing = rng.choice(sorted(PACKED))
            told.append(packing)
            content = PACKED[packing](content)
            if rng.random() < 0.3:
                told.append("cut packed")
                content = content[: _place(rng, content)]
        return Input(seed, source, f"in.{kind}", content, tuple(told))


def _read(file: Path, delimiter: str) -> Rows:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=delimiter))
