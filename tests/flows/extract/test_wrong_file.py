"""A table of wrong files: each is stopped at the first gate, for its own reason, and nothing in the reason is a person's.

The right file is the sample's; it passes, also beside itself and beside the other half of itself. Whatever is wrong is done to it.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from flows.extract.bounds import Bounds
from flows.extract.compare import changes, stopping
from flows.extract.profile import Profile, from_json, profile
from flows.ingest import InputOptions, ingest
from matching.engine import Limits, connect, view
from matching.errors import GateFailed, InputRefused
from matching.sources import source

SAMPLE = Path(__file__).parents[3] / "sample_data"
DAY = date(2026, 10, 31)
FILE = {"population_register": "register.csv", "electricity": "contracts.csv"}
Rows = list[list[str]]


def rows_of(name: str) -> Rows:
    text = (SAMPLE / FILE[name]).read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if name == "electricity" else ","))


def written(rows: Rows, delimiter: str = ";", encoding: str = "utf-8", end: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding, "replace")


def looked_at(name: str, files: dict[str, bytes], folder: Path, day: date = DAY, bounds: Bounds | None = None) -> Profile:
    bounds = bounds or Bounds()
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    declared = source(name)
    options = InputOptions(base=folder, overlap=bounds.overlap, allow=bounds.allow)
    report = ingest(declared, [folder / file for file in files], options, folder / "raw", folder / "quarantine", folder / "work")
    with connect(Limits("1GB", 1, folder / "spill", (folder,))) as con:
        view(con, f"raw_{declared.role}", folder / "raw")
        return profile(con, declared, report, day)


@pytest.fixture(scope="session")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Profile]:
    """The profiles of the sample, once through their files."""
    made = {name: looked_at(name, {file: (SAMPLE / file).read_bytes()}, tmp_path_factory.mktemp(name)) for name, file in FILE.items()}
    return {name: from_json(one.as_json()) for name, one in made.items()}


def held(name: str, files: dict[str, bytes], before: Profile, folder: Path, day: date = DAY, bounds: Bounds | None = None) -> None:
    """What a run does first; InputRefused or GateFailed with the reasons."""
    found = changes(before, looked_at(name, files, folder, day, bounds), bounds or Bounds())
    if problems := stopping(found):
        raise GateFailed(problems)


def swapped(left: str, right: str) -> Callable[[Rows], Rows]:
    def swap(rows: Rows) -> Rows:
        a, b = rows[0].index(left), rows[0].index(right)
        for row in rows[1:]:
            row[a], row[b] = row[b], row[a]
        return rows

    return swap


def without(*headers: str) -> Callable[[Rows], Rows]:
    def drop(rows: Rows) -> Rows:
        kept = [at for at, header in enumerate(rows[0]) if header not in headers]
        return [[row[at] for at in kept] for row in rows]

    return drop


def renamed(old: str, new: str) -> Callable[[Rows], Rows]:
    return lambda rows: [[new if cell == old else cell for cell in rows[0]], *rows[1:]]


def emptied(header: str, share: float) -> Callable[[Rows], Rows]:
    def empty(rows: Rows) -> Rows:
        at = rows[0].index(header)
        for number, row in enumerate(rows[1:]):
            row[at] = "" if number % 100 < 100 * share else row[at]
        return rows

    return empty


def dated(header: str, change: Callable[[str], str]) -> Callable[[Rows], Rows]:
    def alter(rows: Rows) -> Rows:
        at = rows[0].index(header)
        return [rows[0], *([*row[:at], change(row[at]), *row[at + 1 :]] for row in rows[1:])]

    return alter


def doubled(header: str) -> Callable[[Rows], Rows]:
    return lambda rows: [[*row, row[rows[0].index(header)]] for row in rows]


@dataclass(frozen=True)
class Wrong:
    """A file, what is done to it, and what the reason must name."""

    name: str
    error: type[Exception]
    says: tuple[str, ...]
    change: Callable[[Rows], Rows] = lambda rows: rows
    write: Callable[[Rows], dict[str, bytes]] = field(default=lambda rows: {"in.csv": written(rows)})
    source: str = "electricity"
    day: date = DAY


def _two(rows: Rows, shared: int) -> dict[str, bytes]:
    middle = len(rows) // 2
    return {"a.csv": written(rows[:middle]), "b.csv": written([rows[0], *rows[middle - shared :]])}


def _old(text: str) -> str:
    return text if "/2026" not in text else "01/01/2024"


REGISTER = "population_register"
WRONG = (
    Wrong("holder and address swapped", InputRefused, ("cannot be",), swapped("Tên khách hàng", "Địa chỉ sử dụng điện")),
    Wrong("number and phone swapped", InputRefused, ("cannot be",), swapped("Số giấy tờ", "Số điện thoại")),
    Wrong("two addresses swapped", GateFailed, ("swapped", "permanent_address, temporary_address", '"swapped"'),
          swapped("Nơi thường trú", "Nơi tạm trú"), source=REGISTER),
    Wrong("two dates swapped", GateFailed, ("swapped", "birth_date, status_date"), swapped("Ngày sinh", "Ngày ghi nhận tình trạng"), source=REGISTER),
    Wrong("two numbers swapped", GateFailed, ("id_number",), swapped("Số định danh cá nhân", "Số CMND"), source=REGISTER),
    Wrong("two names swapped", GateFailed, ("full_name, other_name",), swapped("Họ, chữ đệm và tên khai sinh", "Tên gọi khác"), source=REGISTER),
    Wrong("two plain columns swapped", GateFailed, ("households", "meter"), swapped("Số hộ", "Số công tơ")),
    Wrong("a needed column renamed", InputRefused, ("no column holder_name", "columns = {"), renamed("Tên khách hàng", "Bên B")),
    Wrong("a column renamed", GateFailed, ("id_number", "column gone", '"columns"'), renamed("Số giấy tờ", "Thông tin khác")),
    Wrong("a needed column missing", InputRefused, ("no column record_id",), without("Mã khách hàng")),
    Wrong("a column missing", GateFailed, ("phone", "column gone"), without("Số điện thoại")),
    Wrong("a header repeated", InputRefused, ("stands over columns",), doubled("Số giấy tờ")),
    Wrong("two headers of one field", InputRefused, ("both mean id_number",), renamed("Số hộ", "CCCD")),
    Wrong("header missing", InputRefused, ("no header",), lambda rows: rows[1:]),
    Wrong("header twice", InputRefused, ("the header stands again", "line 2"), lambda rows: [rows[0], *rows]),
    Wrong("header again in the middle", InputRefused, ("the header stands again", "line 701"), lambda rows: [*rows[:700], rows[0], *rows[700:]]),
    Wrong("letters lost", InputRefused, ("a letter is lost",), write=lambda rows: {"in.csv": written(rows, encoding="cp1252")}),
    Wrong("half of it in another encoding", InputRefused, ("binary data",),
          write=lambda rows: {"in.csv": written(rows[:300]) + written(rows[300:], encoding="utf-16-le")}),
    Wrong("delimiter that the rows do not have", InputRefused, ("none of", "ragged_row"),
          write=lambda rows: {"in.csv": written(rows[:1]) + written(rows[1:], "|")}),
    Wrong("tail cut inside a row", InputRefused, ("cut off", "breaks off"), write=lambda rows: {"in.csv": written(rows)[:-60]}),
    Wrong("tail cut between rows", GateFailed, ("rows lost", '"rows"'), lambda rows: rows[:900]),
    Wrong("joined with another province's", GateFailed, ("rows gained",),
          lambda rows: [*rows, *([f"Z{number}{row[0]}", *row[1:]] for number in range(2) for row in rows[1:])]),
    Wrong("an earlier day", GateFailed, ("days before the last extract", '"older"'), day=date(2026, 9, 30)),
    Wrong("an old file under a new day", GateFailed, ("its newest day went back",), dated("Ngày ký hợp đồng", _old), day=date(2026, 11, 30)),
    Wrong("the same file twice", InputRefused, ("same content twice",), write=lambda rows: {"a.csv": written(rows), "b.csv": written(rows)}),
    Wrong("the same rows in another form", InputRefused, ("also in a.csv", "overlap"),
          write=lambda rows: {"a.csv": written(rows), "b.csv": written(rows, ",", end="\r\n")}),
    Wrong("overlapping deliveries", InputRefused, ("120 of", "also in a.csv"), write=lambda rows: _two(rows, 120)),
    Wrong("a column that was filled is empty", GateFailed, ("phone", "share of empty cells", '"nulls"'), emptied("Số điện thoại", 0.6)),
    Wrong("another unit's customers", GateFailed, ("record_id", "distribution drifted", '"values"'),
          lambda rows: [rows[0], *(["PX" + row[0][2:], *row[1:]] for row in rows[1:])]),
    Wrong("dates of another century", GateFailed, ("contract_date", "distribution drifted"),
          dated("Ngày ký hợp đồng", lambda day: day.replace("/20", "/19"))),
)  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_file_is_stopped_with_its_reason(wrong: Wrong, accepted: dict[str, Profile], tmp_path: Path) -> None:
    files = wrong.write(wrong.change(rows_of(wrong.source)))
    if wrong.source == REGISTER:
        files = {name: written(rows_of_bytes(content), ",") for name, content in files.items()}
    with pytest.raises(wrong.error) as stopped:
        held(wrong.source, files, accepted[wrong.source], tmp_path, wrong.day)
    message = str(stopped.value)
    assert all(text in message for text in wrong.says), message
    people = {cell for row in rows_of(wrong.source)[1:50] for cell in row if len(cell) > 8}
    assert [cell for cell in people if cell in message] == []


def rows_of_bytes(content: bytes) -> Rows:
    return list(csv.reader(io.StringIO(content.decode()), delimiter=";"))


@pytest.mark.parametrize("name", sorted(FILE))
@pytest.mark.parametrize(
    "right", ["again", "a later day", "sorted otherwise", "a tenth more", "a tenth less", "another format", "two files"]
)
def test_a_right_file_is_not_stopped(name: str, right: str, accepted: dict[str, Profile], tmp_path: Path) -> None:
    rows, rng = rows_of(name), random.Random(5)
    day = date(2026, 11, 30) if right == "a later day" else DAY
    if right == "sorted otherwise":
        rng.shuffle(body := rows[1:])
        rows = [rows[0], *body]
    if right == "a tenth more":
        rows += [[f"{row[0][:-5]}9{row[0][-4:]}", *row[1:]] for row in rng.sample(rows[1:], len(rows) // 10)]
    if right == "a tenth less":
        rows = [rows[0], *rng.sample(rows[1:], len(rows) * 9 // 10)]
    files = (
        _two(rows, 0)
        if right == "two files"
        else {"in.csv": written(rows, *(("|", "utf-16", "\r\n") if right == "another format" else ()))}
    )
    held(name, files, accepted[name], tmp_path, day)


ALLOWED = {
    "rows": "tail cut between rows", "columns": "a column missing", "nulls": "a column that was filled is empty", "values": "another unit's customers",
    "swapped": "two addresses swapped", "older": "an earlier day", "overlap": "overlapping deliveries", "repeated_header": "header twice",
    "cut_off": "tail cut inside a row",
}  # fmt: skip


@pytest.mark.parametrize(("group", "wrong"), ALLOWED.items())
def test_what_the_run_file_allows_passes(group: str, wrong: str, accepted: dict[str, Profile], tmp_path: Path) -> None:
    case = next(case for case in WRONG if case.name == wrong)
    files = case.write(case.change(rows_of(case.source)))
    allow = (group, *{"rows": ("values", "older"), "swapped": ("nulls", "values")}.get(group, ()))
    bounds = Bounds(allow=allow)
    held(case.source, files, accepted[case.source], tmp_path, case.day, bounds)


def test_an_extra_column_is_carried_through_and_told(accepted: dict[str, Profile], tmp_path: Path) -> None:
    rows = [[*row, "Trạm" if number == 0 else "T1"] for number, row in enumerate(rows_of("electricity"))]
    found = changes(accepted["electricity"], looked_at("electricity", {"in.csv": written(rows)}, tmp_path), Bounds())
    assert [(change.measure, change.field, change.level) for change in found if change.level != "fine"] == [("extra", "Trạm", "warn")]


def test_the_same_file_of_a_later_day_is_told(accepted: dict[str, Profile], tmp_path: Path) -> None:
    content = (SAMPLE / "contracts.csv").read_bytes()
    found = changes(accepted["electricity"], looked_at("electricity", {"in.csv": content}, tmp_path, date(2026, 11, 30)), Bounds())
    assert [(change.measure, change.level) for change in found if change.level != "fine"] == [("same", "warn")]


def test_a_profile_names_nobody(accepted: dict[str, Profile]) -> None:
    """A bin has ten rows at least, and no cell of a column that tells a person from others is in it."""
    for name, made in accepted.items():
        assert all(count >= 10 for one in made.fields.values() for key, count in one.bins.items() if key != "other")
        personal = [
            field.name for field in source(name).fields if field.kind in ("key", "name", "id_number", "old_id_number", "phone", "address")
        ]
        rows = rows_of(name)
        text = str(made.as_json())
        cells = {cell for row in rows[1:] for cell in row if len(cell) > 7 and any(letter.isdigit() for letter in cell)}
        assert personal and not any(cell in text for cell in list(cells)[:3000])
