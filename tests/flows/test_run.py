"""A run is published whole or not at all, alone in its folder, and a re-run of the same inputs is the same run again."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import publish as publishing
from flows.audit_log import record
from flows.config import Engine, InputSettings, Secrets, Settings, Thresholds
from flows.key_file import key_id, make_key, read_key
from flows.manifest import build_manifest, file_sha256, input_fingerprint
from flows.publish import current_name, drop_old_tables, fail, previous_published, publish, published_runs, run_folder
from flows.run import Run, hold_output, is_out_of_space, open_run
from flows.run_folder import NOTES
from matching.errors import ConfigError, GateFailed, InputRefused, NoSpace, OutputLocked, Problem

P = ParamSpec("P")
T = TypeVar("T")
CANARY = "Nguyễn Thị Bí Mật 001200000001"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        name="electricity",
        as_of=date(2026, 10, 31),
        output=tmp_path / "runs",
        base=tmp_path,
        path=tmp_path / "run.toml",
        register=InputSettings("population_register", ("register.csv",)),
        partner=InputSettings("electricity", ("contracts.csv",)),
    )


def fill(run: Run) -> None:
    """Something of every kind that a run writes."""
    for name in ("raw_register", "quarantine_partner"):
        run.tables(name).mkdir()
        (run.tables(name) / "part-000.parquet").write_text(CANARY)
    (run.gates / "raw.json").write_text("{}")
    (run.tmp / "spill").write_text(CANARY)
    (run.folder / "mismatches.csv").write_text("x")
    (run.folder / "quarantine.csv").write_text(CANARY)
    (run.folder / "by_unit").mkdir()
    (run.folder / "by_unit/PA01.csv").write_text("y")
    (run.folder / "by_unit/PA01.csv").chmod(0o644)


def complete(settings: Settings, fingerprint: str = "one") -> Path:
    with open_run(settings) as run:
        fill(run)
        previous = previous_published(run, fingerprint)
        manifest = build_manifest(
            run, settings, inputs={"register": {"rows_read": 3}}, fingerprint=fingerprint, previous=previous,
            model_sha256="m", seeds={"training": 1}, timings={"ingest": 1.23456}, counts={"records": 3},
        )  # fmt: skip
        return publish(run, manifest)


def test_publish(settings: Settings) -> None:
    final = complete(settings)
    assert final == settings.root / "0001-2026-10-31"
    assert (settings.root / "current").read_text() == "0001-2026-10-31\n"
    assert sorted(path.name for path in final.iterdir()) == [
        "by_unit", "gates", "manifest.json", "mismatches.csv", "quarantine.csv", "tables",
    ]  # fmt: skip
    assert run_folder(settings.root) == run_folder(final) == run_folder(settings.root / "current") == final
    (settings.output / "current").symlink_to(final)
    assert run_folder(settings.output / "current") == final
    assert not list(settings.root.glob(".partial-*"))


def test_what_is_finished_stays_noted_until_the_run_is_sealed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill while a large run is forced to the disk costs no stage; what was spilled is gone before, and everything with the rename."""
    seen: list[list[str]] = []
    real = publishing.seal

    def sealing(path: Path) -> None:
        if path.is_dir() and path.name.startswith(".partial-"):
            seen.append(sorted(found.name for found in (path / "tmp").iterdir()))
        real(path)

    monkeypatch.setattr(publishing, "seal", sealing)
    with open_run(settings) as run:
        fill(run)
        (run.tmp / NOTES).write_text("[]")
        (run.tmp / "gate").mkdir()
        final = publish(run, {})
    assert seen == [[NOTES]] and not (final / "tmp").exists()
    assert "tmp" not in str(json.loads((final / "manifest.json").read_text())["outputs"])


def test_the_manifest_tells_what_the_run_is_made_of(settings: Settings) -> None:
    final = complete(settings)
    manifest = json.loads((final / "manifest.json").read_text())
    assert manifest["run_id"] == "0001-2026-10-31"
    assert manifest["inputs"] == {"register": {"rows_read": 3}}
    assert manifest["configuration"]["as_of"] == "2026-10-31"
    assert manifest["configuration"]["thresholds"] == {"link": 0.95, "review": 0.5}
    assert manifest["configuration"]["engine"]["threads"] == os.cpu_count()
    assert set(manifest["code"]) == {"version", "commit", "state"}
    assert manifest["packages"]["python"].startswith("3.")
    assert manifest["key_id"] == key_id(read_key(settings.output / "key"))
    assert (manifest["model_sha256"], manifest["seeds"]) == ("m", {"training": 1})
    assert (manifest["timings"], manifest["counts"]) == ({"ingest": 1.235}, {"records": 3})
    assert set(manifest["outputs"]) == {"by_unit/PA01.csv", "gates/raw.json", "mismatches.csv", "quarantine.csv"}
    assert manifest["outputs"]["mismatches.csv"] == {"bytes": 1, "sha256": file_sha256(final / "mismatches.csv")}
    assert read_key(settings.output / "key").hex() not in (final / "manifest.json").read_text()


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_nobody_else_may_look(settings: Settings, umask: int) -> None:
    before = os.umask(umask)
    try:
        complete(settings)
        with pytest.raises(GateFailed), open_run(settings) as run:
            fill(run)
            raise GateFailed(Problem("raw", "1", "0"))
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    for path in (settings.output, *settings.output.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), f"{path} {mode:o}"


