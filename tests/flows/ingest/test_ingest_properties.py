"""What must hold for any input: the ledger, no error but ours, and the fast way of reading agrees with the plain one."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ingest.classify import plain_lines
from flows.ingest.dialect import BadLine, join_cells, split_line
from flows.ingest.lines import blocks
from matching.errors import InputRefused
from tests.flows.ingest.conftest import run_ingest

CELL = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12)
NASTY = st.text(st.sampled_from('",;\t a"é\ufeff'), max_size=30)


@given(st.lists(CELL, min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_what_is_joined_is_split_again(cells: list[str], delimiter: str) -> None:
    line = join_cells(cells, delimiter)
    if not any(cell.startswith('"') for cell in cells):
        assert split_line(line, delimiter) == cells


@given(st.lists(CELL, min_size=2, max_size=6), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read(cells: list[str], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    assert split_line(text.getvalue(), delimiter) == cells


@given(st.lists(NASTY, min_size=1, max_size=8), st.integers(1, 4))
@settings(max_examples=400)
def test_a_line_called_plain_has_one_reading_and_the_right_width(lines: list[str], width: int) -> None:
    """The vectorised judgement against the rules cell by cell, and against Python's strict reader."""
    block = next(blocks(iter(["".join(line + "\n" for line in lines).encode()]), "t"))
    plain, _ = plain_lines(block, ",", width)
    for line, judged in zip(lines, plain.tolist(), strict=True):
        cells = _split_or_none(line)
        if judged:
            assert cells is not None and len(cells) == width
            assert cells == next(csv.reader([line], strict=True))
        elif cells is not None and len(cells) == width and line:
            odd_quotes = '"' in line and (any('"' in c and not c.startswith('"') for c in line.split(",")) or '" ' in line)
            assert line.startswith("\ufeff") or odd_quotes or '"\t' in line


def _split_or_none(line: str) -> list[str] | None:
    try:
        return split_line(line, ",")
    except BadLine:
        return None


@given(st.binary(max_size=300).map(lambda raw: raw.replace(b"a", b"\r").replace(b"b", b"\n")), st.integers(1, 40))
@settings(max_examples=300)
def test_lines_do_not_depend_on_where_the_stream_is_cut(raw: bytes, size: int) -> None:
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    lines = [block.line(at) for block in blocks(iter(pieces), "t") for at in range(len(block.starts))]
    unified = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    expected = unified.split(b"\n")
    assert lines == (expected[:-1] if not expected[-1] else expected)
    numbers = [block.first_line for block in blocks(iter(pieces), "t")]
    assert numbers == sorted(numbers)


Mutation = Callable[[random.Random, bytes], bytes]


def _at(rng: random.Random, data: bytes, new: bytes, drop: int = 0) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + new + data[place + drop :]


MUTATIONS: dict[str, Mutation] = {
    "quote": lambda rng, data: _at(rng, data, b'"'),
    "delimiter": lambda rng, data: _at(rng, data, rng.choice([b",", b";", b"\t"])),
    "nul": lambda rng, data: _at(rng, data, b"\0"),
    "byte": lambda rng, data: _at(rng, data, bytes([rng.randrange(256)]), 1),
    "line end": lambda rng, data: _at(rng, data, rng.choice([b"\n", b"\r", b"\r\n", b"\n\n"])),
    "mark": lambda rng, data: data.replace(b"\nK", b"\n\xef\xbb\xbfK", 1),
    "cut": lambda rng, data: data[: rng.randrange(len(data))],
    "drop": lambda rng, data: _at(rng, data, b"", rng.randrange(200)),
    "glue": lambda rng, data: data + data,
    "swap lines": lambda rng, data: b"\n".join(sorted(data.split(b"\n"), key=lambda _: rng.random())),
    "encoding": lambda rng, data: data.decode("utf-8", "replace").encode(rng.choice(["utf-16", "utf-16-be", "utf-8-sig"])),
    "delimiters": lambda rng, data: data.replace(b",", b";"),
    "line ends": lambda rng, data: data.replace(b"\n", rng.choice([b"\r\n", b"\r"])),
}


def _base(rng: random.Random) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    writer.writerow(["MaKH", "TenKH", "CCCD", "Địa chỉ", "Ghi chú"])
    for number in range(60):
        writer.writerow([f"K{number:05}", "Nguyễn Thị Ánh", f"0790900{number:05}", f'Số {number}, ngõ 5 "Hào Nam"', ""])
    return text.getvalue().encode()


def _mutated(first: int, count: int) -> Iterator[tuple[int, str, bytes]]:
    for seed in range(first, first + count):
        rng = random.Random(seed)
        data, names = _base(rng), []
        for _ in range(rng.randrange(1, 4)):
            names.append(rng.choice(list(MUTATIONS)))
            data = MUTATIONS[names[-1]](rng, data) or b"x"
        yield seed, "+".join(names), data


@pytest.mark.parametrize("first", [0, 50, 100, 150])
def test_mutated_files_keep_the_ledger_and_raise_nothing_else(first: int) -> None:
    """`run_ingest` asserts the ledger; here: every token of a readable file stands in the rows or in the quarantine."""
    refused = 0
    for seed, names, data in _mutated(first, 50):
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome = run_ingest(Path(folder), {"in.csv": data}, allow=("repeated_header", "cut_off"))
            except InputRefused:
                refused += 1
                continue
        kept = " ".join(str(value) for row in outcome.rows for value in row.values())
        kept += " ".join(f"{row['raw']} {row['record_id']}" for row in outcome.quarantine)
        lost = [f"K{number:05}" for number in range(60) if f"K{number:05}".encode() in data and f"K{number:05}" not in kept]
        assert not lost, (seed, names, lost)
    assert refused < 25


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_are_refused_or_accounted_for(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    with pytest.raises(InputRefused):
        run_ingest(tmp_path, {"in.csv": rng.bytes(5000)})
