"""The good tables of a small run, built once a session."""

from pathlib import Path

import pytest
from gate_tables import build


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(tmp_path_factory.mktemp("good"), 500)
