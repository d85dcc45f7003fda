"""From readings to the communes in force: the place of an address, with what had to be assumed and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matching.standardise.addresses.index import Index
from matching.standardise.addresses.lexicon import KIND_LETTERS
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.model import Place
from matching.standardise.addresses.reading import Reading
from matching.standardise.admin_units import REFORM, Gazetteer, split_kind

MOST = 6
"""A name that could be more communes than this, with no province and no district named, says nothing."""
FEW = 3
"""A district named without a commune stands for its communes of today only when they are so few (Côn Đảo, Phú Quốc)."""
ASSUMPTIONS = {
    "commune_typo": (15, "letters of the commune's name were put right, or it stands as initials"),
    "district_typo": (10, "the same for the district"),
    "province_typo": (5, "the same for the province"),
    "accents_differ": (8, "the commune's name was written with other accents"),
    "kind_differs": (10, "written as another kind of unit than it is or was"),
    "kind_missing": (2, "the commune stands without its kind word"),
    "commune_or_district": (35, "a bare name that is a commune of today and a district of before"),
    "commune_missing": (50, "no commune is named"),
    "district_missing": (3, "an old commune without its district"),
    "province_missing": (10, "the province follows from the other units"),
    "era_ambiguous": (10, "the name is a commune's of today and one's of before"),
    "no_accents_ambiguous": (10, "communes that are told apart by accents, which are lost"),
    "ambiguous": (15, "several communes have the name"),
    "split": (5, "the old commune was divided among several"),
    "alias": (5, "a name that was gone before 30 June 2025"),
    "mixed_era": (10, "units of both eras together"),
    "contradicts": (40, "the commune does not lie in the stated district or province"),
    "unexplained": (15, "another commune or district of the province is named too"),
    "local_or_commune": (10, "a name that may be a hamlet's or a street's instead: `X Thọ Sơn`, `Số 9, Khâm Thiên`"),
    "encoding": (2, "the text was in a legacy encoding"),
}
"""Code -> what it takes off the confidence of 100, and what it means."""
GUESSED = frozenset(
    ("commune_typo", "district_typo", "province_typo", "accents_differ", "kind_differs", "commune_or_district", "commune_missing", "contradicts", "unexplained",
     "local_or_commune")
)  # fmt: skip
"""With one of these a place is not certain, even when one commune remains."""


def place_of(readings: Sequence[Reading], doubts: Sequence[str], index: Index, gazetteer: Gazetteer, as_of: date) -> Place:
    """The place that the best readings agree on: the union of their communes; `doubts` are more assumptions."""
    best = readings[0]
    named = {code for r in readings if r.commune for code in r.commune.targets}
    communes = sorted(named) if named else _whole_district(best, index)
    provinces = {gazetteer.new_units[code].province_code for code in communes}
    provinces.update(bucket_of(r) for r in readings)
    provinces.discard("")
    notes = {*doubts, *_notes(readings)}
    if len(communes) > MOST and _is_lost(best):
        communes = _of_today(readings)
        provinces = {gazetteer.new_units[code].province_code for code in communes}
        notes.add("ambiguous")
    era = _era(readings)
    old = {r.commune.code for r in readings if r.commune and r.commune.old}
    districts = {r.district.code for r in readings if r.district}
    return Place(
        communes=tuple(communes),
        province=provinces.pop() if len(provinces) == 1 else None,
        district=districts.pop() if len(districts) == 1 else None,
        era=era,
        written_commune=old.pop() if len(old) == 1 and era == "old" else None,
        reorganised=as_of >= REFORM and _is_reorganised(best, era, gazetteer, as_of),
        contradicts=best.contradicts,
        confidence=confidence(notes),
        certain=len(communes) == 1 and not GUESSED.intersection(notes) and _is_sure(best),
        assumptions=tuple(sorted(notes)),
    )


def confidence(notes: set[str]) -> int:
    """100 less what each assumption costs, at least 5."""
    return max(5, 100 - sum(ASSUMPTIONS[note][0] for note in notes))


def bucket_of(reading: Reading) -> str:
    """The province of today that a reading lies in; empty when it names no unit."""
    found = reading.commune or reading.province or reading.district
    return found.bucket if found else ""


def leftover(best: Reading) -> bool:
    """Whether letters follow the commune that belong to nothing: `Xã Tây Trà | Bồvg`."""
    at = best.at_commune
    return bool(at and at.right == "word" and at.kind and all(m.begin != at.end for m in best.mentions))


def _whole_district(best: Reading, index: Index) -> list[str]:
    found = index.district_targets.get(best.district.code, ()) if best.district else ()
    return list(found) if len(found) <= FEW else []


def _is_lost(best: Reading) -> bool:
    """Nothing says where a name lies: neither province nor district is named, or the name is of other provinces."""
    if best.province is None:
        return best.district is None
    return best.commune is not None and best.commune.bucket != best.province.bucket


def _of_today(readings: Sequence[Reading]) -> list[str]:
    """Of too many meanings the communes of today, if those are few and something stands before them: who leaves out both
    district and province writes the new form. A name by itself says nothing."""
    at = readings[0].at_commune
    found = sorted({code for r in readings if r.commune and not r.commune.old for code in r.commune.targets})
    return found if len(found) <= MOST and at and at.begin > 0 else []


def _era(readings: Sequence[Reading]) -> str | None:
    """The era the units were written in; a province that both eras have tells none by itself."""
    best = readings[0]
    eras = {r.commune.old for r in readings if r.commune}
    if not eras:
        return "old" if best.district or (best.province and best.province.old_only) else None
    return "both" if len(eras) > 1 else "old" if True in eras else "new"


def _is_sure(best: Reading) -> bool:
    """A commune without its kind word is only sure in a part of its own or after a hamlet's number; a retired name beside its district."""
    at = best.at_commune
    if at is None or best.commune is None or leftover(best):
        return False
    if best.commune.source == "alias" and (best.district is None or not at.kind):
        return False
    if at.kind:
        return best.province is not None or best.district is not None
    return at.left in ("edge", "group") and best.province is not None


