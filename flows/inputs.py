"""A first look at both inputs, before anything expensive starts: the heads of the files, and whether they fit the run file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.config import Settings, resolve_inputs
from flows.ingest import FilePlan, InputOptions
from flows.ingest.plan import plan_files
from matching.errors import InputRefused, Problem
from matching.sources import source

Plans = Mapping[str, Sequence[FilePlan]]


def look_at_inputs(settings: Settings) -> tuple[Plans, list[Problem]]:
    """How each file would be read, by side, and all that is wrong with both; InputRefused if a file is not there."""
    files = resolve_inputs(settings)
    plans: dict[str, Sequence[FilePlan]] = {}
    problems: list[Problem] = []
    for side, chosen in (("register", settings.register), ("partner", settings.partner)):
        options = InputOptions(dict(chosen.columns), chosen.encoding, chosen.delimiter, settings.base)
        plans[side], wrong = plan_files(source(chosen.source), files[side], options)
        problems += wrong
    return plans, problems + _codes_without_day(plans["register"], settings)


def check_inputs(settings: Settings) -> None:
    """InputRefused with all that the heads of the files show to be wrong."""
    _, problems = look_at_inputs(settings)
    if problems:
        raise InputRefused(problems)


def _codes_without_day(plans: Sequence[FilePlan], settings: Settings) -> list[Problem]:
    """Coded units mean nothing without the day of their code list: 1,820 codes changed their meaning on 2025-07-01."""
    fields = source(settings.register.source).fields
    codes = {field.name for field in fields if field.kind == "code"}
    coded = sorted({column.header for plan in plans for column in plan.columns if column.name in codes})
    if not coded or settings.register.codes_as_of:
        return []
    expected = "ngày của danh mục mã / the day of the code list: codes_as_of = 2025-07-01"
    return [Problem(f"{settings.path}: [register] codes_as_of", f"cột mã / coded columns: {', '.join(coded)}", expected)]
