"""A run that stopped is gone on with where nothing has changed, says so, and ends with the same bytes; else it leaves nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.states import Running

from flows.hooks import WHY, WHY_AT_THE_END
from flows.reconcile import reconcile
from flows.resume import RESUME
from flows.run_folder import LAST_FLOW_RUN
from tests.conftest import PREFECT_HOME, Doisoat
from tests.flows import reconcile_world as worlds
from tests.flows.reconcile_world import digests, runs

pytestmark = pytest.mark.flow
SECOND = "0002-2026-10-31"


def broken(*_: object) -> NoReturn:
    raise ValueError(worlds.CONTRACT)


def same_bytes(published: Path, name: str) -> bool:
    first, again = digests(runs(published) / "0001-2026-10-31"), digests(runs(published) / name)
    return first.pop("manifest.json") != again.pop("manifest.json") and again == first


def fail_in_find(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> Path:
    """Let a run fail in its fifth stage; what it leaves to go on with."""
    with monkeypatch.context() as patch:
        patch.setattr("flows.stages.find", broken)
        assert doisoat("run", "--quiet", published / "run.toml").code == 70
    return runs(published) / RESUME


def test_a_failed_run_is_gone_on_with(published: Path, monkeypatch: pytest.MonkeyPatch, doisoat: Doisoat) -> None:
    told = published / "told.json"
    worlds.setting(published, f'[notify]\ncommand = ["tee", "{told}"]')
    kept = fail_in_find(published, monkeypatch, doisoat)
    message = json.loads(told.read_text("utf-8"))
    assert (message["status"], message["exit_code"], message["error"]) == ("failed", 70, "StageError")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (kept, *kept.rglob("*")))
    monkeypatch.setattr("flows.stages.standardise", broken)  # what is taken over is not done again
    done = doisoat("run", published / "run.toml")
    assert done.code == 0, done.err
    assert done.out.count("taken over") == 5
    third = runs(published) / "0003-2026-10-31"
    assert json.loads((third / "manifest.json").read_text("utf-8"))["resumed"] == [
        "ingest",
        "extracts",
        "standardise",
        "candidates",
        "decide",
    ]
    assert same_bytes(published, third.name)
    assert not kept.exists()
    with closing(sqlite3.connect(PREFECT_HOME / "prefect.db")) as db:
        assert ("TakenOver",) in db.execute("SELECT state_name FROM task_run").fetchall()


def running(run_file: Path) -> str:
    """A flow run that Prefect takes for running, and that nobody runs."""
    with get_client(sync_client=True) as client:
        made = client.create_flow_run(reconcile, parameters={"run_file": str(run_file)}, state=Running())
    return str(made.id)


def states() -> dict[str, tuple[str, str]]:
    with closing(sqlite3.connect(PREFECT_HOME / "prefect.db")) as db:
        query = "SELECT r.id, r.state_type, s.message FROM flow_run r JOIN flow_run_state s ON s.id = r.state_id"
        return {str(UUID(id_)): (kind, message) for id_, kind, message in db.execute(query).fetchall()}


def test_no_flow_run_stays_running_whenever_it_was_killed(published: Path, doisoat: Doisoat) -> None:
    """Before its folder is renamed the id stands in the folder, after it beside the runs, until a hook takes it away."""
    root, run_file = runs(published), published / "run.toml"
    at_work, at_the_end = running(run_file), running(run_file)
    (root / ".partial-0002-2026-10-31/tmp").mkdir(parents=True)
    (root / ".partial-0002-2026-10-31/tmp/flow_run").write_text(at_work, "ascii")
    (root / LAST_FLOW_RUN).write_text(at_the_end, "ascii")
    done = doisoat("run", run_file)
    assert done.code == 0 and "the run before was killed\n" in done.out and "killed at its very end" in done.out
    assert states()[at_work] == ("CRASHED", WHY) and states()[at_the_end] == ("CRASHED", WHY_AT_THE_END)
    assert not (root / LAST_FLOW_RUN).exists(), "Prefect knows how this one ended"
    ended = next(id_ for id_, (kind, _) in states().items() if kind == "COMPLETED")
    (root / LAST_FLOW_RUN).write_text(ended, "ascii")  # the kill came between Prefect's last word and the hook
    done = doisoat("run", run_file)
    assert done.code == 0 and "killed" not in done.out and states()[ended][0] == "COMPLETED"
    assert not (root / LAST_FLOW_RUN).exists() and not list(root.glob(".partial-*"))


def test_events_notifications_and_a_limit_of_time(published: Path, doisoat: Doisoat) -> None:
    """A command is told how a run ended, an address that is not there ends nothing, and the log has counts only."""
    told = published / "told.json"
    worlds.setting(published, f'[notify]\nwebhook = "http://127.0.0.1:9/"\ncommand = ["tee", "{told}"]\n[log]\nfile = "events.jsonl"')
    done = doisoat("run", "--quiet", "--log-json", published / "run.toml")
    assert done.code == 0
    message = json.loads(told.read_text("utf-8"))
    assert (message["status"], message["exit_code"], message["run_id"]) == ("published", 0, SECOND)
    assert message["rows_read"] == sum(message["outcomes"].values())
    (published / "contracts.csv").write_text("x\n", "utf-8")
    assert doisoat("run", "--quiet", published / "run.toml").code == 5  # refused before there is a run
    events = [json.loads(line) for line in (published / "events.jsonl").read_text("utf-8").splitlines()]
    assert [event["event"] for event in events] == ["started", *["stage"] * 8, "published", "failed"]
    refused = json.loads(told.read_text("utf-8"))
    assert (refused["status"], refused["exit_code"], refused["error"], refused["run_id"]) == ("failed", 5, "InputRefused", "")
    assert worlds.leaks((published / "events.jsonl").read_bytes() + told.read_bytes() + done.err.encode()) == []
