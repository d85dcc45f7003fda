"""Where names of units stand in a text: every span of tokens that some unit is called, with the kind word before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matching.standardise.addresses.index import Index, Name
from matching.standardise.addresses.lexicon import (
    BEFORE_PLACE,
    BEFORE_STREET,
    COMMUNE_KINDS,
    HAMLET_ACCENTS,
    HAMLET_PHRASES,
    HAMLET_WORDS,
    NOT_STREET_WORDS,
    NOT_UNIT_WORDS,
    NUMBERED,
    ROMAN,
    UNIT_PAIRS,
    UNIT_WORDS,
    WEAK_HAMLETS,
)
from matching.standardise.addresses.lexicon import (
    words as word_set,
)
from matching.standardise.addresses.tokens import Tokens, canon

LONGEST = 5
"""Tokens of the longest name of a unit: Văn Miếu - Quốc Tử Giám."""
_SECOND = frozenset(second for _, second in UNIT_PAIRS)
_HAMLET_LETTERS = frozenset("xtdh")
"""Kind letters that before a number are a hamlet's (X3, T5) or a house's (H20)."""
_AFTER_STREET_NUMBER = word_set("to thon ap xom ban buon lang khoi khom kp khu doi cum tdp kv km pho vuc bon tk")


class Mention(NamedTuple):
    """A span that is a unit's name: `begin` includes the kind word, `start` does not.

    `left` says what stands before it: edge (a comma, the start), word, door (a word, in a part that began with a house
    number or road word), number (a house), street (a road word), hamlet (a hamlet word), group (a hamlet's or group's
    number). `right` is edge, unit (a kind word follows) or word. `cost` is 0 for a name as written, and grows with letters
    that had to be put right; `short` says that the kind word is an X that may be a xóm as well.
    """

    begin: int
    start: int
    end: int
    kind: str
    left: str
    right: str
    name: Name
    cost: int = 0
    key: str = ""
    short: bool = False


def kind_words(tokens: Tokens) -> list[tuple[str, int]]:
    """For every token: the unit kind that the words just before it say, and where those words begin."""
    words, breaks = tokens.words, tokens.breaks
    ascii_text = not tokens.has_accents
    found: list[tuple[str, int]] = [("", i) for i in range(len(words) + 1)]
    for i, word in enumerate(words):
        if word in _SECOND and i and breaks[i] < 2:
            pair = UNIT_PAIRS.get((words[i - 1], word))
            if pair and not _is_name_word(tokens, i, ascii_text) and not _is_name_word(tokens, i - 1, ascii_text):
                found[i + 1] = (pair, i - 1)
                continue
        kind = UNIT_WORDS.get(word)
        if kind and not _is_name_word(tokens, i, ascii_text) and (ascii_text or not _lost_accent(tokens, i)):
            found[i + 1] = (kind, i)
    return found


def _lost_accent(tokens: Tokens, i: int) -> bool:
    """`Bình Xa Tuyên Quang`: a unit word without its accents, before a word that has them, is part of a name."""
    if tokens.words[i] not in ("xa", "quan", "phuong", "huyen", "tinh") or i + 1 == len(tokens.words):
        return False
    return tokens.accented(i, i + 1).isascii() and not tokens.accented(i + 1, i + 2).isascii()


def _is_name_word(tokens: Tokens, i: int, ascii_text: bool) -> bool:
    return not ascii_text and tokens.text[tokens.starts[i] : tokens.ends[i]].lower() in NOT_UNIT_WORDS


def find_mentions(tokens: Tokens, index: Index, kinds: list[tuple[str, int]]) -> list[Mention]:
    """All mentions, longest first at each place; a P that is a phố's is taken out of `kinds`."""
    names, glued, canon, breaks, words = index.names, index.glued, tokens.canon, tokens.breaks, tokens.words
    count, begun = len(canon), index.begun
    xoms = _xoms(tokens, kinds) if "x" in words else ()
    roads = _roads(tokens, kinds) if "p" in words else ()
    found: list[Mention] = []
    for i in range(count):
        kind, begin = kinds[i] if breaks[i] < 2 else ("", i)
        word = words[i]
        if word[0] <= "9" and not (kind and len(word) < 4 and tokens.words[begin] not in _HAMLET_LETTERS):
            continue
        if word == "so" and not kind and i + 2 < count and words[i + 1] == "nha" and words[i + 2][0] <= "9":
            continue  # số nhà 49 is not the xã Sơn Hà
        key = canon[i]
        name = names.get(ROMAN[word] if kind in ("P", "Q") and word in ROMAN else key) or (glued.get(key) if len(key) > 3 else None)
        if name is None and len(word) > 7:
            found += _behind_kind(tokens, i, word, index, kinds)
        elif name is None and word.startswith("tp") and 3 < len(word) < 6:
            found += _city_initials(tokens, i, word, index, kinds)
        j = i + 1
        while True:
            if name is not None:
                left, right = left_of(tokens, begin), right_of(tokens, j, kinds)
                if begin in roads and begin < i:
                    kind, begin, left = "", i, "street"
                found.append(Mention(begin, i, j, kind, left, right, name, 0, key, bool(kind) and begin in xoms))
                if kind and begin and breaks[begin] < 2 and f"{canon[begin - 1]} {canon[begin]}" in names:
                    found.append(Mention(i, i, j, "", "word", right, name, 0, key))
            if j == count or key not in begun or breaks[j] >= 3:
                break
            key = f"{key} {canon[j]}"
            name = names.get(key)
            j += 1
    for i in roads:
        kinds[i + 1] = "", i + 1
    return found


