"""Differences that a person sees at a glance, marked inside the text: `Nguyễn Văn [Án~Ấn]`, `0790[9|6]1000001`.

`[a|b]`: the letters differ, partner left and register right; `[a~b]`: only accents or tone marks differ; an empty side: the
word is missing there; `?`: that side does not say it. An empty difference: nothing differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from matching.standardise.text import fold, nfc, tone_placement

SAME, TONE, LETTERS = "", "~", "|"
Aligned = tuple[str, str, str]  # how they differ, the partner's token, the register's


@lru_cache(maxsize=100_000)
def _folded(token: str) -> str:
    return fold(token) or token


@lru_cache(maxsize=100_000)
def _canonical(token: str) -> str:
    return tone_placement(nfc(token).lower())


def _kind(partner: str, register: str) -> str:
    if partner == register or _canonical(partner) == _canonical(register):
        return SAME
    return TONE if _folded(partner) == _folded(register) else LETTERS


def _align(partner: Sequence[str], register: Sequence[str]) -> list[Aligned]:
    """Pair the tokens of both sides by their letters, so that accents never tear an alignment apart."""
    found: list[Aligned] = []
    for edit in Levenshtein.opcodes([_folded(t) for t in partner], [_folded(t) for t in register]):
        left, right = partner[edit.src_start : edit.src_end], register[edit.dest_start : edit.dest_end]
        if edit.tag == "delete":
            found += [(LETTERS, token, "") for token in left]
        elif edit.tag == "insert":
            found += [(LETTERS, "", token) for token in right]
        else:
            found += [(_kind(a, b), a, b) for a, b in zip(left, right, strict=True)]
    return found


def _marked(aligned: Iterable[Aligned], joint: str) -> str:
    """Neighbours of one kind share one mark; words are joined by `joint`."""
    parts = []
    for kind, group in groupby(aligned, key=lambda item: item[0]):
        tokens = list(group)
        partner, register = (joint.join(t[side] for t in tokens if t[side]) for side in (1, 2))
        parts.append(register if kind == SAME else f"[{partner}{kind}{register}]")
    return joint.join(parts)


@lru_cache(maxsize=50_000)
def mark_words(partner: str, register: str) -> str:
    """Mark the words that differ: `Nguyễn Văn Án`, `Nguyễn Văn Ấn` -> `Nguyễn Văn [Án~Ấn]`; empty if none differs."""
    aligned = _align(partner.split(), register.split())
    if all(kind == SAME for kind, _, _ in aligned):
        return ""
    return _marked(aligned, " ")


def mark_digits(partner: str, register: str) -> str:
    """Mark the digits that differ; numbers with little in common stand side by side as a whole."""
    if partner == register:
        return ""
    edits = Levenshtein.opcodes(partner, register)
    if Levenshtein.distance(partner, register) > 4:
        return f"[{partner}|{register}]"
    swapped = _swapped(partner, register)
    if swapped is not None:
        left, right = partner[swapped : swapped + 2], register[swapped : swapped + 2]
        return f"{register[:swapped]}[{left}|{right}]{register[swapped + 2 :]}"
    return "".join(
        register[e.dest_start : e.dest_end]
        if e.tag == "equal"
        else f"[{partner[e.src_start : e.src_end]}|{register[e.dest_start : e.dest_end]}]"
        for e in edits
    )


def _swapped(partner: str, register: str) -> int | None:
    """Where two neighbouring digits changed places, which is one slip; null if that is not what happened."""
    if len(partner) != len(register):
        return None
    apart = [at for at, (a, b) in enumerate(zip(partner, register, strict=True)) if a != b]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return None
    at = apart[0]
    return at if partner[at : at + 2] == register[at : at + 2][::-1] else None


def mark_day(partner: str, register: str) -> str:
    """Mark the parts of two ISO dates that differ: `1985-[03|04]-[04|03]`; a bare year is compared with the year."""
    left, right = partner.split("-"), register.split("-")
    if not (partner and register) or left == right[: len(left)] or right == left[: len(right)]:
        return ""
    if len(left) != len(right):
        return f"[{partner}|{register}]"
    return "-".join(b if a == b else f"[{a}|{b}]" for a, b in zip(left, right, strict=True))
