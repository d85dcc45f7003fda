"""Which letter runs are Vietnamese syllables, and where their tone mark belongs.

Everything that repairs text (legacy encodings, keystroke leftovers, misplaced tone marks) asks here, so that a repair
happens because the result is Vietnamese and the input is not, never because a byte pattern looked familiar.
A syllable is onset + rime + tone; a rime that ends in p, t, c, ch takes only the sharp or the heavy tone.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any

_TONES = "\u0301\u0300\u0309\u0303\u0323"
_MARKED = frozenset("ăâêôơư")
_TWO_PLACES = ("oa", "oe", "uy")
"""Vowels that end a syllable and bear the tone on the first in the old style, on the second in the modern one."""
_SHAPE = re.compile(r"(qu(?=[aăâeêioôơuưy])|gi(?=[aăâeêioôơuưy])|[^aăâeêioôơuưy]*)([aăâeêioôơuưy]+)([^aăâeêioôơuưy]*)")


def _inventory() -> dict[str, Any]:
    with resources.files("matching.standardise").joinpath("data/syllables.toml").open("rb") as handle:
        return tomllib.load(handle)


_DATA = _inventory()
_RIMES = tuple(_DATA["rimes"].split())
_NUCLEI = frozenset(m[2] for rime in (*_RIMES, *_DATA["y_rimes"].split()) if (m := _SHAPE.fullmatch(rime)))


def _tone_of(char: str) -> tuple[str, str]:
    """Split a letter: "ế" -> ("ê", sharp mark); "a" -> ("a", "")."""
    parts = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in parts if mark in _TONES), "")
    return (unicodedata.normalize("NFC", parts.replace(tone, "")), tone) if tone else (char, "")


_SPLIT = {
    char: _tone_of(char)
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in _TONES
    if len(char := unicodedata.normalize("NFC", base + tone)) == 1
}

_WITH_TONE = {base + tone: char for char, (base, tone) in _SPLIT.items()}


def split_tone(text: str) -> tuple[str, str, int]:
    """Take the tone off: "Hòa" -> ("Hoa", grave, 1); the position is -1 without a tone and -2 with several."""
    letters, tone, place = [], "", -1
    for index, char in enumerate(text):
        base, mark = _SPLIT.get(char, (char, ""))
        letters.append(base)
        if mark:
            tone, place = mark, (-2 if place != -1 else index)
    return "".join(letters), tone, place


def tone_place(letters: str, modern: bool = False) -> int:
    """Where the tone mark of a toneless lower-case syllable stands (old style; -1 if it is no syllable shape)."""
    shape = _SHAPE.fullmatch(letters)
    if not shape or shape[2] not in _NUCLEI:
        return -1
    start, nucleus, coda = shape.start(2), shape[2], shape[3]
    marked = max((i for i, vowel in enumerate(nucleus) if vowel in _MARKED), default=-1)
    if marked >= 0:
        return start + marked
    if len(nucleus) == 1:
        return start
    if coda or len(nucleus) == 3 or (modern and nucleus in _TWO_PLACES):
        return start + 1
    return start


def add_tone(letters: str, tone: str, place: int) -> str:
    """Put a combining tone on one letter: ("Hoa", grave, 1) -> "Hòa"; case is kept."""
    pair = letters[place] + tone
    return letters[:place] + (_WITH_TONE.get(pair) or unicodedata.normalize("NFC", pair)) + letters[place + 1 :]


@lru_cache(maxsize=200_000)
def retone(token: str) -> str:
    """Move a syllable's tone mark to its place in the old style: "Qúy" -> "Quý", "hoà" -> "hòa"; others unchanged."""
    letters, tone, place = split_tone(token)
    if place < 0:
        return token
    right = tone_place(letters.lower())
    return token if right in (-1, place) else add_tone(letters, tone, right)


def plain(text: str) -> str:
    """Lower-case ASCII form of Vietnamese letters: "Đức" -> "duc"."""
    parts = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(char for char in parts if not unicodedata.combining(char))


def _pairs() -> set[str]:
    """Every toneless syllable: onset and rime that go together."""
    syllables = {"qu" + rime for rime in _DATA["qu_rimes"].split()}
    for onset in _DATA["onsets"]:
        if onset != "qu":
            syllables.update(_joined(onset, rime) for rime in _RIMES if _agree(onset, rime))
    for onset in _DATA["y_onsets"]:
        syllables.update(onset + rime for rime in (_DATA["y_rimes"].split() if not onset else ["y"]))
    return syllables


def _joined(onset: str, rime: str) -> str:
    return "g" + rime if onset == "gi" and rime[0] == "i" else onset + rime


def _agree(onset: str, rime: str) -> bool:
    if onset == "" and rime.startswith("iê"):
        return False
    if rime[0] in "eêi":
        return onset not in _DATA["back_onsets"]
    return onset == "k" or onset not in _DATA["front_onsets"]


def _toned() -> frozenset[str]:
    full: set[str] = set()
    for letters in _PAIRS:
        stopped = letters.endswith(("c", "ch", "p", "t"))
        if not stopped:
            full.add(letters)
        places = {tone_place(letters), tone_place(letters, modern=True)} if letters.endswith(_TWO_PLACES) else {tone_place(letters)}
        for place in places - {-1}:
            full.update([add_tone(letters, tone, place) for tone in ("\u0301\u0323" if stopped else _TONES)])
    return frozenset(full)


_PAIRS = _pairs()
_SYLLABLES = _toned()
_PLAIN = frozenset(map(plain, _PAIRS))
_NUCLEUS = "|".join(sorted(_DATA["minority_nuclei"].split(), key=len, reverse=True))
_CODA = "|".join(sorted(_DATA["minority_codas"], key=len, reverse=True))
_PART = rf"(?:{_NUCLEUS})(?:{_CODA})"
_LOOSE = re.compile(rf"[bcčdđghjklmnñpqrstvwxyzƀ]{{0,4}}{_PART}(?:(?<![aăâeêioôơuưyĭŭĕŏ]){_PART})?")


@lru_cache(maxsize=200_000)
def is_syllable(token: str) -> bool:
    """True for a well-formed Vietnamese syllable in any case, its tone mark in either style or misplaced."""
    lower = token.lower()
    return lower in _SYLLABLES or retone(lower) in _SYLLABLES


@lru_cache(maxsize=200_000)
def is_plain_syllable(token: str) -> bool:
    """True for what a Vietnamese syllable looks like without its marks ("Nguyen", "DUC"); false for "Nguyeenx"."""
    return token.lower() in _PLAIN


@lru_cache(maxsize=200_000)
def is_pronounceable(token: str) -> bool:
    """True for a syllable, with or without marks, or a word shaped as in minority names ("Kdăm", "Mlô", "Păh")."""
    lower = token.lower()
    if lower in _PLAIN or is_syllable(lower):
        return True
    letters, _, place = split_tone(lower)
    return place != -2 and _LOOSE.fullmatch(letters) is not None
