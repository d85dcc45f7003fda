"""What reading a name field gives: a person's name as words and what stood beside it, or the columns of what is no person's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.standardise.names.holders import Holder
from matching.standardise.names.words import Word, word
from matching.standardise.text import has_eth, nfc, squeeze

LETTERS = re.compile(r"[^\W\d_]")


class Name(NamedTuple):
    """The columns of one name field, in the order of NAME_COLUMNS; null means that there is none."""

    raw: str
    display: str | None
    canonical: str | None
    key: str | None
    key_sorted: str | None
    key_regional: str | None
    surname: str | None
    middle: str | None
    given: str | None
    key2: str | None
    canonical2: str | None
    kind: str
    sex_hint: str | None
    deceased_hint: bool
    abbreviated: bool
    has_tones: bool
    repairs: list[str]


class Reading(NamedTuple):
    """A person's name as read: its words, the second holder's, and what the field said beside them."""

    words: list[Word]
    repairs: list[str]  # of the whole text
    sex: str | None = None  # told by a title
    second: list[Word] | None = None
    deceased: bool = False
    holder: Holder | None = None  # null if the field held nothing but the name

    @property
    def key2(self) -> str | None:
        """The folded name of the second holder."""
        return " ".join([found.key for found in self.second]) if self.second else None

    @property
    def canonical2(self) -> str | None:
        """The name of the second holder."""
        return " ".join([found.canonical for found in self.second]) if self.second else None

    @property
    def abbreviated(self) -> bool:
        """True if a word of the name is an initial."""
        return self.holder is not None and any(map(is_short, self.holder.first))

    def all_repairs(self) -> list[str]:
        """What was repaired in the text, in its words, and cut off, each code once."""
        codes = self.repairs
        for found in self.words:
            if found.repairs:
                codes = codes + [code for code in found.repairs if code not in codes]
        return codes + [code for code in self.holder.repairs if code not in codes] if self.holder else codes


@lru_cache(maxsize=100_000)
def is_short(token: str) -> bool:
    """An initial or a surname cut short: "V.", "Ng.", "Tr", "Ng~"."""
    bare = token.strip(".~")
    dotted = token.endswith(".") and len(bare) <= 2
    return bool(bare) and (dotted or token.lower().startswith("ng~") or word(bare).initial or bare.lower() == "nguy")


def form_repairs(raw: str, text: str, encoding: str | None) -> list[str]:
    """Codes for what changed from `raw` to `text`, which is squeezed, before any word was looked at."""
    if encoding:
        blanks = ("  " in raw or raw != raw.strip()) and squeeze(composed := nfc(raw)) != composed
        return ["blanks"] if blanks else []
    composed = nfc(raw)
    if composed == raw == text:
        return []
    codes = ["blanks"] if squeeze(composed) != composed else []
    if has_eth(raw) and text != squeeze(raw):
        codes.append("eth")
    elif composed != raw:
        codes.append("nfd")
    return codes


def name_words(tokens: list[str], plain: bool) -> list[Word]:
    """Words of the tokens; "Ng." and "Ng~" before others are Nguyễn, with its marks unless the text is `plain`."""
    cleaned = [token.strip("-'.,~ ") if "'" not in token[:2] else token.strip("-., ") for token in tokens]
    cleaned = [token for token in cleaned if LETTERS.search(token)]
    if len(cleaned) > 1 and (cleaned[0].lower() in ("ng", "nguy") or (cleaned[0].lower() == "nguyên" and "~" in tokens[0])):
        cleaned[0] = "Nguyen" if plain and "~" not in tokens[0] else "Nguyễn"
    return [word(token) for token in cleaned]
