"""Findings about the personal number: whose it is, whether it can be one, and what it says of its bearer.

The 12 digits are PPP G YY NNNNNN: place of birth registration, century and sex, year of birth (Decree 137/2015/NĐ-CP Art. 13,
Circular 07/2016/TT-BCA Art. 7). There is no check digit, and PPP is never compared with a residence. What is
said of the number itself holds for every record, also for one out of scope.
"""

from __future__ import annotations

from matching.findings.declaration import Finding, Text, always

_SAME_NUMBER = "gamma_number IN ('exact', 'old')"
# A digit lost or typed twice is a slip as well, although what it leaves has not the length of a number.
_ONE_DIGIT_OFF = (
    "id_condition = 'invalid' AND length(id_digits) BETWEEN 8 AND 13"
    " AND damerau_levenshtein(id_digits, CASE WHEN length(id_digits) > 10 THEN register_number ELSE register_old_number END) = 1"
)
_SLIP = f"gamma_number IN ('slip', 'old_slip') OR coalesce({_ONE_DIGIT_OFF}, FALSE)"
_OTHERS = "linked AND owner IS NOT NULL AND owner <> r"
# Without a link the name alone says that the number is somebody else's, whoever is the first candidate.
_NUMBER_ONLY = "decision IN ('review', 'ambiguous') AND coalesce(owner_differs, FALSE)"

ID_OTHER_PERSON = Finding(
    code="ID_OTHER_PERSON",
    severity="field",
    needs_link=False,
    condition=f"({_OTHERS} AND NOT coalesce({_SAME_NUMBER}, FALSE)) OR ({_NUMBER_ONLY})",
    form="CASE WHEN linked THEN 'linked' ELSE 'number_only' END",
    evidence={
        "number": "number",
        "holder": "name_display",
        "linked": "register_name",
        "linked_number": "register_number",
        "owner": "owner_name",
        "owner_person_id": "owner_person_id",
        "same_household": "linked AND coalesce(owner_household = household, FALSE)",
    },
    suggested="register_number",
    sentence={
        "linked": Text(
            "Số giấy tờ {number} là của {owner}, không phải của {linked}, người mà họ tên và địa chỉ cho thấy.",
            "The number {number} belongs to {owner}, not to {linked}, whom name and place identify.",
        ),
        "number_only": Text(
            "Số giấy tờ {number} là của {owner}, nhưng người đứng tên trên hồ sơ là {holder}.",
            "The number {number} belongs to {owner}, but the record names {holder}.",
        ),
    },
    action={
        "linked": Text(
            "Yêu cầu người đứng tên xuất trình giấy tờ và ghi lại số đúng.",
            "Ask the holder for their papers and record the right number.",
        ),
        "": Text(
            "Gặp người đứng tên để xác định đó là ai và số giấy tờ nào là của họ.",
            "Meet the holder to settle who they are and which number is theirs.",
        ),
    },
)

ID_TYPO = Finding(
    code="ID_TYPO",
    severity="review",
    condition=_SLIP,
    evidence={
        "number": "number",
        "register": "CASE WHEN gamma_number = 'old_slip' OR (gamma_number = 'null' AND length(id_digits) <= 10)"
        " THEN register_old_number ELSE register_number END",
    },
    suggested="register_number",
    sentence=always(
        "Số giấy tờ {number} chỉ khác {register} trong cơ sở dữ liệu dân cư một lỗi gõ: có thể nhập nhầm.",
        "The number {number} is one slip away from {register} in the register: probably a typing error.",
    ),
    action=always("Đối chiếu giấy tờ rồi sửa số.", "Compare with the papers, then correct the number."),
)

# A number is judged only where the register could have known it: a register without old numbers says nothing of 9 digits.
_WELL_FORMED = "id_condition <> 'invalid' AND ((id12 IS NOT NULL AND has_register_numbers) OR (id9 IS NOT NULL AND has_old_numbers))"

ID_NOT_IN_REGISTER = Finding(
    code="ID_NOT_IN_REGISTER",
    severity="review",
    needs_link=False,
    condition=f"{_WELL_FORMED} AND owner IS NULL",
    evidence={
        "number": "number",
        "register": "register_number",
        "extract_provinces": "extract_provinces",
        "covered": "CASE WHEN extract_provinces IS NULL THEN TRUE ELSE list_contains(extract_provinces, place_province) END",
    },
    form="CASE WHEN extract_provinces IS NULL THEN 'country' ELSE 'provinces' END",
    suggested="register_number",
    sentence={
        "country": Text(
            "Trong dữ liệu dân cư được cấp không có ai mang số {number}[; người được khớp có số {register}].",
            "No resident in the extract of the register bears the number {number}[; the linked resident's is {register}].",
        ),
        "provinces": Text(
            "Trong dữ liệu dân cư được cấp không có ai mang số {number}[; người được khớp có số {register}]."
            " Dữ liệu được cấp chỉ gồm các tỉnh, thành phố có mã {extract_provinces}.",
            "No resident in the extract of the register bears the number {number}[; the linked resident's is {register}]."
            " The extract covers only the provinces {extract_provinces}.",
        ),
    },
    action={
        "country": Text("Đối chiếu giấy tờ của người đứng tên.", "Compare with the holder's papers."),
        "provinces": Text(
            "Xem người này có thuộc phạm vi dữ liệu được cấp không, rồi đối chiếu giấy tờ.",
            "Check whether the person is within the extract, then compare with the papers.",
        ),
    },
)

