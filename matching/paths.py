"""How the levels of a comparison hang together: which splits a level passes, so that m is learned where something can be seen.

A place without a house number cannot agree on it. `locality_compatible` (house missing) therefore passes fewer splits than `door`
and `locality` (other house), and its m is what the two have together. m of a level is the product of the shares along
its path: P(level | match, what is written). Levels that are not named here are options of the first split themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from matching.comparisons import comparison

Levels = Mapping[str, tuple[str, ...]]
Path = tuple[tuple[str, str], ...]

ROOT = "agreement"
_NAME, _NUMBER, _YEAR = (ROOT, "same"), (ROOT, "own"), (ROOT, "year")
_PROVINCE, _COMMUNE, _LOCALITY = (ROOT, "province"), ("commune", "same"), ("locality", "same")
_PATHS: dict[str, dict[str, Path]] = {
    "name": {
        "exact": (_NAME, ("tones", "same")),
        "tone": (_NAME, ("tones", "other")),
        "folded": (_NAME,),
        "abbreviated": (_NAME,),
    },
    "number": {
        "exact": (_NUMBER, ("12 digits", "as it is")),
        "slip": (_NUMBER, ("12 digits", "slip")),
        "old": (_NUMBER, ("9 digits", "as it is")),
        "old_slip": (_NUMBER, ("9 digits", "slip")),
    },
    "place": {
        "door": (_PROVINCE, _COMMUNE, _LOCALITY, ("house", "same")),
        "door_unplaced": (_PROVINCE, _COMMUNE, _LOCALITY, ("house", "same")),
        "locality": (_PROVINCE, _COMMUNE, _LOCALITY, ("house", "other")),
        "locality_compatible": (_PROVINCE, _COMMUNE, _LOCALITY),
        "commune": (_PROVINCE, _COMMUNE, ("locality", "other")),
        "commune_compatible": (_PROVINCE, _COMMUNE),
        "province": (_PROVINCE, ("commune", "other")),
        "province_compatible": (_PROVINCE,),
    },
    "birth": {
        "exact": (_YEAR, ("day", "same")),
        "swapped": (_YEAR, ("day", "swapped")),
        "year": (_YEAR, ("day", "other")),
        "year_only": (_YEAR,),
    },
}


class Paths:
    """The path of each level, declared or by default; `null` has none."""

    @staticmethod
    @cache
    def of(name: str) -> dict[str, Path]:
        """Paths of the levels of the comparison `name`."""
        declared = _PATHS.get(name, {})
        return {level: declared.get(level, ((ROOT, level),)) for level in comparison(name).level_names if level != "null"}


@cache
def node_options(name: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Split -> option -> the levels that pass it by that option."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for level, path in Paths.of(name).items():
        for node, option in path:
            options = found.setdefault(node, {})
            options[option] = (*options.get(option, ()), level)
    return found


def start_options(name: str, m: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Shares of the options of every split, out of m as given; levels that say less than others of their path are left out."""
    full = _full_levels(name)
    shares = {}
    for node, options in node_options(name).items():
        weights = {option: sum(m[level] for level in levels if level in full) for option, levels in options.items()}
        alone = {option: m[levels[0]] for option, levels in options.items() if node == ROOT and len(levels) == 1}
        rest = [option for option in options if option not in alone]
        if alone and len(rest) == 1:  # two alternatives of one split (9 or 12 digits) would count it twice
            weights = {**alone, rest[0]: max(1e-6, 1 - sum(alone.values()))}
        total = sum(weights.values())
        shares[node] = {option: weight / total for option, weight in weights.items()}
    return shares


def level_probabilities(name: str, shares: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """m of every level but `null`: the product of the shares on its path."""
    found = {}
    for level, path in Paths.of(name).items():
        m = 1.0
        for node, option in path:
            m *= shares[node][option]
        found[level] = m
    return found


@cache
def _full_levels(name: str) -> frozenset[str]:
    """Levels that pass every split they could: the path of no other level goes on where theirs ends, and no path comes twice."""
    paths = Paths.of(name)
    full: dict[Path, str] = {}
    for level, path in paths.items():
        longer = any(len(other) > len(path) and other[: len(path)] == path for other in paths.values())
        if not longer:
            full.setdefault(path, level)
    return frozenset(full.values())
