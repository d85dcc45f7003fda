"""The files of a world in the shapes that such extracts really have, written row by row as communes are finished."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from flows.generate.clerk import Contract
from flows.generate.people import Person
from flows.generate.truth import Truth
from flows.generate.units import AS_OF

REGISTER = (
    "Mã cư dân", "Số định danh cá nhân", "Số CMND", "Họ, chữ đệm và tên khai sinh", "Tên gọi khác", "Ngày sinh", "Giới tính",
    "Mã hộ", "Quan hệ với chủ hộ", "Nơi thường trú", "Nơi tạm trú", "Nơi ở hiện tại", "Tạm trú đến ngày", "Tình trạng",
    "Ngày ghi nhận tình trạng",
)  # fmt: skip
CONTRACTS = (
    "Mã khách hàng",
    "Tên khách hàng",
    "Số giấy tờ",
    "Số điện thoại",
    "Địa chỉ sử dụng điện",
    "Ngày ký hợp đồng",
    "Mục đích sử dụng",
    "Số hộ",
    "Số công tơ",
    "Ghi chú",
)
SEXES = {"male": "Nam", "female": "Nữ"}
STATUSES = {
    "alive": "Còn sống",
    "deceased": "Đã chết",
    "missing": "Mất tích",
    "absent": "Tạm vắng",
    "left": "Đã xuất cảnh",
}
RUN_FILE = """name   = "electricity"
as_of  = {as_of}
output = "{output}"

[register]
source = "population_register"
files  = ["register.csv"]

[partner]
source = "electricity"
files  = ["contracts.csv"]
"""


def _day(day: date | None) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day else ""


def _birth(person: Person) -> str:
    if person.birth_form == "day":
        return _day(person.birth)
    return f"01/01/{person.birth.year}" if person.birth_form == "first_january" else str(person.birth.year)


def _lines(rows: Iterable[tuple[str, ...]], delimiter: str = ",", end: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def register_row(person: Person) -> tuple[str, ...]:
    """A resident as a line of the register."""
    household = person.household
    return (
        person.id, person.number, person.old_number if person.old_number_known else "", person.name, person.other_name,
        _birth(person), SEXES[person.sex], household.id, person.relation, household.home.text,
        person.temporary.text if person.temporary else "", person.current.text if person.current else "",
        _day(person.until), STATUSES[person.status], _day(person.status_date),
    )  # fmt: skip


def contract_row(contract: Contract) -> tuple[str, ...]:
    """A contract as a line of the partner's file."""
    meter = f"{int(contract.record_id[6:]) * 37 % 100_000_000:08d}"
    return (contract.record_id, contract.name.text, contract.paper.text, contract.phone, contract.address.text,
            _day(contract.signed), contract.purpose, str(contract.households), meter, contract.note)  # fmt: skip


class Block(NamedTuple):
    """The lines of one commune, ready to be appended to the three files."""

    register: bytes
    contracts: bytes
    truth: bytes


HEADERS = Block(_lines([REGISTER]), codecs.BOM_UTF8 + _lines([CONTRACTS], ";", "\r\n"), _lines([Truth._fields]))


def block(people: Iterable[Person], contracts: Iterable[Contract], truths: Iterable[Truth]) -> Block:
    """One commune as lines of its files."""
    return Block(_lines(map(register_row, people)), _lines(map(contract_row, contracts), ";", "\r\n"), _lines(truths))


def write_world(folder: Path, output: str, blocks: Iterable[Block]) -> None:
    """Write run.toml and the three files, block after block; `output` is where run.toml sends the runs."""
    folder.mkdir(parents=True, exist_ok=True)
    run_file = RUN_FILE.format(as_of=AS_OF.isoformat(), output=output)
    (folder / "run.toml").write_text(run_file, encoding="utf-8", newline="\n")
    with ExitStack() as stack:
        files = [stack.enter_context((folder / f"{name}.csv").open("wb")) for name in Block._fields]
        for lines in chain((HEADERS,), blocks):
            for file, text in zip(files, lines, strict=True):
                file.write(text)
