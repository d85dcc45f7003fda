"""Beginnings of addresses that can name no unit: doors, streets with a road word, alleys, numbered hamlets.

What stands before a recognised ending matters to it only when it might be a commune's name as well. Behind a house number or a
road word no name is one (see `worth.BEFORE`), so for such beginnings an ending says the same every time.
"""

from __future__ import annotations

import re
from collections.abc import Container

from matching.standardise.addresses.numbers import ROOM
from matching.standardise.addresses.tokens import canon_key

_NUMBER = r"[a-z]{0,2}\d+[a-z]{0,2}(?![a-z0-9])(?:[/-][a-z]{0,2}\d+[a-z]{0,2}(?![a-z0-9]))*+"
_DOOR = rf"(?:(?:so nha|nha so|so|sn|nha|ngo|ngach|hem|kiet)[ .:]*+)?+{_NUMBER}"
_HAMLET = r"(?:thon|ap|xom|ban|buon|bon|lang|khu pho|khu vuc|khu|kp|kv|to dan pho|tdp|khom|khoi|tieu khu|tk|doi|plei)(?![a-z])[ .:]*+"
_GROUP = rf"(?:{_HAMLET}|to[ .:]*+|[txk][ .]*+){_NUMBER}"
_ROAD = r"(?:duong|pho|dd?(?=\.| [a-z]{2})|ngo|ngach|hem|kiet|ql|quoc lo|dai lo)(?![a-z])[ .]*+"
_NAME = r"[a-z']++(?: [a-z0-9']++){1,3}+"
_ROOM = rf"(?:{ROOM}|(?:can ho|can|ch|phong|tang|lau|toa|block|nha|lo)[ .]++(?:[a-z]{{0,3}}+\d{{1,5}}+[a-z]?|[a-h])(?![a-z0-9]))"
_PART = re.compile(
    rf"[ .-]*+(?:{_DOOR}(?:[ ,/-]++{_DOOR})*+(?:[ -]*+(?:{_ROAD})?+{_NAME})?+(?: {_GROUP})*+"
    rf"|{_ROOM}(?: {_ROOM})*+(?: {_ROAD}{_NAME})?+(?: {_GROUP})*+|{_GROUP}(?: {_GROUP})*+"
    rf"|{_ROAD}(?:{_NAME}|\d+[a-z]?)(?: {_GROUP})*+|{_HAMLET}[a-z]++(?: [a-z]++){{0,2}}+)[ .:-]*+"
)
"""Possessive throughout: what no part matches at once it never does, so that no text takes long."""
_BEGINNING = re.compile(rf"[ .]*+(?:{_DOOR}|{_GROUP}|{_ROOM}|{_ROAD}|{_HAMLET})")
_CUT = re.compile(r",| - ")
DOOR_ONLY = re.compile(r"(?:[^a-z]|(?<![a-z])(?:so|sn|nha|ngo|ngach|hem|kiet|[a-z])(?![a-z]))*")
"""A beginning of numbers and the words for them: the name that follows may be the street's."""


def is_local(folded: str, end: int, names: Container[str]) -> bool:
    """Whether every part of what stands before `end` is plainly below the commune, and none is a unit's name in `names`."""
    start = 0
    while start < end:
        cut = _CUT.search(folded, start, end)
        stop, following = cut.span() if cut else (end, end)
        if folded[start:stop].strip(" .-"):
            if not _PART.fullmatch(folded, start, stop):
                return False
            if canon_key(folded[start:stop]) in names:
                return False  # Bản Lang, Buôn Triă
        start = following
    return True


def begins_local(folded: str, start: int) -> bool:
    """Whether the part from `start` on begins with a word or number that no unit begins with."""
    return _BEGINNING.match(folded, start) is not None
