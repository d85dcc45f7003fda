"""Short words of the report in both languages, where no declaration of the pipeline has them already."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One thing in Vietnamese and in English."""

    vi: str
    en: str

    def both(self, lang: str) -> str:
        """Both languages in one cell, `lang` first."""
        return f"{self.en} / {self.vi}" if lang == "en" else f"{self.vi} / {self.en}"


OUTCOMES = {
    "consistent": Words("Khớp", "consistent"),
    "mismatch": Words("Sai lệch", "mismatch"),
    "review": Words("Chờ xem xét", "clerical review"),
    "ambiguous": Words("Chưa phân định", "ambiguous"),
    "not_found": Words("Không tìm thấy", "not found"),
    "out_of_scope": Words("Ngoài phạm vi", "out of scope"),
    "rejected": Words("Bị loại", "rejected"),
}

SEVERITIES = {
    "field": Words("Cần xác minh tại chỗ", "field: go or call"),
    "review": Words("Cần người quyết định", "review: a person decides"),
    "benign": Words("Khác hình thức", "benign: form only"),
}

FINDINGS = {
    "DECEASED": Words("Đã mất theo sổ dân cư", "deceased"),
    "DUPLICATE_AT_PLACE": Words("Nhiều bản ghi cho một hộ tại một nơi", "several records at one place"),
    "ID_OTHER_PERSON": Words("Số giấy tờ của người khác", "number of another person"),
    "RESIDENCE_ELSEWHERE": Words("Không cư trú tại nơi này", "resident elsewhere"),
    "HOUSEHOLD_MEMBER_RESIDENT": Words("Người cùng hộ cư trú tại đây", "household member lives there"),
    "OTHER_HOUSEHOLD_AT_PLACE": Words("Hộ khác đăng ký tại đây", "another household at the place"),
    "STATUS_MISSING": Words("Mất tích", "declared missing"),
    "STATUS_ABSENT": Words("Tạm vắng", "temporarily absent"),
    "STATUS_LEFT": Words("Đã xuất cảnh hoặc hủy số", "emigrated or number cancelled"),
    "IMPLAUSIBLE_AGE": Words("Tuổi bất hợp lý", "implausible age"),
    "ID_TYPO": Words("Số giấy tờ lệch một lỗi gõ", "number one slip away"),
    "ID_NOT_IN_REGISTER": Words("Số giấy tờ không có trong sổ", "number not in the register"),
    "ID_SHARED": Words("Một số dùng cho nhiều tên", "one number, several names"),
    "ID_INVALID": Words("Số giấy tờ không hợp lệ", "invalid number"),
    "ID_CONTRADICTS": Words("Số trái với giới tính, năm sinh", "number contradicts sex or birth"),
    "ID_MISSING": Words("Thiếu số giấy tờ", "no number"),
    "ID_OLD_NUMBER": Words("Còn dùng số CMND cũ", "old 9-digit number"),
    "ID_ZERO_LOST": Words("Mất số 0 ở đầu", "leading zeros lost"),
    "BIRTH_DATE_DIFFERS": Words("Khác ngày sinh", "birth date differs"),
    "NAME_DIFFERS": Words("Khác họ tên", "name differs"),
    "NAME_FORM": Words("Họ tên khác cách viết", "name form"),
    "ADDRESS_REORGANISED": Words("Địa chỉ theo tên trước sắp xếp", "address before a reorganisation"),
    "ADDRESS_AMBIGUOUS": Words("Địa chỉ có thể là nhiều xã", "address may be several communes"),
    "ADDRESS_UNREADABLE": Words("Không đọc được địa chỉ", "address unreadable"),
    "ADDRESS_CONTRADICTS": Words("Địa chỉ tự mâu thuẫn", "address contradicts itself"),
    "ADDRESS_INCOMPLETE": Words("Địa chỉ chưa đầy đủ", "address incomplete"),
    "PHONE_OLD_PREFIX": Words("Số di động 11 chữ số cũ", "11-digit mobile of before 2018"),
}

