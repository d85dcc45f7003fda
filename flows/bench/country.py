"""Names and addresses drawn from the whole country: every commune of today in turn, with the clerks' noise of the generator.

A generated world of usual size has few communes, always the same. Reading addresses is about the 10,035 old communes and the
3,321 new ones, so accuracy and speed are measured on these strings too; what is true of each is known when it is drawn.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.generate.dice import Dice
from flows.generate.names import full_name, surname
from flows.generate.noise import JOINT_HOLDER, medium, noised
from flows.generate.places import layout
from flows.generate.units import AS_OF, PEOPLE_A_COMMUNE, Commune, communes
from flows.generate.written import written_address
from matching.standardise.admin_units import Gazetteer

WORKERS = 2
TRIES = 30  # draws for one value before a place is given up as having no more distinct ones
FIRST_DAY = date(1998, 1, 1)
ADDRESS_CASE = {
    "text": pa.string(), "commune": pa.string(), "old": pa.string(), "noise": pa.string(), "names_commune": pa.bool_(), "contradicts": pa.bool_(),
    "clean": pa.string(), "local_written": pa.bool_(),
}  # fmt: skip
NAME_CASE = {"text": pa.string(), "truth": pa.string(), "noise": pa.string()}


def draw(kind: str, values: int, seed: int, folder: Path, places: int | None = None) -> str:
    """Write about `values` distinct cases of `kind` ("addresses" or "names") into `folder`; returns the pattern of the files.

    The columns are those of ADDRESS_CASE or NAME_CASE. Only the first `places` communes are drawn from; None for all. The same
    arguments give the same cases.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(_part, kind, values // WORKERS, seed, part, folder, places) for part in range(WORKERS)]
        for written in parts:
            written.result()
    return str(folder / "part-*.parquet")


def _part(kind: str, values: int, seed: int, part: int, folder: Path, places: int | None) -> None:
    here = communes(places or len(Gazetteer.load().new_units))[part::WORKERS]
    rows, schema = (drawn_addresses, ADDRESS_CASE) if kind == "addresses" else (_names, NAME_CASE)
    table = pa.Table.from_pylist(rows(here, values, seed, part), pa.schema(list(schema.items())))
    pq.write_table(table, folder / f"part-{part}.parquet")


def drawn_addresses(here: tuple[Commune, ...], values: int, seed: int, part: int) -> list[dict[str, Any]]:
    """Addresses commune by commune, as many in each."""
    dice = Dice(seed, "bench", "addresses", part)
    rows: list[dict[str, Any]] = []
    shares = dice.split(values, [1.0] * len(here))
    for commune, share in zip(here, shares, strict=True):
        place = layout(seed, commune, PEOPLE_A_COMMUNE)
        seen: set[str] = set()
        for _ in range(share * TRIES):
            if len(seen) >= share:
                break
            door = place.door(dice, dice.pick(place.spots))
            written = written_address(door, _signed(dice), dice, medium(dice)[1])
            if written.text in seen:
                continue
            seen.add(written.text)
            whole = written.has_spot and written.has_house
            rows.append({
                "text": written.text, "commune": commune.code, "old": door.spot.old.code, "noise": "|".join(written.noise),
                "names_commune": written.has_commune, "contradicts": written.contradicts, "clean": door.text, "local_written": whole,
            })  # fmt: skip
    return rows


def _names(here: tuple[Commune, ...], values: int, seed: int, part: int) -> list[dict[str, Any]]:
    """Holders' names, one in each commune in turn, so that every region and people has its share."""
    dice = Dice(seed, "bench", "names", part)
    seen: dict[str, dict[str, Any]] = {}
    for _, commune in zip(range(values * TRIES), cycle(here), strict=False):
        if len(seen) >= values:
            break
        sex, year = ("male" if dice.chance(0.6) else "female"), dice.between(1935, 2007)
        truth = _name(dice, commune, sex, year)
        joint = _name(dice, commune, "female", year) if dice.chance(JOINT_HOLDER) else ""
        written = noised(truth, dice, medium(dice)[0], sex, joint=joint)
        seen.setdefault(written.text, {"text": written.text, "truth": truth, "noise": "|".join(written.noise)})
    return list(seen.values())


def _name(dice: Dice, commune: Commune, sex: str, year: int) -> str:
    people, region = dice.pick(commune.peoples), commune.habits.names
    return full_name(dice, people, region, sex, year, surname(dice, people, region))


def _signed(dice: Dice) -> date:
    """The day of a contract, more often a late one, as the generator's clerk has it."""
    first, last = FIRST_DAY.toordinal(), AS_OF.toordinal()
    return date.fromordinal(first + int((last - first) * dice.random() ** 0.62))
