"""The commonest endings weighed by numbers: a commune before the cut, a province and perhaps a district of it behind.

What each side is worth is worked out once, so that for two sides put together little more than an addition is left. The sums are
those of `readings`; what else the names may mean is only known by the most that it can be worth. Where that comes near, the answer
is None, and all is weighed there (a test holds both ways against each other).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from matching.standardise.addresses.doubles import MIXED_FORM
from matching.standardise.addresses.index import Commune, DistrictName, ProvinceName
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.reading import TIE, Reading
from matching.standardise.addresses.readings import (
    BEST_FIT,
    MIXED,
    STRAY,
    UNUSED,
    apart,
    commune_fit,
    gaps,
    is_stray,
    only_cities,
    unused,
    worths,
)
from matching.standardise.addresses.worth import LEVEL, Field, differs


class Plain:
    """A side before the cut that a commune's name fills, with what that name is worth in each province."""

    __slots__ = ("_rivals", "_worths", "alone", "at", "before", "district", "explicit", "field")

    def __init__(self, field: Field, at: Mention) -> None:
        self.field = field
        self.at = at
        self.before = at._replace(end=0)  # as the words behind the cut are counted
        self.district = max((own for found in field.districts.values() for _, _, own in found), default=None)
        self.explicit = bool(field.explicit)
        self.alone = len(field.communes) == 1 and self.district is None and not field.provinces
        self._worths: dict[str, list[tuple[Commune, int]]] = {}
        self._rivals: dict[str, int] = {}

    def worths(self, bucket: str) -> list[tuple[Commune, int]]:
        """The communes of the name in a province of today, each with what it is worth by itself."""
        found = self._worths.get(bucket)
        if found is None:
            found = self._worths[bucket] = worths(self.field, self.at, self.at.name.communes.get(bucket, ()))
        return found

    def rival(self, bucket: str) -> int:
        """The most that another name within the side is worth as a commune of the province; 0 if there is none."""
        found = self._rivals.get(bucket)
        if found is None:
            others = [mention for mention in self.field.communes if mention is not self.at]
            found = self._rivals[bucket] = max((_most(self.field, mention, bucket) for mention in others), default=0)
        return found

    def differs(self, commune: Commune) -> bool:
        """Whether the name was written with other accents than the commune's."""
        return differs(self.field.tokens, self.at, commune.accent)


class Within(NamedTuple):
    """A district behind the cut: what it and the province add to a commune before it, and whether both are all that is said."""

    at: Mention
    district: DistrictName
    worth: int
    whole: bool


class Behind(NamedTuple):
    """A side behind the cut: a province, what it adds to a commune before it, and the districts of it.

    `most` is more than any reading without a commune is worth, `rival` than any with a commune that is named here; `province_worth`,
    `commune_worth` and `district_worth` are the most that one of them is worth here, `others` the other provinces' readings without a commune.
    """

    at: Mention
    province: ProvinceName
    worth: int
    whole: bool
    districts: tuple[Within, ...]
    most: int
    rival: int
    province_worth: int
    district_worth: int
    commune_worth: int
    others: tuple[tuple[str, int], ...]


class Weighed(NamedTuple):
    """What is as good as the best, best first, with a key that is the same for all that mean the same place.

    `whole` says that the best leaves no word over, and that its commune was written with no other accents than its own.
    """

    plain: Plain
    behind: Behind
    ties: list[tuple[int, Commune, Within | None, bool, bool]]
    key: Hashable
    whole: bool

    @property
    def readings(self) -> list[Reading]:
        """The same as readings."""
        return [_reading(self.plain, self.behind, found) for found in self.ties]


def behind_side(field: Field, former: bool) -> Behind | None:
    """What a side behind the cut adds to a commune before it; None unless it ends with a province. `former` says that (cũ) ends it."""
    if not field.provinces or only_cities(field):
        return None
    at, province, worth = top = max(field.provinces, key=_worth)
    words = len(field.tokens.words)
    if not at.kind and at.end != words:
        return None
    before = Mention(-1, -1, 0, "", "edge", "edge", at.name)
    said = words - former - (at.end - at.begin)
    districts = [
        Within(
            within, district, worth + own - unused(field, before, within, at) - gaps(before, within, at),
            within.end - within.begin == said,
        )
        for within, district, own in field.districts.get(province.bucket, ()) if apart(within, at)
    ]  # fmt: skip
    caps = [(other, other[2] + _district(field, other[1].bucket, other[0])) for other in field.provinces]
    return Behind(
        at, province, worth - unused(field, before, at) - gaps(before, at), said == 0, tuple(districts),
        max(cap for _, cap in caps), _rival(field), worth,
        max((own for found in field.districts.values() for _, _, own in found), default=-BEST_FIT) + BEST_FIT,
        max((_most(field, mention, bucket) for mention in field.communes for bucket in mention.name.communes), default=0),
        tuple((other[1].bucket, cap) for other, cap in caps if other is not top),
    )  # fmt: skip


def _worth(top: tuple[Mention, ProvinceName, int]) -> int:
    return top[2]


