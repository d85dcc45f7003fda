"""Names of units, ready for look-up: from the canonical key of a name to all units, of both eras, that it can mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from matching.standardise.addresses.lexicon import KIND_LETTERS, ROMAN
from matching.standardise.addresses.tokens import accent_key, canon_key
from matching.standardise.admin_units import Gazetteer, split_kind
from matching.standardise.admin_units.model import District, Retired
from matching.standardise.text import fold

NICKNAMES = Path(__file__).parents[1] / "admin_units" / "data" / "nicknames.tsv"


@dataclass(frozen=True, slots=True, eq=False)
class Commune:
    """One meaning of a commune's name. `source`: official, variant (spelling), alias (retired before 30 June 2025)."""

    code: str
    old: bool
    kinds: frozenset[str]
    district: str
    province: str
    bucket: str
    accent: str
    source: str
    targets: tuple[str, ...]
    parents: frozenset[str]
    former: frozenset[str] = frozenset()
    """Of a commune of today: the provinces of 30 June 2025 that it was made from."""


@dataclass(frozen=True, slots=True, eq=False)
class DistrictName:
    """One meaning of a district's name; `code` is a district of 30 June 2025.

    `moved`: where a district of that name is still there, the only communes for which the name means this one (None: all).
    """

    code: str
    kind: str
    province: str
    bucket: str
    accent: str
    source: str
    moved: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ProvinceName:
    """One meaning of a province's name: the province of today (`bucket`) and the one of 30 June 2025 (`code`)."""

    code: str
    kinds: frozenset[str]
    bucket: str
    old_only: bool
    nickname: bool
    accent: str


