"""A second look at the links whose place seems to be another street, hamlet or house of the commune of residence.

Parsing cuts a text once and for all; a slip (`Thô 1`, `Đônq`), a glued word (`ẤPTÂN LẬP`) or an abbreviation nobody foresaw leaves a
"street" that exists nowhere. Before a person is sent to look, the residence is searched for in the text itself: it is the same
place if its street or hamlet stands there and its numbers too. A slip is only believed where the register knows no such
street or hamlet in the commune: `An Ninh` is no slip of `An Bình` where people live in An Ninh.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import duckdb
import pyarrow as pa
from rapidfuzz.fuzz import partial_ratio_alignment

from matching.standardise.addresses.streets import ROAD
from matching.standardise.addresses.tokens import clean
from matching.standardise.admin_units import Gazetteer
from matching.standardise.admin_units.model import split_kind
from matching.standardise.names.regional import regional_word
from matching.standardise.text import fold

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[a-z0-9]+")
_FLAT = re.compile(r"(?:^|; )can ([a-z]?\d+[a-z]?)(?:$|;)")
_SHORT_X = re.compile(r"[Xx](?![^\W\d_])")
_SHORT = 4  # letters; a shorter name is looked for together with its kind: `thon ha`
_LONG = 10  # letters from which a second slip is believed

Look = Literal["same", "less", "different"]


@dataclass(frozen=True, slots=True)
class Spot:
    """What an address says below its commune; names are folded keys, `units` the folded names of what lies above, `merged` of what went into it."""

    street: str | None
    hamlet: str | None
    kind: str | None
    alley: str | None
    house: str | None
    units: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()


def misread(con: duckdb.DuckDBPyConnection) -> None:
    """`find_misread` (l, agreeing, less): links to take as agreeing after all; `less` where the house is not written."""
    rows = con.execute(_DOUBTED).fetchall()
    found: dict[int, tuple[bool, int]] = {}
    for record, rank, known, raw, level, communes, written, *sides in rows:
        street, hamlet, kind, alley, house = sides[:5]
        place, home = Spot(street, hamlet, kind, alley, house, _units(communes, written), _merged(communes)), Spot(*sides[5:])
        look = second_look(raw, place, home, level == "locality", known)
        if look != "different":
            found[record] = min(found.get(record, (True, 9)), (look == "less", rank))  # a residence that fits wholly goes first
    table = pa.table({
        "l": pa.array(found, pa.int32()), "rank": pa.array([rank for _, rank in found.values()], pa.int8()),
        "less": pa.array([less for less, _ in found.values()], pa.bool_()),
    })  # fmt: skip
    con.register("misread_rows", table)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE find_misread AS
        SELECT l, ['permanent', 'temporary', 'current'][rank] AS agreeing, less FROM misread_rows
    """)
    con.unregister("misread_rows")


def second_look(raw: str, place: Spot, home: Spot, same_street: bool, known: bool) -> Look:
    """Whether the text `raw`, read as `place`, may mean `home`; `known`: the register has the street or hamlet read in the commune."""
    if same_street:
        numbers_agree = _digits(place.house, place.alley) == _digits(home.house, home.alley)
        return "same" if numbers_agree or _one_flat(place.house, home.house) else "different"
    bare = place.kind is None and place.house is None and place.alley is None
    if (bare or (place.kind == "xom" and _SHORT_X.match(raw))) and (place.street or place.hamlet) in place.merged:
        return "less"  # X. Ka Đô, Đơn Dương; Thốt Nốt, P. Thuận Hưng: as likely the old commune's name
    text = fold(clean(raw)[0])
    numbers = Counter(_NUMBER.findall(text))
    names = [name for name in _names(home) if name not in place.units]
    if not any(_stands_in(name, text, numbers, known) for name in names):
        return "different"
    if home.house is None or not _digits(home.house):
        return "same"
    if place.house is None and place.alley is None and not _digits(place.street, place.hamlet):
        return "less"
    return "same" if not _digits(home.house, home.alley) - _written(numbers, home) else "different"


def _one_flat(place: str | None, home: str | None) -> bool:
    """Whether two flats of one block have one number, and a side does not name the tower."""
    flats = [_FLAT.search(said or "") for said in (place, home)]
    return (
        flats[0] is not None
        and flats[1] is not None
        and flats[0][1] == flats[1][1]
        and not ("toa " in (place or "") and "toa " in (home or ""))
    )


def _written(numbers: Counter[str], home: Spot) -> Counter[str]:
    """The numbers of the text without those of the street or hamlet itself; leading zeros do not count."""
    said: Counter[str] = Counter()
    for number, times in numbers.items():
        said[number.lstrip("0")] += times
    return said - _digits(home.street or home.hamlet)


def _digits(*parts: str | None) -> Counter[str]:
    return Counter(number.lstrip("0") for part in parts for number in _NUMBER.findall(part or ""))


def _names(home: Spot) -> Iterable[str]:
    """The names to look for; a short hamlet with its kind. A street is what counts where there is one, but a road across the country."""
    if home.street:
        yield home.street
    if home.street and not ROAD.fullmatch(home.street):
        return
    if home.hamlet and len(home.hamlet.replace(" ", "")) >= _SHORT and not _NUMBER.search(home.hamlet):
        yield home.hamlet
    elif home.hamlet and home.kind:
        yield f"{home.kind} {home.hamlet}"


