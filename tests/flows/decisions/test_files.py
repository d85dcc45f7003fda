"""Which files of the decisions folder are read, and the copy of them that a run works on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.decisions.files import copy_decisions, decision_files
from matching.errors import InputRefused

READ = ("a.csv", "của Lan/b.xlsx", "của Lan/log/c.csv")
LEFT = ("log/decisions.jsonl", ".a.csv.swp", "~$b.xlsx", "của Lan/.~lock.b.xlsx#", ".hidden/d.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*READ, *LEFT):
        path = tmp_path / "decisions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    return tmp_path / "decisions"


def test_reviewers_files_and_no_others(folder: Path, tmp_path: Path) -> None:
    assert [path.relative_to(folder).as_posix() for path in decision_files(folder)] == list(READ)
    assert decision_files(tmp_path / "none") == []


def test_the_copy_is_private_and_whole(folder: Path, tmp_path: Path) -> None:
    copied = copy_decisions(folder, tmp_path / "copy")
    assert {path.relative_to(copied).as_posix(): path.read_text("utf-8") for path in decision_files(copied)} == {
        name: name for name in READ
    }
    assert {path.stat().st_mode & 0o077 for path in (copied, *copied.rglob("*")) if path.is_dir()} == {0}


@pytest.mark.parametrize(("error", "left"), [(FileNotFoundError, READ[1:]), (PermissionError, None)])
def test_a_file_that_goes_was_never_there_and_one_that_cannot_be_read_is_told(
    error: type[OSError], left: tuple[str, ...] | None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.copyfile

    def copyfile(source: Path, target: Path) -> Path:
        if source.name == "a.csv":
            raise error(13, "Permission denied")
        return real(source, target)

    monkeypatch.setattr("flows.decisions.files.shutil.copyfile", copyfile)
    if left is None:
        with pytest.raises(InputRefused, match=r"a\.csv: Permission denied"):
            copy_decisions(folder, tmp_path / "copy")
    else:
        assert tuple(path.read_text("utf-8") for path in decision_files(copy_decisions(folder, tmp_path / "copy"))) == left
