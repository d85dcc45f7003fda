"""Folders that a killed command left are removed by the next one; those of a living one, and other people's, stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from flows.private_folder import TRAIN, private_folder, remove_dead

_HELD = """
import sys, time
from pathlib import Path
from flows.private_folder import TRAIN, private_folder
with private_folder(Path(sys.argv[1]), TRAIN) as folder:
    (folder / "raw").mkdir()
    (folder / "raw" / "part.parquet").write_text("x")
    print(folder.name, flush=True)
    time.sleep(60)
"""


def test_a_killed_ones_folder_goes_a_living_ones_stays(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", _HELD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    name = other.stdout.readline().strip()
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o700
    with private_folder(tmp_path, TRAIN) as mine:
        assert {path.name for path in tmp_path.iterdir()} == {name, mine.name}
    os.kill(other.pid, signal.SIGKILL)
    other.wait(timeout=30)
    other.stdout.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    (tmp_path / "else").mkdir()
    (tmp_path / f"{TRAIN}file").write_text("x")
    (tmp_path / f"{TRAIN}link").symlink_to(tmp_path / "else")
    assert remove_dead(tmp_path, TRAIN) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"else", f"{TRAIN}file", f"{TRAIN}link"}
