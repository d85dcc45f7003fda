"""A field that comes in several columns: house number, street, commune, district and province apart; family name and given name apart.

The run file may list the headers (`columns = { holder_name = ["Họ và tên đệm", "Tên"] }`). Columns that say themselves which
part of an address they are ("Phường/Xã", "Tỉnh thường trú") are found, if among them is a commune or a province and each unit comes once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.sources import Kind, Source
from matching.standardise.text import fold

SIGNS: Mapping[Kind, str] = {"name": " ", "address": ", ", "date": "/"}  # what stands between the parts; else the first filled one is taken


@dataclass(frozen=True, slots=True)
class Part:
    """A column as part of a field: its place among the parts, and how an address takes it.

    `word` is what a bare number needs ("6" -> "Phường 6"); a `house` number has no comma behind it ("12 Lê Lợi").
    """

    field: str
    rank: int
    word: str = ""
    house: bool = False


@dataclass(frozen=True, slots=True)
class _Role:
    """A kind of part of an address: the words its header begins with, and those that may follow."""

    rank: int
    begins: str
    follows: str
    word: str
    once: bool


_HAMLET = "thon|xom|ap|ban|buon|lang|to|khu|khom|doi"
_ROLES = (
    _Role(1, r"so nha|dia chi chi tiet|dia chi cu the|chi tiet", rf"duong|pho|ten|ngo|ngach|hem|kiet|so|{_HAMLET}", "", False),
    _Role(2, r"duong|pho|ngo|ngach|hem|kiet", rf"pho|duong|ngo|ngach|hem|kiet|{_HAMLET}", "", False),
    _Role(3, rf"({_HAMLET})", rf"dan|pho|so|{_HAMLET}", "Tổ", False),
    _Role(4, r"xa|phuong|p x", r"xa|phuong|thi|tran|tt|dac|khu", "Phường", True),
    _Role(5, r"quan|huyen|thi xa|q h", r"quan|huyen|thi|xa|tx|thanh|pho|tp|q", "Quận", True),
    _Role(6, r"tinh|thanh pho|tp", r"thanh|pho|tp|tinh", "", True),
)
_PATTERNS = [(role, re.compile(rf"(ten )?({role.begins})( ({role.follows}))*")) for role in _ROLES]
_FAMILY = re.compile(r"ho( va)?( ten| chu)? (dem|lot)|ho")
_GIVEN = re.compile(r"ten( rieng)?")
_BELOW = frozenset(("ngay", "thang", "nam", "nu", "so", "loai", "ngay cap", "noi cap", "ho", "ten"))
_LEAST = 2  # columns that an address in parts has


def names_part(word: str) -> bool:
    """True for a word below a header of two lines that says which part of an address, a date or a paper stands there, or whose."""
    return _role(fold(word), (), bare=True) is not None or fold(word) in _BELOW


def stated_part(field: str, kind: Kind, rank: int, header: str) -> Part:
    """The part that the run file lists at place `rank`; one of an address is taken as its own header says."""
    role = _role(fold(header), (), bare=True) if kind == "address" else None
    return Part(field, rank, role.word, role.rank == 1) if role else Part(field, rank)


def address_parts(source: Source, headers: Sequence[str], uses: list[str | None], joined: Mapping[int, Part]) -> dict[int, Part]:
    """Place -> part, of the columns that are parts of an address; `uses` (the field of each column) loses the address they complete.

    `joined` are the parts that the run file states: those fields are done.
    """
    found: dict[int, Part] = {}
    done = {part.field for part in joined.values()}
    addresses = [field for field in source.fields if field.kind == "address" and field.name not in done]
    for number, field in enumerate(addresses):
        owners = sorted({fold(alias) for alias in field.aliases}, key=len, reverse=True)
        free = [place for place, use in enumerate(uses) if use is None and place not in found and place not in joined]
        roles = {place: role for place in free if (role := _role(fold(headers[place]), owners, bare=number == 0)) is not None}
        units = [role.rank for role in roles.values() if role.once]
        own = field.name.removesuffix("_address")
        whole = [place for place, use in enumerate(uses) if use in (field.name, f"{own}_detail")]
        if len(roles) + len(whole) < _LEAST or len(set(units)) < len(units) or not {4, 6} & set(units) or f"{own}_commune_code" in uses:
            continue
        for place in whole:
            found[place] = Part(field.name, int(uses[place] != field.name))
            uses[place] = None
        found |= {place: Part(field.name, role.rank, role.word, role.rank == 1) for place, role in roles.items()}
    return found


def name_parts(source: Source, headers: Sequence[str], uses: Sequence[str | None], joined: Mapping[int, Part]) -> dict[int, Part]:
    """Place -> part, where the name that every row needs stands in two columns: family and middle name, and given name."""
    needed = next((field.name for field in source.fields if field.kind == "name" and field.required), None)
    there = {*uses, *(part.field for part in joined.values())}
    words = [fold(header) for header in headers]
    places = [
        at
        for form in (_FAMILY, _GIVEN)
        for at, word in enumerate(words)
        if at not in joined and uses[at] in (None, needed) and form.fullmatch(word)
    ]
    told = [at for at, use in enumerate(uses) if use == needed]
    if needed is None or len(places) != len({_FAMILY, _GIVEN}) or any(at not in places for at in told) or (needed in there and not told):
        return {}
    return {at: Part(needed, rank) for rank, at in enumerate(places)}


def birth_parts(source: Source, headers: Sequence[str], uses: Sequence[str | None], joined: Mapping[int, Part]) -> dict[int, Part]:
    """Place -> part, where old lists have two columns for the birth date, one for men and one for women: a row fills one of them."""
    field = next((field for field in source.fields if field.name == "birth_date"), None)
    if field is None or field.name in uses or any(part.field == field.name for part in joined.values()):
        return {}
    owners = {fold(alias) for alias in field.aliases}
    forms = [{f"{owner} {word}" for owner in owners} | {f"{word} {owner}" for owner in owners} for word in ("nam", "nu")]
    places = [at for form in forms for at, header in enumerate(headers) if fold(header) in form and uses[at] is None and at not in joined]
    return {at: Part(field.name, rank) for rank, at in enumerate(places)} if len(places) == len(forms) else {}


def _role(header: str, owners: Sequence[str], bare: bool) -> _Role | None:
    """The part that a folded header names: by itself (`bare`), or beside one of the address's own headers."""
    forms = [header] if bare else []
    forms += [header.removeprefix(f"{owner} ") for owner in owners if header.startswith(f"{owner} ")]
    forms += [header.removesuffix(f" {owner}") for owner in owners if header.endswith(f" {owner}")]
    return next((role for form in forms for role, pattern in _PATTERNS if pattern.fullmatch(form)), None)
