"""How right a run probably is, without truth: precision and recall of its links, each with an interval, out of the posteriors.

Precision is the mean posterior of the links. Recall is their sum over the matches there should be: the posterior that somebody
is meant, summed over all records, and what no blocking rule brought. That last part is told by the numbers, which lead to a
resident whatever name and place say: the share of them that name and place would have found too is taken as what these find of the
records without a usable number (capture and recapture: Petersen 1896, Chapman 1951).

A posterior is only as good as its model, and no count of records makes that better. So the intervals are wider than chance alone
(binomial, 95 %): the links may be wrong up to twice as often as they say, or a fifth, and MODEL more; of what is missed three
tenths, and MISSED more, may be there or not. On worlds with their truth known these widths held it (tests/matching/test_estimate.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

import duckdb

Z95 = 1.959964
MODEL, TWICE, FIFTH = 0.0005, 2.0, 0.2
MISSED, OF_THE_MISSED, BLIND = 0.005, 0.3, 0.02
RARE = 8  # bearers of a name that is looked for in the whole country
_NUMBER = ("exact", "old", "slip", "old_slip")
_NO_NAME = ("else", "null", "surname_given")
_NEAR = ("door", "door_unplaced", "locality_compatible", "locality", "commune_compatible", "commune")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated precision and recall, each with the ends of its interval; null where there is nothing to tell it from.

    `links` were made; `matches` is how many records are estimated to have their person in the register, `not_proposed` how many of
    them no blocking rule has brought, and `blocking_recall` what that makes of all.
    """

    links: int
    matches: Decimal | None
    not_proposed: Decimal | None
    blocking_recall: Decimal | None
    precision: Decimal | None
    precision_low: Decimal | None
    precision_high: Decimal | None
    recall: Decimal | None
    recall_low: Decimal | None
    recall_high: Decimal | None


def estimate_error(con: duckdb.DuckDBPyConnection) -> Estimate:
    """The estimate of a run, from its tables `links`, `candidates` and `std_register`."""
    row = con.execute(_SUMS).fetchall()[0]
    links, residents = int(row[0]), int(row[1])
    linked, wavering, mass, by_number, by_both, alone = (
        float(value) for value in (*row[2:5], *con.execute(_CAPTURED, [_rare(residents)]).fetchall()[0])
    )
    caught = by_both / by_number if by_both else None  # what nothing was caught of tells nothing
    missed = alone * (1 / caught - 1) if caught else 0.0
    matches = max(linked, mass + missed)
    precision = _precision(links, linked, wavering)
    recall = _recall(linked, matches, blind=caught is None)
    blocking = None if caught is None or not matches else _share(1 - missed / matches)
    return Estimate(links, _count(matches), _count(missed) if caught else None, blocking, *precision, *recall)


def _precision(links: int, linked: float, wavering: float) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The mean posterior of the links; `wavering` is the variance of the number of right ones."""
    if not links:
        return None, None, None
    wrong, chance = 1 - linked / links, Z95 * math.sqrt(wavering) / links
    low, high = 1 - (TWICE * wrong + chance + MODEL), 1 - max(0.0, FIFTH * wrong - chance)
    return _share(1 - wrong), _share(low), _share(high)


def _recall(linked: float, matches: float, *, blind: bool) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Right links over matches; `blind`: nothing tells what blocking has missed."""
    if matches <= 0:
        return None, None, None
    recall = linked / matches
    width = OF_THE_MISSED * (1 - recall) + Z95 * math.sqrt(recall * (1 - recall) / matches) + (BLIND if blind else MISSED)
    return _share(recall), _share(recall - width), _share(recall + width)


def _rare(residents: int) -> int:
    """The name weight, in thousandths of a bit, that names of at most RARE bearers reach; those of worse levels fall short, as they should."""
    return round(1000 * (math.log2(max(1, residents) / RARE) - 0.5))


def _share(value: float) -> Decimal:
    return Decimal(min(max(value, 0.0), 1.0)).quantize(Decimal("0.000001"))


def _count(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.1"))


_SUMS = """
SELECT (SELECT count(*) FROM links WHERE outcome IN ('consistent', 'mismatch')), (SELECT count(*) FROM std_register),
    (SELECT coalesce(sum(match_probability), 0) FROM links WHERE outcome IN ('consistent', 'mismatch')),
    (SELECT coalesce(sum(match_probability::DECIMAL(18, 6) * (1 - match_probability)), 0) FROM links WHERE outcome IN ('consistent', 'mismatch')),
    (SELECT coalesce(sum(p), 0) FROM (SELECT least(sum(match_probability), 1) AS p FROM candidates GROUP BY l))
"""

_CAPTURED = f"""
WITH pairs AS (
    SELECT match_probability AS p, gamma_number IN {_NUMBER} AS numbered,
        gamma_name NOT IN {_NO_NAME} AND (gamma_place IN {_NEAR} OR weight_name >= ?) AS placed
    FROM candidates)
SELECT coalesce(sum(p) FILTER (numbered), 0), coalesce(sum(p) FILTER (numbered AND placed), 0), coalesce(sum(p) FILTER (NOT numbered), 0) FROM pairs
"""
