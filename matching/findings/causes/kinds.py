"""What a root cause may be: its words and what a reviewer may do about it. The values are those of the cause's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.findings.declaration import Text
from matching.findings.sentences import Language, filled

CAUSE_PREFIX = "RC"
"""How the id of a cause begins."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cause; `title` says it without a value of any record. The order of KINDS is the order in which equals are preferred, the most telling first."""

    name: str
    title: Text
    sentence: Text
    action: Text


_ONCE_VI = " Quyết định một lần ở đây áp dụng cho mọi dòng của nhóm."
_ONCE_EN = " One decision here goes for every row of the group."

KINDS: tuple[Kind, ...] = (
    Kind(
        "street",
        Text("Đường hoặc thôn có thể đã đổi tên", "a street or hamlet may have been renamed"),
        Text(
            "{records} hồ sơ ghi “{written}” nơi cơ sở dữ liệu dân cư ghi “{registered}”[, {commune}]: đường hoặc thôn có thể đã đổi tên.",
            "{records} records have “{written}” where the register has “{registered}”[, {commune}]: the street or hamlet may have been renamed.",
        ),
        Text(
            "Hỏi xã, phường xem có đổi tên không; nếu có thì cả hai bên đều đúng (both_right)." + _ONCE_VI,
            "Ask the commune whether it was renamed; if so both sides are right (both_right)." + _ONCE_EN,
        ),
    ),
    Kind(
        "commune",
        Text("Một đơn vị có thể ghi sai xã, phường", "an office may have the commune wrong"),
        Text(
            "{records} hồ sơ ({unit}) ghi {written} nhưng đúng đường, thôn và số nhà đó ở {registered}: có thể đơn vị ghi sai xã, phường.",
            "{records} records ({unit}) have {written}, while the very street and house are in {registered}: the office may have the commune wrong.",
        ),
        Text(
            "Đối chiếu địa bàn của đơn vị; nếu tên xã, phường ghi sai thì chọn partner_wrong." + _ONCE_VI,
            "Check the office's area; if its commune is wrong choose partner_wrong." + _ONCE_EN,
        ),
    ),
    Kind(
        "contradiction",
        Text("Một mẫu ghi sai huyện, tỉnh của xã", "a form puts a commune into the wrong district or province"),
        Text(
            "{records} hồ sơ ({unit}) cùng ghi {written} với huyện hoặc tỉnh mà nơi đó không thuộc: có thể do một mẫu ghi sai.",
            "{records} records ({unit}) all have {written} with a district or province that it does not lie in: a form may be wrong.",
        ),
        Text(
            "Xem mẫu hoặc danh mục địa chỉ của đơn vị, rồi chọn partner_wrong nếu mẫu sai." + _ONCE_VI,
            "Look at the office's form or address list, and choose partner_wrong if it is wrong." + _ONCE_EN,
        ),
    ),
    Kind(
        "numbering",
        Text("Đường có thể đã đánh số nhà lại", "a street may have been renumbered"),
        Text(
            "{records} trong {size} hồ sơ ở “{registered}”[, {commune}] ghi số nhà khác cơ sở dữ liệu dân cư: đường có thể đã đánh số lại.",
            "{records} of {size} records at “{registered}”[, {commune}] have another house number than the register: the street may have been renumbered.",
        ),
        Text(
            "Hỏi xã, phường xem có đánh số nhà lại không; nếu có thì cả hai bên đều đúng (both_right)." + _ONCE_VI,
            "Ask the commune whether houses were renumbered; if so both sides are right (both_right)." + _ONCE_EN,
        ),
    ),
    Kind(
        "number",
        Text("Một số giấy tờ trên hồ sơ của nhiều người", "one number on records of several people"),
        Text(
            "Một số giấy tờ đứng trên {records} hồ sơ của những người khác nhau: có thể do nhập hộ hoặc sao chép.",
            "One number stands on {records} records of different people: it may have been copied down by whoever entered them.",
        ),
        Text(
            "Xác định số đó của ai; các hồ sơ còn lại chọn partner_wrong và bổ sung số đúng." + _ONCE_VI,
            "Settle whose number it is; the others are partner_wrong and need their own." + _ONCE_EN,
        ),
    ),
    Kind(
        "household",
        Text("Một hộ có nhiều hồ sơ trùng", "one household with repeated records"),
        Text(
            "Một hộ có {records} hồ sơ bị trùng.",
            "One household has {records} records that repeat one another.",
        ),
        Text(
            "Kiểm tra tại chỗ một lần cho cả hộ." + _ONCE_VI,
            "Check on the spot once for the whole household." + _ONCE_EN,
        ),
    ),
    Kind(
        "holder",
        Text("Một người đứng tên nhiều hồ sơ", "one person who holds several records"),
        Text(
            "Một người đứng tên {records} hồ sơ có cùng phát hiện.",
            "One person holds {records} records with the same finding.",
        ),
        Text(
            "Liên hệ người này hoặc gia đình một lần cho mọi hồ sơ." + _ONCE_VI,
            "Contact the person or the family once for all records." + _ONCE_EN,
        ),
    ),
    Kind(
        "letters",
        Text("Hỏng chữ khi chuyển mã", "letters damaged in a conversion"),
        Text(
            "{records} trong {size} họ tên có chữ “{registered}” ({unit}) bị ghi thành “{written}”: có thể hỏng khi chuyển mã.",
            "{records} of {size} names with “{registered}” ({unit}) have “{written}” instead: a conversion may have damaged them.",
        ),
        Text(
            "Sửa cách chuyển mã của đơn vị; nếu đúng là hỏng chữ thì chọn partner_wrong." + _ONCE_VI,
            "Repair the office's conversion; if letters were damaged choose partner_wrong." + _ONCE_EN,
        ),
    ),
    Kind(
        "batch",
        Text("Một lô có thể nhập sai", "a batch that may have been entered wrongly"),
        Text(
            "{found} trong {size} hồ sơ của lô ({batch}) có cùng phát hiện ({share} %, nơi khác {usual} %), {records} dòng chờ quyết định:"
            " lô này có thể nhập sai.",
            "{found} of {size} records of the batch ({batch}) have the same finding ({share} %, elsewhere {usual} %), {records} to be"
            " decided: it may have been entered wrongly.",
        ),
        Text(
            "Xem vài hồ sơ của lô rồi quyết định cho cả lô." + _ONCE_VI,
            "Look at a few records of the batch, then decide for all of it." + _ONCE_EN,
        ),
    ),
)

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
"""The kinds by their name."""


def cause_sentence(kind: str, evidence: Mapping[str, Any], records: int, lang: Language) -> str:
    """One plain sentence that says what a cause is, for its `records` that are open. KeyError for an unknown kind."""
    text = BY_NAME[kind].sentence
    return filled(text.vi if lang == "vi" else text.en, {**evidence, "records": records}, lang)


def cause_action(kind: str, lang: Language) -> str:
    """What a reviewer may do about it. KeyError for an unknown kind."""
    text = BY_NAME[kind].action
    return text.vi if lang == "vi" else text.en
