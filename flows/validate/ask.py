"""What the command line asks for -> a request; and what comes of it -> a profile that is kept, a table, an exit code."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from expectations.verdict import raise_for
from flows.config import InputSettings, Settings, load_settings
from flows.config_check import nearest
from flows.extract.accepted import EXTRACTS, accepted_file, read_profile, write_profiles
from flows.extract.bounds import ALLOWABLE, Bounds
from flows.extract.compare import stopping
from flows.ingest import InputOptions
from flows.private_folder import private_folder
from flows.publish import CURRENT, run_folder
from flows.report.cells import cell
from flows.report.csv_files import write_csv
from flows.validate.hold import validate
from flows.validate.outcome import Outcome, Request
from flows.validate.view import print_outcome
from matching.errors import ConfigError, GateFailed, InputRefused, Problem
from matching.sources import SOURCES
from matching.sources import source as declared

if TYPE_CHECKING:
    from rich.console import Console

_QUARANTINE = ("file", "line", "rule", "record_id", "raw")


def request(
    files: Sequence[Path],
    source: str,
    run_file: Path | None,
    accepted: Path | None,
    allow: tuple[str, ...],
    day: date | None,
    accept: bool,
) -> Request:
    """The request that the options make; ConfigError with everything that is wrong with them."""
    problems = [*_unknown("--source", [source], SOURCES), *_unknown("--allow", allow, ALLOWABLE)]
    if accept and accepted is None:
        problems.append(Problem("--accept", "không rõ ghi vào đâu / it is not said where to", "--accepted FILE"))
    if problems:
        raise ConfigError(problems)
    settings = load_settings(run_file) if run_file else None
    bounds = settings.drift if settings else Bounds()
    bounds = replace(bounds, allow=tuple(sorted({*bounds.allow, *allow})))
    plain = Request(source, tuple(files), _options(None, None, bounds), day or date.today(), accepted, bounds)
    return _of_run(plain, settings, day) if settings else plain


def _of_run(plain: Request, settings: Settings, day: date | None) -> Request:
    """The request with what the run file says of the side that the source is; ConfigError if it is neither."""
    role = declared(plain.source).role
    side = settings.register if role == "register" else settings.partner
    if side.source != plain.source:
        raise ConfigError(Problem(f"{settings.path}: [{role}] source", side.source, plain.source))
    there = settings.extract.extracted_on if role == "register" else None
    accepted = plain.accepted or (run_folder(settings.root) if (settings.root / CURRENT).is_file() else None)
    return replace(
        plain, options=_options(side, settings, plain.bounds), day=day or there or settings.as_of, accepted=accepted, codes_as_of=side.codes_as_of,
    )  # fmt: skip


def _options(side: InputSettings | None, settings: Settings | None, bounds: Bounds) -> InputOptions:
    chosen = InputOptions(base=Path.cwd(), threads=os.cpu_count() or 1, overlap=bounds.overlap, allow=bounds.allow)
    if side and settings:
        chosen = replace(chosen, columns=dict(side.columns), encoding=side.encoding, delimiter=side.delimiter)
        chosen = replace(chosen, memory=settings.engine.memory, threads=settings.engine.threads)
    return chosen


def _unknown(option: str, names: Iterable[str], known: Sequence[str]) -> list[Problem]:
    expected = f"một trong / one of: {', '.join(known)}"
    return [Problem(option, name, expected, nearest(name, known)) for name in names if name not in known]


def validated(asked: Request, quarantine: Path | None) -> Outcome:
    """The outcome; the extract's tables stand in a private folder while it is made. Refused rows are written if asked for."""
    with private_folder() as folder:
        outcome = validate(asked, folder)
        aside = folder / f"quarantine_{declared(asked.source).role}" / "part-000.parquet"
        if quarantine is not None and aside.is_file():
            rows = pq.read_table(aside, columns=list(_QUARANTINE)).to_pylist()
            write_csv(quarantine, _QUARANTINE, ([cell(str(row[name] or "")) for name in _QUARANTINE] for row in rows), ",")
    return outcome


def keep(asked: Request, outcome: Outcome) -> None:
    """Keep the profile of an extract that passed where the next one is compared with it; those of other sources stay."""
    assert asked.accepted is not None and outcome.profile is not None
    file = accepted_file(asked.accepted, asked.source)
    if file.name == EXTRACTS and asked.accepted.is_dir():
        raise ConfigError(
            Problem(
                str(asked.accepted),
                "một lượt chạy / a run",
                "một tệp riêng / a file of its own: --accepted profile.json",
            )
        )
    others = [found for name in SOURCES if name != asked.source and (found := read_profile(file, name))]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_profiles([*others, outcome.profile], file)


def show(outcome: Outcome, console: Console | None) -> None:
    """Print the outcome; then raise what it is: InputRefused, GateBroken or GateFailed. Nothing if it is fine."""
    if outcome.refused:
        raise InputRefused(outcome.refused)
    if console:
        print_outcome(outcome, console)
    for verdict in sorted(outcome.verdicts, key=lambda verdict: verdict.status != "broken"):
        try:
            raise_for(verdict)
        except GateFailed as failed:
            raise GateFailed([*failed.problems, *stopping(list(outcome.changes))]) from None
