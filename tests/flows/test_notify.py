"""Who is told how a run ended: a webhook gets a POST, a command its standard input; what fails is told by its type and ends nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from flows.config import Notify, load_settings
from flows.manifest import settings_json
from flows.notify import message, notify
from flows.progress import Progress

RUN = """\
name = "electricity"
as_of = 2026-10-31
output = "runs"
register = { source = "population_register", files = ["register.csv"] }
partner = { source = "electricity", files = ["contracts.csv"] }
"""
TOLD = message(
    "electricity",
    "published",
    exit_code=1,
    run_id="0001-2026-10-31",
    summary={"rows_read": 3, "outcomes": {"mismatch": 3}, "names": ["An"]},
)


@pytest.fixture
def posted() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server of this machine, its address, and what was sent to it."""
    got: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path == "/broken" else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


def test_both_are_told_the_same_counts(posted: tuple[str, list[tuple[str, bytes]]], tmp_path: Path) -> None:
    address, got = posted
    assert notify(Notify(webhook=address, command=("tee", str(tmp_path / "told"))), TOLD) == []
    ((kind, body),) = got
    assert kind == "application/json" and json.loads(body) == TOLD == json.loads((tmp_path / "told").read_text("utf-8"))
    assert TOLD == {
        "name": "electricity", "run_id": "0001-2026-10-31", "status": "published", "exit_code": 1, "error": "", "rows_read": 3, "outcomes": {"mismatch": 3},
    }  # fmt: skip


def test_what_fails_is_told_by_its_type_and_ends_nothing(
    posted: tuple[str, list[tuple[str, bytes]]], caplog: pytest.LogCaptureFixture
) -> None:
    address, got = posted
    assert notify(Notify(webhook=f"{address}/broken", command=("false",)), TOLD) == ["HTTPError", "CalledProcessError"]
    assert len(got) == 1 and address not in caplog.text
    assert notify(Notify(command=("/does/not/exist",)), TOLD) == ["FileNotFoundError"]
    assert notify(Notify(), TOLD) == []


@pytest.mark.parametrize(("section", "kept"), [
    ('webhook = "https://an:s3cret@hooks.vn/s3cret?key=s3cret"', {"webhook": "hooks.vn", "command": []}),
    ('command = ["notify-send", "--token", "s3cret"]', {"webhook": None, "command": ["notify-send"]}),
    ("", {"webhook": None, "command": []}),
])  # fmt: skip
def test_the_manifest_names_host_and_program_alone(section: str, kept: dict[str, object], tmp_path: Path) -> None:
    """The rest of an address or a command may be a secret, and manifests are kept for years."""
    (tmp_path / "run.toml").write_text(f"{RUN}[notify]\n{section}\n", "utf-8")
    told = settings_json(load_settings(tmp_path / "run.toml"))
    assert told["notify"] == kept and "s3cret" not in json.dumps(told)


def test_how_long_the_rest_takes_is_what_it_took_last_time_at_todays_speed() -> None:
    progress = Progress()
    assert progress.remaining is None, "nothing to go by"
    progress.expected = {"ingest": 10.0, "standardise": 20.0, "report": 30.0}
    assert progress.remaining == 60
    progress.timings["ingest"] = 20.0
    assert progress.remaining == 100 and progress.share == 12.5
    progress.timings |= {"standardise": 40.0, "report": 60.0}
    assert progress.remaining == 0