# Where a suggested value was taken from. `{act}` is the act in the finding's evidence.
_NUMBER = Words("số định danh trong cơ sở dữ liệu dân cư", "register: id_number")
_NAME = Words("họ tên trong cơ sở dữ liệu dân cư", "register: full_name")
VALUE_SOURCES = {
    **dict.fromkeys(
        ("ID_OTHER_PERSON", "ID_TYPO", "ID_NOT_IN_REGISTER", "ID_INVALID", "ID_CONTRADICTS", "ID_MISSING", "ID_OLD_NUMBER", "ID_ZERO_LOST"),
        _NUMBER,
    ),
    "NAME_DIFFERS": _NAME,
    "NAME_FORM": _NAME,
    "BIRTH_DATE_DIFFERS": Words("ngày sinh trong cơ sở dữ liệu dân cư", "register: birth_date"),
    "ADDRESS_REORGANISED": Words("{act}", "{act}"),
    "ADDRESS_AMBIGUOUS": Words("nơi cư trú trong cơ sở dữ liệu dân cư", "register: residence"),
    "PHONE_OLD_PREFIX": Words("chuyển mã mạng di động năm 2018", "the change of mobile prefixes of 2018"),
}  # fmt: skip

RULES = {
    "ragged_row": Words("Số ô trong dòng khác số cột của tiêu đề", "the row has more or fewer cells than the header"),
    "unclosed_quote": Words("Dấu nháy kép mở mà không đóng", "a quote is opened and never closed"),
    "stray_quote": Words("Dấu nháy kép đặt sai chỗ trong ô", "a quote stands where none may stand"),
    "nul_byte": Words("Dòng có byte NUL", "the line holds a NUL byte"),
    "bad_encoding": Words("Dòng không đúng bảng mã của tệp", "the line is not in the file's encoding"),
    "missing_key": Words("Thiếu mã định danh của dòng", "the row has no key"),
    "missing_name": Words("Thiếu họ tên", "the row has no name"),
    "duplicate_record_id": Words("Mã xuất hiện nhiều lần; mọi dòng cùng mã đều bị loại", "the key occurs more than once; all its rows are refused"),
    "duplicate_row": Words("Bản sao y hệt của một dòng trước", "an identical copy of an earlier row"),
    "duplicate_person_id": Words("Một mã cư dân với nội dung khác nhau", "one resident's key with conflicting contents"),
    "line_too_long": Words("Dòng quá dài", "the line is too long"),
    "control_characters": Words("Dòng có ký tự điều khiển", "the line holds control characters"),
}  # fmt: skip

SIDES = {"partner": Words("Đối tác", "partner"), "register": Words("Sổ dân cư", "register")}

GATES = {
    "passed": Words("Đạt", "passed"),
    "passed_with_warnings": Words("Đạt, có cảnh báo", "passed with warnings"),
    "failed": Words("Không đạt", "failed"),
    "broken": Words("Bộ kiểm tra lỗi", "broken"),
}

GATE_NAMES = {
    "raw": Words("Dữ liệu đọc vào", "rows as read"),
    "extract": Words("So với lần trích xuất trước", "against the last extract"),
    "std": Words("Dữ liệu chuẩn hóa", "standardised columns"),
    "candidates": Words("Cặp ứng viên", "candidate pairs"),
    "pair_counts": Words("Số cặp theo quy tắc", "pairs by rule"),
    "links": Words("Liên kết", "links"),
    "findings": Words("Phát hiện", "findings"),
    "decisions": Words("Quyết định", "decisions"),
    "report": Words("Báo cáo", "report"),
}

STAGES = {
    "ingest_partner": Words("Đọc tệp đối tác", "partner read"),
    "ingest_register": Words("Đọc sổ dân cư", "register read"),
    "standardise_partner": Words("Chuẩn hóa đối tác", "partner standardised"),
    "standardise_register": Words("Chuẩn hóa sổ dân cư", "register standardised"),
    "decide": Words("Quyết định liên kết", "links decided"),
    "find": Words("Tìm phát hiện", "findings"),
}

