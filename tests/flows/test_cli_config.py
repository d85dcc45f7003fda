"""The command line: quick to answer, an exit code for every end, and never a traceback or a personal value."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from typer.main import get_command

from flows import cli
from flows.commands import app
from flows.config import Settings
from flows.progress import Progress
from flows.run import open_run
from flows.usage import in_both
from matching.errors import (
    ConfigError,
    DoisoatError,
    GateBroken,
    GateFailed,
    InputRefused,
    NoSpace,
    OutputLocked,
    Problem,
    StageError,
)

ROOT = Path(__file__).parent.parent.parent
CANARY = "Nguyễn Thị Bí Mật 001200000001"
HEAVY = (
    "duckdb",
    "pyarrow",
    "pandas",
    "numpy",
    "prefect",
    "great_expectations",
    "sqlalchemy",
    "rapidfuzz",
    "xlsxwriter",
)
RUN = """\
name = "electricity"
as_of = 2026-10-31
output = "runs"
[register]
source = "population_register"
files = ["register.csv"]
[partner]
source = "electricity"
files = ["contracts.csv"]
"""


@dataclass
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.toml").write_text(RUN, "utf-8")
    register = ["Mã cư dân", "Họ và tên", "Dân tộc", "Nơi thường trú"]
    (tmp_path / "register.csv").write_text(f"{','.join(register)}\nA1,Lê Văn A,Kinh,Hà Nội\n", "utf-8")
    (tmp_path / "contracts.csv").write_text("Mã khách hàng;Tên khách hàng;Ghi [b]chú\nPA1;Lê Văn A;\n", "utf-8-sig")
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    monkeypatch.setattr(sys, "argv", ["doisoat", *arguments])
    before = signal.getsignal(signal.SIGTERM), os.umask(0o077)
    try:
        with pytest.raises(SystemExit) as end:
            cli.main()
    finally:
        signal.signal(signal.SIGTERM, before[0])
        os.umask(before[1])
    captured = capsys.readouterr()
    return Done(int(end.value.code or 0), captured.out, captured.err)


def test_check_says_what_becomes_of_every_column(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(monkeypatch, capsys, "check", str(folder / "run.toml"))
    assert (done.code, done.err) == (0, "")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    for expected in (
        "Mã cư dân → person_id",
        "Dân tộc ✗ dữ liệu nhạy cảm, bỏ / sensitive, dropped",
        "Ghi [b]chú → giữ nguyên / carried through",
    ):
        assert expected in lines
    assert "Lê Văn A" not in done.out


def test_check_tells_the_problems_of_both_sides(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "register.csv").write_text("Họ và tên,Mã xã nơi thường trú\nLê Văn A,00004\n", "utf-8")
    (folder / "contracts.csv").write_text("Mã khách hàng;Ghi chú\nPA1;\n", "utf-8")
    done = call(monkeypatch, capsys, "check", str(folder / "run.toml"))
    assert done.code == 5
    assert all(word in done.err for word in ("no column person_id", "no column holder_name", "codes_as_of"))
    done = call(monkeypatch, capsys, "run", str(folder / "run.toml"))
    assert done.code == 5 and "no column holder_name" in done.err
    assert not (folder / "runs").exists()


def test_a_missing_input(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "contracts.csv").unlink()
    for command in ("check", "run"):
        done = call(monkeypatch, capsys, command, str(folder / "run.toml"))
        assert done.code == 5 and "contracts.csv" in done.err and "Traceback" not in done.err


ENDS: list[tuple[type[DoisoatError], int]] = [
    (ConfigError, 2), (GateFailed, 3), (GateBroken, 4), (InputRefused, 5), (OutputLocked, 6), (NoSpace, 7), (StageError, 70),
]  # fmt: skip


@pytest.mark.parametrize(("error", "code"), ENDS)
def test_every_error_has_its_exit_code(
    error: type[DoisoatError], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise error([Problem("[a] b", "\x1b[31m1", "2", "fix it"), Problem("c", "3", "4")])

    monkeypatch.setattr("flows.manifest.code_version", broken)
    done = call(monkeypatch, capsys, "version")
    assert (done.code, done.out) == (code, "")
    assert all(text in done.err for text in (error.title, "[a] b", "\\x1b[31m1", "fix it", "\n  c\n"))
    assert "\x1b" not in done.err and "Traceback" not in done.err


def test_an_unexpected_error_shows_its_type_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        error = ValueError(CANARY)
        error.add_note("doisoat failed run: /runs/failed/0001")
        error.add_note(CANARY)
        raise error

    monkeypatch.setattr("flows.manifest.code_version", broken)
    done = call(monkeypatch, capsys, "version")
    assert done.code == 70
    assert "ValueError" in done.err and "/runs/failed/0001" in done.err
    assert not any(word in done.out + done.err for word in CANARY.split()) and "Traceback" not in done.err
    monkeypatch.setenv("DOISOAT_TRACEBACK", "1")
    assert CANARY in call(monkeypatch, capsys, "version").err


def test_want_of_memory_is_told_as_that(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise duckdb.OutOfMemoryException(f"could not allocate block of size 256.0 KiB (953.8 MiB/953.6 MiB used) {CANARY}")

    monkeypatch.setattr("flows.manifest.code_version", broken)
    done = call(monkeypatch, capsys, "version")
    assert done.code == 2 and "953.6 MiB" in done.err and "256.0 KiB" in done.err
    assert "unexpected" not in done.err and not any(word in done.err for word in CANARY.split())


def test_an_interrupted_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):

        def interrupted(number: int = number) -> None:
            os.kill(os.getpid(), number)

        monkeypatch.setattr("flows.manifest.code_version", interrupted)
        done = call(monkeypatch, capsys, "version")
        assert done.code == 130 and "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",), ("run",), ("run", "none.toml"), ("check", "."), ("generate", "--people", "many", "x"),
        ("generate", "--people", "1", "x"), ("explain", ".", "PA1"), ("explain", "."), ("evaluate", ".", "none.csv"),
    ],
)  # fmt: skip
def test_wrong_usage_is_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(monkeypatch, capsys, *arguments)
    assert done.code == 2 and done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("explain", "thiếu tham số 'RUN_DIR' / Missing argument 'RUN_DIR'."),
        ("erase .", "thiếu tùy chọn '--person' / Missing option '--person'."),
        ("validate x", "thiếu tùy chọn '--source' / Missing option '--source'."),
        ("explain . PD1 --person", "tùy chọn '--person' thiếu giá trị / Option '--person' requires"),
        ("run --quiet=3 a", "tùy chọn '--quiet' không nhận giá trị / Option '--quiet' does not take a value."),
        ("report . --bogus", "không có tùy chọn --bogus / No such option: --bogus"),
        ("decisions look", "không có lệnh 'look' / No such command 'look'."),
        ("explain . PD1 CD000000007", "thừa tham số / Got unexpected extra argument"),
        ("decisions check none.csv", "không có tệp hoặc thư mục này / Invalid value for 'FILE'"),
        ("decisions check .", "là thư mục, không phải tệp / Invalid value for 'FILE'"),
        ("report . --lang fr", "'--lang': phải là một trong 'both', 'vi', 'en' / Invalid value"),
        ("purge . --before tomorrow", "'--before': không phải ngày dạng năm-tháng-ngày (2026-10-31) / Invalid value"),
        ("generate x --people many", "'--people': không phải số nguyên / Invalid value"),
        ("generate x --people 0", "'--people': phải từ 100 trở lên / Invalid value"),
        ("diff . . --csv none/a.csv", "'--csv': không ghi được ở đó / it cannot be written there"),
        ("report . --out none/a.html", "'--out': không ghi được ở đó / it cannot be written there"),
        ("train a.toml --out none/a.json", "'--out': không ghi được ở đó / it cannot be written there"),
        *((f"validate a.csv --source bank --{name} none/a", f"'--{name}': không ghi được ở đó /") for name in ("json", "junit", "sarif", "quarantine")),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_both_languages(
    arguments: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(monkeypatch, capsys, *arguments.split())
    assert done.code == 2 and "dùng sai lệnh / wrong usage" in done.err and "--help" in done.err
    assert told in done.err and "CD000000007" not in done.err


def test_what_the_parser_may_say_another_time_is_told_in_general_words() -> None:
    assert in_both("Something new.") == "giá trị hoặc cách dùng không hợp lệ / Something new."
    assert in_both("Invalid value for '--x': odd").startswith("'--x': giá trị hoặc cách dùng không hợp lệ / ")
    assert in_both("Invalid value for '--x': 0 is not in the range x>=1.").startswith("'--x': ngoài khoảng x>=1 / ")


def test_generate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(monkeypatch, capsys, "generate", "--people", "120", "--seed", "7", str(tmp_path / "world"))
    assert done.code == 0 and "120" in done.out
    assert call(monkeypatch, capsys, "check", str(tmp_path / "world/run.toml")).code == 0


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(monkeypatch, capsys, "version")
    assert done.code == 0 and done.out.startswith("doisoat ") and "Python 3." in done.out


def commands(command: object, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *names, name)


@pytest.mark.parametrize("names", list(commands(get_command(app))), ids=" ".join)
def test_every_page_of_help_is_in_both_languages(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command, argument and option says what it does in Vietnamese first, and typer's own words are not in English alone."""
    found: Any = get_command(app)
    for name in names:
        found = found.commands[name]
    told = [str(text).split(" / ") for text in (found.help, *(param.help for param in found.params))]
    accents = [(bool(re.search("[à-ỹđ]", first)), bool(re.search("[à-ỹđ]", rest[-1]))) for first, *rest in told if rest]
    assert accents == [(True, False)] * len(told)
    monkeypatch.setenv("COLUMNS", "250")
    done = call(monkeypatch, capsys, *names, "--help")
    parsers = re.findall(r"(.. )?\b(Usage:|Arguments|Options|Commands|required|default:|Show this)", done.out)
    assert done.code == 0 and {before for before, _ in parsers} == {" / "} and len(parsers) >= 2


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["check", "none.toml"], 2), (["run", "--help"], 0)])
def test_help_and_configuration_errors_load_nothing_heavy(arguments: list[str], code: int) -> None:
    script = (
        "import sys, time\n"
        "from flows.cli import main\n"
        f"sys.argv = ['doisoat', *{arguments}]\n"
        "try: main()\n"
        "except SystemExit as end:\n"
        f"    print('heavy', [name for name in {HEAVY} if name in sys.modules])\n"
        "    print('seconds', time.process_time()); raise"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = dict(line.split(" ", 1) for line in done.stdout.splitlines()[-2:])
    assert (done.returncode, lines["heavy"]) == (code, "[]")
    assert float(lines["seconds"]) < 1  # of the processor; 0.3 on an idle machine


def test_colours_can_be_switched_off(tmp_path: Path) -> None:
    script = "from flows.cli import main; main()"
    for more, coloured in (({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)):
        environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")} | more
        arguments = [sys.executable, "-c", script, "check", str(tmp_path / "none.toml")]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 2 and ("\x1b[1;31m" in done.stderr) is coloured


def test_the_command_stands_in_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["scripts"]["doisoat"] == "flows.cli:main"


@pytest.mark.parametrize(("options", "shown"), [((), True), (("--no-progress",), True), (("--quiet",), False)])
def test_run_ends_with_the_code_of_its_outcome(
    folder: Path,
    options: tuple[str, ...],
    shown: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The flow itself has its own tests; here stands who calls it, with what, and what becomes of its answer."""
    seen: list[Any] = []

    def run_reconcile(settings: Settings, progress: Progress) -> SimpleNamespace:
        with open_run(settings) as run:  # the command holds the lock, and the run inside it still opens
            seen.append((settings.name, progress.console is None, run.run_id))
        return SimpleNamespace(exit_code=1, folder=folder, summary={"records": 7})

    def markdown(summary: dict[str, int], _: Path) -> str:
        return f"records: {summary['records']}"

    monkeypatch.setitem(sys.modules, "flows.reconcile", SimpleNamespace(run_reconcile=run_reconcile))
    monkeypatch.setitem(sys.modules, "flows.summary", SimpleNamespace(markdown=markdown))
    done = call(monkeypatch, capsys, "run", *options, str(folder / "run.toml"))
    assert (done.code, done.err) == (1, "")
    assert ("records: 7" in done.out) is shown
    assert seen == [("electricity", bool(options), "0001-2026-10-31")]


def test_a_held_output_is_told_before_prefect_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "flows.reconcile", None)  # importing it would fail
    (folder / "runs/electricity").mkdir(parents=True)
    with (folder / "runs/electricity/.lock").open("w") as lock:
        lock.write("pid 1, host h, since 2026-10-31T00:00:00+00:00")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = call(monkeypatch, capsys, "run", str(folder / "run.toml"))
    assert done.code == 6 and "pid 1, host h, since 2026-10-31" in done.err
