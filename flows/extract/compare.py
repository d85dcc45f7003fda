"""Two profiles -> what changed between them, each measure beside the bounds that the run file sets.

The drift of a column is its population stability index (Siddiqi 2006: below 0.10 none, above 0.25 a shift), less what two
samples of that size differ by chance. Swapped columns show in that each is like the other was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import log

from flows.extract.bounds import Bounds
from flows.extract.profile import FEW, OTHER, FieldProfile, Profile
from matching.errors import Problem
from matching.sources import source

_GROUP = {
    "rows_fewer": "rows", "rows_more": "rows", "missing": "columns", "extra": "columns", "nulls": "nulls", "values": "values",
    "swapped": "swapped", "earlier": "older", "older": "older", "same": "older",
}  # fmt: skip
_WORDS = {
    "rows_fewer": "rows lost / thiếu dòng", "rows_more": "rows gained / thừa dòng", "missing": "column gone / mất cột", "extra": "new column / cột mới",
    "nulls": "share of empty cells / tỷ lệ ô trống", "values": "distribution drifted / phân bố lệch", "swapped": "columns swapped / hai cột đổi chỗ",
    "earlier": "days before the last extract / số ngày sớm hơn", "older": "days that its newest day went back / số ngày lùi lại",
    "same": "the same content / nội dung y hệt",
}  # fmt: skip
_WARN = 0.4  # of what stops: 0.10 of 0.25
_SLIVER = 0.01  # a share below this counts as this: a bin that is new must be more than a sliver
_SURELY = 3 * FEW  # rows that a bin should have in an extract to be missed there
_ENOUGH = 100  # rows of both extracts; shares of fewer are no evidence
_ENOUGH_TO_COUNT = 20  # rows; their number is no sample
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of an extract beside the accepted one, for the table `extract_changes`."""

    side: str
    measure: str
    field: str
    before: float | None
    now: float | None
    change: float
    warn: float
    stop: float
    allowed: bool

    @property
    def level(self) -> str:
        """`stop`, `warn` or `fine`, as the gate's rules judge it."""
        if self.change > self.stop and not self.allowed:
            return "stop"
        return "warn" if self.change > self.warn else "fine"


def stopping(found: Iterable[Change]) -> list[Problem]:
    """Those that stop the extract, each with what it was, what it is, and how it may be let pass."""
    return [
        Problem(
            f"{change.side} {change.field}".strip(),
            f"{_WORDS[change.measure]}{_seen(change)}",
            f"at most / tối đa {change.stop:g}",
            f'xin lại tệp; nếu đúng thì cho qua / ask for the file again; if it is right, let it pass: [drift] allow = ["{_GROUP[change.measure]}"]',
        )
        for change in found
        if change.level == "stop"
    ]


def _seen(change: Change) -> str:
    if change.before is None or change.now is None:
        return f": {change.change:g}"
    return f": {change.before:g} → {change.now:g} ({change.change:g})"


def changes(before: Profile, now: Profile, bounds: Bounds) -> list[Change]:
    """All measures of the two extracts of one source, in the order of the table's key."""
    made = [*_whole(before, now, bounds), *_columns(before, now)]
    if min(before.looked_at, now.looked_at) >= _ENOUGH:
        made += [*_fields(before, now, bounds), *_swapped(before, now)]
    found = [
        Change(now.role, measure, field, was, is_, round(change, 6), warn, stop, _GROUP[measure] in bounds.allow)
        for measure, field, was, is_, change, warn, stop in made
    ]
    return sorted(found, key=lambda change: (change.measure, change.field))


_Made = tuple[str, str, float | None, float | None, float, float, float]


def _whole(before: Profile, now: Profile, bounds: Bounds) -> Iterator[_Made]:
    was, is_ = before.rows, now.rows
    if was >= _ENOUGH_TO_COUNT:
        yield "rows_fewer", "", was, is_, max(0.0, 1 - is_ / was), _WARN * bounds.rows_fewer, bounds.rows_fewer
        yield "rows_more", "", was, is_, max(0.0, is_ / was - 1), _WARN * bounds.rows_more, bounds.rows_more
    yield "earlier", "", None, None, float(max(0, _days(now.day, before.day))), 0.0, 0.0
    if before.newest and now.newest:
        yield "older", "", None, None, float(max(0, _days(now.newest, before.newest))), 0.0, float(bounds.older_days)
    same = before.contents == now.contents and now.day > before.day
    yield "same", "", None, None, float(same), 0.0, _NEVER


