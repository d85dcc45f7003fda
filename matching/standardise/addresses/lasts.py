"""A commune at the very end of a text that names no district or province and has no commas: `Thôn Quyết Thắng Ea Tam`.

Only a name of two words or more that few communes bear, and only where what stands before it is a street, hamlet or door by
itself; the end of a street's name is none (`Nguyễn Văn Linh`).
"""

from __future__ import annotations

from matching.standardise.addresses.index import Index, Name
from matching.standardise.addresses.lexicon import BEFORE_STREET, HAMLET_WORDS, NUMBERED
from matching.standardise.addresses.mentions import LONGEST, Mention
from matching.standardise.addresses.places import FEW
from matching.standardise.addresses.reading import Reading
from matching.standardise.addresses.tokens import Tokens
from matching.standardise.addresses.worth import LEVEL, differs

_STREETS = ("tan ki tan qui",)
"""Streets called after two communes."""


def at_the_end(tokens: Tokens, index: Index) -> list[Reading]:
    """Readings of the longest name of a commune that ends the text, one for each commune it may be; empty if there is none."""
    count = len(tokens.words)
    if tokens.headed or any(" ".join(tokens.canon).endswith(street) for street in _STREETS):
        return []
    for start in range(max(1, count - LONGEST), count - 1):
        if any(mark >= 2 for mark in tokens.breaks[start + 1 :]) or not _is_complete(tokens, start):
            continue
        name = index.names.get(" ".join(tokens.canon[start:]))
        if name is not None:
            return _readings(tokens, Mention(start, start, count, "", "word", "edge", name))
    return []


def _readings(tokens: Tokens, mention: Mention) -> list[Reading]:
    name: Name = mention.name
    meant = [c for bucket in sorted(name.communes) for c in name.communes[bucket] if c.source != "alias"]
    meant = [c for c in meant if not differs(tokens, mention, c.accent)]
    codes = {code for commune in meant for code in commune.targets}
    return [Reading(LEVEL, commune, mention) for commune in meant] if len(codes) <= FEW else []


def _is_complete(tokens: Tokens, end: int) -> bool:
    """Whether the words before `end` are a door, street or hamlet of their own: two words of a name, or a number, behind what announces it."""
    words = tokens.words[:end]
    if words[-1][0] <= "9":
        return len(words) > 1 and (words[-2] in HAMLET_WORDS or words[-2] in BEFORE_STREET or words[-2] == "to")
    for named, word in enumerate(reversed(words)):
        if word[0] <= "9" or word in HAMLET_WORDS or word in BEFORE_STREET or word in NUMBERED:
            return named > 1
    return False
