"""Turn the source lists into the compact tables beside this file: `python -m matching.standardise.admin_units.build SRC_DIR`.

An update of the gazetteer is one re-run on newer lists. Hand-kept beside the built tables, and read by nothing here:
`nicknames.tsv` (TP.HCM, Sài Gòn, BR-VT) and `acts.tsv` (the resolution of each province).
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from matching.standardise.admin_units.model import split_kind
from matching.standardise.syllables import is_plain_syllable
from matching.standardise.text import fold, nfc, tone_placement

DATA = Path(__file__).parent / "data"
SOURCES = (
    "old_new_best.csv",
    "wards_current.csv",
    "official_spelling_variants.tsv",
    "former_communes_2019_2025.csv",
    "retired_alias_ward.csv",
    "retired_alias_district.csv",
    "retired_divided_district.csv",
)
Row = Mapping[str, str]
ALIAS_PREFIXES = (
    ("thitran", "thị trấn"), ("phuong", "phường"), ("ward", "phường"), ("xa", "xã"), ("tt", "thị trấn"), ("p", "phường"), ("f", "phường"),
    ("thanhpho", "thành phố"), ("district", "quận"), ("thixa", "thị xã"), ("huyen", "huyện"), ("quan", "quận"), ("tp", "thành phố"),
    ("tx", "thị xã"), ("q", "quận"),
)  # fmt: skip
"""How the alias lists write a kind before a key; a short one counts only before a number or beside its bare form."""


def main(arguments: list[str]) -> None:
    """Read the source folder named on the command line and write all tables; a second run writes the same bytes."""
    source = Path(arguments[0])
    edges = _read(source / "old_new_best.csv")
    current = _read(source / "wards_current.csv")
    communes = _old_communes(edges)
    _write("provinces.tsv", ("era", "code", "name", "new_code"), _provinces(edges))
    _write("districts.tsv", ("code", "name", "province_code"), _districts(edges))
    _write("communes_old.tsv", ("code", "name", "district_code", "successors"), communes)
    _write("communes_new.tsv", ("code", "name", "province_code"), _new_communes(current))
    _write("changes.tsv", ("level", "code", "effective", "name", "act"), _changes(current))
    _write(
        "variants.tsv",
        ("code", "name"),
        _variants(edges, _read(source / "official_spelling_variants.tsv", "\t"), communes),
    )
    _write("retired.tsv", ("level", "name", "kind", "targets", "source"), sorted(_retired(source, edges)))
    _manifest(source)


def proper(name: str) -> str:
    """`xã  Yên Hoà` -> `Xã Yên Hòa`: NFC, one apostrophe, old-style tone placement, a capital before each blank-divided word."""
    text = tone_placement(nfc(" ".join(name.replace("’", "'").replace("‘", "'").replace("`", "'").split())))
    text = text.replace("Thi trấn", "Thị trấn")
    kind, base = split_kind(text)
    base = " ".join(word[:1].upper() + word[1:] for word in base.split(" "))
    return f"{kind.capitalize()} {base}" if kind else base


def spaced(key: str) -> list[str]:
    """`minhtien` -> `["minh tien"]`: the ways to cut a glued key into the fewest syllables; the key itself when there is none."""
    cuts = _cuts(key, 4)
    fewest = min((len(cut) for cut in cuts), default=0)
    return [" ".join(cut) for cut in cuts if len(cut) == fewest] or [key]


def _cuts(key: str, most: int) -> list[list[str]]:
    if not key:
        return [[]]
    if most == 0:
        return []
    heads = [i for i in range(1, min(len(key), 7) + 1) if is_plain_syllable(key[:i])]
    return [[key[:i], *rest] for i in heads for rest in _cuts(key[i:], most - 1)]


def key_of(text: str) -> str:
    """`Bà Rịa - Vũng Tàu` -> `bariavungtau`: folded, blanks removed, numbers without leading zeros."""
    joined = fold(text).replace(" ", "")
    return str(int(joined)) if joined.isdigit() else joined


def _read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def _write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = ["\t".join(header), *("\t".join(row) for row in rows)]
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _provinces(edges: list[dict[str, str]]) -> list[tuple[str, ...]]:
    old = {e["old_province_code"]: ("old", e["old_province_code"], proper(e["old_province"]), e["new_province_code"]) for e in edges}
    new = {e["new_province_code"]: ("new", e["new_province_code"], proper(e["new_province"]), e["new_province_code"]) for e in edges}
    return [*(old[k] for k in sorted(old)), *(new[k] for k in sorted(new))]


def _districts(edges: list[dict[str, str]]) -> list[tuple[str, ...]]:
    found = {e["old_district_code"]: (e["old_district_code"], proper(e["old_district"]), e["old_province_code"]) for e in edges}
    return [found[k] for k in sorted(found)]


def _old_code(edge: Row) -> str:
    """The code of the commune; the district's for an island district; empty for a strip of land that is no unit."""
    return edge["old_ward_code"] or ("" if edge["old_ward"] else edge["old_district_code"])


