"""`generate`, `evaluate`: fictional worlds with their truth, and a run measured against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import RunDir, app, console
from flows.help_page import Command
from matching.errors import ConfigError, Problem


@app.command(cls=Command)
def generate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Ghi vào thư mục mới này / write to this new folder.")],
    people: Annotated[int, typer.Option(min=100, max=30_000_000, help="Số cư dân / how many residents.")] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="Cùng số thì cùng dữ liệu / the same seed, the same world.")] = 1,
    output: Annotated[str, typer.Option(help="`output` trong run.toml của nó / `output` of its run.toml.")] = "runs",
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
    shown = console()
    sizes = f"{world.people:,} cư dân / residents, {world.contracts:,} hợp đồng / contracts, {world.communes:,} xã / communes"
    shown.print(f"{folder}: {sizes}", markup=False)
    for outcome, count in world.outcomes.items():
        shown.print(f"  {outcome:<14} {count:>12,}", markup=False)


@app.command(cls=Command)
def evaluate(
    run_dir: RunDir,
    truth: Annotated[
        Path,
        typer.Argument(metavar="TRUTH.csv", exists=True, dir_okay=False, help="Tệp sự thật / the truth.csv of the world."),
    ],
) -> None:
    """So kết quả với sự thật đã biết / measure a run against the known truth."""
    from flows.publish import run_folder

    folder = run_folder(run_dir)
    from flows.evaluate_view import print_evaluation

    print_evaluation(folder, truth, console())
