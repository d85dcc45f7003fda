"""Headers that mean the same in the files of every partner: how people call a number, a birth date, a phone, a place of residence.

Two of them joined by a stroke ("Số CCCD/ĐDCN") are known as well, where both mean the same field.
"""

from __future__ import annotations

IDENTITY = (
    "Số giấy tờ", "Số GTTT", "GTTT", "Số giấy tờ tùy thân", "Giấy tờ tùy thân", "Giấy tờ", "CCCD", "Số CCCD", "CMND", "Số CMND", "CMND/CCCD", "CCCD/CMND",
    "Số CMND/CCCD", "Số CCCD/CMND", "CMT", "Số CMT", "CMTND", "Số CMTND", "Chứng minh nhân dân", "Số chứng minh nhân dân", "Căn cước", "Số căn cước",
    "Căn cước công dân", "Số căn cước công dân", "Số thẻ căn cước", "Số thẻ CCCD", "ĐDCN", "Số ĐDCN", "Định danh", "Định danh cá nhân", "Số định danh",
    "Số định danh cá nhân", "Mã định danh", "Mã định danh cá nhân", "Số CMND/CCCD/Hộ chiếu", "CMND/CCCD/Hộ chiếu", "CCCD/CMND/Hộ chiếu",
    "Số CCCD/CMND/Hộ chiếu", "CMND/HC", "CCCD/HC", "Số CCCD/HC", "So_GTTT", "So_CMT",
    "ID number", "Identity number", "National ID", "ID card number", "Personal ID number",
)  # fmt: skip
PHONE = (
    "Số điện thoại", "Điện thoại", "SĐT", "ĐT", "Di động", "Số ĐT", "DThoai", "Số di động", "Điện thoại di động", "Số điện thoại di động", "ĐTDĐ", "Số ĐTDĐ",
    "SĐT liên hệ", "Số ĐT liên hệ", "Điện thoại liên hệ", "Số điện thoại liên hệ", "Phone", "Phone number", "Mobile", "Mobile phone", "Tel",
)  # fmt: skip
BIRTH = (
    "Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "NTNS", "Năm sinh", "Sinh ngày", "NgaySinh", "Ngay_Sinh", "Birth date", "Date of birth", "DOB",
)  # fmt: skip
SEX = ("Giới tính", "Giới", "Phái", "GioiTinh", "Sex", "Gender")
PERSON = ("Họ và tên", "Họ tên", "Họ, chữ đệm và tên", "Họ và tên khai sinh", "Full name", "Name")
RESIDENCE = (
    "Địa chỉ", "Nơi thường trú", "Địa chỉ thường trú", "Hộ khẩu thường trú", "HKTT", "Thường trú", "Nơi đăng ký thường trú", "Nơi cư trú", "Nơi ở", "Chỗ ở",
    "Chỗ ở hiện nay", "Nơi ở hiện tại", "Địa chỉ liên hệ", "Địa chỉ cư trú", "DiaChi", "Dia_Chi", "Đ/c", "Address", "Home address", "Permanent address",
)  # fmt: skip
