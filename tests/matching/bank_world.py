"""A generated register and the bank customers drawn from it, with their truth."""

from __future__ import annotations

from pathlib import Path

from flows.generate import generate_world
from flows.generate.bank import write_bank


def make_bank(folder: Path, people: int, seed: int) -> dict[str, str]:
    """Write register, customers and run file into the new `folder`; returns person_id by record_id, "" for strangers."""
    generate_world(people, seed, folder)
    return write_bank(folder, seed)
