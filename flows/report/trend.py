"""The last runs beside each other: a small curve for each key number, and the change against the last run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from flows.report.svg import drawing, percent, thousands, told
from flows.report.words import OUTCOMES, Words

KEPT = 12  # runs that are shown
_RATES = ("link_rate", "mismatch_rate", "estimated_precision", "estimated_recall")
_NAMES = {
    "rows_read": Words("Dòng đã đọc", "rows read"),
    "link_rate": Words("Tỷ lệ liên kết", "link rate"),
    "mismatch_rate": Words("Tỷ lệ sai lệch", "mismatch rate"),
    "estimated_precision": Words("Độ chính xác ước tính", "estimated precision"),
    "estimated_recall": Words("Độ phủ ước tính", "estimated recall"),
    "open_now": Words("Sai lệch đang mở", "open mismatches"),
    "not_found": Words("Không tìm thấy", "not found"),
}
_CURVES = ("link_rate", "mismatch_rate", "open_now", "not_found")
_WIDTH, _TALL, _TOP, _BOTTOM, _SIDE = 250, 152, 56, 124, 14


@dataclass(frozen=True, slots=True)
class Change:
    """A number of this run beside that of the last published one."""

    words: Words
    now: str
    before: str
    change: str


def point(summary: Mapping[str, Any], run: str) -> dict[str, Any]:
    """What later runs keep of a run: its key numbers, and records by finding."""
    found: dict[str, int] = {}
    for finding in summary["findings"]:
        found[finding["code"]] = found.get(finding["code"], 0) + finding["records"]
    kept = {name: summary[name] for name in ("as_of", "rows_read", "outcomes", *_RATES)}
    return {"run": run, **kept, "open_now": summary["status"]["open_now"], "findings": found}


def earlier(previous: Path | None) -> list[dict[str, Any]]:
    """The points of the runs before this one, oldest first, out of the last published run's summary; none without one."""
    path = previous / "summary.json" if previous else None
    if previous is None or path is None or not path.is_file():
        return []
    summary = json.loads(path.read_text(encoding="utf-8"))
    return [*summary.get("earlier", []), point(summary, previous.name)][-(KEPT - 1) :]


def curves(summary: Mapping[str, Any], lang: str) -> list[Markup]:
    """A curve for each key number over the earlier runs and this one; none if this is the first."""
    points = [*summary.get("earlier", []), point(summary, "")]
    if len(points) < 2:
        return []
    return [_curve(name, [_value(p, name) for p in points], [_day(p["as_of"]) for p in points], lang) for name in _CURVES]


def changes(summary: Mapping[str, Any], lang: str) -> list[Change]:
    """Key numbers against the last published run; empty if there is none. Shares change by points, in the page's language."""
    before = summary.get("earlier", [])[-1:]
    if not before:
        return []
    now, was = point(summary, ""), before[0]
    names = [
        "rows_read",
        *(name for name in OUTCOMES if now["outcomes"].get(name) or was["outcomes"].get(name)),
        "open_now",
        *_RATES,
    ]
    unit = "points" if lang == "en" else "điểm %"
    return [_change(name, _value(now, name), _value(was, name), unit) for name in names]


def finding_changes(summary: Mapping[str, Any]) -> dict[str, str]:
    """How much more or fewer records carry each finding than in the last run; empty if there is none."""
    before = summary.get("earlier", [])[-1:]
    if not before:
        return {}
    now, was = point(summary, "")["findings"], before[0]["findings"]
    return {code: _signed(now.get(code, 0) - was.get(code, 0)) for code in {*now, *was}}


def _value(one: Mapping[str, Any], name: str) -> float | None:
    found: float | None = one["outcomes"].get(name, 0) if name in OUTCOMES else one.get(name)
    return found


def _shown(name: str, value: float | None, places: int = 1) -> str:
    return percent(value, places) if name in _RATES else "–" if value is None else thousands(int(value))


def _change(name: str, now: float | None, was: float | None, unit: str) -> Change:
    words = _NAMES.get(name) or OUTCOMES[name]
    if now is None or was is None:
        shown = "–"
    elif name in _RATES:
        points = round(100 * (now - was), 2)
        shown = "=" if not points else f"{points:+.2f}".replace("-", "−").replace(".", ",") + f"\u00a0{unit}"
    else:
        shown = _signed(int(now - was))
    return Change(words, _shown(name, now, 2), _shown(name, was, 2), shown)


def _signed(change: int) -> str:
    return "=" if not change else f"{'+' if change > 0 else '−'}{thousands(abs(change))}"


def _day(iso: str) -> str:
    year, month, day = str(iso).split("-")
    return f"{day}/{month}/{year[2:]}"


def _span(name: str, known: Sequence[float]) -> tuple[float, float]:
    """The lowest value that a curve's box shows, and how much above it: a change that is hardly one must not look like a fall."""
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    space = max(high - low, 0.02 if name in _RATES else max(1.0, high / 10))
    return low - (space - (high - low)) / 2, space


def _curve(name: str, values: Sequence[float | None], days: Sequence[str], lang: str) -> Markup:
    known = [value for value in values if value is not None]
    low, space = _span(name, known)
    across: Callable[[int], float] = lambda n: _SIDE + n * (_WIDTH - 2 * _SIDE) / (len(values) - 1)  # noqa: E731
    down: Callable[[float], float] = lambda value: _BOTTOM - 8 - (value - low) / space * (_BOTTOM - _TOP - 14)  # noqa: E731
    dots = [(across(n), down(value), value, days[n]) for n, value in enumerate(values) if value is not None]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, _, _ in dots) if dots else ""
    parts = [f'<path class="axis" d="M{_SIDE} {_BOTTOM}H{_WIDTH - _SIDE}"/>', f'<path class="curve" d="{line}"/>']
    for x, y, value, day in dots:
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.4"><title>{day}: {_shown(name, value, 2)}</title></circle>')
    for at, anchor, x in ((0, "start", _SIDE), (-1, "end", _WIDTH - _SIDE)):
        shown = f"{days[at]}: {_shown(name, values[at])}" if at == 0 else days[at]
        parts.append(f'<text class="soft small" x="{x}" y="{_BOTTOM + 19}" text-anchor="{anchor}">{shown}</text>')
    parts.append(f'<text x="{_SIDE}" y="18" class="small">{escape(told(_NAMES[name], lang))}</text>')
    parts.append(f'<text class="big" x="{_SIDE}" y="44">{_shown(name, values[-1])}</text>')
    return drawing(
        _WIDTH,
        _TALL,
        f"{told(_NAMES[name], lang)}: {', '.join(_shown(name, v, 2) for v in values)}",
        "".join(parts),
        "curve-box",
    )
