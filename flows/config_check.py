"""What is wrong with one run file: every problem, with the line of its key and the nearest name that is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flows.config_lines import KeyPath
from flows.config_schema import SECTIONS, shown
from matching.errors import ConfigError, Problem
from matching.sources import SOURCES, source

_TYPES = (
    (bool, "đúng sai / boolean"),
    ((int, float), "số / number"),
    (str, "chuỗi / text"),
    (list, "danh sách / list"),
    (dict, "bảng / table"),
    (date, "ngày / date"),
)


NOT_SHOWN = "(không nêu / not shown)"  # whom a run notifies: a secret may be part of it


class Check:
    """Collects what is wrong with the run file `file`, whose keys stand on `lines`."""

    def __init__(self, file: str, lines: Mapping[KeyPath, int]) -> None:
        self.file = file
        self.lines = lines
        self._found: list[tuple[int, Problem]] = []

    @property
    def problems(self) -> list[Problem]:
        """All problems, from the top of the file to its end."""
        return [problem for _, problem in sorted(self._found, key=lambda found: found[0])]

    def add(self, path: KeyPath, found: str, expected: str, fix: str = "") -> None:
        """Note one problem of the key `path`, (key,) or (section, key, ...), on its line or else its section's."""
        known = (self.lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in self.lines)
        line = next(known, 1)
        in_section = len(path) > 1 or path[0] in SECTIONS
        name = " ".join((f"[{path[0]}]", *path[1:])) if in_section else path[0]
        self._found.append((line, Problem(f"{self.file}:{line}: {name}", found, expected, fix)))

    def sections(self, document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Every section with the values that could be read; what is unknown, missing or of another type is noted."""
        values = {"": self.section("", {key: value for key, value in document.items() if key not in SECTIONS})}
        for name in filter(None, SECTIONS):
            found = document.get(name, {})
            values[name] = self.section(name, found) if isinstance(found, dict) else {}
            if not isinstance(found, dict):
                self.add((name,), f"{_type_of(found)} {shown(found)}", f"một phần / a section: [{name}]")
        return values

    def section(self, name: str, found: Mapping[str, object]) -> dict[str, Any]:
        """The values of one section by key, without those that could not be read."""
        keys = {key.name: key for key in SECTIONS[name]}
        prefix = (name,) if name else ()
        values: dict[str, Any] = {}
        for key, value in found.items():
            if key not in keys:
                self.unknown((*prefix, key), name)
                continue
            try:
                values[key] = keys[key].read(value)
            except ValueError as error:
                what = NOT_SHOWN if name == "notify" else shown(value)
                self.add((*prefix, key), f"{_type_of(value)} {what}", keys[key].expected, "".join(error.args))
        for missing in (key for key in keys.values() if key.required and key.name not in found):
            self.add((*prefix, missing.name), "thiếu / missing", missing.expected)
        return values

    def unknown(self, path: KeyPath, section: str) -> None:
        """Note a key that no section has, or that stands in the wrong one."""
        name = path[-1]
        allowed = [*(key.name for key in SECTIONS[section]), *(filter(None, SECTIONS) if not section else ())]
        homes = [f"[{home}]" for home, keys in SECTIONS.items() if home and name in {key.name for key in keys}]
        fix = nearest(name, allowed)
        if homes and not fix:
            fix = f"khóa này thuộc phần / this key belongs in: {', '.join(homes)}"
        self.add(path, "không có khóa này / unknown key", _one_of(allowed), fix)

    def inputs(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Note sources that do not exist or have the other role, and columns that the source cannot have."""
        for side in ("register", "partner"):
            name = values[side].get("source")
            allowed = [known for known in SOURCES if source(known).role == side]
            if name in allowed:
                fields = [known.name for known in source(name).fields]
                self.columns(side, fields, values[side].get("columns", {}))
            elif name in SOURCES:
                self.add((side, "source"), f"{shown(name)}: nguồn của phần kia / of the other section", _one_of(allowed))
            elif name is not None:
                found = f"{shown(name)}: không có nguồn này / unknown source"
                self.add((side, "source"), found, _one_of(allowed), nearest(name, allowed))

    def columns(self, side: str, fields: list[str], columns: Mapping[str, str | tuple[str, ...]]) -> None:
        """Note fields that the source does not have, and a header given to two fields."""
        taken: dict[str, str] = {}
        for name, stated in columns.items():
            path = (side, "columns", name)
            if name not in fields:
                self.add(path, "không có trường này / unknown field", _one_of(fields), nearest(name, fields))
            for header in (stated,) if isinstance(stated, str) else stated:
                if header in taken:
                    found = f"tiêu đề đã dùng cho / header already given to: {taken[header]}"
                    self.add(path, found, "mỗi cột một trường / one field a column")
                taken.setdefault(header, name)

    def thresholds(self, link: float, review: float, given: Iterable[str]) -> None:
        """Note thresholds out of order; `given` are those that the file states, the others are defaults."""
        if not 0 < review < link <= 1:
            key = "link" if "link" in given else "review"
            self.add(("thresholds", key), f"review = {review}, link = {link}", "0 < review < link <= 1")

    def output(self, folder: Path, name: str) -> None:
        """Note a file that stands where the output folder, or a folder on the way to it, should be, and a name like a pattern."""
        if wild := sorted(set("*?[") & set(str(folder))):  # DuckDB would read the tables of all folders that fit
            found = f"{shown(str(folder))}: {' '.join(wild)}"
            self.add(("output",), found, "đường dẫn không có * ? [ / a path without * ? [")
        for place in (folder / name, folder, *folder.parents):
            if place.exists() and not place.is_dir():
                self.add(("output",), f"{shown(str(place))}: là một tệp / is a file", "một thư mục / a folder")

    def model(self, file: Path) -> None:
        """Note everything that is wrong with the model file that the run names."""
        from matching.model import load_model  # noqa: PLC0415 - it knows the comparisons, and they are heavy

        try:
            load_model("", file)
        except ConfigError as error:
            for problem in error.problems:
                found = f"{problem.where.removeprefix(f'{file}: ')}: {problem.found}"
                self.add(("linkage", "model"), found, problem.expected, problem.fix)


def nearest(name: str, allowed: Iterable[str]) -> str:
    """A question that names the nearest of `allowed`, or nothing when none is near."""
    close = difflib.get_close_matches(name.lower().replace("-", "_"), list(allowed), n=1)
    return f"có phải / did you mean: {close[0]}?" if close else ""


def _one_of(allowed: Iterable[str]) -> str:
    return f"một trong / one of: {', '.join(allowed)}"


def _type_of(value: object) -> str:
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "giờ / time")
