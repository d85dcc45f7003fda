"""Which units a text means: every consistent choice of province, district and commune among the mentions, scored.

A reading is worth what it explains (levels, kind words, accents) less what it leaves unexplained. Readings that are as good
as the best are all kept: two communes that collide without accents, or a name that both eras know, stay a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from matching.standardise.addresses.doubles import (
    as_district,
    behind_door,
    commune_or_district,
    has_local,
    local_or_commune,
    names_local,
    of_today,
    same_span,
    short_xom,
)
from matching.standardise.addresses.index import Commune, DistrictName, ProvinceName
from matching.standardise.addresses.lexicon import HAMLET_WORDS
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.reading import TIE, Reading, rank
from matching.standardise.addresses.slips import FIRM
from matching.standardise.addresses.worth import LEVEL, NEVER, Field, commune_worth, written_key

STRANGER, STRAY, UNUSED, GAP, LEFT_OVER, MIXED = 25, 9, 12, 6, 14, 10
"""What it costs to ignore the province that is named; to put a commune into a district it is not in; to leave a unit with a
kind word unused; a word between two units; words left over after a kind word and its name; a new commune in an old district."""
HOPELESS = -20
BEST_FIT = 3
"""What a unit is worth more in the province that is named, at most."""

AtProvince = tuple[Mention, ProvinceName, int]
AtDistrict = tuple[Mention, DistrictName, int]


def best_readings(field: Field) -> list[Reading]:
    """The readings that are as good as the best, best first; empty when the text names no unit."""
    candidates: list[Reading] = []
    for top in field.provinces:
        candidates += _under_province(field, top)
    found = any(r.commune and r.score >= LEVEL and not r.contradicts and at_end(field, r.at_province) for r in candidates)
    if not found or only_cities(field):
        candidates += _without_province(field)
    if not candidates:
        return []
    best = max(candidates, key=rank)
    if best.at_district is None and best.at_commune and not best.at_commune.kind:
        best = as_district(best, best.at_commune, candidates)
    if best.commune is None and best.at_district and not best.at_district.kind:
        return commune_or_district(field, best, best.at_district, candidates)
    at, below = best.at_commune, best.at_district
    if at and below and (short_xom(field.tokens, at) or behind_door(field.tokens, at)):
        return local_or_commune(best, below, candidates)
    ties = [r for r in candidates if r.score >= best.score - TIE and bool(r.commune) == bool(best.commune)]
    return sorted(ties, key=rank, reverse=True) + of_today(best, candidates)


def _under_province(field: Field, top: AtProvince) -> Iterator[Reading]:
    at, province, worth = top
    districts = [d for d in field.districts.get(province.bucket, ()) if apart(d[0], at)]
    yield Reading(worth - unused(field, at), province=province, at_province=at)
    for at_district, district, own in districts:
        score = worth + own + _fit(province, district.province) - unused(field, at, at_district) - gaps(at_district, at)
        mixed = province.old_only and province.code != district.province
        yield Reading(score, None, None, district, at_district, province, at, mixed=mixed)
    for mention in field.communes:
        communes = mention.name.communes.get(province.bucket)
        if communes and apart(mention, at):
            yield from _with_communes(field, mention, communes, districts, top)


def _with_communes(
    field: Field, mention: Mention, communes: Iterable[Commune], districts: Sequence[AtDistrict], top: AtProvince | None
) -> list[Reading]:
    """Readings of one mention as each of the communes it can be, by itself and in each district that is named."""
    meant = worths(field, mention, communes)
    if not meant:
        return []
    readings = _alone(field, mention, meant, top)
    for district in districts:
        if apart(mention, district[0]):
            readings += _in_district(field, mention, meant, district, top)
    return readings


def worths(field: Field, mention: Mention, communes: Iterable[Commune], written: str | None = None) -> list[tuple[Commune, int]]:
    """What each of the communes that a mention can be is worth by itself, the hopeless left out; `written` is its `written_key` if known."""
    if written is None:
        written = written_key(field.tokens, mention)
    bare = not written and field.tokens.has_accents
    meant = [(c, commune_worth(mention, c, written) + (4 if bare and c.accent.isascii() else 0)) for c in communes]
    return [found for found in meant if found[1] > HOPELESS]


def _alone(field: Field, mention: Mention, meant: Sequence[tuple[Commune, int]], top: AtProvince | None) -> list[Reading]:
    """A commune with its province only: the new form, or the old one with its district left out."""
    at, province, base = top if top else (None, None, 0)
    base -= unused(field, mention, at) + gaps(mention, at)
    if not mention.kind and mention.left in ("word", "door") and mention.right == "edge" and at and mention.end <= at.begin:
        base += NEVER  # the end of a street: `10/15A Lê Hồng Phong, Hải Phòng`
    old_only = province is not None and province.old_only
    readings = []
    for commune, own in meant:
        fit = commune_fit(commune, province)
        gained = fit if fit < 0 or (commune.old and old_only) else 0
        mixed = fit < 0 and not commune.old
        readings.append(Reading(base + own + gained, commune, mention, None, None, province, at, False, mixed))
    return readings


def _in_district(
    field: Field, mention: Mention, meant: Sequence[tuple[Commune, int]], below: AtDistrict, top: AtProvince | None
) -> list[Reading]:
    """The communes of a district; those of another one contradict it, if both are firmly said."""
    at, province, base = top if top else (None, None, 0)
    at_district, district, of_district = below
    if not at_district.kind and at_district.end <= mention.begin and at and at.begin >= mention.end:
        return []  # 9 Đống Đa, Phường Thịnh Quang, Hà Nội: a street, as a district stands behind the commune or behind the province
    base += of_district - unused(field, mention, at_district, at) - gaps(mention, at_district, at)
    code, readings = district.code, []
    for commune, own in meant:
        contradicts = mixed = False
        fit = commune_fit(commune, province)
        if commune.old and commune.district == code and (district.moved is None or commune.code in district.moved):
            score, mixed = base + own + fit, fit < 0
        elif not commune.old and code in commune.parents:
            score, mixed = base + own - MIXED + min(fit, 0), True
        elif district.moved is None and is_stray(field, mention, commune, at_district, at):
            score, contradicts = base + own - STRAY, True
        else:
            continue
        readings.append(Reading(score, commune, mention, district, at_district, province, at, contradicts, mixed))
    return readings


def is_stray(field: Field, mention: Mention, commune: Commune, district: Mention, province: Mention | None) -> bool:
    """Whether a commune and a district that it is not in are both meant: with their kind words, or in parts of their own in the places of such."""
    if _is_firm(mention, commune):
        in_order = mention.end == district.begin and province is not None and district.end == province.begin
        return bool(district.kind) or in_order
    in_place = mention.end == district.begin and district.left == district.right == "edge"
    between = mention.left == mention.right == "edge" and not mention.cost and commune.source == "official" and not mention.kind
    return bool(district.kind) and in_place and between and " " in mention.key and names_local(field, mention)


def _is_firm(mention: Mention, commune: Commune) -> bool:
    """A commune's own kind word and official name, a letter of a long one put right: it is meant even where it does not fit the district."""
    legible = not mention.cost or (mention.cost == 1 and len(mention.key) >= FIRM)
    return mention.kind in commune.kinds and legible and commune.source != "alias"


