"""The words in a detail that say what follows them, as one pattern over folded text."""

from __future__ import annotations

import re

from matching.standardise.addresses.lexicon import words
from matching.standardise.addresses.numbers import CHAIN, NUMBER, ROOM

_HAMLETS = (
    r"khu pho|khoi pho|khoi xom|k\.? ?pho|k\.p|kp|kpho|to dan pho|to dp|t\.?d\.?p|tieu khu|khu vuc|kv(?=\W?\d|[\s.]+[a-z])|thon van hoa"
    r"|ap van hoa|thon ban|thon buon|thon|ap|xom|buon|khom|phum|plei|play|pley|ploi|soc|ban|bon|lang|khoi|doi(?=\W*\d)"
    r"|khu(?=\W*(?:so\W*)?(?:\d|[ivx]+\b|[a-z]\b))|(?<=[a-z] )k(?=\. ?\d{1,2}(?![a-z0-9/]))"
    r"|(?:(?<=(?:xom|doi) \d )|(?<=(?:xom|doi) \d\d )|(?<=to \d ))th(?=\. ?\d)|tk(?=\W?\d|[\s.]+[a-z]{2})"
    r"|khu(?= (?!(?:dan|dc|do|dt|dtm|tdc|tai|tap|nha|cong|che|phuc|cu|du|lien|trung|cho|ban|quy|dat|ky|gia|the|vuc|pho|luu|quan|resort|phan|biet|lien|kinh"
    r"|van|vui|ga|ben|chua|den|lo|uy|ubnd|y|benh|truong|sinh|moi|giua|tren|duoi|sau|gan|canh)(?![a-z]))[a-z]{2})"
)
_COMPLEXES = (
    r"chung cu|c/c|cc(?=\W)|(?:khu dan cu|kdc)(?: so(?=[\s.:]*\d))?|khu do thi(?: moi)?|khu d[tc]m?|khu tdc|(?:khu )?tap the|khu nha o|khu cong nghiep"
    r"|khu che xuat|khu phuc hop|khu cu xa|cu xa|toa nha|kdt[mn]?|ktt|kcn|can ho(?: so(?=[\s.:]*[a-z]?\d))?|biet thu|lien ke|nha o xa hoi|noxh|ky tuc xa|ktx"
    r"|shophouse|ki ?ot|kiosk?|penthouse"
)
_NUMBERED = r"(?:toa|thap|block|blk|tang|lau|can|phong|lo|lk|day|ch|chcc)(?=\W*(?:so\W*)?(?:[a-z]{0,3}\W?\d|[a-z]{1,2}\d?\b))"
_ROOM_NUMBER = ROOM.split("{0,2}", maxsplit=1)[1]
_TOWER_CODE = r"(?:[a-hk-nst]|[a-z]{1,3}\d{1,2}[a-z]?|\d{1,2}[a-z]\d{1,2})(?![a-z0-9/])(?:[\s.,-]|$)"
"""nhà A, nhà CT2, nhà 17T2: the tower; but nhà số 5, and nhà 5 or nhà 12A are doors."""
_PLACES = (
    r"uy ban|ubnd|hdnd|tru so|dang uy|cong ty|cty|tnhh|benh vien|tram y te|ngan hang|buu dien|sieu thi|tttm|trung tam|ben xe"
    r"|nha van hoa|nha hang|khach san|nha tro|nha nghi|nha tho|nha may|cua hang|van phong|cafe|ca phe|quan(?= an| cafe| com| pho)"
    r"|truong(?= tieu hoc| thcs| thpt| th | mam non| mn | dai hoc| dh| cao dang| mau giao| trung)|chua(?= [a-z])|cho(?= [a-z])"
)
_CUES = {
    "near": r"(?:doi dien|canh|gan|sau lung|phia sau|ke ben|ben canh|dau duong|cuoi duong)\b",
    "hamlet": rf"(?:{_HAMLETS})(?=[\W\d]|$|[ivx]+\b)",
    "building": rf"(?:{_COMPLEXES}|{_NUMBERED})(?![a-z])|ph?(?=[\s.:]{{0,2}}{_ROOM_NUMBER})|nha(?=\s{_TOWER_CODE})"
    r"|(?=[a-hst]{1,2}\d{1,2}\.\d{1,2}(?![\d/]))",
    "alley": rf"(?:ngo|ngach|hem|hxh|kiet|duong hem)(?=[\s.:]*(?:so[\s.:]*)?{NUMBER})",
    "group": r"to(?:[\s.]*(?:ndtq|nd tq|nhan dan tu quan|tu quan|dan cu|doan ket|dan van))?(?=[\s.:]*(?:so[\s.:]*)?(?:\d|[ivx]+\b))"
    r"|(?<=[a-z0-9] )t(?=\. ?\d{1,3}(?![a-z0-9/]))",
    "house": rf"(?:so nha|nha so|sn|so|nha(?=[\s.:])|o(?= \d))(?=[\s.:]*{NUMBER})",
    "road": r"(?:quoc lo|ql|tinh lo|duong tinh|tl|dt|huong lo|duong huyen|hl)(?=[\s.]*(?:so\s*)?\d)",
    "street": r"(?:duong|pho|dai lo|ngo|ngach|hem|kiet|street)(?![a-z])|(?:d[d9]?|dg)(?=[. ]{1,2}[a-z]{2})|d[d9]?(?=[.] ?\d)|p(?=\. ?[a-z]{2})",
    "place": rf"(?:{_PLACES})(?![a-z])",
}
CUE = re.compile(r"(?<![a-z0-9'])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _CUES.items()) + r")[\s.:]*")
WRITTEN = words(
    "phố đường ngõ ngách hẻm kiệt tổ số thôn ấp xóm bản buôn làng khối khóm đội sóc tòa toà tầng lầu căn phòng lô dãy chùa chợ trường quán cạnh gần đại đối "
    "tiểu hương tỉnh chung khu nhà cư biệt liền ký cửa văn công ngân bưu siêu bến trụ uỷ ủy đảng bệnh trạm kế phía sau cuối đầu lưng cà quốc vực xá "
    "tháp tập thể kđt kđtm đtm ô"
)
"""Cue words as they are written with accents; a word with other accents only looks like one when folded (Láng, Ngô, Dương)."""
START_ONLY = frozenset(("ban", "lang", "bon", "soc", "khoi", "doi", "khu", "cho", "chua", "canh", "gan"))
"""Cues that are as often part of a street's name: only at the start of a part, or before a number."""
BEHIND_DOOR = {"khu": "khu", "ban": "bản", "khoi": "khối", "lang": "làng"}
"""Those that no street begins with: right behind a door or a group they are a hamlet's kind (without accents Lang may be Láng)."""
DOOR_BETWEEN = re.compile(rf"\W*(?:{CHAIN})?\W*")
