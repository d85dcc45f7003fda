"""Buildings: rooms, towers, floors and complexes, and where their code ends and a street begins.

A tower is called by one code (A, CT1, S1.02, 17T2) or by a name. After a code the words that follow are the street
(`tòa A Lê Quý Đôn`) unless they name a complex themselves (`S1.02 Vinhomes Smart City`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from matching.standardise.addresses.lexicon import words

_SHORT = {
    "cc": "chung cu", "c/c": "chung cu", "toa nha": "toa", "blk": "toa", "block": "toa", "lk": "lo", "nha": "toa", "lau": "tang", "can ho": "can", "ch": "can",
    "chcc": "can", "phong": "can", "p": "can", "ph": "can", "khu dan cu": "kdc", "khu do thi": "kdt", "khu do thi moi": "kdt", "kdtm": "kdt",
    "khu tap the": "ktt", "tap the": "ktt", "ky tuc xa": "ktx", "thap": "toa", "khu dt": "kdt", "khu dc": "kdc", "khu dtm": "kdt", "khu tdc": "tdc",
}  # fmt: skip
_KIND = re.compile(r"^(" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")(?![a-z])[\s.:]*(?:so\s)?")
_CODED = re.compile(r"(?:toa nha|toa|thap|block|blk|nha|can ho|chcc|ch|can|phong|ph|p|tang|lau|lo|lk|day)[\s.:]*(?:so[\s.:]*)?")
_CODE = re.compile(
    r"(?:[a-z]{1,3}[.-]?\d{1,5}|\d{1,5}[a-z]{0,2}\d?|[a-z](?![a-z0-9]))(?:\.\d{1,3})?[a-z]?\d?(?![a-z0-9])(?:[-/]\d{1,4}(?![a-z0-9]))*"
)
_TOWER = re.compile(r"[\s./-]+(?:nha\s)?((?:[a-z]{1,3}\d{1,2}(?:\.\d{1,2})?[a-z]?|\d{1,2}[a-z]\d{1,2}|[a-h])(?![a-z0-9.]))")
"""`1402-A`, `P.506 CT2`: the tower right behind a room, without a word for it."""
_ROOMS = words("can phong ch chcc p ph") | {"can ho"}
_COMPLEX = words(
    "vinhomes city park plaza tower towers home homes house residence residences garden gardens royal golden gold green sky river star land "
    "landmark hill view central center centre complex building eco ecopark times masteri sunrise sunshine smart ocean grand apartment "
    "riverside lake mall court palace hotel resort villa villas"
)
_ZEROS = re.compile(r"^((?:can|tang) )0+(?=\d)")
_SIGNS = re.compile(r"[^a-z0-9/.-]+")
_WORDS = re.compile("[a-z0-9]+")


def read_building(text: str, folded: str, body: int) -> tuple[list[str], int]:
    """What a building piece says, each layer canonical (`can 1402`, `toa a`), and where in the piece the rest begins."""
    coded = _CODED.match(folded)
    code = _CODE.match(folded, coded.end()) if coded else None
    if coded is None or code is None:
        return _canonical(folded), len(folded)
    layers, end = _canonical(folded[: code.end()]), code.end()
    tower = _TOWER.match(folded, end) if _is_room(coded.group()) else None
    if tower:
        layers, end = [*layers, f"toa {tower[1]}"], tower.end()
    if not _is_named(folded[end:]):
        return layers, end
    return _canonical(folded), len(folded)


_HOUSES = re.compile(r"(?:chung cu|cc|c/c|cum chung cu|toa|block|blk)(?![a-z])")
_ESTATE = re.compile(r"(?:kdc|kdt[mn]?|khu dan cu|khu do thi|khu d[tc]m?|khu tdc|khu tai dinh cu|tdc)(?![a-z])")
_FLAT = re.compile(r"(\d{3,4}[a-z]?)(?:\s?-\s?((?:[a-z]{1,3}\d{0,2}|\d{1,2}[a-z]\d{1,2})))?")
_LOT = re.compile(r"(?:lo )?[a-z]{1,2}\d{0,2}\s?[-.]\s?\d{1,3}[a-z]?|[a-z]{1,2}\d{1,3}")


def before_complex(chain: str, rest: str) -> list[str]:
    """What a number says right before a complex: `1402 chung cư`, `1402-A chung cư` a flat, `B2-14 KĐT` a lot; else nothing."""
    if rest[:1] not in ("b", "c", "k", "t"):
        return []
    if _HOUSES.match(rest) and (flat := _FLAT.fullmatch(chain)):
        return [f"can {flat[1].lstrip('0')}", *([f"toa {flat[2]}"] if flat[2] else [])]
    if _ESTATE.match(rest) and _LOT.fullmatch(chain):
        return ["lo " + re.sub(r"\s", "", chain)]
    return []


_CALLED = re.compile(r"(chung cu|kdc|kdt|tdc|ktt|cu xa) (?!so \d)(.*[a-z]{2}.*)")


def complex_of(layers: Iterable[str]) -> tuple[str, str] | None:
    """The kind and name of the first block of flats or new town that is called something: where its flats and lots are, as houses are in a hamlet."""
    return next(((found[1], found[2]) for layer in layers if (found := _CALLED.fullmatch(layer))), None)


_IN_ESTATE = ("kdc ", "kdt ", "tdc ")
_LOT_LAYER = re.compile(r"(?:(?:lo|biet thu|lien ke) (?:lk)?|(?:toa|can) (?=.*-))([a-z]{0,3}[.-]?\d{1,3}[a-z]?)(?:-(\d{1,3}[a-z]?))?")
_LOT_DOOR = re.compile(r"(?:LK)?([A-Z]{0,3}\d{1,5}[A-Z]?)")
_OF_LOT = frozenset({"can", "lo", "toa", "biet thu", "lien ke"})


def lot_of_estate(layers: list[str], doors: list[str], on_street: bool) -> list[str] | None:
    """The layers with the lot of a new town written one way: `B6-35`, `lô B6-35`, `nhà B6-35`, `lô B6 số 35`; None if there is no such lot.

    `doors` are the numbers outside the layers; a plain one without a lot, or on a street, is a house's.
    """
    estate = [layer for layer in layers if layer.startswith(_IN_ESTATE)]
    lots = [found for layer in layers if (found := _LOT_LAYER.fullmatch(layer))]
    plain = [found[1] for door in doors if (found := _LOT_DOOR.fullmatch(door))]
    if not estate or len(lots) > 1 or len(plain) != len(doors) or len(layers) - len(lots) - len(_OF_LOT.intersection(layers)) > len(estate):
        return None
    if lots and doors and (len(doors) > 1 or lots[0][2] or on_street or not plain[0].isdigit()):
        return None
    if not lots and (not doors or len(doors) > 2 or doors[0][0].isdigit()):
        return None
    said = "".join(part for found in lots for part in found.groups("")) + "".join(plain).lower()
    return ["lo " + re.sub("[.-]", "", said), *estate]


def _is_room(kind: str) -> bool:
    return kind.split(" so", maxsplit=1)[0].strip(" .:") in _ROOMS


def _is_named(rest: str) -> bool:
    """Whether what follows a code belongs to the building: too little for a street, or a complex's name."""
    following = _WORDS.findall(rest)
    return bool(following) and (not _COMPLEX.isdisjoint(following) or (len(following) == 1 and len(following[0]) < 6))


def _canonical(folded: str) -> list[str]:
    name = " ".join(_SIGNS.sub(" ", folded).split()).strip(" .-/")
    short = _KIND.sub(lambda match: _SHORT[match[1]] + " ", name + " ").strip()
    return [_ZEROS.sub(r"\1", short)] if short else []
