"""Text that was typed or stored in a legacy Vietnamese encoding and read as something else.

A text is decoded only if the letters it has now are not Vietnamese and those it would have are: every word is put to
the syllable checker before and after, and one that is Vietnamese only as it stands is kept. Text with letters outside
Windows-1252 (ế, ư, đ) is Unicode already; in it only single broken words are repaired.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import NamedTuple

from matching.standardise.keystrokes import is_key_word, may_hold_keys, repair_keystrokes
from matching.standardise.syllables import is_plain_syllable, is_pronounceable, is_syllable, plain
from matching.standardise.tables import clan_words, name_counts, rows
from matching.standardise.text import nfc, tone_placement

_WORD = re.compile(r"[^\W\d_]+")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8});")
_CHUNK = re.compile(r"[^\s,;()/\-]+")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff]")      # no letters of any code page, but beside such letters
_PUNCTUATION = frozenset("–—‘’“”•…")
_CAPITAL_WITHIN = re.compile("[a-zß-ÿ][À-Þ]")
_SHORT_FORMS = frozenset({"Đ", "GĐ", "HGĐ", "ĐD", "ĐC", "KĐ", "ĐT"})
_ASCII_SMALL = re.compile("[a-z]")
_NO_U_HORN = re.compile(r"(?i)(?<![ưu])([ơờớởỡợ](?:ng|n|m|p|t|c|i|u)?)$")
_UTF8 = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
# Pairs that are one UTF-8 letter read as two, among characters that Vietnamese text may hold singly.
_MOJIBAKE = re.compile("Ã[‚„…†‡ˆ‰‹¡-¿]|[a-z]Ã\xa0|á[º»]|Ä[‘\x90]|Æ[°¡]")
_BROKEN_WORD = re.compile("\xc3 (?=(?:n|ng|nh|m|c|ch|t|p|i|o|u|y)\\b)")
_LOST = {"\xe1\xbb": "ềọỏờỐ", "\xc4": "Đ", "\xc3": "àÁÍÝ"}
_HAS_LOST = re.compile("[^\\W\\d_]*(?:\xe1\xbb|\xc4|\xc3)[^\\W\\d_]*")
# Letters of old code pages that no Vietnamese text in Unicode has; within a word they always mean a wrong reading.
_NOT_BYTE = re.compile("[^\x00-\xffĐđ]")        # Đ and đ stand for the bytes of Ð and ð, as `nfc` reads them
_D_STROKE = re.compile("[ÐðĐđ]")      # of a Unicode text, never VNI's
# Pairs that VNI writes for one letter and that no Vietnamese word has ("uâ" and "oà" it has).
_ONLY_VNI = re.compile("(?i)[aeoy][øûïâêîäåëü]|u[øûïîäåëü]|ö|[aeoy]õ|eá|eà")
_MARKER_QUOTE = re.compile("[HKYRhkyr][‘’]")      # H’ of highland names, whose quote is no letter of VISCII
_VNI_MARK = re.compile("(?i)[aeouy][øûïâêîôãäåáàéèëúüõù]|ö")
_HIGHLAND = re.compile(r"(?i)^\s*[ya]\s|\b[hk]\W*['’`´]")
_FOREIGN = re.compile("[\x80-\x9f¡-©«-¯±¶-¿ªÄ-ÇËÎÏÑÖ×ØÛÜÞßä-çëîïñö÷øûüþÿ°²³´µŒœŠšŽžŸƒ]")


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
    return " ".join([_decode_part(part, name) for part in text.split(" ")])


@lru_cache(maxsize=100_000)
def _decode_part(text: str, name: str) -> str:
    """Letter for byte; a dash or quote that stands alone is punctuation, not a letter of the code page."""
    table = _byte_table(name)
    head = text[:2] if _MARKER_QUOTE.match(text) else ""
    decoded = head + _CHUNK.sub(
        lambda match: match[0] if match[0] in _PUNCTUATION else match[0].translate(table), text[len(head):])
    return unicodedata.normalize("NFC", decoded)


def _decode_tcvn3(text: str) -> str:
    """TCVN3: capitals are lower-case bytes in a capital font, and ư is the soft hyphen, which systems drop."""
    seen = _decode_bytes(text, "tcvn3")
    if seen == text:
        return text
    capitals = _ASCII_SMALL.search(text) is None
    return _WORD.sub(lambda match: _tcvn3_word(match[0], capitals), seen)


@lru_cache(maxsize=100_000)
def _tcvn3_word(word: str, capitals: bool) -> str:
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
    return " ".join(map(_decode_vni_part, text.split(" ")))


@lru_cache(maxsize=100_000)
def _decode_vni_part(text: str) -> str:
    pattern, table = _vni_table()
    return pattern.sub(lambda match: table[match[0]], text)


def _decode_utf8(text: str) -> str:
    """UTF-8 that was read byte by byte: "Nguyá»…n" -> "Nguyễn"; a byte lost on the way is guessed from the syllable."""
    if not any(map(_holds_utf8, text.split(" "))):
        return text
    seen = text.translate(_TO_BYTES_1258)
    decoded, count = _UTF8.subn(lambda match: match[0].encode("latin-1").decode("utf-8", "replace"), seen)
    if not count or "\ufffd" in decoded:
        return text
    decoded = _BROKEN_WORD.sub("à", decoded).replace("\xc3  ", "à ")
    decoded = _HAS_LOST.sub(lambda match: _without_lost(match[0]), decoded)
    return unicodedata.normalize("NFC", decoded)


@lru_cache(maxsize=100_000)
def _holds_utf8(part: str) -> bool:
    """True if a part between blanks has the bytes of a UTF-8 letter."""
    return _UTF8.search(part.translate(_TO_BYTES_1258)) is not None


def _without_lost(word: str) -> str:
    """Fill what five bytes that Windows-1252 lacks leave behind: "phưá»ng" -> "phường", "CHÃ" -> "CHÍ"."""
    for rest, options in _LOST.items():
        readings = [word.replace(rest, option) for option in options if rest in word]
        word = max(filter(is_syllable, readings), key=lambda r: name_counts().get(r.lower(), 0), default=word)
    return word


_DECODERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("utf8_as_cp1252", _decode_utf8), ("tcvn3", _decode_tcvn3), ("vni", _decode_vni), ("viscii", _decode_viscii), ("vps", _decode_vps))


def decode_vni_name(text: str) -> str | None:
    """Read a whole name as VNI, or None: for names whose only sign is a middle name that nobody has ("Thò" is Thị).

    Thò is a Hmông surname too, so the caller looks whether a surname stands before it; a letter that VNI writes with
    two ("Giàng", "Bà") tells that the text is no VNI.
    """
    pattern, _ = _vni_table()
    reading = _decode_vni(text)
    fits = pattern.sub("", text).isascii() and all(word.isascii() or is_syllable(word) for word in _WORD.findall(reading))
    return reading if fits else None


@dataclass(frozen=True)
class _Verdict:
    """How Vietnamese a reading is: marked syllables, words of highland names, others, and how usual its words are."""

    good: int
    loose: int
    bad: int
    usual: int
    broken: int       # words that are no syllables

    @property
    def rank(self) -> tuple[int, int]:
        """Greater is better: a syllable counts double, a word that is none takes away twice that."""
        return 2 * self.good + self.loose - 4 * self.bad, self.usual


@lru_cache(maxsize=100_000)
def _class(word: str) -> str:
    """"good" for a syllable, "loose" for a word shaped as in highland names, "short" (GĐ), else "bad"; a word has marks."""
    if word.upper() in _SHORT_FORMS:
        return "short"
    if is_syllable(word):
        return "usual" if tone_placement(word.lower()) in name_counts() else "good"
    return "loose" if is_pronounceable(word) or word.lower() in clan_words() else "bad"


def _judge(text: str) -> _Verdict:
    """The sum over the parts between blanks."""
    return _Verdict(*map(sum, zip(*map(_judge_part, text.split(" ")), strict=True)))


@lru_cache(maxsize=100_000)
def _judge_part(text: str) -> tuple[int, int, int, int, int]:
    """The fields of the verdict on one part between blanks."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    found = [_class(word) for word in words]
    foreign = len(_FOREIGN.findall(text)) + len(_MOJIBAKE.findall(text))
    usual, loose, bad = found.count("usual"), found.count("loose"), found.count("bad")
    short = found.count("short")
    return len(found) - short - loose - bad, loose + short, bad + foreign, usual, loose + bad + foreign


