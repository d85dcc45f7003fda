"""Titles before a name ("Hộ ông", "Bà", "O."), dropped only where what follows reads as a whole name.

Many titles are also surnames or given names (Ông, Hồ, Chu, Anh), so each asks what stands after it: a common surname, a
surname cut to its initial, or the beginning of a highland name (Y, A, Ka, H'…, K'…, Ksor).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from matching.standardise.names.lists import (
    CLAN_WORDS,
    COMMON,
    FOLDED_HONORIFICS,
    HONORIFICS,
    JRAI,
    MARKED_SURNAMES,
    SURNAMES,
    Honorific,
)
from matching.standardise.syllables import is_plain_syllable, retone
from matching.standardise.text import fold

_TITLE_FIRST = frozenset(words[0] for table in (HONORIFICS, FOLDED_HONORIFICS) for words in table)
# Titles that may stand without marks; of the others (vo, con, chau, be) most are names. Some of these are names too.
_UNMARKED = frozenset({"ong", "ba", "anh", "chi", "co", "cu", "chu", "bac", "ho", "gia", "nha", "dai", "khach", "nguoi", "dong"})
_ALSO_NAMES = frozenset({"ong", "ba", "anh", "chi", "co", "cu", "chu", "bac", "ho", "dong"})
_SURNAMES_TOO = frozenset({"ho", "chu"})
_BEFORE_A = frozenset({"cu", "ba", "co", "chi"})  # Cư A Sinh is a Hmông; A tells a man, so no bà, cô, chị before it
_SEX_INITIALS = {"ô": "M", "o": "M", "b": "F", "a": "M", "c": "F", "h": None}  # ông, bà, anh, chị, hộ
_NO_SURNAME_INITIAL = frozenset({"ô", "o"})  # no surname but the rare Ông begins so: a title even without its dot
_HIGHLAND = re.compile(r"(?i)[hkr]['-]{1,2}\w*|y[-']\w+")
_SHORT = re.compile(r"(?i)(?:[bcdđghklmnpqstvx]|ng|nh|ph|th|tr)[.~]?|ng[.~]+")
_NEUTRAL_FIRST = frozenset({"van", "thi"})


def without_titles(tokens: list[str]) -> tuple[list[str], str | None, bool]:
    """The tokens after up to four titles ("Hộ GĐ ông ..."), the sex the titles tell, and whether there was any."""
    sex: str | None = None
    rest = tokens
    for _ in range(4):
        size, found = leading_title(rest)
        if not found:
            break
        rest, sex = rest[size:], sex or found.sex
    return rest, sex, rest is not tokens


def leading_title(tokens: list[str]) -> tuple[int, Honorific | None]:
    """The longest title that the tokens begin with, if what follows cannot be understood otherwise."""
    if not tokens or not may_be_title(tokens[0]):
        return 0, None
    lower = [_lower(token) for token in tokens[:3]]
    for size in (3, 2, 1):
        words, rest = tuple(lower[:size]), tokens[size:]
        if len(words) < size or not rest:
            continue
        found = HONORIFICS.get(words)
        if found and _allowed(words, found, rest):
            return size, found
        found = FOLDED_HONORIFICS.get(words) if words[0] in _UNMARKED else None
        if found and _unmarked_allowed(words, rest):
            return size, found
    return _initial_title(tokens, lower)


@lru_cache(maxsize=100_000)
def _lower(token: str) -> str:
    return retone(token.strip(".").lower())


@lru_cache(maxsize=100_000)
def may_be_title(token: str) -> bool:
    """True if a word may begin a title."""
    lower = _lower(token)
    return lower in _TITLE_FIRST or lower in _NO_SURNAME_INITIAL or token.endswith(".")


@lru_cache(maxsize=100_000)
def is_title(token: str) -> bool:
    """True for a title that is written with a capital within: "ThS.", "GĐ", "TSKH"."""
    return (_lower(token),) in HONORIFICS


def _unmarked_allowed(words: tuple[str, ...], rest: list[str]) -> bool:
    """A title without marks: before a name without marks, or before a highland name, which needs none itself."""
    title = words[0] if len(words) == 1 else ""
    if all(token.isascii() for token in rest):
        return bool(not title and words[0] not in _ALSO_NAMES) or before_name(title, rest)
    if fold(rest[0]) in COMMON and _only_title_unmarked(title, rest):
        return True
    return title not in _SURNAMES_TOO and _before_highland(title, rest)


def _only_title_unmarked(title: str, rest: list[str]) -> bool:
    """True if a title typed without marks stands before a marked name ("Ong Hoàng Mạnh Tuyển", "Ba Lê Thị Linh").

    Ho, the surname Hồ too, needs Văn or Thị in the third place; Chu is written without marks as a surname.
    """
    if title == "chu" or len(rest) < 2:
        return False
    if title in ("", "ong"):
        return True
    return len(rest) > 2 and (title != "ho" or fold(rest[1]) in _NEUTRAL_FIRST)


def _allowed(words: tuple[str, ...], found: Honorific, rest: list[str]) -> bool:
    marked = not all(word.isascii() for word in words) or len(words) > 1
    return (found.always and (marked or not is_plain_syllable(words[0]))) or before_name(words[0], rest)


def before_name(title: str, rest: list[str]) -> bool:
    """True if the words after a title are a whole name; `title` is "" or the one word that may itself be a surname."""
    return _before_surname(title, rest) or _before_highland(title, rest) or _before_initial(title, rest)


def _before_surname(title: str, rest: list[str]) -> bool:
    """A common surname and more follows; for Ho and Chu, which are surnames, also Văn or Thị after it."""
    folded = [fold(token) for token in rest if token.strip(".~").isalpha()]
    if len(folded) < 2 or folded[0] in _NEUTRAL_FIRST:
        return False
    if len(folded) == 2 and folded[1] in _NEUTRAL_FIRST and title.isascii() and title:
        return False  # "Anh Lê Thị" is Lê Thị Anh, the given name first
    if folded[0] not in COMMON and folded[0] != "ng" and not (len(folded) > 2 and folded[0] in SURNAMES):
        known = retone(rest[0].lower())
        return title not in _SURNAMES_TOO and not known.isascii() and known in MARKED_SURNAMES
    return title not in _SURNAMES_TOO or (len(folded) > 2 and folded[1] in _NEUTRAL_FIRST)


def _before_highland(title: str, rest: list[str]) -> bool:
    """A highland name follows: H'Bia, K'Brèo, Ksor Hùng, Y Hùng; after a surname like Ho only with a clan in it."""
    first = fold(rest[0])
    if _HIGHLAND.fullmatch(rest[0]):
        return True
    if len(rest) < 2 or not rest[1][:1].isalpha():
        return False
    if has_clan(rest[1:]) and first in ("y", "h", "k", "ka", "a"):
        return True
    if first == "a" and title in _BEFORE_A:
        return False
    return title not in _SURNAMES_TOO and (first in ("y", "a", "ka", "ro") or first in JRAI or first in CLAN_WORDS)


def _before_initial(title: str, rest: list[str]) -> bool:
    """A surname cut short and more: "Ông H Trọng Ba", "Bà Ng. T. Lan"; Ho and Chu may be the surname themselves."""
    return title not in _SURNAMES_TOO and len(rest) > 1 and _SHORT.fullmatch(rest[0]) is not None and rest[1][:1].isalpha()


def has_clan(tokens: list[str]) -> bool:
    """True if one of the words, or two of them together ("Ê Ban", "Buôn Yă"), are a highland clan's name."""
    folded = [fold(token).replace(" ", "") for token in tokens]
    return any(word in CLAN_WORDS for word in folded) or any(first + second in CLAN_WORDS for first, second in pairwise(folded))


def _initial_title(tokens: list[str], lower: list[str]) -> tuple[int, Honorific | None]:
    """ "Ô. Nguyễn Văn A", "B. Trần Thị C", "O. Y Mi Niê": a title of one letter; B. V. An may be Bùi Văn An."""
    if len(tokens) < 3 or lower[0] not in _SEX_INITIALS:
        return 0, None
    sure = lower[0] in _NO_SURNAME_INITIAL
    if not sure and not tokens[0].endswith("."):
        return 0, None
    rest = tokens[1:]
    if sure and tokens[0].endswith((".", ":")) and not _SHORT.fullmatch(rest[0]):
        return 1, Honorific(_SEX_INITIALS[lower[0]], True)  # Ô. Pi Năng Sậy: before whatever name
    if _before_surname("", rest) or _before_highland("", rest) or (sure and _before_initial("", rest)):
        return 1, Honorific(_SEX_INITIALS[lower[0]], True)
    return 0, None
