"""The command line. It imports nothing heavy before a command needs it, and no traceback ever reaches a user.

Every end has its exit code (matching/errors.py): a traceback would quote values of persons, so of an unexpected error only
the type is shown, and where its place in the code is written down. DOISOAT_TRACEBACK=1 shows it whole, to a developer.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from matching.errors import ConfigError, DoisoatError, InputRefused, Problem

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130
UNEXPECTED = 70
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

app = typer.Typer(
    name="doisoat",
    help="Đối soát tệp của đối tác với cơ sở dữ liệu dân cư / reconcile a partner's file with the population register.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

bench_app = typer.Typer(
    help="Đo độ đúng và tốc độ / measure how right and how fast names and addresses are read.", no_args_is_help=True
)
app.add_typer(bench_app, name="bench")

decisions_app = typer.Typer(no_args_is_help=True, help="Quyết định của người xem xét / reviewers' decisions.")
app.add_typer(decisions_app, name="decisions")

RunFile = Annotated[Path, typer.Argument(metavar="RUN.toml", help="Tệp cấu hình / the run file.")]
RunDir = Annotated[
    Path,
    typer.Argument(
        metavar="RUN_DIR", help="Thư mục lượt chạy, hoặc / a run's folder, or <output>/<name> (its current run)."
    ),
]


@app.command()
def run(
    run_file: RunFile,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Chỉ báo lỗi / print errors only.")] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Không vẽ tiến độ / no progress line.")] = False,
) -> None:
    """Đối soát và công bố kết quả / reconcile and publish the result."""
    from flows.config import load_settings
    from flows.inputs import check_inputs
    from flows.run import hold_output

    settings = load_settings(run_file)
    try:
        check_inputs(settings)
    except InputRefused:
        if settings.root.is_dir():  # that another run holds the output is told first: its input may be on its way
            with hold_output(settings):
                pass
        raise
    with hold_output(settings):  # a wrong file or a held output is told before Prefect takes its seconds to start
        from rich.markdown import Markdown

        from flows.progress import Progress
        from flows.reconcile import run_reconcile
        from flows.summary import markdown

        console = _console()
        outcome = run_reconcile(settings, Progress(None if quiet or no_progress else console))
        if not quiet:
            console.print(Markdown(markdown(outcome.summary, outcome.folder)))
    raise typer.Exit(outcome.exit_code)


@app.command()
def check(run_file: RunFile) -> None:
    """Kiểm tra cấu hình và tiêu đề cột, không chạy / check the run file and the headers, without a run."""
    from flows.check_view import print_check
    from flows.config import load_settings

    print_check(load_settings(run_file), _console())


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục mới / a new folder.")],
    people: Annotated[int, typer.Option(min=1, help="Số cư dân / how many residents.")] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="Cùng số thì cùng dữ liệu / the same seed, the same world.")] = 1,
    output: Annotated[str, typer.Option(help="`output` trong / of its run.toml.")] = "runs",
) -> None:
    """Tạo một thế giới hư cấu cùng sự thật / make a fictional world with its truth."""
    from flows.generate import generate_world

    try:
        world = generate_world(people, seed, folder, output=output)
    except ValueError as error:
        raise ConfigError(Problem("generate", f"--people {people}, --seed {seed}", str(error))) from None
    except OSError as error:
        found = f"{type(error).__name__}: {error.strerror}"
        raise ConfigError(Problem(str(folder), found, "thư mục ghi được / a folder that can be written")) from None
    console = _console()
    sizes = f"{world.people:,} cư dân / residents, {world.contracts:,} hợp đồng / contracts, {world.communes:,} xã / communes"
    console.print(f"{folder}: {sizes}", markup=False)
    for outcome, count in world.outcomes.items():
        console.print(f"  {outcome:<14} {count:>12,}", markup=False)


@app.command()
def explain(
    run_dir: RunDir, record_id: Annotated[str, typer.Argument(help="Mã của bản ghi đối tác / the partner's record.")]
) -> None:
    """Vì sao bản ghi này có kết quả này / why a record ended as it did."""
    from flows.publish import run_folder

    folder = run_folder(run_dir)
    from flows.explain_view import print_explain

    print_explain(folder, record_id, _console())


@app.command()
def evaluate(
    run_dir: RunDir,
    truth: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Tệp sự thật / the truth.csv of the world.")
    ],
) -> None:
    """So kết quả với sự thật đã biết / measure a run against the known truth."""
    from flows.publish import run_folder

    folder = run_folder(run_dir)
    from flows.evaluate_view import print_evaluation

    print_evaluation(folder, truth, _console())


BenchPeople = Annotated[int, typer.Option(min=100, help="Số cư dân của thế giới / residents of the world.")]
BenchValues = Annotated[int, typer.Option(min=100, help="Số chuỗi khác nhau / distinct strings to time.")]
BenchSeed = Annotated[
    int | None, typer.Option(min=0, help="Bỏ trống: số mới, có in ra / left out: a new one, which is printed.")
]
BenchExamples = Annotated[int, typer.Option(min=0, help="Số ví dụ sai mỗi loại / wrong ones to show of each kind.")]
BenchJson = Annotated[Path | None, typer.Option("--json", dir_okay=False, help="Ghi thêm tệp này / write it there too.")]


@bench_app.command("addresses")
def bench_addresses(
    people: BenchPeople = 60_000,
    values: BenchValues = 300_000,
    seed: BenchSeed = None,
    examples: BenchExamples = 0,
    peer: Annotated[bool, typer.Option(help="So với / compare with vietnamadminunits.")] = True,
    json: BenchJson = None,
) -> None:
    """Địa chỉ / addresses."""
    from flows.bench.run import BenchOptions
    from flows.bench.run import bench_addresses as bench

    bench(BenchOptions(people, values, seed, examples, peer, json), _console())


@bench_app.command("names")
def bench_names(
    people: BenchPeople = 60_000,
    values: BenchValues = 300_000,
    seed: BenchSeed = None,
    examples: BenchExamples = 0,
    json: BenchJson = None,
) -> None:
    """Họ tên / names."""
    from flows.bench.run import BenchOptions
    from flows.bench.run import bench_names as bench

    bench(BenchOptions(people, values, seed, examples, False, json), _console())


@decisions_app.command("check")
def check_decisions(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV hoặc XLSX đã điền / a filled-in CSV or XLSX.")
    ],
    run_dir: Annotated[
        Path | None, typer.Option("--run", metavar="RUN_DIR", help="Lượt chạy / the run, if it cannot be told by the folder.")
    ] = None,
) -> None:
    """Thử đọc một tệp quyết định, không áp dụng / try a file of decisions without applying it."""
    from flows.decisions.check_view import check_file, print_checked, run_of

    folder = run_of(file, run_dir)
    checked = check_file(file, folder)
    print_checked(checked, folder, _console())
    raise typer.Exit(int(not checked.fits))


@app.command()
def version() -> None:
    """Phiên bản / the version."""
    from flows.manifest import code_version

    code = code_version()
    commit = f" ({code['commit'][:12]}, {code['state']})" if code["commit"] else ""
    typer.echo(f"doisoat {code['version']}{commit}, Python {sys.version.split()[0]}")


def main() -> None:
    """Run the command line and end the process with the exit code that the outcome has."""
    signal.signal(signal.SIGTERM, _interrupt)
    os.umask(0o077)
    try:
        app()
    except DoisoatError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        _tell_unexpected(error)
        sys.exit(UNEXPECTED)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """A polite end (SIGTERM) goes the way of Ctrl-C, so that the run's folder is cleaned up."""
    raise KeyboardInterrupt