def _xoms(tokens: Tokens, kinds: Sequence[tuple[str, int]]) -> list[int]:
    """Where an X may be a xóm's: at the beginning of a text, or before another word that says a commune follows."""
    last = max((begin for kind, begin in kinds if kind in COMMUNE_KINDS), default=0)
    first = -1 if tokens.headed else 0
    return [i for i, word in enumerate(tokens.words) if word == "x" and (i == first or i < last)]


def _roads(tokens: Tokens, kinds: Sequence[tuple[str, int]]) -> list[int]:
    """Where a P is a phố's: behind a door, before another word that says a commune follows (`247 P. Lê Hồng Phong, xã Ngối Cáy`)."""
    last = max((begin for kind, begin in kinds if kind in COMMUNE_KINDS), default=0)
    alone = [i for i, word in enumerate(tokens.words) if word == "p" and i < last and i + 1 < len(kinds)]
    return [i for i in alone if left_of(tokens, i) == "number" and tokens.words[i + 1][0] > "9"]


_GLUED_KINDS = (("thanhpho", "TP"), ("thitran", "T"), ("phuong", "P"), ("huyen", "H"), ("thixa", "TX"), ("quan", "Q"), ("tinh", "TI"), ("xa", "X"),
                ("tp", "TP"), ("tx", "TX"), ("tt", "T"))  # fmt: skip


def _behind_kind(tokens: Tokens, i: int, word: str, index: Index, kinds: list[tuple[str, int]]) -> list[Mention]:
    """`phuongtanphu`: one token that is a kind word with a name glued to it."""
    for prefix, kind in _GLUED_KINDS:
        key = canon(word[len(prefix) :])
        name = index.glued.get(key) or index.names.get(key) if word.startswith(prefix) else None
        if name is not None:
            return [Mention(i, i, i + 1, kind, left_of(tokens, i), right_of(tokens, i + 1, kinds), name, 0, key)]
    return []


def _city_initials(tokens: Tokens, i: int, word: str, index: Index, kinds: list[tuple[str, int]]) -> list[Mention]:
    """`TPCT`, `TPVT`: a city by its first letters. Several may share them, so it is as good as a name with a slip."""
    name = index.initials.get(word[2:])
    if name is None:
        return []
    provinces = [province for province in name.provinces if "TP" in province.kinds and not province.nickname]
    districts = [district for district in name.districts if district.kind == "TP" and district.source == "official"]
    if not provinces and not districts:
        return []
    cities = Name(provinces=provinces, districts=districts)
    return [Mention(i, i, i + 1, "TP", left_of(tokens, i), right_of(tokens, i + 1, kinds), cities, 1, word)]


