"""Which units a text means: every consistent choice of province, district and commune among the mentions, scored.

A reading is worth what it explains (levels, kind words, accents) less what it leaves unexplained. Readings that are as good
as the best are all kept: two communes that collide without accents, or a name that both eras know, stay a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matching.standardise.addresses.index import Commune, DistrictName, Index, ProvinceName
from matching.standardise.addresses.lexicon import COMMUNE_KINDS, DISTRICT_KINDS, HAMLET_WORDS, PROVINCE_KINDS
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.tokens import Tokens, accent_key

LEVEL = 30
TIE = 2
STRANGER = 25


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


@dataclass(slots=True)
class Field:
    """The mentions of a text by the levels they can stand for, with the text they stand in."""

    tokens: Tokens
    provinces: list[tuple[Mention, ProvinceName, int]]
    districts: list[tuple[Mention, DistrictName, int]]
    communes: list[Mention]
    explicit: list[Mention]
    old_only: bool


def field_of(tokens: Tokens, mentions: Sequence[Mention], old_only: bool = False) -> Field:
    """Sort mentions by level; each province and district comes with what it is worth by itself."""
    field = Field(tokens, [], [], [], [], old_only)
    last = len(tokens.words)
    for mention in mentions:
        kind = mention.kind
        if kind and not (kind == "X" and tokens.words[mention.begin] == "x"):
            field.explicit.append(mention)
        if not kind or kind in PROVINCE_KINDS:
            for province in mention.name.provinces:
                worth = _province_worth(mention, province, last) - (
                    12 if differs(tokens, mention, province.accent) else 0
                )
                if worth > 0:
                    field.provinces.append((mention, province, worth))
        if not kind or kind in DISTRICT_KINDS:
            for district in mention.name.districts:
                worth = _district_worth(mention, district) - (5 if differs(tokens, mention, district.accent) else 0)
                if worth > 0:
                    field.districts.append((mention, district, worth))
        if mention.name.communes and (not kind or kind in COMMUNE_KINDS):
            field.communes.append(mention)
    return field


def differs(tokens: Tokens, mention: Mention, accent: str) -> bool:
    """Whether a name was written with accents, and with other ones than `accent` (an accent key; empty says nothing)."""
    if mention.cost or not accent:
        return False
    written = tokens.accented(mention.start, mention.end)
    return not written.isascii() and accent_key(written) != accent


def _province_worth(mention: Mention, province: ProvinceName, last: int) -> int:
    at_end = mention.end >= last or mention.begin == 0
    if province.nickname and not at_end and mention.kind != "TP":
        return 0
    if (
        province.nickname
        and len(mention.key) < 4
        and (mention.right == "word" or (not mention.kind and mention.left not in ("edge", "unit")))
    ):
        return 0
    worth = LEVEL - 8 * mention.cost - (4 if province.nickname else 0)
    if mention.kind:
        worth += 6 if mention.kind in province.kinds else -10
    elif mention.left in ("street", "hamlet") or (mention.left == "number" and not at_end):
        return 0
    elif not at_end:
        worth -= 8
    return worth


_SIDE = {"edge": 0, "unit": 0, "word": -3, "door": -3, "group": -1, "number": -45, "street": -45, "hamlet": -45}


def _district_worth(mention: Mention, district: DistrictName) -> int:
    worth = LEVEL - 2 - 8 * mention.cost - (3 if district.source == "alias" else 0)
    if mention.kind:
        return worth + (5 if mention.kind == district.kind or not district.kind else -3)
    trailing = mention.left in ("word", "door") and mention.right == "edge" and " " not in mention.key
    return worth + _SIDE[mention.left] - (12 if trailing else 0)


def commune_worth(mention: Mention, commune: Commune, written: str) -> int:
    """What a commune at a mention is worth by itself; `written` is the accent key of the span, empty if it has no marks."""
    worth = LEVEL - 9 * mention.cost
    if mention.kind:
        worth += (6 if mention.short else 10) if mention.kind in commune.kinds else 2 if not commune.kinds else -10
    else:
        worth += (-45 if mention.left == "door" and mention.right == "edge" else _SIDE[mention.left] - 2) - (
            8 if mention.end - mention.start == 1 and mention.left != "edge" and " " not in mention.key else 0
        )
    worth += mention.end - mention.start
    if commune.source == "alias":
        worth -= 5
    if written and commune.accent:
        worth += 4 if written == commune.accent else -6
    return worth


def best_readings(field: Field, index: Index) -> list[Reading]:
    """The readings that are as good as the best, best first; empty when the text names no unit."""
    candidates: list[Reading] = []
    for at, province, worth in field.provinces:
        candidates += _in_bucket(field, province.bucket, at, province, worth)
    if not any(r.commune and not r.contradicts for r in candidates):
        candidates += _without_province(field)
    if not candidates:
        return []
    best = max(candidates, key=_rank)
    if best.at_district is None and best.at_commune and not best.at_commune.kind:
        best = next(
            (
                r
                for r in candidates
                if r.commune is None
                and r.at_district
                and _same_span(r.at_district, best.at_commune)
                and r.province == best.province
            ),
            best,
        )
    if best.commune is None and best.at_district and not best.at_district.kind:
        return _commune_or_district(best, candidates)
    ties = [r for r in candidates if r.score >= best.score - TIE and bool(r.commune) == bool(best.commune)]
    return sorted(ties, key=_rank, reverse=True)


def _commune_or_district(best: Reading, candidates: list[Reading]) -> list[Reading]:
    """`Hà Đông, Hà Nội`: the new phường or, its commune left out, the old quận. Both stay in one reading.

    A part of its own before it that is a commune elsewhere in the province (a wrong district) stays possible too.
    """
    at = best.at_district
    near = [
        r
        for r in candidates
        if r.commune and not r.commune.old and at and _same_span(r.at_commune, at) and r.province == best.province
    ]
    if not near or at is None:
        return [best]
    top = max(near, key=_rank)
    same = [r._replace(district=best.district) for r in near if r.score >= top.score - TIE]
    own_part = [
        r
        for r in candidates
        if r.at_district is None
        and r.province is not None
        and r.province == best.province
        and _is_part_before(r.at_commune, at)
    ]
    return sorted(same, key=_rank, reverse=True) + [r for r in own_part if not r.contradicts]


def _same_span(left: Mention | None, right: Mention) -> bool:
    return left is not None and (left.start, left.end) == (right.start, right.end)


def _is_part_before(commune: Mention | None, district: Mention) -> bool:
    return commune is not None and commune.left == commune.right == "edge" and commune.end == district.begin


def _rank(reading: Reading) -> tuple[int, bool, int]:
    return reading.score, reading.commune is not None, reading.at_commune.begin if reading.at_commune else -1


def _in_bucket(field: Field, bucket: str, at: Mention, province: ProvinceName, worth: int) -> Iterable[Reading]:
    districts = [d for d in field.districts if d[1].bucket == bucket and _apart(d[0], at)]
    yield Reading(worth + _unused(field, at), province=province, at_province=at)
    for at_district, district, district_worth in districts:
        score = (
            worth
            + district_worth
            + _fit(province, district.province)
            + _unused(field, at, at_district)
            + _gaps(at_district, at)
        )
        yield Reading(
            score,
            None,
            None,
            district,
            at_district,
            province,
            at,
            mixed=province.old_only and province.code != district.province,
        )
    for mention in field.communes:
        communes = mention.name.communes.get(bucket)
        if communes and _apart(mention, at):
            written = _written(field.tokens, mention)
            for commune in communes:
                yield from _with_commune(
                    field, mention, commune, commune_worth(mention, commune, written), districts, (at, province, worth)
                )


def _fit(province: ProvinceName, old_province: str, numbered: bool = False) -> int:
    """A unit of the old province that is named fits best; of another one of the same new province it is a mixed form.

    Nobody writes a numbered ward of Vũng Tàu as `Phường 12, TP.HCM`.
    """
    return 3 if province.code == old_province else -6 if province.old_only or numbered else -2


def _with_commune(
    field: Field,
    mention: Mention,
    commune: Commune,
    own: int,
    districts: Sequence[tuple[Mention, DistrictName, int]],
    top: tuple[Mention, ProvinceName, int] | None,
) -> Iterable[Reading]:
    at, province, worth = top if top else (None, None, 0)
    fit = (
        _fit(province, commune.province, mention.key.isdigit())
        if province and commune.old
        else -4
        if province and province.old_only
        else 0
    )
    if not (field.old_only and not commune.old):
        lone = (
            -45
            if not mention.kind
            and mention.left in ("word", "door")
            and mention.right == "edge"
            and at is not None
            and mention.end <= at.begin
            else 0
        )
        alone = (
            own
            + lone
            + worth
            + (fit if commune.old and province and province.old_only else min(fit, 0))
            + _unused(field, mention, at)
            + _gaps(mention, at)
        )
        yield Reading(alone, commune, mention, None, None, province, at, mixed=not commune.old and fit < 0)
    for at_district, district, district_worth in districts:
        if not _apart(mention, at_district):
            continue
        base = own + worth + district_worth + _unused(field, mention, at_district, at) + _gaps(mention, at_district, at)
        if commune.old and commune.district == district.code:
            yield Reading(base + fit, commune, mention, district, at_district, province, at, mixed=fit < 0)
        elif not commune.old and district.code in commune.parents:
            yield Reading(base - 10 + min(fit, 0), commune, mention, district, at_district, province, at, mixed=True)
        elif at_district.kind and mention.kind:
            yield Reading(base - 38, commune, mention, district, at_district, province, at, contradicts=True)


def _without_province(field: Field) -> Iterable[Reading]:
    """Readings that ignore the province that is named, or have none to go by; `STRANGER` is what ignoring one costs."""
    stranger = any(worth >= LEVEL - 4 for _, _, worth in field.provinces)
    for reading in _free_readings(field):
        yield reading._replace(score=reading.score - STRANGER, contradicts=True) if stranger else reading


def _free_readings(field: Field) -> Iterable[Reading]:
    for at_district, district, worth in field.districts:
        if at_district.kind or at_district.right != "word":
            yield Reading(worth + _unused(field, at_district), None, None, district, at_district)
    buckets = {d[1].bucket for d in field.districts}
    for mention in field.communes:
        if not mention.kind and not _stands_alone(field, mention):
            buckets_of = [d for d in field.districts if d[1].bucket in mention.name.communes]
            for bucket in {d[1].bucket for d in buckets_of}:
                for commune in mention.name.communes[bucket]:
                    own = commune_worth(mention, commune, _written(field.tokens, mention))
                    found = _with_commune(
                        field, mention, commune, own, [d for d in buckets_of if d[1].bucket == bucket], None
                    )
                    yield from (r for r in found if r.district)
            continue
        written = _written(field.tokens, mention)
        for bucket, communes in mention.name.communes.items():
            districts = [d for d in field.districts if d[1].bucket == bucket] if bucket in buckets else ()
            for commune in communes:
                yield from _with_commune(
                    field, mention, commune, commune_worth(mention, commune, written), districts, None
                )


def _stands_alone(field: Field, mention: Mention) -> bool:
    """A name without its kind word, and no province: a commune only if it is all there is, or follows a hamlet, or is a district's too."""
    if mention.end - mention.start == len(field.tokens.words) or any(
        _same_span(d[0], mention) for d in field.districts
    ):
        return True
    return mention.left == mention.right == "edge" and not HAMLET_WORDS.keys().isdisjoint(
        field.tokens.words[: mention.begin]
    )


def _apart(left: Mention, right: Mention) -> bool:
    return left.end <= right.begin or right.end <= left.begin


def _written(tokens: Tokens, mention: Mention) -> str:
    if mention.cost:
        return ""
    text = tokens.accented(mention.start, mention.end)
    return "" if text.isascii() else accent_key(text)


def _unused(field: Field, *used: Mention | None) -> int:
    """Names with a kind word that the reading does not use: each is something it fails to explain."""
    lost = 0
    for mention in field.explicit:
        if all(m is None or _apart(m, mention) for m in used):
            lost -= 12
            break
    return lost


def _gaps(*used: Mention | None) -> int:
    """Tokens between the units of a reading: they should stand side by side."""
    spans = sorted((m.begin, m.end, m.right == "word", bool(m.kind)) for m in used if m)
    lost = 0
    for i, (_, end, open_, kind) in enumerate(spans):
        gap = spans[i + 1][0] - end if i + 1 < len(spans) else 0
        lost += 6 * min(max(gap, 0), 3)
        if open_ and (gap > 0 or i + 1 == len(spans)):
            lost += 14 if kind else 5
    return -lost
