"""What all tests share: Prefect with a home of its own, and the command line as a user calls it.

Tests of whole runs all go to one worker of pytest-xdist, so that the server which Prefect starts for itself starts once, and the
worlds that they share are made once. The other tests are handed out by file.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# A slow moment of the machine is no failure: no deadline for a single example.
settings.register_profile("doisoat", deadline=None)
settings.load_profile("doisoat")

# A shell that starts the tests in the background has Ctrl-C ignored, and Python leaves it so.
signal.signal(signal.SIGINT, signal.default_int_handler)

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from tests.flows.reconcile_world import SampleRun

# Before anything imports Prefect: nothing of the developer's own settings, nothing left behind.
for _name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[_name]
PREFECT_HOME = Path(tempfile.mkdtemp(prefix="doisoat-prefect-"))
os.environ["PREFECT_HOME"] = str(PREFECT_HOME)
atexit.register(shutil.rmtree, PREFECT_HOME, ignore_errors=True)


_RUNS = (
    "tests/flows/test_reconcile", "tests/flows/test_bad_input", "tests/test_readme", "tests/flows/test_confined", "tests/flows/test_audit.py",
)  # fmt: skip


# Not by pytest-xdist's own marker: with pytest 9.2, xdist 3.8 reads it and does nothing.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Which tests go together."""
    from xdist.scheduler import LoadScopeScheduling

    class OneServer(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "runs" if nodeid.startswith(_RUNS) else nodeid.split("::", maxsplit=1)[0]

    return OneServer(config, log)


SOAK = Path(__file__).parent / "soak"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The soak tests take minutes: they run only where they are asked for."""
    asked = any("soak" in argument for argument in config.invocation_params.args)
    return True if collection_path.is_relative_to(SOAK) and not asked else None


@dataclass(frozen=True)
class Done:
    """How a command ended, and all that it and the processes below it printed."""

    code: int
    out: str
    err: str


Doisoat = Callable[..., Done]


@pytest.fixture
def doisoat(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Doisoat:
    """Call the command line in this process, where Prefect's server is already up."""

    def call(*arguments: str | Path) -> Done:
        from flows import cli

        monkeypatch.setattr(sys, "argv", ["doisoat", *map(str, arguments)])
        before = signal.getsignal(signal.SIGTERM), os.umask(0o077)
        capfd.readouterr()
        try:
            with pytest.raises(SystemExit) as end, warnings.catch_warnings():
                for kind in (DeprecationWarning, PendingDeprecationWarning, ResourceWarning):
                    warnings.simplefilter("ignore", kind)  # as outside of pytest
                cli.main()
        finally:
            signal.signal(signal.SIGTERM, before[0])
            os.umask(before[1])
        captured = capfd.readouterr()
        return Done(int(end.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """`doisoat run` on the sample as `make run` does it: a process of its own, no server, no network, a new Prefect home."""
    from tests.flows.reconcile_world import run_sample

    return run_sample(tmp_path_factory.mktemp("sample"))
