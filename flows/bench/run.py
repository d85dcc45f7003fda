"""The two benchmarks from beginning to end: make cases, read them as the stage does, count, time, print."""

from __future__ import annotations

import os
import platform
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console

from flows.bench import judge_addresses, judge_names, speed, worlds
from flows.bench.country import draw
from flows.bench.figures import Cell, Part, show, write_json
from flows.bench.peer import peer_part
from flows.bench.public_cases import public_cases
from flows.bench.undamaged import undamaged
from flows.generate.units import AS_OF
from matching.engine import Limits, connect
from matching.sql import quoted
from matching.standardise.admin_units import Gazetteer
from matching.standardise.distinct import standardise_distinct, workers

PEER_SAMPLE = 2_000
PROVINCE = 98  # communes of a province, on the average


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """Residents of the world, distinct strings of the whole country, seed (None: a new one), examples of each kind, the peer."""

    people: int = 60_000
    values: int = 300_000
    seed: int | None = None
    examples: int = 0
    peer: bool = True
    json: Path | None = None


def bench_addresses(options: BenchOptions, console: Console) -> list[Part]:
    """Measure addresses: contracts and register of a world, the whole country, public cases, speed, and the peer beside it."""
    with _workshop("addresses", options, console) as (con, seed, folder, parts):
        _units(con)
        worlds.make_world(con, options.people, seed, folder / "world")
        worlds.address_cases(con)
        _parse(con, "addresses", "SELECT text AS raw FROM cases UNION SELECT clean FROM cases UNION SELECT text FROM clean", folder)
        parts.append(_judged_addresses(con, "Hợp đồng của thế giới / Contracts of the world", options))
        parts.append(Part("Dân cư của thế giới / Register of the world", judge_addresses.register_figures(con)))
        near = draw("addresses", options.values, seed, folder / "near", PROVINCE)
        timing = speed.timed("addresses", near, folder / "near.parquet")
        parts.append(
            Part(f"Tốc độ: cỡ một tỉnh, {PROVINCE} xã / Speed: a province's worth of communes", speed.figures("addresses", timing))
        )
        drawn = draw("addresses", options.values, seed, folder / "drawn")
        timing = speed.timed("addresses", drawn, folder / "timed.parquet")
        parts.append(Part("Tốc độ: cả nước / Speed: the whole country", speed.figures("addresses", timing)))
        con.execute(f"CREATE OR REPLACE TABLE cases AS SELECT * FROM read_parquet('{drawn}')")
        con.execute("CREATE OR REPLACE TABLE clean AS SELECT DISTINCT clean AS text FROM cases")
        _parse(con, "addresses", "SELECT text AS raw FROM clean", folder, folder / "timed.parquet")
        parts.append(_judged_addresses(con, "Hợp đồng khắp cả nước / Contracts of the whole country", options))
        parts.append(Part("Dân cư khắp cả nước / Register of the whole country", judge_addresses.register_figures(con)))
        parts.append(public_cases(options.examples))
        if options.peer:
            parts.append(peer_part(_peer_sample(con)))
    return parts


def bench_names(options: BenchOptions, console: Console) -> list[Part]:
    """Measure names: holders of a world, the whole country, names that must stay as they are, and speed."""
    with _workshop("names", options, console) as (con, seed, folder, parts):
        worlds.make_world(con, options.people, seed, folder / "world")
        worlds.name_cases(con)
        _parse(con, "names", "SELECT text AS raw FROM cases UNION SELECT truth FROM cases", folder)
        parts.append(_judged_names(con, "Hợp đồng của thế giới / Contracts of the world", options))
        drawn = draw("names", options.values, seed, folder / "drawn")
        timing = speed.timed("names", drawn, folder / "timed.parquet")
        parts.append(Part("Tốc độ / Speed", speed.figures("names", timing)))
        con.execute(f"CREATE OR REPLACE TABLE cases AS SELECT * FROM read_parquet('{drawn}')")
        _parse(con, "names", "SELECT truth AS raw FROM cases", folder, folder / "timed.parquet")
        parts.append(_judged_names(con, "Tên khắp cả nước / Names of the whole country", options))
        parts.append(undamaged())
    return parts