def _fit(province: ProvinceName, old_province: str) -> int:
    """A unit of the old province that is named fits best; of another one of the same new province it is a mixed form."""
    return BEST_FIT if province.code == old_province else -6 if province.old_only else -2


def commune_fit(commune: Commune, province: ProvinceName | None) -> int:
    """What a commune is worth more, or less, in the province that is named."""
    if province is None:
        return 0
    return _fit(province, commune.province) if commune.old else -4 if province.old_only else 0


def at_end(field: Field, at: Mention | None) -> bool:
    """Whether a province stands where one does; in the middle a bare `Hòa Bình` may be a street."""
    return at is None or bool(at.kind) or at.end == len(field.tokens.words) or (at.begin == 0 and not field.tokens.headed)


def only_cities(field: Field) -> bool:
    """Whether all that might be a province is called a city, as `TP. Bạc Liêu`: then it is the city, and no province is named."""
    return bool(field.provinces) and all(
        at.kind == "TP" and at.name.districts and ("TP" not in province.kinds or province.nickname) for at, province, _ in field.provinces
    )


def _without_province(field: Field) -> Iterator[Reading]:
    """Readings that ignore the province that is named (at the cost of a `STRANGER`), or have none to go by."""
    strangers = [top for top in field.provinces if top[2] >= LEVEL - 4]
    for reading in _free_readings(field):
        yield reading._replace(score=reading.score - STRANGER, contradicts=True) if strangers else reading
    for top in strangers:
        yield from _elsewhere(field, top)


