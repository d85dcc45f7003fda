"""Places, level by level: commune, street or hamlet, alley and house. Less said is compatible, never different.

A split commune is a set: it agrees with each of its successors. Streets are compared where both sides name one, else
hamlets where both name one. The level of a pair is the best over the resident's permanent, temporary and current residence.
"""

from __future__ import annotations

from matching.comparisons import Comparison, Level

_COMMUNE = "list_has_any(a.communes, b.communes)"
# A spelling slip in a street or hamlet name, never in its number: `Thôn 3` and `Thôn 4` are two places.
_STREET = (
    "(a.street = b.street OR (length(a.street) >= 5 AND regexp_replace(a.street, '[^0-9]', '', 'g') = "
    "regexp_replace(b.street, '[^0-9]', '', 'g') AND levenshtein(a.street, b.street) <= 1))"
)
_HAMLET = _STREET.replace(".street", ".hamlet")
_LOCALITY = f"CASE WHEN a.street IS NOT NULL AND b.street IS NOT NULL THEN {_STREET} ELSE coalesce({_HAMLET}, FALSE) END"
_NAMED = "((a.street IS NOT NULL AND b.street IS NOT NULL) OR (a.hamlet IS NOT NULL AND b.hamlet IS NOT NULL))"
# A flat has its tower, floor and unit where a house has its number.
_A, _B = "coalesce(a.house, a.building)", "coalesce(b.house, b.building)"
_HOUSE = f"{_A} = {_B} AND coalesce(a.alley, '') = coalesce(b.alley, '')"

COMPARISON = Comparison(
    "place",
    "addresses",
    (
        Level(
            "null", "(a.province IS NULL AND len(a.communes) = 0) OR (b.province IS NULL AND len(b.communes) = 0)",
            "không rõ địa chỉ", "no place to compare",
        ),
        Level(
            "door",
            f"{_COMMUNE} AND {_LOCALITY} AND (({_HOUSE}) OR coalesce({_A}, {_B}, a.street, b.street) IS NULL)",
            "cùng số nhà hoặc cùng thôn không số nhà", "same door, or same hamlet without numbers",
        ),
        Level(
            "door_unplaced",
            f"a.province = b.province AND (len(a.communes) = 0 OR len(b.communes) = 0) AND {_LOCALITY} AND {_HOUSE}",
            "cùng số nhà và đường/thôn, thiếu xã", "same door, commune missing",
        ),
        Level(
            "locality_compatible",
            f"{_COMMUNE} AND {_LOCALITY} AND ({_A} IS NULL OR {_B} IS NULL)",
            "cùng đường/thôn, thiếu số nhà", "same street or hamlet, house missing",
        ),
        Level("locality", f"{_COMMUNE} AND {_LOCALITY}", "cùng đường/thôn, khác số nhà", "same street or hamlet, other house"),
        Level("commune_compatible", f"{_COMMUNE} AND NOT {_NAMED}", "cùng xã, thiếu đường/thôn", "same commune, street or hamlet missing"),
        Level("commune", _COMMUNE, "cùng xã, khác đường/thôn", "same commune, other street or hamlet"),
        Level(
            "province_compatible",
            "a.province = b.province AND (len(a.communes) = 0 OR len(b.communes) = 0)",
            "cùng tỉnh, thiếu xã", "same province, commune missing",
        ),
        Level("province", "a.province = b.province", "cùng tỉnh, khác xã", "same province, other commune"),
        Level("else", "", "khác tỉnh", "another province"),
    ),
)  # fmt: skip
