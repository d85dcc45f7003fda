"""A name field -> its comparable columns; a short way for clean names and a long one for everything else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.standardise.encodings import decode_vni_name, repair_encoding
from matching.standardise.names.blanks import with_blanks_in_place
from matching.standardise.names.highland import join_highland
from matching.standardise.names.holders import Holder, read_holder
from matching.standardise.names.lists import COMMON, MARKED_SURNAMES, NOBODY, SURNAMES
from matching.standardise.names.structure import parts
from matching.standardise.names.titles import leading_title
from matching.standardise.names.words import Word, word
from matching.standardise.organisations import is_organisation, names_legal_entity
from matching.standardise.text import fold, nfc, squeeze, tone_placement

_APOSTROPHES = str.maketrans("’‘`´ʼʹ′ˈ＇", "'''''''''")
_HAS_APOSTROPHE = re.compile("[’‘`´ʼʹ′ˈ＇]")
_BRACKETED = re.compile(r"[(\[{].*")
_LETTERS = re.compile(r"[^\W\d_]")
_TITLES = frozenset({"ong", "ba", "anh", "chi", "em", "con"})
_VNI_THI = re.compile(r"(?i)(?<=\s)thò(?=\s)")


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
    repairs: list[str]               # of the whole text
    sex: str | None = None           # told by a title
    second: list[Word] | None = None
    deceased: bool = False
    holder: Holder | None = None     # null if the field held nothing but the name

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
        return self.holder is not None and any(map(_is_short, self.holder.first))

    def all_repairs(self) -> list[str]:
        """What was repaired in the text, in its words, and cut off, each code once."""
        codes = self.repairs
        for found in self.words:
            if found.repairs:
                codes = codes + [code for code in found.repairs if code not in codes]
        return codes + [code for code in self.holder.repairs if code not in codes] if self.holder else codes


def parse_name(text: str) -> Name:
    """Read one name field as a person, an organisation or nothing readable. Never raises."""
    found = read_name(text)
    return found if isinstance(found, Name) else assembled(text, found)


def read_name(text: str) -> Reading | Name:
    """A person's name as words, to be put together one by one or many at once, or the columns of what is no person's."""
    return _shortly(text.split(" "), []) or _tidied(text) or _closely(text)


def _shortly(tokens: list[str], repairs: list[str]) -> Reading | None:
    """The short way for syllables with at most a plain title before them, or None."""
    words = [word(token) for token in tokens]
    for found in words:
        if not found.clean:
            return None
    if not _may_open(words):
        return Reading(words, repairs)
    size, title = leading_title(tokens)
    rest = words[size:]
    if title and len(rest) > 1 and rest[0].key in COMMON and not _may_open(rest):
        return Reading(rest, repairs, title.sex, holder=Holder(repairs=["honorific"]))
    return None


def _tidied(raw: str) -> Reading | None:
    """The short way for a text that only its blanks or its Unicode form kept from it, or None.

    A soft hyphen, and a no-break space after Ã, are letters of legacy encodings.
    """
    text = squeeze(nfc(raw))
    if text == raw or not text or "\xad" in raw or "Ã\xa0" in raw:
        return None
    return _shortly(text.split(" "), _form_repairs(raw, text, None))


def _may_open(words: list[Word]) -> bool:
    """True if the first word may be a title, a note or an organisation's."""
    if not words[0].opens:
        return False
    before = words[0].before
    return before is None or (len(words) > 1 and words[1].key in before)


