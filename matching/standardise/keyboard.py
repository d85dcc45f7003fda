"""What a Vietnamese keyboard program makes of the keys of one word, by the rules of Telex and of VNI."""

from __future__ import annotations

import re

from matching.standardise.syllables import add_tone, is_pronounceable, is_syllable, tone_place
from matching.standardise.tables import clan_words

TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
VOWELS = frozenset("aăâeêioôơuưy")
_ROOF = {"a": "â", "e": "ê", "o": "ô"}
_HIGHLAND_K = re.compile("[kK][aouAOU]")  # Ea Kar: no Kinh word writes k before these
_FINAL_K = re.compile("[kK]$")


def _same_case(new: str, old: str) -> str:
    return new.upper() if old.isupper() else new


def _last(letters: list[str], wanted: str) -> int:
    """Index of the last letter among `wanted`, or -1."""
    return max((i for i, char in enumerate(letters) if char.lower() in wanted), default=-1)


def _roof(letters: list[str], vowels: str) -> bool:
    """Put a circumflex on the last plain vowel among `vowels`."""
    at = _last(letters, vowels)
    if at >= 0:
        letters[at] = _same_case(_ROOF[letters[at].lower()], letters[at])
    return at >= 0


def _stroke(letters: list[str]) -> bool:
    """Make the d at the start a đ."""
    if not letters or letters[0].lower() != "d":
        return False
    letters[0] = _same_case("đ", letters[0])
    return True


def _breve(letters: list[str]) -> bool:
    at = _last(letters, "a")
    if at >= 0:
        letters[at] = _same_case("ă", letters[at])
    return at >= 0


def _horn(letters: list[str]) -> bool:
    """Put the horn on o or u, on both in "uo" ("Thuowng", "Phuo7ng")."""
    at = _last(letters, "ou")
    if at < 0:
        return False
    before = letters[at - 1].lower() if at > 0 and not _after_q(letters, at - 1) else ""
    pair = letters[at].lower() == "o" and before in ("u", "ư")
    for place in (at - 1, at) if pair else (at,):
        letters[place] = _same_case({"o": "ơ", "u": "ư", "ư": "ư"}[letters[place].lower()], letters[place])
    return True


def _after_q(letters: list[str], at: int) -> bool:
    return at > 0 and letters[at - 1].lower() == "q"


def _horn_or_breve(letters: list[str]) -> bool:
    """Telex w: ơ, ư, ươ or ă, whichever vowel is there; "ua" becomes "ưa", "oa" and "qua" take the breve."""
    a, ou = _last(letters, "a"), _last(letters, "ou")
    if a < 0 or (ou == a - 1 and letters[ou].lower() == "u" and not _after_q(letters, ou) and ou >= 0):
        return _horn(letters)
    return _breve(letters)


def _telex_key(letters: list[str], key: str) -> bool:
    """Apply one Telex key other than a tone; False if it is an ordinary letter here."""
    if key == "w":
        return _horn_or_breve(letters)
    if key == "d":
        return _stroke(letters)
    return key in _ROOF and _roof(letters, key)


def _vni_key(letters: list[str], key: str) -> bool:
    actions = {"7": _horn, "8": _breve, "9": _stroke}
    return _roof(letters, "aeo") if key == "6" else key in actions and actions[key](letters)


def press(token: str, tones: dict[str, str], vni: bool) -> tuple[str, str] | None:
    """What a keyboard program would have made of the keys: (letters, tone mark or ""); None if no key did anything.

    A second tone key takes the first tone back, so that the word is not what it seems: None.
    """
    letters: list[str] = []
    tone, used = "", False
    for char in token:
        key = char.lower()
        if key in tones and any(letter.lower() in VOWELS for letter in letters):
            if tone:
                return None
            tone, used = tones[key], True
        elif (_vni_key if vni else _telex_key)(letters, key):
            used = True
        else:
            letters.append(char)
    word = "".join(letters)
    return (word, tone) if used and word.isalpha() else None


def typed(token: str, tones: dict[str, str], vni: bool) -> str | None:
    """The Vietnamese syllable or highland clan that the keys of a token make, or None if they make neither."""
    pressed = press(token, tones, vni)
    if pressed is None:
        return None
    word, tone = pressed
    if not tone and word.lower() in clan_words():
        return word
    place = tone_place(word.lower()) if tone else 0
    if place < 0:
        return None
    word = add_tone(word, tone, place) if tone else word
    fits = is_word(word) or (vni and not tone and is_pronounceable(word))
    return word if fits and (vni or not _HIGHLAND_K.match(token)) else None


def is_word(word: str) -> bool:
    """True for a Vietnamese syllable, and for one of the highlands that ends in k where others have c."""
    return is_syllable(word) or is_syllable(_FINAL_K.sub(_c_for_k, word))


def _c_for_k(match: re.Match[str]) -> str:
    """Highland unit names end in k where Vietnamese has c: Đắk, Búk."""
    return "c" if match[0] == "k" else "C"
