"""Words for a closed set of values: the status of a resident, and the sex, in both languages as extracts write them."""

from __future__ import annotations

from matching.standardise.encodings import legible
from matching.standardise.text import fold

_STATUS_WORDS = {
    "alive": "con song|song|dang song|binh thuong|dang cu tru|thuong tru|dang thuong tru|hien huu|hoat dong|dang hoat dong|alive|active|living|normal",
    "deceased": "da chet|chet|da mat|mat|tu vong|da tu vong|qua doi|da qua doi|khai tu|da khai tu|tu tran|dang ky khai tu|tuyen bo da chet|deceased|dead|died",
    "missing": "mat tich|da mat tich|tuyen bo mat tich|bi tuyen bo mat tich|missing|declared missing",
    "absent": "tam vang|vang mat|dang tam vang|khai bao tam vang|absent|temporarily absent|temporary absence",
    "left": "da xuat canh|xuat canh|dinh cu nuoc ngoai|xuat canh dinh cu|ra nuoc ngoai dinh cu|thoi quoc tich|mat quoc tich|tuoc quoc tich"
    "|huy so dinh danh|da huy so dinh danh|huy so|da huy|xoa dang ky thuong tru|xoa thuong tru|left|emigrated|cancelled|number cancelled",
}  # fmt: skip
# What a longer text says, looked for in this order: a person declared missing (`mất tích`) is not one who died (`đã mất`).
_SAYS = (
    ("missing", ("mat tich", "missing")),
    ("deceased", ("chet", "tu vong", "khai tu", "qua doi", "tu tran", "da mat", "deceased", "dead")),
    ("left", ("xuat canh", "dinh cu nuoc ngoai", "quoc tich", "huy so", "huy dinh danh", "emigrat", "cancel")),
    ("absent", ("tam vang", "vang mat", "absent", "absence")),
    ("alive", ("con song", "dang song", "alive", "living")),
)
STATUSES = {word: status for status, words in _STATUS_WORDS.items() for word in words.split("|")}
SEXES = {**dict.fromkeys(("nam", "male", "m", "1", "trai"), "M"), **dict.fromkeys(("nu", "female", "f", "0", "2", "gai"), "F")}


def status(text: str | None) -> str:
    """A resident's status; empty means alive, a word that is not known means unknown (the gate counts those)."""
    folded = fold(text or "")
    if not folded:
        return "alive"
    return _status(folded) or _status(fold(legible(text or ""))) or "unknown"


def _status(folded: str) -> str | None:
    return STATUSES.get(folded) or next((status for status, words in _SAYS if any(word in folded for word in words)), None)


def sex(text: str | None) -> str | None:
    """M, F, or None where the cell is empty or says something else."""
    return SEXES.get(fold(text or "")) or SEXES.get(fold(legible(text or "")))
