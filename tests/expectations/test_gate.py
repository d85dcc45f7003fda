"""A gate tells rules that hold from data that break them from rules that cannot be evaluated: 10 of each, 30 of 30."""

import json
import pickle
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from subprocess import run

import pytest
from gate_tables import changed

from expectations.declarations import SQL_RULE, Rule, Suite
from expectations.gate import Verdict, evaluate, raise_for, run_gate
from expectations.gates import GATES, suites_of
from expectations.verdict import write_verdict
from matching.errors import DoisoatError, GateBroken, GateFailed

CANARIES = ("Nguyễn Văn", "nguyen van", "001090", "0912", "phố Huế", "PA000000", "P000000")

Tables = dict[str, Path]


@dataclass(frozen=True)
class Trial:
    """A gate over good tables with a rule added, or with a table replaced."""

    name: str
    gate: str = "links"
    rule: Rule | None = None
    damage: Callable[[Tables, Path], Tables] = field(default=lambda tables, _: tables)

    def verdict(self, good: Tables, folder: Path) -> Verdict:
        suites = list(suites_of(self.gate))
        if self.rule:
            suites[0] = replace(suites[0], rules=(*suites[0].rules, self.rule))
        return evaluate(self.gate, suites, self.damage(dict(good), folder), folder / "ws", "1GB")


def rule(expectation: str, **kwargs: object) -> Rule:
    return Rule("R-TEST", expectation, kwargs, "warning", "Thử.", "Test.")


def sql(query: str) -> Rule:
    return rule(SQL_RULE, unexpected_rows_query=query)


def without(table: str) -> Callable[[Tables, Path], Tables]:
    return lambda tables, _: {name: path for name, path in tables.items() if name != table}


def with_file(table: str, content: bytes | None) -> Callable[[Tables, Path], Tables]:
    def damage(tables: Tables, folder: Path) -> Tables:
        (folder / table).mkdir()
        if content is not None:
            (folder / table / "part-0000.parquet").write_bytes(content)
        return {**tables, table: folder / table}

    return damage


def made(table: str, query: str) -> Callable[[Tables, Path], Tables]:
    return lambda tables, folder: {**tables, table: changed(folder, tables[table], query)}


BROKEN_IN_CODE = (
    Trial("a column that does not exist", rule=rule("expect_column_values_to_not_be_null", column="surname")),
    Trial("an expectation that does not exist", rule=rule("expect_everything_to_be_fine")),
    Trial("an argument that does not exist", rule=rule("expect_column_values_to_be_in_set", colum="outcome")),
    Trial(
        "a regular expression that is none",
        rule=rule("expect_column_values_to_match_regex", column="outcome", regex="("),
    ),
    Trial("SQL that is none", rule=sql("SELEC record_id FROM links")),
    Trial("SQL with an unknown column", rule=sql("SELECT surname FROM links")),
    Trial("SQL with an unknown table", rule=sql("SELECT 1 FROM households")),
    Trial("SQL that fails on a value", rule=sql("SELECT CAST(person_id AS INTEGER) AS n FROM links WHERE n > 0")),
    Trial("a table that no stage wrote", damage=with_file("links", None)),
    Trial("a table that was not given", damage=without("std_partner")),
)
BROKEN_IN_DATA = (
    Trial("no rows", damage=made("links", "SELECT * FROM t WHERE FALSE")),
    Trial("a column is missing", damage=made("links", "SELECT * EXCLUDE (outcome) FROM t")),
    Trial(
        "a column has another type",
        damage=made("links", "SELECT * REPLACE (match_weight::VARCHAR AS match_weight) FROM t"),
    ),
    Trial(
        "a record has two outcomes",
        damage=made("links", "SELECT * FROM t UNION ALL SELECT * FROM t WHERE record_id = 'PA000000003'"),
    ),
    Trial("an outcome that is not declared", damage=made("links", "SELECT * REPLACE ('fine' AS outcome) FROM t")),
    Trial(
        "a null key",
        gate="std",
        damage=made("std_partner", "SELECT * REPLACE (NULLIF(record_id, 'PA000000003') AS record_id) FROM t"),
    ),
    Trial(
        "swapped columns",
        gate="raw",
        damage=made("raw_partner", "SELECT * REPLACE (phone AS holder_name, holder_name AS phone) FROM t"),
    ),
    Trial("a lost row", gate="std", damage=made("std_register", "SELECT * FROM t WHERE r <> 3")),
    Trial(
        "a finding without its link",
        gate="findings",
        damage=made("findings", "SELECT * REPLACE ('PA000000009' AS record_id) FROM t LIMIT 1"),
    ),
    Trial(
        "counts that differ",
        gate="report",
        damage=made("report_counts", "SELECT * REPLACE (file_count + 1 AS file_count) FROM t"),
    ),
)
FINE = (
    *(Trial(f"the gate {gate}", gate=gate) for gate in ("raw", "std", "candidates", "pair_counts", "findings", "links", "report")),
    Trial(
        "no candidates at all is only worth a warning",
        gate="candidates",
        damage=made("candidates", "SELECT * FROM t WHERE FALSE"),
    ),
    Trial("columns carried through", gate="raw", damage=made("raw_partner", """SELECT *, 'a' AS "x:Ghi chú" FROM t""")),
    Trial("a warning", gate="std", damage=made("std_name", "SELECT * REPLACE (['vni'] AS repairs) FROM t")),
)


