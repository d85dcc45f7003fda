"""One decision a record: linked, ambiguous, review, not_found or out_of_scope.

A link needs the posterior of `link` and a gap to the next resident. A resident to whom only the number points, and whose
name it cannot be, is never linked: someone else's number is used, so a person looks (outcome review). An old number of 9 digits
is one slip away from somebody's by chance, so that points to nobody without the door. A name that fits at the very door is worth a
look where it is less likely than others. Whom a person has confirmed is linked, whatever the weights say.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from matching.arrays import Array, Bools, expanded, one_of
from matching.block import RULE_NAMES
from matching.columns import array, arrow, decimal_millionths, fetch, listed, millionths, positions, words
from matching.comparisons import comparison
from matching.told import Told

MINIMUM_GAP = 3000  # thousandths of a bit: below it two residents fit about equally well (8 to 1)
AT_DOOR = Decimal("0.4")  # of the probability for review, where a name that fits stands at the very door
DECISIONS = ("linked", "ambiguous", "review", "not_found", "out_of_scope")
_LINKED, _AMBIGUOUS, _REVIEW, _NOT_FOUND, _OUT_OF_SCOPE = range(5)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities: a link is made from `link` on, a person looks from `review` on."""

    link: float
    review: float


def decide(con: duckdb.DuckDBPyConnection, candidates: Path, thresholds: Thresholds, told: Told) -> dict[str, Any]:
    """The columns of `decided`, from the views std_partner and std_name, the table `candidates`, and what people have said."""
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_found, candidates)
        records, found = _records(con), reading.result()
    each = _each(records["l"], found)
    said = np.isin(each["best"].astype(np.int64) << 32 | records["l"], (told.r.astype(np.int64) << 32 | told.l)[told.same])
    decision = _decision(each, thresholds, records["organisation"], said & each["any"])
    linked, named = decision == _LINKED, decision <= _REVIEW
    starts, residents = _candidates(found, each, decision, thresholds)
    return {
        "l": arrow(records["l"]), "decision": words(decision, DECISIONS), "r": arrow(each["best"], linked), "best": arrow(each["best"], named),
        "candidates": listed(starts, residents), "match_probability": decimal_millionths(each["probability"], 9, each["any"]),
        "match_weight": arrow(each["weight"], each["any"]), "gap": arrow(each["gap"], each["next"]), "match_key": words(each["rule"], RULE_NAMES, each["any"]),
    }  # fmt: skip


def _records(con: duckdb.DuckDBPyConnection) -> dict[str, Array]:
    """The numbers of the records in their order, and which are organisations'."""
    organisations = fetch(con, "SELECT name FROM std_name WHERE kind = 'organisation'")["name"]
    records = fetch(con, "SELECT l, coalesce(name, -1) AS name FROM std_partner ORDER BY l")
    known = np.zeros(int(max(records["name"].max(initial=-1), organisations.max(initial=-1))) + 2, np.bool_)  # the last is nobody's
    known[organisations] = True
    return {"l": records["l"], "organisation": known[records["name"]]}


def _found(candidates: Path) -> dict[str, Array]:
    """The candidates by record and rank, as they mostly stand already.

    `number`: the name cannot be the record's, the number alone points to the resident; `pointed`: and that is reason enough to look.
    """
    table = pa.concat_tables([_read(part) for part in sorted(candidates.glob("*.parquet"))])
    found = {name: array(table.column(column)) for name, column in (("l", "l"), ("r", "r"), ("rank", "rank"), ("weight", "match_weight"))}
    level = {name: positions(table.column(name), named) for name, named in _WORDED.items()}
    at_door, nameless = _level_of("place", level, "door", "door_unplaced"), _level_of("name", level, "else", "null")
    found |= {
        "probability": millionths(table.column("match_probability")), "rule": level["match_key"], "number": nameless,
        "pointed": nameless & (~_level_of("number", level, "old_slip") | at_door),
        "at_door": ~nameless & ~_level_of("name", level, "surname_given") & at_door,
    }  # fmt: skip
    place = found["l"].astype(np.int64) << 32 | found.pop("rank")
    if not np.all(place[1:] > place[:-1]):
        order = np.argsort(place)
        found = {name: values[order] for name, values in found.items()}
    return found


