"""A list of people of any office: payees of a pension, insured persons, subscribers, pupils. For a partner without a declaration of its own.

Whoever is on the list stands there with what the office wrote down: a number, a birth date, an address, a phone, or none of them.
Where there is an address it is judged as the person's residence. No age is asked for, and papers are not compulsory.
"""

from __future__ import annotations

from matching.source_words import BIRTH, IDENTITY, PERSON, PHONE, RESIDENCE, SEX
from matching.sources import Field, Source

SOURCE = Source(
    name="people",
    title_vi="Danh sách người",
    title_en="a list of people",
    role="partner",
    fields=(
        Field("record_id", "key", (
            "Mã", "Mã số", "Mã hồ sơ", "Số hồ sơ", "Mã đối tượng", "Mã người hưởng", "Mã khách hàng", "Mã KH", "Mã thuê bao", "Số thuê bao", "Mã số BHXH", "Số BHXH", "Số sổ BHXH",
            "Mã thẻ BHYT", "Số thẻ BHYT", "Mã số thuế", "MST", "Mã sinh viên", "Mã học sinh", "Mã bệnh nhân", "Mã nhân viên", "Mã hội viên", "Record ID", "Code", "Customer ID",
        ), required=True),
        Field("holder_name", "name", (
            *PERSON, "Tên", "Họ tên người hưởng", "Họ và tên người hưởng", "Tên khách hàng", "Tên KH", "Họ tên khách hàng", "Họ và tên khách hàng", "Tên thuê bao", "Họ tên chủ thuê bao",
            "Chủ thuê bao", "Tên chủ thuê bao", "Họ tên chủ hộ", "Họ và tên chủ hộ", "Họ tên người tham gia", "Họ và tên người tham gia", "Customer name",
        ), required=True),
        Field("id_number", "id_number", IDENTITY),
        Field("birth_date", "date", BIRTH),
        Field("sex", "sex", SEX),
        Field("phone", "phone", PHONE),
        Field("address", "address", RESIDENCE),
    ),
    place="address",
)  # fmt: skip
