"""Bank customers drawn from the register of a world: birth dates instead of addresses, every third without a number.

What is written wrong is what a counter clerk writes wrong: accents left out, capitals, a letter missing, a middle name left out; day and
month exchanged, only the year, a digit of the date; a digit of the number, its zeros lost. One in twelve is nobody of the register: the
name of one resident with the birth date of another, or a name with a date that nobody has.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from flows.generate.letters import fold

CUSTOMERS, RUN_FILE = "customers.csv", "bank.toml"
_HEADER = ("Số CIF", "Họ và tên", "Số CCCD", "Ngày sinh", "Giới tính", "Ngày mở tài khoản")
_RUN = """name   = "bank"
as_of  = 2026-10-31
output = "{output}"

[register]
source = "population_register"
files  = ["register.csv"]

[partner]
source = "bank"
files  = ["customers.csv"]
"""
_NAME = "Họ, chữ đệm và tên khai sinh"
_Row = dict[str, str]


def write_bank(folder: Path, seed: int, output: str = "runs") -> dict[str, str]:
    """Write customers and a run file beside the `register.csv` of a world; returns person_id by record_id, "" for strangers."""
    with (folder / "register.csv").open(encoding="utf-8-sig", newline="") as stream:
        residents = list(csv.DictReader(stream))
    dice = random.Random(seed)
    adults = [
        row for row in residents if row["Số định danh cá nhân"] and row["Ngày sinh"][-4:] < "2006" and row["Tình trạng"] == "Còn sống"
    ]
    truth: dict[str, str] = {}
    with (folder / CUSTOMERS).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        for number, row in enumerate(dice.sample(adults, len(adults) // 3), 1):
            record, stranger = f"CIF{number:07d}", dice.random() < 1 / 12
            truth[record] = "" if stranger else row["Mã cư dân"]
            writer.writerow((record, *_written(_stranger(row, adults, dice) if stranger else row, dice), "05/06/2024"))
    (folder / RUN_FILE).write_text(_RUN.format(output=output), "utf-8", newline="\n")
    return truth


def _stranger(row: _Row, adults: list[_Row], dice: random.Random) -> _Row:
    """Somebody who is not in the register: a name of one resident, a birth date of another, a number of nobody."""
    other = dice.choice(adults)
    digits = f"{dice.randrange(10**6):06d}"
    return {**row, "Ngày sinh": other["Ngày sinh"], "Số định danh cá nhân": row["Số định danh cá nhân"][:6] + digits}


def _written(row: _Row, dice: random.Random) -> tuple[str, str, str, str]:
    sex = row["Giới tính"] if dice.random() < 0.9 else ""
    return _name(row[_NAME], dice), _number(row["Số định danh cá nhân"], dice), _date(row["Ngày sinh"], dice), sex


def _name(name: str, dice: random.Random) -> str:
    if dice.random() < 0.3:
        name = fold(name).upper()
    kind, words = dice.random(), name.split()
    if kind < 0.03 and len(words) > 3:
        del words[dice.randrange(1, len(words) - 1)]
    elif kind < 0.06 and len(words[-1]) > 3:
        at = dice.randrange(1, len(words[-1]))
        words[-1] = words[-1][:at] + words[-1][at + 1 :]
    return " ".join(words)


def _number(number: str, dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.35:
        return ""
    if kind < 0.38:
        at = dice.randrange(4, 12)
        return number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    return number.lstrip("0") if kind < 0.45 else number


def _date(text: str, dice: random.Random) -> str:
    """dd/mm/yyyy as a clerk leaves it."""
    parts, kind = text.split("/"), dice.random()
    if len(parts) < 3 or kind < 0.02:
        return parts[-1]
    if kind < 0.04:
        return "/".join((parts[1], parts[0], parts[2]) if int(parts[0]) <= 12 else parts)
    if kind < 0.06:
        return f"{int(parts[0]) % 27 + 1:02d}/{parts[1]}/{parts[2]}"
    return text