def test_numbers_go_on_after_failed_runs(settings: Settings) -> None:
    complete(settings)
    with pytest.raises(ZeroDivisionError), open_run(settings):
        _ = 1 / 0
    assert complete(replace(settings, as_of=date(2026, 11, 30))).name == "0003-2026-11-30"
    record(settings.root, b"k" * 32, "purge", runs=["0007-2026-10-31"], failed=[])
    assert complete(settings).name == "0008-2026-10-31", "a number that the audit log tells of is never given again"
    (settings.root / "9999-2026-10-31").mkdir()
    with open_run(settings) as run:
        assert run.run_id == "10000-2026-10-31"


def test_a_failed_run_leaves_what_helps_and_nothing_else(settings: Settings) -> None:
    published = complete(settings)
    before = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    with pytest.raises(GateFailed) as error, open_run(settings) as run:
        fill(run)
        raise GateFailed(Problem("gate raw", "3 rows", "0 rows"))
    failed = settings.root / "failed/0002-2026-10-31"
    assert sorted(str(path.relative_to(failed)) for path in failed.rglob("*") if path.is_file()) == [
        "failure.json", "gates/raw.json", "quarantine.csv", "quarantine_partner/part-000.parquet",
    ]  # fmt: skip
    assert error.value.__notes__ == [f"{publishing.LOG_NOTE}{failed}"]
    failure = json.loads((failed / "failure.json").read_text())
    assert (failure["error"], failure["exit_code"]) == ("GateFailed", 3)
    assert failure["problems"] == ["gate raw: 3 rows; expected 0 rows"]
    assert {path: path.read_bytes() for path in published.rglob("*") if path.is_file()} == before
    assert current_name(settings.root) == published.name
    assert not list(settings.root.glob(".partial-*"))


def test_of_a_foreign_error_only_type_and_place_are_kept(settings: Settings) -> None:
    with pytest.raises(ValueError, match="Mật"), open_run(settings) as run:
        (run.folder / "tables/part").write_text(CANARY)
        raise ValueError(CANARY)
    text = (settings.root / "failed/0001-2026-10-31/failure.json").read_text()
    assert "ValueError" in text and "flows/test_run.py:" in text
    assert not any(word in text for word in (*CANARY.split(), "M\\u1eadt"))


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_run_leaves_nothing(settings: Settings, end: type[BaseException]) -> None:
    with pytest.raises(end), open_run(settings) as run:
        fill(run)
        raise end
    assert sorted(path.name for path in settings.root.iterdir()) == [".gitignore", ".lock", "decisions", "failed"]
    assert not list((settings.root / "failed").iterdir())


def test_a_run_that_is_not_published_leaves_nothing(settings: Settings) -> None:
    with open_run(settings) as run:
        fill(run)
    assert not run.folder.exists()
    assert fail(run, ValueError()) is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        RuntimeError('IO Error: Could not write file "x": No space left on device'),
    ],
)
def test_a_full_disk(settings: Settings, error: Exception) -> None:
    with pytest.raises(NoSpace, match=str(settings.root)), open_run(settings) as run:
        fill(run)
        try:
            raise error
        except Exception:
            raise GateFailed(Problem("stage", "failed", "done")) from None
    assert (settings.root / "failed/0001-2026-10-31/failure.json").exists()
    assert not is_out_of_space(ValueError("No space"))


def test_a_disk_too_full_even_for_the_failure(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publishing, "write_json", full)
    with pytest.raises(NoSpace), open_run(settings) as run:
        fill(run)
        full()
    assert not list((settings.root / "failed").iterdir())
    assert not list(settings.root.glob(".partial-*"))


