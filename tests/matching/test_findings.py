"""Each finding fires where its case says so and nowhere else, with the evidence, level, severity and suggestion it promises."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.findings import BY_CODE, FINDINGS, Finding
from matching.findings.impossible import REASON
from matching.findings.prepare import household_purpose
from matching.findings.sentences import render, suggested_action
from matching.findings.stage import FindSettings, find
from matching.sources import source
from matching.standardise.identity import parse_id
from tests.matching.findings_world import AS_OF, own, write_world

WORLD = tomllib.loads((Path(__file__).parents[1] / "cases" / "findings.toml").read_text(encoding="utf-8"))
CASES = WORLD["case"]


ALONE = ("alone", "partner_fields", "extract_provinces")  # what holds for a whole run needs a world of its own


def settings(case: dict[str, Any]) -> FindSettings:
    fields = case.get("partner_fields")
    return FindSettings(
        AS_OF,
        source("electricity"),
        b"k" * 32,
        tuple(case.get("extract_provinces", ())),
        frozenset(fields) if fields else None,
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
    """The link and the findings, by code, of record 0 of each case; cases share a run unless one says what is true of a run."""
    numbered = dict(enumerate(CASES, 1))
    alone = [number for number, case in numbered.items() if any(key in case for key in ALONE)]
    worlds = [
        {number: case for number, case in numbered.items() if number not in alone},
        *({n: numbered[n]} for n in alone),
    ]
    return {number: row for world in worlds for number, row in run(tmp_path_factory.mktemp("world"), world).items()}


def run(folder: Path, cases: dict[int, dict[str, Any]]) -> dict[int, tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
    with duckdb.connect(config={"threads": "1"}) as con:
        inputs = write_world(con, folder, cases, WORLD["places"])
        find(con, inputs, folder / "findings", folder / "links", settings(next(iter(cases.values()))))
        links = {row["record_id"]: row for row in rows(con, folder / "links")}
        findings = rows(con, folder / "findings")
    ids = {number: f"{number:03}-P0" for number in cases}
    return {n: (links[ids[n]], {row["finding"]: row for row in findings if row["record_id"] == ids[n]}) for n in cases}


def rows(con: duckdb.DuckDBPyConnection, folder: Path) -> list[dict[str, Any]]:
    result = con.execute(f"SELECT * FROM read_parquet('{folder}/*.parquet')")
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@pytest.mark.parametrize("number", range(1, len(CASES) + 1), ids=[case["name"] for case in CASES])
def test_case(number: int, found: dict[int, tuple[dict[str, Any], dict[str, dict[str, Any]]]]) -> None:
    case = own(CASES[number - 1], number)
    link, by_code = found[number]
    assert link["findings"] == case["findings"]
    assert sorted(by_code) == sorted(case["findings"])
    assert link["primary_finding"] == (case["findings"] or [None])[0]
    for column in ("outcome", "residence", "address_level"):
        assert link[column] == case.get(column, link[column]), column
    for code, row in by_code.items():
        assert (row["level"] or "") == case.get("level", {}).get(code, row["level"] or "")
        assert row["severity"] == case.get("severity", {}).get(code, row["severity"])
        assert (row["suggested_value"] or "") == case.get("suggested", {}).get(code, row["suggested_value"] or "")
        evidence = json.loads(row["evidence"])
        assert evidence | case.get("evidence", {}).get(code, {}) == evidence
        assert list(evidence) == sorted(evidence)
        sentence = render(code, row["level"], evidence, "vi")
        assert sentence == case.get("sentence", {}).get(code, sentence)
        check_sentences(row, evidence)


def check_sentences(row: dict[str, Any], evidence: dict[str, Any]) -> None:
    for lang in ("vi", "en"):
        sentence = render(row["finding"], row["level"], evidence, lang)
        assert sentence.endswith(".")
        assert not set("[]{}…") & set(sentence), sentence
        assert "None" not in sentence
        assert suggested_action(row["finding"], row["level"], lang).endswith(".")


@pytest.mark.parametrize("code", BY_CODE)
def test_every_finding_has_cases_that_fire_and_near_misses_that_do_not(code: str) -> None:
    assert sum(code in case["findings"] for case in CASES) >= 2
    near = [case for case in CASES if code in case.get("silent", ())]
    assert len(near) >= 2
    assert not [case["name"] for case in near if code in case["findings"]]


def test_order_is_that_of_the_published_table() -> None:
    assert [finding.code for finding in FINDINGS][:4] == [
        "DECEASED", "DUPLICATE_AT_PLACE", "ID_OTHER_PERSON", "RESIDENCE_ELSEWHERE",
    ]  # fmt: skip
    assert len(FINDINGS) == len(BY_CODE) == 27


@pytest.mark.parametrize("finding", FINDINGS, ids=[finding.code for finding in FINDINGS])
def test_sentences_use_their_evidence(finding: Finding) -> None:
    for text in (*finding.sentence.values(), *finding.action.values()):
        for words in (text.vi, text.en):
            used = set(_placeholders(words))
            assert used <= set(finding.evidence), used - set(finding.evidence)
        assert set(_placeholders(text.vi)) == set(_placeholders(text.en))


def _placeholders(words: str) -> list[str]:
    return [part.split("}")[0] for part in words.split("{")[1:]]


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("sinh hoat", True), ("dien sinh hoat", True), ("shbt", True), ("ho gia dinh", True), ("residential", True),
        ("kinh doanh", False), ("ngoai sinh hoat", False), ("phi sinh hoat", False), ("san xuat", False), ("sinh", False),
    ],
)  # fmt: skip
def test_household_purpose(purpose: str, expected: bool) -> None:
    assert household_purpose(purpose, source("electricity").one_per_household) is expected


def test_days_and_codes_are_written_as_people_read_them() -> None:
    evidence = {"holder": "Lê A", "status": "deceased", "status_date": "2024-02-03"}
    assert "03/02/2024" in render("DECEASED", None, evidence, "vi")
    assert "2024-02-03" in render("DECEASED", None, evidence, "en")
    undated = render("DECEASED", None, evidence | {"status_date": None}, "vi")
    assert undated == "Người đứng tên Lê A đã mất theo cơ sở dữ liệu dân cư."


def test_values_are_never_taken_for_placeholders() -> None:
    sentence = render("ADDRESS_UNREADABLE", None, {"place": "{place} [x]"}, "vi")
    assert "{place} [x]" in sentence


@pytest.fixture(scope="module")
def plain() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "1"}) as con:
        yield con


@given(
    digits=st.one_of(
        st.text("0123456789", min_size=1, max_size=14), st.from_regex(r"(001|079|150)[0-3][0-9]{2}(000000|[0-9]{6})", fullmatch=True)
    )
)
def test_the_reason_of_an_invalid_number_is_what_standardisation_refused(plain: duckdb.DuckDBPyConnection, digits: str) -> None:
    read = parse_id(digits)
    reason = plain.execute(
        f"SELECT {REASON} FROM (SELECT $digits AS id_digits, []::VARCHAR[] AS id_repairs)", {"digits": read.digits}
    ).fetchall()[0][0]
    if read.condition == "invalid":
        assert reason != "letters"
        assert (reason == "length") == (len(digits) not in (9, 12))
    elif len(digits) in (9, 12):
        assert reason == "letters"  # nothing is wrong with the digits themselves
