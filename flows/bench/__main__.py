"""`python -m flows.bench`: both benchmarks with their usual sizes; `doisoat bench` takes the options."""

from __future__ import annotations

from rich.console import Console

from flows.bench.run import BenchOptions, bench_addresses, bench_names


def main() -> None:
    """Run both benchmarks and print what they find."""
    console = Console(soft_wrap=True)
    for bench in (bench_addresses, bench_names):
        bench(BenchOptions(), console)


if __name__ == "__main__":
    main()
