"""The page: the numbers of the summary in a template, Vietnamese first with English beside it; no personal data, no script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.report.charts import flow, group_words, histogram, percent, thousands
from flows.report.decided import RESULTS
from flows.report.figures import GROUPS, ProvinceCount, Summary
from flows.report.settings import ReportSettings
from flows.report.words import GATES, OUTCOMES, SEVERITIES, SIDES, code_words, finding_words, rule_words

COLUMNS = 6
"""Findings that have a column of their own in the table of provinces; the rest share one."""
_COMPARED = (
    ("link_rate", "Tỷ lệ liên kết", "link rate"),
    ("mismatch_rate", "Tỷ lệ sai lệch", "mismatch rate"),
    ("estimated_precision", "Độ chính xác ước tính", "estimated precision"),
    ("estimated_recall", "Độ phủ ước tính", "estimated recall"),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """A number of this run beside that of the last published one."""

    vi: str
    en: str
    now: str
    before: str
    change: str


def render_page(summary: Summary, settings: ReportSettings, previous: Path | None) -> str:
    """The whole page as HTML."""
    environment = Environment(
        loader=PackageLoader("flows.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        OUTCOMES=OUTCOMES, SEVERITIES=SEVERITIES, GATES=GATES, groups=GROUPS, group_words=group_words(),
        code_words=code_words, finding_words=finding_words, rule_words=rule_words, results=RESULTS,
    )  # fmt: skip
    environment.filters.update(n=thousands, pct=percent)
    columns = finding_columns(summary.provinces)
    return environment.get_template("report.html.j2").render(
        s=summary,
        flow=flow(summary.rows_read, summary.outcomes),
        histograms=[histogram(summary.weights, summary.link_threshold, summary.review_threshold, width) for width in (720, 360)],
        columns=columns,
        provinces=[_province_row(province, columns) for province in summary.provinces],
        most=max((count for p in summary.provinces for count in p.findings.values()), default=0),
        trends=trends(summary, previous),
        sides=[
            (settings.source, summary.partner, SIDES["partner"]),
            (settings.register_source, summary.register, SIDES["register"]),
        ],
    )


def finding_columns(provinces: tuple[ProvinceCount, ...]) -> list[str]:
    """The findings that most mismatches are about, the most frequent first; equals by code."""
    totals: dict[str, int] = {}
    for province in provinces:
        for code, count in province.findings.items():
            totals[code] = totals.get(code, 0) + count
    return sorted(totals, key=lambda code: (-totals[code], code))[:COLUMNS]


def _province_row(province: ProvinceCount, columns: list[str]) -> tuple[ProvinceCount, list[int], int]:
    """A province with a count for each column and one for all other findings."""
    counts = [province.findings.get(code, 0) for code in columns]
    return province, counts, province.mismatches - sum(counts)


def trends(summary: Summary, previous: Path | None) -> list[Trend]:
    """Key numbers against the last published run; empty if there is none to compare with."""
    path = previous / "summary.json" if previous else None
    if path is None or not path.is_file():
        return []
    before: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    counts = [("rows_read", "Dòng đã đọc", "rows read", summary.rows_read, before["rows_read"])] + [
        (name, OUTCOMES[name].vi, OUTCOMES[name].en, number, before["outcomes"].get(name, 0))
        for name, number in summary.outcomes.items()
    ]
    return [
        *(Trend(vi, en, thousands(now), thousands(was), _signed(now - was)) for _, vi, en, now, was in counts if now or was),
        *(_rate_trend(vi, en, getattr(summary, name), before.get(name)) for name, vi, en in _COMPARED),
    ]


def _signed(change: int) -> str:
    return "=" if not change else f"{'+' if change > 0 else '−'}{thousands(abs(change))}"


def _rate_trend(vi: str, en: str, now: Any, was: float | None) -> Trend:  # noqa: ANN401  (a decimal or null)
    current = None if now is None else float(now)
    change = None if current is None or was is None else round(100 * (current - was), 2)
    shown = "–" if change is None else "=" if not change else f"{change:+.2f}".replace("-", "−").replace(".", ",") + " đ.%"
    return Trend(vi, en, percent(current, 2), percent(was, 2), shown)
