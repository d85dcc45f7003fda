"""Findings about the person the register knows: dead, missing, absent, gone, too old or too young, another birth date."""

from __future__ import annotations

from matching.findings.declaration import Finding, Text, always

_RECORDED = "(status_date IS NULL OR status_date <= as_of)"
_STATUS_EVIDENCE = {"holder": "register_name", "status": "status", "status_date": "CAST(status_date AS VARCHAR)"}

DECEASED = Finding(
    code="DECEASED",
    severity="field",
    condition=f"status = 'deceased' AND {_RECORDED}",
    evidence=_STATUS_EVIDENCE,
    sentence=always(
        "Người đứng tên {holder} đã mất theo cơ sở dữ liệu dân cư[ (ngày {status_date})].",
        "The holder {holder} has died according to the population register[ (on {status_date})].",
    ),
    action=always(
        "Liên hệ gia đình hoặc người đang ở tại địa chỉ để đổi người đứng tên.",
        "Contact the family or whoever lives at the place to change the holder.",
    ),
)

STATUS_MISSING = Finding(
    code="STATUS_MISSING",
    severity="review",
    condition=f"status = 'missing' AND {_RECORDED}",
    evidence=_STATUS_EVIDENCE,
    sentence=always(
        "Người đứng tên {holder} được ghi nhận là mất tích[ (từ ngày {status_date})].",
        "The holder {holder} is recorded as missing[ (since {status_date})].",
    ),
    action=always(
        "Hỏi gia đình xem ai đang quản lý và có cần đổi người đứng tên không.",
        "Ask the family who is in charge and whether the holder should be changed.",
    ),
)

STATUS_ABSENT = Finding(
    code="STATUS_ABSENT",
    severity="review",
    condition=f"status = 'absent' AND {_RECORDED}",
    evidence=_STATUS_EVIDENCE,
    sentence=always(
        "Người đứng tên {holder} đang khai báo tạm vắng[ (từ ngày {status_date})].",
        "The holder {holder} is declared temporarily absent[ (since {status_date})].",
    ),
    action=always(
        "Xác nhận người đang sử dụng tại địa chỉ; chưa cần sửa nếu chỉ vắng tạm thời.",
        "Confirm who uses the place; nothing to correct if the absence is temporary.",
    ),
)

STATUS_LEFT = Finding(
    code="STATUS_LEFT",
    severity="review",
    condition=f"status = 'left' AND {_RECORDED}",
    evidence=_STATUS_EVIDENCE,
    sentence=always(
        "Người đứng tên {holder} đã xuất cảnh hoặc đã bị hủy số định danh[ (ngày {status_date})].",
        "The holder {holder} has emigrated or the personal number was cancelled[ (on {status_date})].",
    ),
    action=always(
        "Liên hệ người đang sử dụng tại địa chỉ để xác định ai đứng tên.",
        "Contact whoever uses the place to settle who is the holder.",
    ),
)

# A birth known by its year only counts as 1 January: the oldest that the person can be on the day.
_BORN = "coalesce(register_birth_date, make_date(register_birth_year, 1, 1))"
_ON = "coalesce(event_date, as_of)"
_OVER = f"date_sub('year', {_BORN}, as_of) > 110 AND status <> 'deceased'"
_UNDER = f"minimum_age IS NOT NULL AND ({_BORN} > {_ON} OR date_sub('year', {_BORN}, {_ON}) < minimum_age)"

IMPLAUSIBLE_AGE = Finding(
    code="IMPLAUSIBLE_AGE",
    severity="review",
    condition=f"({_OVER}) OR ({_UNDER})",
    form=f"CASE WHEN {_OVER} THEN 'over' WHEN {_BORN} > {_ON} THEN 'unborn' ELSE 'under' END",
    evidence={
        "holder": "register_name",
        "born": "register_birth",
        "on": f"CAST(CASE WHEN {_OVER} THEN as_of ELSE {_ON} END AS VARCHAR)",
        "age": f"date_sub('year', {_BORN}, CASE WHEN {_OVER} THEN as_of ELSE {_ON} END)",
        "minimum": "minimum_age",
    },
    sentence={
        "over": Text(
            "Người đứng tên {holder} sinh {born}, nay {age} tuổi: hiếm có, cần xác nhận còn sống.",
            "The holder {holder} was born {born} and would be {age} today: rare enough to ask whether they are alive.",
        ),
        "under": Text(
            "Người đứng tên {holder} sinh {born}, chưa đủ {minimum} tuổi vào ngày {on}.",
            "The holder {holder} was born {born} and was under {minimum} on {on}.",
        ),
        "unborn": Text(
            "Người đứng tên {holder} sinh {born}, tức là sau ngày ghi trên hồ sơ ({on}).",
            "The holder {holder} was born {born}, after the day of the record, {on}.",
        ),
    },
    action={
        "over": Text("Xác nhận người đứng tên còn sống.", "Confirm that the holder is alive."),
        "": Text(
            "Kiểm tra số giấy tờ và ngày ký; có thể là người khác trùng họ tên.",
            "Check the number and the day; it may be somebody else of that name.",
        ),
    },
)

# Two dates can only differ where both are known: a year beside a full date of that year is told apart by its level, and
# is no finding where it is the register that knows only the year. A partner who knows only the year contradicts nobody:
# that is for a person to act on only where papers are compulsory, and the date was to be seen in them.
BIRTH_DATE_DIFFERS = Finding(
    code="BIRTH_DATE_DIFFERS",
    severity={"true": "benign", "false": "review"},
    severity_by="CAST(gamma_birth = 'year_only' AND NOT id_compulsory AS VARCHAR)",
    condition="gamma_birth IN ('swapped', 'close', 'year', 'else') OR (gamma_birth = 'year_only' AND register_birth_condition = 'ok')",
    level="CASE gamma_birth WHEN 'else' THEN 'other' ELSE gamma_birth END",
    evidence={"partner": "birth", "register": "register_birth"},
    suggested="register_birth",
    sentence={
        "swapped": Text(
            "Ngày sinh {partner} đảo ngày và tháng so với {register} của cơ sở dữ liệu dân cư.",
            "The birth date {partner} swaps day and month of the register's {register}.",
        ),
        "year_only": Text(
            "Hồ sơ chỉ ghi năm sinh ({partner}); cơ sở dữ liệu dân cư ghi {register}.",
            "The record gives only the year of birth ({partner}); the register has {register}.",
        ),
        "close": Text(
            "Ngày sinh {partner} lệch một phần so với {register} của cơ sở dữ liệu dân cư.",
            "The birth date {partner} differs in one part from the register's {register}.",
        ),
        "year": Text(
            "Ngày sinh {partner} cùng năm nhưng khác ngày, tháng với {register} của cơ sở dữ liệu dân cư.",
            "The birth date {partner} has the year of the register's {register}, but another day and month.",
        ),
        "": Text(
            "Ngày sinh {partner} khác ngày sinh {register} của cơ sở dữ liệu dân cư.",
            "The birth date {partner} is not the register's {register}.",
        ),
    },
    action=always("Đối chiếu với giấy tờ của khách hàng.", "Compare with the customer's papers."),
)