def _notes(readings: Sequence[Reading]) -> set[str]:
    best = readings[0]
    notes = set() if best.commune is None else _commune_notes(best, readings)
    if best.at_commune and best.at_commune.cost:
        notes.add("commune_typo")
    if best.at_district and best.at_district.cost:
        notes.add("district_typo")
    if best.at_province and best.at_province.cost:
        notes.add("province_typo")
    if best.commune is None:
        notes.add("commune_missing")
    if best.province is None:
        notes.add("province_missing")
    if best.contradicts:
        notes.add("contradicts")
    if best.mixed:
        notes.add("mixed_era")
    for reading in readings:
        if reading.commune and reading.commune.old and len(reading.commune.targets) > 1:
            notes.add("split")
    return notes


def _commune_notes(best: Reading, readings: Sequence[Reading]) -> set[str]:
    at, commune = best.at_commune, best.commune
    notes: set[str] = set()
    if at is None or commune is None:
        return notes
    if commune.source == "alias":
        notes.add("alias")
    if commune.old and best.district is None:
        notes.add("district_missing")
    if not at.kind:
        notes.add("kind_missing")
        if best.district is not None and best.at_district is None:
            notes.add("commune_or_district")
    elif commune.kinds and at.kind not in commune.kinds:
        notes.add("kind_differs")
    if len(readings) > 1:
        meant = [r.commune for r in readings if r.commune]
        if len({c.old for c in meant}) > 1:
            notes.add("era_ambiguous")
        elif len({(c.code, c.old) for c in meant}) > 1:
            told_apart = len({c.accent for c in meant}) > 1
            notes.add("no_accents_ambiguous" if told_apart else "ambiguous")
    return notes


def _is_reorganised(best: Reading, era: str | None, gazetteer: Gazetteer, as_of: date) -> bool:
    """The form as written is no longer in force: an old unit or province, or a kind that an act of 2026 changed."""
    if era == "old" or (best.province is not None and best.province.old_only):
        return True
    if era != "new" or best.commune is None:
        return False
    commune = gazetteer.commune_name(best.commune.code, as_of)
    province = gazetteer.province_name(best.commune.bucket, as_of)
    return _other_kind(best.at_commune, commune) or _other_kind(best.at_province, province)


def _other_kind(at: Mention | None, name: str | None) -> bool:
    return bool(at and at.kind and name and KIND_LETTERS[split_kind(name)[0]] != at.kind)
