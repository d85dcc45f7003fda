"""Where a name ends in its field: at a number, a note word, or not at all; and words written without blanks."""

from __future__ import annotations

import re
from functools import lru_cache

from matching.standardise.names.lists import COMMON, STOP
from matching.standardise.names.titles import is_title
from matching.standardise.syllables import is_plain_syllable, is_pronounceable, is_syllable, retone
from matching.standardise.text import LOWER, UPPER, fold

_GLUED = re.compile(rf"(?<=[{LOWER}])(?=[{UPPER}])")
# Words before a number that belong to it, after a whole name: "cột 5", "số 3"; all are also names, so only in small letters.
_NUMBERED = frozenset({"cột", "số", "tổ", "xóm", "ấp", "khu", "lô", "đội", "thôn", "phòng", "tầng", "ngõ", "hẻm", "kiot", "đt"})
_ALSO_CALLED = frozenset({"tự", "tức"})  # in small letters; both are names too (Nguyễn Tự Lập)
_YEAR = re.compile(r"(?:19|20)\d\d")
STOP_FIRST = frozenset(phrase[0] for phrase in STOP)
_STOP_PAIRS = frozenset(phrase[:2] for phrase in STOP if len(phrase) > 1)


def unglued(text: str) -> str:
    """Part words written without blanks at a change of case: "NguyễnVănAn"."""
    if not any(map(is_glued, text.split(" "))):
        return text
    return " ".join([token if is_title(token) else _parted(token) for token in text.split(" ")])


@lru_cache(maxsize=100_000)
def is_glued(token: str) -> bool:
    """True for words written in one."""
    return _parted(token) != token


@lru_cache(maxsize=100_000)
def _parted(token: str) -> str:
    """ "NguyễnVăn" -> "Nguyễn Văn"; where case does not show it ("NGUYỄNVĂN"), after a long surname before a syllable."""
    parted = _GLUED.sub(" ", token)
    if parted != token or len(token) < 6 or len(token) > 16 or is_pronounceable(token):
        return parted
    return next(
        (
            f"{token[:at]} {token[at:]}"
            for at in range(4, len(token) - 1)
            if fold(token[:at]) in COMMON and is_pronounceable(token[:at]) and _is_whole(token[at:])
        ),
        token,
    )


def _is_whole(token: str) -> bool:
    return is_syllable(token) or is_plain_syllable(token)


def without_notes(tokens: list[str]) -> list[str]:
    """Cut at the first number or note word after two words of name; a number glued to the name is cut off the word."""
    for at, token in enumerate(tokens):
        if (at < 2 or not may_stop(token)) and token.isalpha():
            continue
        if at > 2 and token in _ALSO_CALLED and tokens[at - 1].istitle():
            return tokens[:at]
        digit = next((i for i, char in enumerate(token) if char.isdigit()), -1)
        if digit < 0 and not (at >= 2 and (_stops(tokens, at) or is_roman(token))):
            continue
        if at < 2 and token[:1].isalpha():
            tokens = [*tokens[:at], token[:digit], *tokens[at + 1 :]]
            continue
        if digit == 0 and (before := _before_number(tokens, at)):
            return tokens[:before]
        head = [token[:digit]] if digit > 0 and token[:digit].isalpha() and is_plain_syllable(fold(token[:digit])) else []
        return [*tokens[:at], *head]
    return tokens


def _before_number(tokens: list[str], at: int) -> int:
    """Where the note begins whose number stands at `at` ("... cột 5", "... sinh năm 1970"), or 0 if it is a bare number."""
    if at < 4:
        return 0
    noun = tokens[at - 1].strip(".")
    if _YEAR.fullmatch(tokens[at]) and noun.lower() in ("sn", "năm", "nam"):
        if noun.lower() != "sn" and at > 4 and tokens[at - 2].lower() == "sinh":
            return at - 2
        return at - 1 if noun.lower() == "sn" or noun.islower() else 0
    return at - 1 if noun.islower() and retone(noun) in _NUMBERED else 0


@lru_cache(maxsize=100_000)
def may_stop(token: str) -> bool:
    """True if a word may begin a note after a name."""
    return fold(token) in STOP_FIRST or is_roman(token) or token in _ALSO_CALLED


def begins_note(token: str, after: str) -> bool:
    """True if two words are a note's, or the first two of one ("nhà trọ")."""
    return (fold(token), fold(after)) in _STOP_PAIRS


def is_note(token: str) -> bool:
    """True if a word is a note by itself, or before another name ("tự Hai Lúa")."""
    return is_roman(token) or token in _ALSO_CALLED or (not is_plain_syllable(fold(token)) and (fold(token),) in STOP)


def _stops(tokens: list[str], at: int) -> bool:
    """A note word that is no name, or may be one but stands after three words and before others or in a phrase."""
    folded = [fold(token) for token in tokens[at : at + 3]]
    if len(folded) > 1 and (tuple(folded) in STOP or tuple(folded[:2]) in STOP):
        return True
    return (folded[0],) in STOP and not is_plain_syllable(folded[0])


def is_roman(token: str) -> bool:
    """True for a Roman number that no name is."""
    return token in ("II", "III", "IV", "IX", "VII", "VIII")
