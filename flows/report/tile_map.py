"""The 34 provinces as a map of tiles, roughly where they lie, each with its mismatches and as dark as its rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from flows.report.svg import drawing, percent, thousands, told
from flows.report.words import Words

# Province code: column, row, short name. Codes of QĐ 19/2025/QĐ-TTg; places are ours, for the eye only.
TILES: Mapping[str, tuple[int, int, str]] = {
    "12": (0, 0, "Lai Châu"), "15": (1, 0, "Lào Cai"), "08": (2, 0, "T. Quang"), "04": (3, 0, "Cao Bằng"),
    "11": (0, 1, "Điện Biên"), "14": (1, 1, "Sơn La"), "25": (2, 1, "Phú Thọ"), "19": (3, 1, "T. Nguyên"), "20": (4, 1, "Lạng Sơn"),
    "01": (2, 2, "Hà Nội"), "24": (3, 2, "Bắc Ninh"), "22": (4, 2, "Q. Ninh"),
    "38": (1, 3, "T. Hóa"), "37": (2, 3, "Ninh Bình"), "33": (3, 3, "Hưng Yên"), "31": (4, 3, "Hải Phòng"),
    "40": (1, 4, "Nghệ An"),
    "42": (1, 5, "Hà Tĩnh"), "44": (2, 5, "Quảng Trị"),
    "46": (2, 6, "Huế"), "48": (3, 6, "Đà Nẵng"),
    "51": (3, 7, "Q. Ngãi"), "52": (3, 8, "Gia Lai"), "66": (3, 9, "Đắk Lắk"),
    "80": (1, 10, "Tây Ninh"), "75": (2, 10, "Đồng Nai"), "68": (3, 10, "Lâm Đồng"), "56": (4, 10, "K. Hòa"),
    "91": (0, 11, "An Giang"), "82": (1, 11, "Đ. Tháp"), "79": (2, 11, "TP. HCM"),
    "92": (0, 12, "Cần Thơ"), "86": (1, 12, "Vĩnh Long"), "96": (0, 13, "Cà Mau"),
}  # fmt: skip
_SIZE, _TALL, _GAP = 76, 46, 4
STEPS = 6
FEW = 30
"""Linked records below which a province's rate is not coloured: one mismatch of one record is no province of mismatches."""


def province_map(provinces: Sequence[Mapping[str, Any]], lang: str) -> Markup:
    """The drawing: mismatches in the tile, from pale (lowest rate of the linked) to dark (highest); framed tiles have no records, grey ones few."""
    by_code = {province["code"]: province for province in provinces}
    rates = {code: p["mismatches"] / p["linked"] for code, p in by_code.items() if code in TILES and p["linked"]}
    grey = {province["code"] for province in few(provinces)}
    told_by = {code: rate for code, rate in rates.items() if code not in grey}
    low, high = min(told_by.values(), default=0.0), max(told_by.values(), default=0.0)
    darkness = {code: 1 + round((STEPS - 1) * (rate - low) / (high - low)) if high > low else 3 for code, rate in told_by.items()}
    tiles = (_tile(code, by_code.get(code), rates.get(code), darkness.get(code, 0), lang) for code in TILES)
    width, height = 5 * (_SIZE + _GAP), 14 * (_TALL + _GAP)
    title = told(Words("Sai lệch theo tỉnh, thành phố", "mismatches by province"), lang)
    return drawing(width, height, title, "".join(tiles), "tiles-map")


def few(provinces: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The provinces on the map with fewer than FEW linked records, if others have more: what they have is too little to be a rate."""
    placed = [province for province in provinces if province["code"] in TILES]
    small = [province for province in placed if province["linked"] < FEW]
    return small if len(small) < len(placed) else []


def step(share: float | None, most: float) -> int:
    """How dark: 0 for nothing, else 1 to 6 in proportion to the greatest."""
    return 0 if not share or not most else max(1, min(STEPS, -int(-STEPS * share / most // 1)))


def _tile(code: str, province: Mapping[str, Any] | None, rate: float | None, dark: int, lang: str) -> str:
    column, row, short = TILES[code]
    x, y = column * (_SIZE + _GAP), row * (_TALL + _GAP)
    if province is None:
        return (
            f'<g class="tile-none"><rect x="{x}" y="{y}" width="{_SIZE}" height="{_TALL}" rx="6"/>'
            f'<text x="{x + _SIZE / 2:g}" y="{y + 28}" text-anchor="middle">{short}</text></g>'
        )
    told_title = told(Words("sai lệch của số đã liên kết", "mismatches of the linked"), lang)
    title = f"{province['name']}: {thousands(province['mismatches'])}, {percent(rate)} {told_title}"
    return (
        f'<g><title>{escape(title)}</title><rect class="t{dark}" x="{x}" y="{y}" width="{_SIZE}" height="{_TALL}" rx="6"/>'
        f'<text x="{x + _SIZE / 2:g}" y="{y + 18}" text-anchor="middle">{short}</text>'
        f'<text class="strong" x="{x + _SIZE / 2:g}" y="{y + 36}" text-anchor="middle">{thousands(province["mismatches"])}</text></g>'
    )
