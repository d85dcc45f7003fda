"""How names get written otherwise than in the register: every kind of noise, its rate, and whether it only changes the form.

Each kind has somebody behind it who writes so: a clerk, a keyboard program that was off, an old font, a file from a phone.
`reversible` kinds change the form and keep the fact (finding NAME_FORM); the others leave another name (NAME_DIFFERS).
`noised` reports only what changed something that a reader can see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.generate.dice import Dice, table
from flows.generate.letters import (
    HIGHLAND,
    bare,
    decomposed,
    fold,
    new_tone_place,
    tcvn3,
    telex,
    vni,
    vni_keys,
    wrong_tone_place,
)
from flows.generate.slips import regional_spelling, tone_slip, typing_slip

Change = Callable[[str, Dice], str]


@dataclass(frozen=True)
class Noise:
    """One way of writing a text otherwise: its name in `truth.csv`, how often, the change, and whether it can be undone."""

    name: str
    rate: float
    change: Change
    reversible: bool = True


def title_case_lost(text: str, _: Dice) -> str:
    """`Nguyễn Văn An` -> `nguyễn văn an`."""
    return text.lower()


TITLES = {"Ông": "Bà", "Anh": "Chị", "Hộ ông": "Hộ bà", "Hộ GĐ ông": "Hộ GĐ bà", "Ô.": "B."}


def _honorific(text: str, dice: Dice) -> str:
    return f"{dice.pick(('Ông', 'Ông', 'Ông', 'Anh'))} {text}"


def _household_word(text: str, dice: Dice) -> str:
    return f"{dice.pick(('Hộ ông', 'Hộ ông', 'Hộ', 'Hộ GĐ ông', 'Hộ ông/bà', 'Ô.', 'Hộ gia đình'))} {text}"


def _for_her(text: str, name: str) -> str:
    """The title before a woman's name: `Hộ ông Trần Thị Lan` -> `Hộ bà Trần Thị Lan`."""
    title = text.removesuffix(name).strip()
    return f"{TITLES.get(title, title)} {name}"


def _trailing_note(text: str, dice: Dice) -> str:
    return text + dice.pick((" (CH)", " (chủ hộ)", " - 2", " (KD)", " (nhà trọ)", " - 01 hộ", " (đ/c mới)", " (Công tơ 2)"))


def _representative(text: str, dice: Dice) -> str:
    return text + dice.pick((" (đại diện)", " - đại diện", " (ĐD)", " (Đại diện hộ dùng chung)"))


def _blanks(text: str, dice: Dice) -> str:
    kind = dice.random()
    if kind < 0.4:
        return text.replace(" ", "  ", 1)
    if kind < 0.6:
        return text + " "
    return text.replace(" ", "\u00a0") if kind < 0.9 else text.replace(" ", " \u200b", 1)


def _eth(text: str, _: Dice) -> str:
    return text.replace("Đ", "Ð").replace("đ", "ð")


I_Y = {
    "Lý": "Lí",
    "Mỹ": "Mĩ",
    "Quý": "Quí",
    "Sỹ": "Sĩ",
    "Vỹ": "Vĩ",
    "Kỳ": "Kì",
    "Sĩ": "Sỹ",
    "Ly": "Li",
    "My": "Mi",
    "Quí": "Quý",
    "Kỷ": "Kỉ",
    "Tỵ": "Tị",
}


def _i_y(text: str, _: Dice) -> str:
    return " ".join(I_Y.get(word, word) for word in text.split(" "))


def _apostrophe(text: str, dice: Dice) -> str:
    """`H'Bia` -> `H Bia`, `H' Bia`, `H’Bia`, `HBia`, `H-Bia`."""
    return text.replace("'", dice.pick((" ", "' ", "\u2019", "", "-", "\u2019")))


def _highland_letters(text: str, _: Dice) -> str:
    return text.translate(HIGHLAND)


def _tone_place(text: str, dice: Dice) -> str:
    return wrong_tone_place(text) if dice.chance(0.15) else new_tone_place(text)


def _middle_missing(text: str, dice: Dice) -> str:
    words = text.split(" ")
    if len(words) < 3:
        return text
    del words[dice.between(1, len(words) - 2)]
    return " ".join(words)


def _order(text: str, dice: Dice) -> str:
    words = text.split(" ")
    if len(words) < 3 or dice.chance(0.5):
        return " ".join([words[-1], *words[:-1]])
    words[1], words[-1] = words[-1], words[1]
    return " ".join(words)


def _initials(text: str, dice: Dice) -> str:
    words = text.split(" ")
    if len(words) < 3:
        return text
    if dice.chance(0.5):
        return " ".join([words[0], *(f"{word[0]}." for word in words[1:-1]), words[-1]])
    return " ".join([{"Nguyễn": "Ng.", "Trần": "Tr.", "Phạm": "Ph."}.get(words[0], f"{words[0][0]}."), *words[1:]])


def _another_given(text: str, dice: Dice) -> str:
    """The name somebody is called by and no paper knows: `Nguyễn Thị Hương` -> `Nguyễn Thị Ba`."""
    return " ".join([*text.split(" ")[:-1], dice.pick(("Ba", "Tư", "Năm", "Sáu", "Út", "Tý", "Bé", "Gái", "Hai", "Cu", "Bảy"))])


