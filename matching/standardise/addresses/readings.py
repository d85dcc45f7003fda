"""Which units a text means: every consistent choice of province, district and commune among the mentions, scored.

A reading is worth what it explains (levels, kind words, accents) less what it leaves unexplained. Readings that are as good
as the best are all kept: two communes that collide without accents, or a name that both eras know, stay a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from matching.standardise.addresses.index import Commune, DistrictName, ProvinceName
from matching.standardise.addresses.lexicon import HAMLET_WORDS
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.worth import LEVEL, NEVER, Field, commune_worth, written_key

TIE = 2
"""Readings this close to the best are as good: it is what a mixed form costs, which decides nothing."""
STRANGER, STRAY, UNUSED, GAP, LEFT_OVER, MIXED = 25, 38, 12, 6, 14, 10
"""What it costs to ignore the province that is named; to put a commune into a district it is not in; to leave a unit with a
kind word unused; a word between two units; words left over after a kind word and its name; a new commune in an old district."""
HOPELESS = -20

AtProvince = tuple[Mention, ProvinceName, int]
AtDistrict = tuple[Mention, DistrictName, int]


class Reading(NamedTuple):
    """One way to understand the text; a level that is not named is None."""

    score: int
    commune: Commune | None = None
    at_commune: Mention | None = None
    district: DistrictName | None = None
    at_district: Mention | None = None
    province: ProvinceName | None = None
    at_province: Mention | None = None
    contradicts: bool = False
    mixed: bool = False

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions used, from left to right."""
        found = [m for m in (self.at_commune, self.at_district, self.at_province) if m]
        return tuple(sorted(found, key=lambda m: m.begin))


def best_readings(field: Field) -> list[Reading]:
    """The readings that are as good as the best, best first; empty when the text names no unit."""
    candidates: list[Reading] = []
    for top in field.provinces:
        candidates += _under_province(field, top)
    if not any(r.commune and not r.contradicts for r in candidates):
        candidates += _without_province(field)
    if not candidates:
        return []
    best = max(candidates, key=_rank)
    if best.at_district is None and best.at_commune and not best.at_commune.kind:
        best = _as_district(best, best.at_commune, candidates)
    if best.commune is None and best.at_district and not best.at_district.kind:
        return _commune_or_district(best, best.at_district, candidates)
    ties = [r for r in candidates if r.score >= best.score - TIE and bool(r.commune) == bool(best.commune)]
    return sorted(ties, key=_rank, reverse=True)


def _rank(reading: Reading) -> tuple[int, bool, int]:
    """The better score; then the reading with a commune; then the commune further right."""
    return reading.score, reading.commune is not None, reading.at_commune.begin if reading.at_commune else -1


def _as_district(best: Reading, at: Mention, candidates: Iterable[Reading]) -> Reading:
    """The reading that takes the same bare name for an old district, if there is one; else `best`."""
    for reading in candidates:
        if reading.commune is None and _same_span(reading.at_district, at) and reading.province == best.province:
            return reading
    return best


def _commune_or_district(best: Reading, at: Mention, candidates: Sequence[Reading]) -> list[Reading]:
    """`Hà Đông, Hà Nội`: the new phường or, its commune left out, the old quận. Both stay in one reading.

    A part of its own before it that is a commune elsewhere in the province (a wrong district) stays possible too.
    """
    alike = [r for r in candidates if r.commune and r.province == best.province]
    near = [r for r in alike if r.commune and not r.commune.old and _same_span(r.at_commune, at)]
    if not near:
        return [best]
    top = max(near, key=_rank)
    same = [r._replace(district=best.district) for r in near if r.score >= top.score - TIE]
    stray = [r for r in alike if r.at_district is None and r.province and _is_part_before(r.at_commune, at)]
    return sorted(same, key=_rank, reverse=True) + [r for r in stray if not r.contradicts]


def _same_span(left: Mention | None, right: Mention) -> bool:
    return left is not None and left.start == right.start and left.end == right.end


def _is_part_before(commune: Mention | None, district: Mention) -> bool:
    return commune is not None and commune.left == commune.right == "edge" and commune.end == district.begin


def _under_province(field: Field, top: AtProvince) -> Iterator[Reading]:
    at, province, worth = top
    districts = [d for d in field.districts.get(province.bucket, ()) if _apart(d[0], at)]
    yield Reading(worth - _unused(field, at), province=province, at_province=at)
    for at_district, district, own in districts:
        score = (
            worth + own + _fit(province, district.province) - _unused(field, at, at_district) - _gaps(at_district, at)
        )
        mixed = province.old_only and province.code != district.province
        yield Reading(score, None, None, district, at_district, province, at, mixed=mixed)
    for mention in field.communes:
        communes = mention.name.communes.get(province.bucket)
        if communes and _apart(mention, at):
            yield from _with_communes(field, mention, communes, districts, top)


