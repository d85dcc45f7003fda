"""Findings about the record's own address and phone: renamed, ambiguous, unreadable, contradictory, incomplete, outdated."""

from __future__ import annotations

from matching.findings.declaration import Finding, Text, always

ADDRESS_REORGANISED = Finding(
    code="ADDRESS_REORGANISED",
    severity="benign",
    condition="place_reorganised AND place_commune IS NOT NULL AND NOT place_contradicts",
    evidence={"place": "place_raw", "commune": "place_commune", "today": "today", "act": "act"},
    suggested="today_form",
    sentence=always(
        "Địa chỉ ghi theo tên trước khi sắp xếp đơn vị hành chính; nay là {today}[ ({act})].",
        "The address uses names from before a reorganisation; today it is {today}[ ({act})].",
    ),
    action=always("Không cần xử lý; có thể cập nhật tên đơn vị hành chính mới.", "Nothing to do; the new names may be taken over."),
)

# Of several communes that a name may be, the register's has to be one: where the residence is elsewhere under every reading,
# RESIDENCE_ELSEWHERE says so. A name that two eras bear is worth knowing in any case; no commune at all is ADDRESS_INCOMPLETE.
ADDRESS_AMBIGUOUS = Finding(
    code="ADDRESS_AMBIGUOUS",
    severity="benign",
    condition="len(place_communes) > 1 AND NOT place_contradicts AND NOT place_communeless AND (coalesce(place_near, FALSE) OR place_era = 'both')",
    form="CASE WHEN place_era = 'both' THEN 'eras' ELSE 'split' END",
    evidence={
        "place": "place_raw",
        "communes": "list_sort(place_communes)",
        "candidates": "commune_names",
        "register": "agreeing",
    },
    suggested="resident_form",
    sentence={
        "split": Text(
            "Xã, phường ghi trong địa chỉ nay có thể thuộc nhiều đơn vị: {candidates}.",
            "The commune of the address may today be any of: {candidates}.",
        ),
        "eras": Text(
            "Tên xã, phường này có cả trước và sau khi sắp xếp, nhưng chỉ những nơi khác nhau: {candidates}.",
            "The name of the commune is valid before and after the reorganisation, for different areas: {candidates}.",
        ),
    },
    action=always("Ghi rõ xã, phường hiện nay khi có dịp liên hệ.", "Record today's commune at the next contact."),
)

ADDRESS_UNREADABLE = Finding(
    code="ADDRESS_UNREADABLE",
    severity="review",
    needs_link=False,
    condition="place_unreadable",
    evidence={"place": "place_raw"},
    sentence=always(
        "Không nhận ra được đơn vị hành chính, đường hay thôn nào trong địa chỉ {place}.",
        "No administrative unit, street or hamlet could be recognised in the address {place}.",
    ),
    action=always("Ghi lại địa chỉ.", "Record the address anew."),
)

ADDRESS_CONTRADICTS = Finding(
    code="ADDRESS_CONTRADICTS",
    severity="review",
    needs_link=False,
    condition="place_contradicts",
    evidence={
        "place": "place_raw",
        "communes": "list_sort(place_communes)",
        "candidates": "commune_names",
        "province": "place_province",
    },
    sentence=always(
        "Địa chỉ mâu thuẫn: xã, phường không thuộc huyện hoặc tỉnh đã ghi ({place}).",
        "The address contradicts itself: the commune does not lie in the stated district or province ({place}).",
    ),
    action=always("Xác định cấp nào ghi sai và sửa lại.", "Settle which level is wrong and correct it."),
)

ADDRESS_INCOMPLETE = Finding(
    code="ADDRESS_INCOMPLETE",
    severity="benign",
    condition="residence = 'unknown' AND unjudged IN ('no_place', 'levels', 'register')",
    form="unjudged",
    evidence={"place": "place_raw", "permanent": "permanent", "temporary": "temporary", "current": "current"},
    sentence={
        "no_place": Text(
            "Hồ sơ không có địa chỉ nên không xét được nơi cư trú.",
            "The record has no address, so residence cannot be judged.",
        ),
        "levels": Text(
            "Địa chỉ {place} chưa đủ cấp để xét nơi cư trú.",
            "The address {place} lacks levels that residence could be judged by.",
        ),
        "register": Text(
            "Cơ sở dữ liệu dân cư thiếu nơi cư trú của người này nên không xét được.",
            "The register lacks this person's residence, so it cannot be judged.",
        ),
    },
    action=always("Bổ sung địa chỉ khi có dịp liên hệ.", "Complete the address at the next contact."),
)

PHONE_OLD_PREFIX = Finding(
    code="PHONE_OLD_PREFIX",
    severity="benign",
    needs_link=False,
    condition="phone_old_prefix",
    evidence={"today": "phone"},
    suggested="phone",
    sentence=always(
        "Số điện thoại ghi theo đầu số 11 chữ số trước năm 2018[; nay là {today}].",
        "The phone number has an 11-digit prefix of before 2018[; today it is {today}].",
    ),
    action=always("Cập nhật đầu số di động mới.", "Update the mobile prefix."),
)