def _console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=True)


def _tell(error: DoisoatError) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text.assemble(("lỗi / error: ", "bold red"), (error.title, "bold")))
    for problem in error.problems:
        console.print(Text(f"  {_clean(problem.where)}"))
        lines = {"có / found": problem.found, "cần / expected": problem.expected, "sửa / fix": problem.fix}
        for label, text in lines.items():
            if text:
                console.print(Text.assemble((f"    {label:<15}", "dim"), _clean(text)))
    _tell_folder(console, error)
    _tell_traceback(error)


def _tell_unexpected(error: Exception) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(Text.assemble(("lỗi bất ngờ / unexpected error: ", "bold red"), (type(error).__name__, "bold")))
    _tell_folder(console, error)
    console.print(Text("  xem vết lỗi / for the traceback: DOISOAT_TRACEBACK=1", "dim"))
    _tell_traceback(error)


def _tell_folder(console: Console, error: Exception) -> None:
    from flows.publish import LOG_NOTE

    for note in getattr(error, "__notes__", ()):
        if note.startswith(LOG_NOTE):
            console.print(f"  xem / see: {note.removeprefix(LOG_NOTE)}", markup=False)


def _tell_traceback(error: Exception) -> None:
    if os.environ.get("DOISOAT_TRACEBACK") == "1":
        traceback.print_exception(error)


def _clean(text: str) -> str:
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)
