"""DuckDB reaches the folders it was given and nothing else: no other file, no network, no extension, whoever opens it."""

from __future__ import annotations

import ast
import json
import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from expectations.declarations import SQL_RULE, Rule, Suite
from expectations.gate import evaluate
from flows.config import load_settings
from flows.ingest.engine import engine
from matching.engine import Limits, connect
from tests.flows.reconcile_world import setting

ROOT = Path(__file__).parent.parent.parent
OUTSIDE = Path(tempfile.gettempdir(), f"doisoat-canary-{os.getpid()}")
CLOSED = (
    "SELECT * FROM read_csv('/etc/passwd', header = false)", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/x.csv'",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')", "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "COPY (SELECT 1) TO '{canary}.csv'", "ATTACH '{canary}.db'", "INSTALL httpfs", "LOAD httpfs",
    "SELECT * FROM glob('/etc/*')", "SET enable_external_access = true", "SET allowed_directories = ['/']",
)  # fmt: skip


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A folder with awkward letters that holds one table."""
    folder = tmp_path / "bảng d'Ơi"
    folder.mkdir()
    duckdb.sql(f"COPY (SELECT 7 AS n) TO '{str(folder).replace(chr(39), chr(39) * 2)}/part-0.parquet'")
    return folder


def refused(con: duckdb.DuckDBPyConnection, statement: str) -> bool:
    """Whether the statement is refused by the configuration, and not for another reason; a listing may also come out empty."""
    try:
        return con.execute(statement.replace("{canary}", str(OUTSIDE))).fetchall() == []
    except (duckdb.PermissionException, duckdb.InvalidInputException):
        return True
    except duckdb.Error as error:
        return "disabled" in str(error)


@pytest.mark.parametrize(
    "statement",
    [*CLOSED, "SELECT * FROM read_parquet('{outside}')", "SELECT * FROM read_parquet('{inside}/../o.parquet')"],
)
def test_a_run_s_connection_reaches_its_folders_only(statement: str, inside: Path, tmp_path: Path) -> None:
    duckdb.sql(f"COPY (SELECT 1 AS n) TO '{tmp_path}/o.parquet'")
    names = {"canary": OUTSIDE, "outside": f"{tmp_path}/o.parquet", "inside": str(inside).replace("'", "''")}
    with connect(Limits("200MB", 1, tmp_path / "spill", (inside,))) as con:
        assert con.execute("SELECT n FROM read_parquet(?)", [f"{inside}/*.parquet"]).fetchall() == [(7,)]
        assert refused(con, statement.format(**names))
    assert not OUTSIDE.with_suffix(".csv").exists() and not OUTSIDE.with_suffix(".db").exists()


@pytest.mark.parametrize("statement", [*CLOSED, "SET threads = 1"])
def test_ingest_reaches_its_folders_only(statement: str, inside: Path, tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    with engine(tmp_path / "ws", (inside,), "200MB", 1) as con:
        assert con.execute("SELECT n FROM read_parquet(?)", [f"{inside}/part-0.parquet"]).fetchall() == [(7,)]
        assert refused(con, statement)


@pytest.mark.parametrize("query", ["SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')"])
def test_a_gate_reaches_its_tables_only(query: str, inside: Path, tmp_path: Path) -> None:
    rules = (
        Rule("R-OUT", SQL_RULE, {"unexpected_rows_query": query}, "critical", "Thử.", "Test."),
        Rule("R-IN", SQL_RULE, {"unexpected_rows_query": "SELECT n FROM t WHERE n <> 7"}, "critical", "Thử.", "Test."),
    )
    verdict = evaluate("test", [Suite("s", "t", "run", rules)], {"t": inside}, tmp_path / "ws", "200MB")
    assert {rule.rule: (rule.status, rule.error) for rule in verdict.rules} == {
        "R-OUT": ("broken", "PermissionException"), "R-IN": ("passed", None),
    }  # fmt: skip


def test_spilling_goes_on_inside(inside: Path, tmp_path: Path) -> None:
    with connect(Limits("60MB", 1, tmp_path / "spill", (inside,))) as con:
        numbers = "SELECT hash(i) || repeat('x', 200) AS s FROM range(300000) r(i)"
        query = f"SELECT count(*), max(n) FROM (SELECT row_number() OVER (ORDER BY s) AS n FROM ({numbers}))"
        assert con.execute(query).fetchall() == [(300_000, 300_000)]


@pytest.mark.flow
def test_in_a_whole_run_as_well(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import stages
    from flows.progress import Progress
    from flows.reconcile import run_reconcile

    tried: dict[str, list[bool]] = {}

    def probed(name: str) -> Callable[..., object]:
        real = getattr(stages, name)

        def call(con: duckdb.DuckDBPyConnection, *args: object) -> object:
            tried[name] = [refused(con, statement) for statement in CLOSED]
            return real(con, *args)

        return call

    for name in ("standardise", "find_candidates", "decide_links", "find", "read_decision_files"):
        monkeypatch.setattr(stages, name, probed(name))
    setting(world, '[drift]\nallow = ["columns"]')
    outcome = run_reconcile(load_settings(world / "run.toml"), Progress())
    assert outcome.exit_code == 0
    assert len(tried) == 5 and all(all(found) for found in tried.values())
    manifest = json.loads((outcome.folder / "manifest.json").read_text("utf-8"))
    assert manifest["configuration"]["drift"]["allow"] == ["columns"], "what was let pass is written down"
    assert set(json.loads((outcome.folder / "extracts.json").read_text("utf-8"))) == {
        "electricity",
        "population_register",
    }


@cache
def all_calls() -> list[tuple[str, ast.Call]]:
    """Every call in the product, with the file that it stands in."""
    paths = (path for package in ("flows", "expectations", "matching") for path in sorted((ROOT / package).rglob("*.py")))
    trees = ((path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))) for path in paths)
    return [(name, node) for name, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def calls(wanted: str) -> list[tuple[str, ast.Call]]:
    """Those of something that is called `wanted`."""
    return [
        (file, call) for file, call in all_calls() if isinstance(call.func, ast.Name | ast.Attribute) and ast.unparse(call.func) == wanted
    ]


def test_every_connection_names_its_folders() -> None:
    made = calls("Limits")
    assert len(made) > 14
    assert [file for file, call in made if len(call.args) + len(call.keywords) != 4] == []


def test_duckdb_is_opened_in_one_place() -> None:
    """Nothing else connects, under whatever name; the gates' connection is Great Expectations' own, and confined by the same statements."""
    assert [file for file, _ in calls("duckdb.connect")] == ["matching/engine.py"]
    easy = ("sql", "query", "execute", "read_csv", "read_parquet", "read_json", "default_connection", "cursor")
    assert [file for name in easy for file, _ in calls(f"duckdb.{name}")] == []
    texts = {path: path.read_text("utf-8") for package in ("flows", "expectations", "matching") for path in (ROOT / package).rglob("*.py")}
    assert [path.name for path, text in texts.items() if re.search(r"from duckdb import|import duckdb as|create_engine", text)] == []
    assert [path.name for path, text in texts.items() if "duckdb:///" in text] == ["session.py"]
