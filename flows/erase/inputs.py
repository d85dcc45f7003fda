"""Who a number means, when no kept run has its tables any more: read again from the register, if it is still that of one of the runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.config import Settings, load_settings, resolve_inputs
from flows.erase.look import looking
from flows.erase.residents import Residents
from flows.ingest import ingest
from flows.manifest import file_sha256
from flows.publish import PARTIAL, read_manifest
from flows.stage_settings import input_options
from matching.errors import ConfigError, GateFailed, InputRefused
from matching.sources import source
from matching.sql import quoted


def known_by_inputs(root: Path, runs: Iterable[Path], known: set[str]) -> Residents:
    """The residents of the register that one of `runs` was made from, by one of `known`; none if no such register is there any more.

    It is read into a private folder below `root`, which is gone when this ends.
    """
    answer: Residents = {}
    seen: set[tuple[str, ...]] = set()
    for run in reversed(list(runs)):
        manifest = read_manifest(run)
        wanted = tuple(sorted(file["sha256"] for file in manifest["inputs"]["register"]["files"]))
        settings = None if wanted in seen else _same(manifest, wanted)
        seen.add(wanted)
        if settings is not None:
            for id_, numbers in _read(root, settings, known).items():
                answer.setdefault(id_, set()).update(numbers)
    return answer


def _same(manifest: dict[str, Any], wanted: tuple[str, ...]) -> Settings | None:
    """The settings of a run whose register is still what it was; None if it is not, or cannot be read."""
    try:
        settings = load_settings(Path(manifest["configuration"]["path"]))
        files = resolve_inputs(settings)["register"]
        return settings if tuple(sorted(map(file_sha256, files))) == wanted else None
    except (ConfigError, InputRefused, OSError):
        return None


def _read(root: Path, settings: Settings, known: set[str]) -> Residents:
    with tempfile.TemporaryDirectory(prefix=f"{PARTIAL}inputs-", dir=root) as private:
        raw, refused, scratch = (Path(private) / name for name in ("raw", "refused", "scratch"))
        scratch.mkdir()
        try:
            ingest(
                source(settings.register.source), resolve_inputs(settings)["register"], input_options(settings, settings.register),
                raw, refused, scratch,
            )  # fmt: skip
        except (InputRefused, GateFailed):
            return {}
        return _ask(raw, known)


def _ask(raw: Path, known: set[str]) -> Residents:
    with looking(raw) as con:
        con.execute(f"CREATE VIEW raw AS SELECT * FROM read_parquet({quoted(raw / '*.parquet')}, union_by_name = true)")
        there = {str(row[0]) for row in con.execute("DESCRIBE raw").fetchall()}
        numbers = [
            f"lpad(nullif(regexp_extract(regexp_replace({name}, '[^0-9]', '', 'g'), '^[0-9]{{1,{length}}}$'), ''), {length}, '0')"
            for name, length in (("id_number", 12), ("old_id_number", 9))
            if name in there
        ]
        wanted = " OR ".join(f"list_contains($known, {name})" for name in ("person_id", *numbers))
        found = con.execute(f"SELECT person_id, [{', '.join(numbers)}] FROM raw WHERE {wanted} ORDER BY 1", {"known": sorted(known)})
        return {str(id_): {number for number in has if number} for id_, has in found.fetchall()}
