"""Surnames, honorifics and notes as sets, from the data files: what a word of a name field may be besides a name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from matching.standardise.syllables import is_plain_syllable
from matching.standardise.tables import rows
from matching.standardise.text import fold, tone_placement


@dataclass(frozen=True)
class Honorific:
    """Words before a name, the sex they tell, and whether no name can begin with them."""

    sex: str | None
    always: bool


def _group(*names: str) -> list[str]:
    return [word.replace("_", " ") for name, words in rows("surnames") if name in names for word in words.split()]


def _notes() -> dict[str, tuple[str, ...]]:
    with resources.files("matching.standardise").joinpath("data/name_notes.toml").open("rb") as handle:
        return {name: tuple(phrases) for name, phrases in tomllib.load(handle).items()}


COMMON = frozenset(map(fold, _group("common")))
SURNAMES = frozenset(fold(name) for group, words in rows("surnames") if group != "compound" for name in words.split())
MARKED_SURNAMES = frozenset(tone_placement(name) for group, words in rows("surnames") if group != "compound" for name in words.split())
COMPOUND = frozenset(tuple(fold(name).split()) for group, names in rows("surnames") if group == "compound" for name in names.split("|"))
COMPOUND_FIRST = frozenset(name[0] for name in COMPOUND)
JRAI = frozenset(map(fold, _group("jrai")))
CLANS = frozenset(tuple(fold(name).split()) for name in _group("ede", "jrai"))
CLAN_WORDS = frozenset("".join(clan) for clan in CLANS)
HONORIFICS = {
    tuple(tone_placement(words).split()): Honorific(None if sex == "-" else sex, when == "always")
    for words, sex, when in rows("honorifics")
}
FOLDED_HONORIFICS = {tuple(fold(" ".join(words)).split()): found for words, found in HONORIFICS.items()}
NOTES = _notes()
NOBODY = frozenset(NOTES["nobody"])
STOP = frozenset(tuple(phrase.split()) for phrase in NOTES["stop"])


def _organisation_openings() -> Iterator[tuple[str, str | None]]:
    """(first word, folded second word or None) of the phrases that begin an organisation's name, in both writings."""
    for mode, phrases in rows("organisations"):
        for phrase in tone_placement(phrases).replace(".", " ").split("; "):
            words = phrase.split()
            second = fold(words[1]) if len(words) > 1 else None
            yield words[0], second
            if mode != "marked":
                yield fold(words[0]), second


def _title_openings() -> Iterator[tuple[str, str | None]]:
    """The same of titles: what no name begins with stands alone, anything else needs a common surname after it."""
    for words, found in HONORIFICS.items():
        marked = not words[0].isascii() or not is_plain_syllable(words[0])
        if len(words) > 1:
            yield from ((words[0], fold(words[1])), (fold(words[0]), fold(words[1])))
        elif found.always and marked:
            yield words[0], None


def _openings() -> dict[str, frozenset[str] | None]:
    table: dict[str, set[str] | None] = dict.fromkeys(_NOTE_FIRST | JRAI | {"y", "a", "h", "k", "ka", "r", "rơ", "ô", "o"})
    for first, second in (*_organisation_openings(), *_title_openings()):
        if second is None:
            table[first] = None
        elif (seconds := table.setdefault(first, set())) is not None:
            seconds.add(second)
    before_titles = {*SURNAMES, "ng", "y", "a", "ka"}
    for first in {form for words in HONORIFICS for form in (words[0], fold(words[0]))}:
        if (seconds := table.setdefault(first, set())) is not None:
            seconds |= before_titles
    return {first: None if seconds is None else frozenset(seconds) for first, seconds in table.items()}


# First words of notes in both writings, without those that begin many names (Võ, Hồ, Chu).
_NOTE_FIRST = {
    "không",
    "khong",
    "chưa",
    "vãng",
    "vang",
    "khách",
    "khach",
    "vô",
    "bỏ",
    "đang",
    "cập",
    "người",
    "nguoi",
    "test",
    "unknown",
    "null",
    "none",
    "nan",
    "nil",
    "đại",
    "ủy",
    "thay",
    "mất",
    "chết",
    "đã",
}
# Words that need a closer look when they stand first: whatever follows (None), or before one of these folded words.
OPENINGS = _openings()
# Words that need a closer look wherever they stand.
SPECIAL = frozenset(
    {
        "va",
        "và",
        "cty",
        "vợ",
        "chồng",
        "mất",
        "chết",
        "trọ",
        "uq",
        "vc",
        "cto",
        "hkd",
        "htx",
        "nhánh",
        "thò",
        "đã",
        "diện",
        "dien",
        "ủy",
        "tự",
        "tức",
        "ty",
    }
)
