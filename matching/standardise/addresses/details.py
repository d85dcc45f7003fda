"""The part of an address below the commune: what its parts say, put together into one `Detail`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from matching.standardise.addresses.model import EMPTY_DETAIL, Detail
from matching.standardise.addresses.numbers import join_alleys, kiet
from matching.standardise.addresses.pieces import DAYS, EDGES, Fact, hamlet_key, read_part
from matching.standardise.addresses.streets import street_key
from matching.standardise.text import squeeze


def parse_detail(parts: Iterable[tuple[str, str]], rural: bool) -> Detail:
    """The detail that the parts say, each as (written, folded) of the same length.

    A name that nothing explains is the street; in a rural commune, where there is no house number, it is the hamlet.
    """
    facts: dict[str, list[Fact]] = {}
    for text, folded in parts:
        for fact in read_part(text, folded):
            facts.setdefault(fact[0], []).append(fact)
    return _assembled(facts, rural) if facts else EMPTY_DETAIL


def _assembled(facts: dict[str, list[Fact]], rural: bool) -> Detail:
    house, alley, day = _door(facts)
    street, street_display = _street(facts, day)
    hamlets = [fact[1:] for fact in facts.get("hamlet", ())]
    for _, key, written, folded in facts.get("name", ()):
        if street is None and key and not (rural and not house and not alley):
            street, street_display = key, written
        elif not hamlets and rural:
            hamlets.append(_lettered(folded, written))
    groups = [fact[1] for fact in facts.get("group", ())]
    if len(hamlets) > 1:
        groups += _inner_hamlets(hamlets)
    kind, name, display = hamlets[0] if hamlets else (None, None, None)
    buildings = facts.get("building")
    return Detail(
        house, alley, street, "; ".join(dict.fromkeys(b[1] for b in buildings)) if buildings else None, groups[0] if groups else None,
        name, kind or None, squeeze(street_display) if street_display else None, squeeze(display) if display else None,
    )  # fmt: skip


def _street(facts: dict[str, list[Fact]], day: str | None) -> tuple[str | None, str | None]:
    if "street" in facts:
        return facts["street"][0][1], facts["street"][0][2]
    return (street_key(day, day), day) if day else (None, None)


_LETTER = re.compile(r"([txb])(?:\.\s?|\s)(?=[a-z]{2})")
_LETTERS = {"t": "thon", "x": "xom", "b": ""}


def _lettered(folded: str, written: str) -> tuple[str, ...]:
    """A bare name as a hamlet; a letter before it stands for its kind: `T. Nội`, `X Minh Sơn`."""
    letter = _LETTER.match(folded)
    kind = _LETTERS[letter[1]] if letter else ""
    return kind, hamlet_key(folded[letter.end() :] if letter else folded), written


_INNER_FIRST = ("to dan pho", "doi", "xom", "khoi")


def _inner_hamlets(hamlets: list[tuple[str, ...]]) -> list[str]:
    """Take out the hamlets that lie inside another (a people's group in a quarter, a xóm in a thôn); they are groups."""
    groups = []
    while len(hamlets) > 1:
        inner = min(
            hamlets[:-1] if hamlets[-1][0] not in _INNER_FIRST else hamlets,
            key=lambda h: _INNER_FIRST.index(h[0]) if h[0] in _INNER_FIRST else 9,
        )
        hamlets.remove(inner)
        groups.append(inner[1] if inner[0] == "to dan pho" else f"{inner[0]} {inner[1]}".strip())
    return groups


def _door(facts: dict[str, list[Fact]]) -> tuple[str | None, str | None, str | None]:
    """House number and alley chain, outermost first, from doors and alleys as written; a second door `3/2` is a street."""
    doors = facts.get("door", ())
    alleys = join_alleys([(fact[1], list(fact[2:])) for fact in facts["alley"]]) if "alley" in facts else []
    days = [
        fact for fact in doors if "/".join(fact[1:]) in DAYS and (len(doors) > 1 or alleys) and "street" not in facts
    ]
    day = "/".join(days[-1][1:]) if days else None
    rest = [fact for fact in doors if not days or fact is not days[-1]]
    house, chain = _numbers(list(rest[0][1:]) if rest else [], alleys, facts)
    return house, "/".join(chain) or None, day


def _numbers(chain: list[str], alleys: list[str], facts: dict[str, list[Fact]]) -> tuple[str | None, list[str]]:
    named = kiet(chain)
    if named:
        return named[1], [*alleys, *named[0]]
    if not chain:
        if alleys and facts["alley"][-1][1] == "kiet" and len(alleys) > 1:
            return alleys[-1], [alley.removeprefix("K").removeprefix("H") for alley in alleys[:-1]]
        return None, alleys
    inner = chain[:-1]
    if alleys and inner[: len(alleys)] == alleys:
        return chain[-1], inner
    if alleys and inner and alleys[-len(inner) :] == inner:
        return chain[-1], alleys
    return chain[-1], [*alleys, *inner]


__all__ = ["EDGES", "parse_detail"]