@dataclass(slots=True)
class Name:
    """Everything that one key can mean; communes by the province of today they lie in."""

    provinces: list[ProvinceName] = field(default_factory=list)
    districts: list[DistrictName] = field(default_factory=list)
    communes: dict[str, list[Commune]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Index:
    """All names by key, and for typing slips the keys of each district and province."""

    names: dict[str, Name]
    glued: dict[str, Name]
    by_district: dict[str, dict[str, list[Commune]]]
    by_bucket: dict[str, dict[str, list[Commune]]]
    districts_by_bucket: dict[str, dict[str, list[DistrictName]]]
    provinces: dict[str, list[ProvinceName]]
    initials: dict[str, Name]
    district_targets: dict[str, tuple[str, ...]]
    begun: frozenset[str]
    """What keys of several words begin with: `phu`, `phu quoc` for what begins so."""


@lru_cache(maxsize=1)
def index() -> Index:
    """The index of the package's gazetteer; built once for a process (some 0.3 s)."""
    return build_index(Gazetteer.load())


def build_index(gazetteer: Gazetteer) -> Index:
    """Collect official names, spellings, retired names and nicknames under their keys."""
    buckets = {p.code: p.new_code for p in gazetteer.provinces_old.values()}
    names: dict[str, Name] = {}
    for province in _provinces(gazetteer):
        for key in _province_keys(province[1]):
            names.setdefault(key, Name()).provinces.append(province[0])
    _nicknames(names, gazetteer, buckets)
    for key, district in _districts(gazetteer, buckets):
        found = names.setdefault(key, Name()).districts
        if not any(d.code == district.code and d.kind == district.kind for d in found):
            found.append(district)
    for key, commune in (*_old_communes(gazetteer, buckets), *_new_communes(gazetteer), *_retired(gazetteer, buckets)):
        found_communes = names.setdefault(key, Name()).communes.setdefault(commune.bucket, [])
        if not any(c.code == commune.code and c.old == commune.old and c.source == "official" for c in found_communes):
            found_communes.append(commune)
    targets: dict[str, set[str]] = {}
    for code, unit in gazetteer.old_units.items():
        targets.setdefault(unit.district_code, set()).update(gazetteer.resident_successors(code))
    return _grouped(names, {district: tuple(sorted(codes)) for district, codes in targets.items()})


def _grouped(names: dict[str, Name], targets: dict[str, tuple[str, ...]]) -> Index:
    initials: dict[str, list[Name]] = {}
    glued: dict[str, list[Name]] = {}
    by_district: dict[str, dict[str, list[Commune]]] = {}
    by_bucket: dict[str, dict[str, list[Commune]]] = {}
    districts: dict[str, dict[str, list[DistrictName]]] = {}
    provinces: dict[str, list[ProvinceName]] = {}
    for key, name in names.items():
        joined = key.replace(" ", "")
        if joined.isdigit():
            continue
        if " " in key:
            initials.setdefault("".join([word[0] for word in key.split(" ")]), []).append(name)
            if len(joined) > 3:
                glued.setdefault(joined, []).append(name)
        for bucket, communes in name.communes.items():
            by_bucket.setdefault(bucket, {}).setdefault(joined, []).extend(communes)
            for commune in communes:
                for district in {commune.district, *commune.parents} - {""}:
                    by_district.setdefault(district, {}).setdefault(joined, []).append(commune)
        for found in name.districts:
            districts.setdefault(found.bucket, {}).setdefault(joined, []).append(found)
        if name.provinces and len(joined) > 4:
            provinces.setdefault(joined, []).extend(name.provinces)
    return Index(names, _merged(glued), by_district, by_bucket, districts, provinces, _merged(initials), targets, _begun(names))


def _begun(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        end = name.find(" ")
        while end > 0:
            found.add(name[:end])
            end = name.find(" ", end + 1)
    return frozenset(found)


def _merged(names: dict[str, list[Name]]) -> dict[str, Name]:
    """All that is behind a key as one name."""
    return {key: found[0] if len(found) == 1 else _one_name(found) for key, found in names.items()}


def _one_name(names: list[Name]) -> Name:
    one = Name()
    for name in names:
        one.provinces.extend(name.provinces)
        one.districts.extend(name.districts)
        for bucket, communes in name.communes.items():
            one.communes.setdefault(bucket, []).extend(communes)
    return one


@lru_cache(maxsize=50_000)
def name_keys(base: str) -> frozenset[str]:
    """All keys a unit's name is found by: `Cư M'gar` with and without a blank, `N.T Phong Hải` also as `Phong Hải`."""
    words = fold(base).split(" ")
    keys = {canon_key(" ".join(words))}
    if "'" in base:
        keys.add(canon_key(fold(base.replace("'", ""))))
    if words[0] in ROMAN and len(words) == 1:
        keys.add(ROMAN[words[0]])
    if words[:2] == ["nong", "truong"]:
        keys |= {canon_key("nt " + " ".join(words[2:])), canon_key(" ".join(words[2:]))}
    if words[:2] == ["n", "t"] or words[:1] == ["nt"]:
        rest = " ".join(words[2 if words[0] == "n" else 1 :])
        keys |= {canon_key("nong truong " + rest), canon_key("nt " + rest), canon_key(rest)}
    return frozenset(keys - {""})


def _province_keys(base: str) -> set[str]:
    return {canon_key(fold(base))}


def _provinces(gazetteer: Gazetteer) -> list[tuple[ProvinceName, str]]:
    today = {p.new_code for p in gazetteer.provinces_old.values()}
    new_names = {p.base: p for p in gazetteer.provinces_new.values()}
    found = []
    for province in gazetteer.provinces_old.values():
        kinds = {KIND_LETTERS[split_kind(province.name)[0]]}
        new = new_names.get(province.base)
        if new:
            kinds |= {KIND_LETTERS[split_kind(c.name)[0]] for c in gazetteer.changes if c.level == "province" and c.code == new.code}
        entry = ProvinceName(province.code, frozenset(kinds), province.new_code, new is None, False, accent_key(province.base))
        found.append((entry, province.base))
    assert today == set(gazetteer.provinces_new)
    return found


def _nicknames(names: dict[str, Name], gazetteer: Gazetteer, buckets: dict[str, str]) -> None:
    """Add the hand-kept nicknames: level, words, and the code of the province or district of 30 June 2025 they mean."""
    for line in NICKNAMES.read_text(encoding="utf-8").splitlines()[1:]:
        level, words, codes = line.split("\t")[:3]
        name = names.setdefault(canon_key(fold(words)), Name())
        for code in codes.split(" "):
            if level == "province":
                old = gazetteer.provinces_old[code]
                official = next(p for key in _province_keys(old.base) for p in names[key].provinces if p.code == code)
                name.provinces.append(ProvinceName(code, frozenset({"TI", "TP"}), old.new_code, official.old_only, True, ""))
            else:
                district = gazetteer.districts[code]
                name.districts.append(DistrictName(code, "", district.province_code, buckets[district.province_code], "", "alias"))


def _districts(gazetteer: Gazetteer, buckets: dict[str, str]) -> Iterable[tuple[str, DistrictName]]:
    for district in gazetteer.districts.values():
        kind, base = split_kind(district.name)
        bucket = buckets[district.province_code]
        entry = DistrictName(district.code, KIND_LETTERS[kind], district.province_code, bucket, accent_key(base), "official")
        yield from ((key, entry) for key in name_keys(base))
    within: dict[str, list[str]] = {}
    for code, unit in gazetteer.old_units.items():
        within.setdefault(unit.district_code, []).append(code)
    for retired in gazetteer.retired:
        for code in retired.targets if retired.level == "district" else ():
            district = gazetteer.districts[code]
            kind = KIND_LETTERS[retired.kind]
            bucket = buckets[district.province_code]
            moved = _moved(gazetteer, retired, district, within) if kind else None
            yield canon_key(retired.name), DistrictName(code, kind, district.province_code, bucket, "", "alias", moved)


def _moved(gazetteer: Gazetteer, retired: Retired, into: District, within: dict[str, list[str]]) -> frozenset[str] | None:
    """The communes that came to a district from the one of the retired name, if that is still there; None if it is gone.

    Codes were given district by district: a commune that moved keeps one among those of the district it came from.
    """
    same = [d.code for d in gazetteer.districts.values() if d.province_code == into.province_code and d.code != into.code
            and fold(split_kind(d.name)[1]) == retired.name]  # fmt: skip
    codes = [code for district in same for code in within.get(district, ())]
    if not codes:
        return None
    low, high = min(codes), max(codes)
    return frozenset(code for code in within.get(into.code, ()) if low < code < high)


def _old_communes(gazetteer: Gazetteer, buckets: dict[str, str]) -> Iterable[tuple[str, Commune]]:
    for code, unit in gazetteer.old_units.items():
        if len(code) == 3:
            continue
        targets = gazetteer.resident_successors(code)
        spellings = [(unit.name, "official"), *((name, "variant") for name in gazetteer.variants.get(code, ()))]
        for name, source in spellings:
            kind, base = split_kind(name)
            entry = Commune(code, True, frozenset({KIND_LETTERS[kind]} - {""}), unit.district_code, unit.province_code,
                            buckets[unit.province_code], accent_key(base), source, targets, frozenset())  # fmt: skip
            yield from ((key, entry) for key in sorted(name_keys(base)))


def _new_communes(gazetteer: Gazetteer) -> Iterable[tuple[str, Commune]]:
    renamed = {change.code: change.name for change in gazetteer.changes if change.level == "commune"}
    for code, unit in gazetteer.new_units.items():
        kinds = frozenset(KIND_LETTERS[split_kind(name)[0]] for name in (unit.name, renamed.get(code, unit.name)))
        edges = gazetteer.predecessors.get(code, ())
        parents = frozenset(gazetteer.old_units[edge.old_code].district_code for edge in edges if edge.resident != "no")
        former = frozenset(gazetteer.districts[parent].province_code for parent in parents)
        entry = Commune(code, False, kinds, "", "", unit.province_code, accent_key(unit.base), "official", (code,), parents, former)  # fmt: skip
        yield from ((key, entry) for key in sorted(name_keys(unit.base)))


def _retired(gazetteer: Gazetteer, buckets: dict[str, str]) -> Iterable[tuple[str, Commune]]:
    for retired in gazetteer.retired:
        for code in retired.targets if retired.level == "commune" else ():
            unit = gazetteer.old_units.get(code)
            if unit is None:
                continue
            kinds = frozenset({KIND_LETTERS[retired.kind]} - {""})
            entry = Commune(code, True, kinds, unit.district_code, unit.province_code, buckets[unit.province_code], "", "alias",
                            gazetteer.resident_successors(code), frozenset())  # fmt: skip
            yield canon_key(retired.name), entry
