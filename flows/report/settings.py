"""What the report needs to know of a run, as one frozen value that worker processes can be handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from matching.sources import Source

PACKAGED_UNITS = Path(__file__).parent / "data" / "evn_units.json"


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """How a report is written.

    `key` is the secret that review ids are keyed with. `lang` is the language of the page (`both`: Vietnamese with
    English beside it); a cell that holds both has that one first.
    `rows_per_file` is how many rows of the work list one file of a work unit has at most.
    `unit_names` is a JSON object code -> name of the partner's work units. The thresholds are the run's own.
    """

    name: str
    as_of: date
    source: Source
    register_source: Source
    key: bytes = field(repr=False)
    delimiter: Literal[",", ";"] = ","
    lang: Literal["both", "vi", "en"] = "both"
    rows_per_file: int = 5_000
    memory: str = "1GB"
    threads: int = 2
    link: float = 0.95
    review: float = 0.50
    unit_names: Path = PACKAGED_UNITS
