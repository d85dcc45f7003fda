"""The quick way to read addresses, cut and kept, gives what reading every text as a whole gives."""

from __future__ import annotations

from flows.bench.country import drawn_addresses
from flows.generate.units import AS_OF, communes
from matching.standardise.addresses import AddressParser
from matching.standardise.admin_units import Gazetteer

NEARLY_ALL = 0.999  # 6 of 120,000 differ, all of them slips or towns that the whole text misleads about


def differing(values: int, seed: int) -> tuple[int, list[str]]:
    """How many addresses with every kind of noise were read in both ways, and those that came out differently."""
    gazetteer = Gazetteer.load()
    here = communes(len(gazetteer.new_units))[seed % 7 :: 7]
    texts = [row["text"] for row in drawn_addresses(here, values, seed, 0)]
    quick, slow = AddressParser(gazetteer, AS_OF), AddressParser(gazetteer, AS_OF, cuts=False)
    return len(texts), [text for text in texts if quick.parse(text) != slow.parse(text)]


def test_cut_and_kept_is_what_the_whole_text_says() -> None:
    count, different = differing(3_000, 20_251)
    assert count > 2_500
    assert len(different) <= (1 - NEARLY_ALL) * count, different
