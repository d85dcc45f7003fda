"""Sixty canaries, twelve residents with five each, and the search for them in whatever form they may have got out."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.flows import reconcile_world as worlds

# Names that nobody else has; half of the contracts write them without accents, as many a clerk does.
NAMES = (
    "Quách Hồng Nhạn Yến", "Khổng Thúc Trạch Vũ", "Nghiêm Đoan Thục Uyển", "Giáp Bửu Khuông Nhị", "Tiêu Xuyến Lộc Ngà", "Ngụy Đỗ Quyên Hạ",
    "Viên Thoại Kỳ Bách", "Mạc Triêu Dương Khởi", "Lục Tường Vân Sa", "Ưng Hoạch Đằng Giao", "Cấn Nhược Thủy Tiên", "Đàm Sĩ Chương Hoán",
)  # fmt: skip
STREETS = ("Lý Thường Kiệt", "Hàng Mắm", "Thợ Nhuộm", "Quán Sứ")
PIECES = re.compile(rb"(?:[A-Za-z0-9+/]|\\n|\n){24,}={0,2}")


def _resident(at: int) -> dict[str, str]:
    return {
        "name": NAMES[at],
        "number": f"0010909{87650 + 7 * at:05}",
        "old_number": f"0198{76540 + 3 * at:05}",
        "phone": f"09876{4321 + 11 * at:05}",
        "address": f"98{70 + at}/4{at} phố {STREETS[at % len(STREETS)]}",
    }


RESIDENTS = tuple(_resident(at) for at in range(len(NAMES)))
CANARIES = tuple(value for resident in RESIDENTS for value in resident.values())
PLACE = "Phường Ba Đình, Thành phố Hà Nội"


def record(at: int) -> str:
    """A partner's record id."""
    return f"PD0301{at:07}"


def person(at: int) -> str:
    """A resident's id."""
    return f"CD9870000{at:02}"


def contract(at: int) -> str:
    """A resident's line in the partner's file; every second one writes name and address without accents."""
    who = RESIDENTS[at]
    name, address = (fold(text).upper() if at % 2 else text for text in (who["name"], f"Số {who['address']}, {PLACE}"))
    return f"{record(at)};{name};{who['number']};{who['phone']};{address};30/10/2021;Sinh hoạt;1;00000259;"


def broken(at: int) -> str:
    """The line cut short: it goes to quarantine."""
    return ";".join(contract(at).split(";")[:4]).replace(record(at), f"PD0302{at:07}")


def plant(folder: Path) -> None:
    """Put the residents into both files of a world, a third of them as dead, which is a finding."""
    for at, who in enumerate(RESIDENTS):
        worlds.append(folder / "contracts.csv", contract(at), "\r\n")
        end = "Đã chết,01/02/2020" if at % 3 == 0 else "Thường trú,01/02/2020"
        cells = f"{who['number']},{who['old_number']},{who['name']},,31/05/1990,Nam,H9876{at:04},Chủ hộ"
        worlds.append(folder / "register.csv", f'{person(at)},{cells},"Số {who["address"]}, {PLACE}",,,,{end}', "\n")


def fold(text: str) -> str:
    """Lower case, without accents, signs and spaces as they may be written one way or another: `Số 9,  Yến` -> `so 9 yen`."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return re.sub(r"[\s,._+-]+", " ", plain.replace("đ", "d"))


def _pieces(canary: str) -> tuple[str, ...]:
    """What of a canary nobody else has: three words of a name, the house of an address, a number without its zeros; the whole of the rest."""
    words = fold(canary).split()
    if canary in NAMES:
        return " ".join(words[:3]), " ".join(words[-3:])
    if len(words) > 1:
        return (words[0],)
    return (canary.lstrip("0"),) if len(canary) == 12 else (canary,)


PARTS = {canary: _pieces(canary) for canary in CANARIES}


def found_in(content: bytes) -> list[str]:
    """The canaries of which a piece stands in `content`: as written, composed or not, in any case, without accents, escaped for JSON
    or URLs, as UTF-16, in base64, or every byte one higher (as a naive disguise has it)."""
    texts = [fold(text) for text in _readings(content)]
    return [canary for canary, parts in PARTS.items() if any(part in text for text in texts for part in parts)]


def _readings(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    yield bytes((byte - 1) % 256 for byte in content).decode("utf-8", "replace")
    yield from (content.decode(coding, "replace") for coding in ("utf-16-le", "utf-16-be") if b"\0" in content)
    if b"\\u" in content:
        yield re.sub(rb"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), content).decode(
            "utf-8", "replace"
        )
    if b"%" in content:
        yield re.sub(rb"%([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), content).decode("utf-8", "replace")
    for piece in PIECES.findall(content):
        signs = re.sub(rb"\\n|\n|=", b"", piece)
        for start in range(4):
            whole = signs[start : start + (len(signs) - start) // 4 * 4]
            yield base64.b64decode(whole).decode("utf-8", "replace")


def forms(canary: str) -> dict[str, bytes]:
    """The forms in which the search must find a canary: it is tried on these before it is believed."""
    text = canary.encode()
    return {
        "as written": text,
        "decomposed": unicodedata.normalize("NFD", canary).encode(),
        "upper": canary.upper().encode(),
        "without accents": fold(canary).encode(),
        "json": json.dumps(canary).encode(),
        "utf-16": canary.encode("utf-16-le"),
        "base64": base64.b64encode(b"a line with " + text + b" in it"),
        "base64 of other starts": b"xy" + base64.encodebytes(b"a line with it: " + text + b", and more"),
        **{f"only {part}": part.encode() for part in PARTS[canary]},
        "byte+1": bytes(byte + 1 for byte in text),
    }


def in_database(file: Path) -> list[str]:
    """The canaries in any cell of an SQLite database, read as it is read by those who look at it."""
    with closing(sqlite3.connect(file)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = (cell for name in tables for row in db.execute(f'SELECT * FROM "{name}"') for cell in row if isinstance(cell, str | bytes))
        return found_in(b"\n".join(cell if isinstance(cell, bytes) else cell.encode() for cell in cells))


def in_files(folder: Path, allowed: tuple[str, ...] = ()) -> list[str]:
    """Every file below `folder`, by its name or (if it is of none of the `allowed` kinds) its content, that holds a canary."""
    hits = []
    for path in sorted(folder.rglob("*")):
        hits += [f"name of {path.name}: {canary}" for canary in found_in(path.name.encode())]
        if path.is_file() and path.suffix not in allowed:
            hits += [f"{path.relative_to(folder)}: {canary}" for canary in found_in(path.read_bytes())]
    return hits
