"""Telex and VNI keystrokes that stayed in the text because the keyboard program was off: "Nguyeenx", "Nguye6n4".

A word is touched only if it cannot be Vietnamese without marks and its decoded form is a syllable. One such word may be
chance ("bis", "Bar", "to6"), so the line must hold stronger evidence: see `_accepted`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

from matching.standardise.keyboard import TELEX_TONES, VNI_TONES, VOWELS, is_word, press, typed
from matching.standardise.syllables import add_tone, is_plain_syllable, is_syllable, plain, tone_place
from matching.standardise.tables import clan_words, name_counts, rows

_TOKEN = re.compile(r"[^\W_]+")
_MAYBE = re.compile(r"(?i)[a-z]*(?:[sfrxjw]|aa|ee|oo|dd|[aeo][a-z]+[aeo]|d[a-z]+d|[a-z][1-9])[a-z0-9]*")
_MINORITY_START = re.compile(r"(?i)^\s*(?:[hk]\W|[yha]\s|ka\s)|\s[hk]['’`´-]\w")
_TELEX_STRONG = re.compile(r"(?i)w|dd|[fj]|(?=.*(?:aa|ee|oo)).*[srx]")
# "Ana", "Ama": a vowel typed again later is Telex only beside other keys ("Nguyenex").
_APART = re.compile(r"(?i)(?!.*(?:aa|ee|oo|dd))[^sfrxjw]*")
_VERY_COMMON = 100  # Nguyễn, Lê, Trần, Ngô, Văn: one such word is enough
_SURE = re.compile("(?i)(?=.*(?:aa|ee|oo|dd|[aou]w)).*[sfrxj][a-z]{0,2}")
_LONGEST = 30  # keys of a word, all pressed twice: "nghieengf" has nine
_CONSONANTS = "bcdghklmnpqrstvxđ"
_OF_ADDRESSES = frozenset(
    {
        "xã",
        "phường",
        "huyện",
        "quận",
        "tỉnh",
        "thành",
        "phố",
        "thị",
        "trấn",
        "thôn",
        "ấp",
        "xóm",
        "bản",
        "buôn",
        "khóm",
        "đường",
        "tổ",
        "số",
        "ngõ",
        "ngách",
        "hẻm",
    }
)
_LATE_KEY = re.compile(r"(?i)(?<![^\W_])([a-z0-9]*[a-z][a-z0-9]*)([,.;:]+)([sfrxj1-5])(?![^\W_])")
_VNI_STRONG = re.compile(r"[6-9](?=[A-Za-z])")
# Names and words of others that are spelt like keys ("Nguyễn Văn Max", "Kim Lee"); alone in a line they are no keys.
_FOREIGN_LIKE_KEYS = frozenset(
    {
        "max",
        "rex",
        "dex",
        "lex",
        "tex",
        "fox",
        "cox",
        "box",
        "thor",
        "bar",
        "bus",
        "les",
        "jos",
        "lee",
        "bee",
        "dee",
        "hee",
        "kee",
        "tee",
        "moon",
        "soon",
        "hoon",
        "yoon",
        "joon",
        "soo",
        "koo",
        "choo",
        "goo",
        "boo",
        "coo",
    }
)
_RUN = re.compile(r"(?i)([aeod])\1{2,}")
_ONLY_W = re.compile(r"(?i)^([bcdghklmnpqrstvx]+)w(?=[a-z])")


@lru_cache(maxsize=10_000)
def _mistyped(token: str) -> str:
    """The letters and tone of Telex keys with one wrong consonant among them ("Duwowmg" -> "Dươmg"), else the token."""
    pressed = press(token, TELEX_TONES, vni=False)
    if pressed is None or not _TELEX_STRONG.search(token[1:]):
        return token
    word, tone = pressed
    return next((_toned(word, near, tone) for near in _consonant_slips(word) if is_syllable(near)), token)


def _toned(word: str, near: str, tone: str) -> str:
    """The word with the tone where the nearest syllable has it."""
    place = tone_place(near.lower()) if tone else -1
    return add_tone(word, tone, place) if 0 <= place < len(word) and word[place].lower() in VOWELS else word


def _consonant_slips(word: str) -> Iterator[str]:
    """The word with one consonant left out, replaced, or changed with its neighbour."""
    for at, char in enumerate(word):
        if char.lower() not in VOWELS:
            yield word[:at] + word[at + 1 :]
            yield from (word[:at] + other + word[at + 1 :] for other in _CONSONANTS)
            yield word[:at] + word[at + 1 : at + 2] + char + word[at + 2 :]


@lru_cache(maxsize=100_000)
def _decode(token: str) -> tuple[str, str, bool] | None:
    """(decoded word, "telex" or "vni_keys", strong evidence?) for a word that is not Vietnamese as it stands."""
    if not token.isascii() or not 1 < len(token) <= _LONGEST or token.isdigit() or is_plain_syllable(token):
        return None
    if token.isalpha():
        word = None if _APART.fullmatch(token) or token.lower() in _plain_clans() else typed(token, TELEX_TONES, vni=False)
        return (word, "telex", is_word(word) and bool(_TELEX_STRONG.search(token[1:]))) if word else None
    word = typed(token, VNI_TONES, vni=True) if token[0].isalpha() else None
    return (word, "vni_keys", bool(_VNI_STRONG.search(token))) if word else None


@cache
def _plain_clans() -> frozenset[str]:
    """Clans as they are written without marks: "ksor" and "hwing" end like Telex words and are none."""
    return frozenset(map(plain, clan_words()))


@cache
def _names_like_keys() -> frozenset[str]:
    """Surnames that could be Telex words and alone are none: Coor of the Cơ Tu is not Cổ."""
    return frozenset(
        word
        for _, words in rows("surnames")
        for word in words.replace("|", " ").split()
        if word.isascii() and "_" not in word and not is_plain_syllable(word)
    )


def _is_foreign(token: str) -> bool:
    """A word that is neither Vietnamese without marks nor an abbreviation."""
    return (
        token.isascii()
        and token.isalpha()
        and len(token) > 1
        and not is_plain_syllable(token)
        and any(char in "aeiouyAEIOUY" for char in token)
    )


def _accepted(text: str, found: list[tuple[str, str, bool]], foreign: int, sure: int) -> bool:
    """Enough evidence that somebody typed without the keyboard program.

    VNI: a digit within a word, or several words that occur in names. Telex: a key that only Telex explains (w, dd, f, j),
    or two decoded words that occur in names, or one within a line that has marks elsewhere; and no foreign word in the
    line, unless it is a mistyped one among more words of keys, or two are `sure`: a letter key and a tone key in one.
    """
    counts = [name_counts().get(word.lower(), 0) for word, _, _ in found]
    usual = sum(count > 0 for count in counts)
    if any(strong for _, kind, strong in found if kind == "vni_keys"):
        return True
    if found[0][1] == "vni_keys":
        whole = len(_TOKEN.findall(text)) == len(found)
        return usual >= 3 or (usual >= 2 and (whole or usual == len(found)))
    telex = [strong for _, kind, strong in found if kind == "telex"]
    if not telex:
        return False
    if foreign:
        placed = sum(word.lower() in _OF_ADDRESSES for word, _, _ in found)
        return sure >= 2 or (any(telex) and usual + placed >= 2 and (sure == 1 or foreign < len(found)))
    return any(telex) or usual >= 2 or max(counts) >= _VERY_COMMON or (usual >= 1 and usual == len(found) and not text.isascii())


def _accepted_highland(found: list[tuple[str, str, bool]], sure: int) -> bool:
    """Minority words end in s, r, j and hold w at will: only digits, a clan or two sure words tell keystrokes there."""
    clan = any(word.lower() in clan_words(parts=False) and not word.isascii() for word, _, _ in found)
    if all(kind == "vni_keys" for _, kind, _ in found):
        return clan or _accepted("", found, 0, 0)
    return clan or sure >= 2


def _with_late_keys(text: str, vni: bool) -> str:
    """Move a tone key that came after the comma to its word: "Trung Hoa,f X. Hoaf" -> "Trung Hoaf, X. Hoaf"."""
    tones = VNI_TONES if vni else TELEX_TONES

    def moved(match: re.Match[str]) -> str:
        """The key behind its word if they make a syllable together, else as it stands."""
        word = match[1] + match[3]
        return f"{word}{match[2]}" if match[3].lower() in tones and typed(word, tones, vni) else match[0]

    return _LATE_KEY.sub(moved, text)


def may_hold_keys(token: str) -> bool:
    """False for a blank-free token in which no Telex or VNI key can be."""
    return _MAYBE.search(token) is not None


def is_key_word(token: str) -> bool:
    """True if a word in a blank-free token could be the keys of a Vietnamese word."""
    return any(_decode(word) is not None for word in _TOKEN.findall(token))


def repair_keystrokes(text: str) -> tuple[str, str | None]:
    """Decode Telex or VNI leftovers: ("Nguyeenx Vawn DDuwcs") -> ("Nguyễn Văn Đức", "telex"); else (text, None)."""
    if not _MAYBE.search(text):
        return text, None
    tokens = _TOKEN.findall(text)
    found = {token: decoded for token in tokens if (decoded := _decode(token))}
    if not found or _are_names(tokens, found):
        return text, None
    foreign = sum(_is_foreign(token) and token not in found for token in tokens)
    evidence = list(found.values())
    sure = sum(bool(_SURE.fullmatch(token)) for token in found)
    highland = _MINORITY_START.search(text)
    if not (_accepted_highland(evidence, sure) if highland else _accepted(text, evidence, foreign, sure)):
        return text, None
    kind = evidence[0][1]
    text = _with_late_keys(text, kind == "vni_keys") if _LATE_KEY.search(text) else text
    return _TOKEN.sub(lambda match: _repaired(match[0], kind, foreign > 0), text), kind


_KEYED = re.compile(r"[A-Za-z]+[1-9]+[A-Za-z]|(?<![^\W_])[A-Za-z]+[1-9]+(?=\s+[^\W\d_]{2})")
_MADE = frozenset("6789")
_INSIDE = re.compile(r"[A-Za-z][1-9]+[A-Za-z]")


def repair_name_keys(text: str) -> str | None:
    """A name in which some words kept their VNI keys, the others being in order ("Nguyễn Nhu7 Ngà", "Trần Kha1nh Nam"), else None.

    A digit within a word, or behind one with more of a marked name after it, is no note as one behind the name would be. All words
    with digits must be keys, and one of them a usual word of names or a letter made by a key, or there are two.
    """
    if not _KEYED.search(text) or (text.isascii() and not _INSIDE.search(text)):
        return None
    keyed = [token for token in _TOKEN.findall(text) if not token.isalpha()]
    found = {token: decoded[0] for token in keyed if (decoded := _decode(token)) and decoded[1] == "vni_keys"}
    sure = len(found) > 1 or any(word.lower() in name_counts() or not _MADE.isdisjoint(token) for token, word in found.items())
    return _TOKEN.sub(lambda match: found.get(match[0], match[0]), text) if sure and len(found) == len(set(keyed)) else None


def _are_names(tokens: list[str], found: Collection[str]) -> bool:
    """True if all that could be keys are names spelt like that; "Lee" before words of names is Lê ("Lee Thị Hoa", "Lee Thanh Loan")."""
    names = {token.lower() for token in found}
    rest = tokens[1:]
    marked = not all(map(str.isascii, rest))
    if tokens[0].lower() in names and (
        marked or (len(rest) > 1 and all(token.lower() in name_counts() or "oong" in token.lower() for token in rest))
    ):
        return names <= _names_like_keys()
    return names <= _names_like_keys() or names <= _FOREIGN_LIKE_KEYS


def _repaired(token: str, kind: str, slips: bool) -> str:
    """One word of a line that is known to hold keystrokes; a key pressed once too often ("Leee") and w for uw count there."""
    pressed = _ONLY_W.sub(r"\1uw", _RUN.sub(r"\1\1", token)) if kind == "telex" else token
    if pressed != token and (slip := _decode(pressed)):
        return slip[0]
    decoded = _decode(token)
    if decoded:
        return decoded[0]
    if kind == "telex" and token.isascii() and "oo" in token.lower():
        word = typed(token, TELEX_TONES, vni=False)
        if word and word.lower() in name_counts():
            return word
    return _mistyped(token) if slips and kind == "telex" and _is_foreign(token) else token
