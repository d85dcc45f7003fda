"""Endings read by their two sides say what reading them word by word says."""

from __future__ import annotations

from collections.abc import Iterator

from flows.generate.units import AS_OF
from matching.standardise.addresses.endings import Endings
from matching.standardise.addresses.reading import Reading
from matching.standardise.addresses.readings import best_readings
from matching.standardise.addresses.regular import Regular, _is_whole, _together
from matching.standardise.addresses.sides import weigh
from matching.standardise.addresses.spelled import ending_key
from matching.standardise.addresses.tokens import fold_aligned, tokenise
from matching.standardise.addresses.units import Units
from matching.standardise.admin_units import Era, Gazetteer

STEP = 23  # every so many-th commune, another form each
JOINTS = (", ", ",", " - ", " ")
ERAS: tuple[Era | None, ...] = (None, "new", "old")


def _endings(gazetteer: Gazetteer) -> Iterator[str]:
    """Communes of both eras with all, some or none of their kind words, and with what follows them."""
    old = [(u.name, u.base, u.district_name, u.province_name) for u in gazetteer.old_units.values()]
    new = [(u.name, u.base, "", gazetteer.provinces_new[u.province_code].name) for u in gazetteer.new_units.values()]
    for i, (name, base, district, province) in enumerate([*old, *new][::STEP]):
        bare = province.removeprefix("Tỉnh ").removeprefix("Thành phố ")
        for commune in (name, base):
            for behind in ((district, province), (district, bare), (province,), (bare,), (district,)):
                if all(behind):
                    written = JOINTS[i % 4].join((commune, *behind))
                    yield written + (" (cũ)" if i % 5 == 0 else "")


def test_by_sides_is_as_word_by_word() -> None:
    gazetteer = Gazetteer.load()
    regular = 0
    for n, written in enumerate(_endings(gazetteer)):
        units = _UNITS[n % 3]
        accented = n % 4 != 0
        key = ending_key(written if n % 4 > 1 else fold_aligned(written), True)
        place = _ENDINGS[n % 3].regular.read(key, accented)
        if place:
            regular += 1
            resolved = units.read(tokenise(key, headed=True, accented=accented))
            assert place == resolved.place, key
    assert regular > 1_500


def test_by_numbers_is_as_by_readings() -> None:
    """Every commune of a place beside every form of what it lies in: what is weighed by numbers is what all readings give."""
    gazetteer = Gazetteer.load()
    regular = _ENDINGS[0].regular
    weighed = 0
    for code, unit in sorted(gazetteer.old_units.items())[::STEP]:
        sisters = [u for u in gazetteer.old_units.values() if u.district_code == unit.district_code][:3]
        district, province = unit.district_name.lower(), unit.province_name.lower()
        bare = [name.split(" ", 1)[1].removeprefix("phố ").removeprefix("xã ") for name in (district, province)]
        tails = (f"{district},{province}", f"{bare[0]},{bare[1]}", province, bare[1], f"{bare[1]} (cũ)")
        for sister in sisters:
            for written in (sister.name.lower(), sister.base.lower(), fold_aligned(sister.name)):
                weighed += sum(_weighed_alike(regular, written, tail, int(code) % 2 == 0) for tail in tails)
    assert weighed > 5_000


def _weighed_alike(regular: Regular, written: str, tail: str, accented: bool) -> bool:
    """Whether both sides can be weighed by numbers; then they must be as `best_readings` has them."""
    head, (field, behind) = regular._head(written, accented), regular._tail(tail, accented)
    weighed = weigh(head, behind) if head and behind else None
    if head is None or weighed is None:
        return False
    expected = best_readings(_together(head.field, field))
    assert [_said(reading) for reading in weighed.readings] == [_said(reading) for reading in expected], (written, tail)
    if weighed.whole:
        assert _is_whole(expected[0], head.field.tokens, field.tokens)
    return True


def _said(reading: Reading) -> tuple[object, ...]:
    district, province = reading.district, reading.province
    return reading.score, reading.commune, district, province, reading.contradicts, reading.mixed


_UNITS = [Units(Gazetteer.load(), AS_OF, prefer) for prefer in ERAS]
_ENDINGS = [Endings(units) for units in _UNITS]
