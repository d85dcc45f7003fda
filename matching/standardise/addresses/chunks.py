"""What stands between blanks in a text, each piece judged once: most texts are made of pieces that are in order, and need no cleaning."""

from __future__ import annotations

import re
from unicodedata import is_normalized

from matching.standardise.addresses.kind_slips import SHORT_SLIPS
from matching.standardise.addresses.tails import without_tail
from matching.standardise.addresses.tokens import CONSIDERED, are_good, clean, fold_aligned, is_odd
from matching.standardise.addresses.written import NUMBER_WORDS, hangs_on_neighbours, is_short_between, may_be_short

KEPT = 100_000
"""Pieces that are kept; some 20 MB."""
_NUMBERS = re.compile(r"[0-9/,.-]+")
_WORD = re.compile(r"[^\W\d_]+")


class _Pieces(dict[str, str]):
    """A piece and its aligned fold; an empty one where it cannot be said by itself that there is nothing to clean."""

    def __missing__(self, piece: str) -> str:
        if _NUMBERS.fullmatch(piece):
            return piece if piece != "0" else ""
        words = _WORD.findall(piece)
        folded = fold_aligned(piece) if _is_plain(piece, words) else ""
        if folded and hangs_on_neighbours(piece, words):
            _HANGING[piece] = folded
            folded = ""
        if len(self) >= KEPT:
            self.clear()
            _HANGING.clear()
        self[piece] = folded
        return folded


_PIECES = _Pieces()
_HANGING: dict[str, str] = {}
_fold = _PIECES.__getitem__


def cleaned_and_folded(text: str) -> tuple[str, str, str | None]:
    """As `clean`, with the aligned fold of the cleaned text in the middle."""
    if len(text) <= CONSIDERED:
        pieces = text.split(" ")
        folded = list(map(_fold, pieces))
        if ("" not in folded or _is_known(text, pieces, folded)) and without_tail(text) is text:
            return text, " ".join(folded), None
    cleaned, repaired = clean(text)
    return cleaned, fold_aligned(cleaned), repaired


def _is_known(text: str, pieces: list[str], folded: list[str]) -> bool:
    """Whether the pieces that stay open are settled by their neighbours; their folds are put in."""
    if pieces[0] in NUMBER_WORDS:
        folded[0] = fold_aligned(pieces[0])  # a number announced at the beginning is a door's
    for at, piece in enumerate(pieces):
        if not folded[at]:
            if piece not in _HANGING:
                return False
            folded[at] = _HANGING[piece]
    return not is_short_between(text)


def _is_plain(piece: str, words: list[str]) -> bool:
    """Whether nothing in a piece is for `clean` to do."""
    if not piece or is_odd(piece) or not piece.isprintable() or not is_normalized("NFC", piece):
        return False
    return are_good(words) and SHORT_SLIPS.isdisjoint(words) and not may_be_short(piece, words)
