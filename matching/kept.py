"""What the linkage works on, kept in files: the columns of `matching.keys`, made once a run from the standardised tables.

The linkage maps the files into memory and has them as they are, without a copy. They stand beside the tables as long as the run works,
and are no tables of it: they say nothing that those do not say, and whoever has those makes them again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from matching.arrays import Array, text_column
from matching.columns import listed
from matching.engine import asked_at_once, spill_folder, view
from matching.garbage import without_collection
from matching.keys import Dictionary, Register, World
from matching.load import load_addresses, load_names, load_register, read_records

Arrays = Mapping[str, Array]

STANDARDISED = ("std_name", "std_address", "std_register", "std_partner")
KEPT = "columns"  # under which name they are an input of the linkage
_WORDS = 3  # of a middle name, side by side


@dataclass(frozen=True, slots=True)
class Kept:
    """The world of a run, and the partner's records in the order of `l` with the bucket that each is in."""

    world: World
    records: dict[str, Array]

    def buckets(self) -> list[tuple[int, slice]]:
        """Each bucket of the records, and where it stands among them."""
        numbers = self.records["bucket"]
        begins = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1)).tolist()
        return [(int(numbers[begin]), slice(begin, end)) for begin, end in zip(begins, [*begins, len(numbers)][1:], strict=True)]


@without_collection()
def keep(con: duckdb.DuckDBPyConnection, inputs: Mapping[str, Path], folder: Path, threads: int) -> None:
    """Make the columns from the standardised tables, and write them to `folder`."""
    for name in STANDARDISED:
        view(con, name, inputs[name])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: dict[str, Callable[[duckdb.DuckDBPyConnection], Arrays]] = {
        "names": lambda cursor: _flat(load_names(cursor)),
        "register": lambda cursor: _residents(load_register(cursor)),
        "addresses": lambda cursor: _flat(load_addresses(cursor)),
        "records": lambda cursor: read_records(cursor, "TRUE"),
    }
    with asked_at_once(con, threads), ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(_write, folder / f"{name}.arrow", make, con.cursor()) for name, make in made.items()]:
            done.result()


def kept(con: duckdb.DuckDBPyConnection, inputs: Mapping[str, Path], threads: int) -> Kept:
    """The columns that `keep` wrote to the input folder `columns`; without one they are made for this once."""
    if KEPT in inputs:
        return _mapped(inputs[KEPT])
    folder = spill_folder(con) / KEPT
    try:
        keep(con, inputs, folder, threads)
        return _mapped(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what is mapped stays until nobody has it


def _mapped(folder: Path) -> Kept:
    names, addresses, living, records = (_read(folder / f"{name}.arrow") for name in ("names", "addresses", "register", "records"))
    people = _those(living, "people")
    register = Register(
        people, len(people["r"]) - 1, (living["named.whose"], living["named.name"]),
        (living["living.whose"], living["living.address"], living["living.kind"]),
    )  # fmt: skip
    return Kept(World(_dictionary(names), _dictionary(addresses), register), records)


def _write(file: Path, make: Callable[[duckdb.DuckDBPyConnection], Arrays], cursor: duckdb.DuckDBPyConnection) -> None:
    """Write what `make` makes as one row of lists, whose lengths need not agree."""
    arrays = make(cursor)
    columns = [listed(np.array([0, values.size]), values.ravel()) for values in arrays.values()]
    table = pa.Table.from_arrays(columns, names=list(arrays))
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _read(file: Path) -> dict[str, Array]:
    with pa.memory_map(str(file)) as source:
        table = pa.ipc.open_file(source).read_all()
    return {name: np.from_dlpack(table.column(name).chunk(0).values) for name in table.column_names}


def _residents(register: Register) -> Arrays:
    """The register as arrays."""
    (whose, name), (who, address, kind) = register.named, register.living
    rest = {"named.whose": whose, "named.name": name, "living.whose": who, "living.address": address, "living.kind": kind}
    return {**_named("people", register.people), **rest}


def _flat(table: Dictionary) -> Arrays:
    """A dictionary as arrays."""
    letters = {f"letters.{column}": np.frombuffer(text.whole.encode("latin-1"), np.uint8) for column, text in table.texts.items()}
    starts = {f"starts.{column}": text.starts for column, text in table.texts.items()}
    return {**_named("column", table.columns), **_named("key", table.keys), **letters, **starts, "start": table.start, "count": table.count}


def _dictionary(arrays: dict[str, Array]) -> Dictionary:
    """The dictionary of these arrays."""
    columns, starts = _those(arrays, "column"), _those(arrays, "starts")
    if "middle_words" in columns:
        columns["middle_words"] = columns["middle_words"].reshape(-1, _WORDS)
    texts = {column: text_column(str(arrays[f"letters.{column}"].data, "latin-1"), places) for column, places in starts.items()}
    return Dictionary(columns, texts, _those(arrays, "key"), arrays["start"], arrays["count"])


def _named(kind: str, columns: Arrays) -> Arrays:
    return {f"{kind}.{name}": values for name, values in columns.items()}


def _those(arrays: Arrays, kind: str) -> dict[str, Array]:
    """The arrays of one kind by their own names."""
    return {name.removeprefix(f"{kind}."): values for name, values in arrays.items() if name.startswith(f"{kind}.")}
