"""What clerks shorten, glue or part with a wrong blank, written out before anything is read: `ng. 5` -> `ngõ 5`, `ẤPTÂN LẬP` -> `ẤP TÂN LẬP`.

Only what can mean one thing is touched. A text without accents stays without: whether a text has any decides how it is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from matching.standardise.addresses.lexicon import words

_BLANKS = re.compile(" {2,}")
_HAMLET = "thôn|xóm|ấp|khóm|khối|buôn|làng|bản|đội"
_LETTER = r"[^\W\d_]"
_SIGNALS = words(
    "ng Ng NG ngh Ngh NGH hẽm Hẽm HẼM hèm Hèm HÈM trân Trân TRÂN tràn Tràn TRÀN N n No NO no SNN SSN Snn snn S s nà na NÀ NA lô Lô LÔ lo Lo LO"
)
_BEHIND_DOOR = words("h H k K")
NUMBER_WORDS = words("số Số SỐ so So SO")
_ANY_SIGNAL = _SIGNALS | _BEHIND_DOOR | NUMBER_WORDS
_MAYBE_BEHIND_DOOR = re.compile(r"\d[ ,] ?[hHkK][. ]")
_ALLEYS = {
    "ng": ("ngõ", "ngo"),
    "ngh": ("ngách", "ngach"),
    "hẽm": ("hẻm", "hem"),
    "hèm": ("hẻm", "hem"),
    "h": ("hẻm", "hem"),
}
_ALLEY = re.compile(r"(?<![^\s,.(-])(?:(ng|ngh|hẽm|hèm)\b[ .:]*|(ng|ngh)|(?<=\d[ ,])[ ]?(h)(?:\. ?| ))(?=\d)", re.IGNORECASE)
"""`h. 12` is a hẻm only behind the number of a door; no district is called by a number after its H."""
_KHOM = re.compile(rf"(?<=\d[ ,])[ ]?k\. ?(?=\d{{1,2}}(?![\d/])|(?!ph[ốôo]){_LETTER}{{2}})", re.IGNORECASE)
_DOOR_WORD = re.compile(
    r"(?<![^\s,;(-])(?:s\. ?n\.?|s/n|s n|snn|ssn|(?<=^)s(?=[ :.]{1,2}\d)|s[ốo] (?:h?n[àa]|n[àa]h)(?= ?\d)|n[oº°](?=[. ]{0,2}\d))[ .:]*(?=[a-z]{0,2}\d)",
    re.IGNORECASE,
)
"""`S.N 5`, `S/N 5`, `No 5`, `N° 5`: số nhà."""
_CITY = re.compile(rf"(?<![^\s,;(-])(t)\. ?([pxt])(?:\. ?| )(?={_LETTER}{{2}})", re.IGNORECASE)
"""`T.P Long Xuyên` is neither a tỉnh nor a phường."""
_CITY_IN_ONE = re.compile(r"(?<![^,;(-])[tT]\.[pxtPXT](?:\.|$)")
_GLUED = re.compile(rf"\b({_HAMLET})(?={_LETTER}{{2}})", re.IGNORECASE)
_ODD_CASE = re.compile(rf"\b({_HAMLET})(?=\d)", re.IGNORECASE)
_BLANK_LATE = re.compile(rf"\b({_HAMLET})([bcdđklmnpqrstvx]) (?=[aăâeêioôơuưy\u00c0-\u00c3\u00c8-\u1ef9])", re.IGNORECASE)
"""`XÓMT ÂN TIẾN`: the blank came a letter late."""
_ZERO = re.compile(rf"\b({_HAMLET}|khu phố|khu vực|tổ|kp|tdp|thon|xom|ap|khom|khoi|to) 0 (?=\d(?![\d/]))", re.IGNORECASE)
_UNIT = re.compile(rf"(?<={_LETTER})(?=(?:huyện|quận|tỉnh|phường) )", re.IGNORECASE)
_STREET_BY_NUMBER = re.compile(
    r"^((?:(?:số nhà|so nha|nhà số|nhà|số|so|sn)[ .:]*)?\d[\d/]*[a-z]?"
    r"(?: (?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet) [\d/]+)*(?:,| -)? )"
    r"(số|so)(?= 0?\d{1,2}(?! ?[\d/-])(?! (?:ng|hẻm|hem|ki[eệ]t))\b)",
    re.IGNORECASE,
)
"""`Số 72 Số 12`: a second number that is announced like a door's is the street's."""
_LOT = re.compile(r"\b(l[ôo] [a-z]{0,2}\d{0,2}) - (?=\d{1,3}\b)", re.IGNORECASE)
ROMAN_WARD = re.compile(r"(?<![^\s,;(-])(?<![kK] )(p|P)(?=(?:XI{0,3}|IX|IV|VI{0,3}|I{2,3})(?![^\W_]))")
_TOWN = re.compile(r"(^|, ?| - )th[iị] tr[âàaă]n(?= [^\W\d_])", re.IGNORECASE)


def written_out(text: str, found: Iterable[str], known: bool) -> str:
    """The text with single blanks, and with what is shortened or glued in one of these ways written out.

    `found` are its words, `known` says that each of them is a syllable or an abbreviation: then nothing is glued.
    """
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    text = text.strip(" ")
    if not known or _is_short(text, found):
        plain, lower = text.isascii(), text.lower()
        for sign, pattern, said in _RULES if not known else _SHORT:
            if sign.search(lower):
                text = pattern.sub(partial(said, plain), text)
                lower = text.lower()
    return text


def _is_short(text: str, found: Iterable[str]) -> bool:
    """Whether one of the rules for words in order may have something to do; looked at for every text, so cheap."""
    if " 0 " in text or (("T." in text or "t." in text) and _CITY.search(text)):
        return True
    if _ANY_SIGNAL.isdisjoint(found):
        return False
    if not _SIGNALS.isdisjoint(found):
        return True
    if not NUMBER_WORDS.isdisjoint(found) and any(f" {word} " in text for word in NUMBER_WORDS):
        return True
    return not _BEHIND_DOOR.isdisjoint(found) and _MAYBE_BEHIND_DOOR.search(text) is not None


def may_be_short(piece: str, found: Iterable[str]) -> bool:
    """Whether a piece between blanks may have to be written out, whatever stands beside it; `found` are its words."""
    return piece == "0" or piece in NUMBER_WORDS or not _SIGNALS.isdisjoint(found) or _CITY_IN_ONE.search(piece) is not None


def hangs_on_neighbours(piece: str, found: Iterable[str]) -> bool:
    """Whether that a piece need not be written out is only sure together with what stands beside it (see `is_short_between`)."""
    return piece.endswith(("T.", "t.")) or not _BEHIND_DOOR.isdisjoint(found)


def is_short_between(text: str) -> bool:
    """Whether a city's or an alley's letters in a text of pieces that are no more than that may have to be written out."""
    return _CITY.search(text) is not None or _MAYBE_BEHIND_DOOR.search(text) is not None


def _alley(plain: bool, match: re.Match[str]) -> str:
    return _ALLEYS[(match[1] or match[2] or match[3]).lower()][plain] + " "


def _even_case(plain: bool, match: re.Match[str]) -> str:
    """`XóM5` is cut within its letters later; a word in plain case is left as it stands."""
    word = match[1]
    return word if word.islower() or word.istitle() or word.isupper() else word.lower() + " "


def _as_town(plain: bool, match: re.Match[str]) -> str:
    return match.group() if plain else match[1] + "thị trấn"


_Rule = tuple[re.Pattern[str], re.Pattern[str], Callable[[bool, re.Match[str]], str]]
"""What any text that it changes has in lower case (a pattern that takes a tenth of the time), the rule, and what is said instead."""
_BEFORE_MORE = re.compile(rf"(?:{_HAMLET})[^\W_]")
_SHORT: tuple[_Rule, ...] = (
    (re.compile(r"t\. ?[pxt]"), _CITY, lambda plain, match: f"{match[1]}{match[2]} "),
    (re.compile("l[ôo] [a-z]{0,2}[0-9]{0,2} - "), _LOT, lambda plain, match: f"{match[1]}-"),
    (re.compile(r"s[./ :ns]|s[ốo] (?:hn|n[àa])|n[oº°][. ]{0,2}\d"), _DOOR_WORD, lambda plain, match: "SN "),
    (re.compile(r"(?:ngh?|h[ẽè]m|h)[ .:]*\d"), _ALLEY, _alley),
    (re.compile(r"k\. ?[^\W_]"), _KHOM, lambda plain, match: "khom " if plain else "khóm "),
    (re.compile(" 0 "), _ZERO, lambda plain, match: match[1] + " "),
    (
        re.compile(r" s[ốo] \d"),
        _STREET_BY_NUMBER,
        lambda plain, match: match[1] + ("duong so" if plain else "đường số"),
    ),
    (re.compile("th[iị] tr[âàaă]n "), _TOWN, _as_town),
)
_RULES: tuple[_Rule, ...] = (
    (_BEFORE_MORE, _BLANK_LATE, lambda plain, match: f"{match[1]} {match[2]}"),
    (_BEFORE_MORE, _GLUED, lambda plain, match: match[1] + " "),
    (_BEFORE_MORE, _ODD_CASE, _even_case),
    (re.compile(r"[^\W\d_](?:huyện |quận |tỉnh |phường )"), _UNIT, lambda plain, match: " "),
    (re.compile("p[xiv]"), ROMAN_WARD, lambda plain, match: match[1] + "."),
    *_SHORT,
)