def _elsewhere(field: Field, top: AtProvince) -> Iterator[Reading]:
    """`Phường Ba Đình, TP Hồ Chí Minh`: a commune with its kind word that only other provinces have."""
    at, province, worth = top
    for mention in field.communes:
        spelled = len(field.tokens.words[mention.begin]) > 1 or mention.left in ("edge", "unit")
        if mention.short or not spelled or not apart(mention, at) or province.bucket in mention.name.communes:
            continue
        written = written_key(field.tokens, mention)
        for communes in mention.name.communes.values():
            for commune in communes:
                if _is_firm(mention, commune):
                    own = commune_worth(mention, commune, written)
                    score = own + worth - STRANGER - unused(field, mention, at) - gaps(mention, at)
                    yield Reading(score, commune, mention, None, None, province, at, contradicts=True)


def _free_readings(field: Field) -> Iterator[Reading]:
    for districts in field.districts.values():
        for at, district, worth in districts:
            if at.kind or (at.right != "word" and (at.left != "door" or " " in at.key)):
                yield Reading(worth - unused(field, at), None, None, district, at)
    for mention in field.communes:
        yield from _anywhere(field, mention)


def _anywhere(field: Field, mention: Mention) -> list[Reading]:
    """A mention as each commune it can be: by itself, where a bare name may stand so, and in each district that is named."""
    free = bool(mention.kind) or _stands_alone(field, mention)
    if not free and field.districts.keys().isdisjoint(mention.name.communes):
        return []
    written, lost = written_key(field.tokens, mention), unused(field, mention) + gaps(mention)
    readings = []
    for bucket, communes in mention.name.communes.items():
        districts = field.districts.get(bucket, ())
        if free or districts:
            meant = worths(field, mention, communes, written)
            readings += [Reading(own - lost, commune, mention) for commune, own in meant] if free else []
            for district in districts:
                if apart(mention, district[0]):
                    readings += _in_district(field, mention, meant, district, None)
    return readings


def _stands_alone(field: Field, mention: Mention) -> bool:
    """A bare name without a province is a commune if it is all there is, or a district's name too, or follows a hamlet."""
    words = field.tokens.words
    whole = mention.end - mention.start == len(words) and not field.tokens.headed
    if whole or (mention.right != "word" and any(same_span(d[0], mention) for ds in field.districts.values() for d in ds)):
        return True
    if mention.left != "edge" or mention.right != "edge":
        return False
    if not HAMLET_WORDS.keys().isdisjoint(words[: mention.begin]):
        return True
    return mention.end == len(words) and " " in mention.key and has_local(field, mention)


def apart(left: Mention, right: Mention) -> bool:
    """Whether two mentions share no word."""
    return left.end <= right.begin or right.end <= left.begin


def unused(field: Field, *used: Mention | None) -> int:
    """What it costs when a name with a kind word is not used: something the reading fails to explain."""
    for mention in field.explicit:
        begin, end = mention.begin, mention.end
        for other in used:
            if other is not None and begin < other.end and other.begin < end:
                break
        else:
            return UNUSED
    return 0


def gaps(*used: Mention | None) -> int:
    """What it costs when words stand between the units of a reading, or are left over after the last."""
    spans = [m for m in used if m is not None]
    if len(spans) > 1:
        spans.sort()
    lost, following = 0, None
    for mention in reversed(spans):
        gap = following.begin - mention.end if following else 0
        if gap > 0:
            lost += GAP * min(gap, 3)
        if mention.right == "word" and (following is None or gap > 0):
            lost += LEFT_OVER if mention.kind else 5
        following = mention
    return lost
