"""Which words may begin a title, a note or an organisation's name, and which begin an ordinary name of surname, middle and given name."""

from __future__ import annotations

from collections.abc import Sequence

from matching.standardise.names.lists import COMPOUND, JRAI
from matching.standardise.names.structure import MARKERS
from matching.standardise.names.words import Word

MOST_WORDS = 6
_COMPOUND_STARTS = frozenset(name[:2] for name in COMPOUND)
_OWN_ORDER = JRAI | {*MARKERS, "ro"}  # first words after which the parts have another order


def opens(first: Word, second: Word) -> bool:
    """True if two words may begin with a title, a note or an organisation's word."""
    return first.opens and (first.before is None or second.key in first.before)


def begins_ordinary(first: Word, second: Word) -> bool:
    """True if two words begin an ordinary name: no title, note or organisation's word, no surname of several words."""
    return not opens(first, second) and first.key not in _OWN_ORDER and (first.key, second.key) not in _COMPOUND_STARTS


def is_ordinary(words: Sequence[Word]) -> bool:
    """True if the words, whatever stood around them, are a name that `columns` puts together."""
    return (
        1 < len(words) <= MOST_WORDS
        and words[0].key not in _OWN_ORDER
        and (words[0].key, words[1].key) not in _COMPOUND_STARTS
        and all(map(str.isalpha, [found.key for found in words]))
    )