ID_SHARED = Finding(
    code="ID_SHARED",
    severity="review",
    needs_link=False,
    condition="sharers IS NOT NULL",
    evidence={"number": "number", "records": "sharers", "record_ids": "shared_ids", "names": "shared_names"},
    sentence=always(
        "Số giấy tờ {number} có trên {records} hồ sơ mang họ tên khác nhau: {names}.",
        "The number {number} stands on {records} records of different names: {names}.",
    ),
    action=always(
        "Xác định số này của ai và bổ sung số đúng cho các hồ sơ còn lại.",
        "Settle whose number it is and complete the other records.",
    ),
)

_NUMBER_SEX = "CASE WHEN (id12 // 100000000) % 2 = 0 THEN 'M' ELSE 'F' END"
_NUMBER_YEAR = "1900 + 100 * ((id12 // 100000000) % 10 // 2) + (id12 // 1000000) % 100"
_SEX = "coalesce(sex, register_sex)"
_YEAR = "coalesce(birth_year, register_birth_year)"
_OTHER_SEX = f"coalesce({_NUMBER_SEX} <> {_SEX}, FALSE)"
_OTHER_YEAR = f"coalesce({_NUMBER_YEAR} <> {_YEAR}, FALSE)"

ID_CONTRADICTS = Finding(
    code="ID_CONTRADICTS",
    severity="review",
    condition=f"id12 IS NOT NULL AND id_condition <> 'invalid' AND ({_OTHER_SEX} OR {_OTHER_YEAR})",
    form=f"CASE WHEN {_OTHER_SEX} AND {_OTHER_YEAR} THEN 'both' WHEN {_OTHER_SEX} THEN 'sex' ELSE 'year' END",
    evidence={
        "number": "number",
        "number_sex": _NUMBER_SEX,
        "number_year": _NUMBER_YEAR,
        "sex": _SEX,
        "year": _YEAR,
        "register": "register_number",
    },
    suggested="CASE WHEN register_id12 <> id12 THEN register_number END",
    sentence={
        "sex": Text(
            "Số giấy tờ {number} cho biết giới tính {number_sex}, nhưng người đứng tên là {sex}.",
            "The number {number} says {number_sex}, but the holder is {sex}.",
        ),
        "year": Text(
            "Số giấy tờ {number} cho biết sinh năm {number_year}, nhưng người đứng tên sinh năm {year}.",
            "The number {number} says born in {number_year}, but the holder was born in {year}.",
        ),
        "both": Text(
            "Số giấy tờ {number} cho biết giới tính {number_sex}, sinh năm {number_year}, nhưng người đứng tên là {sex}, sinh năm {year}.",
            "The number {number} says {number_sex}, born in {number_year}, but the holder is {sex}, born in {year}.",
        ),
    },
    action=always(
        "Đối chiếu giấy tờ: sai số, hoặc sai giới tính, ngày sinh.",
        "Compare with the papers: the number, or sex or birth date, is wrong.",
    ),
)

# Where no record has a number the file has no such column, and what is absent is not judged.
ID_MISSING = Finding(
    code="ID_MISSING",
    severity={"true": "review", "false": "benign"},
    severity_by="CAST(id_compulsory AS VARCHAR)",
    needs_link=False,
    condition="id_condition = 'missing' AND has_numbers",
    evidence={"register": "register_number"},
    suggested="register_number",
    sentence=always("Hồ sơ không có số giấy tờ.", "The record has no personal number."),
    action=always("Bổ sung số định danh khi có dịp liên hệ.", "Complete the personal number at the next contact."),
)

ID_OLD_NUMBER = Finding(
    code="ID_OLD_NUMBER",
    severity="benign",
    condition="gamma_number = 'old'",
    evidence={"number": "number", "register": "register_number"},
    suggested="register_number",
    sentence=always(
        "Hồ sơ ghi số CMND cũ {number}[; số định danh của người này là {register}].",
        "The record gives the old 9-digit number {number}[; the person's personal number is {register}].",
    ),
    action=always("Cập nhật số định danh 12 chữ số.", "Update to the 12-digit personal number."),
)

ID_ZERO_LOST = Finding(
    code="ID_ZERO_LOST",
    severity="benign",
    condition=f"id_condition IN ('zero_lost', 'old_zero_lost') AND {_SAME_NUMBER}",
    evidence={"number": "number", "register": "register_number"},
    suggested="coalesce(register_number, number)",
    sentence=always(
        "Số giấy tờ bị mất số 0 ở đầu; ghi đủ là {number} thì khớp cơ sở dữ liệu dân cư.",
        "The number lost its leading zeros; written in full, {number}, it agrees with the register.",
    ),
    action=always("Ghi lại số đủ các số 0 ở đầu.", "Write the number with its leading zeros."),
)
