"""From tokens to the units they name: find mentions, weigh readings, and look for typing slips where something stays unexplained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from matching.standardise.addresses.doubles import behind_door, short_xom
from matching.standardise.addresses.index import Index
from matching.standardise.addresses.lasts import at_the_end
from matching.standardise.addresses.lexicon import COMMUNE_KINDS, DISTRICT_KINDS
from matching.standardise.addresses.mentions import Mention, find_mentions, kind_words
from matching.standardise.addresses.model import NOWHERE, Place
from matching.standardise.addresses.places import bucket_of, leftover, place_of
from matching.standardise.addresses.reading import Reading
from matching.standardise.addresses.readings import best_readings
from matching.standardise.addresses.slips import one_letter_off, slipped
from matching.standardise.addresses.tokens import Tokens
from matching.standardise.addresses.worth import differs, field_of
from matching.standardise.admin_units import Era, Gazetteer

ROUNDS = 3
"""Slips are looked for level by level: a province that is put right opens its districts, a district its communes."""


class Resolved(NamedTuple):
    """A place with the spans of characters that named it; what lies outside them is the detail."""

    place: Place
    spans: tuple[tuple[int, int], ...]


def resolve(tokens: Tokens, index: Index, gazetteer: Gazetteer, as_of: date, prefer: Era | None = None) -> Resolved:
    """The place that the tokens name; `NOWHERE` with no spans when they name none.

    `prefer` is the era that the file is known to be written in: of readings that are as good it keeps those of that era.
    """
    kinds = kind_words(tokens)
    mentions = find_mentions(tokens, index, kinds)
    readings = best_readings(field_of(tokens, mentions))
    for _ in range(ROUNDS):
        best = readings[0] if readings else None
        if best is not None and _complete(best) and not _unexplained(kinds, mentions, best, tokens):
            break
        more = slipped(tokens, kinds, index, best)
        if not more and (beside := _left_out(mentions, best)):
            more = slipped(tokens, kinds, index, beside)
        if not more:
            break
        mentions += more
        better = best_readings(field_of(tokens, mentions))
        if best is not None and better and better[0].score <= best.score:
            readings = better if best.contradicts else readings  # a slip that is as likely stays beside the contradiction
            break
        readings = better
    if readings and _has_other_accents(tokens, readings[0]):
        more = one_letter_off(tokens, kinds, index, readings[0])
        readings = best_readings(field_of(tokens, mentions + more)) if more else readings
    last = [] if readings else at_the_end(tokens, index)
    readings = readings or last
    if not readings:
        return Resolved(NOWHERE, ())
    readings = preferred(readings, prefer)
    spans = tuple((tokens.starts[m.begin], tokens.ends[m.end - 1]) for m in readings[0].mentions)
    doubts = _doubts(tokens, mentions, readings[0]) + (["local_or_commune"] if last else [])
    return Resolved(place_of(readings, doubts, index, gazetteer, as_of), spans)


def _left_out(mentions: Sequence[Mention], best: Reading | None) -> Reading | None:
    """`Xã Dĩnh Thanh, Huyện Nhơn Trạch`: the district that is named, where the best reading is a commune of elsewhere and leaves it out."""
    at = best.at_commune if best is not None and best.district is None and best.province is None else None
    for mention in mentions if at else ():
        if (
            mention.kind in DISTRICT_KINDS
            and not mention.cost
            and len({d.code for d in mention.name.districts}) == 1
            and at
            and mention.begin >= at.end
        ):
            return Reading(0, district=mention.name.districts[0], at_district=mention)
    return None


def preferred(readings: list[Reading], prefer: Era | None) -> list[Reading]:
    """Of readings that are as good those of the era that the file is known to be written in, if there are any."""
    return [r for r in readings if prefer and r.commune and r.commune.old == (prefer == "old")] or readings


def _complete(best: Reading) -> bool:
    """Nothing more to look for: a commune that agrees with all that is named."""
    at = best.at_commune
    if at is None or best.contradicts or best.province is None:
        return False
    if best.district is not None:
        return best.at_district is not None
    return bool(at.kind) or at.left == "edge"


def _unexplained(kinds: list[tuple[str, int]], mentions: Sequence[Mention], best: Reading, tokens: Tokens) -> bool:
    """A kind word whose name is no unit's in the province, or words left over after a unit: probably a slip."""
    used = best.mentions
    for i in range(1, len(tokens.words)):
        kind, begin = kinds[i]
        if not kind or kind == "TP" or tokens.breaks[i] >= 2 or any(i > m.begin and begin < m.end for m in used):
            continue
        spelled = len(tokens.words[i - 1]) > 1 or tokens.folded[tokens.ends[i - 1]] == "."
        if spelled and not any(m.start == i and _names_level(m, best) for m in mentions):
            return True
    return leftover(best)


def _names_level(mention: Mention, best: Reading) -> bool:
    if mention.kind in DISTRICT_KINDS:
        bucket = bucket_of(best)
        return any(d.bucket == bucket for d in mention.name.districts)
    return bool(mention.name.communes if mention.kind in COMMUNE_KINDS else mention.name.provinces)


def _doubts(tokens: Tokens, mentions: Sequence[Mention], best: Reading) -> list[str]:
    """What the text holds against its best reading: another unit with a kind word, other accents than the commune's."""
    xom = best.at_district is not None or bool(best.at_commune and best.at_commune.kind)
    used = best.mentions
    rivals = [m for m in mentions if m.kind and _rivals(m, best, used) and not (xom and short_xom(tokens, m))]
    doubts = ["unexplained"] if rivals else []
    if _has_other_accents(tokens, best):
        doubts.append("accents_differ")
    at = best.at_commune
    province = best.at_province
    thon = province is not None and best.district is None and province.begin == 0 and tokens.words[0] == "t" and not tokens.headed
    if at and (thon or (short_xom(tokens, at) and best.at_district is None) or behind_door(tokens, at)):
        doubts.append("local_or_commune")
    return doubts


def _has_other_accents(tokens: Tokens, best: Reading) -> bool:
    return bool(best.commune and best.at_commune and differs(tokens, best.at_commune, best.commune.accent))


def _rivals(mention: Mention, best: Reading, used: Sequence[Mention]) -> bool:
    """A commune or district of the same province, named with its kind word, that the best reading does not use."""
    if mention.cost:
        return False
    for other in used:
        if mention.begin < other.end and other.begin < mention.end:
            return False
    bucket = bucket_of(best)
    if mention.kind in COMMUNE_KINDS:
        return bucket in mention.name.communes
    if best.district and any(d.code == best.district.code for d in mention.name.districts):
        return False
    return mention.kind in DISTRICT_KINDS and any(d.bucket == bucket for d in mention.name.districts)
