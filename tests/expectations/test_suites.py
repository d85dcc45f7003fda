"""Each rule stops what it is there for, and nothing else does; what is exported is what is declared."""

import tomllib
from pathlib import Path

import pytest
from gate_tables import changed

from expectations.declarations import Rule, Suite
from expectations.export import FOLDER, all_suites, exported
from expectations.gate import evaluate
from expectations.gates import GATES, suites_of

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "gates.toml").read_text("utf-8"))["case"]
SUITES = {suite.table: suite for gate in GATES for suite in suites_of(gate)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: ",".join(case["fails"]) or "nothing")
def test_a_fault_fails_its_rules_and_no_others(case: dict[str, str], good: dict[str, Path], tmp_path: Path) -> None:
    table = case["table"]
    tables = {**good, table: changed(tmp_path, good[table], case["query"])}
    verdict = evaluate("test", [SUITES[table]], tables, tmp_path / "ws", "1GB")
    assert sorted(rule.rule for rule in verdict.rules_with("failed")) == case["fails"]
    assert not verdict.rules_with("broken")
    severities = {rule.severity for rule in verdict.rules_with("failed")}
    expected = "failed" if "critical" in severities else "passed_with_warnings" if severities else "passed"
    assert verdict.status == expected


@pytest.mark.parametrize("suite", all_suites(), ids=lambda suite: suite.name)
def test_the_export_is_what_is_declared(suite: Suite) -> None:
    assert (FOLDER / f"{suite.name}.json").read_text("utf-8") == exported(suite)


def test_no_export_is_left_of_a_suite_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == {suite.name for suite in all_suites()}


def test_the_exports_load_as_suites_of_great_expectations() -> None:
    import json

    import great_expectations as gx

    import expectations.engine

    assert expectations.engine.DuckDBExecutionEngine
    for suite in all_suites():
        loaded = gx.ExpectationSuite(**json.loads(exported(suite)))
        assert len(loaded.expectations) == len(suite.rules)


def test_every_rule_says_why_in_both_languages() -> None:
    for rule in (rule for suite in all_suites() for rule in suite.rules):
        assert rule.reason_vi.endswith("."), rule.id
        assert rule.reason_en.endswith("."), rule.id
        assert any(ord(letter) > 127 for letter in rule.reason_vi), f"{rule.id}: Vietnamese is written with its marks"
        assert rule.reason_en.isascii(), rule.id
        assert rule.severity in ("critical", "warning"), rule.id


def test_rule_ids_are_unique_over_all_suites_of_a_gate() -> None:
    for gate in GATES:
        ids = [rule.id for suite in suites_of(gate) for rule in suite.rules]
        assert len(ids) == len(set(ids)), gate


def test_a_rule_id_given_twice_is_refused() -> None:
    rule = Rule("R-1", "expect_column_to_exist", {"column": "l"}, "critical", "Cột.", "Column.")
    with pytest.raises(ValueError, match="R-1"):
        Suite("s", "links", "decide", (rule, rule))


def test_an_unknown_gate_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="pair_counts"):
        suites_of("linkz")