def _suspect(text: str, shape: Callable[[str], bool]) -> bool:
    """True if a marked word has not the wanted shape, or a letter that only other code pages have."""
    return any(map(partial(_suspect_part, shape=shape), text.split(" ")))


@lru_cache(maxsize=100_000)
def _suspect_part(text: str, shape: Callable[[str], bool]) -> bool:
    return (any(not word.isascii() and not shape(word) and word.upper() not in _SHORT_FORMS for word in _WORD.findall(text))
            or bool(_FOREIGN.search(text)) or bool(_MOJIBAKE.search(text)))


def _is_highland(word: str) -> bool:
    return is_pronounceable(word) or word in "Đđ" or word.lower() in clan_words()


def _candidates(text: str) -> list[tuple[str, str, _Verdict]]:
    """The readings of a text in every encoding that its letters allow, with the verdict on each."""
    readings = [(_word_by_word(text, nfc(decode(text))), name) for name, decode in _DECODERS
                if name != "vni" or not _D_STROKE.search(text) or _ONLY_VNI.search(text)]
    return [(reading, name, _judge(reading)) for reading, name in readings if reading != text]


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
    good, _, _, usual, broken = _judge_part(old)
    _, _, _, new_usual, new_broken = _judge_part(new)
    return good > 0 and broken == 0 and (new_broken > 0 or new_usual < usual)


