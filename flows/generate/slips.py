"""Slips that leave another word: of the typing hand, of the ear for tones, of the region one comes from."""

from __future__ import annotations

from flows.generate.dice import Dice
from flows.generate.letters import fold

NEAR_KEYS = {"a": "sq", "n": "bmh", "h": "gnj", "i": "uo", "o": "ip", "u": "yi", "t": "ry", "g": "hf", "m": "n", "l": "k", "d": "sf", "c": "xv",
             "e": "rw", "r": "te", "s": "ad", "v": "bc", "b": "nv", "p": "o", "q": "w", "x": "cz", "y": "tu", "k": "jl"}  # fmt: skip


def typing_slip(text: str, dice: Dice) -> str:
    """One slip of a typing hand: a letter doubled, left out, next to the meant one, or two in the wrong order."""
    for _ in range(20):
        place = 1 + dice.below(max(1, len(text) - 1))
        if place >= len(text) or not text[place].isalpha() or text[place - 1] == " ":
            continue
        kind, char = dice.random(), text[place]
        if kind < 0.25:
            changed = text[:place] + text[place + 1 :]
        elif kind < 0.45:
            changed = text[:place] + char + text[place:]
        elif kind < 0.75 and place + 1 < len(text) and text[place + 1].isalpha():
            changed = text[:place] + text[place + 1] + char + text[place + 2 :]
        else:
            changed = text[:place] + dice.pick(NEAR_KEYS.get(char.lower(), "n")) + text[place + 1 :]
        if fold(changed) != fold(text):
            return changed
    return text


TONE_SLIPS = (("ả", "ã"), ("ổ", "ỗ"), ("ủ", "ũ"), ("ữ", "ử"), ("ễ", "ể"), ("ỗ", "ổ"), ("ỷ", "ỹ"), ("à", "á"), ("ù", "ú"), ("ò", "ó"), ("ấ", "ậ"), ("ă", "â"),
              ("ô", "ơ"), ("ư", "u"), ("á", "à"), ("ệ", "ế"), ("ọ", "ó"), ("ồ", "ộ"), ("ạ", "á"), ("ề", "ế"), ("ằ", "ắ"), ("ú", "ù"))  # fmt: skip


def tone_slip(text: str, dice: Dice) -> str:
    """Another tone or vowel mark in one word but the surname: `Thủy` -> `Thúy`, `Hải` -> `Hãi`."""
    first, _, rest = text.partition(" ")
    found = [(old, new) for old, new in TONE_SLIPS if old in rest]
    if not found:
        return text
    old, new = dice.pick(found)
    return f"{first} {rest.replace(old, new, 1)}"


REGIONAL = (("Huỳnh", "Hoàng"), ("Hoàng", "Huỳnh"), ("Võ", "Vũ"), ("Vũ", "Võ"), ("Phúc", "Phước"), ("Phước", "Phúc"), ("Phượng", "Phụng"), ("Nhật", "Nhựt"),
            ("Thịnh", "Thạnh"), ("Trâm", "Châm"), ("Trinh", "Chinh"), ("Sương", "Xương"), ("Xuân", "Suân"), ("Linh", "Ninh"), ("Lan", "Nan"), ("Nga", "Ngà"),
            ("Dung", "Giung"), ("Giang", "Dang"), ("Tấn", "Tấng"), ("Luân", "Luâng"), ("Toàn", "Toàng"), ("Bảo", "Bửu"), ("Cảnh", "Kiểng"), ("Chính", "Chánh"),
            ("Thảo", "Thão"), ("Hải", "Hãi"), ("Thủy", "Thũy"), ("Mỹ", "Mỷ"), ("Dũng", "Dủng"), ("Trường", "Trườn"),
            ("Hằng", "Hằn"), ("Phát", "Phác"))  # fmt: skip


def regional_spelling(text: str, dice: Dice) -> str:
    """A word as it is spoken or written in another region: `Hoàng` -> `Huỳnh`, `Trinh` -> `Chinh`, `Dũng` -> `Dủng`."""
    words = text.split(" ")
    found = [(place, new) for place, word in enumerate(words) for old, new in REGIONAL if word == old]
    if not found:
        return text
    place, new = dice.pick(found)
    words[place] = new
    return " ".join(words)
