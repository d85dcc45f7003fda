"""Small worlds for the tests of whole runs: made and run once, then copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows import reconcile_world as worlds


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of 150 residents, one of them easily found again wherever his data go."""
    return worlds.make(tmp_path_factory.mktemp("made") / "world")


@pytest.fixture
def world(made: Path, tmp_path: Path) -> Path:
    """A copy of that world; nothing was run on it yet."""
    return Path(shutil.copytree(made, tmp_path / "Đối soát d'Ơi"))


@pytest.fixture(scope="session")
def published_once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world after one good run."""
    from flows.config import load_settings
    from flows.progress import Progress
    from flows.reconcile import run_reconcile

    folder = Path(shutil.copytree(made, tmp_path_factory.mktemp("published") / "world"))
    assert run_reconcile(load_settings(folder / "run.toml"), Progress()).exit_code == 0
    return folder


@pytest.fixture
def published(published_once: Path, tmp_path: Path) -> Path:
    """A copy of the world after one good run."""
    return Path(shutil.copytree(published_once, tmp_path / "published"))
