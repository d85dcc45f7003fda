"""A run in a dozen lines of Markdown: for the terminal and for Prefect's artifact. Counts only, no personal data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OUTCOMES = {
    "consistent": "khớp / consistent",
    "mismatch": "sai lệch / mismatch",
    "ambiguous": "nhiều người cùng hợp / ambiguous",
    "review": "cần người xem / review",
    "not_found": "không tìm thấy / not found",
    "out_of_scope": "ngoài phạm vi / out of scope",
    "rejected": "bị loại / rejected",
}


def markdown(summary: dict[str, Any], folder: Path) -> str:
    """The end of a run as people want to read it: the ledger, the commonest findings, where the files are."""
    rows = summary["rows_read"]
    lines = [
        f"# {summary['name']}, {summary['as_of']}",
        "",
        "| kết quả / outcome | bản ghi / records | |",
        "|---|---:|---:|",
        *(f"| {title} | {summary['outcomes'][name]:,} | {_share(summary['outcomes'][name], rows)} |" for name, title in OUTCOMES.items()),
        f"| **đã đọc / rows read** | **{rows:,}** | |",
        "",
        "| phát hiện / finding | mức / severity | bản ghi / records |",
        "|---|---|---:|",
        *(f"| {row['code']} | {row['severity']} | {row['records']:,} |" for row in summary["findings"] if row["severity"] != "benign"),
        "",
        f"{_status(summary['status'])}  ",
        *(f"{line}  " for line in _decisions(summary.get("decisions") or {}, folder)),
        f"Ước lượng / estimated: precision {_interval(summary['estimated_error'], 'precision')}, "
        f"recall {_interval(summary['estimated_error'], 'recall')}  ",
        f"{_blocking(summary['blocking'])}  ",
        f"Báo cáo / report: {folder / 'report.html'}  ",
        f"Việc cần làm / work list: {folder / 'mismatches.csv'}  ",
        *_causes(summary.get("causes") or {}, folder),
    ]
    return "\n".join(lines)


def _decisions(counts: dict[str, dict[str, int]], folder: Path) -> list[str]:
    """What became of the decisions that were read, and the file to open where somebody has to mend a row; nothing if none were read."""
    read = counts.get("read") or {}
    if not read:
        return []
    told = ", ".join(f"{name} {number:,}" for name, number in read.items())
    wanting = {name: number for name in ("refused", "still_refused", "conflict") if (number := read.get(name))}
    unnamed = sum((counts.get("unnamed") or {}).values())
    lines = [f"Quyết định đã đọc / decisions read: {told}"]
    if wanting or unnamed:
        parts = [f"{name} {number:,}" for name, number in {**wanting, **({"unnamed": unnamed} if unnamed else {})}.items()]
        lines.append(f"Cần sửa / to be mended: {', '.join(parts)}; xem / see {folder / 'decisions.csv'}")
    return lines


def _causes(counts: dict[str, Any], folder: Path) -> list[str]:
    """Where one decision clears many rows; nothing if no two mismatches go back to one thing."""
    if not counts.get("causes"):
        return []
    told = f"{counts['causes']:,} ({counts['mismatches']:,} sai lệch / mismatches)"
    return [f"Nguyên nhân chung / common causes: {told}: {folder / 'causes.csv'}"]


def _blocking(counts: dict[str, int]) -> str:
    """What was compared and left out; and blocking recall, estimated from the links that are certain by their number."""
    text = f"Cặp đã so / pairs compared: {counts['pairs']:,}; bỏ qua vì khóa quá đông / left out as over-full: {counts['capped_pairs']:,}"
    asked, found = counts["asked"], counts["found"]
    return (
        f"{text}; tìm được không cần số giấy tờ / found without the number: {_share(found, asked)} ({found:,}/{asked:,})" if asked else text
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _interval(error: dict[str, Any], name: str) -> str:
    """A figure with the ends of its interval: `0.9991 (0.9978 – 1.0000)`."""
    low, high = _number(error[f"{name}_low"]), _number(error[f"{name}_high"])
    return f"{_number(error[name])} ({low} – {high})"


def _status(status: dict[str, Any]) -> str:
    names = ("open_before", "new", "reopened", "resolved", "decided", *(("erased",) if status.get("erased") else ()), "open_now")
    parts = [f"{name} {status[name]:,}" for name in names if name in status]
    return "Sai lệch / mismatches: " + ", ".join(parts)
