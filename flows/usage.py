"""A command line that cannot be read, told as all other errors are: in Vietnamese, with the parser's own English beside it.

The parser (typer) knows English only, and how it words a thing changes with its versions: what is not in the table below is
told in general words and its English, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import Any

import typer

from matching.errors import ConfigError, Problem

UsageError: type[Exception] = typer.BadParameter.__bases__[0]  # typer exports the one, and carries the other along
_FOR = r"Invalid value for (?P<name>'.+?'|\S+): .*"
_VI = (
    (r"Missing argument (?P<name>'.+?'|\S+)\.", "thiếu tham số {name}"),
    (r"Missing option (?P<name>'.+?'|\S+)\.", "thiếu tùy chọn {name}"),
    (r"Missing command", "thiếu lệnh con"),
    (r"No such command (?P<name>'.+?')", "không có lệnh {name}"),
    (r"No such option:? (?P<name>\S+)", "không có tùy chọn {name}"),
    (r"Option (?P<name>'.+?') requires", "tùy chọn {name} thiếu giá trị"),
    (r"Option (?P<name>'.+?') does not take a value", "tùy chọn {name} không nhận giá trị"),
    (r"Got unexpected extra argument", "thừa tham số"),
    (rf"{_FOR} does not exist", "{name}: không có tệp hoặc thư mục này"),
    (rf"{_FOR} is a directory", "{name}: là thư mục, không phải tệp"),
    (rf"{_FOR} is a file", "{name}: là tệp, không phải thư mục"),
    (rf"{_FOR} is not readable", "{name}: không có quyền đọc"),
    (rf"{_FOR} is not writable", "{name}: không có quyền ghi"),
    (rf"{_FOR} is not one of (?P<more>.+?)\.?$", "{name}: phải là một trong {more}"),
    (rf"{_FOR} does not match the formats? ", "{name}: không phải ngày dạng năm-tháng-ngày (2026-10-31)"),
    (rf"{_FOR} valid integer", "{name}: không phải số nguyên"),
    (rf"{_FOR} greater than or equal to (?P<more>\S+)", "{name}: phải từ {more} trở lên"),
    (rf"{_FOR} not in the range (?P<more>.+?)\.?$", "{name}: ngoài khoảng {more}"),
)
_OURS = re.compile(r"Invalid value for (?P<name>\S+): (?P<both>.+ / .+)")  # in both languages already
_EXTRA = re.compile(r"(?<=extra argument) .*|(?<=extra arguments) .*|(?<=extra argument\(s\)) .*")


class WrongUsage(ConfigError):
    """The command line is not one that the program knows."""

    title = "dùng sai lệnh / wrong usage"


def wrong_usage(error: Any) -> WrongUsage:  # noqa: ANN401  (of a class that typer does not export)
    """What to tell of a usage error of typer's: the command, what is wrong with it in both languages, where its help is."""
    usage, path = "doisoat", "doisoat"
    if error.ctx is not None:
        usage, path = " ".join(error.ctx.get_usage().split()).partition(": ")[2], error.ctx.command_path
    return WrongUsage(Problem(usage, in_both(error.format_message()), "", f"xem / see: {path} --help"))


def in_both(english: str) -> str:
    """A message of the parser's in Vietnamese and English; surplus arguments are not repeated, they may be a person's id."""
    english = _EXTRA.sub("", " ".join(english.split()))
    for pattern, words in _VI:
        if found := re.match(pattern, english):
            return f"{words.format(**found.groupdict())} / {english}"
    if found := _OURS.fullmatch(english):
        return f"{found['name']}: {found['both']}"
    name = re.match(_FOR, english)
    start = f"{name['name']}: " if name else ""
    return f"{start}giá trị hoặc cách dùng không hợp lệ / {english}"
