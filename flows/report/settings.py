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

    `key` is the secret that review ids are keyed with. `lang` is the language that stands first where a cell holds both.
    `unit_names` is a JSON object code -> name of the partner's work units. The thresholds are the run's own.
    """

    name: str
    as_of: date
    source: Source
    register_source: Source
    key: bytes = field(repr=False)
    delimiter: Literal[",", ";"] = ","
    lang: Literal["vi", "en"] = "vi"
    memory: str = "1GB"
    threads: int = 2
    link: float = 0.95
    review: float = 0.50
    unit_names: Path = PACKAGED_UNITS
