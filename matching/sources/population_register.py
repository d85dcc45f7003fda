"""The population register: one row a resident (Law on Identity 26/2023/QH15, Art. 9 lists what the database holds)."""

from __future__ import annotations

from matching.sources import Field, Source


def _place(name: str, *words: str) -> tuple[Field, ...]:
    """An address as one text, or as a detail with coded units: `permanent_address` or `permanent_detail` + codes."""
    return (
        Field(f"{name}_address", "address", words),
        Field(f"{name}_detail", "text", tuple(form.format(word) for word in words for form in ("{} chi tiết", "Chi tiết {}", "Địa chỉ chi tiết {}", "Số nhà, đường {}", "Số nhà {}"))),
        Field(f"{name}_commune_code", "code", tuple(form.format(word) for word in words for form in ("Mã xã {}", "Mã phường xã {}", "Mã xã phường {}", "Mã ĐVHC xã {}", "Mã ĐVHC cấp xã {}"))),
        Field(f"{name}_district_code", "code", tuple(form.format(word) for word in words for form in ("Mã huyện {}", "Mã quận huyện {}", "Mã ĐVHC cấp huyện {}"))),
        Field(f"{name}_province_code", "code", tuple(form.format(word) for word in words for form in ("Mã tỉnh {}", "Mã tỉnh thành phố {}", "Mã ĐVHC cấp tỉnh {}"))),
    )  # fmt: skip


SOURCE = Source(
    name="population_register",
    title_vi="Cơ sở dữ liệu quốc gia về dân cư",
    title_en="population register",
    role="register",
    fields=(
        Field("person_id", "key", ("Mã cư dân", "Mã công dân", "Mã nhân khẩu", "Mã định danh nội bộ", "Mã người", "Person ID", "ID nhân khẩu", "Mã NK"), required=True),
        Field("id_number", "id_number", ("Số định danh cá nhân", "Số định danh", "Số ĐDCN", "ĐDCN", "Số CCCD", "CCCD", "Căn cước công dân", "Số căn cước", "Số căn cước công dân", "Mã định danh cá nhân", "Personal number", "Personal ID number", "ID number", "Citizen ID")),
        Field("old_id_number", "old_id_number", ("Số CMND", "CMND", "Số CMND cũ", "CMND 9 số", "Số CMND 9 số", "Chứng minh nhân dân", "Số chứng minh nhân dân", "Old ID number", "Old ID")),
        Field("full_name", "name", ("Họ, chữ đệm và tên khai sinh", "Họ và tên", "Họ tên", "Họ và tên khai sinh", "Họ tên khai sinh", "Họ, chữ đệm và tên", "Tên công dân", "Full name", "Name"), required=True),
        Field("other_name", "name", ("Tên gọi khác", "Bí danh", "Tên khác", "Other name", "Alias")),
        Field("birth_date", "date", ("Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "NTNS", "Năm sinh", "Birth date", "Date of birth", "DOB")),
        Field("sex", "sex", ("Giới tính", "Giới", "Phái", "Sex", "Gender")),
        Field("household_id", "text", ("Mã hộ", "Số hộ khẩu", "Mã hộ gia đình", "Số hồ sơ cư trú", "Mã hộ khẩu", "Số sổ hộ khẩu", "Household ID", "Household")),
        Field("relationship", "text", ("Quan hệ với chủ hộ", "QH với chủ hộ", "Quan hệ chủ hộ", "Relationship", "Relationship to head")),
        *_place("permanent", "Nơi thường trú", "Thường trú", "Địa chỉ thường trú", "Nơi đăng ký thường trú", "HKTT", "Hộ khẩu thường trú", "Permanent address", "Permanent residence"),
        *_place("temporary", "Nơi tạm trú", "Tạm trú", "Địa chỉ tạm trú", "Nơi đăng ký tạm trú", "Temporary address", "Temporary residence"),
        *_place("current", "Nơi ở hiện tại", "Nơi ở hiện nay", "Chỗ ở hiện tại", "Chỗ ở hiện nay", "Địa chỉ hiện tại", "Địa chỉ nơi ở hiện tại", "Current address", "Current residence"),
        Field("temporary_until", "date", ("Tạm trú đến ngày", "Thời hạn tạm trú", "Hạn tạm trú", "Ngày hết hạn tạm trú", "Temporary until")),
        Field("status", "status", ("Tình trạng", "Trạng thái", "Tình trạng nhân khẩu", "Trạng thái công dân", "Tình trạng cư trú", "Status", "Life status")),
        Field("status_date", "date", ("Ngày ghi nhận tình trạng", "Ngày tình trạng", "Ngày trạng thái", "Ngày cập nhật tình trạng", "Ngày chết", "Ngày mất", "Status date")),
    ),
)  # fmt: skip
