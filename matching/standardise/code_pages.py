"""What a text says when its letters are taken for bytes of an old Vietnamese code page, or for the bytes of UTF-8 read one by one.

Whether that is what was meant is decided in `matching.standardise.encodings`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from matching.standardise.syllables import is_syllable
from matching.standardise.tables import name_counts, rows

_WORD = re.compile(r"[^\W\d_]+")
_CHUNK = re.compile(r"[^\s,;()/\-]+")
_PUNCTUATION = frozenset("–—‘’“”•…")
_ASCII_SMALL = re.compile("[a-z]")
_NO_U_HORN = re.compile(r"(?i)(?<![ưu])([ơờớởỡợ](?:ng|n|m|p|t|c|i|u)?)$")
_UTF8 = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_BROKEN_WORD = re.compile("\xc3 (?=(?:n|ng|nh|m|c|ch|t|p|i|o|u|y)\\b)")
_LOST = {"\xe1\xbb": "ềọỏờỐ", "\xc4": "Đ", "\xc3": "àÁÍÝ"}
_HAS_LOST = re.compile("[^\\W\\d_]*(?:\xe1\xbb|\xc4|\xc3)[^\\W\\d_]*")
_NOT_BYTE = re.compile("[^\x00-\xffĐđ]")  # Đ and đ stand for the bytes of Ð and ð, as `nfc` reads them
_MARKER_QUOTE = re.compile("[HKYRhkyr][‘’]")  # H’ of highland names, whose quote is no letter of VISCII


def _bytes_as_read() -> dict[int, str]:
    """Windows-1252 character -> the Latin-1 character of its byte, so that both readings decode alike."""
    table: dict[int, str] = {}
    for byte in range(0x80, 0xA0):
        char = bytes([byte]).decode("cp1252", "ignore")
        if char:
            table[ord(char)] = chr(byte)
    return table


_TO_BYTES = _bytes_as_read()
# Windows-1258, the Vietnamese code page, differs from 1252 in these; UTF-8 read in it shows them.
_TO_BYTES_1258 = {**_TO_BYTES, 0x102: "\xc3", 0x103: "\xe3", 0x1A0: "\xd5", 0x1A1: "\xf5", 0x1AF: "\xdd", 0x1B0: "\xfd"}


@cache
def _byte_table(name: str) -> dict[int, str]:
    table = {int(byte, 16): letter for byte, letter in rows(f"charset_{name}")}
    return table | {seen: table[ord(byte)] for seen, byte in _TO_BYTES.items() if ord(byte) in table}


@cache
def _vni_table() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {row[0]: row[1] for row in rows("charset_vni")}
    mixed = {seen[0] + seen[1].lower(): letter for seen, letter in table.items() if len(seen) > 1 and seen[0].isupper()}
    both = {**mixed, **table}
    return re.compile("|".join(sorted(map(re.escape, both), key=len, reverse=True))), both


def _decode_bytes(text: str, name: str) -> str:
    """Letter for byte, part by part between blanks, for parts come again."""
    return " ".join([decode_part(part, name) for part in text.split(" ")])


@lru_cache(maxsize=100_000)
def decode_part(text: str, name: str) -> str:
    """Letter for byte; a dash or quote that stands alone is punctuation, not a letter of the code page."""
    table = _byte_table(name)
    head = text[:2] if _MARKER_QUOTE.match(text) else ""
    decoded = head + _CHUNK.sub(lambda match: match[0] if match[0] in _PUNCTUATION else match[0].translate(table), text[len(head) :])
    return unicodedata.normalize("NFC", decoded)


def _decode_tcvn3(text: str) -> str:
    """TCVN3: capitals are lower-case bytes in a capital font, and ư is the soft hyphen, which systems drop."""
    seen = _decode_bytes(text, "tcvn3")
    if seen == text:
        return text
    capitals = _ASCII_SMALL.search(text) is None
    return _WORD.sub(lambda match: tcvn3_word(match[0], capitals), seen)


@lru_cache(maxsize=100_000)
def tcvn3_word(word: str, capitals: bool) -> str:
    """A word out of TCVN3 with the ư that a system dropped put back, in capitals if the text or the rest of the word is."""
    if not is_syllable(word):
        with_u = _NO_U_HORN.sub(lambda match: "ư" + match[1], word)
        word = with_u if is_syllable(with_u) else word
    ascii_letters = [char for char in word if char.isascii()]
    return word.upper() if capitals or (len(ascii_letters) > 1 and all(map(str.isupper, ascii_letters))) else word


def _decode_viscii(text: str) -> str:
    return _decode_bytes(text, "viscii")


def _decode_vps(text: str) -> str:
    return _decode_bytes(text, "vps")


def _decode_vni(text: str) -> str:
    return " ".join(map(decode_vni_part, text.split(" ")))


@lru_cache(maxsize=100_000)
def decode_vni_part(text: str) -> str:
    """A part between blanks out of VNI, which writes a letter and its mark as two."""
    pattern, table = _vni_table()
    return pattern.sub(lambda match: table[match[0]], text)


def decode_utf8(text: str) -> str:
    """UTF-8 that was read byte by byte: "Nguyá»…n" -> "Nguyễn"; a byte lost on the way is guessed from the syllable."""
    if not any(map(holds_utf8, text.split(" "))):
        return text
    seen = text.translate(_TO_BYTES_1258)
    decoded, count = _UTF8.subn(lambda match: match[0].encode("latin-1").decode("utf-8", "replace"), seen)
    if not count or "\ufffd" in decoded:
        return text
    decoded = _BROKEN_WORD.sub("à", decoded).replace("\xc3  ", "à ")
    decoded = _HAS_LOST.sub(lambda match: _without_lost(match[0]), decoded)
    return unicodedata.normalize("NFC", decoded)


@lru_cache(maxsize=100_000)
def holds_utf8(part: str) -> bool:
    """True if a part between blanks has the bytes of a UTF-8 letter."""
    return _UTF8.search(part.translate(_TO_BYTES_1258)) is not None


def _without_lost(word: str) -> str:
    """Fill what five bytes that Windows-1252 lacks leave behind: "phưá»ng" -> "phường", "CHÃ" -> "CHÍ"."""
    for rest, options in _LOST.items():
        readings = [word.replace(rest, option) for option in options if rest in word]
        word = max(filter(is_syllable, readings), key=lambda r: name_counts().get(r.lower(), 0), default=word)
    return word


DECODERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("utf8_as_cp1252", decode_utf8),
    ("tcvn3", _decode_tcvn3),
    ("vni", _decode_vni),
    ("viscii", _decode_viscii),
    ("vps", _decode_vps),
)


def decode_vni_name(text: str) -> str | None:
    """Read a whole name as VNI, or None: for names whose only sign is a middle name that nobody has ("Thò" is Thị).

    Thò is a Hmông surname too, so the caller looks whether a surname stands before it; a letter that VNI writes with
    two ("Giàng", "Bà") tells that the text is no VNI.
    """
    pattern, _ = _vni_table()
    reading = _decode_vni(text)
    fits = pattern.sub("", text).isascii() and all(word.isascii() or is_syllable(word) for word in _WORD.findall(reading))
    return reading if fits else None


def is_single_byte(text: str) -> bool:
    """True if every letter could have come from one byte: the whole text may be in a legacy encoding."""
    return all(map(is_single_byte_part, text.split(" ")))


@lru_cache(maxsize=100_000)
def is_single_byte_part(text: str) -> bool:
    """True if every letter of a part between blanks could have come from one byte."""
    return _NOT_BYTE.search(text.translate(_TO_BYTES)) is None