def _n_of_highland(text: str) -> bool:
    """True if ñ is all that is foreign and the name a highland one: "Y Ñan Niê", "Êñuôl"."""
    without = text.replace("ñ", "n").replace("Ñ", "N")
    if without == text or _VNI_MARK.search(text) or _suspect(without, _is_highland):
        return False
    return bool(_HIGHLAND.search(text)) or any(plain(word) in _plain_clans() for word in _WORD.findall(text))


@cache
def _plain_clans() -> frozenset[str]:
    """Clans as unmarked words that no Kinh name has: "nie", but not "to"."""
    return frozenset(word for word in map(plain, clan_words()) if not is_plain_syllable(word))


class _Part(NamedTuple):
    """One part between blanks as it stands and in the four encodings that have a letter for a byte or two."""

    now: tuple[int, int, int, int, int]
    shaped: bool  # it may be a highland word
    foreign: bool
    d_stroke: bool
    only_vni: bool
    changed: bool  # in TCVN3
    readings: tuple[tuple[str, tuple[int, int, int, int, int]], ...]


_BY_PARTS = ("tcvn3", "vni", "viscii", "vps")


@lru_cache(maxsize=100_000)
def _part(text: str, capitals: bool) -> _Part | None:
    """What a part reads in each encoding and how Vietnamese that is; None if it cannot be read apart from its neighbours."""
    seen = _decode_part(text, "tcvn3")
    tcvn3 = _WORD.sub(lambda match: _tcvn3_word(match[0], capitals), seen)
    others = (tcvn3, _decode_vni_part(text), _decode_part(text, "viscii"), _decode_part(text, "vps"))
    readings = [_kept_or(text, nfc(reading)) for reading in others]
    if _holds_utf8(text) or nfc(text) != text or any(" " in reading for reading in readings):
        return None
    return _Part(
        _judge_part(text), not _suspect_part(text, _is_highland), _FOREIGN.search(text) is not None, _D_STROKE.search(text) is not None,
        _ONLY_VNI.search(text) is not None, seen != text, tuple([(reading, _judge_part(reading)) for reading in readings]),
    )  # fmt: skip


def _decoded(text: str) -> tuple[str, str | None]:
    """The best reading of a text that was stored in one legacy encoding, or the text itself."""
    capitals = _ASCII_SMALL.search(text) is None
    parts = [_part(part, capitals) for part in text.split(" ")]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return _best(text, _judge(text), not _suspect(text, _is_highland), _FOREIGN.search(text) is not None, _candidates(text))
    candidates = [
        (reading, name, _Verdict(*map(sum, zip(*[part.readings[at][1] for part in whole], strict=True))))
        for at, name in enumerate(_BY_PARTS) if _may_be(name, whole) and (reading := " ".join([part.readings[at][0] for part in whole])) != text
    ]  # fmt: skip
    now = _Verdict(*map(sum, zip(*[part.now for part in whole], strict=True)))
    return _best(text, now, all(part.shaped for part in whole), any(part.foreign for part in whole), candidates)


