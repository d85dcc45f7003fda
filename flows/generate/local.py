"""House, alleys, street and hamlet as clerks write them: the words of the region, and the many short forms of each."""

from __future__ import annotations

import tomllib
from functools import cache

from flows.generate.dice import Dice
from flows.generate.letters import DATA
from flows.generate.places import Door, Spot

RATES = {"slash": 0.18, "street_word_short": 0.12, "street_word_left_out": 0.45, "hamlet_short": 0.10, "hamlet_padded": 0.05,
         "hamlet_roman": 0.04, "hamlet_kind_changed": 0.02, "group_added": 0.10}  # fmt: skip


@cache
def words(table: str) -> dict[str, list[str]]:
    """A table of forms by the word they stand for; a plain list stands under the empty word."""
    with (DATA / "writing.toml").open("rb") as file:
        found = tomllib.load(file)[table]
    return found if isinstance(found, dict) else {"": found}


def local_text(door: Door, dice: Dice) -> tuple[str, tuple[str, ...]]:
    """The part of an address below the commune, and the noise in it; parts are joined by `, `."""
    spot = door.spot
    if not spot.street:
        hamlet, noise = _hamlet(spot, dice)
        return (f"{dice.pick(words('houses')['']).format(door.house)}, {hamlet}" if door.house else hamlet), noise
    street, noise = _street(spot, dice)
    if door.building:
        unit, _, tower = door.building.partition("/")
        text = dice.pick(("Căn hộ {0}, tòa {1}, {2}", "CH {0} Tòa {1}, {2}", "P.{0} nhà {1}, {2}", "Căn {0} Block {1}, {2}")).format(
            unit, tower, street
        )
    elif not door.house:
        text = street
    else:
        house, slash = _numbers(door, dice)
        text = f"{house}{dice.pick((' ', ', ', ' '))}{street}"
        noise = (*noise, "slash") if slash else noise
    if dice.chance(RATES["group_added"]):
        group = spot.group if spot.group and dice.chance(0.6) else f"{dice.pick(('tổ', 'Tổ'))} {dice.between(1, 60)}"
        return f"{text}, {group}", (*noise, "group_added")
    return text, noise


def _numbers(door: Door, dice: Dice) -> tuple[str, bool]:
    """House and alley chain in a form of the region -> (text, whether the north wrote a slash)."""
    word = dice.pick(words("houses")[""])
    if not door.alley:
        return word.format(door.house), False
    chain = "/".join(door.alley)
    slash = f"{chain}/{door.house}"
    way, roll = door.spot.commune.way, dice.random()
    if way == "south":
        if roll < 0.84:
            return word.format(slash), False
        return f"{word.format(door.house)}{dice.pick((' hẻm ', ', hẻm ', ', Hẻm '))}{chain}", False
    if way == "central":
        if roll < 0.35:
            return f"K{slash}", False
        if roll < 0.45 and len(door.alley) > 1:
            return f"K{door.alley[0]}/H{door.alley[1]}/{door.house}", False
        if roll < 0.65:
            return word.format(slash), False
        return f"{word.format(door.house)} {dice.pick(('kiệt', 'Kiệt'))} {chain}", False
    if roll < RATES["slash"] * 0.4:
        return word.format(slash), True
    sign = dice.pick((" ", ", "))
    if len(door.alley) == 1:
        return f"{word.format(door.house)}{sign}{dice.pick(('ngõ', 'ngõ', 'Ngõ'))} {chain}", False
    if roll < 0.4:
        return f"{word.format(door.house)}{sign}ngõ {chain}", False
    inner = chain if dice.chance(0.7) else door.alley[1]
    return f"{word.format(door.house)}{sign}ngách {inner}{sign}ngõ {door.alley[0]}", False


def _street(spot: Spot, dice: Dice) -> tuple[str, tuple[str, ...]]:
    roll = dice.random()
    if roll < RATES["street_word_left_out"] and not spot.name[0].isdigit():
        return spot.name, ()
    if roll > 1 - RATES["street_word_short"] and spot.kind == "đường":
        return f"{dice.pick(('Đ. ', 'Đ.', 'đ. '))}{spot.name}", ("street_word_short",)
    return f"{spot.kind if dice.chance(0.7) else spot.kind.capitalize()} {spot.name}", ()


def _hamlet(spot: Spot, dice: Dice) -> tuple[str, tuple[str, ...]]:
    """A hamlet's name in one of its written forms, and what that form is called."""
    roll, kind, name = dice.random(), spot.kind, spot.name
    number = int(name) if name.isdigit() else 0
    if (roll := roll - RATES["hamlet_kind_changed"]) < 0 and kind in words("changed_hamlets"):
        return f"{dice.pick(words('changed_hamlets')[kind])} {name}", ("hamlet_kind_changed",)
    if (roll := roll - RATES["hamlet_short"]) < 0:
        return dice.pick(words("hamlets")[kind]).format(name), ("hamlet_short",)
    if (roll := roll - RATES["hamlet_padded"]) < 0 and 0 < number < 10:
        return f"{kind.capitalize()} 0{name}", ("hamlet_padded",)
    if roll - RATES["hamlet_roman"] < 0 and 0 < number < len(words("roman")[""]):
        return f"{kind.capitalize()} {words('roman')[''][number]}", ("hamlet_roman",)
    return f"{kind.capitalize() if dice.chance(0.8) else kind} {name}", ()
