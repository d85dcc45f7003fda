"""What a single mention is worth as a province, a district or a commune, before it is put together with others.

The numbers are an order of evidence, not probabilities: a level that is named is worth `LEVEL`; its right kind word, its right
accents add to it; a house number or a road word before it, another kind word, letters put right take from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matching.standardise.addresses.index import Commune, DistrictName, ProvinceName
from matching.standardise.addresses.lexicon import COMMUNE_KINDS, DISTRICT_KINDS, PROVINCE_KINDS
from matching.standardise.addresses.mentions import Mention
from matching.standardise.addresses.tokens import Tokens, accent_key

_CONSONANTS = frozenset("bcdghklmnpqrstvx")
LEVEL = 30
SLIP = 8
NEVER = -45
BEFORE = {"edge": 0, "unit": 0, "word": -3, "door": -3, "group": -1, "number": NEVER, "street": NEVER, "hamlet": NEVER}
"""What stands before a name without its kind word (see `Mention.left`): after a house number or a road word it is no unit."""
OTHER_PROVINCE_ACCENTS, OTHER_DISTRICT_ACCENTS, OTHER_COMMUNE_ACCENTS = 12, 5, -7
"""Other accents in a commune's name are as good as one other letter (`Bình Thạng`: Bình Thắng or Bình Thạnh)."""


@dataclass(slots=True)
class Field:
    """The mentions of a text by the levels they can stand for; provinces and districts with what they are worth."""

    tokens: Tokens
    provinces: list[tuple[Mention, ProvinceName, int]] = field(default_factory=list)
    districts: dict[str, list[tuple[Mention, DistrictName, int]]] = field(default_factory=dict)
    communes: list[Mention] = field(default_factory=list)
    explicit: list[Mention] = field(default_factory=list)


def field_of(tokens: Tokens, mentions: Sequence[Mention]) -> Field:
    """Sort mentions by level; districts by the province of today they lie in."""
    found = Field(tokens)
    last = len(tokens.words)
    long_names = {m.end: m.start for m in mentions if m.end - m.start > 2 and m.kind in COMMUNE_KINDS and m.name.communes}
    for mention in mentions:
        kind = mention.kind
        if kind and not mention.short:
            found.explicit.append(mention)
        if mention.name.provinces and (not kind or kind in PROVINCE_KINDS):
            for province in mention.name.provinces:
                worth = _province_worth(tokens, mention, province, last)
                if worth > 0:
                    found.provinces.append((mention, province, worth))
        if not kind and mention.start > long_names.get(mention.end, last):
            continue  # Phường 1 Bảo Lộc, Xã Nam Ban Lâm Hà: the end of a commune's name, not its district
        if mention.name.districts and (not kind or kind in DISTRICT_KINDS):
            for district in mention.name.districts:
                worth = _district_worth(tokens, mention, district)
                if worth > 0:
                    found.districts.setdefault(district.bucket, []).append((mention, district, worth))
        if mention.name.communes and (not kind or kind in COMMUNE_KINDS):
            found.communes.append(mention)
    return found


def differs(tokens: Tokens, mention: Mention, accent: str) -> bool:
    """Whether a name was written with accents, and with other ones than `accent` (an accent key; empty says nothing)."""
    written = written_key(tokens, mention)
    return bool(written and accent) and written != accent


def written_key(tokens: Tokens, mention: Mention) -> str:
    """The accent key of a mention as written; empty when it has no accents, or letters had to be put right."""
    if mention.cost:
        return ""
    text = tokens.accented(mention.start, mention.end)
    return "" if text.isascii() else accent_key(text)


def _province_worth(tokens: Tokens, mention: Mention, province: ProvinceName, last: int) -> int:
    """A province stands at an end of the text; a nickname of two letters only in a part of its own."""
    end = mention.end + (mention.end + 1 == last and tokens.words[-1] in ("cu", "moi"))
    at_end = end >= last or (mention.begin == 0 and not tokens.headed)
    if province.nickname:
        if not at_end and mention.kind != "TP":
            return 0
        alone = mention.right != "word" and (bool(mention.kind) or mention.left in ("edge", "unit"))
        if not alone and (end < last or (len(mention.key) < 4 and not _CONSONANTS.issuperset(mention.key))):
            return 0
        unsure = 0 if alone or len(mention.key) > 3 else 10
    else:
        unsure = 0
    worth = LEVEL - SLIP * mention.cost - (4 if province.nickname else 0) - unsure
    if mention.kind:
        if tokens.words[mention.begin] == "t" and mention.end < last and tokens.words[mention.end][0] <= "9":
            return 0  # T. Bình Thuận 1: a thôn
        city = province.nickname and mention.kind == "TP" and any(d.kind == "TP" for d in mention.name.districts)
        worth += 6 if mention.kind in province.kinds and not city else -10  # TP Bà Rịa is the city, not its province
        if tokens.words[mention.begin] == "t" and ((mention.begin == 0 and not tokens.headed) or not at_end):
            worth -= 16  # T. Hòa Bình, X. Liên Sơn, T. Lào Cai: a thôn
    elif mention.left in ("street", "hamlet") or (mention.left == "number" and not at_end):
        return 0
    elif not at_end:
        worth -= 8
    return worth - (OTHER_PROVINCE_ACCENTS if differs(tokens, mention, province.accent) else 0)


def _district_worth(tokens: Tokens, mention: Mention, district: DistrictName) -> int:
    worth = LEVEL - 2 - SLIP * mention.cost - (3 if district.source == "alias" else 0)
    if differs(tokens, mention, district.accent):
        worth -= OTHER_DISTRICT_ACCENTS
    if mention.kind:
        return worth + (5 if mention.kind == district.kind or not district.kind else -3)
    last_syllable = mention.left in ("word", "door") and mention.right == "edge" and " " not in mention.key
    return worth + BEFORE[mention.left] - (12 if last_syllable else 0)


def commune_worth(mention: Mention, commune: Commune, written: str) -> int:
    """What a commune at a mention is worth by itself; `written` is the mention's `written_key`."""
    worth = LEVEL - (SLIP + 1) * mention.cost + mention.end - mention.start + _kind_worth(mention, commune)
    if commune.source == "alias":
        worth -= 5
    if written and commune.accent:
        worth += 4 if written == commune.accent else OTHER_COMMUNE_ACCENTS
    return worth


def _kind_worth(mention: Mention, commune: Commune) -> int:
    """Its own kind word says most; without one, a single syllable within other words hardly is a commune."""
    if mention.kind:
        if mention.kind in commune.kinds:
            return 6 if mention.short else 10
        return -10 if commune.kinds else 2
    if mention.left == "door" and mention.right == "edge":
        return NEVER
    syllable = " " not in mention.key and mention.end - mention.start == 1 and mention.left != "edge"
    return BEFORE[mention.left] - 2 - (8 if syllable else 0)
