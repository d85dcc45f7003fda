"""Names in a usual frame: titles before them, a second holder or a note after them ("Hộ ông X (đại diện)", "X - Y", "X và Y").

The words of the names are such that the long way does nothing about (`inert`), so that only the frame is read. What a bracket or a
note after a dash means is found out once, behind the name of a stand-in, and kept: there are few of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from matching.standardise.names.blanks import with_blanks_in_place
from matching.standardise.names.highland import join_highland
from matching.standardise.names.holders import BARE_TITLES, Holder, looks_like_person, read_holder
from matching.standardise.names.inert import (
    CUT,
    FIRST_OF_NOBODY,
    KEYS,
    NEVER,
    NOT_LAST,
    ONLY_FIRST,
    PAIRS,
    beside,
    is_as_read,
    unread,
    watched,
)
from matching.standardise.names.lists import NOBODY
from matching.standardise.names.reading import Reading, form_repairs, name_words
from matching.standardise.names.titles import without_titles
from matching.standardise.names.words import Word, word
from matching.standardise.organisations import is_organisation, names_legal_entity, organisation_word
from matching.standardise.text import fold, nfc, squeeze
from matching.standardise.vietnamese import has_foreign

_SIGNS = frozenset({"-", "–", "—", "&", "+", ";", "/", ",", "và", "VÀ", "Và"})
_APOSTROPHES = frozenset("’‘`´ʼʹ′ˈ＇")
_PAIRED = frozenset({"ông", "ong", "anh", "chú", "cậu"})  # before a dash and bà, chị, cô these are titles
_BEFORE_SAYS = frozenset({"tu", "qua", "hy", "uy", "dai", "d"})  # with the word after them a death or a representative
_BRACKETED = re.compile(r"[(\[{].*")
_BRACKET = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]?")
_STAND_IN = ["Nguyễn", "Văn", "An"]
_NO_PERSON = "Hai Ba Bốn Năm Sáu"  # no organisation is called so, and no short name of a person
_LONGEST_NOTE = 40


class _Tail(NamedTuple):
    """What stood after a name."""

    repairs: tuple[str, ...]
    second: tuple[Word, ...] = ()
    deceased: bool = False
    flags: int = 0  # of `inert`


def read_framed(raw: str, tidy: bool = False) -> Reading | None:
    """A name in a usual frame as the long way reads it, or None where only that can tell; `tidy` if it is known to be squeezed NFC."""
    text = raw if tidy else squeeze(nfc(raw))
    if not text or (text != raw and ("Ã" in raw or "\xad" in raw or has_foreign(raw))):
        return None
    head, tail = _cut(text.split(" "))
    flags = _flags(head) | (KEYS if text != raw else 0)
    if flags & NEVER or (organisation_word(head[0]) and is_organisation(_BRACKETED.sub("", text).strip())):
        return None
    name, sex, titled = without_titles(head)
    after = _after(head, tail, titled) if tail else _Tail(("honorific",) if titled else ())
    if (
        after is None
        or not is_as_read(flags | after.flags, (token for token in chain(head, tail) if token != "&"))
        or _is_cut(name)
        or _is_nobody(name)
    ):
        return None
    holder = Holder(first=name, repairs=list(after.repairs))
    return Reading(_words(name), [] if tidy else form_repairs(raw, text, None), sex, list(after.second), after.deceased, holder)


def _cut(tokens: list[str]) -> tuple[list[str], list[str]]:
    """The tokens before and from the first sign, comma or bracket."""
    for at, token in enumerate(tokens):
        if token in _SIGNS or token[0] in "([{":
            return tokens[:at], tokens[at:]
        if token[-1] == "," and len(token) > 1:
            return [*tokens[:at], token[:-1]], [",", *tokens[at + 1 :]]
    return tokens, []


def _flags(tokens: list[str]) -> int:
    """The flags of the words of one name and its titles together; NEVER among them if the long way may do something about one."""
    if not tokens:
        return NEVER
    each = [watched(token) for token in tokens]
    flags = 0
    for bits in each:
        flags |= bits
    if flags & NEVER or each[-1] & NOT_LAST:
        return NEVER
    if flags & ONLY_FIRST and any(bits & ONLY_FIRST and fold(left) in _BEFORE_SAYS for left, bits in zip(tokens, each[1:], strict=False)):
        return NEVER
    if flags & PAIRS and any(
        (left | right) & PAIRS and beside(*pair) for left, right, pair in zip(each, each[1:], pairwise(tokens), strict=False)
    ):
        return NEVER
    return flags


def _after(head: list[str], tail: list[str], titled: bool) -> _Tail | None:
    """What stands after a name: a second holder or a note; None where only the long way can tell."""
    sign, rest = tail[0], tail[1:]
    last = head[-1]
    if len(head) < 2 or fold(last) in _BEFORE_SAYS or (sign in "-/&" and last.lower() in _PAIRED):
        return None
    if sign in _SIGNS and rest and (second := _second(last, sign, rest)):
        repairs = ("honorific", "joint_holder") if titled else ("joint_holder",)
        bare = sign.isalpha() and fold(" ".join(head)) in BARE_TITLES
        return None if bare else second._replace(repairs=repairs)
    text = " ".join(tail)
    if sign.isalpha() or len(text) > _LONGEST_NOTE or (rest and sign in _SIGNS and beside(last, rest[0])):
        return None
    return _note(text, titled)


def _second(last: str, sign: str, rest: list[str]) -> _Tail | None:
    """The second holder, a whole name of inert words after `sign`; None if it is none."""
    flags = _flags(rest)
    if flags & NEVER or any(map(beside, (last, last, sign), (rest[0], sign, rest[0]))):
        return None
    second, sex, _ = without_titles(rest)
    if _is_cut(second) or not (looks_like_person(second) or (sex is not None and len(second) > 1)):
        return None
    return _Tail((), tuple(_words(second)), False, flags | (KEYS if sign == "&" else 0))


@lru_cache(maxsize=20_000)
def _note(tail: str, titled: bool) -> _Tail | None:
    """What a bracket or what follows a dash means behind any name, found out behind a stand-in; None if it is not apart from it."""
    signed = tail.split(" ", 1)[0] in _SIGNS
    if not signed and not _BRACKET.fullmatch(tail):
        return None
    holder = read_holder(" ".join([*(["Ông"] if titled else []), *_STAND_IN, tail]))
    if holder.first != _STAND_IN or holder.sex != ("M" if titled else None) or any(map(names_legal_entity, holder.notes)):
        return None
    if (
        not _APOSTROPHES.isdisjoint(tail)
        or with_blanks_in_place(tail) != tail
        or is_organisation(_BRACKETED.sub("", f"{_NO_PERSON} {tail}"))
    ):
        return None
    second, _ = join_highland(holder.second)
    if _is_cut(second):
        return None
    flags = KEYS if tail[0] == "&" else 0
    for token in tail.split(" "):
        flags |= unread(token) if token != "&" else KEYS
    return _Tail(tuple(holder.repairs), tuple(name_words(second, plain=False)), holder.deceased, flags)


def _is_nobody(name: list[str]) -> bool:
    return bool(name) and fold(name[0]) in FIRST_OF_NOBODY and fold(" ".join(name)) in NOBODY


def _is_cut(name: list[str]) -> bool:
    """True if a name begins with a cut surname ("Ng."), whose reading the whole text tells."""
    return bool(name) and fold(name[0]) in CUT


def _words(tokens: Sequence[str]) -> list[Word]:
    return [word(token[:-1] if token[-1] == "." else token) for token in tokens]
