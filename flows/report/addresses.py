"""Two addresses part by part, each under today's names, so that a merged ward or another way of writing is no difference.

Parts are compared by the keys of standardisation and shown as written. What only one side says is marked `[12|?]`: it is
unknown on the other side and never called a disagreement, so it is shown only beside a part that does differ.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from flows.report.diff import mark_words
from matching.standardise.admin_units import Gazetteer
from matching.standardise.text import fold

UNKNOWN = "?"
SHOWN = 3  # names of a split commune that are written out
_ONE_SIDED = re.compile(r"\[\?\|[^\[\]]*\]|\[[^\[\]]*\|\?\]")
_ROADS = frozenset(("duong", "pho", "d", "quoc lo", "tinh lo"))  # folded; the kind of a road is no part of its name
# Layers of a building as standardisation writes them, and as people do.
_LAYERS = {
    "can": "căn", "toa": "tòa", "tang": "tầng", "lo": "lô", "day": "dãy", "phong": "phòng", "chung cu": "chung cư", "ktt": "khu tập thể",
    "ktx": "ký túc xá", "kdt": "khu đô thị", "tdc": "tái định cư",
}  # fmt: skip


class Place(NamedTuple):
    """The parts of a standardised address; texts are null where the address does not say them, `communes` by `|`."""

    house: str | None
    alley: str | None
    building: str | None
    unit_group: str | None
    street: str | None
    street_display: str | None
    hamlet: str | None
    hamlet_display: str | None
    communes: str | None
    province: str | None


FIELDS = Place._fields


class Names:
    """Names of communes and provinces on one day, looked up once each."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._gazetteer = Gazetteer.load()
        self._communes: dict[str, str] = {}
        self._provinces: dict[str, str] = {}

    def commune(self, code: str | None) -> str:
        """The commune's name; the code itself if unknown; empty for null."""
        if not code:
            return ""
        if code not in self._communes:
            self._communes[code] = self._gazetteer.commune_name(code, self._as_of) or code
        return self._communes[code]

    def province(self, code: str | None) -> str:
        """The province's name; the code itself if unknown; empty for null."""
        if not code:
            return ""
        if code not in self._provinces:
            self._provinces[code] = self._gazetteer.province_name(code, self._as_of) or code
        return self._provinces[code]

    def communes(self, codes: str | None) -> str:
        """Names of `codes` (joined by `|`), at most three of them: a split commune may be any of its successors."""
        listed = codes.split("|") if codes else []
        shown = [self.commune(code) for code in listed[:SHOWN]]
        if len(set(shown)) < len(shown):  # communes of one name lie in several provinces: say which
            shown = [self._gazetteer.display(code, self._as_of) or code for code in listed[:SHOWN]]
        return " / ".join(shown) + (" / …" if len(listed) > SHOWN else "")


def written(raw: str | None, communes: str | None, names: Names) -> str:
    """An address as written; a coded one (`#code|detail`) as its detail with today's names."""
    if not raw or not raw.startswith("#"):
        return raw or ""
    detail = raw.partition("|")[2]
    return ", ".join(part for part in (detail, names.communes(communes)) if part)


def address_diff(partner: Place, register: Place, names: Names) -> str:
    """Mark the parts that differ; empty if none does: what one side alone says is no difference."""
    if not (any(partner) and any(register)):
        return ""
    parts = [
        _part(_door(partner), _door(register), _door(partner), _door(register)),
        _part(partner.building, register.building, _building(partner.building), _building(register.building)),
        _part(partner.unit_group, register.unit_group, _group(partner.unit_group), _group(register.unit_group)),
        _part(partner.street, register.street, *_roads(partner.street_display, register.street_display)),
        _part(partner.hamlet, register.hamlet, partner.hamlet_display, register.hamlet_display),
        _communes(partner.communes, register.communes, names),
        _part(partner.province, register.province, names.province(partner.province), names.province(register.province)),
    ]
    shown = [part for part in parts if part]
    return ", ".join(shown) if any("[" in _ONE_SIDED.sub("", part) for part in shown) else ""


def _door(place: Place) -> str | None:
    return "/".join(part for part in (place.alley, place.house) if part) or None


def _building(layers: str | None) -> str | None:
    """Layers as people write them: `can 2211; toa a` -> `căn 2211, tòa A`."""
    if layers is None:
        return None
    shown = []
    for layer in layers.split("; "):
        kind, _, name = layer.rpartition(" ")
        shown.append(f"{_LAYERS.get(kind, kind)} {name.upper() if len(name) < 6 else name}".strip())
    return ", ".join(shown)


def _roads(partner: str | None, register: str | None) -> tuple[str | None, str | None]:
    """Both names without the kind of road if both have one: `duong Le Loi`, `đường Lê Lai` -> `Le Loi`, `Lê Lai`."""
    if not (partner and register):
        return partner, register
    (left, _, name), (right, _, other) = partner.partition(" "), register.partition(" ")
    return (name, other) if name and other and fold(left) in _ROADS and fold(right) in _ROADS else (partner, register)


def _group(unit: str | None) -> str | None:
    """A residential group with its kind: `58` -> `tổ 58`."""
    return f"tổ {unit}" if unit and unit[0].isdigit() else unit


def _part(partner: str | None, register: str | None, shown: str | None, shown_register: str | None) -> str:
    """One part: as it is if the keys agree, word by word if they differ, with `?` if one side does not say it."""
    if partner == register:
        return shown_register or register or ""
    left, right = shown or partner, shown_register or register
    if left is None or right is None or not (partner and register):
        return f"[{left or UNKNOWN}|{right or UNKNOWN}]"
    return mark_words(left, right) or f"[{left}|{right}]"


def _communes(partner: str | None, register: str | None, names: Names) -> str:
    """Communes are sets: a split commune agrees with each of its successors. Names are marked whole."""
    if not (partner or register):
        return ""
    if partner and register and set(partner.split("|")) & set(register.split("|")):
        return names.communes(register)
    return f"[{names.communes(partner) or UNKNOWN}|{names.communes(register) or UNKNOWN}]"