def _may_be(name: str, parts: list[_Part]) -> bool:
    if name == "vni":
        return not any(part.d_stroke for part in parts) or any(part.only_vni for part in parts)
    return name != "tcvn3" or any(part.changed for part in parts)


def _best(text: str, now: _Verdict, shaped: bool, foreign: bool, candidates: list[tuple[str, str, _Verdict]]) -> tuple[str, str | None]:
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


def _is_single_byte(text: str) -> bool:
    """True if every letter could have come from one byte: the whole text may be in a legacy encoding."""
    return all(map(_is_single_byte_part, text.split(" ")))


@lru_cache(maxsize=100_000)
def _is_single_byte_part(text: str) -> bool:
    return _NOT_BYTE.search(text.translate(_TO_BYTES)) is None


def _repair_words(text: str) -> tuple[str, str | None]:
    """Broken words within a text that is otherwise Unicode: "Nguyễn Quốc Khaùnh"."""
    names: list[str] = []

    def one(match: re.Match[str]) -> str:
        if match[0].isascii() or not _is_single_byte(match[0]) or not _suspect(match[0], is_syllable):
            return match[0]
        reading, name = _decoded(match[0])
        if name is None or (not _suspect(match[0], is_pronounceable) and reading.lower() not in name_counts()):
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
    return not _suspect(token, is_syllable) or (not _suspect(token, _is_highland) and _decoded(token)[1] is None)


@lru_cache(maxsize=100_000)
def keeps_keys(token: str) -> bool:
    """True for a word of letters that might be keystrokes and is none, in a text without a word that is `strange`."""
    return "&" not in token and nfc(token) == token and not is_key_word(token)


def has_foreign(text: str) -> bool:
    """True if a text has a letter or a sign that only old code pages have."""
    return _FOREIGN.search(text) is not None


@lru_cache(maxsize=100_000)
def stays_in_unicode(token: str) -> bool:
    """True for a word of letters that is not touched in a text that has a letter of Unicode only (see `is_wide`)."""
    return keeps_keys(token) and "ñ" not in token.lower() and not _holds_utf8(token) and _repair_words(token)[1] is None


@lru_cache(maxsize=100_000)
def is_wide(token: str) -> bool:
    """True if a word has a letter that no byte stood for: its text is Unicode already."""
    return not _is_single_byte_part(token)


@lru_cache(maxsize=100_000)
def strange(token: str) -> bool:
    """True if a word has marks and is no Vietnamese syllable, or has a letter that only other code pages have."""
    return _suspect(token, is_syllable)


def repair_encoding(text: str) -> tuple[str, str | None]:
    """Undo a legacy encoding or keystroke leftovers in a name or an address line.

    Give it the text before blanks are squeezed: the soft hyphen is the ư of TCVN3, the no-break space a byte of à.
    Returns the text (NFC) and what was repaired: "tcvn3", "vni", "viscii", "vps", "utf8_as_cp1252", "telex", "vni_keys",
    "html" or None when nothing was. Valid Vietnamese, with or without marks, comes back unchanged.
    """
    if all(map(is_sound, text.split())):
        return text, None
    return _repaired(text)


def _repaired(text: str) -> tuple[str, str | None]:
    """The long way of `repair_encoding`."""
    entity, text = None, _ZERO_WIDTH.sub("", text)
    if "&" in text and _ENTITY.search(text):
        text, entity = html.unescape(text), "html"
    composed = nfc(text)
    if composed.isascii() or not _suspect(composed, is_syllable):
        repaired, keys = repair_keystrokes(composed)
        return repaired, keys or entity
    if _n_of_highland(composed):
        return composed, entity
    reading, name = _decoded(text) if _is_single_byte(text) else (composed, None)
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
    reading = nfc(_decode_utf8(text))
    if reading != text and _judge(reading).bad < _judge(text).bad:
        return reading, "utf8_as_cp1252"
    return _repair_words(text)
