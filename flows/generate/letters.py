"""Letters as hands and machines change them: accents dropped, legacy fonts, keystrokes, tone marks in another place.

These tables are the generator's own, not those that the matcher repairs with: a mistake in one must not hide in the other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
TONES = {"\u0300": ("f", "2"), "\u0301": ("s", "1"), "\u0309": ("r", "3"), "\u0303": ("x", "4"), "\u0323": ("j", "5")}
SHAPES = {"\u0302": ("{0}{0}", "6"), "\u0306": ("{0}w", "8"), "\u031b": ("{0}w", "7")}
NEW_PLACE = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ",
             "ọe": "oẹ", "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ"}  # fmt: skip
WRONG_PLACE = {
    "quý": "qúy",
    "quỳ": "qùy",
    "giờ": "gìơ",
    "giá": "gía",
    "quá": "qúa",
    "giã": "gĩa",
    "quả": "qủa",
    "quế": "qúê",
}
_WORD = re.compile(r"[^\W\d_]+")
_NO_LETTER = re.compile(r"[\W_]+")
_END = re.compile(rf"(?<![qQ])({'|'.join(NEW_PLACE)})\b", re.IGNORECASE)
_WRONG = re.compile("|".join(WRONG_PLACE), re.IGNORECASE)
# Letters of Ê Đê, Gia Rai and Ba Na that Vietnamese keyboards and fonts do not have.
HIGHLAND = str.maketrans("ŭŬĭĬčČñÑƀĕĔŏŎ", "uUiIcCnNbeEoO")


@cache
def _bare_table() -> dict[int, str]:
    letters = {ord("đ"): "d", ord("Đ"): "D", ord("ð"): "d", ord("Ð"): "D", ord("ƀ"): "b"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            letters[code] = base
    return letters


def bare(text: str) -> str:
    """Accents dropped, case kept: `Đặng Thị Thủy` -> `Dang Thi Thuy`."""
    return text.translate(_bare_table())


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """What two names are compared by when only letters count: bare, lower case, other signs to blanks."""
    return _NO_LETTER.sub(" ", bare(text).lower()).strip()


@cache
def _legacy(font: str) -> dict[int, str]:
    with (DATA / "legacy.tsv").open(encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    column = rows[0].index(font)
    return {ord(row[0]): row[column] for row in rows[1:]}


def tcvn3(text: str) -> str:
    """Text of a .VnTime font read as Windows-1252: `Đặng Văn Được` -> `§Æng V¨n §­îc`."""
    return text.translate(HIGHLAND).translate(_legacy("tcvn3"))


def vni(text: str) -> str:
    """Text of a VNI font read as Windows-1252: `Đặng Văn Được` -> `Ñaëng Vaên Ñöôïc`."""
    return text.translate(HIGHLAND).translate(_legacy("vni"))


def _typed(word: str, keys: int) -> str:
    """One word as its keystrokes; 0 = Telex, 1 = VNI. The tone key comes last, as most hands type."""
    out, tone = "", ""
    for char in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", char)
        shaped = parts[0]
        if shaped in "đĐ":
            out += (("dd" if shaped == "đ" else "DD"), ("d9" if shaped == "đ" else "D9"))[keys]
            continue
        for mark in parts[1:]:
            if mark in TONES:
                tone = TONES[mark][keys]
            elif mark in SHAPES:
                shaped = SHAPES[mark][0].format(parts[0]) if keys == 0 else parts[0] + SHAPES[mark][1]
        out += shaped
    return out + tone


def telex(text: str) -> str:
    """Keystrokes left because the keyboard program was off: `Nguyễn Đức` -> `Nguyeenx DDuwcs`."""
    return _WORD.sub(lambda word: _typed(word[0], 0), text)


def vni_keys(text: str) -> str:
    """The same with the number keys: `Nguyễn Đức` -> `Nguye6n4 D9u7c1`."""
    return _WORD.sub(lambda word: _typed(word[0], 1), text)


def _moved(text: str, places: dict[str, str], found: re.Pattern[str]) -> str:
    return found.sub(lambda match: _cased(places[match[0].lower()], match[0]), text)


def _cased(new: str, old: str) -> str:
    return "".join(letter.upper() if model.isupper() else letter for letter, model in zip(new, old, strict=True))


def new_tone_place(text: str) -> str:
    """Tone marks where newer spelling puts them, at the end of a word: `Hòa` -> `Hoà`, but `Hoàng` stays."""
    return _moved(text, NEW_PLACE, _END)


def wrong_tone_place(text: str) -> str:
    """Tone marks on the wrong vowel, as some keyboard programs left them: `Quý` -> `Qúy`."""
    return _moved(text, WRONG_PLACE, _WRONG)


def decomposed(text: str) -> str:
    """Unicode NFD, as files from some phones and Macs come."""
    return unicodedata.normalize("NFD", text)
