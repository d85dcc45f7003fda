"""One word of a name in all its forms, worked out once: the same few thousand syllables make up millions of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from matching.standardise.names.lists import OPENINGS, SPECIAL
from matching.standardise.names.regional import regional_word
from matching.standardise.syllables import is_plain_syllable, is_syllable, retone, split_tone
from matching.standardise.text import fold, keyboard_letters, nfc

_I_AND_Y = re.compile(r"(h|k|l|m|s|t|qu)([iíìỉĩị])|(qu)([iíìỉĩị])(t|n|nh|ch|p)")
_Y_OF = dict(zip("iíìỉĩị", "yýỳỷỹỵ", strict=True))
_V_WITH_TONE = dict(zip("íìỉĩị", "ýỳỷỹỵ", strict=True)) | dict(
    zip(("vý", "vỳ", "vỷ", "vỹ", "vỵ"), ("ví", "vì", "vỉ", "vĩ", "vị"), strict=True)
)
_FALSE_BREVES = dict(zip("ĩũõẽ", "iuoe", strict=True))
_TILDES = frozenset(_FALSE_BREVES)
_ETHS = frozenset("ÐðƉɖ")
_CONSONANTS = frozenset("bcdđghklmnpqrstvxjwz")
_LIMIT = 300_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: as shown, canonical, folded, its two regional keys, and what was repaired."""

    shown: str
    canonical: str
    key: str
    as_surname: str
    as_rest: str
    clean: bool  # nothing to decide: letters of one syllable, no honorific, no initial, no organisation word
    opens: bool  # may be no part of the name when it stands first
    before: frozenset[str] | None  # ... but then only before one of these folded words
    initial: bool  # an abbreviation of one word
    repairs: tuple[str, ...]


_WORDS: dict[str, Word] = {}


def word(token: str) -> Word:
    """All forms of one blank-free token; cached."""
    found = _WORDS.get(token)
    if found is None:
        if len(_WORDS) >= _LIMIT:
            _WORDS.clear()
        found = _WORDS[token] = _make(token)
    return found


def unify_i_y(lower: str) -> str:
    """One spelling where i and y are two spellings of one word: "lí" -> "lý", "quí" -> "quý"; "thúi", "vi" stay.

    Vi and Vy, Thi and Thy are different names; only with a tone is the choice one of spelling (Vĩ, Vỹ).
    """
    match = _I_AND_Y.fullmatch(lower)
    if not match:
        return _V_WITH_TONE.get(lower, lower)
    onset, vowel, rest = (match[1], match[2], "") if match[1] else (match[3], match[4], match[5])
    return onset + _Y_OF[vowel] + rest


def title(token: str) -> str:
    """Capital first, the rest small; after an apostrophe of a minority name again: "H’BLUM" -> "H'Blum"."""
    head, mark, tail = token.partition("'")
    if mark and tail:
        return title(head) + "'" + title(tail)
    return token[:1].upper() + token[1:].lower()


class _Letters(NamedTuple):
    """What a word is, however its capitals are."""

    placed: str  # with its tone mark in the old style
    misplaced: bool
    i_y: bool
    canonical: str
    key: str
    as_surname: str
    as_rest: str
    clean: bool
    initial: bool


def _make(token: str) -> Word:
    composed = nfc(token)
    lower = composed.lower()
    found = _letters(lower)
    shown = title(found.placed if found.misplaced and not _modern(lower) else composed)
    return Word(
        shown=shown,
        canonical=found.canonical,
        key=found.key,
        as_surname=found.as_surname,
        as_rest=found.as_rest,
        clean=found.clean and composed == token and token.isalpha(),
        opens=found.canonical in OPENINGS,
        before=OPENINGS.get(found.canonical),
        initial=found.initial,
        repairs=tuple(_repairs(token, composed, shown, found.misplaced, found.i_y)),
    )


@lru_cache(maxsize=100_000)
def _letters(lower: str) -> _Letters:
    placed = retone(lower)
    canonical = unify_i_y(keyboard_letters(_without_false_tilde(placed)))
    key = fold(canonical)
    initial = len(lower) <= 3 and _CONSONANTS.issuperset(lower)
    clean = not initial and canonical not in SPECIAL and (is_syllable(lower) or is_plain_syllable(lower))
    misplaced = placed != lower and split_tone(lower)[2] >= 0
    return _Letters(
        placed, misplaced, unify_i_y(placed) != placed, canonical, key, _regional(key, True), _regional(key, False), clean, initial
    )


@lru_cache(maxsize=100_000)
def _regional(key: str, surname: bool) -> str:
    return " ".join([regional_word(part, surname) for part in key.split()])


def _without_false_tilde(lower: str) -> str:
    """A tilde that a typist put for the breve of a minority's word, which is no Vietnamese syllable: "ayũn" -> "ayun"."""
    if lower.isascii() or _TILDES.isdisjoint(lower) or is_plain_syllable(fold(lower)):
        return lower
    return "".join(_FALSE_BREVES.get(char, char) for char in lower)


def _modern(lower: str) -> bool:
    """True for the new style of placing tone marks (hoà, thuý): right as written, only not the canonical one."""
    letters, _, place = split_tone(lower)
    return place == len(letters) - 1 and letters.endswith(("oa", "oe", "uy")) and not letters.startswith("qu")


def _repairs(token: str, composed: str, shown: str, misplaced: bool, i_y: bool) -> list[str]:
    codes = []
    if composed != token:
        codes.append("nfd" if _ETHS.isdisjoint(token) else "eth")
    elif not _ETHS.isdisjoint(token):
        codes.append("eth")
    if shown != composed and shown.lower() == composed.lower():
        codes.append("case")
    return codes + [code for code, flag in (("tone_placement", misplaced), ("i_y", i_y)) if flag]