def _most(field: Field, mention: Mention, bucket: str) -> int:
    """The most that a mention can be worth as a commune of a province, with what fits it best; 0 if it is none."""
    found = worths(field, mention, mention.name.communes.get(bucket, ()))
    return max((own for _, own in found), default=-BEST_FIT) + BEST_FIT


def _district(field: Field, bucket: str, *used: Mention) -> int:
    """The most that a district of a province adds to units named elsewhere, with what fits it best; 0 if there is none."""
    found = [own for at, _, own in field.districts.get(bucket, ()) if all(apart(at, other) for other in used)]
    return max(0, max(found, default=-BEST_FIT) + BEST_FIT)


def _rival(field: Field) -> int:
    """The most that a reading with a commune that is named behind the cut is worth; 0 if there is none."""
    return max(
        (
            worth + _most(field, mention, province.bucket) + _district(field, province.bucket, at, mention)
            for at, province, worth in field.provinces
            for mention in field.communes
            if province.bucket in mention.name.communes and apart(mention, at)
        ),
        default=0,
    )


def _limit(plain: Plain, behind: Behind) -> int:
    """More than any reading is worth that does not take the side before the cut for a commune of the province behind it."""
    rival = behind.rival - (UNUSED if plain.explicit else 0)
    if plain.alone and not behind.others:
        return rival if rival > behind.most else behind.most
    most, within = behind.most, plain.district
    limits = [rival]
    if within is not None:
        most = max(most, behind.province_worth + within + BEST_FIT)
        limits.append(most + behind.commune_worth)
    limits.append(most + plain.rival(behind.province.bucket))
    for bucket, cap in behind.others:
        own = max(plain.rival(bucket), max((own for _, own in plain.worths(bucket)), default=0) + BEST_FIT)
        limits.append((cap if within is None else most) + own)
    for _, province, worth in plain.field.provinces:
        below = max(0, behind.district_worth, 0 if within is None else within + BEST_FIT)
        limits.append(worth + below + max(behind.commune_worth, plain.rival(province.bucket)))
    return max(limits)


Scored = tuple[int, Commune, Within | None, bool, bool]
"""A score, its commune, its district, whether it contradicts that, and whether it mixes both eras."""


def weigh(plain: Plain, behind: Behind) -> Weighed | None:
    """The best readings of both sides together; None where there may be others than these."""
    province = behind.province
    scored = _scored(plain, behind)
    if not scored or (not plain.at.kind and province.bucket in plain.field.districts):
        return None
    best = max(scored, key=_score) if len(scored) > 1 else scored[0]
    top, commune, within, contradicts, mixed = best
    if top < LEVEL or contradicts:
        return None
    if top - TIE <= _limit(plain, behind):
        return None
    ties = [found for found in scored if found[0] >= top - TIE] if len(scored) > 1 else scored
    if len(ties) > 1:
        ties.sort(key=_score, reverse=True)
    if commune.old and province.old_only and not within:
        ties = ties + _of_today(top, plain.at, province, scored)
    key = (
        plain.at.kind, "" if commune.old else behind.at.kind, behind.at.cost, within.at.cost if within else 0, mixed, id(province),
        *[(id(tied[1]), id(tied[2].district) if tied[2] else 0) for tied in ties],
    )  # fmt: skip
    whole = (within.whole if within else behind.whole) and not plain.differs(commune)
    return Weighed(plain, behind, ties, key, whole)


def _of_today(top: int, at: Mention, province: ProvinceName, scored: list[Scored]) -> list[Scored]:
    """The communes of today that the name may mean in a province called as it was, as `doubles` has them."""
    return [
        found
        for found in scored
        if not found[1].old
        and found[2] is None
        and province.code in found[1].former
        and found[0] >= top - MIXED_FORM
        and (not at.kind or at.kind in found[1].kinds)
    ]


def _score(scored: Scored) -> int:
    return scored[0]


def _scored(plain: Plain, behind: Behind) -> list[Scored]:
    """The communes of the name in the province, alone and in each district that is named, as `readings` has them."""
    province = behind.province
    meant = [(commune, own, commune_fit(commune, province)) for commune, own in plain.worths(province.bucket)]
    base = behind.worth
    scored: list[Scored] = [
        (base + own + (fit if fit < 0 or (commune.old and province.old_only) else 0), commune, None, False, fit < 0 and not commune.old)
        for commune, own, fit in meant
    ]  # fmt: skip
    for within in behind.districts:
        base, code, moved = within.worth, within.district.code, within.district.moved
        for commune, own, fit in meant:
            if commune.old and commune.district == code and (moved is None or commune.code in moved):
                scored.append((base + own + fit, commune, within, False, fit < 0))
            elif not commune.old and code in commune.parents:
                scored.append((base + own - MIXED + min(fit, 0), commune, within, False, True))
            elif moved is None and is_stray(plain.field, plain.before, commune, within.at, behind.at):
                scored.append((base + own - STRAY, commune, within, True, False))
    return scored


def _reading(plain: Plain, behind: Behind, scored: Scored) -> Reading:
    score, commune, within, contradicts, mixed = scored
    district, at_district = (within.district, within.at) if within else (None, None)
    return Reading(score, commune, plain.at, district, at_district, behind.province, behind.at, contradicts, mixed)
