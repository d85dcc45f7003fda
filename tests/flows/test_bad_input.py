"""What becomes of bad input, through the command line as a user calls it: a clear message and exit code, and nothing lost.

A file that cannot be what the run file says is refused as a whole, most of them before a run has begun. Single rows that
cannot be read are set aside, each with file, line and rule, and the run goes on without them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Doisoat
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import digests, leaks, leaks_below, lines, runs
from tests.flows.test_reconcile import summary_of
from tests.flows.test_reconcile_ends import untouched

pytestmark = pytest.mark.flow

SIGN = {"contracts.csv": ";", "register.csv": ","}


def write(file: Path, rows: list[str]) -> None:
    """Lines as a file of the kind that its name says."""
    contracts = file.name == "contracts.csv"
    end = "\r\n" if contracts else "\n"
    file.write_bytes("".join(f"{row}{end}" for row in rows).encode("utf-8-sig" if contracts else "utf-8"))


def missing(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def header_only(file: Path) -> None:
    write(file, lines(file)[:1])


def header_renamed(file: Path) -> None:
    header, *rows = lines(file)
    old = {"contracts.csv": "Tên khách hàng", "register.csv": "Mã cư dân"}[file.name]
    assert old in header
    write(file, [header.replace(old, "Cột mới"), *rows])


def header_gone(file: Path) -> None:
    write(file, [lines(file)[-1], *lines(file)[1:]])


def wrong_delimiter(file: Path) -> None:
    side = {"contracts.csv": "partner", "register.csv": "register"}[file.name]
    run_file = file.parent / "run.toml"
    run_file.write_text(run_file.read_text("utf-8").replace(f"[{side}]", f'[{side}]\ndelimiter = "|"'), "utf-8")


def html(file: Path) -> None:
    write(file, ["<!DOCTYPE html>", f"<html><body><td>{worlds.NAME}</td></body></html>"])


def pdf(file: Path) -> None:
    file.write_bytes(b"%PDF-1.7\n" + worlds.NAME.encode())


def noise(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 64 + worlds.NAME.encode())


def prose(file: Path) -> None:
    write(file, ["Kính gửi Quý Công ty,", f"danh sách gồm {worlds.NAME} và những người khác.", "Trân trọng."])


class Refused(NamedTuple):
    """A way to spoil a file, and what the message must say."""

    spoil: Callable[[Path], None]
    says: tuple[str, ...]


REFUSED = [
    Refused(missing, ("no such file",)),
    Refused(empty, ("the file is empty",)),
    Refused(header_only, ("a header and no row",)),
    Refused(header_renamed, ("line 1", "no column", "'Cột mới'", "columns = {")),
    Refused(header_gone, ("no header", "put the header back")),
    Refused(wrong_delimiter, ("delimiter", "correct or remove `delimiter`")),
    Refused(html, ("a web page or XML", "CSV, TSV, XLSX hoặc / or Parquet")),
    Refused(pdf, ("a PDF document", "CSV, TSV, XLSX hoặc / or Parquet")),
    Refused(noise, ("binary data", "CSV, TSV, XLSX hoặc / or Parquet")),
    Refused(prose, ("no header",)),
]


@pytest.mark.parametrize("file", ["contracts.csv", "register.csv"])
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.spoil.__name__)
def test_a_file_that_cannot_be_the_table_is_refused_before_the_run(case: Refused, file: str, published: Path, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")
    case.spoil(published / file)
    for command in ("check", "run"):
        done = doisoat(command, published / "run.toml")
        assert done.code == 5
        assert file in done.err and "tệp đầu vào bị từ chối / input refused" in done.err
        assert all(text in done.err for text in case.says), done.err
        assert "cần / expected" in done.err and "Traceback" not in done.err
        assert leaks((done.out + done.err).encode()) == []
    assert untouched(published, before)
    assert not list((runs(published) / "failed").iterdir())


def test_all_that_is_wrong_is_told_at_once(published: Path, doisoat: Doisoat) -> None:
    header_renamed(published / "contracts.csv")
    empty(published / "register.csv")
    done = doisoat("run", published / "run.toml")
    assert done.code == 5
    assert "no column holder_name" in done.err and "the file is empty" in done.err


@pytest.mark.parametrize(
    ("file", "left", "right"),
    [("contracts.csv", 1, 4), ("contracts.csv", 2, 5), ("register.csv", 3, 9), ("register.csv", 1, 5)],
)
def test_swapped_columns_are_refused_by_what_stands_in_them(file: str, left: int, right: int, published: Path, doisoat: Doisoat) -> None:
    """The headers are right, so only reading the file shows it: the run stops, and says which column."""
    before = digests(runs(published) / "0001-2026-10-31")
    rows = list(csv.reader(lines(published / file), delimiter=SIGN[file]))
    for row in rows[1:]:
        row[left], row[right] = row[right], row[left]
    quoted = [[f'"{cell}"' if SIGN[file] in cell else cell for cell in row] for row in rows]
    write(published / file, [SIGN[file].join(row) for row in quoted])
    done = doisoat("run", "--no-progress", published / "run.toml")
    assert done.code == 5
    assert f"column '{rows[0][left]}'" in done.err or f"column '{rows[0][right]}'" in done.err
    assert file in done.err and "cannot be" in done.err and "are columns swapped?" in done.err
    failed = runs(published) / "failed/0002-2026-10-31"
    assert f"xem / see: {failed}" in done.err and (failed / "failure.json").is_file()
    assert leaks((done.out + done.err).encode()) == [] == leaks_below(failed, allowed=worlds.PRIVATE)
    assert untouched(published, before)


def cut_between_rows(file: Path) -> None:
    write(file, lines(file)[: len(lines(file)) // 2])


def test_an_extract_unlike_the_last_accepted_one_stops_the_run_at_its_first_gate(published: Path, doisoat: Doisoat) -> None:
    before = digests(runs(published) / "0001-2026-10-31")
    cut_between_rows(published / "contracts.csv")
    done = doisoat("run", "--quiet", published / "run.toml")
    assert done.code == 3, done.err
    assert "gate extract" in done.err and "rows lost / thiếu dòng" in done.err and 'allow = ["rows"]' in done.err
    (failed,) = (runs(published) / "failed").iterdir()
    assert sorted(path.stem for path in (failed / "gates").glob("*.json")) == ["extract", "raw"], "nothing was standardised"
    assert leaks((done.out + done.err).encode()) == [] == leaks_below(failed, allowed=worlds.PRIVATE)
    assert untouched(published, before)


def ragged(row: str) -> list[str]:
    return [row.rsplit(";", 2)[0]]


def surplus(row: str) -> list[str]:
    return [f"{row};{worlds.NAME};x"]


def nul(row: str) -> list[str]:
    return [row.replace(";", ";\0", 1)]


def unclosed(row: str) -> list[str]:
    return [row.replace(";", ';"', 1)]


def twice(row: str) -> list[str]:
    return [row, row.replace(worlds.NAME, f"{worlds.NAME} Hai")]


def no_key(row: str) -> list[str]:
    return [row.partition(";")[1] + row.partition(";")[2]]


ROWS = (
    (ragged, "ragged_row"), (surplus, "ragged_row"), (nul, "nul_byte"), (unclosed, "unclosed_quote"),
    (twice, "duplicate_record_id"), (no_key, "missing_key"),
)  # fmt: skip


def test_rows_that_cannot_be_read_are_set_aside_and_nothing_else_is(published: Path, doisoat: Doisoat) -> None:
    """All kinds in one run: a run takes seconds. What each kind does by itself is told in tests/flows/ingest."""
    before = digests(runs(published) / "0001-2026-10-31")
    *rows, last = lines(published / "contracts.csv")
    assert last == worlds.CONTRACT
    bad = [(row, rule) for spoil, rule in ROWS for row in spoil(last)]
    rows[5:5] = [row for row, _ in bad]  # in mid-file: what comes after them must still be read
    write(published / "contracts.csv", rows)
    done = doisoat("run", published / "run.toml")
    assert (done.code, done.err) == (0, ""), done.err
    assert leaks(done.out.encode()) == []
    second = runs(published) / "0002-2026-10-31"
    with (second / "quarantine.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = [(row["file"], int(row["line"]), row["rule"], row["raw"]) for row in csv.DictReader(stream)]
    assert [row[:3] for row in found] == [("contracts.csv", 6 + at, rule) for at, (_, rule) in enumerate(bad)]
    assert [plain(row[3]) for row in found] == [plain(row) for row, _ in bad]
    summary = summary_of(second)
    assert summary["rows_read"] == sum(summary["outcomes"].values()) == len(rows) - 1
    assert summary["outcomes"]["rejected"] == len(bad)
    stages = {stage["stage"]: stage for stage in summary["stages"]}
    assert (stages["ingest_partner"]["rows_in"], stages["ingest_partner"]["rows_quarantined"]) == (len(rows) - 1, len(bad))
    assert all(stage["rows_in"] == stage["rows_out"] + stage["rows_quarantined"] for stage in stages.values())
    assert untouched_first(published, before)
    assert leaks_below(second, allowed=worlds.PRIVATE) == []


def plain(raw: str) -> str:
    """A row without what no cell of a report may hold (NUL is shown as a sign), for comparing."""
    return "".join(letter for letter in raw if letter.isprintable() and letter not in "\u2400\ufffd")


def untouched_first(published: Path, before: dict[str, str]) -> bool:
    """Whether the run before is as it was; `current` has moved on."""
    return digests(runs(published) / "0001-2026-10-31") == before
