"""One spelling for the ways to write the same units: `X. Tân Phú,H.Đức Hòa` and `Xã TÂN PHÚ, Huyện Đức Hòa` are read once.

Only what the reader of units cannot tell apart is made one: letter case, blanks at commas and dots, short and long kind words.
An X stays where it may be a xóm, and so do letters without a dot.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LONG = {"h.": ("huyện", "huyen"), "q.": ("quận", "quan"), "t.": ("tỉnh", "tinh")}
_COMMUNE_KIND = re.compile(r"(?<![^\s,])(?:xã|xa|x|phường|phuong|p|f|tt|đặc khu|dac khu|đk|dk)(?![^\W\d_])")
_SHORT = {
    "thành phố ": "tp ", "thanh pho ": "tp ", "tp.": "tp ", "thị xã ": "tx ", "thi xa ": "tx ", "tx.": "tx ",
    "thị trấn ": "tt ", "thi tran ": "tt ", "tt.": "tt ",
}  # fmt: skip
_KINDS = re.compile(
    r"(?<![^\s,])(?:(?P<long>[hqt]\.)|(?P<short>t[pxt]\.|thành phố |thanh pho |thị xã |thi xa |thị trấn |thi tran )"
    r"|(?P<ward>p\.|f\.|p |f |phường |phuong ))(?=[^\W\d_]{2})"
    r"|(?<![^\s,])(?P<number>p[. ]?|f[. ]?|phường[ ]?|q[. ]?|quận[ ]?)(?=\d{1,2}(?![\d/a-z]))"
)


def ending_key(ending: str, headed: bool) -> str:
    """The one spelling of an ending that is written in any of these ways; `headed` says whether something stands before it."""
    key = ",".join([_part(part) for part in ending.lower().replace(", ", ",").replace(". ", ".").split(",")])
    if headed and key[:2] in ("x.", "x ") and not _COMMUNE_KIND.search(key, 2):
        return ("xa " if key.isascii() else "xã ") + key[2:]
    return key


@lru_cache(maxsize=100_000)
def _part(part: str) -> str:
    plain = part.isascii()
    return _KINDS.sub(lambda match: _spelled(match, plain), part.strip(" "))


def _spelled(match: re.Match[str], plain: bool) -> str:
    written = match.group()
    if match["short"]:
        return _SHORT[written]
    if match["long"]:
        return _LONG[written][plain] + " "
    if match["ward"] or written[0] in "pf":
        return "phuong " if plain else "phường "
    return "quan " if plain else "quận "