def _with_communes(
    field: Field, mention: Mention, communes: Iterable[Commune], districts: Sequence[AtDistrict], top: AtProvince | None
) -> Iterator[Reading]:
    """Readings of one mention as each of the communes it can be, by itself and in each district that is named."""
    written = written_key(field.tokens, mention)
    bare = not written and not field.tokens.text.isascii()
    for commune in communes:
        own = commune_worth(mention, commune, written) + (4 if bare and commune.accent.isascii() else 0)
        if own > HOPELESS:
            yield _alone(field, mention, commune, own, top)
            for district in districts:
                if _apart(mention, district[0]):
                    yield from _in_district(field, mention, commune, own, district, top)


def _alone(field: Field, mention: Mention, commune: Commune, own: int, top: AtProvince | None) -> Reading:
    """A commune with its province only: the new form, or the old one with its district left out."""
    at, province, worth = top if top else (None, None, 0)
    fit = _commune_fit(commune, province)
    if (
        not mention.kind
        and mention.left in ("word", "door")
        and mention.right == "edge"
        and at
        and mention.end <= at.begin
    ):
        own += NEVER  # the end of a street: `10/15A Lê Hồng Phong, Hải Phòng`
    gained = fit if commune.old and province and province.old_only else min(fit, 0)
    score = own + worth + gained - _unused(field, mention, at) - _gaps(mention, at)
    return Reading(score, commune, mention, None, None, province, at, mixed=not commune.old and fit < 0)


def _in_district(
    field: Field, mention: Mention, commune: Commune, own: int, below: AtDistrict, top: AtProvince | None
) -> Iterator[Reading]:
    at, province, worth = top if top else (None, None, 0)
    at_district, district, of_district = below
    fit = _commune_fit(commune, province)
    score = own + worth + of_district - _unused(field, mention, at_district, at) - _gaps(mention, at_district, at)
    if commune.old and commune.district == district.code:
        yield Reading(score + fit, commune, mention, district, at_district, province, at, mixed=fit < 0)
    elif not commune.old and district.code in commune.parents:
        yield Reading(score - MIXED + min(fit, 0), commune, mention, district, at_district, province, at, mixed=True)
    elif at_district.kind and mention.kind:
        yield Reading(score - STRAY, commune, mention, district, at_district, province, at, contradicts=True)


def _fit(province: ProvinceName, old_province: str) -> int:
    """A unit of the old province that is named fits best; of another one of the same new province it is a mixed form."""
    return 3 if province.code == old_province else -6 if province.old_only else -2


def _commune_fit(commune: Commune, province: ProvinceName | None) -> int:
    if province is None:
        return 0
    return _fit(province, commune.province) if commune.old else -4 if province.old_only else 0


def _without_province(field: Field) -> Iterator[Reading]:
    """Readings that ignore the province that is named (at the cost of a `STRANGER`), or have none to go by."""
    stranger = any(worth >= LEVEL - 4 for _, _, worth in field.provinces)
    for reading in _free_readings(field):
        yield reading._replace(score=reading.score - STRANGER, contradicts=True) if stranger else reading


def _free_readings(field: Field) -> Iterator[Reading]:
    for districts in field.districts.values():
        for at, district, worth in districts:
            if at.kind or at.right != "word":
                yield Reading(worth - _unused(field, at), None, None, district, at)
    for mention in field.communes:
        free = bool(mention.kind) or _stands_alone(field, mention)
        for bucket, communes in mention.name.communes.items():
            found = field.districts.get(bucket, ())
            if free or found:
                yield from (r for r in _with_communes(field, mention, communes, found, None) if free or r.district)


def _stands_alone(field: Field, mention: Mention) -> bool:
    """A bare name without a province is a commune if it is all there is, or a district's name too, or follows a hamlet."""
    words = field.tokens.words
    if mention.end - mention.start == len(words) or any(
        _same_span(d[0], mention) for ds in field.districts.values() for d in ds
    ):
        return True
    return mention.left == mention.right == "edge" and not HAMLET_WORDS.keys().isdisjoint(words[: mention.begin])


def _apart(left: Mention, right: Mention) -> bool:
    return left.end <= right.begin or right.end <= left.begin


def _unused(field: Field, *used: Mention | None) -> int:
    """What it costs when a name with a kind word is not used: something the reading fails to explain."""
    for mention in field.explicit:
        begin, end = mention.begin, mention.end
        for other in used:
            if other is not None and begin < other.end and other.begin < end:
                break
        else:
            return UNUSED
    return 0


def _gaps(*used: Mention | None) -> int:
    """What it costs when words stand between the units of a reading, or are left over after the last."""
    spans = [m for m in used if m is not None]
    if len(spans) > 1:
        spans.sort(key=_begin)
    lost = 0
    for i, mention in enumerate(spans):
        last = i + 1 == len(spans)
        gap = 0 if last else spans[i + 1].begin - mention.end
        if gap > 0:
            lost += GAP * min(gap, 3)
        if mention.right == "word" and (last or gap > 0):
            lost += LEFT_OVER if mention.kind else 5
    return lost


def _begin(mention: Mention) -> int:
    return mention.begin
