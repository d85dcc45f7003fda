"""From the units that a text names to the communes in force: the place of an address, with what had to be assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.standardise.addresses.index import Commune, Index
from matching.standardise.addresses.lexicon import COMMUNE_KINDS, DISTRICT_KINDS, KIND_LETTERS
from matching.standardise.addresses.mentions import Mention, find_mentions, kind_words
from matching.standardise.addresses.model import NOWHERE, Place
from matching.standardise.addresses.readings import Reading, best_readings, differs, field_of
from matching.standardise.addresses.slips import slipped
from matching.standardise.addresses.tokens import Tokens
from matching.standardise.admin_units import REFORM, Gazetteer, split_kind

MOST = 6
"""A name that could be more communes than this, with no province named, says nothing."""
FEW = 3
COST = {
    "commune_typo": 15, "district_typo": 10, "province_typo": 5, "district_missing": 3, "province_missing": 10, "era_ambiguous": 10, "split": 5,
    "alias": 5, "no_accents_ambiguous": 10, "commune_or_district": 35, "commune_missing": 50, "contradicts": 40, "mixed_era": 10,
    "kind_differs": 10, "kind_missing": 2, "ambiguous": 15, "accents_differ": 8, "unexplained": 15, "encoding": 2,
}  # fmt: skip
"""What an assumption takes off the confidence of 100."""
GUESSED = frozenset(
    {
        "commune_typo",
        "district_typo",
        "province_typo",
        "commune_or_district",
        "contradicts",
        "kind_differs",
        "commune_missing",
        "accents_differ",
        "unexplained",
    }
)
"""With one of these a place is not certain, even when one commune remains."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A place with the spans of characters that named it; what lies outside them is the detail."""

    place: Place
    spans: tuple[tuple[int, int], ...]


def resolve(tokens: Tokens, index: Index, gazetteer: Gazetteer, as_of: date, old_only: bool = False) -> Resolved:
    """The place that the tokens name; `NOWHERE` with no spans when they name none."""
    kinds = kind_words(tokens)
    mentions = find_mentions(tokens, index, kinds)
    readings = best_readings(field_of(tokens, mentions, old_only), index)
    for _ in range(3):
        best = readings[0] if readings else None
        if best is not None and _complete(best) and not _unexplained(kinds, mentions, best, tokens):
            break
        more = slipped(tokens, kinds, index, best)
        if not more:
            break
        mentions += more
        better = best_readings(field_of(tokens, mentions, old_only), index)
        if best is not None and better[:1] and better[0].score <= best.score:
            break
        readings = better
    if not readings:
        return Resolved(NOWHERE, ())
    explicit = any(_rivals(m, readings[0]) for m in mentions)
    place = _place(readings, tokens, explicit, index, gazetteer, as_of)
    return Resolved(place, tuple((tokens.starts[m.begin], tokens.ends[m.end - 1]) for m in readings[0].mentions))


def _rivals(mention: Mention, best: Reading) -> bool:
    """A commune or district of the same province, named with its kind word, that the best reading does not use."""
    if not mention.kind or mention.cost or any(mention.begin < m.end and m.begin < mention.end for m in best.mentions):
        return False
    bucket = _bucket(best)
    if mention.kind in COMMUNE_KINDS:
        return bucket in mention.name.communes
    if best.district and any(d.code == best.district.code for d in mention.name.districts):
        return False
    return mention.kind in DISTRICT_KINDS and any(d.bucket == bucket for d in mention.name.districts)


def _complete(best: Reading) -> bool:
    """Nothing more to look for: a commune that agrees with all that is named."""
    if (
        best.commune is None
        or best.contradicts
        or best.province is None
        or (best.district is not None and best.at_district is None)
    ):
        return False
    return best.at_district is not None or bool(
        best.at_commune and (best.at_commune.kind or best.at_commune.left == "edge")
    )


def _unexplained(kinds: list[tuple[str, int]], mentions: Sequence[Mention], best: Reading, tokens: Tokens) -> bool:
    """A kind word (not a single letter) whose name is no unit's in the province, or words left over after a unit: a slip."""
    known = {m.start for m in mentions if _names_level(m, best)}
    for i in range(1, len(tokens.words)):
        kind, begin = kinds[i]
        if (
            kind
            and (len(tokens.words[i - 1]) > 1 or tokens.folded[tokens.ends[i - 1]] == ".")
            and i not in known
            and tokens.breaks[i] < 2
            and kind != "TP"
        ):
            if all(i <= m.begin or begin >= m.end for m in best.mentions):
                return True
    return leftover(best)


def _names_level(mention: Mention, best: Reading) -> bool:
    if mention.kind in DISTRICT_KINDS:
        bucket = _bucket(best)
        return any(d.bucket == bucket for d in mention.name.districts)
    return bool(mention.name.communes if mention.kind in COMMUNE_KINDS else mention.name.provinces)


def leftover(best: Reading) -> bool:
    """Whether letters follow the commune that belong to nothing: `Xã Tây Trà | Bồvg`."""
    at = best.at_commune
    return bool(at and at.right == "word" and at.kind and all(m.begin != at.end for m in best.mentions))