def test_leftovers_of_a_dead_run_are_removed(settings: Settings) -> None:
    complete(settings)
    (settings.output / ".train-dead").mkdir()
    for name in (".partial-0002-2026-10-31", ".partial-x"):
        (settings.root / name / "tables").mkdir(parents=True)
        (settings.root / name / "tables/part").write_text(CANARY)
    (settings.root / ".current-0002-2026-10-31").write_text("0002")
    assert complete(settings).name == "0002-2026-10-31"
    assert not [path for path in settings.root.iterdir() if path.name.startswith((".partial", ".current"))]
    assert not (settings.output / ".train-dead").exists() and (settings.root / ".gitignore").read_text("ascii") == "*\n"


def test_one_run_at_a_time(settings: Settings) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(settings.output)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    start = time.monotonic()
    with pytest.raises(OutputLocked) as error, open_run(settings):
        pytest.fail("two runs in one folder")
    assert time.monotonic() - start < 20  # the holder goes on for a minute: nobody waited for it
    assert f"pid {holder.pid}, host " in str(error.value) and "since 20" in str(error.value)
    assert list(settings.root.glob(".partial-*"))  # the other run's folder is not a leftover
    with open_run(replace(settings, name="water")):
        pass
    holder.kill()
    holder.wait()
    with open_run(settings) as run:  # a killed holder holds nothing
        assert [path.name for path in settings.root.glob(".partial-*")] == [run.folder.name]


HOLD = """
import sys, time
from datetime import date
from pathlib import Path
from flows.config import InputSettings, Settings
from flows.run import open_run
out = Path(sys.argv[1])
side = InputSettings("electricity", ("a",))
with open_run(Settings("electricity", date(2026, 10, 31), out, out, out, side, side)) as run:
    print("held", flush=True)
    time.sleep(60)
"""


def test_who_holds_the_output_may_open_the_run(settings: Settings) -> None:
    with hold_output(settings), open_run(settings) as run:
        assert run.folder.is_dir()
    with hold_output(settings), pytest.raises(ZeroDivisionError), open_run(settings):
        _ = 1 / 0
    with open_run(settings) as run:
        assert run.run_id == "0002-2026-10-31"


def test_two_flows_of_one_process_do_not_share_the_lock(settings: Settings) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def second() -> None:
        with open_run(settings):
            pass

    with open_run(settings), ThreadPoolExecutor(1) as pool, pytest.raises(OutputLocked):
        pool.submit(second).result()


def _publish_and_die(settings: Settings, step: int) -> None:
    """Publish, killed before the `step`-th time that something is forced to the disk or renamed."""
    left = step

    def dying(function: Callable[P, T]) -> Callable[P, T]:
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapped

    publishing._sync = dying(publishing._sync)
    Path.rename = dying(Path.rename)  # type: ignore[method-assign]
    Path.replace = dying(Path.replace)  # type: ignore[method-assign]
    complete(settings, "two")


def test_a_kill_at_any_step_of_publishing(settings: Settings) -> None:
    """`current` always names a whole run, and the next run cleans up and is compared with the first one."""
    first = complete(settings)
    context = multiprocessing.get_context("spawn")  # a fork would inherit the threads of other tests
    killed = 0
    while True:
        process = context.Process(target=_publish_and_die, args=(settings, killed))
        process.start()
        process.join()
        for folder in published_runs(settings.root):
            manifest = json.loads((folder / "manifest.json").read_text())
            assert all(file_sha256(folder / name) == out["sha256"] for name, out in manifest["outputs"].items())
        assert run_folder(settings.root).is_dir()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        killed += 1
    assert killed >= 10
    last = complete(settings, "two")
    assert json.loads((last / "manifest.json").read_text())["previous_run"] == first.name


def test_a_rerun_compares_with_what_the_first_one_compared_with(settings: Settings) -> None:
    first = complete(settings, "one")
    complete(settings, "two")
    complete(settings, "two")
    with open_run(settings) as run:
        assert previous_published(run, "two") == first
        assert previous_published(run, "three") == settings.root / "0003-2026-10-31"
        (settings.root / "current").write_text("0001-2026-10-31\n")  # somebody went back
        assert previous_published(run, "three") == first
        assert previous_published(run, "one") is None


def test_a_first_run_has_no_previous(settings: Settings) -> None:
    with open_run(settings) as run:
        assert previous_published(run, "one") is None


def test_a_damaged_last_run_is_refused(settings: Settings) -> None:
    final = complete(settings)
    (final / "manifest.json").write_text("{")
    with pytest.raises(InputRefused, match=r"manifest\.json"), open_run(settings):
        pytest.fail("its key id cannot be read")


