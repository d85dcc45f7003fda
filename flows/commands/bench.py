"""`bench addresses`, `bench names`, `bench report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import RunDir, app, console, writable
from flows.help_page import Command, Group

bench_app = typer.Typer(
    cls=Group,
    help="Đo độ đúng và tốc độ đọc tên, địa chỉ, ghi báo cáo / measure how right and how fast names and addresses are read, and a large report is written.",
    no_args_is_help=True,
)
app.add_typer(bench_app, name="bench")

BenchPeople = Annotated[int, typer.Option(min=100, help="Số cư dân của thế giới / residents of the world.")]
BenchValues = Annotated[int, typer.Option(min=100, help="Số chuỗi khác nhau / distinct strings to time.")]
BenchSeed = Annotated[int | None, typer.Option(min=0, help="Bỏ trống: số mới, có in ra / left out: a new one, which is printed.")]
BenchExamples = Annotated[int, typer.Option(min=0, help="Số ví dụ sai mỗi loại / wrong ones to show of each kind.")]
BenchJson = Annotated[
    Path | None,
    typer.Option("--json", dir_okay=False, callback=writable, help="Ghi thêm vào tệp JSON này / write the figures to this JSON file, too."),
]


@bench_app.command("addresses", cls=Command)
def bench_addresses(
    people: BenchPeople = 60_000,
    values: BenchValues = 300_000,
    seed: BenchSeed = None,
    examples: BenchExamples = 0,
    peer: Annotated[bool, typer.Option(help="So với vietnamadminunits / compare with vietnamadminunits.")] = True,
    json: BenchJson = None,
) -> None:
    """Đo việc đọc địa chỉ / measure how addresses are read."""
    from flows.bench.run import BenchOptions
    from flows.bench.run import bench_addresses as bench

    bench(BenchOptions(people, values, seed, examples, peer, json), console())


@bench_app.command("names", cls=Command)
def bench_names(
    people: BenchPeople = 60_000,
    values: BenchValues = 300_000,
    seed: BenchSeed = None,
    examples: BenchExamples = 0,
    json: BenchJson = None,
) -> None:
    """Đo việc đọc họ tên / measure how names are read."""
    from flows.bench.run import BenchOptions
    from flows.bench.run import bench_names as bench

    bench(BenchOptions(people, values, seed, examples, False, json), console())


@bench_app.command("report", cls=Command)
def bench_report(
    run_dir: RunDir,
    mismatches: Annotated[int, typer.Option(min=1, help="Số dòng sai lệch trong báo cáo / how many mismatches the report has.")] = 200_000,
    memory: Annotated[str, typer.Option(help="DuckDB được dùng bao nhiêu bộ nhớ / how much memory DuckDB may use.")] = "1GB",
) -> None:
    """Ghi báo cáo lớn, đo giây, bộ nhớ, dung lượng / write a large report: seconds, memory, size, how fast a browser opens the page."""
    from flows.bench.report import bench_report as bench
    from flows.publish import run_folder

    raise typer.Exit(0 if bench(run_folder(run_dir), mismatches, console(), _size(memory)) else 1)


def _size(text: str) -> str:
    """A size as DuckDB writes it; ConfigError if it is none."""
    from flows.config_schema import memory
    from matching.errors import ConfigError, Problem

    try:
        return memory(text)
    except ValueError:
        raise ConfigError(Problem("--memory", text, 'một dung lượng / a size: "1GB", "512MB"')) from None
