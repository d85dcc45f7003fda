"""Joins the words of names of the Central Highlands that people write in many ways.

H’Bia, H' Bia, H Bia, H-Bia and HBia are one name, and so are K'Buôr, K Buôr and KBuôr, Y-Ngông and Y Ngông, Ê Ban and
Êban. The canonical form is "H'Bia" (folded "h bia"), a clan in one word ("Kbuôr").
"""

from __future__ import annotations

import re
from functools import lru_cache

from matching.standardise.names.lists import CLAN_WORDS, COMMON, COMPOUND
from matching.standardise.names.titles import has_clan
from matching.standardise.names.words import word
from matching.standardise.syllables import is_plain_syllable
from matching.standardise.text import LOWER, UPPER, fold

_MARKED = re.compile(r"(?i)([hkyr])(['-]+)(.*)")
_CONSONANT = "bcdđgklmnpqrstvxwjƀ"
_GLUED_H = re.compile(rf"[Hh][{_CONSONANT}{_CONSONANT.upper()}]\w+|H[{UPPER}][{LOWER}]\w*")
_GLUED_K_Y = re.compile(rf"([KY])([{UPPER}]\w*[{LOWER}]\w*)")
# "Rơchâm" is Rơ Châm: where to part surnames of two words that are written in one.
_COMPOUND_SIZES = {"".join(name): len(name[0]) for name in COMPOUND if len(name) == 2 and name[0] in ("ro", "rah", "ra")}
_HEADS = frozenset(clan[:size] for clan in CLAN_WORDS for size in (1, 2)) | {"h", "k", "y", "r"}
_NOT_AFTER_MARKER = frozenset({"van", "thi", "v", "t"})


def join_highland(tokens: list[str]) -> tuple[list[str], bool]:
    """One token per word in its canonical writing, and whether anything was joined or parted."""
    if all(map(_is_ordinary, tokens)):
        return tokens, False
    joined: list[str] = []
    rest = [token for token in tokens if token]
    while rest:
        pieces, used = _next(rest, first=not joined, kinh=bool(joined) and fold(joined[0]) in COMMON)
        joined += pieces
        rest = rest[used:]
    return joined, joined != tokens


@lru_cache(maxsize=100_000)
def _is_ordinary(token: str) -> bool:
    """True for a word that is never joined with its neighbour nor parted."""
    return word(token).clean and fold(token) not in _HEADS


def stays_apart(token: str) -> bool:
    """True for a word that is neither parted nor joined with its neighbour; but see `joins`."""
    return not (
        "-" in token
        or "'" in token
        or token.rstrip(".") in ("H", "h")
        or fold(token) in _COMPOUND_SIZES
        or _GLUED_K_Y.fullmatch(token)
        or _GLUED_H.fullmatch(token)
    )


def joins(token: str, after: str) -> bool:
    """True if one or two letters and the word after them are a clan's name ("Ê Ban")."""
    return len(token) <= 2 and _clan(token + after)


def _next(tokens: list[str], first: bool, kinh: bool) -> tuple[list[str], int]:
    """The canonical tokens of the next word, and how many written tokens it took."""
    token, after = tokens[0], tokens[1] if len(tokens) > 1 else ""
    marked = _MARKED.fullmatch(token)
    if marked:
        return _with_marker(marked[1], marked[3] or after.lstrip("'-"), 1 if marked[3] else 2)
    glued_surname = _COMPOUND_SIZES.get(fold(token))
    if glued_surname:
        return [token[:glued_surname], token[glued_surname:].capitalize()], 1
    if after and (fold(token), fold(after)) in COMPOUND:
        return [token, after], 2
    if after and joins(token, after):
        return [_joined(token, after)], 2
    if _clan(token) and len(token) > 2:
        return [token], 1
    if token.rstrip(".") in ("H", "h") and not kinh and _marks_a_woman(tokens, first):
        return _with_marker(token[0], after.lstrip("'-"), 2)
    if (glued := _GLUED_K_Y.fullmatch(token)) and first:
        return _with_marker(glued[1], glued[2], 1)
    if _GLUED_H.fullmatch(token) and len(token) > 2:
        return _with_marker(token[0], token[1:], 1)
    return _parted(token), 1


def _marks_a_woman(tokens: list[str], first: bool) -> bool:
    """True if a lone H is the marker H' and not the initial of Huỳnh or Hồ before a Kinh name ("H Trọng Ba").

    A clan or a word that no Kinh name has tells it; without either, one word after an H without a dot does ("H Hương").
    """
    rest = tokens[1:]
    if not rest or len(rest[0].strip(".'-")) < 2:
        return False
    if has_clan(rest) or not first:
        return True
    if fold(rest[0]) in _NOT_AFTER_MARKER:
        return False
    return (len(rest) == 1 and "." not in tokens[0]) or not all(is_plain_syllable(fold(token)) for token in rest)


def _with_marker(marker: str, name: str, used: int) -> tuple[list[str], int]:
    """ "H" and "Bia" -> "H'Bia"; Y keeps its blank; a clan (K'Buôr, R'Com) becomes one word."""
    if not name:
        return [marker], 1
    if _clan(marker + name):
        return [_joined(marker, name)], used
    if marker in "yY":
        return [marker, name], used
    return [f"{marker}'{name}"], used


def _clan(text: str) -> bool:
    return fold(text).replace(" ", "") in CLAN_WORDS


def _joined(head: str, tail: str) -> str:
    return head.strip("'-") + tail.lower() if tail[:1].isupper() and not tail.isupper() else head + tail


def _parted(token: str) -> list[str]:
    """Any other hyphen parts words ("Nguyễn-Văn-An"); an apostrophe within is kept."""
    return [part for part in token.split("-") if part] if "-" in token else [token]
