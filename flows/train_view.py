"""Prints how a training went: m and u of each level, old and new, the pairs behind them, and whether it converged."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from flows.train import TrainingEnd
from matching.comparisons import COMPARISONS, comparison
from matching.model import Weights


def print_training(end: TrainingEnd, console: Console) -> None:
    """Print a trained model beside the one it started from."""
    learned = end.trained.learned
    for residents, records in end.trained.worlds:
        console.print(f"{residents:,} cư dân / residents, {records:,} bản ghi / records")
    for name in COMPARISONS:
        for line in _levels(end, name):
            console.print(line, markup=False, highlight=False)
    ended = "đã hội tụ / converged" if learned.converged else "CHƯA hội tụ / NOT converged"
    style = "bold" if learned.converged else "bold red"
    console.print(
        f"[{style}]{ended}[/{style}]: {learned.iterations} vòng / iterations, thay đổi cuối / last change {learned.last_change:.1e}"
    )


def _levels(end: TrainingEnd, name: str) -> Iterator[str]:
    """One line a level, as wide as it is: a table would be cut to the terminal."""
    learned, model = end.trained.learned, end.trained.model
    yield f"\n{name:<20} {'m trước / before':>17} {'m':>10} {'cặp / pairs':>14}   u trước / before -> u: từ / from"
    for level in comparison(name).level_names:
        if level == "null":
            continue
        before, now = end.start.weights[name][level], model.weights[name][level]
        kept = "  (giữ / kept)" if level in learned.kept[name] else ""
        pairs = f"{learned.evidence[name][level]:,.1f}"
        u = f"{_u(before)} -> {_u(now)}: {end.trained.u_from[name][level]}"
        yield f"  {level:<18} {before.m:>17.4g} {now.m:>10.4g} {pairs:>14}   {u}{kept}"


def _u(weights: Weights) -> str:
    u = weights.u if isinstance(weights.u, str) else f"{weights.u:.4g}"
    return u if weights.u_same_door is None else f"{u} ({weights.u_same_door:.4g})"
