"""What was right must stay right: every unit's name through the repair of encodings, every word of the name lists as a name.

Whether the meaning is still the same is judged by a rule of this module's own, so that a mistake in the standardiser does not
hide itself: the letters and the tone of each syllable must be the same, wherever the tone mark stands, and i and y may only
stand for each other where they are the syllable's one vowel, or the y of quy. Blanks within highland names (Rahlan, Rah Lan) and
letters that only their writing has (ŭ, č) say nothing: both ways of writing stand in papers.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from flows.bench.figures import Cell, Part, Sheet, share
from flows.generate.letters import DATA, HIGHLAND, bare
from matching.standardise.admin_units import Gazetteer
from matching.standardise.encodings import repair_encoding
from matching.standardise.names import parse_name

LISTS = Path(__file__).parents[2] / "matching" / "standardise" / "data"
TONES = dict(zip("\u0300\u0301\u0303\u0309\u0323", "12345", strict=True))
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str, "upper": str.upper, "lower": str.lower, "nfd": lambda text: unicodedata.normalize("NFD", text), "bare": bare,
}  # fmt: skip
_LONE_I = re.compile(r"^([^aeiouy]*)y$|^(qu)y$")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*|\d+")


def meaning(text: str) -> str:
    """Letters and tone of every word: `Thuý Quí` -> `thuy2qui2`, however case, form, blanks and the tone's place are written."""
    found = []
    text = unicodedata.normalize("NFC", text).translate(HIGHLAND)
    for word in _WORD.findall(unicodedata.normalize("NFD", text).lower().replace("ð", "đ")):
        tone = "".join(TONES.get(char, "") for char in word)
        letters = "".join(char for char in word if char not in TONES)
        found.append(_LONE_I.sub(lambda match: f"{match[1] or match[2] or ''}i", letters) + tone)
    return "".join(found)


def unit_names() -> list[str]:
    """The names of all communes of today and of 30 June 2025, with their kind, each once."""
    gazetteer = Gazetteer.load()
    today = {name for unit in gazetteer.new_units.values() for name in (unit.name, unit.base)}
    return sorted(today | {name for unit in gazetteer.old_units.values() for name in (unit.name, unit.base)})


def listed_names() -> list[str]:
    """Whole names made of every surname and every word of the name lists, each beside common ones."""
    words = _lines("name_tokens.tsv", 0)
    surnames = [name for cell in _lines("surnames.tsv", 1) for name in (cell.split("|") if "|" in cell else cell.split(" "))]
    with (DATA / "names.toml").open("rb") as file:
        given = _words(tomllib.load(file)["givens"])
    whole = [f"Nguyễn Văn {word}" for word in (*words, *given)] + [f"{name.replace('_', ' ')} Thị Lan" for name in surnames]
    return sorted({" ".join(part[:1].upper() + part[1:] for part in name.split(" ")) for name in whole})


def _lines(file: str, column: int) -> list[str]:
    lines = (LISTS / file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[column] for line in lines if line and not line.startswith("#")]


def _words(tree: object) -> list[str]:
    """The words of all `word:weight` lists in a tree of tables."""
    if isinstance(tree, dict):
        return [word for branch in tree.values() for word in _words(branch)]
    return [word for word in re.split(r":[\d.]+ ?", str(tree)) if word.strip()]


def damaged_by_repair(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """(form, written, repaired) of every name that the repair of encodings makes another one."""
    found = ((form, change(name), repair_encoding(change(name))[0]) for name in names for form, change in FORMS.items())
    return [row for row in found if meaning(row[1]) != meaning(row[2])]


def damaged_as_names(names: Iterable[str]) -> list[tuple[Cell, ...]]:
    """(form, written, canonical) of every name whose canonical form is another name, or that is not read as a person's."""
    found: list[tuple[Cell, ...]] = []
    for name in names:
        for form, change in FORMS.items():
            parsed = parse_name(change(name))
            if parsed.kind != "person" or meaning(parsed.canonical or "") != meaning(change(name)):
                found.append((form, change(name), parsed.canonical))
    return found


def undamaged() -> Part:
    """Both checks over everything: how many were left as they are, and each that was not."""
    units, names = unit_names(), listed_names()
    by_repair, as_names = damaged_by_repair(units), damaged_as_names(names)
    also = damaged_by_repair(names)
    tried = len(FORMS)
    return Part(
        "Tên đúng phải giữ nguyên / What is right stays right",
        (
            share("tên xã cũ, mới qua sửa bảng mã / unit names, encodings", len(units) * tried - len(by_repair), len(units) * tried, 100.0),
            share("danh sách họ tên qua sửa bảng mã / name lists, encodings", len(names) * tried - len(also), len(names) * tried, 100.0),
            share("danh sách họ tên chuẩn hóa / name lists, canonical", len(names) * tried - len(as_names), len(names) * tried, 100.0),
        ),
        tuple(
            Sheet(title, ("", "viết / written", "đọc ra / found"), tuple(rows))
            for title, rows in (("Tên đơn vị hỏng / Units damaged", by_repair), ("Họ tên hỏng / Names damaged", [*also, *as_names]))
            if rows
        ),
    )
