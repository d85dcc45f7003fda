"""Two addresses, level by level: same, compatible (one says less, or may mean the other), different, or unknown.

The same logic in columns, for SQL over two rows `l` and `r` of `ADDRESS_COLUMNS` (a null never agrees with anything):

* province: `l.province = r.province`; unknown if either is null.
* commune: same if `l.commune = r.commune`; compatible if `list_has_any(l.communes, r.communes)`; different if both lists are
  non-empty and disjoint, unless one side only named a district that the other's commune may lie in (`commune_or_district`);
  unknown if either list is empty.
* street: if both have a street, same if the keys are equal, compatible if one key abbreviates the other (`N.T.M.Khai`) or one
  begins or ends with the other, else different. Without two streets, the hamlets in the same way: equal names with kinds of
  the same family are same, equal names with unknown kinds compatible. A street on one side and a hamlet on the other say
  nothing about each other: unknown, or compatible if they have one name.
* house: compared only by what both have. Equal house and alley: same. Equal house and one alley missing or the inner part of
  the other, a house within the other's range, or one with a letter more: compatible. One house missing with alleys that do
  not contradict: unknown. Else different.

Levels below a commune mean something only where the communes can be the same, which is for the caller to ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from matching.standardise.addresses.model import Address, Detail, Place

Agreement = Literal["same", "compatible", "different", "unknown"]


@dataclass(frozen=True, slots=True)
class PlaceAgreement:
    """How far two addresses agree at each level."""

    province: Agreement
    commune: Agreement
    street: Agreement
    house: Agreement


_FAMILIES = (
    frozenset({"thon", "xom", "ap", "ban", "buon", "bon", "lang", "plei", "phum", "soc", "doi", "khu"}),
    frozenset({"khu pho", "to dan pho", "khom", "khoi", "khu vuc", "tieu khu", "khu"}),
    frozenset({"chung cu", "kdc", "kdt", "tdc", "ktt", "cu xa"}),
)
"""Kinds of hamlets of the countryside and of towns, and of what is built as one; across the two a same name is only compatible (thôn 3, tổ dân phố 3)."""


def compare_addresses(left: Address, right: Address) -> PlaceAgreement:
    """Agreement of two parsed addresses at every level; symmetric."""
    return PlaceAgreement(
        province=_equal(left.place.province, right.place.province),
        commune=compare_communes(left.place, right.place),
        street=compare_streets(left.detail, right.detail),
        house=compare_houses(left.detail, right.detail),
    )


def _equal(left: str | None, right: str | None) -> Agreement:
    if left is None or right is None:
        return "unknown"
    return "same" if left == right else "different"


def compare_communes(left: Place, right: Place) -> Agreement:
    """Sets of communes: one and the same, overlapping, or apart."""
    if not left.communes or not right.communes:
        return "different" if left.province and right.province and left.province != right.province else "unknown"
    if left.commune is not None and left.commune == right.commune:
        return "same"
    if set(left.communes) & set(right.communes):
        return "compatible"
    if "commune_or_district" in (*left.assumptions, *right.assumptions) and left.province == right.province:
        return "unknown"
    return "different"


def compare_streets(left: Detail, right: Detail) -> Agreement:
    """Streets where both have one, else hamlets."""
    if (left.street and left.street == right.hamlet) or (right.street and right.street == left.hamlet):
        return "compatible"
    if left.street and right.street:
        return _names(left.street, right.street)
    if left.hamlet and right.hamlet:
        return _hamlets(left, right)
    return "unknown"


def _names(left: str, right: str) -> Agreement:
    if left == right:
        return "same"
    a, b = sorted((left.split(), right.split()), key=len)
    if b[: len(a)] == a or b[-len(a) :] == a or _abbreviates(a, b) or _abbreviates(b, a):
        return "compatible"
    slip = min(len(left), len(right)) >= 8 and OSA.distance(left, right, score_cutoff=1) <= 1
    return "compatible" if slip and re.sub(r"\D", "", left) == re.sub(r"\D", "", right) else "different"


def _abbreviates(short: Sequence[str], long: Sequence[str]) -> bool:
    """`n t m khai` for `nguyen thi minh khai`: every word is the beginning of its counterpart, the last one in full."""
    return len(short) == len(long) and short[-1] == long[-1] and all(b.startswith(a) for a, b in zip(short, long, strict=True))


def _hamlets(left: Detail, right: Detail) -> Agreement:
    if left.hamlet != right.hamlet:
        same = _names(left.hamlet or "", right.hamlet or "")
        numbered = (left.hamlet or "")[-1:].isdigit() or (right.hamlet or "")[-1:].isdigit()
        return "compatible" if same == "compatible" and not numbered else "different"
    if left.hamlet_kind == right.hamlet_kind:
        return "same"
    if left.hamlet_kind is None or right.hamlet_kind is None:
        return "compatible"
    return "same" if any({left.hamlet_kind, right.hamlet_kind} <= family for family in _FAMILIES) else "compatible"


def compare_houses(left: Detail, right: Detail) -> Agreement:
    """House number and alley chain together: 3 in alley 12 is not 3 on the street."""
    alleys = _alleys(left.alley, right.alley)
    if left.house is None or right.house is None:
        return "different" if alleys == "different" else "unknown"
    if left.house == right.house:
        return "same" if alleys == "same" else "compatible" if alleys == "compatible" else "different"
    if alleys in ("same", "compatible") and (_within(left.house, right.house) or _letter_more(left.house, right.house)):
        return "compatible"
    return "different"


def _alleys(left: str | None, right: str | None) -> Agreement:
    if left == right:
        return "same"
    if left is None or right is None:
        return "compatible"
    a, b = sorted((left.split("/"), right.split("/")), key=len)
    return "compatible" if b[: len(a)] == a or b[-len(a) :] == a else "different"


def _within(left: str, right: str) -> bool:
    """One house of a range: 88 of 88-90."""
    for one, many in ((left, right), (right, left)):
        ends = many.split("-")
        if len(ends) == 2 and "-" not in one and (one in ends or _between(one, ends)):
            return True
    return False


def _between(one: str, ends: Sequence[str]) -> bool:
    return all(text.isdigit() for text in (one, *ends)) and int(ends[0]) <= int(one) <= int(ends[1])


def _letter_more(left: str, right: str) -> bool:
    """12 and 12A: one side may have left the letter out."""
    short, long = sorted((left, right), key=len)
    return short.isdigit() and long[: len(short)] == short and long[len(short) :].isalpha()
