"""Erasing in parts: an exchange that was killed half way, reviewers' spreadsheets, tables larger than one batch."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from flows import exchange as exchanging
from flows.erase import rows
from flows.erase.files import erase_file
from flows.erase.person import Person, residents_of
from flows.erase.residents import written
from flows.erase.reviewers import _lines, erase_decisions
from flows.erase.unread import Unread
from flows.exchange import COPY, exchange, settle_exchanges
from flows.publish import PARTIAL
from matching.errors import ConfigError

HIM = Person(frozenset({"CD987654321", "001090987654"}), frozenset({"PD03009876543"}), frozenset({"MM-0000000000000000000A"}))
RUN = "0001-2026-10-31"


class Killed(BaseException):
    """As SIGKILL: nothing after it is done."""


@pytest.mark.parametrize(("renames", "kept"), [(0, "old"), (1, "new"), (2, "new"), (3, "new")])
def test_an_exchange_killed_between_its_renames(renames: int, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, copy = tmp_path / RUN, tmp_path / f"{COPY}{RUN}"
    for folder, text in ((run, "old"), (copy, "new")):
        folder.mkdir()
        (folder / "manifest.json").write_text(text, "ascii")
    left = [renames]
    real = Path.rename

    def dying(source: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(source, target)

    monkeypatch.setattr(exchanging, "_at_once", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dying)
        if renames < 3:
            with pytest.raises(Killed):
                exchange(copy, run)
        else:
            exchange(copy, run)
    settle_exchanges(tmp_path)
    assert (run / "manifest.json").read_text("ascii") == kept
    assert not list(tmp_path.glob(f"{PARTIAL}old-*"))


def test_a_run_set_aside_whose_copy_is_gone_comes_back(tmp_path: Path) -> None:
    (tmp_path / f"{PARTIAL}old-{RUN}").mkdir()
    settle_exchanges(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [RUN]


def test_both_ways_of_trading_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a/b").exists() and (tmp_path / "b/a").exists()
    monkeypatch.setattr(exchanging, "_at_once", lambda *_: False)
    exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a/a").exists() and (tmp_path / "b/b").exists() and len(list(tmp_path.iterdir())) == 2


def test_a_spreadsheet_of_decisions_loses_his_rows_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "decisions/Đã xem.xlsx"
    file.parent.mkdir()
    told = [
        ["mismatch_id", "decision", "note"],
        ["MM-0000000000000000000A", "confirmed", "x"],
        ["MM-0000000000000000000B", "unsure", "hỏi 001090987654"],
        ["MM-0000000000000000000C", "unsure", "số 1001090987654 là khác"],
    ]
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Sai lệch")
        for number, row in enumerate(told):
            sheet.write_row(number, 0, row)
    assert erase_decisions(tmp_path, HIM, Unread()) == 2
    left = CalamineWorkbook.from_path(file).get_sheet_by_name("Sai lệch").to_python(skip_empty_area=False)
    assert [row for row in left if any(row)] == [told[0], told[3]] and left.index(told[3]) == 3, "the others keep their numbers"
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    assert erase_decisions(tmp_path, HIM, Unread()) == 0 and file.read_bytes() == before


def test_a_table_is_gone_through_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_BATCH", 7)
    others = [{"record_id": f"PD{number:011}", "candidates": ["CD000000001"], "n": number} for number in range(50)]
    his = {"record_id": "PD03009876543", "candidates": ["CD987654321"], "n": 50}
    near = {"record_id": "PD99999999999", "candidates": ["CD000000001", "CD987654321"], "n": 51}
    schema = pa.schema([("record_id", pa.string()), ("candidates", pa.list_(pa.string())), ("n", pa.int32())])
    pq.write_table(
        pa.Table.from_pylist([*others[:20], his, *others[20:], near], schema),
        tmp_path / "links.parquet",
        row_group_size=13,
    )
    assert rows.filter_parquet(tmp_path / "links.parquet", tmp_path / "out.parquet", HIM) == 2
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.schema == schema and out.to_pylist() == [*others, {**near, "candidates": ["CD000000001"]}]
    assert rows.filter_parquet(tmp_path / "out.parquet", tmp_path / "again.parquet", HIM) == 0
    assert not (tmp_path / "again.parquet").exists()


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (['MM-X,unsure,"hỏi', 'CD987654321 rồi"', 'MM-Y,unsure,"một dòng"'], ["", "", 'MM-Y,unsure,"một dòng"']),
        (['MM-X,unsure,"chưa đóng', "MM-Y,unsure,CD987654321", "MM-Z,unsure,"], ['MM-X,unsure,"chưa đóng', "", "MM-Z,unsure,"]),
        (["MM-X,unsure,CD987654321", 'MM-Y,unsure,"một', 'hai"'], ["", 'MM-Y,unsure,"một', 'hai"']),
    ],
    ids=["a note over two lines", "a quote that is never closed", "the note of another"],
)
def test_his_record_goes_whole_and_leaves_the_others_alone(rows: list[str], left: list[str]) -> None:
    pattern = HIM.pattern
    assert pattern is not None
    done, gone = _lines("\r\n".join(["mismatch_id,decision,note", *rows, ""]).encode(), pattern)
    assert (done.decode().split("\r\n")[1:-1], gone) == (left, 1)


def test_a_short_id_is_his_only_in_a_column_of_its_own_kind() -> None:
    him = Person(frozenset({"17"}), frozenset({"903"}), frozenset())
    assert rows.names_person({"record_id": "903", "person_id": "1"}, him)
    assert rows.names_person({"record_id": "1", "person_id": "17"}, him)
    assert not rows.names_person({"record_id": "17", "person_id": "903"}, him)


def test_a_number_is_what_somebody_typed_and_what_the_register_has() -> None:
    assert written("1090 987.654") == {"1090 987.654", "1090987654", "001090987654"} and written("CD987654321") == {"CD987654321"}
    assert written("019876543") == {"019876543"} and written("19876543") == {"19876543", "019876543"}


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 torn", b"PAR1....", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0 torn"],
    ids=["xlsx", "parquet", "gz", "xls"],
)
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_done(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions/a.xlsx").write_bytes(content)
    (tmp_path / "decisions/b.csv").write_text("mismatch_id,decision\nMM-0000000000000000000A,unsure\n", "utf-8")
    unread = Unread()
    assert erase_decisions(tmp_path, HIM, unread) == 1 and list(unread.files) == [tmp_path / "decisions/a.xlsx"]
    assert (tmp_path / "decisions/a.xlsx").read_bytes() == content and "MM-" not in (tmp_path / "decisions/b.csv").read_text("utf-8")


@pytest.mark.parametrize("name", ["links.parquet", "mismatches.csv", "summary.json", "decisions.jsonl"])
def test_torn_files_of_a_run_are_told_by_its_name(name: str, tmp_path: Path) -> None:
    unread, torn = Unread(), b"\xff\x00{torn"
    (tmp_path / name).write_bytes(torn + b"\n")
    assert erase_file(tmp_path / name, HIM, unread, Path(RUN) / name) == 0 and list(unread.files) == [Path(RUN) / name]
    assert [path.name for path in tmp_path.iterdir()] == [name] and (tmp_path / name).read_bytes() == torn + b"\n"


def test_a_full_disk_is_no_torn_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="space"), Unread().reading(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_number_of_two_residents_asks_for_the_id_and_an_id_leads_to_nobody_else(tmp_path: Path) -> None:
    run, other = tmp_path / RUN, tmp_path / "0002-2026-10-31"
    for folder, people in (
        (run, [("CD1", 1_090_987_654, 19_876_543), ("CD2", 1_090_987_654, None)]),
        (other, [("CD1x", 1_090_987_654, 19_876_543)]),
    ):
        (folder / "tables/std_register").mkdir(parents=True)
        (folder / "manifest.json").write_text('{"configuration": {"report": {"delimiter": ","}}}', "ascii")
        table = pa.table({name: [row[at] for row in people] for at, name in enumerate(("person_id", "id12", "id9"))})
        pq.write_table(table, folder / "tables/std_register/part-0.parquet")
    numbers = {"001090987654", "019876543"}
    with pytest.raises(ConfigError, match="2 residents"):
        residents_of([run, other], "1090987654")
    assert residents_of([run, other], "19876543") == {"CD1": numbers, "CD1x": numbers}, "two runs may know one resident by two ids"
    assert residents_of([run], "CD1") == {"CD1": numbers} and residents_of([run], "CD2") == {"CD2": {"001090987654"}}
    assert residents_of([run, other], "CD3") == {}
