"""Findings about the name: another name, or the same name written in another form.

Initials are compatible with the whole name but do not give it: level `middle_missing`. A name that the register knows as the
resident's *other* name is level `other`: the legal name is the one at birth registration.
"""

from __future__ import annotations

from matching.findings.declaration import Finding, Text, always

# The comparison counts other names of a resident as theirs; the legal name still differs then.
_ALIAS = "name_key <> register_key AND name_key = other_key"
# A surname cut short ("Ng. Văn An") is read in full for comparing, but it is not how the name is written.
_CUT = "(coalesce(regexp_matches(lower(name_raw), '(^|[\\s.(])ng(uy)?[.~]|(^|\\s)ng\\s'), FALSE) AND name_raw <> register_raw)"
_LEVEL = f"""CASE
    WHEN gamma_name IS NULL OR gamma_name = 'null' THEN NULL
    WHEN {_ALIAS} THEN 'other'
    WHEN gamma_name IN ('exact', 'folded') AND {_CUT} THEN 'middle_missing'
    WHEN gamma_name IN ('exact', 'folded', 'second') THEN NULL
    WHEN gamma_name = 'close' THEN 'typo'
    WHEN gamma_name IN ('middle_missing', 'abbreviated') THEN 'middle_missing'
    WHEN gamma_name IN ('order', 'tone', 'regional') THEN gamma_name
    ELSE 'other' END"""
_SUGGESTED = "CASE WHEN NOT name_joint THEN register_name END"
_TAIL_VI = " {partner}; cơ sở dữ liệu dân cư ghi {register}[ (tên gọi khác: {other})]."
_TAIL_EN = " {partner}; the register has {register}[ (other name: {other})]."


def _differs(vi: str, en: str) -> Text:
    return Text(vi + _TAIL_VI, en + _TAIL_EN)


NAME_DIFFERS = Finding(
    code="NAME_DIFFERS",
    severity="review",
    condition=f"({_LEVEL}) IS NOT NULL",
    level=f"({_LEVEL})",
    evidence={"partner": "name_readable", "written": "name_raw", "register": "register_name", "other": "other_raw"},
    suggested=_SUGGESTED,
    sentence={
        "typo": _differs("Họ tên lệch một, hai chữ cái, có thể gõ nhầm:", "The name is a slip away:"),
        "middle_missing": _differs("Họ tên thiếu chữ đệm hoặc viết tắt:", "A middle name is missing or the name is abbreviated:"),
        "order": _differs("Họ tên viết khác thứ tự:", "The words of the name stand in another order:"),
        "tone": _differs("Họ tên khác dấu:", "The accents of the name differ:"),
        "regional": _differs("Họ tên viết theo cách phát âm vùng miền:", "The name has a regional spelling:"),
        "": _differs("Họ tên khác nhau:", "The names differ:"),
    },
    action={
        "": Text(
            "Xác nhận người đứng tên có đúng là người này không, rồi ghi theo giấy tờ.",
            "Confirm that the holder is this person, then write the name as in the papers.",
        ),
    },
)

_LOST = "name_has_tones = FALSE AND register_has_tones"
_FORMS = f"""list_sort(list_concat(
    list_filter(name_repairs, lambda code: NOT list_contains(coalesce(register_repairs, []), code)),
    CASE WHEN {_LOST} THEN ['accents_lost'] ELSE [] END))"""
_SAME = f"gamma_name IN ('exact', 'folded', 'second') AND NOT coalesce({_ALIAS}, FALSE) AND NOT {_CUT}"

# Beside another name, only what was repaired counts as form: the raw texts differ anyway.
NAME_FORM = Finding(
    code="NAME_FORM",
    severity="benign",
    condition=f"name_raw <> register_raw AND (({_SAME}) OR (gamma_name NOT IN ('null', 'else') AND len({_FORMS}) > 0))",
    form="CASE WHEN name_readable <> name_raw THEN 'encoded' ELSE 'form' END",
    evidence={"partner": "name_readable", "written": "name_raw", "register": "register_raw", "forms": _FORMS},
    suggested=_SUGGESTED,
    sentence={
        "form": Text(
            "Họ tên chỉ khác cách ghi: {partner} và {register}[ ({forms})].",
            "The name differs only in form: {partner} and {register}[ ({forms})].",
        ),
        "encoded": Text(
            "Họ tên bị hỏng chữ[ ({forms})], đọc lại là {partner}; cơ sở dữ liệu dân cư ghi {register}.",
            "The name's letters were garbled[ ({forms})] and read as {partner}; the register has {register}.",
        ),
    },
    action=always(
        "Không cần xử lý; có thể ghi lại theo cơ sở dữ liệu dân cư.",
        "Nothing to do; the register's form may be taken over.",
    ),
)
