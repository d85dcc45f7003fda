"""All files of one input -> their plans and all that is wrong with them, at once. Reads only heads; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flows.ingest.declare import Column, FilePlan, InputOptions
from flows.ingest.files import find_files
from flows.ingest.sniff import sniff
from matching.errors import Problem
from matching.sources import Source


def plan_files(source: Source, paths: Sequence[Path], options: InputOptions) -> tuple[list[FilePlan], list[Problem]]:
    """The plans of the files that can be read, in the order of their names, and the problems of all."""
    files, problems = find_files(paths, options.base)
    plans = []
    for file in files:
        plan, wrong = sniff(source, file, options)
        problems += wrong
        if plan is not None:
            plans.append(plan)
    return _one_spelling(plans), problems


def _one_spelling(plans: list[FilePlan]) -> list[FilePlan]:
    """Carried headers that differ only in case from one file to the next become one column, spelled as in the first."""
    spelled: dict[str, str] = {}
    result = []
    for plan in plans:
        columns: list[Column] = []
        for column in plan.columns:
            name = column.name
            if column.use in ("carried", "part") and name is not None:
                name = spelled.setdefault(name.casefold(), name)
            columns.append(replace(column, name=name))
        result.append(replace(plan, columns=tuple(columns)))
    return result