def _old_communes(edges: list[dict[str, str]]) -> list[tuple[str, ...]]:
    names: dict[str, tuple[str, str]] = {}
    targets: dict[str, list[str]] = {}
    for edge in edges:
        code = _old_code(edge)
        if not code:
            continue
        names[code] = (
            proper(edge["old_ward_gso"] or edge["old_ward"] or edge["old_district"]),
            edge["old_district_code"],
        )
        targets.setdefault(code, []).append(f"{edge['new_ward_code']}:{edge['relation']}:{edge['resident_successor']}")
    return [(code, *names[code], " ".join(sorted(targets[code]))) for code in sorted(names)]


def _new_communes(current: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return sorted((w["ward_code"], proper(w["ward_20250701"]), w["province_code"]) for w in current)


def _changes(current: list[dict[str, str]]) -> list[tuple[str, ...]]:
    found = set()
    for ward in current:
        act, day = ward["act"], ward["province_change_effective"]
        if act:
            found.add(("province", ward["province_code"], day, proper(ward["province_2026"]), act))
        if ward["ward_20260430"] != ward["ward_20250701"]:
            found.add(("commune", ward["ward_code"], day, proper(ward["ward_20260430"]), act))
    return sorted(found)


def _variants(edges: list[dict[str, str]], spellings: list[dict[str, str]], communes: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    official = {row[0]: row[1] for row in communes}
    written = [(_old_code(e), e["old_ward"]) for e in edges]
    written += [(s["code"], s[column]) for s in spellings for column in ("gso_list_2025-07-18", "conversion_table")]
    found = {(code, proper(name)) for code, name in written if code and name}
    return sorted((code, name) for code, name in found if code in official and name != official[code])


def _retired(source: Path, edges: list[dict[str, str]]) -> set[tuple[str, ...]]:
    """Retired names; the alias lists have them glued, so they are cut into syllables unless another list has the name."""
    former = _former(source)
    known = {(row[1].replace(" ", ""), row[3]) for row in former}
    glued = _alias_communes(source, edges) | _alias_districts(source, edges)
    cut = {(level, name, *rest) for level, key, *rest in glued for name in spaced(key) if (key, rest[1]) not in known or rest[0]}
    return former | cut


def _former(source: Path) -> set[tuple[str, ...]]:
    rows = _read(source / "former_communes_2019_2025.csv")
    found: set[tuple[str, ...]] = set()
    for row in rows:
        kind, base = split_kind(proper(row["former_name"]))
        found.add(("commune", fold(base).lstrip("0"), kind, row["merged_into_code"], "NQ 35/2023/UBTVQH15"))
    return found


def _alias_communes(source: Path, edges: list[dict[str, str]]) -> set[tuple[str, ...]]:
    codes = {(key_of(e["old_province"]), key_of(e["old_district"]), key_of(e["old_ward_gso"])): e["old_ward_code"] for e in edges}
    groups: dict[str, dict[str, str]] = {}
    for row in _read(source / "retired_alias_ward.csv"):
        code = codes.get((row["province_key"], row["district_key"], row["ward_key"]))
        if code:
            groups.setdefault(code, {})[row["alias_keyword"]] = row["year"] or _host(row["source"])
    own = {e["old_ward_code"]: split_kind(proper(e["old_ward_gso"])) for e in edges if e["old_ward_code"]}
    found: set[tuple[str, ...]] = set()
    for code, aliases in groups.items():
        for kind, key in _kinds_and_keys(set(aliases), key_of(own[code][1])):
            if (key, kind or own[code][0]) != (key_of(own[code][1]), own[code][0]):
                found.add(("commune", key, kind, code, _reason(aliases, key)))
    return found


def _reason(aliases: Mapping[str, str], key: str) -> str:
    return max(value for alias, value in aliases.items() if alias.endswith(key) or key.isdigit())


def _host(url: str) -> str:
    return re.sub(r"^https?://(www\.)?([^/]+).*$", r"\2", url)


def _kinds_and_keys(aliases: set[str], own_key: str = "") -> set[tuple[str, str]]:
    """`{"xaminhtien", "minhtien"}` -> `{("xã", "minhtien")}`: each bare key with the kind it had, if any form tells it.

    A prefix is only taken off when the bare form stands in the list too, or is the unit's own name: "phuongdo" is xã Phương Độ.
    """
    found: dict[str, str] = {}
    for alias in sorted(aliases):
        kind, key = _split_alias(alias, aliases | {own_key})
        if kind or key not in found:
            found[key] = kind
    return {(kind, key) for key, kind in found.items()}


def _split_alias(alias: str, aliases: set[str]) -> tuple[str, str]:
    for prefix, kind in ALIAS_PREFIXES:
        rest = alias[len(prefix) :]
        if alias.startswith(prefix) and rest and (rest in aliases or rest.isdigit() or prefix == "thitran"):
            return kind, str(int(rest)) if rest.isdigit() else rest
    return "", alias


def _alias_districts(source: Path, edges: list[dict[str, str]]) -> set[tuple[str, ...]]:
    codes = {(key_of(e["old_province"]), key_of(e["old_district"])): e["old_district_code"] for e in edges}
    groups: dict[tuple[str, str], set[str]] = {}
    for row in _read(source / "retired_alias_district.csv"):
        groups.setdefault((row["province_key"], row["district_key"]), set()).add(row["alias_keyword"])
    found = set()
    for place, aliases in groups.items():
        own = place[1].removeprefix("thanhpho").removeprefix("thixa").removeprefix("huyen")
        found |= {("district", key, kind, codes[place], "2013-2025") for kind, key in _kinds_and_keys(aliases, own)}
    divided: dict[tuple[str, str], set[str]] = {}
    for row in _read(source / "retired_divided_district.csv"):
        code = codes[row["provinceKey"], row["districtKey"]]
        for kind, key in _kinds_and_keys(set(json.loads(row["dividedDistrictKeyWords"]))):
            divided.setdefault((key, kind), set()).add(code)
    return found | {("district", key, kind, " ".join(sorted(targets)), "2019-2025") for (key, kind), targets in divided.items()}


def _manifest(source: Path) -> None:
    """The version is a fingerprint of the tables, so that a run's manifest can say which gazetteer it judged by."""
    tables = sorted(path for path in DATA.glob("*.tsv"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in tables)).hexdigest()[:12]
    latest = max(row["effective"] for row in _read(DATA / "changes.tsv", "\t"))
    inputs = {name: hashlib.sha256((source / name).read_bytes()).hexdigest() for name in SOURCES}
    content = {"version": f"{latest}+{digest}", "sources_sha256": inputs}
    (DATA / "manifest.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
