"""Typing slips in the words that say what follows: `thonn 5`, `Xoóm 3`, `ngáh 12`, `số nà 7`, `SNN140`, and letters typed twice: `Ấp Hạạ`.

Only what is no Vietnamese syllable is touched, so that no name is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from matching.standardise.addresses.lexicon import ROMAN, one_slip_off, words
from matching.standardise.syllables import is_pronounceable
from matching.standardise.text import fold

_KINDS = ("thôn", "xóm", "khóm", "khối", "buôn", "làng", "ngách", "hẻm", "kiệt", "đường", "quận", "tỉnh")
_HAMLETS = words("thôn xóm ấp khóm khối buôn bản làng thon xom ap khom khoi buon ban lang")
_SAID = frozenset((*_KINDS, "ấp", "số", "tổ", "bản", "nhà", "ngõ", "phố", "khu", "phường", "xã", "huyện"))
_GLUED = re.compile(r"(?:phường|huyện|quận|tỉnh|xã|phuong|huyen|quan|tinh|xa)(?=[^\W\d_]{2})", re.IGNORECASE)
"""`XÃTÂN HÀO`: a unit's kind word glued to the name in the same case."""
_BEGINS = re.compile(r"(?:^|[,;(/-]|\d[a-z]?[ ,])\s*$", re.IGNORECASE)
"""Where a kind word can stand: at the beginning of a part or behind a number, not within a name (`Buôn Yang Mao`)."""
_OF_UNITS = words("blang drong elang jang klang ling thol tih ting wang yang")
"""Words of units' names that look like such slips: Yang Mao, Krông Klang (a test holds them against the gazetteer)."""
_TWICE = re.compile(r"([^\W\d_])\1", re.IGNORECASE)


def _table() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for kind in _KINDS:
        for slip in one_slip_off(fold(kind)):
            found.setdefault(slip, set()).add(kind)
    only = {
        slip: kind
        for slip, (kind, *others) in found.items()
        if not others and len(slip) > 3 and slip not in _OF_UNITS and not slip.startswith(fold(kind))  # XÓMT ÂN: the blank came late
    }
    return {**only, "kom": "khóm", "khm": "khóm", "thn": "thôn", "xm": "xóm"}


KIND_SLIPS = _table()
SHORT_SLIPS = frozenset(form for slip in ("kom", "kóm", "khm", "thn") for form in (slip, slip.title(), slip.upper())) | {"Êp", "ÊP", "êp"}
"""Slips that might be syllables or abbreviations, which nobody wonders about."""


def put_right(text: str, found: Iterable[str]) -> str:
    """The text with the kind words among `found` put right where a name or a number follows, and parted from it where glued."""
    plain = text.isascii()
    for word in found:
        kind = KIND_SLIPS.get(fold(word)) if word.lower() != "êp" else "ấp"  # as TCVN3 writes it, alone
        if kind:
            before, stands, after = text.partition(word)
            if stands and _BEGINS.search(before) and after.lstrip(" .:")[:1].isalnum() and not after[:1].isalpha():
                right = fold(kind) if plain else kind
                text = before + (right.upper() if word.isupper() else right) + after
        else:
            text = text.replace(word, _parted(word), 1)
    return text


def _parted(word: str) -> str:
    """The word with a blank behind the unit's kind word that it begins with, if only that makes it readable."""
    glued = None if is_pronounceable(word) else _GLUED.match(word)
    rest = word[glued.end() :] if glued else ""
    return f"{glued.group()} {rest}" if glued and is_pronounceable(rest) else word


def typed_once(text: str, strange: Iterable[str]) -> str:
    """The text with letters typed twice typed once in kind words and in hamlets' names (`Sốố 5`, `Ấp Hạạ`); units have their own slips."""
    for word in strange:
        once = _TWICE.sub(r"\1", word)
        if word.lower() not in ROMAN and len(once) > 1 and once != word and is_pronounceable(once):
            before, found, after = text.partition(word)
            if found and (once.lower() in _SAID or before.rstrip(" .").rsplit(" ", 1)[-1].lower() in _HAMLETS):
                text = before + once + after
    return text
