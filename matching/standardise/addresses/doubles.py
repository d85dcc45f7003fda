"""Names that may be two things: a commune of today and an old district, a commune and the street or hamlet before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matching.standardise.addresses.lexicon import BEFORE_STREET, HAMLET_WORDS, NUMBERED
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.reading import TIE, Reading, rank
from matching.standardise.addresses.tokens import Tokens
from matching.standardise.addresses.worth import Field

HAMLET_LETTERS = frozenset(("t", "x", "b", "a", "th", "kh"))
"""At the beginning, before a number, these say a hamlet: `T.16, Đạ Chais, Lạc Dương`."""
_HAMLET_INITIALS = ("t", "x", "b")
MIXED_FORM = 8
"""What a new commune in a province by its old name is worth less than an old commune of it."""


def as_district(best: Reading, at: Mention, candidates: Iterable[Reading]) -> Reading:
    """The reading that takes the same bare name for an old district, if there is one; else `best`."""
    alike = [r for r in candidates if r.commune is None and same_span(r.at_district, at) and r.province == best.province]
    return max(alike, key=rank) if alike else best


def commune_or_district(field: Field, best: Reading, at: Mention, candidates: Sequence[Reading]) -> list[Reading]:
    """`Hà Đông, Hà Nội`: the new phường or, its commune left out, the old quận. Both stay in one reading.

    A part of its own before it that is a commune elsewhere in the province is one of a wrong district where a street or hamlet
    stands before it, so that it is not the hamlet; else it stays possible. So is a name right before it in one part with a street or
    hamlet that is whole without it.
    """
    alike = [r for r in candidates if r.commune and r.province == best.province]
    near = [r for r in alike if r.commune and not r.commune.old and same_span(r.at_commune, at)]
    stray = [r for r in alike if r.at_district is None and r.province and _is_before(field, r.at_commune, at)]
    stray = [r for r in stray if not r.contradicts]
    known = [r._replace(district=best.district, at_district=at, contradicts=True) for r in stray if has_local(field, r.at_commune)]
    if not near:
        return sorted(known, key=rank, reverse=True) or [best]
    top = max(near, key=rank)
    same = [r._replace(district=best.district) for r in near if r.score >= top.score - TIE]
    apart = {code for r in same if r.commune for code in r.commune.targets}.isdisjoint(
        code for r in stray if r.commune for code in r.commune.targets
    )
    if known and apart and any(names_local(field, r.at_commune) for r in known):
        both = [r._replace(contradicts=True) for r in sorted(same, key=rank, reverse=True)]
        return known + both
    return sorted(same, key=rank, reverse=True) + stray


def local_or_commune(best: Reading, at: Mention, candidates: Sequence[Reading]) -> list[Reading]:
    """`X Tân Thắng, Quỳnh Lưu, Nghệ An`: the old xã in its district, or xóm Tân Thắng in the commune of today. Both stay."""
    near = [
        r
        for r in candidates
        if r.commune and not r.commune.old and not at.kind and same_span(r.at_commune, at) and r.province == best.province
    ]
    near = [r for r in near if r.at_district is None and r.at_province == best.at_province]
    ties = [r for r in candidates if r.score >= best.score - TIE and r.commune]
    return near + sorted(ties, key=rank, reverse=True)


def of_today(best: Reading, candidates: Sequence[Reading]) -> list[Reading]:
    """`P. Trần Hưng Đạo, Hải Dương`: the old phường with its district left out, or today's in the province as it was called. Both stay."""
    commune, province, at = best.commune, best.province, best.at_commune
    if commune is None or at is None or province is None or not (commune.old and province.old_only) or best.district:
        return []
    return [
        r
        for r in candidates
        if r.commune
        and not r.commune.old
        and r.district is None
        and r.province == province
        and province.code in r.commune.former
        and same_span(r.at_commune, at)
        and r.at_province == best.at_province
        and r.score >= best.score - MIXED_FORM
        and (not at.kind or at.kind in r.commune.kinds)
    ]


def names_local(field: Field, at: Mention | None) -> bool:
    """Whether a street or hamlet is named before a bare name, so that it is none: behind a door alone, `Số 71, Lê Lợi`, it is the street."""
    words = field.tokens.words[: at.begin] if at else ()
    lettered = len(words) > 1 and words[0] in _HAMLET_INITIALS
    return has_local(field, at) and (field.tokens.headed or lettered or len(_names(words)) > 1 or not HAMLET_WORDS.keys().isdisjoint(words))


def has_local(field: Field, at: Mention | None) -> bool:
    """Whether a street or a hamlet is named before a bare name, so that it need not be one itself."""
    if field.tokens.headed:
        return True
    words = field.tokens.words[: at.begin] if at else ()
    return (
        len(_names(words)) > 1
        or not BEFORE_STREET.isdisjoint(words)
        or not HAMLET_WORDS.keys().isdisjoint(words)
        or bool(words and words[0] in _HAMLET_INITIALS)
    )


def _names(words: Sequence[str]) -> list[str]:
    """The words that are no numbers and do not announce one."""
    return [word for word in words if word[0] > "9" and len(word) > 1 and word not in NUMBERED]


def behind_door(tokens: Tokens, at: Mention) -> bool:
    """Whether a bare name stands in the part right behind a door and nothing else: `Số 99, Khâm Thiên` may be the street."""
    if tokens.headed or at.kind or at.left != "edge" or at.begin == 0 or tokens.words[0] in HAMLET_LETTERS:
        return False
    return not _names(tokens.words[: at.begin]) and any(word[0] <= "9" for word in tokens.words[: at.begin])


def short_xom(tokens: Tokens, at: Mention) -> bool:
    """Whether a commune's kind is a bare X at the beginning, which may be a xóm's."""
    return at.short and at.begin == 0 and not tokens.headed


def same_span(left: Mention | None, right: Mention) -> bool:
    """Whether both are the same words, their kind words aside."""
    return left is not None and left.start == right.start and left.end == right.end


def _is_before(field: Field, commune: Mention | None, district: Mention) -> bool:
    """Whether a name stands right before a district: in a part of its own, or behind a street or hamlet that is whole without it."""
    if commune is None or commune.end != district.begin:
        return False
    if commune.left == commune.right == "edge":
        return True
    if commune.kind or commune.cost or " " not in commune.key:
        return False
    if commune.left == "group":  # behind a tổ's number a street may follow
        return field.tokens.words[commune.begin - 2] != "to"
    return commune.left in ("word", "door") and _words_named(field.tokens, commune.begin) > 1


def _words_named(tokens: Tokens, end: int) -> int:
    """How many words of a street's or hamlet's name stand before `end` in one part: two in `Bản Nà Lĩnh | Phổng Ly`; none if nothing announces one."""
    for start in range(end - 1, -1, -1):
        word = tokens.words[start]
        if word in HAMLET_WORDS or word in BEFORE_STREET or word[0] <= "9":
            return end - 1 - start
        if tokens.breaks[start] >= 2:
            return 0
    return 0
