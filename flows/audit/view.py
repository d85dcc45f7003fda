"""Prints what was drawn, and what the answers say. Counts and shares only."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from flows.audit.answers import Audit
from flows.audit.draw import Drawn
from matching.audit import Interval

_WHICH = {
    "A": "liên kết / linked",
    "B": "cần người xem / review and ambiguous",
    "C": "không tìm thấy / not found",
    "D": "người khác của bản ghi đã liên kết / another resident of a linked record",
}
_BAND = {"1": "0.001 – 0.1", "2": "0.1 – 0.5", "3": "0.5 – 0.99", "4": "0.99 – 0.999", "5": "0.999 – 1"}


def print_drawn(drawn: Drawn, out: Path, console: Console) -> None:
    """Print the strata and how many pairs were drawn of each."""
    for stratum, size in zip(drawn.strata, drawn.sizes, strict=True):
        console.print(f"  {size:>5} / {stratum.size:>9,}   {_words(stratum.name)}", markup=False, highlight=False)
    console.print(f"{sum(drawn.sizes)} cặp / pairs: {out}", markup=False, highlight=False)
    console.print(
        f"không rút / left out: p < 0.001, {drawn.left_out:.1f} cặp đúng dự kiến / expected matches; "
        "điền xong / when filled: doisoat audit-sample RUN_DIR --answers FILE", markup=False, highlight=False
    )  # fmt: skip


def print_audit(audit: Audit, console: Console) -> None:
    """Print precision and recall with their intervals, the strata they come from, and the agreement of the clerks."""
    for answer in audit.answers:
        told = f"{answer.right:>5} {answer.wrong:>5} {answer.unsure:>5}   {answer.stratum.size:>9,}   {_words(answer.stratum.name)}"
        console.print(f"  {told}", markup=False, highlight=False)
    console.print("  (cùng / same, khác / other, không rõ / unsure, số cặp / pairs)", highlight=False)
    console.print(f"precision {_interval(audit.precision)}", highlight=False)
    console.print(
        f"recall    {_interval(audit.recall)}   (trong số cặp được đề xuất / among the pairs that were proposed)", highlight=False
    )
    if audit.unanswered or audit.contested:
        console.print(f"chưa trả lời / unanswered {audit.unanswered}, trái nhau / contradicted {audit.contested}", highlight=False)
    if audit.both:
        shown = "-" if audit.kappa is None else f"{audit.kappa:.3f}"
        console.print(f"kappa {shown} ({audit.both} cặp hai người xem / pairs that two people looked at)", highlight=False)


def _words(stratum: str) -> str:
    return f"{stratum}: {_WHICH.get(stratum[:1], '')}, p {_BAND.get(stratum[1:], '')}"


def _interval(found: Interval | None) -> str:
    return "-" if found is None else f"{found.value:.4f} (95 %: {found.low:.4f} – {found.high:.4f})"
