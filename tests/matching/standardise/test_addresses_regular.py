"""Endings read by their two sides say what reading them word by word says."""

from __future__ import annotations

from collections.abc import Iterator

from flows.generate.units import AS_OF
from matching.standardise.addresses.endings import Endings
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


_UNITS = [Units(Gazetteer.load(), AS_OF, prefer) for prefer in ERAS]
_ENDINGS = [Endings(units) for units in _UNITS]
