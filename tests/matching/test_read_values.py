"""How a row's numbers, dates and phones were read is told with the raw value."""

from __future__ import annotations

import unicodedata

import pytest

from matching.read_values import read_values


@pytest.mark.parametrize(
    ("field", "raw", "told"),
    [
        ("id_number", "001085012345", ()),
        ("id_number", "1085012345", ("id_number: 1085012345 → 001085012345 (zero_lost)",)),
        ("id_number", "OO1085012345", ("id_number: OO1085012345 → 001085012345 (letters_as_digits)",)),
        ("id_number", "079 085 012 345", ("id_number: 079 085 012 345 → 079085012345 (blanks)",)),
        ("old_id_number", "012345678", ("old_id_number: 012345678 → 012345678 (invalid)",)),
        ("old_id_number", "23456781", ("old_id_number: 23456781 → 023456781 (old_zero_lost)",)),
        ("old_id_number", "023456781", ()),
        ("birth_date", "03/02/1970", ()),
        ("birth_date", "1970-02-03", ()),
        ("birth_date", "25600", ("birth_date: 25600 → 1970-02-01",)),
        ("birth_date", "01/01/1948", ("birth_date: 01/01/1948 → 01/01/1948 (first_january)",)),
        ("birth_date", "1948", ("birth_date: 1948 → 1948 (year_only)",)),
        ("status_date", "31/02/2020", ("status_date: 31/02/2020 → ? (invalid)",)),
        ("temporary_until", "3-Feb-2027", ("temporary_until: 3-Feb-2027 → 2027-02-03",)),
        ("phone", "0912345678", ()),
        ("phone", "01681234567", ("phone: 01681234567 → 0381234567 (old_prefix)",)),
        ("phone", "+84 912 345 678", ("phone: +84 912 345 678 → 0912345678",)),
        ("address", "Số 12, đường Lê Lợi, phường Bến Thành", ()),
        (
            "address",
            "ẤPTÂN LẬP, X. An Thọhuyện Tuy An",
            ("address: ẤPTÂN LẬP, X. An Thọhuyện Tuy An → ẤP TÂN LẬP, X. An Thọ huyện Tuy An (respelt)",),
        ),
        ("permanent_detail", "KÓM 3", ("permanent_detail: KÓM 3 → KHÓM 3 (respelt)",)),
        ("current_address", "sn 12 ng.5 Thôn Đông", ("current_address: sn 12 ng.5 Thôn Đông → sn 12 ngõ 5 Thôn Đông (respelt)",)),
        ("address", "Thoân 3, Xaõ Taân Phuù", ("address: Thoân 3, Xaõ Taân Phuù → Thôn 3, Xã Tân Phú (vni)",)),
        ("address", "Thôn  3,\tXã Tân Phú", ("address: Thôn  3,\tXã Tân Phú → Thôn 3, Xã Tân Phú (blanks)",)),
        (
            "address",
            unicodedata.normalize("NFD", "Xã Phú"),
            (f"address: {unicodedata.normalize('NFD', 'Xã Phú')} → {unicodedata.normalize('NFD', 'Xã Phú')} (nfd)",),
        ),
        ("permanent_commune_code", "00001", ()),
        ("full_name", "NGUYỄN VĂN AN", ()),
        ("birth_date", None, ()),
    ],
)
def test_read_as(field: str, raw: str | None, told: tuple[str, ...]) -> None:
    assert read_values({field: raw, "line": 7}) == told