def test_fingerprint(settings: Settings, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions"
    decisions.mkdir()

    def of(chosen: Settings = settings, register: tuple[str, ...] = ("a", "b"), partner: str = "c") -> str:
        return input_fingerprint(chosen, {"register": register, "partner": (partner,)}, decisions)

    same = of()
    assert same == of(register=("b", "a"))
    assert same == of(replace(settings, engine=Engine("1GB", 1), base=tmp_path / "elsewhere"))
    assert same == of(replace(settings, partner=replace(settings.partner, files=("other.csv",))))
    others = {
        of(register=("a",)),
        of(partner="d"),
        of(replace(settings, as_of=date(2026, 11, 1))),
        of(replace(settings, thresholds=Thresholds(0.9))),
        of(replace(settings, partner=replace(settings.partner, columns={"phone": "Tel"}))),
    }
    (decisions / "a.csv").write_text("x")
    others.add(of())
    (decisions / "a.csv").write_text("y")
    others.add(of())
    assert len(others) == 7 and same not in others


def test_the_key_is_made_once(settings: Settings) -> None:
    with open_run(settings) as run:
        key = run.key
    assert len(key) == 32
    make_key(settings.output / "key")
    with open_run(replace(settings, name="water")) as run:
        assert run.key == key
    assert pickle.loads(pickle.dumps(run)) == run
    assert key.hex() not in str(pickle.dumps(run)) and key not in pickle.dumps(run)
    assert [path.name for path in settings.output.iterdir() if path.is_file()] == ["key"]


def test_a_key_elsewhere(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "my.key").write_text("ab" * 32)
    with open_run(replace(settings, secrets=Secrets(tmp_path / "my.key"))) as run:
        assert run.key == b"\xab" * 32
    assert not (settings.output / "key").exists()
    with (
        pytest.raises(ConfigError, match="/none: "),
        open_run(replace(settings, secrets=Secrets(tmp_path / "none/key"))),
    ):
        pytest.fail("there is no such folder")


@pytest.mark.parametrize("text", ["", "secret!", "ab" * 31, "é"])
def test_a_key_that_is_none_is_refused_and_not_shown(settings: Settings, tmp_path: Path, text: str) -> None:
    (tmp_path / "my.key").write_text(text)
    with pytest.raises(ConfigError) as error, open_run(replace(settings, secrets=Secrets(tmp_path / "my.key"))):
        pytest.fail("no key")
    assert "secret" not in str(error.value)


def test_another_key_than_the_published_runs_had_is_refused(settings: Settings) -> None:
    complete(settings)
    key = (settings.output / "key").read_text()
    (settings.output / "key").unlink()
    with pytest.raises(ConfigError, match="missing"), open_run(settings):
        pytest.fail("every id would be new")
    assert not (settings.output / "key").exists()
    (settings.output / "key").write_text("cd" * 32)
    with pytest.raises(ConfigError, match="key id"), open_run(settings):
        pytest.fail("every id would be new")
    (settings.output / "key").write_text(key)
    assert complete(settings).name == "0002-2026-10-31"


def test_an_output_that_cannot_be_made(settings: Settings) -> None:
    settings.output.write_text("a file")
    with pytest.raises(ConfigError, match="can be written"), open_run(settings):
        pytest.fail("no folder")


def test_run_folder_of_nothing(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no run there"):
        run_folder(tmp_path)
    with pytest.raises(ConfigError, match="no run there"):
        run_folder(tmp_path / "none")
    complete(settings)
    (settings.root / "current").write_text("0007-2026-10-31\n")
    with pytest.raises(ConfigError, match="which is gone"):
        run_folder(settings.root)
    (settings.root / "current").write_text("../../etc\n")
    with pytest.raises(ConfigError, match="not a run id"):
        run_folder(settings.root)


@pytest.mark.parametrize(("days", "age", "gone"), [(7, 6.9, False), (7, 7, True), (0, 0, True)])
def test_old_tables_go_reports_stay(settings: Settings, days: int, age: float, gone: bool) -> None:
    final = complete(settings)
    published = datetime.fromisoformat(json.loads((final / "manifest.json").read_text())["published_at"])
    assert published.tzinfo is not None and abs(datetime.now(UTC) - published) < timedelta(minutes=5)
    dropped = drop_old_tables(settings.root, days, published + timedelta(days=age))
    assert dropped == ([final] if gone else [])
    assert (final / "tables").exists() is not gone
    assert (final / "mismatches.csv").exists()


@given(st.binary(min_size=32, max_size=64))
def test_key_id_gives_nothing_away(key: bytes) -> None:
    assert len(key_id(key)) == 8 and key_id(key) not in key.hex()