def _days(first: str, then: str) -> int:
    return (date.fromisoformat(then) - date.fromisoformat(first)).days


def _columns(before: Profile, now: Profile) -> Iterator[_Made]:
    """Fields and carried headers that were there and are gone, and headers that are new."""
    for name in sorted(set(before.fields) - set(now.fields)):
        yield "missing", name, 1.0, 0.0, 1.0, 0.0, 0.5
    for header in sorted(set(before.carried) - set(now.carried)):
        yield "missing", header, 1.0, 0.0, 0.4, 0.0, 0.5
    for header in sorted((set(now.fields) - set(before.fields)) | (set(now.carried) - set(before.carried))):
        yield "extra", header, 0.0, 1.0, 1.0, 0.0, _NEVER


def _fields(before: Profile, now: Profile, bounds: Bounds) -> Iterator[_Made]:
    for name in sorted(set(before.fields) & set(now.fields)):
        old, new = before.fields[name], now.fields[name]
        empty = [1 - one.filled / of.looked_at for one, of in ((old, before), (new, now))]
        yield (
            "nulls",
            name,
            round(empty[0], 6),
            round(empty[1], 6),
            abs(empty[1] - empty[0]),
            _WARN * bounds.nulls,
            bounds.nulls,
        )
        if min(old.filled, new.filled) >= _ENOUGH:
            yield "values", name, None, None, drift(old, new), _WARN * bounds.values, bounds.values


def drift(old: FieldProfile, new: FieldProfile) -> float:
    """The population stability index of two spreads, less twice what chance makes of it; 0 if nothing is left."""
    common = _comparable(old, new)
    before, now = _named(old, common), _named(new, common)
    names = sorted({*before, *now})
    index = 0.0
    for name in names:
        was, is_ = max(before.get(name, 0) / old.filled, _SLIVER), max(now.get(name, 0) / new.filled, _SLIVER)
        index += (is_ - was) * log(is_ / was)
    chance = (len(names) - 1) * (1 / old.filled + 1 / new.filled)
    return max(0.0, index - 2 * chance)


def _comparable(old: FieldProfile, new: FieldProfile) -> set[str]:
    """The bins that both name, and those that one alone names and that the other, were it alike, would surely name as well."""
    sides = ((old, new), (new, old))
    return {
        name
        for one, other in sides
        for name, count in one.bins.items()
        if name != OTHER and (name in other.bins or count / one.filled * other.filled >= _SURELY)
    }


def _named(one: FieldProfile, names: Set[str]) -> dict[str, int]:
    """The bins of these names, all others as one: a bin may be too small to be named in the smaller extract."""
    kept = {name: count for name, count in one.bins.items() if name in names}
    rest = one.filled - sum(kept.values())
    return {**kept, **({OTHER: rest} if rest else {})}


def _swapped(before: Profile, now: Profile) -> Iterator[_Made]:
    """Pairs of fields of one kind, each of which is now like the other was: half as far from it as from itself, and far from itself."""
    kinds = {one.name: one.kind for one in source(now.source).fields}
    there = sorted(name for name in set(before.fields) & set(now.fields) if name in kinds)
    for left, right in combinations(there, 2):
        if kinds[left] == kinds[right]:
            was, is_ = ({name: _shares(of, name) for name in (left, right)} for of in (before, now))
            straight = _apart(was[left], is_[left]) + _apart(was[right], is_[right])
            crossed = _apart(was[left], is_[right]) + _apart(was[right], is_[left])
            if straight > 0.3 and crossed < 0.5 * straight:
                yield "swapped", f"{left}, {right}", round(straight, 6), round(crossed, 6), 1.0, 0.0, 0.0


def _shares(of: Profile, name: str) -> dict[str, float]:
    """The spread of a field over its bins and emptiness, as shares of the rows."""
    one = of.fields[name]
    return {**{key: n / of.looked_at for key, n in one.bins.items()}, "\0": 1 - one.filled / of.looked_at}


def _apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Half the sum of differences: 0 for the same spread, 1 for nothing in common."""
    return sum(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in sorted({*one, *other})) / 2
