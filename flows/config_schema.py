"""Which keys a run file may hold, section by section, and how each value is read.

A reader gets what tomllib found and returns the plain value, or raises `ValueError`: the key's `expected` then says
what is allowed, and the error's text, if any, what to do. Every text a user sees is Vietnamese with English beside it.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows.extract.bounds import ALLOWABLE
from matching.findings import BY_CODE

RESERVED_NAMES = ("key", "current", "failed", "decisions")
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "cp1252", "latin-1")  # what ingest reads
INPUT_DELIMITERS = (",", ";", "\t", "|")
REPORT_DELIMITERS = (",", ";")
LANGUAGES = ("both", "vi", "en")

_MEMORY = re.compile(r"(\d+(?:\.\d+)?) ?([KMGT])(i?)B", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section: how its value is read, what is allowed (as the user reads it), whether it must be there."""

    name: str
    read: Callable[[object], Any]
    expected: str
    required: bool = False


def text(value: object) -> str:
    """A text that is not blank; ValueError otherwise."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return value


def day(value: object) -> date:
    """A day, as a TOML date or as text `2026-10-31`; ValueError for a time, another order, or no such day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("không có ngày này / there is no such day") from None
    raise ValueError


def number(value: object) -> float:
    """A number (never a truth value); ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def share(value: object) -> float:
    """A number from 0 to 1; ValueError otherwise."""
    found = number(value)
    if not 0 <= found <= 1:
        raise ValueError
    return found


def whole(least: int) -> Callable[[object], int]:
    """Reader of a whole number of at least `least`."""

    def read(value: object) -> int:
        """The number; ValueError if it is none, or too small."""
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError
        return value

    return read


def folder_name(value: object) -> str:
    """A name that is one folder on any system: letters, digits, `_`, `-`, `.`, and none that the output folder uses."""
    found = text(value)
    if not re.fullmatch(r"\w[\w.-]{0,79}", found) or found.endswith(".") or found.lower() in RESERVED_NAMES:
        raise ValueError
    return found


def patterns(value: object) -> tuple[str, ...]:
    """A list of file names or patterns, not empty; ValueError otherwise, with the list form when it is one text."""
    if isinstance(value, str):
        raise ValueError(f"viết / write: files = [{shown(value)}]")
    if not isinstance(value, list) or not value:
        raise ValueError
    found = tuple(text(item) for item in value)
    if any(re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", item) for item in found):
        raise ValueError("chỉ đọc tệp trên máy này / only files of this machine are read")
    return found


def web_address(value: object) -> str:
    """An http or https address; ValueError otherwise."""
    found = text(value)
    if not re.fullmatch(r"https?://[^\s/]+\S*", found):
        raise ValueError
    return found


def words(value: object) -> tuple[str, ...]:
    """A list of texts, not empty: a command is never put together by a shell; ValueError otherwise."""
    if not isinstance(value, list) or not value:
        raise ValueError
    return tuple(text(item) for item in value)


def headers(value: object) -> dict[str, str | tuple[str, ...]]:
    """A table field -> header, or the headers it comes in; ValueError otherwise. Whether the fields exist is judged with the source at hand."""
    if not isinstance(value, dict):
        raise ValueError('viết / write: columns = { birth_date = "Ngày sinh" }')
    return {field: words(header) if isinstance(header, list) else text(header) for field, header in value.items()}


def provinces(value: object) -> tuple[str, ...]:
    """A list of two-digit province codes as text (`"01"`, never the number 1); ValueError otherwise."""
    if not isinstance(value, list) or not value:
        raise ValueError
    if not all(isinstance(item, str) and re.fullmatch(r"[0-9]{2}", item) for item in value):
        raise ValueError('mã là chữ, giữ số 0 / codes are text and keep the zero: "01"')
    return tuple(sorted(set(value)))


def findings(value: object) -> tuple[str, ...]:
    """A list of codes of findings; ValueError otherwise, with the codes that are none."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError
    unknown = sorted(set(value) - set(BY_CODE))
    if unknown:
        raise ValueError(f"không có phát hiện này / there is no such finding: {', '.join(unknown)}")
    return tuple(sorted(set(value)))


def allowed(value: object) -> tuple[str, ...]:
    """A list of what may pass the first gate; ValueError otherwise."""
    if not isinstance(value, list) or not all(item in ALLOWABLE for item in value):
        raise ValueError
    return tuple(sorted(set(value)))


def positive(value: object) -> float:
    """A number of 0 or more; ValueError otherwise."""
    found = number(value)
    if found < 0:
        raise ValueError
    return found


def encoding(value: object) -> str:
    """One of ENCODINGS by any of its names: `UTF8` -> `utf-8`, `windows-1258` -> `cp1258`; ValueError otherwise."""
    try:
        found = codecs.lookup(text(value)).name
    except LookupError:
        raise ValueError from None
    found = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1"}.get(found, found)
    return one_of(ENCODINGS)(found)


