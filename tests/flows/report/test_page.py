"""The page as people read and hear it: words for every code, what candidates would bring, headings, tables, colours."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from test_report import Written, _again

from expectations.gates import GATES
from flows.report.tile_map import few, province_map
from flows.report.trend import changes, curves, finding_changes, point
from flows.report.words import CODES, GATE_NAMES
from matching.standardise.addresses.places import ASSUMPTIONS
from matching.tables import TABLES

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("page"))


def test_how_many_more_records_carry_a_finding(report: Written) -> None:
    """Counted from none where a run has not met it, over both severities of a code."""
    now = [
        {"code": code, "records": records}
        for code, records in (("DECEASED", 3), ("RESIDENCE_ELSEWHERE", 2), ("RESIDENCE_ELSEWHERE", 1200), ("ID_TYPO", 4))
    ]
    was = {"RESIDENCE_ELSEWHERE": 2, "ID_TYPO": 4, "NAME_FORM": 7}
    told = finding_changes({**report.summary, "findings": now, "earlier": [{"findings": {"DECEASED": 9}}, {"findings": was}]})
    assert told == {"DECEASED": "+3", "RESIDENCE_ELSEWHERE": "+1.200", "ID_TYPO": "=", "NAME_FORM": "−7"}
    assert finding_changes({**report.summary, "earlier": []}) == {}


def test_clerical_review_shows_what_a_candidate_would_bring(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = Written(tmp_path / "whole")
    changed = Written.__new__(Written)
    changed.inputs, changed.gates = {**whole.inputs, "possible": tmp_path / "possible"}, whole.gates
    (tmp_path / "possible").mkdir()
    record = next(row["record_id"] for row in pq.read_table(whole.inputs["links"]).to_pylist() if row["outcome"] == "review")
    with duckdb.connect() as con:
        values = [(1, "NAME_DIFFERS", "review"), (1, "DECEASED", "field"), (1, "NAME_FORM", "benign"), (2, "ID_TYPO", "review")]
        con.execute(
            "CREATE TABLE q (record_id VARCHAR, place INTEGER, person_id VARCHAR, finding VARCHAR, severity VARCHAR, level VARCHAR)"
        )
        con.executemany("INSERT INTO q VALUES (?, ?, 'R1', ?, ?, NULL)", [(record, *value) for value in values])
        con.execute(f"COPY q TO '{tmp_path}/possible/part-0000.parquet' (FORMAT parquet)")
    made = _again(tmp_path / "again", changed, "", None)
    row = next(row for row in made.rows("clerical_review.csv") if row["outcome"] == "review")
    assert row["candidate_1_findings"] == "DECEASED|NAME_DIFFERS|NAME_FORM"
    assert made.summary["possible"] == [
        {"code": "DECEASED", "severity": "field", "best": 1, "shown": 1},
        {"code": "ID_TYPO", "severity": "review", "best": 0, "shown": 1},
        {"code": "NAME_DIFFERS", "severity": "review", "best": 1, "shown": 1},
    ]
    assert "Có thể có, nếu ứng viên được chọn" in (made.out / "report.html").read_text("utf-8")


def test_every_code_of_the_profile_has_words_in_both_languages() -> None:
    """What the standardisers may say: assumptions, eras, conditions, kinds; repairs as the tables of names show them."""
    lines = [line.split("\t") for line in (CASES / "names.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    said = {cells[5] for cells in lines if len(cells) > 5}
    repairs = {code for codes in said for code in codes.split(",")} - {"-", ""}
    told = [
        meaning
        for table in TABLES.values()
        for column in table.columns
        if column.name.endswith("_condition")
        for meaning in column.meaning.split(", ")
    ]
    codes = {*ASSUMPTIONS, *repairs, *told, "person", "organisation", "unreadable", "new", "both", "none", "one", "several"}
    assert codes - set(CODES) == set()
    assert {*GATES} - set(GATE_NAMES) <= {"raw_register", "raw_partner", "std_register", "std_partner"}, "an extract alone has no page"


def test_headings_tables_and_drawings_can_be_heard(report: Written) -> None:
    page = (report.out / "report.html").read_text("utf-8")
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and levels.count(1) == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope=" in cell for cell in re.findall(r"<th\b[^>]*>", page))
    assert all('role="img"' in svg and "aria-label=" in svg for svg in re.findall(r"<svg\b[^>]*>", page))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert '<html lang="vi">' in page and '<span class="en" lang="en">' in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read(scheme: str) -> None:
    """WCAG 2.1 AA: text on its ground at 4.5 to 1, the darkest cell of a table and the signs of severities included."""
    css = (ROOT / "flows" / "report" / "templates" / "report.css").read_text("utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", css)[:2]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6}|[\d, ]+);", blocks[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6}|[\d, ]+);", blocks[1]))
    for text, ground in (("ink", "paper"), ("ink", "card"), ("ink", "track"), ("soft", "paper"), ("soft", "card"), ("soft", "track"), ("card", "field"),
                         ("card", "review"), ("card", "benign"), ("field", "track"), ("good", "track"), ("consistent", "card")):  # fmt: skip
        assert _contrast(_rgb(colours[text]), _rgb(colours[ground])) >= 4.5, (text, ground)
    heat = tuple(0.64 * a + 0.36 * b for a, b in zip(_rgb(colours["heat"]), _rgb(colours["card"]), strict=True))
    assert _contrast(_rgb(colours["ink"]), heat) >= 4.5


def _rgb(colour: str) -> tuple[float, ...]:
    if colour.startswith("#"):
        return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return tuple(float(part) for part in colour.split(","))


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: tuple[float, ...]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("change", "apart"), [(0.001, (1.0, 4.0)), (0.2, (40.0, 60.0))])
def test_a_change_that_is_hardly_one_does_not_look_like_a_fall(report: Written, change: float, apart: tuple[float, float]) -> None:
    summary = dict(report.summary)
    before = point(summary, "0001-2026-09-30")
    summary["earlier"] = [{**before, "link_rate": before["link_rate"] - change}]
    first, last = re.findall(r'<circle class="dot" cx="[\d.]+" cy="([\d.]+)"', curves(summary, "both")[0])
    assert apart[0] <= float(first) - float(last) <= apart[1]


@pytest.mark.parametrize(("lang", "unit"), [("both", "điểm %"), ("vi", "điểm %"), ("en", "points")])
def test_shares_change_by_points_in_the_language_of_the_page(report: Written, lang: str, unit: str) -> None:
    summary = dict(report.summary)
    before = point(summary, "0001-2026-09-30")
    summary["earlier"] = [{**before, "link_rate": before["link_rate"] - 0.05}]
    (told,) = [row.change for row in changes(summary, lang) if row.words.en == "link rate"]
    assert told == f"+5,00\u00a0{unit}"


def test_a_province_of_one_record_does_not_take_the_colour_from_the_others() -> None:
    provinces = [
        {"code": "01", "name": "Hà Nội", "linked": 400, "mismatches": 80}, {"code": "79", "name": "Hồ Chí Minh", "linked": 500, "mismatches": 150},
        {"code": "11", "name": "Điện Biên", "linked": 1, "mismatches": 1}, {"code": "", "name": "", "linked": 9, "mismatches": 9},
    ]  # fmt: skip
    shades = dict(re.findall(r"<title>([^:<]+): [^<]*</title><rect class=\"(t\d)\"", province_map(provinces, "vi")))
    assert shades == {"Hà Nội": "t1", "Hồ Chí Minh": "t6", "Điện Biên": "t0"}
    assert [province["name"] for province in few(provinces)] == ["Điện Biên"]
    assert few(provinces[2:]) == [], "where all have few, their rates are all that there is"
