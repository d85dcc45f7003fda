"""A place as a partner's clerk writes it: old or new units, abbreviations, levels left out, signs between them, slips.

The result keeps what was really written (which levels, which era, whether it contradicts itself), because the truth about
an address depends on what stands in the file and not only on where the meter hangs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flows.generate.dice import Dice, table
from flows.generate.local import local_text, words
from flows.generate.noise import WITHOUT_ACCENTS, Noise
from flows.generate.places import Door
from flows.generate.slips import typing_slip
from flows.generate.units import AS_OF, REFORM, Commune, in_district, readings, split_kind
from matching.standardise.admin_units import Gazetteer

OLD_FORM_KEPT = 0.72
OLD_FORM_STILL = 0.10
NAMES_BROUGHT_UP = 0.5
RATES = {
    "unreadable": 0.004, "wrong_district": 0.008, "commune_left_out": 0.012, "local_left_out": 0.010, "house_left_out": 0.010,
    "district_left_out": 0.080, "province_left_out": 0.090, "commune_misspelt": 0.022, "kinds_left_out": 0.120,
    "abbreviated": 0.340, "glued": 0.030, "no_commas": 0.070, "hyphens": 0.050, "tight_commas": 0.090, "old_note": 0.010,
    "numbered_ward_padded": 0.150,
}  # fmt: skip
SIGNS = table(
    [
        (", ", 1 - 0.07 - 0.05 - 0.09),
        (" ", RATES["no_commas"]),
        (" - ", RATES["hyphens"]),
        (",", RATES["tight_commas"]),
    ],
    1000,
)
SIGN_NAMES = {" ": "no_commas", " - ": "hyphens", ",": "tight_commas"}


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """The text with what a careful reader finds in it; `meant` are the communes of today that the written commune can mean."""

    text: str
    noise: tuple[str, ...]
    old_form: bool
    readable: bool
    contradicts: bool
    has_commune: bool
    has_spot: bool
    has_house: bool
    has_district: bool = False
    reorganised: bool = False
    meant: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Levels:
    """The units above the street, as full names; empty where left out."""

    commune: str
    district: str
    province: str
    district_code: str = ""
    old_code: str = ""


def written_address(door: Door, signed: date, dice: Dice, hand: Noise) -> WrittenAddress:
    """The address of a door as it stands in a contract of that day, written by that hand."""
    if dice.chance(RATES["unreadable"]):
        garbage = dice.pick(words("garbage")[""])
        return WrittenAddress(garbage, ("unreadable",), False, False, False, False, False, False)
    commune, old_form = door.spot.commune, dice.chance(OLD_FORM_KEPT if signed < REFORM else OLD_FORM_STILL)
    levels, noise = _left_out(_levels(door, commune, old_form, signed, dice), old_form, dice)
    local, has_spot, has_house, local_noise = _local(door, dice)
    kinds = not dice.chance(RATES["kinds_left_out"])
    parts, unit_noise = _unit_texts(levels, kinds, dice)
    text, joined_noise = _joined(local, parts, bool(levels.district), dice)
    shown = levels if kinds else _as_read(levels, commune)
    after = hand.change(text, dice)
    return WrittenAddress(
        text=after,
        noise=(*noise, *local_noise, *unit_noise, *joined_noise, *([hand.name] if after != text else [])),
        old_form=old_form,
        readable=True,
        contradicts="wrong_district" in noise,
        has_commune=bool(shown.commune),
        has_spot=has_spot,
        has_house=has_house or not (door.house or door.building),
        has_district=bool(shown.district),
        reorganised=_reorganised(shown, commune, kinds),
        meant=_meant(shown, commune, kinds, accents=hand.name not in WITHOUT_ACCENTS),
    )


def _local(door: Door, dice: Dice) -> tuple[str, bool, bool, tuple[str, ...]]:
    """What stands below the commune -> (text, whether street or hamlet is in it, whether the house is, noise)."""
    if dice.chance(RATES["local_left_out"]):
        return "", False, False, ("local_left_out",)
    if (door.house or door.building) and dice.chance(RATES["house_left_out"]):
        text, noise = local_text(replace(door, house="", alley=(), building=""), dice)
        return text, True, False, ("house_left_out", *noise)
    text, noise = local_text(door, dice)
    return text, True, bool(door.house or door.building), noise


def _joined(local: str, parts: list[str], old: bool, dice: Dice) -> tuple[str, list[str]]:
    """All parts as one line with the signs of that hand between them."""
    sign = dice.pick(SIGNS)
    noise = [SIGN_NAMES[sign]] if sign in SIGN_NAMES else []
    text = sign.join(part for part in (local.replace(", ", sign), *parts) if part)
    if old and dice.chance(RATES["old_note"]):
        text, noise = f"{text} (cũ)", [*noise, "old_note"]
    if dice.chance(RATES["glued"]):
        text, noise = text.replace(". ", ".").replace(sign, sign.strip() or " "), [*noise, "glued"]
    return text, noise


def _levels(door: Door, commune: Commune, old_form: bool, signed: date, dice: Dice) -> _Levels:
    if old_form:
        old = door.spot.old
        return _Levels(old.name, old.district_name, old.province_name, old.district_code, old.code)
    day = AS_OF if signed < REFORM or dice.chance(NAMES_BROUGHT_UP) else signed
    name, province = commune.name_on(day)
    return _Levels(name, "", province)


def _left_out(levels: _Levels, old_form: bool, dice: Dice) -> tuple[_Levels, list[str]]:
    """The levels with one left out or wrong, and what was done to them."""
    roll, noise = dice.random(), []
    if roll < RATES["commune_left_out"]:
        return replace(levels, commune=""), ["commune_left_out"]
    if old_form and roll < RATES["commune_left_out"] + RATES["wrong_district"]:
        wrong = _wrong_district(levels, dice)
        return (replace(levels, district=wrong), ["wrong_district"]) if wrong else (levels, [])
    if old_form and dice.chance(RATES["district_left_out"]):
        levels, noise = replace(levels, district=""), ["district_left_out"]
    elif dice.chance(RATES["province_left_out"]):
        levels, noise = replace(levels, province=""), ["province_left_out"]
    return levels, noise


def _as_read(levels: _Levels, commune: Commune) -> _Levels:
    """The levels as a reader sees them without kind words: `Ba Đình, Hà Nội` with its old ward left out is today's ward of that
    name, if it is the one that is meant."""
    base = split_kind(levels.district)[1]
    if levels.commune or not base or base.isdigit() or commune.code not in readings(base, commune.province_code):
        return levels
    return replace(levels, commune=base, district="")


def _wrong_district(levels: _Levels, dice: Dice) -> str:
    """Another district of the province, one that never had a commune of the name; empty if there is none."""
    gazetteer, base = Gazetteer.load(), split_kind(levels.commune)[1]
    province = gazetteer.districts[levels.district_code].province_code
    others = [d for d in gazetteer.districts.values() if d.province_code == province and not in_district(base, d.code)]
    return dice.pick(others).name if others else ""


def _unit_texts(levels: _Levels, kinds: bool, dice: Dice) -> tuple[list[str], list[str]]:
    """Commune, district and province as written, and the noise that shows in them."""
    noise = [] if kinds else ["kinds_left_out"]
    short = kinds and dice.chance(RATES["abbreviated"])
    noise += ["abbreviated"] if short else []
    commune = levels.commune
    if commune and dice.chance(RATES["commune_misspelt"]):
        commune = _misspelt(levels, dice)
        noise += ["commune_misspelt"] if commune != levels.commune else []
    kind, base = split_kind(commune)
    if kind == "phường" and base.isdigit() and len(base) == 1 and dice.chance(RATES["numbered_ward_padded"]):
        commune, noise = f"Phường 0{base}", [*noise, "numbered_ward_padded"]
    texts = []
    for place, name in enumerate((commune, levels.district, levels.province)):
        short_province = words("provinces").get(name)
        if short and place == 2 and short_province:
            texts.append(dice.pick(short_province))
        else:
            texts.append(_unit_text(name, kinds, short, dice))
    return texts, noise


def _unit_text(name: str, kinds: bool, short: bool, dice: Dice) -> str:
    kind, base = split_kind(name)
    if not kinds and not base.isdigit():
        return base
    if not kind or not short:
        return name
    return dice.pick(words("units")[kind]) + base


def _misspelt(levels: _Levels, dice: Dice) -> str:
    """The commune's name with one slip, unless that makes it the name of another commune nearby."""
    kind, base = split_kind(levels.commune)
    slipped = typing_slip(base, dice)
    if base.isdigit() or len(base) < 5 or (levels.district_code and in_district(slipped, levels.district_code)):
        return levels.commune
    return f"{levels.commune[: len(kind)]} {slipped}"


def _reorganised(levels: _Levels, commune: Commune, kinds: bool) -> bool:
    """Whether what is written is visibly a form from before a reorganisation: a district, or a name or kind no more in force."""
    if not levels.commune:
        return False
    now, now_province = split_kind(commune.name), split_kind(commune.province)
    then, then_province = split_kind(levels.commune), split_kind(levels.province) if levels.province else now_province
    renamed = then[1] != now[1] or then_province[1] != now_province[1]
    return bool(levels.district) or renamed or (kinds and (then[0] != now[0] or then_province[0] != now_province[0]))


def _meant(levels: _Levels, commune: Commune, kinds: bool, accents: bool) -> frozenset[str]:
    """The communes of today that the written units can mean; empty where no commune is written."""
    if not levels.commune:
        return frozenset()
    if levels.district and levels.old_code:
        return frozenset(Gazetteer.load().resident_successors(levels.old_code))
    name = levels.commune if kinds else split_kind(levels.commune)[1]
    return readings(name, commune.province_code, accents) or readings(name, commune.province_code) or frozenset((commune.code,))
