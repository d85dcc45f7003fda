"""`doisoat validate`: exit codes, what it writes for machines and for people, and that no value of a person is in any of it."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from expectations.declarations import Rule, Suite
from expectations.gates import suites_of
from tests.conftest import Doisoat, Done
from tests.flows.validate.schemas import check_junit, check_sarif, official_junit, official_sarif

SAMPLE = Path(__file__).parents[3] / "sample_data"
OUTPUTS = ("out.json", "out.xml", "out.sarif", "docs/index.html")


@pytest.fixture
def lines() -> list[str]:
    """The head of the sample's contracts: a header and 300 rows, some of which are set aside."""
    return (SAMPLE / "contracts.csv").read_text("utf-8-sig").splitlines()[:301]


@dataclass(frozen=True)
class Validated:
    """How the command ended and what it wrote."""

    done: Done
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")


class Validate:
    """Call the command in a folder of its own, with every output asked for."""

    def __init__(self, doisoat: Doisoat, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.doisoat, self.folder = doisoat, folder
        monkeypatch.chdir(folder)

    def __call__(self, lines: list[str], *options: str, name: str = "hợp đồng.csv", end: str = "\n") -> Validated:
        (self.folder / name).write_text("\n".join(lines) + end, "utf-8")
        outputs = (
            "--json",
            "out.json",
            "--junit",
            "out.xml",
            "--sarif",
            "out.sarif",
            "--data-docs",
            "docs",
            "--as-of",
            "2026-10-31",
        )
        return Validated(self.doisoat("validate", name, "--source", "electricity", *outputs, *options), self.folder)


@pytest.fixture
def validate(doisoat: Doisoat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validate:
    return Validate(doisoat, tmp_path, monkeypatch)


def values(lines: list[str]) -> Iterator[str]:
    """What tells people from each other in the contracts."""
    for line in lines[1:]:
        record, name, number, phone, address, *_ = line.split(";")
        yield from (cell.strip('"') for cell in (record, name, number, phone, address) if len(cell) > 7)


def leaks(validated: Validated, lines: list[str]) -> list[str]:
    said = "\n".join([validated.done.out, validated.done.err, *(validated.text(name) for name in OUTPUTS)])
    return [value for value in values(lines) if value in said]


def test_a_good_extract_passes_and_its_profile_is_kept(validate: Validate, lines: list[str], tmp_path: Path) -> None:
    found = validate(lines, "--accepted", "kept/e.json", "--accept", "--quarantine", "refused.csv")
    assert (found.done.code, found.done.err) == (0, ""), found.done.err
    assert "electricity: đạt / passed" in found.done.out and "Ghi chú" in found.done.out
    document = json.loads(found.text("out.json"))
    assert document["status"] == "passed" and document["rows"] == {
        "read": 300,
        "accepted": 298,
        "quarantined": {"duplicate_record_id": 2},
    }
    assert [gate["gate"] for gate in document["gates"]] == ["raw_partner", "extract", "std_partner"]
    assert all(case.find("failure") is None for case in check_junit(tmp_path / "out.xml"))
    run = check_sarif(tmp_path / "out.sarif")
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [("duplicate_record_id", "warning")]
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "h%E1%BB%A3p%20%C4%91%E1%BB%93ng.csv"},
        "region": {"startLine": 255},
    }
    assert leaks(found, lines) == []
    assert len((tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()) == 3
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in (*OUTPUTS, "kept/e.json", "refused.csv"))
    first = {name: found.text(name) for name in OUTPUTS}
    (tmp_path / "kept" / "e.json").unlink()
    again = validate(lines, "--accepted", "kept/e.json", "--quiet")
    assert (again.done.code, again.done.out) == (0, "")
    assert {name: again.text(name) for name in OUTPUTS} == first, "same extract, same bytes"