# Codes of the data-quality profile: conditions of numbers and dates, repairs of names, eras and assumptions of addresses.
CODES = {
    "ok": Words("Hợp lệ", "well-formed"),
    "old": Words("Số CMND 9 số", "old 9-digit number"),
    "zero_lost": Words("Mất số 0 ở đầu", "leading zeros lost"),
    "old_zero_lost": Words("CMND mất số 0", "old number, zero lost"),
    "invalid": Words("Không hợp lệ", "invalid"),
    "missing": Words("Không có", "missing"),
    "year_only": Words("Chỉ có năm", "year only"),
    "first_january": Words("Ngày 1 tháng 1", "1 January"),
    "person": Words("Cá nhân", "person"),
    "organisation": Words("Tổ chức", "organisation"),
    "unreadable": Words("Không đọc được", "unreadable"),
    "case": Words("Chữ hoa, chữ thường", "case"),
    "blanks": Words("Khoảng trắng", "blanks"),
    "nfd": Words("Unicode tổ hợp", "decomposed Unicode"),
    "eth": Words("Chữ Đ sai mã", "wrong letter Đ"),
    "tone_placement": Words("Vị trí dấu thanh", "tone-mark placement"),
    "i_y": Words("i và y", "i and y"),
    "tcvn3": Words("Bảng mã TCVN3", "TCVN3 encoding"),
    "vni": Words("Bảng mã VNI", "VNI encoding"),
    "viscii": Words("Bảng mã VISCII", "VISCII encoding"),
    "vps": Words("Bảng mã VPS", "VPS encoding"),
    "utf8_as_cp1252": Words("UTF-8 bị đọc sai", "garbled UTF-8"),
    "telex": Words("Phím Telex còn sót", "Telex keystrokes"),
    "vni_keys": Words("Phím VNI còn sót", "VNI keystrokes"),
    "honorific": Words("Danh xưng", "honorific"),
    "joint_holder": Words("Hai người đứng tên", "joint holders"),
    "representative": Words("Ghi chú đại diện", "representative"),
    "deceased_note": Words("Ghi chú đã mất", "note of death"),
    "trailing_note": Words("Ghi chú thừa", "trailing note"),
    "new": Words("Tên sau 1/7/2025", "new-era form"),
    "both": Words("Đúng ở cả hai thời kỳ", "valid in both eras"),
    "one": Words("Rõ một xã", "one commune"),
    "several": Words("Có thể nhiều xã", "several communes"),
    "none": Words("Không nêu", "none named"),
    "lost_letters": Words("Mất chữ khi chuyển mã", "letters lost in a conversion"),
    "accents_lost": Words("Mất dấu", "accents lost"),
    "commune_typo": Words("Tên xã gõ sai", "commune misspelt"),
    "district_typo": Words("Tên huyện gõ sai", "district misspelt"),
    "province_typo": Words("Tên tỉnh gõ sai", "province misspelt"),
    "accents_differ": Words("Tên xã khác dấu", "other accents in the commune's name"),
    "kind_differs": Words("Sai loại đơn vị (phường, xã…)", "another kind of unit"),
    "kind_missing": Words("Thiếu chữ phường, xã, thị trấn", "no kind word before the commune"),
    "commune_or_district": Words("Xã mới hay huyện cũ", "commune of today or former district"),
    "commune_missing": Words("Thiếu xã, phường", "commune missing"),
    "district_missing": Words("Thiếu huyện", "district missing"),
    "province_missing": Words("Thiếu tỉnh", "province missing"),
    "ambiguous": Words("Nhiều xã cùng tên", "several communes of the name"),
    "mixed_era": Words("Lẫn tên cũ và tên mới", "old and new units together"),
    "contradicts": Words("Tự mâu thuẫn", "contradicts itself"),
    "unexplained": Words("Còn tên đơn vị khác", "another unit is named too"),
    "local_or_commune": Words("Tên xã hay tên đường, thôn", "commune, or street or hamlet"),
    "era_ambiguous": Words("Không rõ thời kỳ", "era ambiguous"),
    "split": Words("Xã đã bị chia", "split commune"),
    "alias": Words("Tên gọi khác", "alias"),
    "encoding": Words("Sửa bảng mã", "encoding repaired"),
    "no_accents_ambiguous": Words("Không dấu, nhiều nghĩa", "ambiguous without accents"),
}


def code_words(name: str, where: str = "") -> Words:
    """The words of a profile code; `old` means another thing for an address than for a number."""
    if (where, name) == ("era", "old"):
        return Words("Tên trước 1/7/2025", "old-era form")
    return CODES.get(name, Words(name.replace("_", " "), name))


def finding_words(code: str) -> Words:
    """The title of a finding; the code itself if it has none yet."""
    return FINDINGS.get(code, Words(code, code))


def value_source(code: str, act: str | None) -> Words:
    """Where the suggested value of a finding comes from: a field of the register, or an act; empty words if nobody has said."""
    told = VALUE_SOURCES.get(code, Words("", ""))
    return Words(told.vi.format(act=act or ""), told.en.format(act=act or ""))


def rule_words(code: str) -> Words:
    """What a quarantine rule means; the code itself if it has no words yet."""
    return RULES.get(code, Words(code.replace("_", " "), code.replace("_", " ")))
