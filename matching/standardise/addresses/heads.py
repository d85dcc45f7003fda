"""Beginnings of addresses that can name no unit: doors, streets with a road word, alleys, numbered hamlets.

What stands before a recognised ending matters to it only when it might be a commune's name as well. Behind a house number or a
road word no name is one (see `worth.BEFORE`), so for such beginnings an ending says the same every time.
"""

from __future__ import annotations

import re

from matching.standardise.addresses.numbers import NUMBER, ROOM

_NUMBERS = rf"{NUMBER}(?:[ ]?[/-][ ]?{NUMBER})*"
_DOOR = rf"(?:(?:so nha|nha so|so|sn|nha|ngo|ngach|hem|kiet)[ .:]*)?{_NUMBERS}|{ROOM}"
_ROAD = r"(?:duong|pho|d\.|d(?= )|dd\.|ngo|ngach|hem|kiet|ql|quoc lo|tinh lo|dai lo)(?![a-z])[ .]*"
_NAME = r"[a-z']+(?: [a-z0-9']+){1,3}"
_HAMLET = r"(?:thon|ap|xom|ban|buon|khu pho|kp|to dan pho|tdp|khom|khoi|to|khu|kv|khu vuc)(?![a-z])[ .:]*"
_BUILDING = r"(?:can ho|can|ch|phong|tang|lau|toa|block|nha|lo)[ .]*[a-z]{0,3}[ ]?\d{0,5}[a-z]?"
_LOCAL = rf"(?:{_DOOR}|(?:{_DOOR})[ ,/-]*(?:{_ROAD})?{_NAME}|{_ROAD}(?:{_NAME}|\d+[a-z]?)|{_HAMLET}(?:\d+[a-z]?|[a-z]+(?: [a-z]+)?)|{_BUILDING})"
_HEAD = re.compile(rf"[ .]*{_LOCAL}(?:[ ]?[,;-][ .,]*{_LOCAL}|[ ]+(?:{_DOOR}|{_HAMLET}\d+[a-z]?)(?:[ ](?:{_ROAD})?{_NAME})?)*[ .,;:-]*")
_PART = re.compile(rf"[ .]*(?:{_DOOR}(?![a-z])|{_ROAD}|{_HAMLET}|{_BUILDING}(?![a-z]))")
DOOR_ONLY = re.compile(r"(?:[^a-z]|(?<![a-z])(?:so|sn|nha|ngo|ngach|hem|kiet|[a-z])(?![a-z]))*")
"""A beginning of numbers and the words for them: the name that follows may be the street's."""


def is_local(folded: str, end: int) -> bool:
    """Whether all that stands before `end` is plainly below the commune."""
    return _HEAD.fullmatch(folded, 0, end) is not None


def begins_local(folded: str, start: int) -> bool:
    """Whether the part from `start` on begins with a word or number that no unit begins with."""
    return _PART.match(folded, start) is not None
