"""A name field -> its comparable columns; a short way for clean names and a long one for everything else."""

from __future__ import annotations

import re

from matching.standardise.code_pages import decode_vni_name
from matching.standardise.encodings import repair_encoding
from matching.standardise.keystrokes import repair_name_keys
from matching.standardise.names.blanks import with_blanks_in_place
from matching.standardise.names.frames import read_framed
from matching.standardise.names.highland import join_highland
from matching.standardise.names.holders import Holder, read_holder
from matching.standardise.names.lists import COMMON, MARKED_SURNAMES, NOBODY, SURNAMES
from matching.standardise.names.reading import LETTERS, Name, Reading, form_repairs, name_words
from matching.standardise.names.structure import parts
from matching.standardise.names.titles import leading_title
from matching.standardise.names.words import Word, word
from matching.standardise.organisations import is_organisation, names_legal_entity
from matching.standardise.text import fold, nfc, squeeze, tone_placement
from matching.standardise.vietnamese import has_foreign

LONGEST = 1_000  # letters of a field in which a name is looked for: there is none in a megabyte, which would take minutes
_APOSTROPHES = str.maketrans("’‘`´ʼʹ′ˈ＇", "'''''''''")
_HAS_APOSTROPHE = re.compile("[’‘`´ʼʹ′ˈ＇]")
_BRACKETED = re.compile(r"[(\[{].*")
_TITLES = frozenset({"ong", "ba", "anh", "chi", "em", "con"})
_VNI_THI = re.compile(r"(?i)(?<=\s)thò(?=\s)")


def parse_name(text: str) -> Name:
    """Read one name field as a person, an organisation or nothing readable. Never raises."""
    found = read_name(text)
    return found if isinstance(found, Name) else assembled(text, found)


def read_name(text: str, short: bool = True, tidy: bool = False) -> Reading | Name:
    """A person's name as words, to be put together one by one or many at once, or the columns of what is no person's.

    `short` is false where it is known that `read_shortly` finds nothing, `tidy` true where the text is known to be squeezed NFC.
    """
    if len(text) > LONGEST:
        return _unreadable(text, "", [])
    if has_foreign(text) and "\x85" not in text:
        return read_closely(text)
    return (read_shortly(text) if short else None) or read_framed(text, tidy) or read_closely(text)


def read_shortly(text: str) -> Reading | None:
    """Syllables with at most a plain title before them, whatever their blanks and Unicode form, or None."""
    return _shortly(text.split(" "), []) or _tidied(text)


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
    return _shortly(text.split(" "), form_repairs(raw, text, None))


def _may_open(words: list[Word]) -> bool:
    """True if the first word may be a title, a note or an organisation's."""
    if not words[0].opens:
        return False
    before = words[0].before
    return before is None or (len(words) > 1 and words[1].key in before)


def read_closely(raw: str) -> Reading | Name:
    """The long way: encodings, organisations, brackets, titles, joint holders, minority names, initials."""
    repaired, encoding = repair_encoding(raw)
    if encoding is None and (reading := _vni_thi(raw)):
        repaired, encoding = reading, "vni"
    if encoding is None and (keyed := repair_name_keys(raw)):
        repaired, encoding = keyed, "vni_keys"
    repairs = [encoding] if encoding else []
    text = squeeze(repaired.translate(_APOSTROPHES) if _HAS_APOSTROPHE.search(repaired) else repaired)
    repairs += form_repairs(raw, text, encoding)
    moved = with_blanks_in_place(text)
    if moved != text and "blanks" not in repairs:
        repairs.append("blanks")
    if (encoding or moved != text) and (short := _shortly(moved.split(" "), repairs)):
        return short
    text = moved
    if not LETTERS.search(text) or fold(text) in NOBODY:
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
    words = name_words(first, (outside or text).isascii())
    if not words or fold(" ".join(first)) in NOBODY:
        return _unreadable(raw, text, repairs)
    if joined and "blanks" not in repairs:
        repairs.append("blanks")
    return Reading(words, repairs, holder.sex, name_words(second, text.isascii()), holder.deceased, holder)


def _vni_thi(raw: str) -> str | None:
    """ "Cao Thò Loan" read as VNI, Cao Thị Loan, if a surname stands before Thò and no title ("Anh Thò Bình")."""
    if ("ò" not in raw and "Ò" not in raw) or not _VNI_THI.search(raw):
        return None
    reading = decode_vni_name(raw)
    first = tone_placement(reading.split()[0].lower()) if reading else ""
    return reading if first in MARKED_SURNAMES and first not in _TITLES else None


def assembled(raw: str, reading: Reading) -> Name:
    """The columns of a person's name."""
    words = reading.words
    canonical = " ".join([found.canonical for found in words])
    key = " ".join([found.key for found in words])
    split = parts(words)
    return Name(
        raw,
        " ".join([found.shown for found in words]),
        canonical,
        key,
        " ".join(sorted(key.split(" "))),
        " ".join([words[0].as_surname, *[found.as_rest for found in words[1:]]]),
        split.surname,
        split.middle,
        split.given,
        reading.key2,
        reading.canonical2,
        "person",
        reading.sex or split.sex,
        reading.deceased,
        reading.abbreviated,
        not canonical.isascii(),
        reading.all_repairs(),
    )


def _organisation(raw: str, text: str, repairs: list[str]) -> Name:
    canonical = tone_placement(text.lower())
    key = fold(canonical)
    return Name(
        raw,
        text,
        canonical,
        key,
        " ".join(sorted(key.split())),
        key,
        None,
        None,
        None,
        None,
        None,
        "organisation",
        None,
        False,
        False,
        not canonical.isascii(),
        repairs,
    )


def _unreadable(raw: str, text: str, repairs: list[str]) -> Name:
    return Name(
        raw,
        text or None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        "unreadable",
        None,
        False,
        False,
        not text.isascii(),
        repairs,
    )
