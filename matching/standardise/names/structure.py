"""Which words of a name are surname, middle and given name, and what they tell about the sex.

Kinh and most others: surname first, given name last. Ê Đê: clan last ("Y Ngông Niê Kdăm", "H'Blum Buôn Yă").
J'rai: clan first ("Ksor H'Bia"). Ba Na and Xê Đăng: A (men) or Y (women) and a name, no surname: so Y alone tells
nothing, with an Ê Đê clan it is a man. Source: the clan lists named in data/surnames.tsv.
"""

from __future__ import annotations

from typing import NamedTuple

from matching.standardise.names.lists import CLANS, COMPOUND, COMPOUND_FIRST, JRAI
from matching.standardise.names.words import Word
from matching.standardise.syllables import is_syllable

MARKERS = ("y", "a", "k", "ka")
THI = ("thị", "thi")
MALE_MIDDLES = ("văn", "van", "a")


class Parts(NamedTuple):
    """Folded surname, middle and given name (null where there is none) and the sex the words tell; a tuple for speed."""

    surname: str | None
    middle: str | None
    given: str | None
    sex: str | None


def parts(words: list[Word]) -> Parts:
    """Split the words of one person's name."""
    keys = [word.key for word in words]
    first = keys[0]
    if len(keys) == 1:
        return Parts(None, None, first, {"h": "F", "k": "M"}.get(first.partition(" ")[0]))
    size = _surname_size(keys)
    if size == 1 and (first in MARKERS or first.startswith(("h ", "k "))) and not _is_cut_surname(words):
        return _highland(keys)
    if first in JRAI or (first == "ro" and size > 1):
        size = min(size, len(keys) - 1)
        given = " ".join(keys[size:])
        return Parts(" ".join(keys[:size]), None, given, "F" if given.startswith("h ") else _plain_sex(words))
    middle = " ".join(keys[size:-1]) or None
    return Parts(" ".join(keys[:size]), middle, keys[-1], _plain_sex(words))


def _is_cut_surname(words: list[Word]) -> bool:
    """True if a lone K is a surname's initial: "K. Thị Dung", "K. Thế Thiên" beside "K Brèo Niê"."""
    rest = [word.canonical for word in words[1:]]
    return words[0].key == "k" and len(rest) > 1 and not any(map(str.isascii, rest[:1])) and all(map(is_syllable, rest))


def _surname_size(keys: list[str]) -> int:
    """How many words the surname has; the given name keeps at least one."""
    if keys[0] in COMPOUND_FIRST:
        for size in (4, 3, 2):
            if len(keys) > size and tuple(keys[:size]) in COMPOUND:
                return size
    return 1


def _highland(keys: list[str]) -> Parts:
    """Names that begin with a sex marker: the clan, if there is one, stands last."""
    flat = " ".join(keys).split()
    own = 1 if flat[0] == "a" else 2
    start = next((i for i in range(min(own, len(flat) - 1), len(flat)) if _is_clan(flat[i:])), len(flat))
    surname = " ".join(flat[start:]) or None
    sex = {"h": "F", "ka": "F", "k": "M", "a": "M"}.get(flat[0], "M" if surname else None)
    return Parts(surname, None, " ".join(flat[1 if flat[0] in ("y", "a") else 0 : start]) or None, sex)


def _is_clan(words: list[str]) -> bool:
    """True if the words are one or two clan names in a row ("nie kdam", "mlo duon du")."""
    if not words:
        return False
    for size in (3, 2, 1):
        if tuple(words[:size]) in CLANS and len(words) >= size:
            return len(words) == size or _is_clan(words[size:])
    return False


def _plain_sex(words: list[Word]) -> str | None:
    """Thị before the given name tells a woman; Văn, or A of the Hmông, right after the surname, weaker, a man."""
    for at, word in enumerate(words[:-1]):
        if word.canonical in THI and (at or len(words) == 2):
            return "F"
    return "M" if len(words) > 2 and words[1].canonical in MALE_MIDDLES else None
