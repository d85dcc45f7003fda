"""Words that say what a part of an address is: kinds of units, of hamlets, of roads and of buildings, and how they are short."""

from __future__ import annotations

from matching.standardise.syllables import is_plain_syllable


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


def one_slip_off(word: str) -> set[str]:
    """Every way to type a word with one slip that is no Vietnamese syllable itself: phuog, phunog, but not phung."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b} | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    found |= {a + c + b[1:] for a, b in cuts if b for c in letters} | {a + c + b for a, b in cuts for c in letters}
    return {slip for slip in found if not is_plain_syllable(slip)}


UNIT_WORDS: dict[str, str] = {
    **dict.fromkeys(("phuong", "phuon", "p", "f", "ph", "phg", "fuong", "puong", "ward"), "P"),
    **dict.fromkeys(("xa", "x", "commune"), "X"),
    **dict.fromkeys(("tt", "thitran", "ttr", "town"), "T"),
    **dict.fromkeys(("dackhu", "dk"), "D"),
    **dict.fromkeys(("quan", "q", "qu", "district", "dist"), "Q"),
    **dict.fromkeys(("huyen", "h"), "H"),
    **dict.fromkeys(("tx", "thixa"), "TX"),
    **dict.fromkeys(("tp", "thanhpho", "tpho", "city"), "TP"),
    **dict.fromkeys(("tinh", "t", "province"), "TI"),
}
"""First word of a unit -> its kind. P, X, T, D are communes; Q, H, TX districts; TP a district or a province; TI a province."""

UNIT_WORDS |= {word: kind for right, kind in (("phuong", "P"), ("huyen", "H")) for word in one_slip_off(right)}

UNIT_PAIRS: dict[tuple[str, str], str] = {
    ("thi", "tran"): "T", ("thi", "xa"): "TX", ("thanh", "pho"): "TP", ("dac", "khu"): "D", ("thu", "do"): "TP",
    ("t", "p"): "TP", ("t", "x"): "TX", ("t", "t"): "T", ("th", "pho"): "TP", ("thi", "tr"): "T", ("t", "pho"): "TP",
}  # fmt: skip

NOT_UNIT_WORDS = words(
    "phương phượng phướng phưởng xá xà xạ xả quán quân quản quàn quạn huyền huyên huyến tĩnh tình tính tịnh trần trân tràn phở "
    "thánh thân thần thì thí"
)
"""Accented words whose folded form is a unit word but which belong to names: Phúc Xá, Quán Thánh, Hà Tĩnh, Thị Trân."""

COMMUNE_KINDS = frozenset("PXTD")
DISTRICT_KINDS = frozenset({"Q", "H", "TX", "TP"})
PROVINCE_KINDS = frozenset({"TI", "TP"})
KIND_LETTERS = {"phường": "P", "xã": "X", "thị trấn": "T", "đặc khu": "D", "quận": "Q", "huyện": "H", "thị xã": "TX",
                "thành phố": "TP", "tỉnh": "TI", "": ""}  # fmt: skip

ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
         "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16"}  # fmt: skip

HAMLET_WORDS: dict[str, str] = {
    "thon": "thon", "ap": "ap", "xom": "xom", "ban": "ban", "buon": "buon", "bon": "bon", "lang": "lang", "khoi": "khoi",
    "khom": "khom", "kp": "khu pho", "kpho": "khu pho", "tdp": "to dan pho", "kv": "khu vuc", "phum": "phum", "soc": "soc",
    "plei": "plei", "play": "plei", "pley": "plei", "ploi": "plei", "doi": "doi", "khu": "khu", "tk": "tieu khu", "khupho": "khu pho",
    "todanpho": "to dan pho", "khuvuc": "khu vuc", "tieukhu": "tieu khu",
}  # fmt: skip
HAMLET_PHRASES: dict[tuple[str, ...], str] = {
    ("khu", "pho"): "khu pho", ("khu", "vuc"): "khu vuc", ("tieu", "khu"): "tieu khu", ("khoi", "pho"): "khoi",
    ("khoi", "xom"): "khoi", ("k", "pho"): "khu pho", ("k", "p"): "khu pho", ("thon", "buon"): "buon",
    ("to", "dan", "pho"): "to dan pho", ("to", "dp"): "to dan pho", ("lang", "ban"): "ban", ("thon", "ban"): "ban",
    ("ap", "van", "hoa"): "ap", ("thon", "van", "hoa"): "thon", ("khu", "hanh", "chinh"): "khu", ("k",): "khu", ("th",): "thon",
}  # fmt: skip

BEFORE_STREET = words("duong pho d ql tl dt hl km street dg so sn")
"""A unit's name right after one of these is a street."""
BEFORE_PLACE = words("cho cau chua den dinh truong lo ga ben")
"""At the start of a part, or after a number, these begin the name of a market, a bridge, a school: chợ Tân Bình, xa lộ Hà Nội."""
NOT_STREET_WORDS = words("dương phó phổ phở ngô kiết đuông ngọ")
HAMLET_ACCENTS = words("thôn ấp xóm bản buôn bon làng khối khóm kp tdp kv phum sóc plei đội khu tk phố")
WEAK_HAMLETS = words("lang khoi ban doi bon soc khu")
"""Words that are as often part of a name (Láng, Đồng Khởi) when the accents are lost."""
NUMBERED = words("so sn nha ngo ngach hem kiet hxh km k")
