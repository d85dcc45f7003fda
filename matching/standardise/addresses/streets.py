"""One key for a street however it is written: CMT8, Cách Mạng Tháng 8; 3/2, 3 tháng 2; QL1A, Quốc lộ 1."""

from __future__ import annotations

import re
from functools import lru_cache

from matching.standardise.addresses.lexicon import words
from matching.standardise.addresses.shortened import in_full

ABBREVIATED = {
    "cmt8": "cach mang thang tam", "cmt 8": "cach mang thang tam", "cach mang thang 8": "cach mang thang tam", "cmt tam": "cach mang thang tam",
    "cm thang 8": "cach mang thang tam", "cm thang tam": "cach mang thang tam", "xvnt": "xo viet nghe tinh", "xv nghe tinh": "xo viet nghe tinh",
    "ntmk": "nguyen thi minh khai", "nt minh khai": "nguyen thi minh khai", "n t m khai": "nguyen thi minh khai", "ng thi minh khai": "nguyen thi minh khai",
    "nkkn": "nam ky khoi nghia", "nk khoi nghia": "nam ky khoi nghia", "dbp": "dien bien phu", "xlhn": "xa lo ha noi", "xl ha noi": "xa lo ha noi",
    "hbt": "hai ba trung", "thd": "tran hung dao", "ltk": "ly thuong kiet", "nct": "nguyen chi thanh", "pvd": "pham van dong", "pdl": "phan dang luu",
    "lhp": "le hong phong", "pbc": "phan boi chau", "pct": "phan chu trinh", "tqk": "tran quang khai", "nbk": "nguyen binh khiem", "htk": "huynh thuc khang",
    "ndc": "nguyen dinh chieu", "pdp": "phan dinh phung", "hvt": "hoang van thu", "ngt": "ngo gia tu", "lqd": "le quy don", "nttn": "nguyen tat thanh",
    "phan chau trinh": "phan chu trinh", "le thanh tong": "le thanh ton",
    "dl dong tay": "dai lo dong tay", "vvk": "vo van kiet", "nvc": "nguyen van cu", "nvl": "nguyen van linh", "lvs": "le van sy", "nvt": "nguyen van troi",
    "ba thang hai": "3 thang 2", "ba muoi thang tu": "30 thang 4", "hai thang chin": "2 thang 9", "mung 2 thang 9": "2 thang 9", "mong 3 thang 2": "3 thang 2",
}  # fmt: skip
DAYS = words(
    "3/2 30/4 2/9 26/3 19/5 19/8 27/7 22/12 1/5 8/3 29/3 24/3 2/4 16/4 10/3 17/3 23/10 7/5 20/11 23/9 22/8 27/4 23/3 28/4 10/10 26/8 3/9 14/10 9/3"
)
"""Days that streets are named after; only these are read as a street where the text says no road word."""
_NAMES_LIKE_ROADS = frozenset(
    ("pho quang", "pho duc chinh", "pho co dieu", "duong dinh nghe", "duong ba trac", "duong van an", "duong quang ham", "duong khue", "duong tu giang",
     "duong cong khi", "duong van duong", "duong thi xuan quy", "duong tu quan", "duong bach mai", "duong dinh hoi", "duong hien quyen", "duong van cam",
     "duong thi muoi", "duong cat loi", "duong quang dong", "duong ton hai", "duong minh chau", "duong thuong", "duong loc", "duong thanh")
)  # fmt: skip
"""Streets named after the families Dương and Phó, and Phổ Quang: without accents they look like a road word and a name."""
_ROADS = ((r"quoc lo|ql", "ql"), (r"tinh lo|duong tinh|tl|dt|lt", "dt"), (r"huong lo|duong huyen|hl|dh", "hl"))
_ROAD = tuple((re.compile(rf"^(?:{words})[\s.]*(?:so\s*)?0*(\d+)\s?([a-z]?)(?![a-z0-9.])"), short) for words, short in _ROADS)
_CODE = re.compile(r"^(?:so )?([a-z]{0,2}) ?0*(\d+) ?([a-z]?)$")
"""Streets by number or code: `số 07`, `DX 034`, `TA15`."""
_INITIALS = re.compile(r"(?:[a-z](?:\. ?| )){2}[a-z]{2,}$")
_DAY = re.compile(r"^(?:so )?0?(\d{1,2})\s*(?:/|-|\.| thang )\s*0?(\d{1,2})$")
_KIND = re.compile(r"^(?:duong|pho|d[d9]?|dg|street|str|p|dlo|dai lo|ngo|ngach|hem|kiet)\b[\s.:]*(?=\S)")
_I_WORDS = {
    "li": "ly",
    "mi": "my",
    "qui": "quy",
    "ki": "ky",
    "si": "sy",
    "hi": "hy",
    "ti": "ty",
    "vi": "vy",
    "ng": "nguyen",
    "nguyeen": "nguyen",
}
_AFTER = re.compile(r"(?<=[a-z0-9]) (?:noi dai|keo dai|doi dien|(?:khu|gan|canh)(?= [a-z0-9]))(?![a-z]).*$")
_AFTER_WRITTEN = frozenset(("khu", "gần", "cạnh", "nối", "kéo", "đối"))
"""What follows a street's name and does not belong to it."""
_NOT_KEY = re.compile(r"[^a-z0-9/]+")