def test_an_extract_that_fails_says_why_and_is_not_kept(validate: Validate, lines: list[str], tmp_path: Path) -> None:
    assert validate(lines, "--accepted", "e.json", "--accept").done.code == 0
    kept = (tmp_path / "e.json").read_bytes()
    bad = [lines[0], *(line.replace(";Sinh hoạt;", ";2/13/2019;").replace("/20", "/13/20", 1) for line in lines[1:160])]
    found = validate(bad, "--accepted", "e.json", "--accept")
    assert found.done.code == 3 and (tmp_path / "e.json").read_bytes() == kept
    assert json.loads(found.text("out.json"))["compared_with"] == "2026-10-31"
    assert "R-EXT-FEWER-STOP" in found.done.out and "nghiêm trọng / critical" in found.done.out
    assert 'let it pass: [drift] allow = ["rows"]' in found.done.err
    suite = check_junit(tmp_path / "out.xml")
    assert int(suite.attrib["failures"]) >= 1
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    run = check_sarif(tmp_path / "out.sarif")
    assert failed <= {result["ruleId"] for result in run["results"] if result["level"] == "error"}
    assert leaks(found, lines) == []


def test_rules_about_rows_name_their_lines(validate: Validate, lines: list[str], tmp_path: Path) -> None:
    bad = [lines[0], *(re.sub(r";(\d\d)/\d\d/(\d{4});", r";\1/25/\2;", line) for line in lines[1:])]
    found = validate(bad)
    assert found.done.code == 3
    results = {result["ruleId"]: result for result in check_sarif(tmp_path / "out.sarif")["results"]}
    day_first = results["R-RAW-PAR-DAYFIRST-contract_date"]
    assert day_first["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}
    assert len(day_first["relatedLocations"]) == 19
    assert "dòng / line 2, 3, 4" in found.done.out
    prints = day_first["partialFingerprints"]
    assert validate([*bad[:1], *bad[50:]]).done.code == 3
    moved = {result["ruleId"]: result for result in check_sarif(tmp_path / "out.sarif")["results"]}
    assert moved["R-RAW-PAR-DAYFIRST-contract_date"]["partialFingerprints"] == prints, "the same finding in the next extract"


def test_a_file_that_is_refused_is_told_to_machines_too(validate: Validate, lines: list[str], tmp_path: Path) -> None:
    found = validate([*lines[:40], lines[0], *lines[40:]], "--accepted", "e.json", "--accept")
    assert found.done.code == 5 and "the header stands again" in found.done.err and not (tmp_path / "e.json").exists()
    suite = check_junit(tmp_path / "out.xml")
    assert [case.find("failure") is not None for case in suite] == [True]
    (result,) = check_sarif(tmp_path / "out.sarif")["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 41}
    assert json.loads(found.text("out.json"))["exit_code"] == 5
    assert leaks(found, lines) == []


def test_a_broken_rule_points_to_its_declaration(
    validate: Validate, lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(gate: str, sources: dict[str, str] | None = None) -> tuple[Suite, ...]:
        first, *others = suites_of(gate, sources)
        rule = Rule("R-RAW-PAR-KEY", "expect_nothing_like_it", {"column": "record_id"}, "critical", "Thử.", "Test.")
        rules = tuple(rule if one.id == rule.id else one for one in first.rules)
        return (replace(first, rules=rules), *others)

    monkeypatch.setattr("flows.validate.hold.suites_of", broken)
    found = validate(lines)
    assert found.done.code == 4
    assert [case.get("name") for case in check_junit(tmp_path / "out.xml") if case.find("error") is not None] == ["R-RAW-PAR-KEY"]
    run = check_sarif(tmp_path / "out.sarif")
    (result,) = [one for one in run["results"] if one["ruleId"] == "R-RAW-PAR-KEY"]
    where = result["locations"][0]["physicalLocation"]
    declared = (Path(__file__).parents[3] / where["artifactLocation"]["uri"]).read_text("utf-8").splitlines()
    assert "R-RAW-PAR-KEY" in declared[where["region"]["startLine"] - 1]
    assert run["invocations"][0] == {"executionSuccessful": False, "exitCode": 4}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: b"", lambda text: text.split(b"\n")[0], lambda text: bytes(range(256)) * 20, lambda text: b"PK\x03\x04" + text,
        lambda text: text.replace("Tên khách hàng".encode(), "<b>Tên\x01 & \"khách\"\uffff".encode(), 1), lambda text: text[:-9],
        lambda text: text.replace(b";", b"|"), lambda text: text.decode().encode("utf-16"), lambda text: b"\xef\xbf\xbf;a\n1;2\n",
    ],
    ids=["empty", "header", "binary", "zip", "names", "cut", "pipes", "utf-16", "noncharacters"],
)  # fmt: skip
def test_whatever_the_file_the_verdict_is_valid(
    damage: Callable[[bytes], bytes],
    doisoat: Doisoat,
    lines: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "hợp \x02<&\"'>.csv"
    (tmp_path / name).write_bytes(damage("\n".join(lines[:30]).encode()))
    done = doisoat("validate", name, "--source", "electricity", "--junit", "out.xml", "--sarif", "out.sarif", "--quiet")
    assert done.code in (0, 3, 5)
    assert (int(check_junit(tmp_path / "out.xml").attrib["failures"]) > 0) == (done.code != 0)
    assert check_sarif(tmp_path / "out.sarif")["invocations"][0]["exitCode"] == done.code


def test_the_schemas_refuse_what_is_none(validate: Validate, lines: list[str], tmp_path: Path) -> None:
    validate(lines)
    log, report = json.loads((tmp_path / "out.sarif").read_text("utf-8")), (tmp_path / "out.xml").read_text("utf-8")
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"] = {"startLine": 0}
    with pytest.raises(jsonschema.ValidationError):
        official_sarif(log)
    (tmp_path / "out.xml").write_text(report.replace("<testcase ", "<testcas ").replace("</testcase>", "</testcas>"), "utf-8")
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        official_junit(tmp_path / "out.xml")


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--source", "electricty"), "did you mean: electricity?"), (("--source", "electricity", "--allow", "row"), "one of: rows"),
     (("--source", "electricity", "--accept"), "--accepted"), (("--source", "population_register", "--run", "run.toml"), "thiếu / missing"),
     ((), "Missing option")],
)  # fmt: skip
def test_usage(options: tuple[str, ...], says: str, doisoat: Doisoat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("MaKH,TenKH\nK1,An\n")
    (tmp_path / "run.toml").write_text("name = 'x'\n")
    done = doisoat("validate", "in.csv", *options)
    assert done.code == 2 and says in done.err


def test_no_file(doisoat: Doisoat, tmp_path: Path) -> None:
    done = doisoat("validate", tmp_path / "none.csv", "--source", "electricity")
    assert done.code == 5 and "no such file" in done.err


def test_the_page_loads_nothing(validate: Validate, lines: list[str]) -> None:
    page = validate([lines[0], lines[0], *lines[1:]]).text("docs/index.html")
    assert not re.search(r"(?:src|href|url)\s*[=(]|@import|<script|<link|<img", page)
    assert "default-src 'none'" in page and "bị từ chối / refused" in page


def test_the_run_file_says_how_it_is_read_and_what_is_allowed(validate: Validate, lines: list[str], tmp_path: Path) -> None:
    renamed = [lines[0].replace("Tên khách hàng", "Bên B"), *lines[1:]]
    (tmp_path / "register.csv").write_text("x")
    (tmp_path / "run.toml").write_text(
        'name = "e"\nas_of = 2026-10-31\noutput = "runs"\n[register]\nsource = "population_register"\nfiles = ["register.csv"]\n'
        '[partner]\nsource = "electricity"\nfiles = ["x.csv"]\ncolumns = { holder_name = "Bên B" }\n[drift]\nrows_fewer = 0.9\nallow = ["values", "older"]\n',
        "utf-8",
    )
    assert validate(lines, "--accepted", "e.json", "--accept", "--quiet").done.code == 0
    assert validate(renamed[:100], "--accepted", "e.json", "--quiet").done.code == 5
    assert validate(renamed[:100], "--accepted", "e.json", "--run", "run.toml", "--quiet").done.code == 0


def test_the_workflow_calls_what_is_there(doisoat: Doisoat) -> None:
    from ruamel.yaml import YAML

    root = Path(__file__).parents[3]
    jobs = YAML(typ="safe").load((root / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    (command,) = [text for text in commands if "doisoat validate" in text]
    known = set(re.findall(r"--[a-z-]+", doisoat("validate", "--help").out))
    assert {"--junit", "--sarif", "--accepted"} <= set(re.findall(r"--[a-z-]+", command)) <= known
    assert all((root / case["file"]).is_file() for case in jobs["extract"]["strategy"]["matrix"]["include"])
    assert "--quarantine" not in command and "secrets." not in str(jobs)
