"""Unicode form, blanks, case and tone marks: one canonical form of any Vietnamese text.

What is decided here: NFC; d with stroke for the Icelandic eth and the African D; no invisible characters; one kind of
blank; tone marks in the old style (hòa, thúy), which is the statistics office's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from matching.standardise.syllables import retone

# Invisible: soft hyphen, zero-width characters, direction marks, byte order mark, variation selectors, controls.
_INVISIBLE = [
    0xAD,
    0x34F,
    0x61C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xFE00, 0xFE10),
    *range(0x00, 0x09),
    *range(0x0E, 0x1C),
    0x7F,
]
_BLANKS = [9, 10, 11, 12, 13, 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
_SQUEEZE: dict[int, str | None] = {**dict.fromkeys(_INVISIBLE, None), **dict.fromkeys(_BLANKS, " ")}
_ODD = re.compile("[" + "".join(map(re.escape, map(chr, _SQUEEZE))) + "]")
_HAS_ETH = re.compile("[ÐðƉɖ]")
_ETH = str.maketrans("ÐðƉɖ", "ĐđĐđ")
_STROKED = dict(zip("đĐðÐƉɖƀɃłøØ", "ddddddbbloo", strict=True))
_PLAIN_LETTERS = "abcdefghijklmnopqrstuvwxyzăâđêôơưčĕĭñŏŭƀ"
# Every small and capital letter of Vietnamese and of the romanised minority languages, for character classes.
LOWER = _PLAIN_LETTERS + "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in "\u0301\u0300\u0309\u0303\u0323"
)
UPPER = LOWER.upper()
_OF_KEYBOARD = frozenset(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
)
_TYPED = _OF_KEYBOARD.union("đ", map(chr, range(128)))
_CARON_A = str.maketrans("ǎǍ", "ăĂ")
_WORD = re.compile(r"[^\W\d_]+")
_HAS_TONE = re.compile("[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)


class _FoldTable(dict[int, str]):
    """Character to its folded form, worked out once a character: "Ế" -> "e", "Đ" -> "d", "’" -> " ", "5" -> "5"."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        self[code] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in _STROKED:
        return _STROKED[char]
    if unicodedata.combining(char) or _SQUEEZE.get(ord(char), "") is None:
        return ""
    parts = "".join(c for c in unicodedata.normalize("NFD", char.lower()) if not unicodedata.combining(c))
    return "".join(_STROKED.get(c, c) if c.isalnum() else " " for c in parts)


_FOLD = _FoldTable()


def nfc(text: str) -> str:
    """Compose the text and put Vietnamese đ for eth: "Ðặng" -> "Đặng"; the same text if nothing is to be done."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    return composed.translate(_ETH) if _HAS_ETH.search(composed) else composed


def has_eth(text: str) -> bool:
    """True if a text has an eth or the African d where đ is meant."""
    return _HAS_ETH.search(text) is not None


def is_odd(text: str) -> bool:
    """True if a text holds invisible characters or blanks other than the ordinary one."""
    return _ODD.search(text) is not None


def squeeze(text: str) -> str:
    """Drop invisible characters, make every blank an ordinary one and single, strip the ends."""
    return " ".join((text.translate(_SQUEEZE) if _ODD.search(text) else text).split())


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower-case letters and digits with single blanks between: "Đ. Lê-Lợi" -> "d le loi"; never null."""
    return " ".join(text.translate(_FOLD).split())


def keyboard_letters(lower: str) -> str:
    """Put the letters that Vietnamese keyboards have for those of Ê Đê, J'rai and Ba Na: "ayŭn", "čăm" -> "ayun", "căm".

    Typists leave these marks out at will, so that they tell no two names apart. Takes and gives lower case in NFC; any
    mark that makes no Vietnamese vowel is dropped ("ô̆" -> "ô"), and a caron on a is the breve that was meant.
    """
    if lower.isascii() or _TYPED.issuperset(lower):
        return lower
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", lower.translate(_CARON_A)):
        if not unicodedata.combining(char):
            letters.append("b" if char == "ƀ" else char)
        elif letters and (joined := unicodedata.normalize("NFC", letters[-1] + char)) in _OF_KEYBOARD:
            letters[-1] = joined
    return "".join(letters)


def tone_placement(text: str) -> str:
    """Put every tone mark where the old style has it and repair misplaced ones: "Hoà", "Qúy" -> "Hòa", "Quý".

    The text must be NFC. Words that are no Vietnamese syllable (minority and foreign names) stay as they are.
    """
    if text.isascii() or not _HAS_TONE.search(text):
        return text
    return _WORD.sub(lambda match: retone(match[0]), text)
