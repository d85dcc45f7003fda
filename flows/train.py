"""`doisoat train`: the files of one or more run files, read and linked as a run would, to a model file. Publishes nothing.

The tables that it needs lie in a private folder below the output and are gone when it ends; the model holds shares, no values.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.config import Settings, resolve_inputs
from flows.ingest import ingest
from flows.private_folder import TRAIN, private_folder
from flows.stage_settings import input_options, link_settings, standardise_settings
from matching.engine import Limits, connect
from matching.errors import ConfigError, Problem
from matching.link import find_candidates
from matching.model import DEFAULT, Model, load_model
from matching.model_text import model_text
from matching.sources import source
from matching.standardise.stage import standardise
from matching.train import Observed, Trained, observe, train

_STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")


@dataclass(frozen=True, slots=True)
class TrainingEnd:
    """How a training ended: the model as text, what it was made from."""

    text: str
    trained: Trained
    start: Model


def train_on(all_settings: Iterable[Settings]) -> TrainingEnd:
    """A model for the partner's source of the run files, which have to name the same one; it starts from the model by judgement.

    Not from the one that ships, which was trained itself: what no file shows would fade with every training. Where the run
    files name a model, it starts from that. Raises what reading the files raises, ConfigError if the sources or the models to start
    from differ.
    """
    chosen = list(all_settings)
    sources = {settings.partner.source for settings in chosen}
    starts = {model.sha256: model for model in (load_model(DEFAULT, s.linkage.model) for s in chosen)}
    if len(sources) != 1 or len(starts) != 1:
        found = f"{', '.join(sorted(sources))}; {len(starts)} mô hình / models"
        raise ConfigError(Problem("train", found, "một nguồn, một mô hình / one source, one model to start from"))
    (name,), (start,) = sources, starts.values()
    trained = train([_observe(settings, start) for settings in chosen], start, name)
    return TrainingEnd(model_text(trained, start.sha256), trained, start)


def write_model(end: TrainingEnd, file: Path) -> None:
    """Write the model file; ConfigError if it cannot be written."""
    try:
        draft = file.with_name(f"{file.name}.tmp")
        draft.write_text(end.text, "utf-8")
        draft.replace(file)
    except OSError as error:
        found = f"{type(error).__name__}: {error.strerror}"
        raise ConfigError(Problem(str(file), found, "tệp ghi được / a file that can be written")) from None


def _observe(settings: Settings, start: Model) -> Observed:
    mask = os.umask(0o077)
    try:
        settings.output.mkdir(parents=True, exist_ok=True)
        with private_folder(settings.output, TRAIN) as folder:
            return _world(settings, start, folder)
    finally:
        os.umask(mask)


def _world(settings: Settings, start: Model, folder: Path) -> Observed:
    """Raw, standardised and candidate tables in `folder`, and what they teach."""
    tables = {name: folder / name for name in (*_STANDARDISED, "raw_register", "raw_partner", "candidates", "pair_counts")}
    scratch = folder / "scratch"
    scratch.mkdir()
    files = resolve_inputs(settings)
    for side, given in (("register", settings.register), ("partner", settings.partner)):
        ingest(
            source(given.source),
            files[side],
            input_options(settings, given),
            tables[f"raw_{side}"],
            folder / f"refused_{side}",
            scratch,
        )
    linking = link_settings(settings, start)
    with connect(Limits(settings.engine.memory, settings.engine.threads, scratch, (folder,))) as con:
        standardise(con, {**tables, "scratch": scratch}, tables, standardise_settings(settings))
        world = find_candidates(con, {**tables, "scratch": scratch}, tables, linking)
        return observe(con, tables, start, linking.partner.minimum_age or 0, world)
