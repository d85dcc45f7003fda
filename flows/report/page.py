"""The page: the numbers of summary.json in a template, in one language or in both; no personal data, no script.

It is drawn from the published summary alone, so `doisoat report` can draw it again in another language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from flows.report.charts import group_words, histogram
from flows.report.decided import RESULTS
from flows.report.figures import GROUPS
from flows.report.flow import ledger_flow
from flows.report.manual import GUIDE
from flows.report.svg import percent, thousands
from flows.report.tile_map import FEW, few, province_map, step
from flows.report.trend import changes, curves, finding_changes
from flows.report.words import (
    GATE_NAMES,
    GATES,
    OUTCOMES,
    SEVERITIES,
    SIDES,
    STAGES,
    code_words,
    finding_words,
    rule_words,
)
from flows.templates import templates
from matching.findings.causes.kinds import BY_NAME
from matching.sources import source

COLUMNS = 5
"""Findings that have a column of their own in the table of provinces; the rest share one."""
_SIGNS = {"field": "▲", "review": "●", "benign": "○"}
Row = tuple[Mapping[str, Any], list[tuple[int, int]], int]


def render_page(summary: Mapping[str, Any], lang: str) -> str:
    """The whole page as HTML; `lang` is `vi`, `en` or `both` (Vietnamese with English beside it)."""
    environment = templates("flows.report")
    environment.globals.update(
        OUTCOMES=OUTCOMES, SEVERITIES=SEVERITIES, GATES=GATES, GATE_NAMES=GATE_NAMES, STAGES=STAGES,
        SIGNS=_SIGNS, groups=GROUPS, group_words=group_words(), lang=lang,
        t=_telling(lang), code_words=code_words, finding_words=finding_words, rule_words=rule_words, results=RESULTS,
        cause_words={name: kind.title for name, kind in BY_NAME.items()},
    )  # fmt: skip
    environment.filters.update(n=thousands, pct=percent, code=_code)
    return environment.get_template("report.html.j2").render(**_content(summary, lang))


def _content(summary: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the template shows."""
    columns = finding_columns(summary["provinces"])
    link, review = summary["link_threshold"], summary["review_threshold"]
    return {
        "s": summary,
        "guide": GUIDE,
        "day": date.fromisoformat(summary["as_of"]).strftime("%d/%m/%Y"),
        "flow": ledger_flow(summary["rows_read"], summary["outcomes"], summary["severities"], lang),
        "histograms": [histogram(summary["weights"], link, review, width, lang) for width in (960, 360)],
        "map": province_map(summary["provinces"], lang),
        "few": FEW if few(summary["provinces"]) else 0,
        "where": where_counted(summary["provinces"]),
        "columns": columns,
        "provinces": province_rows(summary["provinces"], columns),
        "curves": curves(summary, lang),
        "changes": changes(summary, lang),
        "finding_changes": finding_changes(summary),
        "causes": summary.get("causes") or {"causes": 0},
        "error": summary.get("estimated_error") or {},
        "sides": [
            (source(summary["source"]), summary["partner"], SIDES["partner"]),
            (source(summary["register_source"]), summary["register"], SIDES["register"]),
        ],
    }


def _code(name: str) -> Markup:
    """A code as safe HTML that may be broken after its underscores, and nowhere else."""
    return Markup("_<wbr>").join(name.split("_"))


def _telling(lang: str) -> Callable[[str, str], Markup]:
    """How the template says a thing: both languages, English marked as such, or one of them."""

    def tell(vi: str, en: str) -> Markup:
        """Both texts as safe HTML, or the one of the language, with a capital where the Vietnamese one has one."""
        if lang == "both":
            return Markup(f'{escape(vi)} <span class="en" lang="en">{escape(en)}</span>')
        if lang == "vi":
            return Markup(escape(vi))
        return Markup(escape(en[:1].upper() + en[1:] if vi[:1].isupper() else en))

    return tell


def where_counted(provinces: list[Mapping[str, Any]]) -> str:
    """Whose province is counted: that of each `place`, of the `home` of every linked resident, or of the one where there is not the other (`both`)."""
    by_residence = sum(province.get("by_residence", 0) for province in provinces)
    if not by_residence:
        return "place"
    return "both" if any(p["code"] and p["records"] > p["by_residence"] for p in provinces) else "home"


def finding_columns(provinces: list[Mapping[str, Any]]) -> list[str]:
    """The findings that most mismatches are about, the most frequent first; equals by code."""
    totals: dict[str, int] = {}
    for province in provinces:
        for code, count in province["findings"].items():
            totals[code] = totals.get(code, 0) + count
    return sorted(totals, key=lambda code: (-totals[code], code))[:COLUMNS]


def province_rows(provinces: list[Mapping[str, Any]], columns: list[str]) -> list[Row]:
    """A province with a count and its darkness for each column, and one count for all other findings."""
    most = {code: max(p["findings"].get(code, 0) for p in provinces) for code in columns}
    rows = []
    for province in provinces:
        counts = [province["findings"].get(code, 0) for code in columns]
        cells = [(count, step(count, most[code])) for code, count in zip(columns, counts, strict=True)]
        rows.append((province, cells, province["mismatches"] - sum(counts)))
    return rows
