"""One way to understand the units of a text, and what makes one better than another."""

from __future__ import annotations

from typing import NamedTuple

from matching.standardise.addresses.index import Commune, DistrictName, ProvinceName
from matching.standardise.addresses.mentions import Mention

TIE = 2
"""Readings this close to the best are as good: it is what a mixed form costs, which decides nothing."""


class Reading(NamedTuple):
    """One way to understand the text; a level that is not named is None."""

    score: int
    commune: Commune | None = None
    at_commune: Mention | None = None
    district: DistrictName | None = None
    at_district: Mention | None = None
    province: ProvinceName | None = None
    at_province: Mention | None = None
    contradicts: bool = False
    mixed: bool = False

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions used, from left to right."""
        return tuple(sorted(m for m in (self.at_commune, self.at_district, self.at_province) if m))


def rank(reading: Reading) -> tuple[int, bool, int]:
    """The better score; then the reading with a commune; then the commune further right."""
    return reading.score, reading.commune is not None, reading.at_commune.begin if reading.at_commune else -1
