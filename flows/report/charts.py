"""Drawings of the page as inline SVG: no script, no font, no library. Colours are classes, so light, dark and print share them.

Each drawing says in its title what it shows, for people who hear the page instead of seeing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

from markupsafe import Markup, escape

from flows.report.figures import BIN, GROUPS, Bar
from flows.report.words import OUTCOMES, Words

_GAP = 12  # between the right-hand bars of the flow
_TALL = 390  # of the flow
_LEAST = 3  # height of the smallest band: one record in a million is still seen
_GROUP_WORDS = {
    "linked": Words("liên kết", "linked"),
    "undecided": Words("chờ người quyết định", "for a person"),
    "not_found": Words("không tìm thấy", "not found"),
}


def thousands(number: int) -> str:
    """A whole number in Vietnamese style: 1234567 -> 1.234.567."""
    return f"{number:,}".replace(",", ".")


def percent(share: float | None, places: int = 1) -> str:
    """A share as a percentage in Vietnamese style: 0.1234 -> 12,3 %; null is a dash."""
    return "–" if share is None else f"{100 * share:.{places}f} %".replace(".", ",")


def flow(total: int, outcomes: Mapping[str, int]) -> Markup:
    """Rows read on the left, their outcomes on the right, bands as wide as their share."""
    shown = {name: number for name, number in outcomes.items() if number}
    if not total:
        return Markup()
    height = 370 - _GAP * max(0, len(shown) - 1)
    sizes = _shares(list(shown.values()), height)
    left, right = (_TALL - sum(sizes)) / 2, (_TALL - sum(sizes) - _GAP * (len(sizes) - 1)) / 2
    parts = [f'<rect class="ink" x="96" y="{left:.1f}" width="12" height="{sum(sizes):.1f}" rx="2"/>']
    parts.append(_label(88, _TALL / 2 - 14, thousands(total), "rows read", "dòng đã đọc"))
    labels = _spread([right + sum(sizes[:n]) + _GAP * n + size / 2 for n, size in enumerate(sizes)], 44, _TALL)
    for (name, number), size, label in zip(shown.items(), sizes, labels, strict=True):
        parts.append(_band(name, left, right, size))
        parts.append(f'<rect class="o-{name}" x="470" y="{right:.1f}" width="12" height="{size:.1f}" rx="2"/>')
        if abs(label - right - size / 2) > 2:
            parts.append(f'<path class="lead" d="M483 {right + size / 2:.1f} L492 {label:.1f}"/>')
        parts.append(_outcome_label(name, number, total, label))
        left, right = left + size, right + size + _GAP
    return _svg(720, _TALL, "Sổ cái: dòng đã đọc và kết quả / ledger: rows read and outcomes", "".join(parts), "wide flow")


def _shares(numbers: Sequence[int], height: float) -> list[float]:
    """Heights in proportion, none below the least that can be seen."""
    total = sum(numbers)
    sizes = [max(_LEAST, height * number / total) for number in numbers]
    surplus = sum(sizes) - height
    largest = sizes.index(max(sizes))
    sizes[largest] -= surplus
    return sizes


def _spread(wanted: Sequence[float], step: float, height: float) -> list[float]:
    """Positions near the wanted ones, in order, at least `step` apart, inside the height."""
    found: list[float] = []
    for at in wanted:
        found.append(max(at, found[-1] + step if found else step / 2))
    limit = height - step / 2
    for n in range(len(found) - 1, -1, -1):
        found[n] = min(found[n], limit)
        limit = found[n] - step
    return found


def _band(name: str, left: float, right: float, size: float) -> str:
    top = f"M108 {left:.1f} C280 {left:.1f} 300 {right:.1f} 470 {right:.1f}"
    bottom = f"L470 {right + size:.1f} C300 {right + size:.1f} 280 {left + size:.1f} 108 {left + size:.1f} Z"
    return f'<path class="band o-{name}" d="{top} {bottom}"/>'


def _label(x: float, y: float, number: str, en: str, vi: str) -> str:
    lines = f'<tspan class="big">{number}</tspan><tspan x="{x}" dy="19">{vi}</tspan><tspan class="soft" x="{x}" dy="15">{en}</tspan>'
    return f'<text x="{x}" y="{y}" text-anchor="end">{lines}</text>'


def _outcome_label(name: str, number: int, total: int, y: float) -> str:
    told = OUTCOMES[name]
    first = f'<tspan class="strong">{thousands(number)}</tspan> <tspan class="soft">{percent(number / total)}</tspan>'
    return f'<text x="496" y="{y - 3:.1f}">{first}<tspan x="496" dy="15">{told.vi} <tspan class="soft">{told.en}</tspan></tspan></text>'


def histogram(bars: Sequence[Bar], link: float, review: float, width: int) -> Markup:
    """Match weights of the best candidates in bits, stacked by what became of them, with the two thresholds."""
    if not bars:
        return Markup()
    left, bottom, top = 64, 216, 34
    highest = max(sum(bar.counts.values()) for bar in bars)
    step = (width - left - 8) / len(bars)
    parts = [_grid(highest, left, width, bottom, top)]
    for n, bar in enumerate(bars):
        parts.append(_stack(bar, left + n * step, step, (bottom - top) / highest, bottom))
    parts += [_axis(bars, left, step, bottom)]
    start, end = bars[0].start, bars[-1].start + BIN
    wide = width > 500
    for name, probability in (("liên kết / link" if wide else "liên kết", link), ("xem xét / review" if wide else "xem xét", review)):
        weight = log2(probability / (1 - probability))
        if start <= weight <= end:
            parts.append(_threshold(left + (weight - start) / BIN * step, top, bottom, f"{name} {percent(probability, 0)}", name.startswith("x")))
    parts.append(f'<text class="soft" x="{(left + width) / 2:.0f}" y="{bottom + 36}" text-anchor="middle">bit: trọng số khớp / match weight</text>')
    title = "Phân bố trọng số khớp của ứng viên tốt nhất / match weights of the best candidates"
    return _svg(width, bottom + 44, title, "".join(parts), "histogram")


def _grid(highest: int, left: float, width: int, bottom: float, top: float) -> str:
    """Three lines with round numbers."""
    parts = []
    for number in _ticks(highest):
        y = bottom - number / highest * (bottom - top)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{width - 8}"/>')
        parts.append(f'<text class="soft" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{thousands(number)}</text>')
    return "".join(parts)


def _ticks(highest: int) -> list[int]:
    size = 10 ** (len(str(highest)) - 1)
    step: int = next(s for s in (size // 5, size // 2, size, size * 2, size * 5) if s and highest / s <= 4)
    return list(range(0, highest + 1, step))


def _stack(bar: Bar, x: float, step: float, scale: float, bottom: float) -> str:
    parts, y = [], bottom
    for group in GROUPS:
        size = bar.counts[group] * scale
        if size:
            y -= size
            parts.append(f'<rect class="g-{group}" x="{x + 0.75:.1f}" y="{y:.2f}" width="{max(step - 1.5, 0.8):.1f}" height="{size:.2f}"/>')
    return "".join(parts)


def _axis(bars: Sequence[Bar], left: float, step: float, bottom: float) -> str:
    """Weights below the bars, at most ten of them, always the zero where it is in sight."""
    every = max(1, -(-len(bars) // 10)) * BIN
    marks = [(n, bar.start) for n, bar in enumerate(bars) if bar.start % every == 0]
    line = f'<path class="axis" d="M{left} {bottom}h{len(bars) * step:.1f}"/>'
    return line + "".join(
        f'<text class="soft" x="{left + n * step:.1f}" y="{bottom + 17}" text-anchor="middle">{str(start).replace("-", "−")}</text>'
        for n, start in marks
    )


def _threshold(x: float, top: float, bottom: float, label: str, to_left: bool) -> str:
    anchor, shift = ("end", -5) if to_left else ("start", 5)
    line = f'<path class="threshold" d="M{x:.1f} {top - 20}V{bottom}"/>'
    return f'{line}<text x="{x + shift:.1f}" y="{top - 12}" text-anchor="{anchor}">{escape(label)}</text>'


def group_words() -> Mapping[str, Words]:
    """The legend of the histogram."""
    return _GROUP_WORDS


def _svg(width: int, height: int, title: str, content: str, kind: str) -> Markup:
    head = f'<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
    return Markup(f"{head}<title>{escape(title)}</title>{content}</svg>")  # numbers and escaped words only