def _read(part: Path) -> pa.Table:
    """What is looked at of one part; by this thread alone, since Arrow takes longer to start its own."""
    return parquet.ParquetFile(part, read_dictionary=list(_WORDED), memory_map=True, pre_buffer=False).read(_READ, use_threads=False)


def _level_of(name: str, levels: dict[str, Array], *wanted: str) -> Bools:
    """Which candidates have one of these levels in the comparison `name`."""
    return one_of(levels[f"gamma_{name}"], [comparison(name).level_names.index(level) for level in wanted])


def _each(numbers: Array, found: dict[str, Array]) -> dict[str, Array]:
    """The candidates of each record put together: the best, the lead over the next, what all weigh; `any`, `next`: whether there are such."""
    count = np.bincount(found["l"], minlength=int(numbers.max(initial=-1)) + 1)[numbers]
    first = np.cumsum(count) - count
    at, second = (np.append(np.arange(len(found["l"])), -1)[np.where(count > n, first + n, -1)] for n in (0, 1))
    one = {name: np.append(values, values.dtype.type(0)) for name, values in found.items()}
    upto = {name: np.append(0, np.cumsum(found[name], dtype=np.int64)) for name in ("probability", "pointed")}
    return {
        "any": count > 0, "next": count > 1, "first": first, "count": count, "best": one["r"][at], "probability": one["probability"][at],
        "weight": one["weight"][at], "gap": one["weight"][at] - one["weight"][second], "rule": one["rule"][at], "number_only": one["number"][at] != 0,
        "at_door": one["at_door"][at] != 0,
        **{f"all_{name}": sums[first + count] - sums[first] for name, sums in upto.items()},
    }  # fmt: skip


def _decision(each: dict[str, Array], thresholds: Thresholds, organisation: Bools, said: Bools) -> Array:
    """What is said of each record: the first that holds. The best and those who fit as well together say whether the record is one of theirs at all."""
    link, review, near = (
        _millionths(Decimal(str(value))) for value in (thresholds.link, thresholds.review, AT_DOOR * Decimal(str(thresholds.review)))
    )
    close, likely, named = each["next"] & (each["gap"] <= MINIMUM_GAP), each["all_probability"] >= review, ~each["number_only"]
    return np.select(
        [
            organisation, ~each["any"], said,
            named & (each["probability"] >= link) & (~each["next"] | (each["gap"] >= MINIMUM_GAP)),
            close & likely & named, (each["probability"] >= review) | (each["all_pointed"] > 0) | (each["at_door"] & (each["probability"] >= near)), likely,
        ],
        [np.int8(value) for value in (_OUT_OF_SCOPE, _NOT_FOUND, _LINKED, _LINKED, _AMBIGUOUS, _REVIEW, _AMBIGUOUS)],
        np.int8(_NOT_FOUND),
    )  # fmt: skip


def _millionths(probability: Decimal) -> int:
    """The least number of millionths that reaches a probability, as it is written."""
    return -int(-probability * 1_000_000 // 1)


def _candidates(found: dict[str, Array], each: dict[str, Array], decision: Array, thresholds: Thresholds) -> tuple[Array, Array]:
    """The residents who are listed for each record: where its list begins, and all lists on end.

    Of an ambiguous record those within the gap of the best, or all if none is; of one to review all, and if its best is not likely
    those first to whom the number alone points.
    """
    count = np.select([decision == _LINKED, (decision == _AMBIGUOUS) | (decision == _REVIEW)], [1, each["count"]], 0)
    at, record = expanded(each["first"], count)
    fits = found["weight"][at] >= each["weight"][record] - MINIMUM_GAP
    ambiguous = (decision == _AMBIGUOUS) & each["next"] & (each["gap"] <= MINIMUM_GAP)
    keep = fits | ~ambiguous[record]
    at, record = at[keep], record[keep]
    owners_first = (decision == _REVIEW) & (each["number_only"] | (each["probability"] < _millionths(Decimal(str(thresholds.review)))))
    behind = owners_first[record] & (found["number"][at] == 0)
    order = np.argsort(record * 2 + behind, kind="stable")  # nearly sorted
    return np.append(0, np.cumsum(np.bincount(record, minlength=len(decision)))), found["r"][at[order]]


_WORDED = {"match_key": RULE_NAMES, **{f"gamma_{name}": comparison(name).level_names for name in ("name", "number", "place")}}
_READ = ["l", "r", "rank", "match_weight", "match_probability", *_WORDED]
