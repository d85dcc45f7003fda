"""Text of an address -> tokens: one folded string of the same length as the cleaned text, so that spans fit both.

What is decided here: how much of a text is read at all, what separates parts (commas) and what does not (blanks, dots),
where glued words are taken apart, and when a text is suspected to be in a legacy encoding.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from matching.standardise.addresses.kind_slips import KIND_SLIPS, SHORT_SLIPS, put_right, typed_once
from matching.standardise.addresses.tails import without_tail
from matching.standardise.addresses.written import ROMAN_WARD, written_out
from matching.standardise.encodings import repair_encoding
from matching.standardise.syllables import is_pronounceable
from matching.standardise.text import fold, tone_placement

CONSIDERED = 600
"""Characters of a text that are read: the longest real address seen has 240; what follows is not an address."""

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+")
_NEXT = re.compile(r"([^a-z0-9]*)([a-z]+(?:'[a-z]+)*|[0-9]+)")
_WORD = re.compile(r"[^\W\d_]+")
_KEPT = frozenset("/-.,;|()'+&:")
_LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_UPPER = _LOWER.upper()
_CAPITAL = f"(?=[{_UPPER}][{_LOWER}])"
_GLUED = re.compile(
    rf"(?<=[{_LOWER}])(?=[{_UPPER}])|(?<=[0-9])(?![A-Z]?[Bb]is\b){_CAPITAL}"  # XãQuỳnh, XãÔ, 12Lê, not 284Dbis
    rf"|(?<=\b[ÔAIYEOU]){_CAPITAL}"  # ÔLong
    rf"|(?<=\b[TK][PX]){_CAPITAL}|(?<=\bT[TX]){_CAPITAL}|(?<=\b[PQXFĐ]){_CAPITAL}"  # TPHồ, PAn
)
_MAYBE_GLUED = re.compile(rf"[{_LOWER}0-9][{_UPPER}]|[A-ZĐ]{{2}}[{_LOWER}]")
_OLD_SIGNS = re.compile("[\u0080-\u00bf\u00d7\u00f7]")
_DIGIT_THEN_LETTER = re.compile(r"\d[^\W\d_]")
_ODD = re.compile(r"[^\W\d_]\d[^\W\d_]|\d[^\W\d_]{2}")
"""Digits within words (VNI keystrokes), words glued to a number; dear to look for, so only where a letter follows a digit."""
_FOREIGN = frozenset(
    (
        "đ",
        "đt",
        "đl",
        "đc",
        "tđ",
        "block",
        "street",
        "ward",
        "city",
        "district",
        "province",
        "vietnam",
        "iii",
        "iv",
        "vi",
        "vii",
        "viii",
        "ix",
        "xi",
    )
)
_VOWEL = re.compile("[aeiouyAEIOUY]")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_MARKS = re.compile("[\u0300-\u036f]")
_good_words: set[str] = set()
_GOOD_LIMIT = 200_000


class _FoldTable(dict[int, str]):
    """Character -> its folded form, always one character; what is not a letter, digit or kept sign is a blank."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 10_000:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    special = {"đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ƀ": "b", "Ƀ": "b", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "`": "'", "´": "'",
               "，": ",", "、": ",", "\n": ",", "\r": ",", "\\": "/", "[": "(", "]": ")", "{": "(", "}": ")", "|": ","}  # fmt: skip
    found = special.get(character)
    if found is None:
        found = unicodedata.normalize("NFKD", character)[0].lower()[0]
    return found if found in _KEPT or ("a" <= found <= "z") or ("0" <= found <= "9") else " "


_FOLD = _FoldTable()


@dataclass(frozen=True, slots=True)
class Tokens:
    """Runs of letters or of digits in `folded`, which is as long as `text`; `breaks[i]` is what stands before token i.

    A break is 0 (blank, dot, nothing), 1 (hyphen, slash), 2 (a dash between blanks) or 3 (comma, bracket, end of line). `canon` is the token in the
    spelling that units are looked up by.
    """

    text: str
    folded: str
    words: tuple[str, ...]
    canon: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    breaks: tuple[int, ...]
    headed: bool = False
    """Whether this is the ending of a text that has more before it."""
    has_accents: bool = True
    """Whether the text has accents; an ending without any may be of one that has."""

    def accented(self, i: int, j: int) -> str:
        """The text of tokens i..j-1 as written."""
        return self.text[self.starts[i] : self.ends[j - 1]]


def clean(text: str) -> tuple[str, str | None]:
    """One NFC line of at most `CONSIDERED` characters without invisible ones, legacy encodings repaired (which one).

    Words that were seen before and are in order are not looked at again: of a million addresses' words few are new.
    """
    text = text[:CONSIDERED]
    found = _WORD.findall(text)
    known = _good_words.issuperset(found)
    strange = [] if known else _strange(found)
    odd = is_odd(text)
    repaired = None
    if strange or odd or not SHORT_SLIPS.isdisjoint(found):
        text, repaired, strange = _repaired(text, found, strange, odd)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text, known = unicodedata.normalize("NFC", text), False
    if not text.isprintable():
        text = _BLANKS.sub(" ", _INVISIBLE.sub("", text))
    text = written_out(without_tail(text), found, known)
    if repaired is None and (not known or odd) and _MAYBE_GLUED.search(text):
        text = _GLUED.sub(" ", _GLUED.sub(" ", text))
    return text, repaired


def _repaired(text: str, found: list[str], strange: list[str], odd: bool) -> tuple[str, str | None, list[str]]:
    """Slips in kind words put right if that explains all that is strange; else legacy encodings first. With what stays strange."""
    better, left = text, strange
    if strange or not SHORT_SLIPS.isdisjoint(found):
        better = _GLUED.sub(" ", text) if _MAYBE_GLUED.search(text) else text
        better = put_right(better, [*strange, *SHORT_SLIPS.intersection(found)])
        left = _strange(_WORD.findall(better)) if strange and better != text else strange
    if left or (odd and (better == text or _OLD_SIGNS.search(text))):
        text, repaired = repair_encoding(text)
        if repaired:
            return text, repaired, strange
    return (typed_once(better, left) if left else better), None, left


def is_odd(text: str) -> bool:
    """Whether there are signs of an old code page, digits within words, or words glued to a number."""
    if _OLD_SIGNS.search(text):
        return True
    return _DIGIT_THEN_LETTER.search(text) is not None and _ODD.search(text) is not None


def _strange(found: list[str]) -> list[str]:
    """The words that are no Vietnamese syllables; those that are, and are not glued, are remembered."""
    new = [word for word in found if word not in _good_words]
    good = {word for word in new if _is_abbreviation(word) or (is_pronounceable(word) and fold(word) not in KIND_SLIPS)}
    if len(_good_words) < _GOOD_LIMIT:
        _good_words.update(word for word in good if not _MAYBE_GLUED.search(word) and not ROMAN_WARD.match(word))
    return [word for word in new if word not in good]


def are_good(words: list[str]) -> bool:
    """Whether all the words are in order and known to be."""
    return _good_words.issuperset(words) or (not _strange(words) and _good_words.issuperset(words))


def _is_abbreviation(word: str) -> bool:
    """Letters without a vowel that are no keystrokes either (TPHCM, KP, Đ), and the foreign words of addresses."""
    return (word.isascii() and _VOWEL.search(word) is None) or word.lower() in _FOREIGN


def fold_aligned(text: str) -> str:
    """Folded text of the same length; needs NFC text, as `clean` returns it."""
    return text.translate(_FOLD)


@lru_cache(maxsize=100_000)
def canon(word: str) -> str:
    """The spelling that units are looked up by: y and i are one (Quý, Quí), k and c at the end (Đắk, Đắc), no leading zeros."""
    if word.isdigit():
        return str(int(word)) if len(word) < 9 else word
    word = word.replace("y", "i").replace("'", "")
    return word[:-1] + "c" if word.endswith("k") else word


def canon_key(folded: str) -> str:
    """`bà rịa - vũng tàu`, folded -> `ba ria vung tau` in the spelling of look-ups."""
    return " ".join(canon(word) for word in _TOKEN.findall(folded))


def tokenise(text: str, folded: str | None = None, headed: bool = False, accented: bool | None = None) -> Tokens:
    """Tokens of a cleaned text; `folded` is its aligned fold if that is known already, `headed` and `accented` what an ending's whole text is."""
    folded = text.translate(_FOLD) if folded is None else folded
    words, canons, starts, ends, breaks = [], [], [], [], []
    position = 0
    for between, word in _NEXT.findall(folded):
        start = position + len(between)
        position = start + len(word)
        words.append(word)
        canons.append(canon(word))
        starts.append(start)
        ends.append(position)
        breaks.append(0 if between == " " or not between else _break(between))
    has_accents = not text.isascii() if accented is None else accented
    return Tokens(text, folded, tuple(words), tuple(canons), tuple(starts), tuple(ends), tuple(breaks), headed, has_accents)


@lru_cache(maxsize=10_000)
def _break(between: str) -> int:
    if any(sign in ",;()" for sign in between):
        return 3
    if " - " in between or "--" in between or " . " in between:
        return 2
    return 1 if "-" in between or "/" in between or ":" in between or "+" in between else 0


_TONES = "\u0300\u0301\u0309\u0303\u0323"


@lru_cache(maxsize=100_000)
def accent_key(text: str) -> str:
    """Letters with their marks in a form that does not depend on where the tone stands: hoà = hòa, Quí = Quý."""
    parts = unicodedata.normalize("NFD", tone_placement(unicodedata.normalize("NFC", text.lower())))
    parts = _HIGHLAND.sub(lambda match: _MARKS.sub("", match[0]), parts)
    words = _WORD_OR_DIGIT.findall(parts)
    return "".join(_tone_last(word) for word in words)


_HIGHLAND = re.compile("(?<![a-z])(?:[đd]|l|p|kr)a[\u0300-\u036f]*[kc](?![a-z])")
"""Đắk, Đăk, Đak, Đắc; Lắk, Lăk; Pắk: official lists themselves do not agree on the marks."""


_WORD_OR_DIGIT = re.compile(r"[^\W_\u0300-\u036f][\w\u0300-\u036f]*")


@lru_cache(maxsize=100_000)
def _tone_last(word: str) -> str:
    tone = "".join(mark for mark in word if mark in _TONES)
    rest = "".join(mark for mark in word if mark not in _TONES)
    return (str(int(rest)) if rest.isascii() and rest.isdigit() and len(rest) < 9 else rest.replace("y", "i")) + tone
