"""`ID_INVALID`: a number that cannot be one, and the one reason why: what standardisation saw first, told from the digits that it kept.

The reasons follow `matching.standardise.identity`: length, digits that were typed to get past a form, then place, century, year and
serial number (Decree 137/2015/NĐ-CP Art. 13, Circular 07/2016/TT-BCA Art. 7). What has the digits of a possible number had
letters among them.
"""

from __future__ import annotations

from matching.findings.declaration import Finding, Text
from matching.standardise.number_rules import BIRTH_PLACES, DIGITS_CUT, FIRST_COUNTRY, LAST_COUNTRY, LATEST_BIRTH_YEAR, RUNS

_PLACES = ", ".join(f"'{code}'" for code in sorted(BIRTH_PLACES))
_IN_A_ROW = " OR ".join(f"starts_with('{run}', id_digits)" for run in RUNS)
_BORN = "2000 + try_cast(substr(id_digits, 5, 2) AS INTEGER)"  # the 1900s are never too late

REASON = f"""CASE
    WHEN list_contains(id_repairs, '{DIGITS_CUT}') THEN 'cut'
    WHEN coalesce(id_digits, '') = '' THEN 'none'
    WHEN length(id_digits) NOT IN (9, 12) THEN 'length'
    WHEN replace(id_digits, left(id_digits, 1), '') = '' OR {_IN_A_ROW} THEN 'pattern'
    WHEN length(id_digits) = 9 THEN 'letters'
    WHEN left(id_digits, 3) NOT IN ({_PLACES}) AND try_cast(left(id_digits, 3) AS INTEGER) NOT BETWEEN {FIRST_COUNTRY} AND {LAST_COUNTRY} THEN 'place'
    WHEN substr(id_digits, 4, 1) > '3' THEN 'century'
    WHEN substr(id_digits, 4, 1) > '1' AND {_BORN} > {LATEST_BIRTH_YEAR} THEN 'year'
    WHEN right(id_digits, 6) = '000000' THEN 'serial'
    ELSE 'letters' END"""
"""SQL of the reason: a key of ID_INVALID's sentences."""

ID_INVALID = Finding(
    code="ID_INVALID",
    severity="review",
    needs_link=False,
    condition="id_condition = 'invalid'",
    form=REASON,
    evidence={
        "number": "number",
        "register": "register_number",
        "digits": "length(id_digits)",
        "place": "left(id_digits, 3)",
        "fourth": "substr(id_digits, 4, 1)",
        "number_year": f"CASE WHEN length(id_digits) = 12 THEN {_BORN} END",
    },
    suggested="register_number",
    sentence={
        "cut": Text(
            "Bảng tính đã rút gọn số giấy tờ (dạng 1,23E+11): các chữ số cuối đã mất.",
            "A spreadsheet has shortened the number (like 1.23E+11): its last digits are lost.",
        ),
        "none": Text("Ô số giấy tờ không có chữ số nào.", "The number's field has no digit in it."),
        "length": Text(
            "Số giấy tờ {number} có {digits} chữ số; số định danh có 12, số CMND có 9.",
            "The number {number} has {digits} digits; a personal number has 12, an old number 9.",
        ),
        "pattern": Text(
            "Số giấy tờ {number} là một chữ số lặp lại hoặc các chữ số liền nhau, không phải số của ai.",
            "The number {number} is one digit repeated or digits in a row, and nobody's.",
        ),
        "place": Text(
            "Số giấy tờ {number} bắt đầu bằng {place}, không phải mã tỉnh, thành phố hay mã nước nơi khai sinh.",
            "The number {number} begins with {place}, which is no province's or country's code of birth registration.",
        ),
        "century": Text(
            "Số giấy tờ {number} có chữ số thứ tư là {fourth}; chữ số này chỉ thế kỷ sinh và giới tính, từ 0 đến 3.",
            "The number {number} has {fourth} as its fourth digit; it tells century and sex, and is 0 to 3.",
        ),
        "year": Text(
            "Số giấy tờ {number} cho biết sinh năm {number_year}, là năm chưa tới.",
            "The number {number} says born in {number_year}, a year to come.",
        ),
        "serial": Text(
            "Số giấy tờ {number} kết thúc bằng 000000; không có số định danh như vậy.",
            "The number {number} ends in 000000; there is no such personal number.",
        ),
        "letters": Text(
            "Số giấy tờ có chữ hoặc ký hiệu lẫn trong các chữ số {number}.",
            "There are letters or signs among the digits {number} of the number.",
        ),
    },
    action={
        "cut": Text(
            "Xuất lại tệp với cột số giấy tờ ở dạng văn bản (Text), hoặc hỏi lại người đứng tên.",
            "Export the file again with the number's column as text, or ask the holder.",
        ),
        "": Text("Hỏi lại số giấy tờ của người đứng tên.", "Ask the holder for the number."),
    },
)
