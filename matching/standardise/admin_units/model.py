"""What the gazetteer knows about a unit: plain facts of both eras, with the edges between them.

Codes of the two eras collide (00004 was phường Trúc Bạch and is phường Ba Đình), so every type says its era by its class and
no function takes a code without saying which era it is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Era = Literal["old", "new"]
REFORM = date(2025, 7, 1)
"""The day districts ceased and 63 provinces became 34 (QĐ 19/2025/QĐ-TTg, NQ 202/2025/QH15)."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Where (a part of) an old commune went. `resident` says whether people went along: yes, maybe (split), no (area only)."""

    old_code: str
    new_code: str
    relation: str
    resident: str


@dataclass(frozen=True, slots=True)
class Province:
    """A province of one era; `new_code` is the province of today that it belongs to (itself when new)."""

    code: str
    name: str
    era: Era
    new_code: str

    @property
    def base(self) -> str:
        """`Tỉnh Bắc Ninh` -> `Bắc Ninh`."""
        return split_kind(self.name)[1]


@dataclass(frozen=True, slots=True)
class District:
    """A district of 30 June 2025."""

    code: str
    name: str
    province_code: str

    @property
    def base(self) -> str:
        """`Quận Ba Đình` -> `Ba Đình`; a bare number keeps its number: `Quận 3` -> `3`."""
        return split_kind(self.name)[1]


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A commune in force since 1 July 2025, by the name and kind of that day (later names: `Gazetteer.commune_name`)."""

    code: str
    name: str
    kind: str
    province_code: str

    @property
    def base(self) -> str:
        """The name without its kind."""
        return split_kind(self.name)[1]


@dataclass(frozen=True, slots=True)
class OldUnit:
    """A commune of 30 June 2025. The five island districts had none: they stand here by their three-digit district code."""

    code: str
    name: str
    kind: str
    district_code: str
    district_name: str
    province_code: str
    province_name: str
    successors: tuple[Edge, ...]

    @property
    def base(self) -> str:
        """The name without its kind."""
        return split_kind(self.name)[1]


@dataclass(frozen=True, slots=True)
class Change:
    """A unit of the new era that got another name or kind on a day, by an act."""

    level: Literal["province", "commune"]
    code: str
    effective: date
    name: str
    act: str


@dataclass(frozen=True, slots=True)
class Retired:
    """A name that was gone before 30 June 2025, or is only another spelling; `name` is folded, without its kind."""

    level: Literal["commune", "district"]
    name: str
    kind: str
    targets: tuple[str, ...]
    source: str


KINDS = ("đặc khu", "thị trấn", "phường", "xã", "thành phố", "thị xã", "quận", "huyện", "tỉnh")


@lru_cache(maxsize=50_000)
def split_kind(name: str) -> tuple[str, str]:
    """`Thị trấn Diễn Châu` -> `("thị trấn", "Diễn Châu")`; a name without a kind gives an empty kind."""
    lower = name.lower()
    for kind in KINDS:
        if lower.startswith(kind + " "):
            return kind, name[len(kind) + 1 :].strip()
    return "", name
