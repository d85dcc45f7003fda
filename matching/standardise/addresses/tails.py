"""What stands behind the last unit of an address and says nothing: the country, a post code, the code of a commune."""

from __future__ import annotations

import re

_READ = 24
"""Characters at the end that are looked at."""
_MAYBE = ("Nam", "nam", "NAM", "VN", "vn", ".N", *"0123456789).,;- ")
_TAIL = re.compile(
    r"[\s,.;(/_-]+(?:(?:việt|viet) ?nam|v\.?n|(?:mã (?:xã|phường|số|bưu chính|bưu điện)[ :]*|mx[ :.]*)?\d{5,6})[\s.,;)-]*$",
    re.IGNORECASE,
)


def without_tail(text: str) -> str:
    """The text up to its last unit: `…, Thanh Hóa, Việt Nam`, `…, TP.HCM 700000`, `… (25978)`; a text that is nothing else stays."""
    if not text.endswith(_MAYBE):
        return text
    for _ in range(2):
        match = _TAIL.search(text, max(0, len(text) - _READ))
        if match is None or not match.start():
            return text
        text = text[: match.start()] + (")" if text.count("(", 0, match.start()) > text.count(")", 0, match.start()) else "")
    return text
