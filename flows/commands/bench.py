"""`bench addresses`, `bench names`, `bench report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import RunDir, app, console

bench_app = typer.Typer(help="Đo độ đúng và tốc độ / measure how right and how fast names and addresses are read.", no_args_is_help=True)
app.add_typer(bench_app, name="bench")

BenchPeople = Annotated[int, typer.Option(min=100, help="Số cư dân của thế giới / residents of the world.")]
BenchValues = Annotated[int, typer.Option(min=100, help="Số chuỗi khác nhau / distinct strings to time.")]
BenchSeed = Annotated[int | None, typer.Option(min=0, help="Bỏ trống: số mới, có in ra / left out: a new one, which is printed.")]
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

    bench(BenchOptions(people, values, seed, examples, peer, json), console())


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

    bench(BenchOptions(people, values, seed, examples, False, json), console())


@bench_app.command("report")
def bench_report(
    run_dir: RunDir,
    mismatches: Annotated[int, typer.Option(min=1, help="Số sai lệch / how many mismatches.")] = 200_000,
) -> None:
    """Ghi báo cáo lớn / write a large report: CSV, XLSX, HTML; seconds, memory, size, and how fast a browser opens the page."""
    from flows.bench.report import bench_report as bench
    from flows.publish import run_folder

    raise typer.Exit(0 if bench(run_folder(run_dir), mismatches, console()) else 1)