def _stands_in(name: str, text: str, numbers: Counter[str], known: bool) -> bool:
    """Whether `name` stands in `text` word by word, or, if the place read is known to nobody, with a slip or other blanks."""
    plain = " ".join(_WORD.findall(name))
    if re.search(rf"(?<![a-z0-9]){plain}(?![a-z0-9])", " ".join(_WORD.findall(text))):
        return len(plain) >= _SHORT or _NUMBER.search(plain) is not None
    if known or any(number not in {n.lstrip("0") for n in numbers} for number in _digits(name)):
        return False
    if " " in plain and f" {_by_ear(plain)} " in f" {_by_ear(text)} ":
        return True
    sought, within = "".join(_WORD.findall(name)), "".join(_WORD.findall(text))
    if len(sought) < _SHORT or len(within) < len(sought):
        return False
    slips = 1 if len(sought) < _LONG else 2
    # The Indel distance counts a wrong letter twice, two neighbours swapped as well.
    best = partial_ratio_alignment(sought, within)
    return best is not None and best.score >= 100 * (1 - slips * 2 / (2 * len(sought))) - 1e-9


@lru_cache(maxsize=10_000)
def _by_ear(text: str) -> str:
    """Folded words as they sound where regions confuse them: Tây Xơn is Tây Sơn, Sin Trải Sin Chải."""
    return " ".join(regional_word(word, surname=False) for word in _WORD.findall(text))


@lru_cache(maxsize=50_000)
def _units(communes: str, written: str | None) -> frozenset[str]:
    """Folded names of the communes that a place may lie in and of the units it was written with."""
    gazetteer = Gazetteer.load()
    names = [gazetteer.new_units[code].name for code in communes.split("|") if code in gazetteer.new_units]
    old = gazetteer.old_units.get(written or "")
    if old:
        names += [old.name, old.district_name, old.province_name]
    return frozenset(fold(split_kind(name)[1]) for name in names)


@lru_cache(maxsize=50_000)
def _merged(communes: str) -> frozenset[str]:
    """Folded names of the old communes that the communes were made of."""
    return frozenset(name for code in communes.split("|") for name in _former_names().get(code, ()))


@cache
def _former_names() -> dict[str, set[str]]:
    """Commune of today -> the folded names of those that its residents were of."""
    gazetteer, names = Gazetteer.load(), dict[str, set[str]]()
    for code, unit in gazetteer.old_units.items():
        for successor in gazetteer.resident_successors(code):
            names.setdefault(successor, set()).add(fold(unit.base))
    return names


# Each pair of a doubted place and a residence in one of its communes; `known`: somebody is registered in the street or hamlet
# that was read. `rank` is the residence: 1 permanent, 2 temporary, 3 current.
_DOUBTED = """
WITH doubted AS (
    SELECT k.l, k.gamma_place, p.place, g.permanent, g.temporary, g.current FROM find_pair k
    JOIN std_partner p USING (l) JOIN std_register g ON g.r = k.r WHERE k.gamma_place IN ('locality', 'commune')),
homes AS (
    SELECT l, gamma_place, place, 1 AS rank, permanent AS home FROM doubted UNION ALL
    SELECT l, gamma_place, place, 2, temporary FROM doubted UNION ALL SELECT l, gamma_place, place, 3, current FROM doubted),
lived AS (
    SELECT permanent AS address FROM std_register UNION SELECT temporary FROM std_register UNION SELECT current FROM std_register),
communes AS (SELECT DISTINCT unnest(communes) AS commune FROM doubted JOIN std_address ON address = place),
known AS (
    SELECT DISTINCT commune, coalesce(street, hamlet) AS name FROM (
        SELECT unnest(a.communes) AS commune, a.street, a.hamlet FROM lived JOIN std_address a USING (address))
    WHERE commune IN (FROM communes)),
places AS (
    SELECT a.address, bool_or(n.name IS NOT NULL) AS known FROM (
        SELECT address, unnest(communes) AS commune, coalesce(street, hamlet) AS name FROM std_address
        WHERE address IN (SELECT place FROM doubted)) a LEFT JOIN known n USING (commune, name) GROUP BY a.address)
SELECT h.l, h.rank, coalesce(n.known, FALSE), a.raw, h.gamma_place, array_to_string(a.communes, '|'), a.written_commune,
    a.street, a.hamlet, a.hamlet_kind, a.alley, coalesce(a.house, a.building), b.street, b.hamlet, b.hamlet_kind, b.alley,
    coalesce(b.house, b.building)
FROM homes h JOIN std_address a ON a.address = h.place JOIN std_address b ON b.address = h.home LEFT JOIN places n ON n.address = h.place
WHERE list_has_any(a.communes, b.communes)
    AND (h.gamma_place = 'commune' OR (coalesce(a.house, a.building) IS NOT NULL AND coalesce(b.house, b.building) IS NOT NULL
        AND coalesce(a.street, a.hamlet) = coalesce(b.street, b.hamlet)))
ORDER BY h.l, h.rank
"""
