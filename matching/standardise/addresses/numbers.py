"""Numbers of doors and alleys: `12/3/4B` is house 4B in alley 3 of alley 12, `K448/H20` is hẻm 20 of kiệt 448 without a house."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from matching.standardise.addresses.lexicon import ROMAN

NUMBER = r"(?:[a-z]{1,3}[.-]?)?\d+(?:[a-z]{1,2}\d{0,3})?(?:\s?bis|\s?ter)?(?![a-z])"
CHAIN = rf"{NUMBER}(?:\s?/\s?{NUMBER}|\s?/\s?[a-z]\b|-[a-z](?=[\s,;)]|$)|\s?-\s?(?!(?:tdp|kp|kv|tk|th|ql|tl|dt|ap|to)[\s.]?\d){NUMBER})*"
ROOM = r"(?:p|ph)[\s.:]{0,2}(?:[a-z][.-]?)?\d{3,5}[a-z]?(?![a-z0-9/])"
"""P.1010, P1402A: a room (phòng), since no ward has a number of three figures."""
_ZEROS = re.compile(r"^([A-Z]*)0+(?=\d)")
_KIET = re.compile(r"K\d+[A-Z]?")
_HEM = re.compile(r"H\d+[A-Z]?")
_SMALL = re.compile(r"0*(\d{1,4})\s?([a-z]?)")


def chain_of(text: str) -> list[str]:
    """`12/03/4b` -> `["12", "3", "4B"]`; a range stays one: `88-90` -> `["88-90"]`."""
    return [number_of(part) for part in text.split("/") if part.strip()]


@lru_cache(maxsize=20_000)
def number_of(text: str) -> str:
    """`012 bis` -> `12BIS`; letters in capitals, no leading zeros, no blanks; a range with a plain hyphen."""
    if text.isdigit():
        return text.lstrip("0") or "0"
    parts = [part.strip().replace(" ", "").replace(".", "").upper() for part in text.split("-")]
    parts = [_ZEROS.sub(r"\1", part) for part in parts if part]
    if len(parts) == 2 and not (parts[0][:1].isdigit() and parts[1][:1].isdigit()):
        return "".join(parts)
    return "-".join(parts)


def kiet(chain: Sequence[str]) -> tuple[list[str], str | None] | None:
    """Alleys and house of a chain that names its own kinds (`K448/H20/2`); None when it does not."""
    if not chain or not _KIET.fullmatch(chain[0]) or len(chain) < 2:
        return None
    rest = list(chain[1:])
    alleys = [chain[0][1:]]
    while rest and _HEM.fullmatch(rest[0]):
        alleys.append(rest.pop(0)[1:])
    return alleys + rest[:-1], rest[-1] if rest else None


def join_alleys(found: Sequence[tuple[str, list[str]]]) -> list[str]:
    """One chain, outermost first, from alleys named from the door outwards: ngách 43/3, ngõ 43 -> 43, 3.

    The outer number is only left out when the inner one begins with it and a slash: ngách 9, ngõ 9 -> 9, 9.
    """
    chain: list[str] = []
    outer = ""
    for kind, alley in reversed(found):
        if len(alley) < len(chain) and chain[: len(alley)] == alley:
            continue  # hẻm 12 hẻm 12/5: the outer one written first
        repeats = len(alley) > len(chain) or kind == outer
        chain = alley if repeats and alley[: len(chain)] == chain else [*chain, *alley]
        outer = kind
    return chain


def small_number(text: str) -> str | None:
    """The number of a hamlet or group: `05` -> `5`, `IV` -> `4`, `3b` -> `3b`; None when it is no number."""
    text = text.strip()
    if text in ROMAN:
        return ROMAN[text]
    match = _SMALL.fullmatch(text)
    return match.group(1) + match.group(2) if match else None