def left_of(tokens: Tokens, i: int) -> str:
    """What stands before token i in its part of the text."""
    if i == 0 or tokens.breaks[i] >= 2:
        return "edge"
    words = tokens.words
    before = words[i - 1]
    if before[0] <= "9":
        return _number_before(tokens, i - 1)
    if (before in HAMLET_WORDS or tuple(words[max(0, i - 2) : i]) in HAMLET_PHRASES) and _says_hamlet(tokens, i - 1):
        return "hamlet"
    if before in BEFORE_STREET and tokens.accented(i - 1, i).lower() not in NOT_STREET_WORDS and not _inside(tokens, i - 1):
        return "street"
    if before in BEFORE_PLACE and (i == 1 or tokens.breaks[i - 1] >= 2 or words[i - 2][0] <= "9" or words[i - 2] == "xa"):
        return "street"
    if len(before) == 1 and i > 1 and words[i - 2][0] <= "9":
        return _number_before(tokens, i - 2)
    return _head_of_part(tokens, i)


def is_hamlet_word(tokens: Tokens, i: int, first: int | None = None) -> bool:
    """Whether token i (with the one before it: khu phố) says that a hamlet's name follows; `first` is where both begin."""
    words = tokens.words
    before = words[first:i] if first is not None else ()
    known = (*before, words[i]) in HAMLET_PHRASES if before else words[i] in HAMLET_WORDS
    return known and _says_hamlet(tokens, i)


def _inside(tokens: Tokens, i: int) -> bool:
    """Whether token i follows an ordinary word: `Hương Phố` is no road called after what comes next."""
    if i == 0 or tokens.breaks[i] >= 2:
        return False
    before = tokens.words[i - 1]
    return len(before) > 1 and before[0] > "9" and before not in NUMBERED and before not in BEFORE_STREET


def _head_of_part(tokens: Tokens, i: int) -> str:
    """`door` if the part that token i is in begins with a house number or a road word: `10 Lê | Hồng Phong`."""
    start = i - 1
    while start and tokens.breaks[start] < 2:
        start -= 1
    head = tokens.words[start]
    return "door" if head[0] <= "9" or head in BEFORE_STREET or head in NUMBERED else "word"


def _says_hamlet(tokens: Tokens, i: int) -> bool:
    """Whether token i, a hamlet word when folded, is one as written: not the Láng of Chùa Láng."""
    written = tokens.accented(i, i + 1).lower()
    if not written.isascii():
        return written in HAMLET_ACCENTS
    return tokens.words[i] not in WEAK_HAMLETS or i == 0 or tokens.breaks[i] >= 2 or tokens.words[i - 1][0] <= "9"


def _number_before(tokens: Tokens, i: int) -> str:
    """A number at token i: a unit's (`quận 1`), a hamlet's or group's (`tổ 5`), a street's (`3/2`, `đường số 5`) or a house's."""
    words, breaks = tokens.words, tokens.breaks
    if i and words[i - 1] in UNIT_WORDS and words[i - 1] not in ("t", "h", "x"):
        return "unit"
    if i and breaks[i] < 2 and words[i - 1] in _AFTER_STREET_NUMBER:
        return "group"
    if i > 1 and words[i - 1] == "so" and words[i - 2] in _AFTER_STREET_NUMBER:
        return "group"
    start = i
    while (
        start
        and breaks[start] < 2
        and (
            words[start - 1][0] <= "9"
            or (len(words[start - 1]) == 1 and start > 1 and words[start - 2][0] <= "9" and words[start - 1] not in "dk")
        )
    ):
        if breaks[start] == 0 and words[start - 1][0] <= "9" and tokens.ends[start - 1] < tokens.starts[start] and start < i:
            return "word"
        start -= 1
    if start == 0 or breaks[start] >= 2:
        return "number"
    if words[start - 1] in NUMBERED and not (start > 1 and words[start - 2] in ("duong", "pho", "d")):
        return "number"
    return "word"


def right_of(tokens: Tokens, j: int, kinds: list[tuple[str, int]]) -> str:
    """What stands after the span that ends before token j."""
    if j == len(tokens.words) or tokens.breaks[j] >= 2:
        return "edge"
    if tokens.breaks[j] == 1 or tokens.words[j] in ("cu", "moi", "vn", "viet", "vietnam"):
        return "unit"
    for after in (j + 1, j + 2):
        if after <= len(tokens.words) and kinds[after][0] and kinds[after][1] == j:
            return "unit"
    return "word"
