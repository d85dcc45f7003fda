"""The reviewer's guide names every finding, every decision and every mark, in both languages; its Markdown is today's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.report import columns, manual
from flows.report.guide import COLUMN_WORDS, DECISION_WORDS, REVIEW_WORDS, guide_rows
from flows.report.words import FINDINGS
from matching.findings import FINDINGS as DECLARED

ROOT = Path(__file__).parents[3]
MARKDOWN = (ROOT / "docs" / "huong-dan.md").read_text("utf-8")
PAGE = manual.as_html()
SHEET = "\n".join(" ".join(row) for row in guide_rows())


@pytest.mark.parametrize("code", [finding.code for finding in DECLARED])
def test_every_finding_is_explained(code: str) -> None:
    for text in (MARKDOWN, PAGE, SHEET):
        assert code in text and FINDINGS[code].vi in text and FINDINGS[code].en in text


@pytest.mark.parametrize("word", sorted({*columns.MISMATCH_DECISIONS, *columns.REVIEW_DECISIONS}))
def test_every_decision_is_explained(word: str) -> None:
    assert f"`{word}`" in MARKDOWN and f"<code>{word}</code>" in PAGE


def test_the_words_are_the_decisions_there_are() -> None:
    assert tuple(DECISION_WORDS) == columns.MISMATCH_DECISIONS and tuple(REVIEW_WORDS) == columns.REVIEW_DECISIONS


def test_every_column_of_the_work_list_is_explained_in_the_spreadsheet() -> None:
    told = {name.strip() for names in COLUMN_WORDS for name in names.split(",")}
    shown = [name for name in (*columns.MISMATCHES, *columns.DECISION) if not name.endswith(("_partner", "_register", "_diff"))]
    assert [name for name in shown if name not in told and name not in ("province", "commune")] == []


def test_the_markdown_is_todays() -> None:
    assert manual.as_markdown() == MARKDOWN, "python -m flows.report.manual docs/huong-dan.md"


def test_the_page_stands_alone_with_its_picture() -> None:
    assert PAGE.count("<img") == 1 and 'src="data:image/png;base64,' in PAGE
    assert not re.search(r"""(?:src|href)\s*=\s*(?!"data:)|url\(|@import|<script""", PAGE)
    assert len(PAGE) < 400_000


def test_pictures_are_small() -> None:
    pictures = [*(ROOT / "docs" / "images").glob("*.png"), ROOT / "flows" / "report" / "data" / manual.PICTURE]
    assert len(pictures) >= 4
    assert [path.name for path in pictures if path.stat().st_size > 200_000] == []