@contextmanager
def _workshop(kind: str, options: BenchOptions, console: Console) -> Iterator[tuple[duckdb.DuckDBPyConnection, int, Path, list[Part]]]:
    """A connection, the seed, a folder that goes away, and the list of parts, printed and written at the end."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000_000)
    settings: dict[str, Cell] = {
        "bench": kind, "people": options.people, "values": options.values, "seed": seed, "as_of": AS_OF.isoformat(),
        "python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}", "cores": os.cpu_count(), "processes": speed.CORES,
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    console.print("doisoat  " + "  ".join(f"{name} {value}" for name, value in settings.items()), markup=False, highlight=False)
    parts: list[Part] = []
    with tempfile.TemporaryDirectory(prefix="doisoat-bench-") as name:
        folder = Path(name)
        with connect(Limits(speed.MEMORY, speed.CORES, folder / "spill", (folder,))) as con:
            yield con, seed, folder, parts
    for part in parts:
        show(part, console)
    if options.json:
        write_json(options.json, settings, parts)


def _parse(con: duckdb.DuckDBPyConnection, kind: str, values: str, folder: Path, already: Path | None = None) -> None:
    """Make `parsed`: the standardised texts of the query `values`, and of the file `already` if there is one."""
    target = folder / f"parsed-{'rest' if already else 'world'}.parquet"
    with workers(speed.CORES) as pool:
        standardise_distinct(con, values, speed.STANDARDISERS[kind], target, pool, speed.CORES, speed.ORDERS[kind])
    first = f"SELECT * FROM read_parquet({quoted(already)}) UNION ALL " if already else ""
    but = f" WHERE raw NOT IN (SELECT raw FROM read_parquet({quoted(already)}))" if already else ""
    con.execute(f"CREATE OR REPLACE TABLE parsed AS {first}SELECT * FROM read_parquet({quoted(target)}){but}")


def _judged_addresses(con: duckdb.DuckDBPyConnection, title: str, options: BenchOptions) -> Part:
    judge_addresses.judge(con)
    sheets = [judge_addresses.by_group(con), judge_addresses.by_noise(con)]
    if options.examples:
        sheets.append(judge_addresses.examples(con, options.examples))
    return Part(title, judge_addresses.figures(con), tuple(sheets))


def _judged_names(con: duckdb.DuckDBPyConnection, title: str, options: BenchOptions) -> Part:
    judge_names.judge(con)
    sheets = [judge_names.by_group(con), judge_names.by_noise(con)]
    if options.examples:
        sheets.append(judge_names.examples(con, options.examples))
    return Part(title, judge_names.figures(con), tuple(sheets))


def _units(con: duckdb.DuckDBPyConnection) -> None:
    """Tables `units` (commune, province, code) of today, to look up what the register says, and `olds` (code, successors)."""
    gazetteer = Gazetteer.load()
    rows = [(unit.name, gazetteer.province_name(unit.province_code, AS_OF), unit.code) for unit in gazetteer.communes(AS_OF)]
    con.execute("CREATE OR REPLACE TABLE units (commune VARCHAR, province VARCHAR, code VARCHAR)")
    con.executemany("INSERT INTO units VALUES (?, ?, ?)", rows)
    con.execute("CREATE OR REPLACE TABLE olds (code VARCHAR, successors BIGINT)")
    con.executemany("INSERT INTO olds VALUES (?, ?)", [(code, len(gazetteer.resident_successors(code))) for code in gazetteer.old_units])


def _peer_sample(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Texts that name a commune, with it, drawn evenly and always the same ones."""
    return con.execute(
        """
        SELECT text, commune FROM cases WHERE names_commune AND NOT contradicts ORDER BY hash(text), text LIMIT ?
    """,
        [PEER_SAMPLE],
    ).fetchall()
