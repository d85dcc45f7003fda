"""`python -m flows.bench`: the benchmarks with their usual sizes; `doisoat bench` takes the options. Ends with 1 if the report exceeds a bound."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from flows.bench.report import bench_report
from flows.bench.run import BenchOptions, bench_addresses, bench_names
from flows.generate import generate_world
from flows.publish import run_folder

_PEOPLE, _SEED = 20_000, 20260101  # of the world whose run is multiplied
_MISMATCHES = (200_000, 1_000_000)
_RUN = "from flows.cli import main; main()"


def main() -> int:
    """Run all benchmarks and print what they find; 0 if the bounds of the report were kept."""
    console = Console(soft_wrap=True)
    for bench in (bench_addresses, bench_names):
        bench(BenchOptions(), console)
    with tempfile.TemporaryDirectory(prefix="doisoat-bench-") as folder:
        generate_world(_PEOPLE, _SEED, Path(folder))
        subprocess.run([sys.executable, "-c", _RUN, "run", "--quiet", str(Path(folder) / "run.toml")], check=True)
        run = run_folder(Path(folder) / "runs" / "electricity" / "current")
        kept = [bench_report(run, mismatches, console) for mismatches in _MISMATCHES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