def _place(
    readings: Sequence[Reading], tokens: Tokens, rivals: bool, index: Index, gazetteer: Gazetteer, as_of: date
) -> Place:
    best = readings[0]
    communes = sorted({code for r in readings if r.commune for code in r.commune.targets})
    notes = _notes(readings, communes)
    if rivals:
        notes.append("unexplained")
    if best.commune and best.at_commune and differs(tokens, best.at_commune, best.commune.accent):
        notes.append("accents_differ")
    if best.commune is None:
        communes = _whole_district(best, index)
    provinces = {gazetteer.new_units[code].province_code for code in communes} | {
        p for r in readings if (p := _bucket(r))
    }
    if len(communes) > MOST and best.province is None and best.district is None:
        communes, provinces = [], set()
        notes.append("ambiguous")
    old = {r.commune.code for r in readings if r.commune and r.commune.old}
    eras = (
        {r.commune.old for r in readings if r.commune} or {True}
        if best.district or (best.province and best.province.old_only)
        else {r.commune.old for r in readings if r.commune}
    )
    era = None if not eras else "both" if len(eras) > 1 else "old" if True in eras else "new"
    if best.commune is None and best.district is None and best.province is not None and not best.province.old_only:
        era = None
    districts = {r.district.code for r in readings if r.district}
    confidence = max(5, 100 - sum(COST.get(note, 5) for note in notes))
    return Place(
        communes=tuple(communes),
        province=provinces.pop() if len(provinces) == 1 else None,
        district=districts.pop() if len(districts) == 1 else None,
        era=era,
        written_commune=old.pop() if len(old) == 1 and era == "old" else None,
        reorganised=as_of >= REFORM and _is_reorganised(best, era, gazetteer, as_of),
        contradicts=best.contradicts,
        confidence=confidence,
        certain=len(communes) == 1 and not GUESSED.intersection(notes) and _is_sure(best),
        assumptions=tuple(sorted(set(notes))),
    )


def _bucket(reading: Reading) -> str | None:
    if reading.commune:
        return reading.commune.bucket
    return reading.province.bucket if reading.province else reading.district.bucket if reading.district else None


def _is_sure(best: Reading) -> bool:
    """A commune without its kind word is only sure beside a district, or in a part of its own."""
    at = best.at_commune
    if at is None or leftover(best):
        return False
    if best.commune and best.commune.source == "alias" and (best.district is None or not at.kind):
        return False
    if at.kind:
        return best.province is not None or best.district is not None
    return at.left in ("edge", "group") and best.province is not None


def _whole_district(best: Reading, index: Index) -> list[str]:
    """A district named without a commune says the commune only where the district became so few (Côn Đảo, Phú Quốc)."""
    found = index.district_targets.get(best.district.code, ()) if best.district else ()
    return list(found) if len(found) <= FEW else []


def _notes(readings: Sequence[Reading], communes: Sequence[str]) -> list[str]:
    best = readings[0]
    notes = [
        f"{level}_typo"
        for level, at in (("commune", best.at_commune), ("district", best.at_district), ("province", best.at_province))
        if at and at.cost
    ]
    if best.commune is None:
        notes.append("commune_missing")
    if best.province is None:
        notes.append("province_missing")
    if best.contradicts:
        notes.append("contradicts")
    if best.mixed:
        notes.append("mixed_era")
    if best.commune and best.at_commune:
        notes += _commune_notes(best.commune, best.at_commune, readings)
    if any(r.commune and r.commune.old and len(r.commune.targets) > 1 for r in readings):
        notes.append("split")
    return notes


def _commune_notes(commune: Commune, at: Mention, readings: Sequence[Reading]) -> list[str]:
    notes = []
    meant = {(r.commune.code, r.commune.old) for r in readings if r.commune}
    eras = {old for _, old in meant}
    if len(eras) > 1:
        notes.append("era_ambiguous")
    elif len(meant) > 1:
        notes.append(
            "no_accents_ambiguous" if len({r.commune.accent for r in readings if r.commune}) > 1 else "ambiguous"
        )
    if commune.source == "alias":
        notes.append("alias")
    if commune.old and readings[0].district is None:
        notes.append("district_missing")
    if at.kind and commune.kinds and at.kind not in commune.kinds:
        notes.append("kind_differs")
    if not at.kind:
        notes.append("kind_missing")
        if readings[0].district is not None and readings[0].at_district is None:
            notes.append("commune_or_district")
    return notes


def _is_reorganised(best: Reading, era: str | None, gazetteer: Gazetteer, as_of: date) -> bool:
    """The form as written is no longer in force: an old unit or province, or a kind that an act of 2026 changed."""
    if era == "old" or (best.province is not None and best.province.old_only):
        return True
    if era != "new" or best.commune is None:
        return False
    return _old_kind(best.at_commune, gazetteer.commune_name(best.commune.code, as_of)) or _old_kind(
        best.at_province, gazetteer.province_name(best.commune.bucket, as_of)
    )


def _old_kind(at: Mention | None, name: str | None) -> bool:
    return bool(at and at.kind and name and KIND_LETTERS[split_kind(name)[0]] != at.kind)