def outcome(verdict: Verdict) -> tuple[int, str]:
    """The exit code that the verdict leads to, and all that its error says or carries."""
    try:
        raise_for(verdict)
    except DoisoatError as error:
        return error.exit_code, f"{error} {error.__context__!r} {error.__cause__!r} {pickle.dumps(error)!r}"
    return 0, ""


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        *((trial, GateBroken.exit_code) for trial in BROKEN_IN_CODE),
        *((trial, GateFailed.exit_code) for trial in BROKEN_IN_DATA),
        *((trial, 0) for trial in FINE),
    ],
    ids=lambda value: value.name if isinstance(value, Trial) else str(value),
)
def test_thirty_gates_are_told_apart_and_say_no_value(
    trial: Trial,
    expected: int,
    good: Tables,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    verdict = trial.verdict(good, tmp_path)
    write_verdict(verdict, tmp_path / "verdict.json")
    found, error = outcome(verdict)
    assert found == expected
    if expected == GateFailed.exit_code:
        assert not verdict.rules_with("broken")
    if expected == GateBroken.exit_code and trial.rule:
        assert [rule.rule for rule in verdict.rules_with("broken")] == ["R-TEST"], "the other rules are judged all the same"
    output = capfd.readouterr()
    said = [(tmp_path / "verdict.json").read_text("utf-8"), caplog.text, output.out, output.err, error]
    assert [canary for canary in CANARIES if canary in "\n".join(said)] == []


def test_the_thirty_are_thirty() -> None:
    kinds = (BROKEN_IN_CODE, BROKEN_IN_DATA, FINE)
    assert [len({trial.name for trial in kind}) for kind in kinds] == [10, 10, 10]


@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_a_broken_rule_is_broken_whatever_its_severity(severity: str, good: Tables, tmp_path: Path) -> None:
    broken = replace(sql("SELECT surname FROM links"), severity=severity)  # type: ignore[arg-type]
    assert Trial("", rule=broken).verdict(good, tmp_path).status == "broken"


def test_a_gate_without_rules_is_broken(good: Tables, tmp_path: Path) -> None:
    verdict = evaluate("empty", [Suite("empty", "links", "decide", ())], good, tmp_path, "1GB")
    assert verdict.status == "broken"
    with pytest.raises(GateBroken, match="no rules"):
        raise_for(verdict)


def test_a_file_that_is_no_parquet_breaks_the_gate_without_quoting_it(good: Tables, tmp_path: Path) -> None:
    verdict = Trial("", damage=with_file("links", "Nguyễn Văn An".encode())).verdict(good, tmp_path)
    assert {found.status for found in verdict.rules if found.table == "links"} == {"broken"}
    with pytest.raises(GateBroken) as raised:
        raise_for(verdict)
    assert "Nguyễn" not in str(raised.value)


def test_warnings_do_not_stop_a_run(good: Tables, tmp_path: Path) -> None:
    verdict = FINE[-1].verdict(good, tmp_path)
    assert verdict.status == "passed_with_warnings"
    assert [found.rule for found in verdict.rules_with("failed", "warning")] == ["R-STD-NAM-ENCODING"]


def test_the_missing_column_is_named(good: Tables, tmp_path: Path) -> None:
    verdict = Trial("", gate="raw", damage=made("raw_partner", "SELECT * EXCLUDE (address, phone) FROM t")).verdict(good, tmp_path)
    with pytest.raises(GateFailed, match="phone, address") as raised:
        raise_for(verdict)
    assert "ingest_partner" in str(raised.value)


def test_the_swapped_columns_are_named(good: Tables, tmp_path: Path) -> None:
    query = "SELECT * REPLACE (address AS holder_name, holder_name AS address) FROM t"
    verdict = Trial("", gate="raw", damage=made("raw_partner", query)).verdict(good, tmp_path)
    failed = {column for found in verdict.rules_with("failed", "critical") for column in found.columns}
    assert failed == {"holder_name", "address"}


def test_nothing_stands_on_columns_that_are_not_there(good: Tables, tmp_path: Path) -> None:
    verdict = Trial("", damage=made("links", "SELECT * EXCLUDE (outcome) FROM t")).verdict(good, tmp_path)
    of_links = [found for found in verdict.rules if found.table == "links"]
    assert [found.rule for found in of_links if found.status != "not_run"] == ["R-LNK-COLUMNS"]


def test_a_share_of_a_handful_is_no_evidence(good: Tables, tmp_path: Path) -> None:
    few = "SELECT * REPLACE (CASE WHEN name < 40 THEN 'unreadable' ELSE kind END AS kind) FROM t WHERE name < 60"
    verdict = evaluate("std", [suites_of("std")[0]], made("std_name", few)(good, tmp_path), tmp_path / "ws", "1GB")
    assert verdict.status == "passed"


def test_the_verdict_file_is_what_was_said_and_the_same_every_time(good: Tables, tmp_path: Path) -> None:
    first = run_gate("links", good, tmp_path / "a", tmp_path / "ws")
    second = run_gate("links", dict(reversed(good.items())), tmp_path / "b", tmp_path / "ws")
    assert (tmp_path / "a" / "links.json").read_bytes() == (tmp_path / "b" / "links.json").read_bytes()
    assert json.loads((tmp_path / "a" / "links.json").read_text("utf-8")) == json.loads(json.dumps(asdict(first)))
    assert first == second
    assert (tmp_path / "a" / "links.json").stat().st_mode & 0o077 == 0
    assert list((tmp_path / "ws").iterdir()) == []


def test_a_verdict_holds_counts_and_no_list_of_values(good: Tables, tmp_path: Path) -> None:
    query = "SELECT * REPLACE (CASE record_id WHEN 'PA000000003' THEN 'Nguyễn Văn An' ELSE outcome END AS outcome) FROM t"
    run_gate("links", made("links", query)(good, tmp_path), tmp_path, tmp_path / "ws")
    rules = {found["rule"]: found for found in json.loads((tmp_path / "links.json").read_text("utf-8"))["rules"]}
    assert rules["R-LNK-SET-outcome"]["unexpected_count"] == 1
    assert rules["R-LNK-SET-outcome"]["element_count"] == 500


def test_great_expectations_is_imported_only_when_a_gate_runs() -> None:
    code = "import sys, expectations.gate, expectations.export; print('great_expectations' in sys.modules, 'sqlalchemy' in sys.modules)"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.split() == ["False", "False"]


def test_there_is_a_gate_for_each_of_the_seven_tables() -> None:
    assert {"raw", "std", "candidates", "pair_counts", "links", "findings", "report"} <= set(GATES)
