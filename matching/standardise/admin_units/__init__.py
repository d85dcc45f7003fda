"""The gazetteer: administrative units of both eras with dates, acts, spellings, retired names and successors."""

from matching.standardise.admin_units.gazetteer import Gazetteer
from matching.standardise.admin_units.model import (
    REFORM,
    Change,
    District,
    Edge,
    Era,
    NewUnit,
    OldUnit,
    Province,
    Retired,
    split_kind,
)

__all__ = [
    "REFORM",
    "Change",
    "District",
    "Edge",
    "Era",
    "Gazetteer",
    "NewUnit",
    "OldUnit",
    "Province",
    "Retired",
    "split_kind",
]
