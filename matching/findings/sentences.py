"""The sentence and the suggested action of a finding, in Vietnamese or English, from its evidence: pure text, no lookup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from matching.findings import BY_CODE, Text

Language = Literal["vi", "en"]

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_VALUE = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS = ("status_date", "on", "born", "partner", "register")  # values that may be a day
_WORDS: dict[tuple[str, str], Text] = {
    ("sex", "M"): Text("nam", "male"),
    ("sex", "F"): Text("nữ", "female"),
    ("number_sex", "M"): Text("nam", "male"),
    ("number_sex", "F"): Text("nữ", "female"),
    ("forms", "case"): Text("chữ hoa, chữ thường", "case"),
    ("forms", "blanks"): Text("khoảng trắng", "blanks"),
    ("forms", "nfd"): Text("dạng Unicode", "Unicode form"),
    ("forms", "eth"): Text("chữ Đ", "the letter Đ"),
    ("forms", "tone_placement"): Text("vị trí dấu", "tone-mark placement"),
    ("forms", "i_y"): Text("i/y", "i/y"),
    ("forms", "tcvn3"): Text("bảng mã TCVN3", "TCVN3 encoding"),
    ("forms", "vni"): Text("bảng mã VNI", "VNI encoding"),
    ("forms", "viscii"): Text("bảng mã VISCII", "VISCII encoding"),
    ("forms", "vps"): Text("bảng mã VPS", "VPS encoding"),
    ("forms", "utf8_as_cp1252"): Text("lỗi bảng mã UTF-8", "garbled UTF-8"),
    ("forms", "telex"): Text("phím Telex còn sót", "Telex keystrokes"),
    ("forms", "vni_keys"): Text("phím VNI còn sót", "VNI keystrokes"),
    ("forms", "honorific"): Text("danh xưng", "honorific"),
    ("forms", "joint_holder"): Text("hai người đứng tên", "two holders"),
    ("forms", "representative"): Text("ghi chú người đại diện", "representative's note"),
    ("forms", "deceased_note"): Text("ghi chú đã mất", "note of death"),
    ("forms", "trailing_note"): Text("ghi chú thừa", "a note"),
    ("forms", "accents_lost"): Text("mất dấu", "accents lost"),
}


def render(finding_code: str, level: str | None, evidence: Mapping[str, Any], lang: Language) -> str:
    """One plain sentence that says what is wrong; `evidence` is the finding's JSON object. KeyError for an unknown code."""
    text = _chosen(BY_CODE[finding_code].sentence, level, evidence.get("form"))
    return filled(text.vi if lang == "vi" else text.en, evidence, lang)


def filled(template: str, evidence: Mapping[str, Any], lang: Language) -> str:
    """A sentence with its values; `[...]` is left out where one of its values is missing."""
    with_optional = _OPTIONAL.sub(lambda found: _optional(found[1], evidence, lang), template)
    return _capital(_filled(with_optional, evidence, lang))


def suggested_action(code: str, level: str | None, lang: Language, form: str | None = None) -> str:
    """What a reviewer may do about it; `form` is the evidence's `form`, where it has one. KeyError for an unknown code."""
    text = _chosen(BY_CODE[code].action, level, form)
    return text.vi if lang == "vi" else text.en


def _chosen(texts: Mapping[str, Text], level: str | None, form: str | None) -> Text:
    """The text of the level, else of the form, else the default, else the first."""
    for key in (level, form, ""):
        if key is not None and key in texts:
            return texts[key]
    return next(iter(texts.values()))


def _optional(part: str, evidence: Mapping[str, Any], lang: Language) -> str:
    """The bracketed part, filled; empty if one of its values is missing."""
    if any(_shown(key, evidence.get(key), lang) == "" for key in _VALUE.findall(part)):
        return ""
    return part


def _filled(template: str, evidence: Mapping[str, Any], lang: Language) -> str:
    """The template with its values; a missing one is shown as `…`."""
    return _VALUE.sub(lambda found: _shown(found[1], evidence.get(found[1]), lang) or "…", template)


def _shown(key: str, value: object, lang: Language) -> str:
    """A value as people read it: lists by commas, codes by words, days as 31/12/2026 in Vietnamese."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(_shown(key, item, lang) for item in value)
    word = _WORDS.get((key, str(value)))
    if word is not None:
        return word.vi if lang == "vi" else word.en
    if lang == "vi" and key in _DAYS and _DAY.fullmatch(str(value)):
        return date.fromisoformat(str(value)).strftime("%d/%m/%Y")
    return str(value)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
