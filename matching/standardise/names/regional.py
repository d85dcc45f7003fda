"""The regional key of a name word: one key for the spellings that regions confuse or keep apart as variants.

Onsets l/n, tr/ch, s/x, d/đ/gi/r/v; finals n/ng, t/c/ch, inh/in; y/i; then the pairs of data/regional.tsv (Hoàng/Huỳnh,
Vũ/Võ, Phúc/Phước). Works on folded words, so that a name without marks gets the key of the name with them.
"""

from __future__ import annotations

import re
from functools import cache

from matching.standardise.tables import rows

_SHAPE = re.compile(r"(ngh|ng|nh|gh|gi(?=[aeiouy])|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?([aeiouy]+)(ng|nh|ch|[cmnpt])?")
_ONSETS = {"n": "l", "tr": "ch", "x": "s", "gi": "d", "r": "d", "v": "d", "ngh": "ng", "gh": "g", "k": "c", "q": "c"}
_FINALS = {"ng": "n", "c": "t", "ch": "t"}


def _split(word: str) -> tuple[str, str, str]:
    """Onset class, vowels and final of a folded word; a word of another shape is all vowels."""
    shape = _SHAPE.fullmatch(word)
    if not shape:
        return "", word.replace("y", "i"), ""
    onset = shape[1] or ""
    return _ONSETS.get(onset, onset), shape[2].replace("y", "i"), shape[3] or ""


@cache
def _variants(position: str) -> dict[str, str]:
    """Word -> the first word of its group, for the surname or the rest of a name; groups that share a word are one."""
    chosen: dict[str, str] = {}
    for place, words in rows("regional"):
        if place in (position, "any"):
            group = ["".join(_split(word)) for word in words.split()]
            head = next((chosen[word] for word in group if word in chosen), group[0])
            chosen.update(dict.fromkeys(group, head))
    return chosen


def regional_word(folded: str, surname: bool) -> str:
    """The regional key of one folded word; `surname` says whether it stands first."""
    word = "".join(_split(folded))
    onset, vowels, final = _split(_variants("surname" if surname else "rest").get(word, word))
    if final == "nh" and vowels[-1] in "ie":
        final = "n"
    return onset + vowels + _FINALS.get(final, final)
