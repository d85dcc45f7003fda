"""The world in `sample_data/`: its size and seed, so that it can be made again and compared byte for byte.

    python -m flows.generate.sample sample_data

The seed is the first from 2026 on with which so small a world holds every finding that a contract can carry, every level of
a residence elsewhere, and both kinds of rows that are rejected (a test says so).
"""

from __future__ import annotations

import sys
from pathlib import Path

from flows.generate.bank import CUSTOMERS, RUN_FILE, write_bank
from flows.generate.places import OldStreet
from flows.generate.world import WorldSummary, generate_world

PEOPLE, SEED, OUTPUT = 5_000, 2035, "../runs"
OLD_STREET = OldStreet(0, "Nguyễn Thái Học", "Hàng Đẫy")  # so that the sample has a cause of many mismatches
FILES = ("register.csv", "contracts.csv", "truth.csv", "run.toml")  # of any world
BANK_FILES = (CUSTOMERS, RUN_FILE)


def write_sample(folder: Path) -> WorldSummary:
    """Write the files of the sample (`FILES`, `BANK_FILES`) into a folder; what else lies there stays."""
    made = generate_world(PEOPLE, SEED, folder, output=OUTPUT, old_street=OLD_STREET)
    write_bank(folder, SEED, OUTPUT)
    return made


if __name__ == "__main__":
    print(write_sample(Path(sys.argv[1])))
