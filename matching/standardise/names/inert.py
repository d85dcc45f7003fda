"""Which words the long way does nothing about, alone and beside their neighbours: names of such words need not take it.

"Nguyễn Văn Viếr", "Lê V. An", "Alăng Thị Coor" hold words that are no Vietnamese syllables, so that they are looked at closely;
most often nothing comes of it. Each rule foretells the answer of one step; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from matching.standardise.encodings import is_sound, is_wide, keeps_keys, stays_in_unicode, strange
from matching.standardise.names.blanks import is_in_place, moved_pair, with_capital
from matching.standardise.names.highland import joins, stays_apart
from matching.standardise.names.holders import JOINING, SAYS_AFTER, SAYS_ALONE
from matching.standardise.names.lists import NOBODY
from matching.standardise.names.notes import begins_note, is_glued, is_note, may_stop
from matching.standardise.names.titles import may_be_title
from matching.standardise.names.words import word
from matching.standardise.organisations import begins_organisation, organisation_word
from matching.standardise.text import fold

NEVER = 1  # some step may look closer at the word wherever it stands
NOT_FIRST = 2  # ... where it stands first
ONLY_FIRST = 4  # ... where it does not stand first
PAIRS = 8  # ... beside some neighbours: see `beside`
KEYS = 16  # ... beside a word that is STRANGE, unless one is WIDE and all stay in Unicode
STRANGE = 32
SHORT = 64  # an initial or a surname cut short
NOT_LAST = 128  # ... where it stands last: its dot is cut off
WIDE = 256

FIRST_OF_NOBODY = frozenset(phrase.split()[0] for phrase in NOBODY)
CUT = frozenset({"ng", "nguy"})


@lru_cache(maxsize=100_000)
def watched(token: str) -> int:
    """When the long way may do something about a blank-free token: the flags above; 0 for never."""
    bare = token[:-1] if token.endswith(".") and len(token) > 1 else token
    if not bare.isalpha() or _is_watched(token, bare):
        return NEVER
    first = token != bare or may_be_title(token) or word(bare).opens or organisation_word(bare) or fold(bare) in FIRST_OF_NOBODY | CUT
    pairs = not is_in_place(token) or len(token) <= 2 or may_stop(bare) or organisation_word(bare) == "before"
    flags = (
        (first, NOT_FIRST),
        (fold(bare) in SAYS_AFTER, ONLY_FIRST),
        (token != bare, NOT_LAST),
        (pairs, PAIRS),
        (_is_initial(token, bare), SHORT),
    )
    return unread(token) | sum(flag for asked, flag in flags if asked)


@lru_cache(maxsize=100_000)
def unread(token: str) -> int:
    """The flags of a token, whatever it holds, that the repair of encodings and keystrokes asks for; NEVER if it may be repaired."""
    sound = is_sound(token)
    if not sound and not keeps_keys(token):
        return NEVER
    return KEYS * (not sound) | STRANGE * strange(token) | WIDE * is_wide(token)


def is_as_read(flags: int, tokens: Iterable[str]) -> bool:
    """True if the words of a text, whose flags these are together, hold neither keystrokes nor another encoding."""
    if flags & NEVER or flags & (KEYS | STRANGE) != KEYS | STRANGE:
        return not flags & NEVER
    return flags & WIDE > 0 and all(map(stays_in_unicode, tokens))


def _is_watched(token: str, bare: str) -> bool:
    canonical = word(bare).canonical
    return (
        with_capital(token) != token or organisation_word(bare) == "alone" or fold(bare) in SAYS_ALONE
        or bare.lower() in JOINING or canonical in ("và", "va", "thò") or is_glued(token) or is_note(token) or not stays_apart(token)
    )  # fmt: skip


def _is_initial(token: str, bare: str) -> bool:
    return (token != bare and len(bare) <= 2) or word(bare).initial or bare.lower() == "nguy"


@lru_cache(maxsize=200_000)
def beside(left: str, right: str) -> bool:
    """True if two neighbours may be more than two words: a letter moves over the blank, a clan, a note, an organisation.

    For words that are `watched` only if one of them is one of PAIRS.
    """
    if not (is_in_place(left) and is_in_place(right)) and moved_pair(left, right) is not None:
        return True
    return joins(left, right) or begins_note(left, right) or begins_organisation(left.rstrip("."), right.rstrip("."))
