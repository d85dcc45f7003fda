"""The ledger as a flow: rows read, what was linked or waits for a person, and every outcome, bands as wide as their share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from flows.report.svg import drawing, percent, said, spread, thousands, told
from flows.report.words import OUTCOMES, Words

_WIDTH, _HEIGHT, _TALL = 960, 460, 344  # of the drawing; of all bands together
_GAP, _LEAST, _BAR = 14, 3, 12  # between nodes; of the smallest band: one record in a million is still seen; of a node
_LEFT, _MIDDLE, _RIGHT = 130, 410, 700
_READ = Words("dòng đã đọc", "rows read")
_GROUPS = {"linked": Words("được liên kết", "linked"), "person": Words("chờ người xem xét", "for a person")}


@dataclass(frozen=True, slots=True)
class _End:
    """Where rows end: its colour, its name, the group in the middle that it belongs to, its rows."""

    kind: str
    words: Words
    group: str
    rows: int


def ledger_flow(total: int, outcomes: Mapping[str, int], severities: Mapping[str, int], lang: str) -> Markup:
    """The drawing; `severities` are those of the primary findings of mismatches. Empty if nothing was read."""
    ends = [end for end in _ends(outcomes, severities) if end.rows]
    if not total or not ends:
        return Markup()
    sizes = _shares([end.rows for end in ends])
    title = told(Words("Sổ cái: từ dòng đã đọc đến kết quả", "ledger: from rows read to outcomes"), lang)
    return drawing(_WIDTH, _HEIGHT, title, "".join(_parts(total, ends, sizes, lang)), "wide flow")


def _ends(outcomes: Mapping[str, int], severities: Mapping[str, int]) -> list[_End]:
    mismatch = OUTCOMES["mismatch"]
    kinds = {"field": Words("tại chỗ", "field"), "review": Words("xem xét", "review")}
    split = [
        _End(name, Words(f"{mismatch.vi}, {told.vi}", f"{mismatch.en}, {told.en}"), "linked", severities.get(name, 0))
        for name, told in kinds.items()
    ]
    rest = outcomes["mismatch"] - sum(end.rows for end in split)  # of no known severity: shown, never lost
    return [
        _End("consistent", OUTCOMES["consistent"], "linked", outcomes["consistent"]),
        *split,
        _End("field", mismatch, "linked", max(0, rest)),
        *(_End(name, OUTCOMES[name], "person", outcomes[name]) for name in ("review", "ambiguous")),
        *(_End(name, OUTCOMES[name], "", outcomes[name]) for name in ("not_found", "out_of_scope", "rejected")),
    ]


def _shares(numbers: list[int]) -> list[float]:
    """Heights in proportion, none below the least that can be seen."""
    sizes = [max(_LEAST, _TALL * number / sum(numbers)) for number in numbers]
    sizes[sizes.index(max(sizes))] -= sum(sizes) - _TALL
    return sizes


def _parts(total: int, ends: list[_End], sizes: list[float], lang: str) -> list[str]:
    left = (_HEIGHT - _TALL) / 2
    right = (_HEIGHT - _TALL - _GAP * (len(ends) - 1)) / 2
    middle = left - _GAP
    parts = [_node("ink", _LEFT, left, _TALL), _start(total, lang)]
    labels = spread([right + sum(sizes[:n]) + _GAP * n + size / 2 for n, size in enumerate(sizes)], 42, _HEIGHT)
    for n, (end, size, label) in enumerate(zip(ends, sizes, labels, strict=True)):
        if end.group and (not n or ends[n - 1].group != end.group):
            members = [(e, s) for e, s in zip(ends, sizes, strict=True) if e.group == end.group]
            tall = sum(s for _, s in members)
            parts += [
                _node(f"m-{end.group}", _MIDDLE, middle, tall),
                _group(end.group, sum(e.rows for e, _ in members), middle, tall, n == 0, lang),
            ]
        if end.group:
            parts += [
                _band(end.kind, _LEFT, left, _MIDDLE, middle, size),
                _band(end.kind, _MIDDLE, middle, _RIGHT, right, size),
            ]
            middle += size + (_GAP if n + 1 < len(ends) and ends[n + 1].group != end.group else 0)
        else:
            parts.append(_band(end.kind, _LEFT, left, _RIGHT, right, size))
        parts += [_node(f"o-{end.kind}", _RIGHT, right, size), _label(end, total, right + size / 2, label, lang)]
        left, right = left + size, right + size + _GAP
    return parts


def _node(kind: str, x: float, y: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y:.1f}" width="{_BAR}" height="{height:.1f}" rx="2"/>'


def _band(kind: str, x: float, y: float, to_x: float, to_y: float, size: float) -> str:
    start, half = x + _BAR, (x + _BAR + to_x) / 2
    top = f"M{start} {y:.1f}C{half} {y:.1f} {half} {to_y:.1f} {to_x} {to_y:.1f}"
    return (
        f'<path class="band o-{kind}" d="{top}V{to_y + size:.1f}C{half} {to_y + size:.1f} {half} {y + size:.1f} {start} {y + size:.1f}Z"/>'
    )


def _start(total: int, lang: str) -> str:
    x, y = _LEFT - 12, _HEIGHT / 2 - 8
    lines = [_READ.vi, _READ.en] if lang == "both" else [told(_READ, lang)]
    spans = "".join(f'<tspan{" class=soft" if n else ""} x="{x}" dy="{17 if n else 20}">{line}</tspan>' for n, line in enumerate(lines))
    return f'<text x="{x}" y="{y}" text-anchor="end"><tspan class="big">{thousands(total)}</tspan>{spans}</text>'


def _group(name: str, rows: int, y: float, tall: float, first: bool, lang: str) -> str:
    """The middle's name: above the first of its bars, else in its band where that is wide enough, else left out (its parts have theirs)."""
    if not first and tall < 40:
        return ""
    x, top, end = (_MIDDLE + _BAR, y - 26, ' text-anchor="end"') if first else (_MIDDLE + _BAR + 12, y + tall / 2 - 4, "")
    second = f'<tspan x="{x}" dy="18">{said(_GROUPS[name], lang)}</tspan>'
    return f'<text x="{x}" y="{top:.1f}"{end}><tspan class="strong">{thousands(rows)}</tspan>{second}</text>'


def _label(end: _End, total: int, at: float, y: float, lang: str) -> str:
    x = _RIGHT + _BAR + 14
    lead = f'<path class="lead" d="M{_RIGHT + _BAR + 1} {at:.1f}L{x - 4} {y:.1f}"/>' if abs(y - at) > 2 else ""
    first = f'<tspan class="strong">{thousands(end.rows)}</tspan> <tspan class="soft">{percent(end.rows / total)}</tspan>'
    return f'{lead}<text x="{x}" y="{y - 3:.1f}">{first}<tspan x="{x}" dy="16">{said(end.words, lang)}</tspan></text>'
