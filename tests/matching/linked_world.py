"""A generated world through the stages of matching, from its two files to its findings."""

from __future__ import annotations

from pathlib import Path

from flows.ingest import InputOptions, ingest
from matching.decide import Thresholds
from matching.engine import Limits, connect
from matching.findings.possible import find_possible
from matching.findings.stage import FindSettings, find
from matching.link import LinkSettings, decide_links, find_candidates
from matching.model import load_model
from matching.sources import Source
from matching.standardise.stage import StandardiseSettings, standardise
from matching.tables import TABLES
from tests.matching.small_world import AS_OF, REGISTER


def standardised(folder: Path, partner: Source, file: str) -> dict[str, Path]:
    """Read and standardise `folder/world`; the folder of every table, those to come included."""
    paths = {name: folder / name for name in (*TABLES, "raw_register", "raw_partner", "quarantine_register", "quarantine_partner")}
    scratch = folder / "scratch"
    scratch.mkdir()
    for side, declared, name in (("register", REGISTER, "register.csv"), ("partner", partner, file)):
        options = InputOptions(base=folder / "world")
        ingest(declared, [folder / "world" / name], options, paths[f"raw_{side}"], paths[f"quarantine_{side}"], scratch)
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        standardise(con, {**paths, "scratch": scratch}, paths, StandardiseSettings(AS_OF, partner, None, 1))
    return paths


def linked(folder: Path, partner: Source, file: str) -> dict[str, Path]:
    """The same, then link with the model that ships for the source, decide and find."""
    paths = standardised(folder, partner, file)
    settings = LinkSettings(load_model(partner.name), partner, Thresholds(0.95, 0.5), 2)
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        find_candidates(con, {**paths, "scratch": folder / "scratch"}, paths, settings)
        decide_links(con, paths, paths, settings)
    with connect(Limits("1GB", 2, folder / "spill")) as con:
        chosen = FindSettings(as_of=AS_OF, source=partner, key=b"k" * 32, extract_provinces=())
        find(con, _there(paths), paths["findings"], paths["links"], chosen)
        find_possible(con, _there(paths), paths["possible"], chosen)
    return paths


def _there(paths: dict[str, Path]) -> dict[str, Path]:
    return {name: path for name, path in paths.items() if path.is_dir()}