def truth(value: object) -> bool:
    """`value` as true or false; ValueError if it is neither."""
    if not isinstance(value, bool):
        raise ValueError
    return value


def one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    """Reader of a text that is one of `allowed`."""

    def read(value: object) -> str:
        """The text; ValueError if it is none of them."""
        if not isinstance(value, str) or value not in allowed:
            raise ValueError
        return value

    return read


def memory(value: object) -> str:
    """A size as text: `"8 gb"` -> `"8GB"`, units as DuckDB writes them; ValueError otherwise."""
    found = _MEMORY.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not float(found[1]):
        raise ValueError
    return f"{found[1]}{found[2].upper()}{found[3].lower()}B"


def shown(value: object) -> str:
    """How a found value stands in a message: as TOML would write it, at most 60 characters, no control characters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    plain = repr(value) if not isinstance(value, str) else '"' + repr(value)[1:-1] + '"'
    return plain if len(plain) <= 60 else plain[:57] + "..."


_DAY = "một ngày / a day: 2026-10-31"
_SHARE = "số từ 0 đến 1 / a number from 0 to 1"
_TEXT = 'một chuỗi / a text: "..."'

_INPUT = (
    Key("source", text, _TEXT, required=True),
    Key("files", patterns, 'danh sách tệp, không rỗng / a non-empty list of files: ["register/*.csv"]', required=True),
    Key("columns", headers, "bảng trường = tiêu đề cột, hoặc danh sách tiêu đề / a table field = header, or a list of headers"),
    Key("codes_as_of", day, _DAY),
    Key("encoding", encoding, f"một trong / one of: {', '.join(ENCODINGS)}"),
    Key("delimiter", one_of(INPUT_DELIMITERS), 'một trong / one of: "," ";" "\\t" "|"'),
)

SECTIONS: dict[str, tuple[Key, ...]] = {
    "": (
        Key("name", folder_name, "tên thư mục đơn giản / a plain folder name: a-z, 0-9, _ - .", required=True),
        Key("as_of", day, _DAY, required=True),
        Key("output", text, 'một thư mục / a folder: "runs"', required=True),
    ),
    "register": _INPUT,
    "partner": tuple(key for key in _INPUT if key.name != "codes_as_of"),
    "thresholds": (
        Key("link", number, "số / a number, 0 < review < link <= 1"),
        Key("review", number, "số / a number, 0 < review < link <= 1"),
    ),
    "register_extract": (
        Key("extracted_on", day, _DAY),
        Key("provinces", provinces, 'danh sách mã tỉnh 2 chữ số / a list of two-digit province codes: ["79"]'),
    ),
    "retention": (Key("tables_days", whole(0), "số ngày / a whole number of days, 0 or more"),),
    "tolerance": (Key("mismatch_rate", share, _SHARE),),
    "engine": (
        Key("memory", memory, 'dung lượng / a size: "8GB", "512MB"'),
        Key("threads", whole(1), "số nguyên / a whole number, 1 or more"),
        Key("stage_timeout", whole(1), "số giây / a whole number of seconds, 1 or more"),
    ),
    "report": (
        Key("delimiter", one_of(REPORT_DELIMITERS), 'một trong / one of: "," ";"'),
        Key("lang", one_of(LANGUAGES), 'một trong / one of: "both" "vi" "en"'),
        Key("rows_per_file", whole(1), "số dòng tối đa của một tệp đơn vị / the most rows of a unit's file, 1 or more"),
    ),
    "decisions": (
        Key("second_look", truth, "true hoặc / or false"),
        Key("second_person", findings, f'danh sách mã phát hiện / a list of findings: ["{next(iter(BY_CODE))}"]'),
    ),
    "drift": (
        Key("rows_fewer", share, _SHARE),
        Key("rows_more", positive, "số từ 0 trở lên / a number of 0 or more"),
        Key("nulls", share, _SHARE),
        Key("values", positive, "số từ 0 trở lên / a number of 0 or more"),
        Key("older_days", whole(0), "số ngày / a whole number of days, 0 or more"),
        Key("overlap", share, _SHARE),
        Key("allow", allowed, f"danh sách / a list of: {', '.join(ALLOWABLE)}"),
    ),
    "linkage": (Key("model", text, 'một tệp mô hình / a model file: "model.json"'),),
    "notify": (
        Key("webhook", web_address, 'một địa chỉ / an address: "https://..."'),
        Key("command", words, 'một lệnh, từng từ / a command, word by word: ["notify-send", "doisoat"]'),
    ),
    "log": (Key("file", text, 'một tệp / a file: "doisoat.jsonl"'),),
    "secrets": (Key("key_file", text, 'một tệp / a file: "doisoat.key"'),),
}
