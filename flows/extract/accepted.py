"""Where the profiles of accepted extracts are kept: in every published run, and wherever `doisoat validate --accept` puts one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.suites.extract import EXTRACT_CHANGES
from flows.extract.compare import Change
from flows.extract.profile import Profile, from_json
from matching.errors import InputRefused, Problem

EXTRACTS = "extracts.json"  # of a published run: the profiles of both sides
_TYPES = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}


def write_profiles(profiles: Iterable[Profile], file: Path) -> None:
    """Write profiles by the name of their source; same profiles, same bytes, and only the owner may read them."""
    text = json.dumps({one.source: one.as_json() for one in profiles}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    draft = file.with_name(f".{file.name}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(file)


def read_profile(file: Path, source: str) -> Profile | None:
    """The profile of `source` in a file of profiles; None if the file is not there or has none. InputRefused if it is no such file."""
    try:
        found = json.loads(file.read_text("utf-8"))
        return from_json(found[source]) if source in found else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"không phải hồ sơ tệp đã nhận / no profile of an accepted extract ({type(error).__name__})"
        fix = "tạo lại bằng / make it again with: doisoat validate --accept"
        raise InputRefused(Problem(str(file), what, EXTRACTS, fix)) from None


def accepted_file(place: Path, source: str) -> Path:
    """The file of profiles that `place` means: itself, that of the source in a folder, or that of a published run."""
    if not place.is_dir():
        return place
    return place / EXTRACTS if (place / EXTRACTS).is_file() else place / f"{source}.json"


def write_changes(changes: Iterable[Change], folder: Path) -> None:
    """Write the table `extract_changes`, also if it is empty: its gate looks at it all the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in EXTRACT_CHANGES.columns])
    rows = [{name: getattr(change, name) for name in schema.names} for change in changes]
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "part-0000.parquet")
