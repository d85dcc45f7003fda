"""Blanks that a typist put one letter too early or too late: "Th ịTrinh", "H ồVăn", "ĐiểuB lum", "ăVn".

A pair of neighbours is repaired only if the word that the letter is taken from is no name as it stands, and both are after
the move; in mixed case both then begin with their capital.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from matching.standardise.names.lists import CLAN_WORDS, SURNAMES
from matching.standardise.syllables import is_plain_syllable, is_pronounceable, is_syllable
from matching.standardise.tables import name_counts
from matching.standardise.text import fold, tone_placement


def with_blanks_in_place(text: str) -> str:
    """The text with misplaced blanks, and a capital that came one letter late, put right; else the text itself."""
    tokens = text.split(" ")
    if all(map(is_in_place, tokens)):
        return text
    tokens = [part for token in tokens for part in with_capital(token).split(" ")]
    for at, (left, right) in enumerate(pairwise(tokens)):
        if not (is_in_place(left) and is_in_place(right)) and (pair := moved_pair(left, right)):
            tokens[at], tokens[at + 1] = pair
    return " ".join(tokens)


@lru_cache(maxsize=100_000)
def is_in_place(token: str) -> bool:
    """True for a word of one syllable in one of the usual cases, and for what holds no word."""
    return not token.isalpha() or ((token.istitle() or token.isupper() or token.islower()) and _is_syllable(token))


def _is_syllable(token: str) -> bool:
    return is_syllable(token) or is_plain_syllable(token)


@lru_cache(maxsize=100_000)
def _known(token: str) -> bool:
    """True for a word that names have."""
    return len(token) > 1 and (tone_placement(token.lower()) in name_counts() or fold(token) in SURNAMES)


def _known_or_shaped(token: str) -> bool:
    """The same, or a highland word of three letters and more, of which there is no list ("Blum")."""
    return _known(token) or (len(token) > 3 and (is_pronounceable(token) or fold(token) in CLAN_WORDS))


@lru_cache(maxsize=100_000)
def with_capital(token: str) -> str:
    """ "ăVn" -> "Văn": two letters exchanged at the beginning; "AWang" -> "A Wang"."""
    if token[:1].islower() and token[1:2].isupper() and token[2:].islower():
        exchanged = token[1] + token[0] + token[2:]
        return exchanged if _known(exchanged) else token
    if token[:1] == "A" and token[1:].istitle() and len(token) > 3 and token.isalpha():
        return f"A {token[1:]}"
    return token


@lru_cache(maxsize=100_000)
def moved_pair(left: str, right: str) -> tuple[str, str] | None:
    """Two neighbours with one letter moved over the blank, if that makes names of both."""
    if not (left.isalpha() and right.isalpha()):
        return None
    for first, second, source in _moves(left, right):
        one_case = (left + right).isupper() or (left + right).islower()
        if _is_syllable(source) if one_case else (is_pronounceable(source) and source.istitle()):
            continue
        if not one_case and not (first.istitle() and second.istitle()):
            continue
        fits = _known if one_case else _known_or_shaped
        if (_known(first) and fits(second)) or (fits(first) and _known(second)):
            return first, second
    return None


def _moves(left: str, right: str) -> Iterator[tuple[str, str, str]]:
    """Both words after a move, and the word that the letter came from."""
    if len(right) > 2:
        yield left + right[0], right[1:], right
    if len(left) > 2:
        yield left[:-1], left[-1] + right, left
