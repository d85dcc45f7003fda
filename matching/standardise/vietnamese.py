"""How Vietnamese a text is: its words by the syllable checker, and letters that only old code pages have."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from matching.standardise.syllables import is_pronounceable, is_syllable
from matching.standardise.tables import clan_words, name_counts
from matching.standardise.text import tone_placement

_WORD = re.compile(r"[^\W\d_]+")
_SHORT_FORMS = frozenset({"Đ", "GĐ", "HGĐ", "ĐD", "ĐC", "KĐ", "ĐT"})
# Pairs that are one UTF-8 letter read as two, among characters that Vietnamese text may hold singly.
_MOJIBAKE = re.compile("Ã[‚„…†‡ˆ‰‹¡-¿]|[a-z]Ã\xa0|á[º»]|Ä[‘\x90]|Æ[°¡]")
# Letters of old code pages that no Vietnamese text in Unicode has; within a word they always mean a wrong reading.
_FOREIGN = re.compile("[\x80-\x9f¡-©«-¯±¶-¿ªÄ-ÇËÎÏÑÖ×ØÛÜÞßä-çëîïñö÷øûüþÿ°²³´µŒœŠšŽžŸƒ]")


class Verdict(NamedTuple):
    """How Vietnamese a reading is: marked syllables, words of highland names, others, and how usual its words are; a tuple for speed."""

    good: int
    loose: int
    bad: int
    usual: int
    broken: int  # words that are no syllables

    @property
    def rank(self) -> tuple[int, int]:
        """Greater is better: a syllable counts double, a word that is none takes away twice that."""
        return 2 * self.good + self.loose - 4 * self.bad, self.usual


@lru_cache(maxsize=100_000)
def _class(word: str) -> str:
    """ "good" for a syllable, "loose" for a word shaped as in highland names, "short" (GĐ), else "bad"; a word has marks."""
    if word.upper() in _SHORT_FORMS:
        return "short"
    if is_syllable(word):
        return "usual" if tone_placement(word.lower()) in name_counts() else "good"
    return "loose" if is_pronounceable(word) or word.lower() in clan_words() else "bad"


def judge(text: str) -> Verdict:
    """The sum over the parts between blanks."""
    return Verdict(*map(sum, zip(*map(judge_part, text.split(" ")), strict=True)))


@lru_cache(maxsize=100_000)
def judge_part(text: str) -> tuple[int, int, int, int, int]:
    """The fields of the verdict on one part between blanks."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    found = [_class(word) for word in words]
    foreign = len(_FOREIGN.findall(text)) + len(_MOJIBAKE.findall(text))
    usual, loose, bad = found.count("usual"), found.count("loose"), found.count("bad")
    short = found.count("short")
    return len(found) - short - loose - bad, loose + short, bad + foreign, usual, loose + bad + foreign


def suspect(text: str, shape: Callable[[str], bool]) -> bool:
    """True if a marked word has not the wanted shape, or a letter that only other code pages have."""
    return any(suspect_part(part, shape) for part in text.split(" "))


@lru_cache(maxsize=100_000)
def suspect_part(text: str, shape: Callable[[str], bool]) -> bool:
    """The same for one part between blanks; cached, for parts come again."""
    return (
        any(not word.isascii() and not shape(word) and word.upper() not in _SHORT_FORMS for word in _WORD.findall(text))
        or bool(_FOREIGN.search(text))
        or bool(_MOJIBAKE.search(text))
    )


def is_highland(word: str) -> bool:
    """True if a word may stand in a name of the highlands: it can be spoken, or is a clan."""
    return is_pronounceable(word) or word in "Đđ" or word.lower() in clan_words()


def has_foreign(text: str) -> bool:
    """True if a text has a letter or a sign that only old code pages have."""
    return _FOREIGN.search(text) is not None
