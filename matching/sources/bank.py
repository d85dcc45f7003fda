"""Bank customers: who holds an account. Birth date and sex are known, no address is asked for, so residence is not judged.

Whoever opens an account is at least 15 (Circular 17/2024/TT-NHNN, Art. 11); papers are compulsory there, so a missing number is told.
"""

from __future__ import annotations

from matching.source_words import BIRTH, IDENTITY, PHONE, SEX
from matching.sources import Field, Source

SOURCE = Source(
    name="bank",
    title_vi="Khách hàng ngân hàng",
    title_en="bank customers",
    role="partner",
    fields=(
        Field("record_id", "key", ("Mã khách hàng", "Mã KH", "MaKH", "Số CIF", "CIF", "Mã CIF", "Số tài khoản", "Customer ID", "Customer code", "CIF number", "Account number"), required=True),
        Field("holder_name", "name", ("Họ và tên", "Họ tên", "Tên khách hàng", "Tên KH", "TenKH", "Chủ tài khoản", "Tên chủ tài khoản", "Họ tên khách hàng", "Họ và tên khách hàng", "Họ tên KH", "Full name", "Customer name", "Account holder"), required=True),
        Field("id_number", "id_number", IDENTITY),
        Field("birth_date", "date", BIRTH),
        Field("sex", "sex", SEX),
        Field("phone", "phone", PHONE),
        Field("opened_on", "date", ("Ngày mở tài khoản", "Ngày mở TK", "Ngày mở", "Opening date", "Date opened", "Opened on")),
    ),
    minimum_age=15,
    age_on="opened_on",
    id_compulsory=True,
)  # fmt: skip
