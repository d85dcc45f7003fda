"""Findings about who lives at the place. Not living there is no error in itself: owners and landlords may hold contracts."""

from __future__ import annotations

from matching.findings.declaration import Finding, Text, always

DUPLICATE_AT_PLACE = Finding(
    code="DUPLICATE_AT_PLACE",
    severity="field",
    condition="duplicates IS NOT NULL",
    evidence={"place": "place_raw", "records": "duplicates", "record_ids": "duplicate_ids"},
    sentence=always(
        "Một hộ có {records} hồ sơ sinh hoạt tại cùng một địa điểm: {record_ids}.",
        "One household holds {records} household records at one place: {record_ids}.",
    ),
    action=always(
        "Kiểm tra tại chỗ; gộp hoặc chấm dứt hồ sơ thừa nếu đúng là một hộ.",
        "Check on the spot; merge or end the surplus records if it is one household.",
    ),
)

_ELSEWHERE = {
    "holder": "register_name",
    "place": "place_raw",
    "permanent": "permanent",
    "temporary": "temporary",
    "current": "current",
}
_NO_ERROR_VI = " Riêng điều này chưa phải là sai sót: chủ nhà hoặc người cho thuê vẫn có thể đứng tên."
_NO_ERROR_EN = " This is no error in itself: an owner or landlord may be the holder."

RESIDENCE_ELSEWHERE = Finding(
    code="RESIDENCE_ELSEWHERE",
    severity={"province": "field", "commune": "field", "street": "review", "house": "review"},
    condition="residence = 'none'",
    level="place_level",
    evidence=_ELSEWHERE,
    sentence={
        "province": Text(
            "{holder} không thường trú, không tạm trú và hiện không ở nơi này: nơi cư trú thuộc tỉnh, thành phố khác." + _NO_ERROR_VI,
            "{holder} has no permanent, temporary or current residence at the place: it is in another province." + _NO_ERROR_EN,
        ),
        "commune": Text(
            "{holder} không thường trú, không tạm trú và hiện không ở nơi này: nơi cư trú thuộc xã, phường khác cùng tỉnh, thành phố."
            + _NO_ERROR_VI,
            "{holder} has no permanent, temporary or current residence at the place: it is in another commune of the province."
            + _NO_ERROR_EN,
        ),
        "street": Text(
            "{holder} cư trú cùng xã, phường nhưng ở đường, thôn khác với nơi này." + _NO_ERROR_VI,
            "{holder} is resident in the same commune, but in another street or hamlet than the place." + _NO_ERROR_EN,
        ),
        "house": Text(
            "{holder} cư trú cùng đường, thôn nhưng ở số nhà khác với nơi này." + _NO_ERROR_VI,
            "{holder} is resident in the same street or hamlet, but at another house number." + _NO_ERROR_EN,
        ),
    },
    action={
        "province": Text(
            "Xác nhận ai đang sử dụng tại địa chỉ; đổi người đứng tên nếu đã chuyển đi hoặc bán nhà, giữ nguyên nếu là chủ nhà.",
            "Confirm who uses the place; change the holder if they moved or sold it, leave it if they own it.",
        ),
        "commune": Text(
            "Xác nhận ai đang sử dụng tại địa chỉ; đổi người đứng tên nếu đã chuyển đi hoặc bán nhà, giữ nguyên nếu là chủ nhà.",
            "Confirm who uses the place; change the holder if they moved or sold it, leave it if they own it.",
        ),
        "": Text(
            "Xem địa chỉ có được đánh số lại hoặc ghi nhầm không; giữ nguyên nếu là chủ nhà.",
            "Check whether the address was renumbered or mistyped; leave it if the holder owns the place.",
        ),
    },
)

HOUSEHOLD_MEMBER_RESIDENT = Finding(
    code="HOUSEHOLD_MEMBER_RESIDENT",
    severity="review",
    condition="residence = 'none' AND member_name IS NOT NULL",
    evidence={
        "holder": "register_name",
        "member": "member_name",
        "member_person_id": "member_person_id",
        "relationship": "member_relationship",
        "place": "place_raw",
    },
    sentence=always(
        "{holder} không cư trú tại nơi này nhưng {member}[ ({relationship})] cùng hộ thì có.",
        "{holder} is not resident at the place, but {member}[ ({relationship})] of the same household is.",
    ),
    action=always(
        "Hỏi hộ có muốn chuyển tên cho người đang ở tại địa chỉ không.",
        "Ask the household whether the member who lives there should become the holder.",
    ),
)

OTHER_HOUSEHOLD_AT_PLACE = Finding(
    code="OTHER_HOUSEHOLD_AT_PLACE",
    severity="review",
    condition="residence = 'none' AND households IS NOT NULL",
    evidence={
        "holder": "register_name",
        "households": "households",
        "resident": "neighbour_name",
        "resident_person_id": "neighbour_person_id",
        "place": "place_raw",
    },
    sentence=always(
        "Tại nơi này có {households} hộ khác đăng ký cư trú (ví dụ {resident}), không phải hộ của {holder}.",
        "{households} other household(s) are registered at the place (such as {resident}), not that of {holder}.",
    ),
    action=always(
        "Xác nhận đây là người thuê, người mua nhà hay người thân; đổi người đứng tên nếu nhà đã bán.",
        "Settle whether they are tenants, buyers or relatives; change the holder if the place was sold.",
    ),
)
