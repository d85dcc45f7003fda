"""How people are called: by region, people (dân tộc), sex and the fashion of the years they were born in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from flows.generate.dice import Dice, parsed, table
from flows.generate.letters import DATA

COHORTS = (1961, 1986, 2003)
MOTHER_NAME = (0.0, 0.01, 0.05, 0.09)
LONG_TAIL = 0.72
DOUBLE_GIVEN = 0.88


@dataclass(frozen=True)
class Tables:
    """Weighted tables of one people of one region; `order` says how surname, middle and given are put together."""

    order: str
    bare: float
    surnames: tuple[str, ...]
    given: dict[str, tuple[tuple[str, ...], ...]]
    middle: dict[str, tuple[tuple[str, ...], ...]]
    word: dict[str, str]


@cache
def _data() -> dict[str, Any]:
    with (DATA / "names.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def tables(people: str, region: str) -> Tables:
    """The tables of a people; the majority (`kinh`) has surnames by region, the others bring their own."""
    data = _data()
    middle = {sex: tuple(_middles(sex, cohort) for cohort in range(4)) for sex in ("male", "female")}
    if people == "kinh":
        given = {sex: tuple(_flat(data["givens"][f"{sex}_{cohort}"]) for cohort in range(4)) for sex in ("male", "female")}
        return Tables("surname_first", 0.0, parsed(data["surnames"][region]), given, middle, {})
    own = data["peoples"][people]
    given = {sex: (parsed(own[sex], 512),) * 4 for sex in ("male", "female")}
    for sex in ("male", "female"):
        if f"{sex}_middle" in own:
            middle[sex] = (parsed(own[f"{sex}_middle"], 512),) * 4
    surnames = parsed(own.get("surnames", own.get("clans", ":1")), 1024)
    words = {sex: own.get(f"{sex}_word", "") for sex in ("male", "female")}
    return Tables(own["order"], own.get("bare", 0.0), surnames, given, middle, words)


def _flat(listing: str) -> tuple[str, ...]:
    """Given names with the common ones less common: the lists end where the long tail of rare names begins."""
    weights = (chunk.rpartition(":") for chunk in listing.split(" "))
    return table([(name, float(weight) ** LONG_TAIL) for name, _, weight in weights])


def _middles(sex: str, cohort: int) -> tuple[str, ...]:
    """Middle names as one weighted table: the main one (Văn, Thị, Thị + another) and the free ones."""
    data = _data()
    word = "Văn" if sex == "male" else "Thị"
    main: float = data["main_middle"][sex][cohort]
    others = parsed_middles(f"{sex}_{cohort}")
    second: float = data["main_middle"]["second"][cohort] if sex == "female" else 0.02
    weights: list[tuple[str, float]] = [(word, main * (1 - second))]
    weights += [(f"{word} {other}".strip(), main * second / len(others)) for other in others]
    weights += [(other, (1 - main) / len(others)) for other in others]
    return table(weights, 8192)


def _free_middle(dice: Dice, sex: str, fashion: int) -> str:
    """A middle name that is neither Văn nor Thị: who bears no surname often bears two given names, `Y Ngọc Mai`."""
    return dice.pick(parsed_middles(f"{sex}_{fashion}")) or "Ngọc"


@cache
def parsed_middles(name: str) -> tuple[str, ...]:
    """The weighted table of free middle names of a sex and cohort."""
    return parsed(_data()["middles"][name], 512)


def cohort(year: int) -> int:
    """Which naming fashion a year of birth belongs to, 0 (oldest) to 3."""
    return sum(year >= start for start in COHORTS)


def surname(dice: Dice, people: str, region: str) -> str:
    """A surname (a clan among the Ê Đê, nothing where people bear none)."""
    return dice.pick(tables(people, region).surnames)


def full_name(dice: Dice, people: str, region: str, sex: str, year: int, family: str) -> str:
    """A full name of someone of that family born in that year, as the register writes it."""
    own = tables(people, region)
    fashion = cohort(year)
    given = dice.pick(own.given[sex][fashion])
    if own.order != "surname_first":
        word = own.word[sex]
        if own.order == "sex_word" and dice.chance(DOUBLE_GIVEN):
            given = f"{_free_middle(dice, sex, fashion)} {dice.pick(tables('kinh', region).given[sex][fashion])}"
        start = f"{word}{given}" if word.endswith("'") else f"{word} {given}"
        return f"{start} {family}".strip()
    if own.bare and dice.chance(own.bare):
        return f"{family} {given}"
    middle = dice.pick(own.middle[sex][fashion])
    if middle.endswith(given):
        middle = ""
    if people == "kinh" and dice.chance(MOTHER_NAME[fashion]):
        middle = f"{dice.pick(own.surnames)} {middle}".strip()
    return f"{family} {middle} {given}" if middle else f"{family} {given}"
