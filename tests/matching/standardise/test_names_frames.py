"""What is foretold of the long way is what it says: names of inert words, and titles, second holders and notes around them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

from matching.standardise.names import standardise_names
from matching.standardise.names.frames import read_framed
from matching.standardise.names.lists import HONORIFICS, NOTES, OPENINGS
from matching.standardise.names.parse import assembled, read_closely, read_shortly
from matching.standardise.names.plain import Texts
from matching.standardise.names.reading import Name, Reading
from matching.standardise.tables import name_counts, rows

WORDS = [
    *name_counts(),
    *(word for _, words in rows("surnames") for word in words.replace("|", " ").replace("_", " ").split()),
]
ORGANISATIONS = [phrase for _, phrases in rows("organisations") for phrase in phrases.split("; ")]
ODD = [
    *OPENINGS,
    *(word for phrases in NOTES.values() for phrase in phrases for word in phrase.split()),
    *" ".join(ORGANISATIONS).split(),
]
TITLES = [" ".join(words) for words in HONORIFICS]
SIGNS = (" - ", " & ", " và ", " va ", ", ", "/", " ; ", " – ", " (", "-", " và vợ là ", " uq ", " đại diện ")
NOTED = (
    "(đại diện)", "(KD)", "- 2", "- 01 hộ", "(đã mất)", "- đại diện", "(nhà trọ)", "chết 2010", "(UQ Lê Văn Tám)", "(Cty ABC)", "tổ 5", "[x]",
    "(chủ hộ: bà Lê Thị Na)", "- con ông Tám", "(H’Lan Niê)", "- Ng. Thị Na", "& Ng Thị Na", "- Y Hùng Niê", "(KD) 2", "(Rô - bom nước",
)  # fmt: skip
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàạéíóúý"


def _slipped(word: str, dice: random.Random) -> str:
    at, letter = dice.randrange(len(word)), dice.choice(LETTERS)
    return dice.choice((word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :])) or letter


def _name(dice: random.Random) -> str:
    words = []
    for _ in range(dice.choice((1, 2, 3, 3, 3, 4, 4, 5))):
        word = dice.choice(ODD if dice.random() < 0.1 else WORDS)
        word = _slipped(word, dice) if dice.random() < 0.2 else word
        words.append(dice.choice("bcdđghklmnpstvxy") + dice.choice(("", ".")) if dice.random() < 0.07 else word)
    return " ".join(words)


def _field(dice: random.Random) -> str:
    text = f"{dice.choice(TITLES)} {_name(dice)}" if dice.random() < 0.4 else _name(dice)
    text += f"{dice.choice(SIGNS)}{dice.choice(('', 'bà '))}{_name(dice)}" if dice.random() < 0.3 else ""
    text += f" {dice.choice(NOTED)}" if dice.random() < 0.3 else ""
    text = dice.choice((str.title, str.title, str.upper, str.lower, str))(text)
    at, odd = dice.randrange(len(text) + 1), dice.choice((" ", "\xa0", "\u200b", "\xad", "Ã", "?"))
    return dice.choice((text, text, text, unicodedata.normalize("NFD", text), text.replace("Đ", "Ð"), text[:at] + odd + text[at:]))


def _fields(many: int, seed: int) -> Iterator[str]:
    dice = random.Random(seed)
    return (_field(dice) for _ in range(many))


def _long_way(text: str) -> Name:
    found = read_shortly(text) or read_closely(text)
    return assembled(text, found) if isinstance(found, Reading) else found


def test_frames_and_columns_say_what_the_long_way_says() -> None:
    texts = list(_fields(6_000, 11))
    plain, _ = Texts.of(texts).plain()
    framed = [found for text in texts if (found := read_framed(text))]
    assert len(framed) > 1_500
    assert plain.sum() > 300
    for row, text in zip(standardise_names(texts).to_pylist(), texts, strict=True):
        wanted = _long_way(text)
        found = read_framed(text)
        assert found is None or read_shortly(text) or assembled(text, found) == wanted
        assert tuple(row.values()) == tuple(wanted)
