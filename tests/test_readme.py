"""What the README says is so: its example is the sample's, its files, commands, sections and exit codes are there."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

import pytest

from flows.cli import app
from flows.config import load_settings
from flows.report.words import OUTCOMES
from matching import errors
from matching.source import Source
from matching.source_check import wrong_with
from tests.flows.reconcile_world import SampleRun, lines

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def section(title: str) -> str:
    """The text below a heading, up to the next."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def tables(text: str) -> list[list[list[str]]]:
    """The Markdown tables of a text, as rows of cells, without the line below the header."""
    found = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    split = [
        [[cell.strip().replace("\0", "|") for cell in row.replace(r"\|", "\0")[1:-1].split("|")] for row in table.splitlines()]
        for table in found
    ]
    return [[rows[0], *rows[2:]] for rows in split]


RESIDENTS, CONTRACTS, REASONS = tables(README.split("## ")[0])


def test_nothing_is_left_to_be_filled_in() -> None:
    assert re.findall(r"@[A-Z_]+@|TODO|TBD|XXX", README) == []


@pytest.mark.parametrize(("file", "delimiter", "shown"), [("register.csv", ",", RESIDENTS), ("contracts.csv", ";", CONTRACTS)])
def test_the_people_of_the_example_are_in_the_sample(file: str, delimiter: str, shown: list[list[str]]) -> None:
    rows = {row[0]: row for row in csv.reader(lines(ROOT / "sample_data" / file), delimiter=delimiter)}
    assert len(shown) > 2
    for example in shown[1:]:
        left = iter(rows[example[0]])
        assert all(cell in left for cell in example), f"{example} is not {rows[example[0]]}, in this order"


@pytest.mark.flow
def test_what_the_reviewer_reads_is_what_the_sample_gives(sample: SampleRun) -> None:
    with (sample.first / "mismatches.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = {(row["primary_finding"], row["reason_vi"]): row for row in csv.DictReader(stream)}
    for finding, reason, *others in REASONS[1:]:
        row = found[finding, reason]
        for name, value in zip(REASONS[0][2:], others, strict=True):
            assert row[name].strip("'") == value


@pytest.mark.flow
def test_every_file_that_is_named_is_published(sample: SampleRun) -> None:
    named: set[str] = set()
    for row in tables(section("What a run publishes"))[0][1:]:
        for name in re.findall(r"`([^`]+)`", row[0]):
            named.add(name if not name.startswith(".") else "mismatches" + name)
    assert {"mismatches.csv", "mismatches.xlsx", "report.html", "tables/"} <= named
    for name in named:
        assert list(sample.first.glob(name.rstrip("/"))), name
    written = {path.name for path in sample.first.iterdir()}
    assert {name for name in written if not any(name == n.split("/")[0] for n in named)} <= {"history.parquet"}


def test_the_run_file_of_the_example_can_be_loaded(tmp_path: Path) -> None:
    text = re.findall(r"```toml\n(.*?)```", section("Your own files"), re.DOTALL)[0]
    (tmp_path / "run.toml").write_text(text, "utf-8")
    settings = load_settings(tmp_path / "run.toml")
    assert settings.register.files == tuple(tomllib.loads(text)["register"]["files"])


def test_the_further_sections_are_known(tmp_path: Path) -> None:
    named = re.findall(r"`\[(\w+)\] ([\w, ]+)`", section("Your own files"))
    assert len(named) >= 6
    base = re.findall(r"```toml\n(.*?)```", section("Your own files"), re.DOTALL)[0]
    values = {
        "link": "0.9", "review": "0.4", "extracted_on": "2026-10-31", "provinces": '["79"]', "tables_days": "1", "mismatch_rate": "0.2",
        "memory": '"2GB"', "threads": "1", "delimiter": '";"', "key_file": '"key"',
        "second_person": '["DECEASED"]', "second_look": "true",
        "stage_timeout": "600", "lang": '"en"', "rows_per_file": "100", "model": f'"{ROOT / "matching/models/bank.json"}"',
        "rows_fewer": "0.3", "rows_more": "1", "nulls": "0.2", "values": "0.3", "older_days": "7", "overlap": "0.1", "allow": '["rows"]',
        "webhook": '"http://127.0.0.1:9/"', "command": '["true"]', "file": '"events.jsonl"',
    }  # fmt: skip
    more = "".join(f"[{name}]\n" + "".join(f"{key} = {values[key]}\n" for key in keys.split(", ")) for name, keys in named)
    (tmp_path / "run.toml").write_text(f"{base}\n{more}", "utf-8")
    load_settings(tmp_path / "run.toml")  # raises ConfigError for a section or a key that it does not know


def test_the_partner_of_the_guide_can_be_declared() -> None:
    code = re.findall(r"```python\n(.*?)```", (ROOT / "docs/sources.md").read_text("utf-8"), re.DOTALL)[0]
    named: dict[str, Source] = {}
    exec(compile(code, "sources.md", "exec"), named)
    assert wrong_with(named["SOURCE"], "pension") == []


def test_exit_codes() -> None:
    text = re.findall(r"Exit codes.*?\n\n", README, re.DOTALL)[0]
    ours = [getattr(errors, name) for name in dir(errors)]
    codes = {
        kind.exit_code
        for kind in ours
        if isinstance(kind, type) and issubclass(kind, errors.DoisoatError) and kind is not errors.DoisoatError
    }
    told = [int(number) for number in re.findall(r"\b(\d+) [a-z]", text)]
    assert told == [130, 2, 6, 5, 7, 4, 3, 1, 0]
    assert codes - {70} == set(told) - {130, 1, 0}


def test_commands_and_targets_are_there() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make (\w+)", README, re.MULTILINE)) <= targets
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    commands |= {group.name for group in app.registered_groups if group.name}
    named = set(re.findall(r"`doisoat (\w+)", README))
    assert {"check", "run", "explain"} <= named <= commands


def test_the_places_that_are_named_are_there() -> None:
    named = set(re.findall(r"`((?:flows|matching|expectations|sample_data|tests)/[\w./]*|[\w-]+\.(?:yaml|toml|txt))`", README))
    assert len(named) > 4
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_outcome_is_explained() -> None:
    assert all(f"`{outcome}`" in section("Words") for outcome in OUTCOMES)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=]", dependency)[0] for dependency in project["dependencies"]}
    assert [name for name in sorted(names) if name not in section("Dependencies")] == []