def _closely(raw: str) -> Reading | Name:
    """The long way: encodings, organisations, brackets, titles, joint holders, minority names, initials."""
    repaired, encoding = repair_encoding(raw)
    if encoding is None and (reading := _vni_thi(raw)):
        repaired, encoding = reading, "vni"
    repairs = [encoding] if encoding else []
    text = squeeze(repaired.translate(_APOSTROPHES) if _HAS_APOSTROPHE.search(repaired) else repaired)
    repairs += _form_repairs(raw, text, encoding)
    moved = with_blanks_in_place(text)
    if moved != text and "blanks" not in repairs:
        repairs.append("blanks")
    if (encoding or moved != text) and (short := _shortly(moved.split(" "), repairs)):
        return short
    text = moved
    if not _LETTERS.search(text) or fold(text) in NOBODY:
        return _unreadable(raw, text, repairs)
    outside = _BRACKETED.sub("", text).strip()
    if is_organisation(outside or text, SURNAMES):
        return _organisation(raw, text, repairs)
    holder = read_holder(text)
    if holder.notes and any(map(names_legal_entity, holder.notes)):
        return _organisation(raw, text, repairs)
    first, joined = join_highland(holder.first)
    holder.first = first
    second, _ = join_highland(holder.second)
    words = _name_words(first, (outside or text).isascii())
    if not words or fold(" ".join(first)) in NOBODY:
        return _unreadable(raw, text, repairs)
    if joined and "blanks" not in repairs:
        repairs.append("blanks")
    return Reading(words, repairs, holder.sex, _name_words(second, text.isascii()), holder.deceased, holder)


def _vni_thi(raw: str) -> str | None:
    """"Cao Thò Loan" read as VNI, Cao Thị Loan, if a surname stands before Thò and no title ("Anh Thò Bình")."""
    if ("ò" not in raw and "Ò" not in raw) or not _VNI_THI.search(raw):
        return None
    reading = decode_vni_name(raw)
    first = tone_placement(reading.split()[0].lower()) if reading else ""
    return reading if first in MARKED_SURNAMES and first not in _TITLES else None


def _form_repairs(raw: str, text: str, encoding: str | None) -> list[str]:
    """Codes for what changed before any word was looked at."""
    composed = nfc(raw)
    codes = []
    if squeeze(composed) != composed and (encoding is None or "  " in raw or raw != raw.strip()):
        codes.append("blanks")
    if encoding is None and any(char in raw for char in "ÐðƉɖ") and text != squeeze(raw):
        codes.append("eth")
    if encoding is None and composed != raw and "eth" not in codes:
        codes.append("nfd")
    return codes


def _name_words(tokens: list[str], plain: bool) -> list[Word]:
    """Words of the tokens; "Ng." and "Ng~" before others are Nguyễn, with its marks unless the text is `plain`."""
    cleaned = [token.strip("-'.,~ ") if "'" not in token[:2] else token.strip("-., ") for token in tokens]
    cleaned = [token for token in cleaned if _LETTERS.search(token)]
    if len(cleaned) > 1 and (cleaned[0].lower() in ("ng", "nguy") or (cleaned[0].lower() == "nguyên" and "~" in tokens[0])):
        cleaned[0] = "Nguyen" if plain and "~" not in tokens[0] else "Nguyễn"
    return [word(token) for token in cleaned]


@lru_cache(maxsize=100_000)
def _is_short(token: str) -> bool:
    """An initial or a surname cut short: "V.", "Ng.", "Tr", "Ng~"."""
    bare = token.strip(".~")
    dotted = token.endswith(".") and len(bare) <= 2
    return bool(bare) and (dotted or token.lower().startswith("ng~") or word(bare).initial or bare.lower() == "nguy")


def assembled(raw: str, reading: Reading) -> Name:
    """The columns of a person's name."""
    words = reading.words
    canonical = " ".join([found.canonical for found in words])
    key = " ".join([found.key for found in words])
    split = parts(words)
    return Name(
        raw, " ".join([found.shown for found in words]), canonical, key, " ".join(sorted(key.split(" "))),
        " ".join([words[0].as_surname, *[found.as_rest for found in words[1:]]]),
        split.surname, split.middle, split.given, reading.key2, reading.canonical2,
        "person", reading.sex or split.sex, reading.deceased, reading.abbreviated, not canonical.isascii(), reading.all_repairs())


def _organisation(raw: str, text: str, repairs: list[str]) -> Name:
    canonical = tone_placement(text.lower())
    key = fold(canonical)
    return Name(raw, text, canonical, key, " ".join(sorted(key.split())), key, None, None, None, None, None,
                "organisation", None, False, False, not canonical.isascii(), repairs)


def _unreadable(raw: str, text: str, repairs: list[str]) -> Name:
    return Name(raw, text or None, None, None, None, None, None, None, None, None, None, "unreadable", None, False, False,
                not text.isascii(), repairs)
