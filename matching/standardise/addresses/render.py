"""An address written out again in the canonical order, so that a person can read what was understood."""

from __future__ import annotations

from datetime import date

from matching.standardise.addresses.model import Address, Detail, Place
from matching.standardise.admin_units import Gazetteer

HAMLET_NAMES = {
    "thon": "Thôn", "ap": "Ấp", "xom": "Xóm", "ban": "Bản", "buon": "Buôn", "bon": "Bon", "lang": "Làng", "khoi": "Khối", "khom": "Khóm", "khu pho": "Khu phố",
    "to dan pho": "Tổ dân phố", "khu vuc": "Khu vực", "phum": "Phum", "soc": "Sóc", "plei": "Plei", "doi": "Đội", "khu": "Khu", "tieu khu": "Tiểu khu",
    "chung cu": "Chung cư", "kdc": "Khu dân cư", "kdt": "Khu đô thị", "tdc": "Khu TĐC", "ktt": "Khu tập thể", "cu xa": "Cư xá",
}  # fmt: skip
_ROAD_WORDS = (
    "đường",
    "duong",
    "phố",
    "pho ",
    "đ.",
    "d.",
    "quốc lộ",
    "ql",
    "tỉnh lộ",
    "tl",
    "đt",
    "dt",
    "hương lộ",
    "hl",
    "đại lộ",
    "ngõ",
    "p.",
)


def render(address: Address, gazetteer: Gazetteer, as_of: date) -> str:
    """`Số 4 ngõ 12/3 đường Lê Lợi, Tổ 5, Phường Bến Thành, Thành phố Hồ Chí Minh`; parsing it again gives the same address.

    An old unit that is unique is written in its old form; of an ambiguous place only the province is written.
    """
    return ", ".join(part for part in (*_detail(address.detail), _place(address.place, gazetteer, as_of)) if part)


def _place(place: Place, gazetteer: Gazetteer, as_of: date) -> str | None:
    if place.written_commune:
        return gazetteer.old_display(place.written_commune)
    if place.commune:
        return gazetteer.display(place.commune, as_of)
    return gazetteer.province_name(place.province, as_of) if place.province else None


def _detail(detail: Detail) -> list[str | None]:
    door = f"Số {detail.house}" if detail.house else None
    if detail.alley:
        door = f"{door or ''} ngõ {detail.alley}".strip()
    street = detail.street_display
    if street and not street.lower().startswith(_ROAD_WORDS):
        street = f"đường {street}"
    group = detail.unit_group if not detail.unit_group or " " in detail.unit_group else f"Tổ {detail.unit_group}"
    return [detail.building, f"{door} {street}" if door and street else door or street, group, _hamlet(detail)]


def _hamlet(detail: Detail) -> str | None:
    if detail.hamlet is None or detail.hamlet_kind is None:
        return detail.hamlet_display
    written = (detail.hamlet_display or "").lower()
    if written and written[:2].rstrip(". ") not in ("t", "x", "b", "a", "k"):
        return detail.hamlet_display
    return f"{HAMLET_NAMES[detail.hamlet_kind]} {detail.hamlet}"
