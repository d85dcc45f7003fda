"""The audit log tells of every change to it, and of every change to what it tells of."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from flows.audit_log import (
    AUDIT,
    HEAD,
    audit_head,
    catch_up_audit,
    check_audit,
    last_number,
    read_audit,
    record,
    record_published,
)
from flows.manifest import file_sha256
from flows.publish import current_name, make_current
from flows.sealed import write_sealed
from matching.errors import InputRefused

KEY = b"k" * 32


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A log of forty lines."""
    for number in range(40):
        record(tmp_path, KEY, "purge", before="2026-10-31", runs=[f"{number:04}-2026-10-31"], note="đã xóa")
    return tmp_path


def altered(root: Path, key: bytes = KEY) -> bool:
    try:
        read_audit(root, key)
    except InputRefused:
        return True
    return False


def test_a_thousand_flipped_bytes_are_all_seen(root: Path) -> None:
    dice = random.Random(6)
    assert not altered(root)
    seen = 0
    for number in range(1000):
        file = root / (HEAD if number % 20 == 0 else AUDIT)
        good = file.read_bytes()
        at = dice.randrange(len(good))
        file.write_bytes(good[:at] + bytes([good[at] ^ (1 << dice.randrange(8))]) + good[at + 1 :])
        seen += altered(root)
        file.write_bytes(good)
    assert seen == 1000
    assert not altered(root)


@pytest.mark.parametrize(
    "change", ["delete", "insert", "reorder", "cut", "repeat", "empty", "log gone", "head gone", "other key", "forged tail"]
)
def test_lines_taken_out_put_in_and_moved_are_seen(root: Path, change: str) -> None:
    lines = (root / AUDIT).read_bytes().splitlines(keepends=True)
    changed = {
        "delete": [*lines[:7], *lines[8:]],
        "insert": [*lines[:7], lines[3], *lines[7:]],
        "reorder": [*lines[:7], lines[8], lines[7], *lines[9:]],
        "cut": lines[:-1],
        "repeat": [*lines, lines[-1]],
        "empty": [],
    }.get(change, lines)
    (root / AUDIT).write_bytes(b"".join(changed))
    if change == "forged tail":
        (root / AUDIT).write_bytes(b"".join(lines[:-1]))
        record_with_other_key = b"x" * 32
        with pytest.raises(InputRefused):
            record(root, record_with_other_key, "published", run="0099-2026-10-31")
    if change == "log gone":
        (root / AUDIT).unlink()
    if change == "head gone":
        (root / HEAD).unlink()
    assert altered(root, b"x" * 32 if change == "other key" else KEY)
    with pytest.raises(InputRefused):
        record(root, b"x" * 32 if change == "other key" else KEY, "purge")


def test_a_kill_between_log_and_head_is_made_good(root: Path) -> None:
    head = (root / HEAD).read_bytes()
    record(root, KEY, "purge")
    (root / HEAD).write_bytes(head)
    assert not altered(root)
    record(root, KEY, "purge")
    assert len(read_audit(root, KEY)) == 42


def test_a_name_without_runs_has_nothing_to_catch_up_with(tmp_path: Path) -> None:
    catch_up_audit(tmp_path, KEY)
    assert check_audit(tmp_path, KEY) == ([], [])


def test_a_run_that_was_whole_when_it_was_killed_becomes_the_current_one(tmp_path: Path) -> None:
    """A kill between the rename of the run and that of `current`: the next start finishes it. Who went back by hand stays where he went."""
    for name in ("0001-2026-10-31", "0002-2026-10-31"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps({"audit": audit_head(tmp_path, KEY), "outputs": {}}), "utf-8")
        if name.startswith("0001"):
            record_published(tmp_path, KEY, tmp_path / name)
            make_current(tmp_path, name)
    assert check_audit(tmp_path, KEY)[1] != []
    for _ in range(2):
        catch_up_audit(tmp_path, KEY)
        lines, wrong = check_audit(tmp_path, KEY)
        assert current_name(tmp_path) == "0002-2026-10-31" and wrong == [] and len(lines) == 2
    make_current(tmp_path, "0001-2026-10-31")
    catch_up_audit(tmp_path, KEY)
    assert current_name(tmp_path) == "0001-2026-10-31"


def test_what_a_published_run_says_stands_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "0001-2026-10-31"
    run.mkdir()
    told = {"counts": {"decisions": {"read": {"applied": 2}}}, "configuration": {"drift": {"allow": ["rows"]}}, "outputs": {}}
    (run / "manifest.json").write_text(json.dumps(told), "utf-8")
    written: list[int] = []
    monkeypatch.setattr(
        "flows.audit_log.write_sealed", lambda file, lines, key: written.append(len(lines)) or write_sealed(file, lines, key)
    )
    for _ in range(2):
        record_published(tmp_path, KEY, run)
    assert written == [3] and [line["event"] for line in read_audit(tmp_path, KEY)] == ["override", "decisions", "published"]


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("report.html", None, "thiếu / missing"), ("report.html", "another", "đã bị sửa / was changed"),
        ("manifest.json", "{}", "đã bị sửa / was changed"), ("manifest.json", "", "manifest.json đọc được"),
    ],
)  # fmt: skip
def test_a_published_run_that_was_changed_is_told(file: str, content: str | None, says: str, tmp_path: Path) -> None:
    run = published(tmp_path)
    assert check_audit(tmp_path, KEY)[1] == []
    (run / file).unlink()
    if content is not None:
        (run / file).write_text(content, "utf-8")
    (problem,) = check_audit(tmp_path, KEY)[1]
    assert problem.where == str(run / file) and says in str(problem)


def test_a_log_that_was_begun_anew_does_not_fit_its_runs(tmp_path: Path) -> None:
    """Whoever holds the key can make a whole log, but not one that the manifests have seen."""
    run = published(tmp_path)
    for file in (AUDIT, HEAD):
        (tmp_path / file).unlink()
    record(tmp_path, KEY, "published", run=run.name, manifest=file_sha256(run / "manifest.json"))
    (problem,) = check_audit(tmp_path, KEY)[1]
    assert "nhật ký bị cắt hoặc thay / the log was cut or replaced" in str(problem)


def published(root: Path) -> Path:
    """A published run with one file, after a line on something else."""
    record(root, KEY, "purge", runs=[])
    run = root / "0001-2026-10-31"
    run.mkdir()
    (run / "report.html").write_text("page", "utf-8")
    told = {"audit": audit_head(root, KEY), "outputs": {"report.html": {"sha256": file_sha256(run / "report.html")}}}
    (run / "manifest.json").write_text(json.dumps(told), "utf-8")
    record_published(root, KEY, run)
    return run


def test_numbers_that_the_log_tells_of(root: Path, tmp_path: Path) -> None:
    assert last_number(root) == 39 and last_number(tmp_path / "none") == 0
    record(root, KEY, "purge", runs=[], failed=["10044-2026-10-31"])
    assert last_number(root) == 10_044
