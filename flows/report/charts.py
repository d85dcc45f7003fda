"""The match weights as a histogram of inline SVG, stacked by what became of the records, with the two thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from typing import Any

from markupsafe import Markup, escape

from flows.report.figures import BIN, GROUPS
from flows.report.svg import drawing, percent, thousands, told
from flows.report.words import Words

Bar = Mapping[str, Any]
_AXIS = Words("trọng số khớp, bit", "match weight, bits")
_GROUP_WORDS = {
    "linked": Words("liên kết", "linked"),
    "undecided": Words("chờ người quyết định", "for a person"),
    "not_found": Words("không tìm thấy", "not found"),
}


def histogram(bars: Sequence[Bar], link: float, review: float, width: int, lang: str) -> Markup:
    """Match weights of the best candidates in bits, stacked by what became of them, with the two thresholds."""
    if not bars:
        return Markup()
    left, bottom, top = 64, 216, 34
    highest = max(sum(bar["counts"].values()) for bar in bars)
    step = (width - left - 8) / len(bars)
    parts = [_grid(highest, left, width, bottom, top)]
    for n, bar in enumerate(bars):
        parts.append(_stack(bar, left + n * step, step, (bottom - top) / highest, bottom))
    parts += [_axis(bars, left, step, bottom)]
    start, end = bars[0]["start"], bars[-1]["start"] + BIN
    wide = width > 500
    for name, words, probability in (
        ("link", Words("liên kết", "link"), link),
        ("review", Words("xem xét", "review"), review),
    ):
        label = f"{told(words, lang if wide or lang == 'en' else 'vi')} {percent(probability, 0)}"
        weight = log2(probability / (1 - probability))
        if start <= weight <= end:
            parts.append(_threshold(left + (weight - start) / BIN * step, top, bottom, label, name == "review"))
    parts.append(
        f'<text class="soft" x="{(left + width) / 2:.0f}" y="{bottom + 36}" text-anchor="middle">{escape(told(_AXIS, lang))}</text>'
    )
    title = told(Words("Phân bố trọng số khớp của ứng viên tốt nhất", "match weights of the best candidates"), lang)
    return drawing(width, bottom + 44, title, "".join(parts), "histogram")


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
        size = bar["counts"][group] * scale
        if size:
            y -= size
            parts.append(f'<rect class="g-{group}" x="{x + 0.75:.1f}" y="{y:.2f}" width="{max(step - 1.5, 0.8):.1f}" height="{size:.2f}"/>')
    return "".join(parts)


def _axis(bars: Sequence[Bar], left: float, step: float, bottom: float) -> str:
    """Weights below the bars, at most ten of them, always the zero where it is in sight."""
    every = max(1, -(-len(bars) // 10)) * BIN
    marks = [(n, bar["start"]) for n, bar in enumerate(bars) if bar["start"] % every == 0]
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
