"""Tells organisations from persons by the words that only organisations have (data/organisations.tsv).

"Công ty ABC", "CTY ABC", "CONG TY ABC" are organisations; Nguyễn Văn Trạm, Trần Công Tý, Lê Chi are persons: a word that
is also a name counts only at the beginning, in a phrase, or written with the marks that the name would not have.
A household business (hộ kinh doanh) named for its owner is an organisation: the contract is not a resident's.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache

from matching.standardise.tables import rows
from matching.standardise.text import fold, tone_placement

_PERSON_AFTER = frozenset({"văn", "thị", "van", "thi"})
# Middle names after which "Trường" is the surname Trương, mistyped ("Trường Minh Tuấn"); the schools so named are in the data.
_MIDDLES = frozenset(
    {
        "minh",
        "quang",
        "ngọc",
        "đức",
        "thanh",
        "công",
        "hữu",
        "xuân",
        "mạnh",
        "quốc",
        "tuấn",
        "kim",
        "mai",
        "thu",
        "mỹ",
        "đình",
        "hoàng",
        "duy",
        "gia",
        "bảo",
        "trọng",
    }
)
_LEGAL = frozenset(
    {
        "công ty",
        "cty",
        "tnhh",
        "dntn",
        "htx",
        "ubnd",
        "hđnd",
        "tmcp",
        "jsc",
        "ltd",
        "hợp tác xã",
        "doanh nghiệp",
        "xí nghiệp",
        "ngân hàng",
        "thcs",
        "thpt",
        "company",
    }
)


@cache
def _phrases(mode: str) -> dict[str, list[tuple[str, ...]]]:
    """The marked phrases of one mode by their first word, folded."""
    table: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for kind, phrases in rows("organisations"):
        for phrase in phrases.split("; ") if kind == mode else []:
            words = tuple(tone_placement(phrase).replace(".", " ").split())
            table[fold(words[0])].append(words)
    return dict(table)


def _phrase_at(words: list[str], at: int, mode: str) -> tuple[str, ...] | None:
    """The phrase that begins at a word, all of it with its marks or all of it without ("Văn Phong" is no văn phòng)."""
    for phrase in _phrases(mode).get(fold(words[at]), []):
        written = tuple(words[at : at + len(phrase)])
        if written == phrase or written == tuple(map(fold, phrase)):
            return phrase
    return None


@lru_cache(maxsize=100_000)
def _token_words(token: str) -> tuple[str, ...]:
    cleaned = "".join(char if char.isalnum() else " " for char in token.lower())
    return tuple(tone_placement(cleaned).split())


def _canonical_words(text: str) -> list[str]:
    return [word for token in text.split() for word in _token_words(token)]


@cache
def _first_words(mode: str) -> frozenset[str]:
    return frozenset(_phrases(mode))


@cache
def _openings() -> frozenset[str]:
    return _first_words("start") | _first_words("marked")


@lru_cache(maxsize=100_000)
def organisation_word(token: str) -> str:
    """What a word of letters may be in an organisation's name: "alone", "before" others, "first" in the text, or ""."""
    phrases = _phrases("any").get(fold(token), [])
    if any(len(phrase) == 1 for phrase in phrases):
        return "alone"
    return "before" if phrases else "first" if fold(token) in _openings() else ""


def begins_organisation(token: str, after: str) -> bool:
    """True if two words may begin an organisation's name wherever it stands ("công ty")."""
    return fold(token) in _first_words("any") and (fold(token), fold(after)) in _first_pairs()


@cache
def _first_pairs() -> frozenset[tuple[str, str]]:
    return frozenset((fold(phrase[0]), fold(phrase[1])) for phrases in _phrases("any").values() for phrase in phrases if len(phrase) > 1)


def is_organisation(text: str, surnames: frozenset[str] = frozenset()) -> bool:
    """True if a holder's name is an organisation's. The text is NFC with repaired encoding.

    `surnames` (folded): a phrase later in the text does not count if the text is a short person's name
    ("Nguyễn Công Ty").
    """
    words = _canonical_words(text)
    folded = [fold(word) for word in words]
    if not words or (_first_words("any").isdisjoint(folded) and folded[0] not in _openings()):
        return False
    if _phrase_at(words, 0, "any") or _phrase_at(words, 0, "start"):
        return True
    opening = _phrase_at(words, 0, "marked")
    after = _PERSON_AFTER | _MIDDLES if words[0] == "trường" and len(words) == 3 else _PERSON_AFTER
    if opening and words[0] == opening[0] and not words[0].isascii() and not after & set(words[1:2]):
        return True
    words = [word for word in words if not word.isdigit()]
    short_name = bool(words) and len(words) <= 4 and fold(words[0]) in surnames
    return any(_phrase_at(words, at, "any") for at in range(1, len(words)) if not (short_name and _ends_like_name(words, at)))


def _ends_like_name(words: list[str], at: int) -> bool:
    """ "Nguyen Cong Ty", "Tran Chi Nhanh": the two last words of a short name are a person's."""
    return at == len(words) - 2 and words[at:] in (
        ["cong", "ty"],
        ["chi", "nhanh"],
        ["công", "ty"],
        ["van", "phong"],
        ["văn", "phòng"],
        ["văn", "phong"],
    )


def names_legal_entity(text: str) -> bool:
    """True if a note beside a person's name names a company or an authority, so that the holder is that ("(Cty ABC)")."""
    words = _canonical_words(text)
    return any((phrase := _phrase_at(words, at, "any")) and " ".join(phrase) in _LEGAL for at in range(len(words)))
