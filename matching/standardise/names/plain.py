"""Plain names column by column: what a name is made of is worked out once a distinct word, the names are put together in Arrow.

A plain name is two to six syllables and nothing else: no title, note, organisation's word, highland name or initial, and no
surname of two words. Most names are; what this returns for them is what `parse_name` returns (a property test holds it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.standardise.names.lists import COMPOUND, JRAI
from matching.standardise.names.structure import MALE_MIDDLES, MARKERS, THI
from matching.standardise.names.words import Word, word

MOST_WORDS = 6
_COMPOUND_STARTS = frozenset(name[:2] for name in COMPOUND)
_OWN_ORDER = JRAI | {*MARKERS, "ro"}  # first words after which the parts have another order
_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Texts:
    """Texts as rows of words: `tokens` numbers of words in `words`, row i from `offsets[i]` to `offsets[i + 1]`."""

    words: list[Word]
    tokens: _Ints
    offsets: _Ints

    @classmethod
    def of(cls, values: Sequence[str]) -> Texts:
        """The words of each text, parted at its blanks."""
        lists = pc.split_pattern(pa.array(values, pa.string()), " ")
        coded = lists.values.dictionary_encode()
        words = [word(token) for token in coded.dictionary.to_pylist()]
        return cls(words, coded.indices.to_numpy().astype(np.int64), lists.offsets.to_numpy().astype(np.int64))

    @classmethod
    def made_of(cls, rows: Sequence[Sequence[Word]]) -> Texts:
        """Texts whose words are known; `rows` has at least one."""
        distinct: dict[int, Word] = {}
        numbers: dict[int, int] = {}
        for row in rows:
            for found in row:
                if id(found) not in numbers:
                    numbers[id(found)] = len(numbers)
                    distinct[len(distinct)] = found
        tokens = np.array([numbers[id(found)] for row in rows for found in row], np.int64)
        return cls(list(distinct.values()), tokens, np.concatenate(([0], np.cumsum([len(row) for row in rows]))))

    @cached_property
    def lengths(self) -> _Ints:
        """How many words each text has."""
        return np.diff(self.offsets)

    @cached_property
    def first(self) -> _Ints:
        """The number of each text's first word."""
        return self.tokens[self.offsets[:-1]]

    def some(self, rows: _Flags) -> Texts:
        """The texts of some rows."""
        lengths = self.lengths[rows]
        return Texts(self.words, self.tokens[np.repeat(rows, self.lengths)], np.concatenate(([0], np.cumsum(lengths))))

    def plain(self) -> _Flags:
        """Which texts are plain names."""
        if not len(self.lengths):
            return np.zeros(0, np.bool_)
        clean = self._flags(lambda found: found.clean)[self.tokens]
        fits = np.logical_and.reduceat(clean, self.offsets[:-1]) & (self.lengths > 1) & (self.lengths <= MOST_WORDS)
        pairs = self.first[fits] * len(self.words) + self.tokens[self.offsets[:-1][fits] + 1]
        distinct, places = np.unique(pairs, return_inverse=True)
        opens = np.array(
            [_ordinary(*(self.words[at] for at in divmod(int(pair), len(self.words)))) for pair in distinct], np.bool_
        )
        fits[fits] = opens[places]
        return fits

    def columns(self) -> dict[str, pa.Array]:
        """The columns that the words of plain names tell, by name."""
        keys = pa.array([found.key for found in self.words], pa.string())
        canonical = pa.array([found.canonical for found in self.words], pa.string())
        last, inner = self.tokens[self.offsets[1:] - 1], np.ones(len(self.tokens), np.bool_)
        inner[self.offsets[:-1]] = inner[self.offsets[1:] - 1] = False
        middle = _joined(keys, self.tokens[inner], np.concatenate(([0], np.cumsum(self.lengths - 2))))
        return {
            "display": self._joined([found.shown for found in self.words]),
            "canonical": _joined(canonical, self.tokens, self.offsets),
            "key": _joined(keys, self.tokens, self.offsets),
            "key_sorted": _joined(keys, self.tokens[self._by_key()], self.offsets),
            "key_regional": self._regional(),
            "surname": keys.take(pa.array(self.first)), "given": keys.take(pa.array(last)),
            "middle": pc.if_else(pa.array(self.lengths > 2), middle, pa.scalar(None, pa.string())),
            "sex_hint": self._sex(),
            "has_tones": pa.array(self._any(lambda found: not found.canonical.isascii())),
            "repairs": self._repairs(),
        }  # fmt: skip

    def _flags(self, test: Callable[[Word], bool]) -> _Flags:
        return np.array([test(found) for found in self.words], np.bool_)

    def _any(self, test: Callable[[Word], bool]) -> _Flags:
        return np.logical_or.reduceat(self._flags(test)[self.tokens], self.offsets[:-1])

    def _joined(self, forms: list[str]) -> pa.Array:
        return _joined(pa.array(forms, pa.string()), self.tokens, self.offsets)

    def _regional(self) -> pa.Array:
        """The first word as a surname, the others as the rest."""
        forms = pa.array(
            [found.as_surname for found in self.words] + [found.as_rest for found in self.words], pa.string()
        )
        tokens = self.tokens + len(self.words)
        tokens[self.offsets[:-1]] = self.first
        return _joined(forms, tokens, self.offsets)

    def _by_key(self) -> _Ints:
        """The places of all words, each text's in the order of their keys."""
        ranks = {key: rank for rank, key in enumerate(sorted({found.key for found in self.words}))}
        rank = np.array([ranks[found.key] for found in self.words], np.int64)
        rows = np.repeat(np.arange(len(self.lengths)), self.lengths)
        return np.argsort(rows * len(ranks) + rank[self.tokens], kind="stable")

    def _sex(self) -> pa.Array:
        """What Thị before the given name or Văn after the surname tell; see `structure`."""
        thi = self._flags(lambda found: found.canonical in THI)[self.tokens]
        thi[self.offsets[1:] - 1] = False
        thi[self.offsets[:-1][self.lengths > 2]] = False
        female = np.logical_or.reduceat(thi, self.offsets[:-1])
        second = self.tokens[self.offsets[:-1] + 1]
        male = self._flags(lambda found: found.canonical in MALE_MIDDLES)[second] & (self.lengths > 2)
        return pa.array(["F", "M", None], pa.string()).take(pa.array(np.where(female, 0, np.where(male, 1, 2))))

    def _repairs(self) -> pa.Array:
        """What was repaired in any word, each code once, in the order of the words."""
        kinds = list(dict.fromkeys([(), *(found.repairs for found in self.words)]))
        kind = np.array([kinds.index(found.repairs) for found in self.words], np.int64)[self.tokens]
        place = np.arange(len(self.tokens)) - np.repeat(self.offsets[:-1], self.lengths)
        distinct, rows = np.unique(np.add.reduceat(kind * len(kinds) ** place, self.offsets[:-1]), return_inverse=True)
        codes = [_codes(int(number), kinds) for number in distinct]
        return pa.array(codes, pa.list_(pa.string())).take(pa.array(rows))


def _joined(forms: pa.Array, tokens: _Ints, offsets: _Ints) -> pa.Array:
    """One text a row: the forms of its words with blanks between."""
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), forms.take(pa.array(tokens))), " ")


def _ordinary(first: Word, second: Word) -> bool:
    """True if two words begin an ordinary name: no title, note or organisation's word, no surname of several words."""
    opens = first.opens and (first.before is None or second.key in first.before)
    return not opens and first.key not in _OWN_ORDER and (first.key, second.key) not in _COMPOUND_STARTS


def is_ordinary(words: Sequence[Word]) -> bool:
    """True if the words, whatever stood around them, are a name that `columns` puts together."""
    return (
        1 < len(words) <= MOST_WORDS
        and words[0].key not in _OWN_ORDER
        and (words[0].key, words[1].key) not in _COMPOUND_STARTS
        and all(map(str.isalpha, [found.key for found in words]))
    )


def _codes(number: int, kinds: list[tuple[str, ...]]) -> list[str]:
    codes: dict[str, None] = {}
    while number:
        number, kind = divmod(number, len(kinds))
        codes.update(dict.fromkeys(kinds[kind]))
    return list(codes)
