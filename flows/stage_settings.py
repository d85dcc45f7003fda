"""A run file's settings as the stages take them; a training reads files and links as a run does, so it takes them from here too."""

from __future__ import annotations

from flows.config import InputSettings, Settings
from flows.ingest import InputOptions
from matching.decide import Thresholds
from matching.link import LinkSettings
from matching.model import Model
from matching.sources import source
from matching.standardise.stage import StandardiseSettings


def input_options(settings: Settings, chosen: InputSettings) -> InputOptions:
    """How the files of one side are read."""
    return InputOptions(
        columns=dict(chosen.columns), encoding=chosen.encoding, delimiter=chosen.delimiter, base=settings.base,
        memory=settings.engine.memory, threads=settings.engine.threads, overlap=settings.drift.overlap, allow=settings.drift.allow,
    )  # fmt: skip


def standardise_settings(settings: Settings) -> StandardiseSettings:
    """What standardisation needs to know."""
    return StandardiseSettings(
        settings.as_of, source(settings.partner.source), settings.register.codes_as_of, settings.engine.threads,
        settings.extract.extracted_on,
    )  # fmt: skip


def link_settings(settings: Settings, model: Model) -> LinkSettings:
    """What the linkage needs to know."""
    thresholds = Thresholds(settings.thresholds.link, settings.thresholds.review)
    return LinkSettings(model, source(settings.partner.source), thresholds, settings.engine.threads)