ROAD = re.compile(r"(?:ql|dt|hl|dh)\d.*")
"""Keys of roads that have a number and no name."""


@lru_cache(maxsize=50_000)
def street_key(folded: str, accented: str) -> str | None:
    """The key of a street's name, kind word dropped; None when nothing is left. `accented` is the same text as written."""
    text = _without_after(folded, accented).strip(" .,-:'/")
    text = _drop_kind(text, accented.strip(" .,-:'/").lower())
    day = _DAY.match(text)
    if day and 1 <= int(day[1]) <= 31 and 1 <= int(day[2]) <= 12:
        return f"{int(day[1])} thang {int(day[2])}"
    for pattern, short in _ROAD:
        road = pattern.match(text)
        if road:
            return short + road[1] + ("" if short == "ql" and road[1] == "1" and road[2] == "a" else road[2])
    text = " ".join(_I_WORDS.get(word, word) for word in _NOT_KEY.sub(" ", text.replace("'", "")).split())
    text = _CODE.sub(r"\1\2\3", text)
    return ABBREVIATED.get(text) or in_full(text) or None


def _without_after(folded: str, accented: str) -> str:
    """Take off what follows the name, but not the end of Nguyễn Hữu Cảnh."""
    match = _AFTER.search(folded)
    while match:
        written = accented[match.start() :].split(maxsplit=1)[:1] if len(accented) == len(folded) else []
        if not written or written[0].isascii() or written[0].lower() in _AFTER_WRITTEN:
            return folded[: match.start()]
        match = _AFTER.search(folded, match.start() + 1)
    return folded


def _is_initial(text: str) -> bool:
    """Whether what looks like a road word is the first letter of a name of three words: `P.Đ.Phùng`, but not `Đ.N.T.M.Khai`."""
    return text[1:2] in (".", " ") and _INITIALS.match(text) is not None


def _drop_kind(text: str, accented: str) -> str:
    """Take the road word off, but not off names that begin like one: Dương Đình Nghệ, Phổ Quang."""
    for _ in range(2):
        kind = _KIND.match(text)
        if not kind or _is_initial(text):
            break
        word, written = text.split(" ", maxsplit=1)[0].strip(".:"), accented.split(" ", maxsplit=1)[0].strip(".:")
        rest = text[kind.end() :]
        if written in ("dương", "phổ", "phó") or (
            word in ("ngo", "ngach", "hem", "kiet") and written not in ("ngõ", "ngách", "hẻm", "kiệt")
        ):
            break
        if written.isascii() and text in _NAMES_LIKE_ROADS:
            break
        if word in ("d", "p") and rest[:1].isdigit() and "." not in text[: kind.end()] and written != "đ" and rest not in DAYS:
            break
        text, accented = rest, accented[len(accented) - len(rest) :]
    return text