FORMS = (
    Noise("honorific", 0.030, _honorific),
    Noise("household_word", 0.018, _household_word),
    Noise("representative", 0.006, _representative),
    Noise("trailing_note", 0.008, _trailing_note),
    Noise("i_y", 0.120, _i_y),
    Noise("apostrophe", 0.400, _apostrophe),
    Noise("highland_letters", 0.500, _highland_letters),
    Noise("tone_placement", 0.250, _tone_place),
    Noise("eth", 0.010, _eth),
    Noise("blanks", 0.020, _blanks),
)
DIFFERENCES = (
    Noise("typo", 0.014, typing_slip, reversible=False),
    Noise("tone", 0.014, tone_slip, reversible=False),
    Noise("regional", 0.016, regional_spelling, reversible=False),
    Noise("middle_missing", 0.012, _middle_missing, reversible=False),
    Noise("order", 0.003, _order, reversible=False),
    Noise("initials", 0.004, _initials, reversible=False),
    Noise("another_given", 0.003, _another_given, reversible=False),
)
JOINT_HOLDER = 0.012
MEDIA = (
    Noise("upper", 0.150, lambda text, _: text.upper()),
    Noise("accents_lost", 0.045, lambda text, _: bare(text)),
    Noise("upper_accents_lost", 0.060, lambda text, _: bare(text).upper()),
    Noise("lower", 0.012, title_case_lost),
    Noise("tcvn3", 0.014, lambda text, _: tcvn3(text)),
    Noise("upper_tcvn3", 0.004, lambda text, _: tcvn3(text.upper())),
    Noise("vni", 0.010, lambda text, _: vni(text)),
    Noise("nfd", 0.020, lambda text, _: decomposed(text)),
    Noise("telex", 0.004, lambda text, _: telex(text)),
    Noise("vni_keys", 0.002, lambda text, _: vni_keys(text)),
    Noise("utf8_as_cp1252", 0.002, lambda text, _: text.encode().decode("cp1252", "ignore") if _cp1252(text) else text),
)
PLAIN = Noise("", 1 - sum(noise.rate for noise in MEDIA), lambda text, _: text)
MEDIUM_TABLE = table([(noise, noise.rate) for noise in (PLAIN, *MEDIA)])
DIFFERENCE_TABLE = table([*((noise, noise.rate) for noise in DIFFERENCES), (PLAIN, 1 - sum(noise.rate for noise in DIFFERENCES))])
LONELY = 0.15
WITHOUT_ACCENTS = frozenset(("accents_lost", "upper_accents_lost"))


def _cp1252(text: str) -> bool:
    """Whether every byte of the text is a letter of Windows-1252, so that nothing is lost in the mistake."""
    return not set(text.encode()) & {0x81, 0x8D, 0x8F, 0x90, 0x9D}


def medium(dice: Dice) -> tuple[Noise, Noise]:
    """What the record's hand and file do to the name and to the address: mostly the same to both."""
    drawn = dice.pick(MEDIUM_TABLE)
    if drawn is PLAIN or not dice.chance(LONELY):
        return drawn, drawn
    return (drawn, PLAIN) if dice.chance(0.5) else (PLAIN, drawn)


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name as the partner's file has it, and the kinds of noise that can be seen in it, in the order they were laid on."""

    text: str
    noise: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """True if it is no longer the register's name, whatever its form."""
        return any(noise in LEGALLY_ANOTHER for noise in self.noise)

    @property
    def form(self) -> bool:
        """True if its form is not the register's."""
        return any(noise not in LEGALLY_ANOTHER for noise in self.noise)


LEGALLY_ANOTHER = frozenset((*(noise.name for noise in DIFFERENCES), "other_name"))


def noised(name: str, dice: Dice, hand: Noise, sex: str, *, joint: str = "", plain: bool = False, traceable: bool = True) -> WrittenName:
    """A name written by that hand; `joint` is a second holder's name, `plain` leaves the words of the name alone.

    `traceable` says that a number tells who is meant: only then may the name be one that no paper knows.
    """
    text, seen = name, []
    difference = PLAIN if plain else dice.pick(DIFFERENCE_TABLE)
    if difference is not PLAIN and (traceable or difference.name != "another_given"):
        changed = difference.change(text, dice)
        hidden = fold(changed) == fold(text) and hand.name in WITHOUT_ACCENTS
        if changed != text and not hidden:
            text, seen = changed, [difference.name]
    for noise in FORMS:
        if dice.chance(noise.rate):
            changed = noise.change(text, dice)
            if changed.endswith(f" {text}") and sex == "female":
                changed = _for_her(changed, text)
            if changed != text:
                text, seen = changed, [*seen, noise.name]
    if joint:
        text, seen = f"{text} {dice.pick(('và', '-', '&', ','))} {joint}", [*seen, "joint_holder"]
    changed = hand.change(text, dice)
    if changed != text:
        text, seen = changed, [*seen, hand.name]
    return WrittenName(text, tuple(seen))
