"""What an address is understood to say: the place (units, with what was assumed) and the detail (street to door)."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """The units of an address (named tuples here and below: millions are made, at a third of the price of other classes).

    `communes` are codes in force on the as-of date that the text may mean: one after a merger, several after a split or when
    the name is ambiguous, none when no commune is named. `commune` is the code iff there is exactly one. `district` and
    `written_commune` are codes of 30 June 2025. `era` is old, new, both, or None when no unit is named.
    """

    communes: tuple[str, ...] = ()
    province: str | None = None
    district: str | None = None
    era: str | None = None
    written_commune: str | None = None
    reorganised: bool = False
    contradicts: bool = False
    confidence: int = 0
    certain: bool = False
    assumptions: tuple[str, ...] = ()

    @property
    def commune(self) -> str | None:
        """The commune's code iff exactly one is possible."""
        return self.communes[0] if len(self.communes) == 1 else None


NOWHERE = Place()


class Detail(NamedTuple):
    """The part of an address below the commune; a level that is not written is None.

    `alley` is the chain, outermost first, joined by `/`; `street` and `hamlet` are folded keys without their kind word. A
    named block of flats or new town stands as the hamlet of its flats and lots, without a display form.
    """

    house: str | None = None
    alley: str | None = None
    street: str | None = None
    building: str | None = None
    unit_group: str | None = None
    hamlet: str | None = None
    hamlet_kind: str | None = None
    street_display: str | None = None
    hamlet_display: str | None = None


EMPTY_DETAIL = Detail()


class Address(NamedTuple):
    """An address as written, with its place and its detail."""

    raw: str
    place: Place
    detail: Detail

    @property
    def communes(self) -> tuple[str, ...]:
        """Codes of the communes that the text may mean, in force on the as-of date."""
        return self.place.communes

    @property
    def commune(self) -> str | None:
        """The commune's code iff exactly one is possible."""
        return self.place.commune

    @property
    def province(self) -> str | None:
        """Code of the province in force on the as-of date; None when none is named or implied."""
        return self.place.province
