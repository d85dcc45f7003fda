"""Text that was typed or stored in a legacy Vietnamese encoding and read as something else.

A text is decoded only if the letters it has now are not Vietnamese and those it would have are: every word is put to
the syllable checker before and after, and one that is Vietnamese only as it stands is kept. Text with letters outside
Windows-1252 (ế, ư, đ) is Unicode already; in it only single broken words are repaired.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache, reduce
from operator import or_
from typing import NamedTuple

from matching.standardise.code_pages import (
    DECODERS,
    decode_part,
    decode_utf8,
    decode_vni_part,
    holds_utf8,
    is_single_byte,
    is_single_byte_part,
    tcvn3_word,
)
from matching.standardise.keystrokes import is_key_word, may_hold_keys, repair_keystrokes
from matching.standardise.syllables import is_plain_syllable, is_pronounceable, is_syllable, plain
from matching.standardise.tables import clan_words, name_counts
from matching.standardise.text import nfc, squeeze
from matching.standardise.vietnamese import Verdict, has_foreign, is_highland, judge, judge_part, suspect, suspect_part

_WORD = re.compile(r"[^\W\d_]+")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8});")
_CHUNK = re.compile(r"[^\s,;()/\-]+")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]")  # no letters of any code page, but beside such letters
_CAPITAL_WITHIN = re.compile("[a-zß-ÿ][À-Þ]")
_ASCII_SMALL = re.compile("[a-z]")
_D_STROKE = re.compile("[ÐðĐđ]")  # of a Unicode text, never VNI's
# Pairs that VNI writes for one letter and that no Vietnamese word has ("uâ" and "oà" it has).
_ONLY_VNI = re.compile("(?i)[aeoy][øûïâêîäåëü]|u[øûïîäåëü]|ö|[aeoy]õ|eá|eà")
_VNI_MARK = re.compile("(?i)[aeouy][øûïâêîôãäåáàéèëúüõù]|ö")
_HIGHLAND = re.compile(r"(?i)^\s*[ya]\s|\b[hk]\W*['’`´]")
_HEADER = 200  # letters of the longest header or word of a closed set, all remarks included


def _candidates(text: str) -> list[tuple[str, str, Verdict]]:
    """The readings of a text in every encoding that its letters allow, with the verdict on each."""
    readings = [
        (_word_by_word(text, nfc(decode(text))), name)
        for name, decode in DECODERS
        if name != "vni" or not _D_STROKE.search(text) or _ONLY_VNI.search(text)
    ]
    return [(reading, name, judge(reading)) for reading, name in readings if reading != text]


def _word_by_word(text: str, reading: str) -> str:
    """The reading, but as they stand the words that only so are Vietnamese: "ông: Ñinh" -> "ông: Đinh"."""
    before, after = text.split(" "), reading.split(" ")
    if len(before) != len(after):
        return reading
    return " ".join(map(_kept_or, before, after))


def _kept_or(old: str, new: str) -> str:
    return nfc(old) if old != new and _is_better(nfc(old), new) else new


@lru_cache(maxsize=100_000)
def _is_better(old: str, new: str) -> bool:
    """True if the words of a part are usual syllables as they stand and would be none, or unusual ones, in a reading."""
    good, _, _, usual, broken = judge_part(old)
    _, _, _, new_usual, new_broken = judge_part(new)
    return good > 0 and broken == 0 and (new_broken > 0 or new_usual < usual)


def _n_of_highland(text: str) -> bool:
    """True if ñ is all that is foreign and the name a highland one: "Y Ñan Niê", "Êñuôl"."""
    without = text.replace("ñ", "n").replace("Ñ", "N")
    if without == text or _VNI_MARK.search(text) or suspect(without, is_highland):
        return False
    return bool(_HIGHLAND.search(text)) or any(plain(word) in _plain_clans() for word in _WORD.findall(text))


@cache
def _plain_clans() -> frozenset[str]:
    """Clans as unmarked words that no Kinh name has: "nie", but not "to"."""
    return frozenset(word for word in map(plain, clan_words()) if not is_plain_syllable(word))


class _Part(NamedTuple):
    """One part between blanks as it stands and in the four encodings that have a letter for a byte or two.

    The verdicts are packed into one number each, so that those of a text are one sum.
    """

    now: int
    flags: int
    readings: tuple[str, ...]
    verdicts: tuple[int, ...]


_BY_PARTS = ("tcvn3", "vni", "viscii", "vps")
_UNSHAPED, _FOREIGN_LETTER, _D, _VNI, _CHANGED = 1, 2, 4, 8, 16  # no highland word; đ, a pair of VNI's, another word in TCVN3
_BITS = 24  # of a count: no text has more words


def _packed(verdict: tuple[int, ...]) -> int:
    number = 0
    for count in verdict:
        number = number << _BITS | count
    return number


def _unpacked(number: int) -> Verdict:
    few = (1 << _BITS) - 1
    return Verdict(number >> 4 * _BITS, number >> 3 * _BITS & few, number >> 2 * _BITS & few, number >> _BITS & few, number & few)


@lru_cache(maxsize=100_000)
def _part(text: str, capitals: bool) -> _Part | None:
    """What a part reads in each encoding and how Vietnamese that is; None if it cannot be read apart from its neighbours."""
    if holds_utf8(text) or nfc(text) != text:
        return None
    seen = decode_part(text, "tcvn3")
    tcvn3 = _WORD.sub(lambda match: tcvn3_word(match[0], capitals), seen)
    others = (tcvn3, decode_vni_part(text), decode_part(text, "viscii"), decode_part(text, "vps"))
    readings = tuple([_kept_or(text, nfc(reading)) for reading in others])
    if any(" " in reading for reading in readings):
        return None
    told = (
        (suspect_part(text, is_highland), _UNSHAPED), (has_foreign(text), _FOREIGN_LETTER), (_D_STROKE.search(text), _D),
        (_ONLY_VNI.search(text), _VNI), (seen != text, _CHANGED),
    )  # fmt: skip
    flags = sum(flag for asked, flag in told if asked)
    return _Part(_packed(judge_part(text)), flags, readings, tuple([_packed(judge_part(reading)) for reading in readings]))


def _decoded(text: str) -> tuple[str, str | None]:
    """The best reading of a text that was stored in one legacy encoding, or the text itself."""
    capitals = _ASCII_SMALL.search(text) is None
    parts = [_part(part, capitals) for part in text.split(" ")]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return _best(text, judge(text), not suspect(text, is_highland), has_foreign(text), _candidates(text))
    flags = reduce(or_, [part.flags for part in whole])
    readings, verdicts = zip(*[part.readings for part in whole], strict=True), zip(*[part.verdicts for part in whole], strict=True)
    candidates = [
        (reading, name, _unpacked(sum(verdict)))
        for name, words, verdict in zip(_BY_PARTS, readings, verdicts, strict=True) if _may_be(name, flags) and (reading := " ".join(words)) != text
    ]  # fmt: skip
    return _best(text, _unpacked(sum([part.now for part in whole])), not flags & _UNSHAPED, flags & _FOREIGN_LETTER > 0, candidates)


def _may_be(name: str, flags: int) -> bool:
    if name == "vni":
        return not flags & _D or flags & _VNI > 0
    return name != "tcvn3" or flags & _CHANGED > 0


def _best(text: str, now: Verdict, shaped: bool, foreign: bool, candidates: list[tuple[str, str, Verdict]]) -> tuple[str, str | None]:
    """The best of the readings, if one is better than the text as it stands."""
    best: tuple[int, int] | None = None
    found: tuple[str, str | None] = (text, None)
    usual = now.usual
    for reading, name, verdict in candidates:
        told = verdict.good or (verdict.loose and (name == "vni" or (name == "tcvn3" and foreign)))
        if not told or verdict.bad >= max(now.bad, 1) or verdict.good + verdict.loose < 4 * verdict.bad:
            continue
        if name in ("viscii", "vps") and any(map(_is_of_two_cases, _WORD.findall(reading))):
            continue
        # the rarest of them, with a vowel for almost every byte: only with nothing left that is no syllable, and more usual words than any other reading has
        if name == "vps" and (verdict.broken or verdict.usual <= usual or not (foreign or _CAPITAL_WITHIN.search(text))):
            continue
        # "Yông" may be a minority's word, "Thò" a Hmông's: better only if what was no syllable becomes a usual one
        if shaped and (verdict.usual <= now.usual or verdict.broken >= now.broken):
            continue
        if best is None or verdict.rank > best:
            best, found, usual = verdict.rank, (reading, name), max(usual, verdict.usual)
    return found


def _is_of_two_cases(word: str) -> bool:
    """True for small marked letters among capitals ("THỡ"), which code pages that have marked capitals do not leave behind."""
    return any(char.isascii() and char.isupper() for char in word[1:]) and any(char.islower() and not char.isascii() for char in word)


def _repair_words(text: str) -> tuple[str, str | None]:
    """Broken words within a text that is otherwise Unicode: "Nguyễn Quốc Khaùnh"."""
    names: list[str] = []

    def one(match: re.Match[str]) -> str:
        """A word repaired, or as it stands where it is sound or no reading is Vietnamese."""
        if match[0].isascii() or not is_single_byte(match[0]) or not suspect(match[0], is_syllable):
            return match[0]
        reading, name = _decoded(match[0])
        if name is None or (not suspect(match[0], is_pronounceable) and reading.lower() not in name_counts()):
            return match[0]
        names.append(name)
        return reading

    repaired = _CHUNK.sub(one, text)
    return (repaired, names[0]) if names else (text, None)


@lru_cache(maxsize=200_000)
def is_sound(token: str) -> bool:
    """True for a blank-free token that needs no repair whatever stands beside it; cached, for words come again."""
    if token.isascii():
        return "&" not in token and not may_hold_keys(token)
    if nfc(token) != token or may_hold_keys(token) or "&" in token or "Ã" in token:
        return False
    return not suspect(token, is_syllable) or (not suspect(token, is_highland) and _decoded(token)[1] is None)


@lru_cache(maxsize=100_000)
def keeps_keys(token: str) -> bool:
    """True for a word of letters that might be keystrokes and is none, in a text without a word that is `strange`."""
    return "&" not in token and nfc(token) == token and not is_key_word(token)


@lru_cache(maxsize=100_000)
def stays_in_unicode(token: str) -> bool:
    """True for a word of letters that is not touched in a text that has a letter of Unicode only (see `is_wide`)."""
    return keeps_keys(token) and "ñ" not in token.lower() and not holds_utf8(token) and _repair_words(token)[1] is None


@lru_cache(maxsize=100_000)
def is_wide(token: str) -> bool:
    """True if a word has a letter that no byte stood for: its text is Unicode already."""
    return not is_single_byte_part(token)


@lru_cache(maxsize=100_000)
def strange(token: str) -> bool:
    """True if a word has marks and is no Vietnamese syllable, or has a letter that only other code pages have."""
    return suspect(token, is_syllable)


def repair_encoding(text: str) -> tuple[str, str | None]:
    """Undo a legacy encoding or keystroke leftovers in a name or an address line.

    Give it the text before blanks are squeezed: the soft hyphen is the ư of TCVN3, the no-break space a byte of à.
    Returns the text (NFC) and what was repaired: "tcvn3", "vni", "viscii", "vps", "utf8_as_cp1252", "telex", "vni_keys",
    "html" or None when nothing was. Valid Vietnamese, with or without marks, comes back unchanged.
    """
    if all(map(is_sound, text.split())):
        return text, None
    return _repaired(text)


def legible(text: str) -> str:
    """A header or a word of a closed set out of a legacy encoding, blanks squeezed: "N÷" -> "Nữ"; any other as it is."""
    return text if len(text) > _HEADER or text.isascii() else squeeze(repair_encoding(text)[0])  # a megabyte takes its time


def _repaired(text: str) -> tuple[str, str | None]:
    """The long way of `repair_encoding`."""
    entity, text = None, _ZERO_WIDTH.sub("", text)
    if "&" in text and _ENTITY.search(text):
        text, entity = html.unescape(text), "html"
    composed = nfc(text)
    if composed.isascii() or not suspect(composed, is_syllable):
        repaired, keys = repair_keystrokes(composed)
        return repaired, keys or entity
    if _n_of_highland(composed):
        return composed, entity
    reading, name = _decoded(text) if is_single_byte(text) else (composed, None)
    if name is None:
        reading, name = _decoded_utf8_or_words(composed)
    if name == "utf8_as_cp1252":
        again, more = _decoded(reading)
        reading = again if more == name else reading
    if name is None:
        reading, name = repair_keystrokes(composed)
    return nfc(reading), name or entity


def _decoded_utf8_or_words(text: str) -> tuple[str, str | None]:
    """Mixed text: first UTF-8 sequences anywhere, then single words."""
    reading = nfc(decode_utf8(text))
    if reading != text and judge(reading).bad < judge(text).bad:
        return reading, "utf8_as_cp1252"
    return _repair_words(text)
