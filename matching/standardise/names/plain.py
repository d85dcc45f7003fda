"""Plain names column by column: what a name is made of is worked out once a distinct word, the names are put together in Arrow.

A plain name is two to six words with nothing beside them: no title, note, organisation's word, highland order, and no surname of
two words; its words are syllables, or such that the long way does nothing about (`inert`). Its blanks and its Unicode form may
be any. Most names are plain; what this returns for them is what `parse_name` returns (a property test holds it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.standardise.names.inert import (
    KEYS,
    NEVER,
    NOT_FIRST,
    NOT_LAST,
    ONLY_FIRST,
    PAIRS,
    SHORT,
    STRANGE,
    beside,
    is_as_read,
    watched,
)
from matching.standardise.names.lists import COMMON
from matching.standardise.names.ordinary import MOST_WORDS, begins_ordinary, opens
from matching.standardise.names.structure import MALE_MIDDLES, THI
from matching.standardise.names.titles import leading_title
from matching.standardise.names.words import Word, word
from matching.standardise.text import has_eth, is_odd, nfc

_FORMS = ("blanks", "eth", "nfd")  # what was repaired in the whole text, by the bits of `Texts.form`
_BLANKS, _ETH, _NFD = 1, 2, 4
_FORM_CODES = tuple(tuple(code for at, code in enumerate(_FORMS) if form >> at & 1) for form in range(8))
_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Texts:
    """Texts as rows of words: `tokens` numbers of words in `words`, row i from `offsets[i]` to `offsets[i + 1]`."""

    words: list[Word]
    tokens: _Ints
    offsets: _Ints
    written: list[str]  # each word in NFC with its dot
    form: _Ints  # of each text, which of _FORMS were repaired in it

    @classmethod
    def of(cls, values: Sequence[str]) -> Texts:
        """The words of each text, parted at its blanks."""
        lists = pc.split_pattern(pa.array(values, pa.string()), " ")
        coded = lists.values.dictionary_encode()
        raw = coded.dictionary.to_pylist()
        written = [nfc(token) for token in raw]
        form = np.array(
            [0 if new is old else _ETH if has_eth(old) else _NFD if new != old else 0 for old, new in zip(raw, written, strict=True)],
            np.int64,
        )
        tokens = coded.indices.to_numpy().astype(np.int64)
        offsets = lists.offsets.to_numpy().astype(np.int64)
        texts = cls([_bare_word(token) for token in written], tokens, offsets, written, np.zeros(len(values), np.int64))
        return texts._with_form(form, raw.index("") if "" in raw else -1) if len(values) else texts

    @classmethod
    def made_of(cls, rows: Sequence[Sequence[Word]]) -> Texts:
        """Texts whose words are known; `rows` has at least one."""
        words = [found for row in rows for found in row]
        _, firsts, tokens = np.unique(np.array(list(map(id, words))), return_index=True, return_inverse=True)
        offsets = np.concatenate(([0], np.cumsum(list(map(len, rows)))))
        return cls([words[at] for at in firsts.tolist()], tokens, offsets, [], np.zeros(len(rows), np.int64))

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
        tokens, offsets = self.tokens[np.repeat(rows, self.lengths)], np.concatenate(([0], np.cumsum(lengths)))
        return replace(self, tokens=tokens, offsets=offsets, form=self.form[rows])

    def _with_form(self, of_token: _Ints, empty: int) -> Texts:
        """The same without the empty words that blanks leave, but in texts that have no other, and with `form`."""
        form = np.bitwise_or.reduceat(of_token[self.tokens], self.offsets[:-1])
        form = np.where(form & _ETH, form & ~_NFD, form)
        if empty < 0:
            return replace(self, form=form)
        empties = self.tokens == empty
        left = np.add.reduceat(~empties, self.offsets[:-1], dtype=np.int64)
        blank = (left < self.lengths) & (left > 0)
        keep = ~(empties & np.repeat(blank, self.lengths))
        offsets = np.concatenate(([0], np.cumsum(np.where(blank, left, self.lengths))))
        return replace(self, tokens=self.tokens[keep], offsets=offsets, form=form | _BLANKS * blank.astype(np.int64))

    def plain(self) -> tuple[_Flags, _Flags]:
        """Which texts are plain names, and which of those have an initial."""
        none = np.zeros(len(self.lengths), np.bool_)
        if not len(self.lengths):
            return none, none
        fits = (self.lengths > 1) & (self.lengths <= MOST_WORDS)
        fits[fits] = self._all_pairs(self.offsets[:-1][fits], self._ordinary)
        clean = np.logical_and.reduceat(self._clean[self.tokens], self.offsets[:-1])
        inert, short = self._inert(fits & ~clean & (self.form <= _BLANKS))
        return (fits & clean) | inert, short

    def may_be_short(self) -> _Flags:
        """Of each text, whether it may be one of syllables alone: what holds unusual blanks or invisible characters may be."""
        if not len(self.lengths):
            return np.zeros(0, np.bool_)
        found: _Flags = np.logical_and.reduceat(self._clean[self.tokens], self.offsets[:-1])
        return found | self._any_written(is_odd)

    def tidy(self) -> _Flags:
        """Which texts are NFC and squeezed as they stand."""
        if not len(self.lengths):
            return np.zeros(0, np.bool_)
        found: _Flags = (self.form == 0) & ~self._any_written(lambda token: not token or is_odd(token))
        return found

    def _any_written(self, test: Callable[[str], bool]) -> _Flags:
        told = np.array(list(map(test, self.written)), np.bool_)
        found: _Flags = np.logical_or.reduceat(told[self.tokens], self.offsets[:-1])
        return found

    @cached_property
    def _clean(self) -> _Flags:
        return np.array([found.clean and token[-1:] != "." for found, token in zip(self.words, self.written, strict=True)], np.bool_)

    def _inert(self, rows: _Flags) -> tuple[_Flags, _Flags]:
        """Which of `rows`, texts with a word that is no syllable, the long way would leave as they are, and which have an initial."""
        bits = np.zeros(len(self.words), np.int64)
        for token in np.unique(self.tokens[np.repeat(rows, self.lengths)]).tolist():
            bits[token] = watched(self.written[token])
        each = bits[self.tokens]
        starts, ends = self.offsets[:-1], self.offsets[1:] - 1
        each[starts] &= ~ONLY_FIRST
        later = np.ones(len(each), np.bool_)
        later[starts] = False
        each[later] &= ~NOT_FIRST
        inner = np.ones(len(each), np.bool_)
        inner[ends] = False
        each[inner] &= ~NOT_LAST
        found = np.bitwise_or.reduceat(each, starts)
        rows = rows & (found & (NEVER | NOT_FIRST | ONLY_FIRST | NOT_LAST) == 0)
        for row in np.flatnonzero(rows & (found & (KEYS | STRANGE) == KEYS | STRANGE)).tolist():
            tokens = self.tokens[self.offsets[row] : self.offsets[row + 1]].tolist()
            rows[row] = is_as_read(int(found[row]), [self.written[token] for token in tokens])
        near = rows & (found & PAIRS > 0)
        if near.any():
            left = np.flatnonzero(np.repeat(near, self.lengths) & inner)
            left = left[(each[left] | each[left + 1]) & PAIRS > 0]
            alone = self._all_pairs(left, lambda one, other: not beside(self.written[one], self.written[other]))
            rows[np.repeat(np.arange(len(rows)), self.lengths)[left[~alone]]] = False
        return rows, rows & (found & SHORT > 0)

    def titled(self, rows: _Flags) -> tuple[Texts, _Flags, pa.Array]:
        """The texts without the titles of those of `rows` that are a title and a plain name of syllables, which those are, and the sex told."""
        sizes = np.zeros(len(self.lengths), np.int64)
        sexes: list[str | None] = []
        rows = rows & (self.lengths > 2)
        if len(rows):
            rows &= np.logical_and.reduceat(self._clean[self.tokens], self.offsets[:-1])
        tokens, offsets = self.tokens.tolist(), self.offsets.tolist()
        for row in np.flatnonzero(rows).tolist():
            here = tokens[offsets[row] : offsets[row + 1]]
            size, title = leading_title([self.written[token] for token in here]) if self._opens(here) else (0, None)
            if title and 1 < len(here) - size <= MOST_WORDS and self._is_common(here[size], here[size + 1]):
                sizes[row] = size
                sexes.append(title.sex)
        place = np.arange(len(self.tokens)) - np.repeat(self.offsets[:-1], self.lengths)
        keep = place >= np.repeat(sizes, self.lengths)
        shorter = replace(self, tokens=self.tokens[keep], offsets=np.concatenate(([0], np.cumsum(self.lengths - sizes))))
        return shorter, sizes > 0, pa.array(sexes, pa.string())

    def _opens(self, tokens: list[int]) -> bool:
        return opens(self.words[tokens[0]], self.words[tokens[1]])

    def _is_common(self, first: int, second: int) -> bool:
        return self.words[first].key in COMMON and self._ordinary(first, second)

    def _ordinary(self, first: int, second: int) -> bool:
        return begins_ordinary(self.words[first], self.words[second])

    def _all_pairs(self, left: _Ints, test: Callable[[int, int], bool]) -> _Flags:
        """`test` of the words at the places `left` and those after them; asked once a distinct pair."""
        pairs = self.tokens[left] * len(self.words) + self.tokens[left + 1]
        distinct, places = np.unique(pairs, return_inverse=True)
        told = np.array([test(*divmod(pair, len(self.words))) for pair in distinct.tolist()], np.bool_)
        return told[places]

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
        }  # fmt: skip

    def _flags(self, test: Callable[[Word], bool]) -> _Flags:
        return np.array([test(found) for found in self.words], np.bool_)

    def _any(self, test: Callable[[Word], bool]) -> _Flags:
        return np.logical_or.reduceat(self._flags(test)[self.tokens], self.offsets[:-1])

    def _joined(self, forms: list[str]) -> pa.Array:
        return _joined(pa.array(forms, pa.string()), self.tokens, self.offsets)

    def _regional(self) -> pa.Array:
        """The first word as a surname, the others as the rest."""
        forms = pa.array([found.as_surname for found in self.words] + [found.as_rest for found in self.words], pa.string())
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

    def repairs(self, *others: str) -> pa.Array:
        """What was repaired in the text and in any of its words, each code once, in the order of the words, and `others`."""
        kinds = list(dict.fromkeys([*_FORM_CODES, others, *(found.repairs for found in self.words)]))
        number = {codes: at for at, codes in enumerate(kinds)}
        kind = np.array([number[found.repairs] for found in self.words], np.int64)[self.tokens]
        place = np.arange(len(self.tokens)) - np.repeat(self.offsets[:-1], self.lengths)
        sums = np.add.reduceat(kind * len(kinds) ** (place + 1), self.offsets[:-1]) + self.form
        sums += number[others] * len(kinds) ** (self.lengths + 1)
        distinct, rows = np.unique(sums, return_inverse=True)
        codes = [_codes(int(number), kinds) for number in distinct]
        return pa.array(codes, pa.list_(pa.string())).take(pa.array(rows))


def _joined(forms: pa.Array, tokens: _Ints, offsets: _Ints) -> pa.Array:
    """One text a row: the forms of its words with blanks between."""
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), forms.take(pa.array(tokens))), " ")


def _bare_word(token: str) -> Word:
    """The word of a token, an initial without its dot."""
    return word(token[:-1] if token[-1:] == "." and token[:-1].isalpha() else token)


def _codes(number: int, kinds: list[tuple[str, ...]]) -> list[str]:
    codes: dict[str, None] = {}
    while number:
        number, kind = divmod(number, len(kinds))
        codes.update(dict.fromkeys(kinds[kind]))
    return list(codes)
